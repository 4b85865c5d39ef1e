package fleet_test

import (
	"maps"
	"strings"
	"testing"

	"cellworks/pkg/fleet"
)

func TestHomeOf(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		outputs map[string]any
		want    fleet.Home
	}{
		{nil, fleet.Home{}},
		{map[string]any{"placement": "shared"}, fleet.Home{Placement: "shared"}},
		{map[string]any{"placement": "shared", "account": "prod", "region": "us-east-1", "slot": 7.0}, fleet.Home{Account: "prod", Region: "us-east-1", Slot: 7, Placement: "shared"}},
		{map[string]any{"placement": 7, "account": "prod", "region": 1, "slot": 7.0}, fleet.Home{}},
		{map[string]any{"account": "prod", "region": "us-east-1", "slot": "7"}, fleet.Home{}},
	} {
		if got := fleet.HomeOf(tc.outputs); got != tc.want {
			t.Errorf("%v is read as %+v, want %+v", tc.outputs, got, tc.want)
		}
	}
}

func TestCellsThatAreUpStayWhereTheyAre(t *testing.T) {
	t.Parallel()
	const own, vpc = "network: {mode: ownSubnets}\n", "network: {mode: ownVPC, vpcSlot: 3}\n"
	for name, tc := range map[string]struct {
		file, was string
		want      string // path and message; empty: allowed
	}{
		"where it was":            {"", "shared", ""},
		"own subnets, as before":  {own, "ownSubnets in slot 0", ""},
		"of a stack that is old":  {own, "", ""},
		"into subnets of its own": {own, "shared", "network.mode: client acme is up, shared: ownSubnets in slot 0 would move everything, databases included (restore shared; another placement is for a new client)"},
		"out of them":             {"", "ownSubnets in slot 0", "network.mode: client acme is up, ownSubnets in slot 0: shared would move everything, databases included (restore ownSubnets in slot 0; another placement is for a new client)"},
		"another slot":            {own, "ownSubnets in slot 7", "slot: client acme is up, ownSubnets in slot 7: ownSubnets in slot 0 would move everything, databases included (restore ownSubnets in slot 7; another placement is for a new client)"},
		"another VPC":             {vpc, "ownVPC in VPC slot 2", "network.vpcSlot: client acme is up, ownVPC in VPC slot 2: ownVPC in VPC slot 3 would move everything, databases included (restore ownVPC in VPC slot 2; another placement is for a new client)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := changed(t, map[string][2]string{"clients/acme/cell.yaml": {"ring: canary\n", "ring: canary\n" + tc.file}})
			if tc.want != "" {
				path, _, _ := strings.Cut(tc.want, ":")
				tc.want = tree.Where("cell/acme", path) + ": " + tc.want
			}
			states := fleet.States{baseEast: up(60), acme: {Resources: 80, Ready: true, Home: fleet.Home{Placement: tc.was}}}
			for _, op := range []fleet.Operation{fleet.Up, fleet.Preview} {
				if got := refused(t, tree, op, []fleet.Stack{acme}, states, nil); got != tc.want {
					t.Errorf("%s refused with\n%s\nwant\n%s", op, got, tc.want)
				}
			}
		})
	}
}

func TestCellsThatAreUpStayInTheirAccountAndRegion(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ account, region, want string }{
		"where it was":    {"nonprod", "us-east-1", ""},
		"another account": {"prod", "us-east-1", "account: client acme is up in prod us-east-1: in nonprod us-east-1 nothing of it would be found, databases included (restore prod us-east-1; another account or region is for a new client)"},
		"another region":  {"nonprod", "us-west-2", "region: client acme is up in nonprod us-west-2: in nonprod us-east-1 nothing of it would be found, databases included (restore nonprod us-west-2; another account or region is for a new client)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := changed(t, nil)
			if tc.want != "" {
				path, _, _ := strings.Cut(tc.want, ":")
				tc.want = tree.Where("cell/acme", path) + ": " + tc.want
			}
			states := fleet.States{baseEast: up(60), acme: {Resources: 80, Ready: true, Home: fleet.Home{Account: tc.account, Region: tc.region, Placement: "shared"}}}
			for _, op := range []fleet.Operation{fleet.Up, fleet.Preview} {
				if got := refused(t, tree, op, []fleet.Stack{acme}, states, nil); got != tc.want {
					t.Errorf("%s refused with\n%s\nwant\n%s", op, got, tc.want)
				}
			}
		})
	}
}

