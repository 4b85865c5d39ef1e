// Package spelling finds what somebody probably meant to write, and counts things
// in words. It knows no language, only lists of known names.
package spelling

import (
	"strconv"
	"strings"
)

// longest is the longest name that is worth comparing, in bytes: comparing takes
// time with the product of the lengths, and names come from files of strangers.
const longest = 128

// Nearest returns the known name that name is most likely a misspelling of, or
// "" when none is close: at most a third of the characters may differ, ignoring case. Of equally
// close ones it returns the first. Names above 128 bytes are near to none.
func Nearest(name string, known []string) string {
	if len(name) > longest {
		return ""
	}
	best, bestDistance := "", max(1, len(name)/3)+1
	for _, k := range known {
		if len(k) > longest {
			continue
		}
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// distance is the number of insertions, deletions, substitutions and swaps of
// neighbours that turn a into b (optimal string alignment).
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// Count says how many there are of what noun names, with an s unless there is one.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
