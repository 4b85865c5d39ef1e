package config

import (
	"fmt"
	"strings"
)

// maxNearest is the longest misspelling that is worth comparing, in bytes.
const maxNearest = 64

// nearest returns the known name that name is most likely a misspelling of, or
// "" when none is close: at most a third of the characters may differ.
func nearest(name string, known []string) string {
	if len(name) > maxNearest {
		return ""
	}
	best, bestDistance := "", max(1, len(name)/3)+1
	for _, k := range known {
		if len(k) > maxNearest {
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

// didYouMean is the suggestion for a name that is not known: the nearest one and
// all that there are, called what.
func didYouMean(name string, known []string, what string) string {
	list := fmt.Sprintf("%s: %s", what, strings.Join(known, ", "))
	if len(known) == 0 {
		list = "there are no " + what
	}
	if n := nearest(name, known); n != "" {
		return fmt.Sprintf("did you mean %q? %s", n, list)
	}
	return list
}

// show quotes a value of a file for a message, shortened when it is long.
func show(text string) string {
	const most = 60
	if len(text) > most {
		return fmt.Sprintf("%q...", strings.ToValidUTF8(text[:most], ""))
	}
	return fmt.Sprintf("%q", text)
}
