package fleet_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/ipam"
	"cellworks/pkg/quota"
)

func TestQuotas(t *testing.T) {
	t.Parallel()
	const prod = "accounts[prod].quotas."
	vcpus := func(limit string) map[string][2]string {
		return map[string][2]string{"organization.yaml": {"fargateVCPUs: 512", limit}}
	}
	east, west, other := ipam.Place{Account: "prod", Region: "us-east-1"}, ipam.Place{Account: "prod", Region: "us-west-2"}, ipam.Place{Account: "nonprod", Region: "us-east-1"}
	for _, tc := range []struct {
		name    string
		changes map[string][2]string
		places  []ipam.Place
		// over and tight are pairs: the path of the value and the rest of the problem.
		over, tight [][2]string
	}{
		{name: "room everywhere", places: []ipam.Place{east, west, other}},
		{name: "too many vCPUs", changes: vcpus("fargateVCPUs: 50"), places: []ipam.Place{east, west}, over: [][2]string{{prod + "fargateVCPUs",
			"prod/us-east-1 would use 51 of 50 Fargate On-Demand vCPUs, 51 of them for 2 cells: AWS would refuse the rest (limit: the account's quotas) " +
				"(ask AWS for more (Service Quotas: fargate, L-3032A538) and write what it grants as quotas.fargateVCPUs of account prod, or move cells to nonprod/us-east-1, which has room for 62 cells with the defaults)"}}},
		{name: "nearly too many", changes: vcpus("fargateVCPUs: 60"), places: []ipam.Place{east}, tight: [][2]string{{prod + "fargateVCPUs",
			"prod/us-east-1 uses 51 of 60 Fargate On-Demand vCPUs: room for 3 cells more with the defaults (limit: the account's quotas) " +
				"(ask AWS for more (Service Quotas: fargate, L-3032A538) and write what it grants as quotas.fargateVCPUs of account prod, or move cells to nonprod/us-east-1, which has room for 62 cells with the defaults)"}}},
		{name: "a new account", changes: vcpus("iamRoles: 1000"), places: []ipam.Place{east}, over: [][2]string{{"accounts[prod].regions[us-east-1]",
			"prod/us-east-1 would use 51 of 6 Fargate On-Demand vCPUs, 51 of them for 2 cells: AWS would refuse the rest (limit: docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html) " +
				"(ask AWS for more (Service Quotas: fargate, L-3032A538) and write what it grants as quotas.fargateVCPUs of account prod, or move cells to nonprod/us-east-1, which has room for 62 cells with the defaults)"}}},
		{name: "another account is none of this plan's", changes: vcpus("fargateVCPUs: 50"), places: []ipam.Place{other}},
		{name: "an account's quota is told once, and leads to another account", changes: vcpus("fargateVCPUs: 512\n      iamRoles: 29"), places: []ipam.Place{east, west}, over: [][2]string{{prod + "iamRoles",
			"prod would use 30 of 29 IAM roles, 6 of them for 3 cells: AWS would refuse the rest (limit: the account's quotas) " +
				"(ask AWS for more (Service Quotas: iam, L-FE177D64) and write what it grants as quotas.iamRoles of account prod, or move cells to nonprod/us-east-1, which has room for 62 cells with the defaults)"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tree := changed(t, tc.changes)
			census, err := quota.Take(tree, time.Date(2026, 2, 14, 12, 0, 0, 0, time.UTC))
			if err != nil {
				t.Fatal(err)
			}
			over, tight := fleet.Quotas(tree, census, tc.places)
			for what, pair := range map[string]struct {
				got  config.Problems
				want [][2]string
			}{"over": {over, tc.over}, "tight": {tight, tc.tight}} {
				var want []string
				for _, w := range pair.want {
					want = append(want, tree.Where("organization", w[0])+": "+w[0]+": "+w[1])
				}
				if pair.got.Error() != strings.Join(want, "\n") {
					t.Errorf("%s:\n%s\nwant\n%s", what, pair.got.Error(), strings.Join(want, "\n"))
				}
			}
		})
	}
}

// TestQuotasOfAnAccountCountItsRegions asks about every place at once.
func TestQuotasOfAnAccountCountItsRegions(t *testing.T) {
	t.Parallel()
	tree := changed(t, map[string][2]string{"organization.yaml": {"fargateVCPUs: 512", "fargateVCPUs: 512\n      iamPolicies: 5000\n      buckets: 18"}})
	census, err := quota.Take(tree, time.Date(2026, 2, 14, 12, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	over, _ := fleet.Quotas(tree, census, census.Places())
	if len(over) != 1 || !strings.Contains(over[0].Message, "prod would use 19 of 18 buckets") || !strings.Contains(over[0].Suggestion, "L-DC2B2D3D") {
		t.Errorf("over: %v", over)
	}
}

func TestPlacesOfAPlan(t *testing.T) {
	t.Parallel()
	graph, err := fleet.FromTree(changed(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := graph.Plan(fleet.Up, []fleet.Stack{acme, {Project: "base", Name: "prod-peering"}}, fleet.States{}, true)
	if err != nil {
		t.Fatal(err)
	}
	if got := graph.Places(plan); !slices.Equal(got, []ipam.Place{{Account: "prod", Region: "us-east-1"}, {Account: "nonprod", Region: "us-east-1"}}) {
		t.Errorf("the plan works in %v, want the peering's home and the cell's region", got)
	}
}
