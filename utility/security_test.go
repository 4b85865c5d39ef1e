package utility_test

import (
	"slices"
	"testing"

	"cellworks/pkg/pulumitest"
	"cellworks/utility"
)

const (
	aggregator    = "aws:cfg/configurationAggregator:ConfigurationAggregator"
	authorization = "aws:cfg/aggregateAuthorization:AggregateAuthorization"
)

func TestProgramBuildsSecurityEverywhere(t *testing.T) {
	t.Parallel()
	tree := load(t)
	bases := pulumitest.Bases(t, tree)
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			stack := account.Name + "-" + region.Name + "-security"
			recording := pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: stack, References: bases}, utility.Program(tree))
			center := account.Name == "ops" && region.Name == account.HomeRegion
			if got := len(recording.OfType(aggregator)); got != map[bool]int{true: 1}[center] {
				t.Errorf("%s: %d aggregators", stack, got)
			}
			if got := len(recording.OfType(authorization)); got != map[bool]int{true: 1}[account.Name != "ops"] {
				t.Errorf("%s: %d authorizations", stack, got)
			}
			if center || account.Name == "prod" && region.Name == "us-east-1" {
				recording.Golden(t, stack)
			}
		}
	}
}

func TestOnlyAccountsWhoseSecurityIsOnAreGathered(t *testing.T) {
	t.Parallel()
	tree := with(t, "accounts/nonprod/utility.yaml", "security: {enabled: false}\n")
	recording := pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "ops-us-east-1-security", References: pulumitest.Bases(t, tree)}, utility.Program(tree))
	var ids []string
	for _, id := range recording.OfType(aggregator)[0].Inputs["accountAggregationSource"].ObjectValue()["accountIds"].ArrayValue() {
		ids = append(ids, id.StringValue())
	}
	if want := []string{"222222222222", "333333333333"}; !slices.Equal(ids, want) {
		t.Errorf("gathered are %v, want %v", ids, want)
	}
}
