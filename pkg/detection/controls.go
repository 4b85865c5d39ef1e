package detection

import (
	_ "embed" // reads the table of controls
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// controlTable says which controls of Security Hub are in which standard: the
// standard's name in the configuration, a service, and the numbers and ranges of
// that service's controls. From the lists of the standards
// (docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html,
// cis-aws-foundations-benchmark.html, standards-reference-nist-800-53.html and
// pci-standard.html, the list of version 3.2.1).
//
//go:embed controls.csv
var controlTable string

// controls returns the standards that each control is in, sorted. It fails when
// the table is malformed.
func controls() (map[string][]string, error) {
	records, err := csv.NewReader(strings.NewReader(controlTable)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("table of controls: %w", err)
	}
	out := map[string][]string{}
	for i, record := range records[1:] {
		for _, text := range strings.Fields(record[2]) {
			first, last, isRange := strings.Cut(text, "-")
			if !isRange {
				last = first
			}
			from, err := strconv.Atoi(first)
			if err != nil {
				return nil, fmt.Errorf("table of controls: line %d: %w", i+2, err)
			}
			to, err := strconv.Atoi(last)
			if err != nil {
				return nil, fmt.Errorf("table of controls: line %d: %w", i+2, err)
			}
			for n := from; n <= to; n++ {
				id := record[1] + "." + strconv.Itoa(n)
				out[id] = append(out[id], record[0])
			}
		}
	}
	return out, nil
}
