package networkacl_test

import (
	"net/netip"
	"strings"
	"testing"

	"cellworks/pkg/ipam"
	"cellworks/pkg/networkacl"
)

// TestFlowsOfACellWithItsOwnVPC holds what the VPC of a cell exchanges with a hub and
// with the account's VPC, where other cells are, connected with it or not.
func TestFlowsOfACellWithItsOwnVPC(t *testing.T) {
	t.Parallel()
	ops, account, own, other := newVPC(t, 3, 0, 0), newVPC(t, 2, 0, 0), newVPC(t, 2, 0, 2), newVPC(t, 2, 0, 3)
	for _, connected := range []bool{false, true} {
		hubs, inside := []netip.Prefix{ops.CIDR()}, []netip.Prefix(nil)
		if connected {
			hubs, inside = append(hubs, account.CIDR()), append(inside, own.CIDR())
		}
		hub := newVPCNet(t, ops, networkacl.Peers{Hub: true})
		cells := newVPCNet(t, account, networkacl.Peers{Hubs: []netip.Prefix{ops.CIDR()}, Cells: inside})
		cell := newVPCNet(t, own, networkacl.Peers{Hubs: hubs})
		stranger := newVPCNet(t, other, networkacl.Peers{Hubs: []netip.Prefix{ops.CIDR()}})
		w := world{hub, cells, cell, stranger}
		check(t, []flow{
			{"task to Vault", packet{tcp, cell.at(ipam.App, 0, caller), hub.at(ipam.App, 1, 443)}, required},
			{"Vault to PostgreSQL", packet{tcp, hub.at(ipam.App, 1, caller), cell.at(ipam.Data, 0, 5432)}, required},
			{"operator to the load balancer", packet{tcp, hub.at(ipam.App, 1, caller), cell.at(ipam.App, 0, 443)}, required},
			{"task to the hub's data", packet{tcp, cell.at(ipam.App, 0, caller), hub.at(ipam.Data, 1, 5432)}, forbidden},
			{"load balancer to task", packet{tcp, cell.at(ipam.Public, 0, caller), cell.at(ipam.App, 1, 8080)}, required},
			{"task to the account's Vault", packet{tcp, cell.at(ipam.App, 0, caller), cells.at(ipam.App, 1, 443)}, connected},
			{"the account's Vault to PostgreSQL", packet{tcp, cells.at(ipam.App, 0, caller), cell.at(ipam.Data, 1, 5432)}, connected},
			{"task to a database of another cell", packet{tcp, cell.at(ipam.App, 0, caller), cells.at(ipam.Data, 1, 5432)}, forbidden},
			{"task to ssh of another cell's", packet{tcp, cell.at(ipam.App, 0, caller), cells.at(ipam.App, 1, 22)}, forbidden},
			{"another cell's task to the cell's file system", packet{tcp, cells.at(ipam.App, 0, caller), cell.at(ipam.Data, 1, 2049)}, forbidden},
			{"another cell's database to the cell's", packet{tcp, cells.at(ipam.Data, 0, caller), cell.at(ipam.Data, 1, 5432)}, forbidden},
			{"task to the VPC of another cell", packet{tcp, cell.at(ipam.App, 0, caller), stranger.at(ipam.App, 1, 443)}, forbidden},
			{"task of the VPC of another cell", packet{tcp, stranger.at(ipam.App, 0, caller), cell.at(ipam.App, 1, 8080)}, forbidden},
			{"database of the VPC of another cell", packet{tcp, stranger.at(ipam.App, 0, caller), cell.at(ipam.Data, 1, 5432)}, forbidden},
		}, w.connects)
	}
}

// TestRulesOfCellVPCsFit holds that the most that configuration lets through fits: of two
// hubs of a cell's VPC one is the account's.
func TestRulesOfCellVPCsFit(t *testing.T) {
	t.Parallel()
	inside := []netip.Prefix{newVPC(t, 2, 0, 3).CIDR(), newVPC(t, 2, 0, 2).CIDR()}
	peers := networkacl.Peers{Hubs: []netip.Prefix{newVPC(t, 3, 0, 0).CIDR()}, Cells: inside}
	for _, tier := range ipam.Tiers() {
		set, err := networkacl.Rules(newVPC(t, 2, 0, 0), tier, egressPorts, peers)
		if err != nil {
			t.Fatal(err)
		}
		for direction, list := range map[string][]networkacl.Rule{"in": set.Ingress, "out": set.Egress} {
			if fault := form(tier, list); fault != "" {
				t.Errorf("%s %s: %s: %+v", tier, direction, fault, list)
			}
		}
	}
}

func TestCellVPCsAreBlocksOfThePlan(t *testing.T) {
	t.Parallel()
	vpc, ops := newVPC(t, 2, 0, 0), newVPC(t, 3, 0, 0)
	peers := networkacl.Peers{Hubs: []netip.Prefix{ops.CIDR()}, Cells: []netip.Prefix{vpc.CIDR(), ops.CIDR(), netip.MustParsePrefix("10.32.0.0/17"), newVPC(t, 2, 0, 2).CIDR(), newVPC(t, 2, 0, 2).CIDR()}}
	const want = `cells: 10.32.0.0/16 is the block of the VPC itself or of a hub, want those of cells
cells: 10.48.0.0/16 is the block of the VPC itself or of a hub, want those of cells
cells: 10.32.0.0/17 is not the block of a VPC of the address plan, want one such as 10.16.0.0/16
cells: 10.34.0.0/16 is listed twice`
	if err := peers.Validate(vpc); err == nil || strings.TrimSpace(err.Error()) != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
