package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/ipam"
)

func (a *app) networkCheckCommand() *cobra.Command {
	since := ""
	c := &cobra.Command{
		Use:   "check",
		Short: "Check what depends on the day and on history: quarantines, moved addresses, capacity",
		Long: `Check of the address plan what config validate cannot see:

  quarantine   nobody uses a slot that was given back less than 30 days ago
  history      with --since, a git revision such as main: no allocation of that
               revision has moved, and each that is gone is recorded in
               network/retired.yaml, which has only grown
  capacity     a warning where more than three quarters of a limit are used

Exit code 2 says that there are problems; warnings alone are 0.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.networkCheck(c.Context(), since) },
	}
	c.Flags().StringVar(&since, "since", "", "git revision to compare with")
	return c
}

// networkFindings is the JSON of network check.
type networkFindings struct {
	Since    string          `json:"since"`
	Problems config.Problems `json:"problems"`
	Warnings config.Problems `json:"warnings"`
}

func (a *app) networkCheck(ctx context.Context, since string) error {
	trees := &treesByRef{app: a, loaded: map[string]*config.Tree{}}
	tree, err := trees.at(ctx, "")
	if err != nil {
		return err
	}
	now := a.clock()
	found := networkFindings{Since: since, Problems: config.Problems{}, Warnings: config.Problems{}}
	reuses, err := tree.EarlyReuses(now)
	if err != nil {
		return usage(err)
	}
	for _, r := range reuses {
		found.Problems = append(found.Problems, r.Problem)
	}
	found.Problems = append(found.Problems, tree.FutureReleases(now)...)
	if since != "" {
		before, err := trees.at(ctx, since)
		if err != nil {
			return err
		}
		found.Problems = append(found.Problems, tree.MovedSince(before, since, now)...)
	}
	plan, err := tree.AddressPlan()
	if err != nil {
		return usage(err)
	}
	today := ipam.DayOf(now)
	found.Warnings = append(found.Warnings, capacityWarnings(tree, plan, today)...)
	if len(found.Problems) > 0 {
		a.code = fleet.ExitUsage
	}
	if a.flags.json {
		return a.print(found)
	}
	a.networkFindingsText(found, tree, len(plan.Retired(today)))
	return nil
}

func (a *app) networkFindingsText(found networkFindings, tree *config.Tree, waiting int) {
	for _, w := range found.Warnings {
		fmt.Fprintln(a.stderr, "warning:", w)
	}
	if n := len(found.Problems); n > 0 {
		fmt.Fprintln(a.stderr, found.Problems.Error())
		text := fmt.Sprintf("%d problems", n)
		if n == 1 {
			text = "1 problem"
		}
		fmt.Fprintf(a.stderr, "error: the address plan has %s\n", text)
		return
	}
	history := ""
	if found.Since != "" {
		history = "; nothing has moved since " + found.Since
	}
	fmt.Fprintf(a.stdout, "the address plan is sound: %d accounts, %d clients, %d slots in quarantine%s\n",
		len(tree.Organization().Accounts), len(tree.Clients()), waiting, history)
}

// capacityWarnings reports where cells use up what there is. The place is that of the
// account or region, which is what one more of is the remedy.
func capacityWarnings(tree *config.Tree, plan *ipam.Plan, today ipam.Day) config.Problems {
	var out config.Problems
	for _, u := range plan.Usages(today) {
		if !u.Tight() {
			continue
		}
		path, where := fmt.Sprintf("accounts[%s]", u.At.Account), u.At.Account
		if u.At.Region != "" {
			path, where = fmt.Sprintf("%s.regions[%s]", path, u.At.Region), u.At.String()
		}
		suggestion := "open another region or account for new clients"
		if u.Adjustable {
			suggestion = "have the quota raised first, or " + suggestion
		}
		out = append(out, tree.ProblemAt("organization", path, fmt.Sprintf("%d of %d %s of %s are used by %d cells (limit: %s)", u.Used, u.Max, u.What, where, u.Cells, u.Source), suggestion))
	}
	slices.SortStableFunc(out, func(a, b config.Problem) int { return a.Line - b.Line })
	return out
}
