package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/ipam"
	"cellworks/pkg/quota"
	"cellworks/pkg/spelling"
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
  capacity     a warning where 80 percent of a service quota or more are used

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
	census, err := quota.Take(tree, now)
	if err != nil {
		return usage(err)
	}
	over, tight := fleet.Quotas(tree, census, census.Places())
	found.Warnings = append(append(found.Warnings, over...), tight...)
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
		fmt.Fprintf(a.stderr, "error: the address plan has %s\n", spelling.Count(n, "problem"))
		return
	}
	history := ""
	if found.Since != "" {
		history = "; nothing has moved since " + found.Since
	}
	fmt.Fprintf(a.stdout, "the address plan is sound: %s, %s in quarantine%s\n",
		contents(tree), spelling.Count(waiting, "slot"), history)
}
