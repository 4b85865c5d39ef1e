package config_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/config"
)

// hub is an account that the sound tree does not have.
const hub = `  - name: ops
    id: "333333333333"
    slot: 3
    homeRegion: us-east-1
    regions:
      - {name: us-east-1, slot: 0, zones: [use1-az1, use1-az2]}
`

// connected is the sound tree with the account ops and the given lines of peering.
func connected(lines ...string) map[string]string {
	return map[string]string{"organization.yaml": sound()["organization.yaml"] + hub + "peering:\n  " + strings.Join(lines, "\n  ") + "\n"}
}

func TestPeeringConnectsTheHubWithEverybody(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, connected(`reach: [{name: operations, from: ops/*, to: "*/*"}]`, `never: [{name: workloads, between: [prod/*, nonprod/*], reason: why}]`))
	ops := config.VPCRef{Account: "ops", Region: "us-east-1"}
	var got []string
	for _, e := range tree.PeeringEdges() {
		got = append(got, fmt.Sprintf("%s -> %s", e.Hub, e.Spoke))
	}
	want := []string{"ops/us-east-1 -> nonprod/us-east-1", "ops/us-east-1 -> nonprod/us-west-2", "ops/us-east-1 -> prod/us-west-2"}
	if !slices.Equal(got, want) {
		t.Errorf("edges = %v, want %v", got, want)
	}
	if p := tree.Peers("ops", "us-east-1"); !reflect.DeepEqual(p, config.Peers{Hub: true}) {
		t.Errorf("peers of ops = %+v, want a hub that nobody reaches", p)
	}
	if p := tree.Peers("prod", "us-west-2"); !reflect.DeepEqual(p, config.Peers{Hubs: []config.VPCRef{ops}}) {
		t.Errorf("peers of prod = %+v, want the hub %s", p, ops)
	}
	if p := tree.Peers("prod", "us-east-1"); !reflect.DeepEqual(p, config.Peers{}) {
		t.Errorf("peers of a VPC that does not exist = %+v, want none", p)
	}
	if edges := mustLoad(t, nil).PeeringEdges(); len(edges) != 0 {
		t.Errorf("without peering there are edges %v", edges)
	}
}

func TestTwoHubsOfEachOtherHaveOneConnection(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, connected("reach:", "- {name: a, from: prod/*, to: ops/*}", "- {name: b, from: ops/*, to: prod/*}"))
	want := []config.PeeringEdge{{Hub: config.VPCRef{Account: "ops", Region: "us-east-1"}, Spoke: config.VPCRef{Account: "prod", Region: "us-west-2"}}}
	if got := tree.PeeringEdges(); !slices.Equal(got, want) {
		t.Errorf("edges = %v, want %v", got, want)
	}
	for _, e := range want {
		if p := tree.Peers(e.Hub.Account, e.Hub.Region); !p.Hub || !slices.Equal(p.Hubs, []config.VPCRef{e.Spoke}) {
			t.Errorf("peers of %s = %+v, want a hub that %s reaches", e.Hub, p, e.Spoke)
		}
		if p := tree.Peers(e.Spoke.Account, e.Spoke.Region); !p.Hub || !slices.Equal(p.Hubs, []config.VPCRef{e.Hub}) {
			t.Errorf("peers of %s = %+v, want a hub that %s reaches", e.Spoke, p, e.Hub)
		}
	}
}

const everybody = `reach: [{name: all, from: ops/*, to: "*/*"}]`

