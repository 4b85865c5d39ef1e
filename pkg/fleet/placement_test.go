package fleet_test

import (
	"strings"
	"testing"

	"cellworks/pkg/fleet"
)

func TestPlacementOf(t *testing.T) {
	t.Parallel()
	if got := fleet.PlacementOf(map[string]any{"placement": "shared"}); got != "shared" {
		t.Errorf("placement %q", got)
	}
	for _, outputs := range []map[string]any{nil, {"placement": 7}} {
		if got := fleet.PlacementOf(outputs); got != "" {
			t.Errorf("%v is read as %q", outputs, got)
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
			states := fleet.States{baseEast: up(60), acme: {Resources: 80, Ready: true, Placement: tc.was}}
			for _, op := range []fleet.Operation{fleet.Up, fleet.Preview} {
				if got := refused(t, tree, op, []fleet.Stack{acme}, states, nil); got != tc.want {
					t.Errorf("%s refused with\n%s\nwant\n%s", op, got, tc.want)
				}
			}
		})
	}
}
