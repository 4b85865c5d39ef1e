package base_test

import (
	"strings"
	"testing"

	"cellworks/base"
	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
)

func load(t *testing.T) *config.Tree {
	t.Helper()
	tree, err := config.Load("../configs")
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestProgramBuildsTheBaseOfEveryAccountAndRegion(t *testing.T) {
	t.Parallel()
	tree := load(t)
	bases := pulumitest.Bases(t, tree)
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			target := pulumitest.Target{Project: "base", Stack: account.Name + "-" + region.Name, References: bases}
			recording := pulumitest.Run(t, target, base.Program(tree))
			if target.Stack == "prod-us-east-1" {
				recording.Golden(t, target.Stack)
			}
		}
	}
}

func TestProgramNamesTheKnownStacks(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(pulumitest.Target{Project: "base", Stack: "prodd-us-east-1"}, base.Program(load(t)))
	if want := `base stack "prodd-us-east-1": no such account and region, want one of [nonprod-us-east-1`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want it to contain %q", err, want)
	}
}