func TestErrorsOfPeering(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"values", connected("quota: 126", "reach:", "- {name: A, from: ops, to: pr*/us-west-2}", "never:", "- {name: b, between: [prod/*], reason: ''}"), []string{
			`configs/organization.yaml:26:10: peering.quota: 126 is out of range, want 1 to 125`,
			`configs/organization.yaml:28:12: peering.reach[A].name: "A" is not valid, want 1 to 20 lower-case letters, digits and dashes, starting with a letter`,
			`configs/organization.yaml:28:21: peering.reach[A].from: "ops" is not valid, want account/region, where * stands for a whole part`,
			`configs/organization.yaml:28:30: peering.reach[A].to: "pr*/us-west-2" is not valid, want account/region, where * stands for a whole part`,
			`configs/organization.yaml:30:24: peering.never[b].between: 1 items are listed, want 2 to 2`,
			`configs/organization.yaml:30:42: peering.never[b].reason: "" is not valid, want a sentence`,
		}},
		{"unknown names", connected("reach:", "- {name: a, from: opps/*, to: prod/us-west-1}", "- {name: b, from: ops/*, to: \"*/us-west-3\"}"), []string{
			`configs/organization.yaml:27:21: peering.reach[a].from: "opps/*" stands for no VPC: there is no account "opps" (did you mean "ops"? accounts: nonprod, prod, ops)`,
			`configs/organization.yaml:27:33: peering.reach[a].to: "prod/us-west-1" stands for no VPC: account prod has no region "us-west-1" (did you mean "us-west-2"? its regions: us-west-2)`,
			`configs/organization.yaml:28:32: peering.reach[b].to: "*/us-west-3" stands for no VPC: no account has a region "us-west-3" (did you mean "us-west-2"? regions: us-east-1, us-west-2)`,
		}},
		{"unknown name in a ban", connected("never:", "- {name: c, between: [prod/*, nonprd/*], reason: why}"), []string{
			`configs/organization.yaml:27:33: peering.never[c].between[1]: "nonprd/*" stands for no VPC: there is no account "nonprd" (did you mean "nonprod"? accounts: nonprod, prod, ops)`,
		}},
		{"a VPC and itself", connected("reach: [{name: a, from: ops/*, to: ops/us-east-1}]"), []string{
			`configs/organization.yaml:26:38: peering.reach[a].to: the rule connects nothing: ops/* and ops/us-east-1 both stand for one and the same VPC (remove the rule, or widen one side)`,
		}},
		{"via", connected("reach: [{name: a, from: prod/*, to: nonprod/*, via: ops/us-east-1}]"), []string{
			`configs/organization.yaml:26:55: peering.reach[a].via: nonprod/* cannot be reached via ops/us-east-1: peering is not transitive, a VPC passes nothing on from one peer to another (remove via: prod/* then reaches nonprod/* by a connection of its own)`,
		}},
		{"contradiction", connected("reach:", "- {name: x, from: \"*/us-west-2\", to: \"*/*\"}", "never: [{name: workloads, between: [nonprod/*, prod/*], reason: tests must not reach patients}]"), []string{
			`configs/organization.yaml:27:5: peering.reach[x]: the rule connects nonprod/us-west-2 with prod/us-west-2 (and 2 more), which peering.never[workloads] at configs/organization.yaml:28:11 forbids: tests must not reach patients (narrow from or to, or the ban)`,
		}},
		{"hubs", connected("reach:", "- {name: a, from: nonprod/*, to: ops/*}", "- {name: b, from: prod/*, to: ops/*}"), []string{
			`configs/organization.yaml:27:3: peering.reach: ops/us-east-1 would be reached by 3 hubs (nonprod/us-east-1, nonprod/us-west-2, prod/us-west-2), want at most 2: its network ACLs have no room for the rules of more (let fewer VPCs reach it: name their region instead of *)`,
		}},
		{"quota", connected("quota: 2", everybody), []string{
			`configs/organization.yaml:27:10: peering.reach: ops/us-east-1 would have 3 peerings, want at most 2 (narrow a rule, or set peering.quota to what AWS grants: 50 by default, on request up to 125)`,
		}},
	})
}

func TestPeersMustNotOverlap(t *testing.T) {
	t.Parallel()
	files := connected(everybody)
	files["organization.yaml"] = strings.Replace(files["organization.yaml"], "slot: 3", "slot: 1", 1)
	checkWrong(t, []wrong{{"slots", files, []string{
		`configs/organization.yaml:21:11: accounts[ops].slot: slot 1 is already that of accounts[nonprod] at configs/organization.yaml:8:11 (give each account a slot of its own: their addresses would be the same)`,
		`configs/organization.yaml:26:10: peering.reach: nonprod/us-east-1 and ops/us-east-1 share the addresses 10.16.0.0/14: VPCs that are peers, or have one in common, must not overlap (give each account, and each region of an account, a slot of its own)`,
	}}})
}
