package progress

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"cellworks/pkg/fleet"
)

// Summary writes a table of results, the errors in full, and the outputs of the
// stacks that were asked for. It fails when out does.
func Summary(out io.Writer, report fleet.Report) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nSTACK\tRESULT\tCREATE\tUPDATE\tREPLACE\tDELETE\tSAME\tTIME")
	for _, s := range report.Stacks {
		c := s.Changes
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\n", s.Stack, s.Result, c.Create, c.Update, c.Replace, c.Delete, c.Same, duration(s.Seconds))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, s := range report.Stacks {
		if s.Error != "" {
			fmt.Fprintf(out, "\n%s %s: %s\n", s.Stack, s.Result, indent(s.Error))
		}
	}
	for _, s := range report.Stacks {
		if s.Result == fleet.Succeeded && !s.Prerequisite && len(s.Outputs) > 0 {
			if err := outputs(out, s); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(out, "\n%s of %s in %s: %s\n", report.Operation, stacks(len(report.Stacks)), duration(report.Seconds), whole(report))
	return err
}

// whole tells how many stacks did not succeed, and what changed all the same.
func whole(report fleet.Report) string {
	ended := map[fleet.Outcome]int{}
	for _, s := range report.Stacks {
		ended[s.Result]++
	}
	var parts []string
	for _, outcome := range []fleet.Outcome{fleet.Failed, fleet.Refused, fleet.Skipped} {
		if n := ended[outcome]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, outcome))
		}
	}
	changes := report.Changes()
	if len(parts) > 0 && changes == (fleet.Changes{}) {
		return strings.Join(parts, ", ")
	}
	return strings.Join(append(parts, counts(report.Operation, changes)), ", ")
}

// indent makes the further lines of an error stand below its first.
func indent(text string) string { return strings.ReplaceAll(text, "\n", "\n  ") }

func outputs(out io.Writer, s fleet.StackReport) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\n%s publishes\n", s.Stack)
	for _, key := range slices.Sorted(maps.Keys(s.Outputs)) {
		text, err := outputText(s.Outputs[key])
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "  %s\t%s\n", key, text)
	}
	return table.Flush()
}

// outputText writes text as it is and everything else as JSON.
func outputText(value any) (string, error) {
	if text, ok := value.(string); ok {
		return text, nil
	}
	encoded, err := json.Marshal(value)
	return string(encoded), err
}
