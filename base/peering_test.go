package base_test

import (
	"slices"
	"strings"
	"testing"

	"cellworks/base"
	"cellworks/pkg/pulumitest"
)

func TestProgramConnectsTheVPCsOfAnAccount(t *testing.T) {
	t.Parallel()
	tree := load(t)
	for account, want := range map[string][]string{
		"nonprod": {"ops-us-east-1-nonprod-us-east-1", "ops-us-east-1-nonprod-us-west-2"},
		"prod":    {"ops-us-east-1-prod-us-east-1", "ops-us-east-1-prod-us-west-2"},
	} {
		target := pulumitest.Target{Project: "base", Stack: account + "-peering", References: pulumitest.Bases(t, tree)}
		recording := pulumitest.Run(t, target, base.Program(tree))
		var got []string
		for _, connection := range recording.OfType("cellworks:peering:Peering") {
			got = append(got, connection.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: connections %v, want %v", target.Stack, got, want)
		}
		if account == "prod" {
			recording.Golden(t, target.Stack)
		}
	}
}

func TestConnectionsNameEveryBaseStackThatIsNotUp(t *testing.T) {
	t.Parallel()
	tree := load(t)
	stacks := pulumitest.Bases(t, tree)
	delete(stacks, "base/ops-us-east-1")
	stacks["base/prod-us-east-1"]["contractVersion"] = 1
	stacks["base/prod-us-west-2"]["vpcCidr"] = "10.36"
	target := pulumitest.Target{Project: "base", Stack: "prod-peering", References: stacks}
	_, err := pulumitest.Record(target, base.Program(tree))
	for _, want := range []string{
		`stack base/ops-us-east-1 does not publish`,
		`stack base/prod-us-east-1 publishes version 1 of its contract`,
		`stack base/prod-us-west-2: block of the VPC: netip.ParsePrefix("10.36"): no '/'`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want it to contain %q", err, want)
		}
	}
}

func TestAnAccountThatNobodyReachesHasNoConnections(t *testing.T) {
	t.Parallel()
	tree := load(t)
	_, err := pulumitest.Record(pulumitest.Target{Project: "base", Stack: "ops-peering", References: pulumitest.Bases(t, tree)}, base.Program(tree))
	if want := `or for the connections of an account one of [nonprod-peering prod-peering]`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want it to contain %q", err, want)
	}
}
