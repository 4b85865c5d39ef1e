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

// baseOutputs are what a base stack with the zones publishes.
func baseOutputs(zones []string) map[string]any {
	subnets := map[string]any{}
	for _, tier := range []string{"app", "public"} {
		ids := map[string]any{}
		for _, zone := range zones {
			ids[zone] = "subnet-" + tier + "-" + zone
		}
		subnets[tier] = ids
	}
	return map[string]any{
		"vpcId":     "vpc-1",
		"vpcCidr":   "10.16.0.0/16",
		"tierCidrs": map[string]any{"app": "10.16.0.0/17"},
		"subnetIds": subnets,
		"zoneId":    "Z1",
		"zoneName":  "us-east-1.nonprod.example.com",
	}
}

func TestProgramBuildsECSWhereverItIsEnabled(t *testing.T) {
	t.Parallel()
	tree := load(t)
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			recording := pulumitest.Run(t, pulumitest.Target{
				Project: "utility", Stack: account.Name + "-" + region.Name + "-ecs",
				References: pulumitest.Stacks{"base/" + account.Name + "-" + region.Name: baseOutputs(region.Zones)},
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
		{"unknown stack", pulumitest.Target{Project: "utility", Stack: "prod-us-east-1-eks"}, `utility stack "prod-us-east-1-eks": no such account, region and application, want one of [nonprod-us-east-1-ecs`},
		{"base not up", pulumitest.Target{Project: "utility", Stack: "prod-us-east-1-ecs"}, `stack base/prod-us-east-1 does not publish "vpcId", "vpcCidr", "tierCidrs", "subnetIds", "zoneId", "zoneName": bring it up first (cellctl up base/prod-us-east-1)`},
		{
			"a zone short",
			pulumitest.Target{
				Project: "utility", Stack: "prod-us-east-1-ecs",
				References: pulumitest.Stacks{"base/prod-us-east-1": baseOutputs([]string{"use1-az1"})},
			},
			"base stack of prod in us-east-1 has no app subnet in zone use1-az2",
		},
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
