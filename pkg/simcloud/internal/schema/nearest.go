package schema

import "slices"

// Nearest is the candidate that is the fewest edits away from name, or empty when none is near enough to be a slip of
// the pen: at most two, or a quarter of the name's length.
func Nearest(name string, candidates []string) string {
	slices.Sort(candidates)
	best, bestDistance := "", max(2, len(name)/4)+1
	for _, c := range candidates {
		if d := distance(name, c); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance is the Levenshtein distance in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
