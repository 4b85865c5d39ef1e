package utility_test

import (
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
	"cellworks/utility"
)

func load(t *testing.T) *config.Tree {
	t.Helper()
	tree, err := config.Load("../configs")
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestProgramBuildsECSWhereverItIsEnabled(t *testing.T) {
	t.Parallel()
	tree := load(t)
	bases := pulumitest.Bases(t, tree)
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			recording := pulumitest.Run(t, pulumitest.Target{
				Project: "utility", Stack: account.Name + "-" + region.Name + "-ecs", References: bases,
			}, utility.Program(tree))
			if account.Name == "prod" && region.Name == "us-east-1" {
				recording.Golden(t, "prod-us-east-1-ecs")
			}
		}
	}
}

func TestProgramSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	tree := load(t)
	for _, tc := range []struct {
		name   string
		target pulumitest.Target
		want   string
	}{
		{"unknown stack", pulumitest.Target{Project: "utility", Stack: "prod-us-east-1-eks"}, `utility stack "prod-us-east-1-eks": no such account, region and application, want one of [nonprod-us-east-1-`},
		{"base not up", pulumitest.Target{Project: "utility", Stack: "prod-us-east-1-ecs"}, `"alertTopicArn": bring it up first (cellctl up base/prod-us-east-1)`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := pulumitest.Record(tc.target, utility.Program(tree))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error = %v, want it to contain %q", err, tc.want)
			}
		})
	}
}