// TestNoCellComesToWhereAnotherIs: AWS would refuse the addresses half-way, and a slot
// that is given back later stays in quarantine.
func TestNoCellComesToWhereAnotherIs(t *testing.T) {
	t.Parallel()
	const vpc = "network: {mode: ownVPC, vpcSlot: 3}\n"
	at := func(slot int, placement string) fleet.Home {
		return fleet.Home{Account: "nonprod", Region: "us-east-1", Slot: slot, Placement: placement}
	}
	oak, elm := fleet.Stack{Project: "cell", Name: "oak"}, fleet.Stack{Project: "cell", Name: "elm"}
	for name, tc := range map[string]struct {
		file   string
		others fleet.States
		acme   fleet.State
		want   string // path and message; empty: allowed
	}{
		"alone": {},
		"in the slot of a former client": {others: fleet.States{oak: {Resources: 9, Home: at(0, "shared")}},
			want: "slot: slot 0 of nonprod us-east-1 is still that of cell/oak, which is up and has no configuration (take another one; cellctl list says what to do about cell/oak)"},
		"in the slot of a client that has not moved yet": {others: fleet.States{elm: {Resources: 9, Home: at(0, "shared")}},
			want: "slot: slot 0 of nonprod us-east-1 is still that of cell/elm, which is up (bring cell/elm up first, which gives it up)"},
		"in the VPC slot of a former client": {file: vpc, others: fleet.States{oak: {Resources: 9, Home: at(5, "ownVPC in VPC slot 3")}},
			want: "network.vpcSlot: VPC slot 3 of nonprod us-east-1 is still that of cell/oak, which is up and has no configuration (take another one; cellctl list says what to do about cell/oak)"},
		"beside them":               {file: vpc, others: fleet.States{oak: {Resources: 9, Home: at(5, "ownVPC in VPC slot 4")}, elm: {Resources: 9, Home: at(1, "shared")}}},
		"after one":                 {others: fleet.States{oak: {Home: at(0, "shared")}}},
		"in another region":         {others: fleet.States{oak: {Resources: 9, Home: fleet.Home{Account: "nonprod", Region: "us-west-2"}}}},
		"of which nothing is known": {others: fleet.States{oak: {Resources: 9}}},
		"where it is already":       {others: fleet.States{oak: {Resources: 9, Home: at(0, "shared")}}, acme: fleet.State{Resources: 80, Ready: true, Home: at(0, "shared")}},
		"up, nobody knows where":    {others: fleet.States{oak: {Resources: 9, Home: at(0, "shared")}}, acme: up(80)},
		"from another slot": {others: fleet.States{oak: {Resources: 9, Home: at(0, "shared")}}, acme: fleet.State{Resources: 80, Ready: true, Home: at(4, "shared")},
			want: "slot: slot 0 of nonprod us-east-1 is still that of cell/oak, which is up and has no configuration (take another one; cellctl list says what to do about cell/oak)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := changed(t, map[string][2]string{"clients/acme/cell.yaml": {"ring: canary\n", "ring: canary\n" + tc.file}})
			if tc.want != "" {
				path, _, _ := strings.Cut(tc.want, ":")
				tc.want = tree.Where("cell/acme", path) + ": " + tc.want
			}
			states := fleet.States{baseEast: up(60), acme: tc.acme}
			maps.Copy(states, tc.others)
			for _, op := range []fleet.Operation{fleet.Up, fleet.Preview} {
				if got := refused(t, tree, op, []fleet.Stack{acme}, states, nil); got != tc.want {
					t.Errorf("%s refused with\n%s\nwant\n%s", op, got, tc.want)
				}
			}
		})
	}
}
