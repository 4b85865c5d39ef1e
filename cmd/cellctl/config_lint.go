package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/spelling"
)

// maxFixRounds bounds how often lint --fix looks again: an account's file that is
// fixed can make a client's value redundant, and no deeper than the layers go.
const maxFixRounds = 5

func (a *app) lintCommand() *cobra.Command {
	fix := false
	c := &cobra.Command{
		Use:   "lint",
		Short: "Find overrides that change nothing, that most clients share, or that have no effect",
		Long: `Find what is valid but had better be otherwise:

  redundant       a value that equals the one it overrides
  dead            a value without effect, because its module is off
  drift           an override that most clients make in the same way
  expiring        a certificate of a client's identity provider that ends within 30 days
  expired         one that has ended
  unused-profile  a profile that no client names

--fix removes redundant values. It changes no resolved value, and keeps comments
and formatting. Exit code 1 says that findings are left, other than of
certificates: a client's must not hold up the change of another.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.lint(fix) },
	}
	c.Flags().BoolVar(&fix, "fix", false, "apply the safe fixes")
	return c
}

// lintReport is the JSON of lint.
type lintReport struct {
	Findings config.Findings `json:"findings"`
	Fixed    config.Findings `json:"fixed"`
}

func (a *app) lint(fix bool) error {
	tree, err := a.tree()
	if err != nil {
		return err
	}
	report := lintReport{config.Findings{}, config.Findings{}}
	found := tree.LintAt(a.clock())
	for round := 0; fix && round < maxFixRounds; round++ {
		applied, err := a.applyFixes(tree, found)
		if err != nil {
			return err
		}
		if len(applied) == 0 {
			break
		}
		report.Fixed = append(report.Fixed, applied...)
		if tree, err = a.tree(); err != nil {
			return err
		}
		found = tree.LintAt(a.clock())
	}
	report.Findings = append(report.Findings, found...)
	if found.Wrong() {
		a.code = fleet.ExitFailed
	}
	if a.flags.json {
		return a.print(report)
	}
	return a.lintText(report)
}

func (a *app) lintText(report lintReport) error {
	for _, f := range report.Fixed {
		fmt.Fprintf(a.stdout, "fixed %s [%s]\n", f.Problem, f.Rule)
	}
	fixable := 0
	for _, f := range report.Findings {
		fmt.Fprintf(a.stdout, "%s [%s]\n", f.Problem, f.Rule)
		if f.Fixable {
			fixable++
		}
	}
	switch {
	case len(report.Findings) == 0 && len(report.Fixed) == 0:
		fmt.Fprintln(a.stderr, "nothing found")
	case fixable > 0 && len(report.Fixed) == 0:
		fmt.Fprintf(a.stderr, "%s, %d fixable: cellctl config lint --fix\n", spelling.Count(len(report.Findings), "finding"), fixable)
	default:
		fmt.Fprintf(a.stderr, "%s left, %d fixed\n", spelling.Count(len(report.Findings), "finding"), len(report.Fixed))
	}
	return nil
}

// applyFixes writes the fixed files and returns the findings that are gone.
func (a *app) applyFixes(tree *config.Tree, found config.Findings) (config.Findings, error) {
	files, err := tree.Fix(found)
	if err != nil {
		return nil, err
	}
	var applied config.Findings
	for _, f := range files {
		if err := replaceFile(f.Path, f.Text); err != nil {
			return applied, fmt.Errorf("fixing %s: %w", f.File, err)
		}
		applied = append(applied, f.Applied...)
	}
	return applied, nil
}

// replaceFile gives a file new content in one step, so that no one reads half of it.
func replaceFile(name string, data []byte) (err error) {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	// The loader passes over names that begin with a dot.
	temp, err := os.CreateTemp(filepath.Dir(name), ".fix-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temp.Name()))
		}
	}()
	_, err = temp.Write(data)
	if err = errors.Join(err, temp.Chmod(info.Mode().Perm()), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), name)
}
