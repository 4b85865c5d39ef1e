package fleet_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/ipam"
	"cellworks/pkg/quota"
	"cellworks/pkg/servicequota"
)

// pressed is the shipped configuration with other quotas of account prod, and its count.
func pressed(t *testing.T, quotas string) (*config.Tree, *quota.Census) {
	t.Helper()
	tree := changed(t, map[string][2]string{"organization.yaml": {"fargateVCPUs: 512", quotas}})
	census, err := quota.Take(tree, time.Date(2026, 2, 14, 12, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return tree, census
}

// usage is how much of a quota is used in a place.
func usage(t *testing.T, census *quota.Census, at ipam.Place, name string) quota.Usage {
	t.Helper()
	all := census.Usage(at)
	i := slices.IndexFunc(all, func(u quota.Usage) bool { return u.Quota.Name == name })
	if i < 0 {
		t.Fatalf("%s of %s is not counted", name, at)
	}
	return all[i]
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	const (
		said   = "accounts[prod].quotas."
		source = "docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"
		ours   = "the account's quotas"
		ask    = "ask AWS for more (Service Quotas: fargate, L-3032A538) and write what it grants as quotas.fargateVCPUs of account prod, or move cells to "
		over   = "prod/us-east-1 would use %g of %d Fargate On-Demand vCPUs, %[1]g of them for 2 cells: AWS would refuse the rest (limit: %[3]s) (" + ask
		tight  = "prod/us-east-1 uses %g of %d Fargate On-Demand vCPUs: room for 1 cell more with the defaults (limit: %s) (" + ask
	)
	east, west, other := ipam.Place{Account: "prod", Region: "us-east-1"}, ipam.Place{Account: "prod", Region: "us-west-2"}, ipam.Place{Account: "nonprod", Region: "us-east-1"}
	_, census := pressed(t, "fargateVCPUs: 512")
	vcpus, roles := usage(t, census, east, servicequota.FargateVCPUs), usage(t, census, east, servicequota.Roles)
	used := int(vcpus.Used())
	enough := used + int(1.5*vcpus.DefaultCell) // there is room for one and a half
	for _, tc := range []struct {
		name, quotas string
		places       []ipam.Place
		// over and tight are pairs: the path of the value and how the rest of the problem begins.
		over, tight [][2]string
	}{
		{name: "room everywhere", quotas: "fargateVCPUs: 512", places: []ipam.Place{east, west, other}},
		{name: "too many vCPUs", quotas: fmt.Sprintf("fargateVCPUs: %d", used-1), places: []ipam.Place{east, west}, over: [][2]string{{said + "fargateVCPUs", fmt.Sprintf(over, vcpus.Used(), used-1, ours)}}},
		{name: "nearly too many", quotas: fmt.Sprintf("fargateVCPUs: %d", enough), places: []ipam.Place{east}, tight: [][2]string{{said + "fargateVCPUs", fmt.Sprintf(tight, vcpus.Used(), enough, ours)}}},
		{name: "a new account", quotas: "iamRoles: 1000", places: []ipam.Place{east}, over: [][2]string{{"accounts[prod].regions[us-east-1]", fmt.Sprintf(over, vcpus.Used(), 6, source)}}},
		{name: "another account is none of this plan's", quotas: "fargateVCPUs: 6", places: []ipam.Place{other}},
		{name: "an account's quota is told once, and leads to another account", quotas: "fargateVCPUs: 512\n      iamRoles: 3", places: []ipam.Place{east, west}, over: [][2]string{{said + "iamRoles",
			fmt.Sprintf("prod would use %g of 3 IAM roles, %g of them for 5 cells: AWS would refuse the rest (limit: the account's quotas) "+
				"(ask AWS for more (Service Quotas: iam, L-FE177D64) and write what it grants as quotas.iamRoles of account prod, or move cells to nonprod/", roles.Used(), roles.Cells)}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tree, census := pressed(t, tc.quotas)
			gotOver, gotTight := fleet.Quotas(tree, census, tc.places)
			begins(t, tree, "over", gotOver, tc.over)
			begins(t, tree, "tight", gotTight, tc.tight)
		})
	}
}

// begins compares problems with their paths and what they begin with. Each ends with a
// place that has room.
func begins(t *testing.T, tree *config.Tree, what string, got config.Problems, want [][2]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d problems, want %d:\n%s", what, len(got), len(want), got.Error())
		return
	}
	for i, w := range want {
		text, start := got[i].String(), tree.Where("organization", w[0])+": "+w[0]+": "+w[1]
		if !strings.HasPrefix(text, start) || !strings.HasSuffix(text, " cells with the defaults)") || !strings.Contains(text, ", which has room for ") {
			t.Errorf("%s:\n%s\nwant it to begin with\n%s\nand to name a place that has room", what, text, start)
		}
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
