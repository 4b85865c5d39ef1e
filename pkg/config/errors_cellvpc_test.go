package config_test

import (
	"maps"
	"net/netip"
	"strings"
	"testing"

	"cellworks/pkg/config"
)

// ownVPC is acme with a VPC of its own and these keys of its network.
func ownVPC(keys string, lines ...string) map[string]string {
	return cell(append([]string{"network: {mode: ownVPC" + keys + "}"}, lines...)...)
}

// beside returns changes with those of others beside them.
func beside(changes map[string]string, others ...map[string]string) map[string]string {
	out := maps.Clone(changes)
	for _, other := range others {
		maps.Copy(out, other)
	}
	return out
}

func birch(network string) map[string]string {
	return map[string]string{"clients/birch/cell.yaml": smallest(1) + "network: " + network + "\n"}
}

func TestErrorsOfCellsWithTheirOwnVPC(t *testing.T) {
	t.Parallel()
	const file = `configs/clients/acme/cell.yaml:`
	rebuilt := map[string]string{"accounts/nonprod/base.yaml": "network: {vpcSlot: 2}\n"}
	quota := map[string]string{"organization.yaml": sound()["organization.yaml"] + strings.Replace(reach, "reach:", "quota: 1, reach:", 1)}
	crowd := map[string]string{"organization.yaml": sound()["organization.yaml"] + strings.Replace(reach, "reach: [", "reach: [{name: other, from: nonprod/us-west-2, to: nonprod/us-east-1}, ", 1)}
	checkWrong(t, []wrong{
		{"no slot", ownVPC(""), []string{
			file + `5:17: network.mode: mode ownVPC needs a VPC slot, from which the addresses follow, want 2 or 3 (set network.vpcSlot: 2)`,
		}},
		{"no slot but the inherited one", map[string]string{
			"accounts/nonprod/cell.yaml": "network: {vpcSlot: 0}\n", "clients/acme/cell.yaml": smallest(0) + "network: {mode: ownVPC}\n",
		}, []string{
			file + `5:17: network.mode: mode ownVPC needs a VPC slot, from which the addresses follow, want 2 or 3 (set network.vpcSlot: 2)`,
		}},
		{"the slot of a rebuild", ownVPC(", vpcSlot: 1"), []string{
			file + `5:34: network.vpcSlot: VPC slot 1 is kept for the rebuild of the account's VPC, want 2 or 3`,
		}},
		{"the account's slot", beside(ownVPC(", vpcSlot: 2"), rebuilt), []string{
			file + `5:34: network.vpcSlot: VPC slot 2 is that of the VPC of nonprod us-east-1, want 3`,
		}},
		{"another client's slot", beside(ownVPC(", vpcSlot: 2"), birch("{mode: ownVPC, vpcSlot: 2}")), []string{
			`configs/clients/birch/cell.yaml:5:34: network.vpcSlot: VPC slot 2 of nonprod us-east-1 is already that of client acme at configs/clients/acme/cell.yaml:5:34 (VPC slot 3 is free)`,
		}},
		{"every slot is taken", beside(ownVPC(", vpcSlot: 3"), birch("{mode: ownVPC, vpcSlot: 3}"), rebuilt), []string{
			`configs/clients/birch/cell.yaml:5:34: network.vpcSlot: VPC slot 3 of nonprod us-east-1 is already that of client acme at configs/clients/acme/cell.yaml:5:34 (every VPC slot of cells there is taken: use another region or account, or mode: ownSubnets)`,
		}},
		{"no way out, and load balancers of the account's", ownVPC(", vpcSlot: 2, nat: none", "services: {enabled: true}", "ingress: {shard: 1}"), []string{
			file + `5:42: network.nat: services need a way to the Internet: images, side cars and those who sign people in are there (set network.nat: single, or services.enabled: false)`,
			file + `7:18: ingress.shard: a cell with its own VPC has load balancers of its own, and load balancer 1 is one of the account's (set ingress.shard: 0)`,
			file + `7:18: ingress.shard: there is no internal load balancer 1 in nonprod us-east-1, want 0 to 0 (raise ecs.loadBalancers.internal.shards in the utility.yaml of the account, or choose another one)`,
			`configs/defaults/cell.yaml:5:32: network.egress[https].cidr: the cell's own VPC has no way to the Internet (nat: none), want a destination in 10.0.0.0/8, in the cell of client acme (remove it, or set network.nat: single)`,
		}},
		{"endpoints", ownVPC(", vpcSlot: 2, interfaceEndpoints: [s3, kms, kms, ecs]"), []string{
			file + `5:57: network.interfaceEndpoints: only ecs of ecs, ecs-agent, ecs-telemetry: with some of them the public ones are used (list all of them, or none)`,
			file + `5:58: network.interfaceEndpoints[0]: s3 has a gateway endpoint, which costs nothing and every own VPC has (remove it)`,
			file + `5:67: network.interfaceEndpoints[2]: kms is listed twice (list it once)`,
		}},
		{"a Vault out of reach", withVault(ownVPC(", vpcSlot: 2", "vault: {enabled: true}"), ""), []string{
			file + `5:17: network.mode: the Vault that serves the cell is in the VPC of prod/us-west-2, and no rule of peering.reach lets it reach nonprod/us-east-1 and the VPCs of its cells (add one to organization.yaml with from: prod/us-west-2 and to: nonprod/us-east-1, or set vault.enabled: false)`,
		}},
		{"a Vault in the account's VPC", withVault(map[string]string{"clients/acme/cell.yaml": "account: prod\nregion: us-west-2\nslot: 0\nring: canary\nnetwork: {mode: ownVPC, vpcSlot: 2}\nvault: {enabled: true}\n"}, ""), []string{
			file + `5:17: network.mode: the Vault that serves the cell is in the VPC of prod/us-west-2, which the cell's own VPC is not connected with (set network.accountPeering: true, or vault.enabled: false)`,
		}},
		{"more hubs than rules", beside(ownVPC(", vpcSlot: 2, accountPeering: true"), crowd), []string{
			file + `5:53: network.accountPeering: the cell's VPC would be reached by 3 VPCs (nonprod/us-west-2, prod/us-west-2 and the account's), want at most 2: its network ACLs have no room for the rules of more (set it to false, or let fewer VPCs reach the account's in peering.reach)`,
		}},
		{"more connections than AWS grants", beside(ownVPC(", vpcSlot: 2"), quota), []string{
			file + `5:17: network.mode: prod/us-west-2 would have 2 peerings with that of the cell's own VPC, want at most 1 (set peering.quota to what AWS grants: 50 by default, on request up to 125; or choose another mode)`,
		}},
		{"keys of another mode", cell("network: {nat: perZone, interfaceEndpoints: [kms], accountPeering: true}"), []string{
			file + `5:16: network.nat: a cell in the account's VPC has no VPC of its own (remove it, or set mode: ownVPC and a vpcSlot)`,
			file + `5:45: network.interfaceEndpoints: a cell in the account's VPC has no VPC of its own (remove it, or set mode: ownVPC and a vpcSlot)`,
			file + `5:68: network.accountPeering: a cell in the account's VPC has no VPC of its own (remove it, or set mode: ownVPC and a vpcSlot)`,
		}},
	})
}

func TestPeersOfACellWithItsOwnVPC(t *testing.T) {
	t.Parallel()
	own := func(block string) map[string]string {
		changes := peers(reach, "    - {name: all, cidr: "+block+", port: 8080}")
		changes["clients/acme/cell.yaml"] = strings.Replace(changes["clients/acme/cell.yaml"], "network:\n", "network:\n  mode: ownVPC\n  vpcSlot: 2\n", 1)
		return changes
	}
	checkWrong(t, []wrong{
		{"its own", own("10.18.0.0/20"), []string{
			`configs/clients/acme/cell.yaml:10:25: network.allowFromPeers[all].cidr: 10.18.0.0/20 meets the cell's own VPC 10.18.0.0/16, where the security groups keep everything else out of the cell: a peer is a network of another VPC (remove it: tasks of the cell reach each other, and all others the load balancer)`,
		}},
		{"the account's, with other cells", own("10.16.0.0/20"), []string{
			`configs/clients/acme/cell.yaml:10:25: network.allowFromPeers[all].cidr: 10.16.0.0/20 is not in the app tier of a VPC that is connected with the cell's own, and nothing else is let through, want a network in 10.32.0.0/17 of prod/us-west-2 (name one of these, or add a rule to peering.reach in organization.yaml)`,
		}},
	})
	mustLoad(t, own("10.32.0.0/20"))
}

func TestCellVPCsAreInThePlan(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, beside(ownVPC(", vpcSlot: 3"), birch("{mode: ownVPC, vpcSlot: 2, accountPeering: true}")))
	got, err := tree.CellVPCs("nonprod", "us-east-1")
	if err != nil || len(got) != 2 || got[0].Client != "acme" || got[1].VPC.CIDR() != netip.MustParsePrefix("10.18.0.0/16") || !got[1].AccountPeering || got[0].AccountPeering {
		t.Errorf("VPCs of cells are %+v, %v", got, err)
	}
	if got, err := tree.CellVPCs("prod", "us-west-2"); err != nil || len(got) != 0 {
		t.Errorf("VPCs of cells elsewhere are %+v, %v", got, err)
	}
	line, err := tree.RetiredLine("acme", day(t, "2026-01-31"))
	const want = "- {kind: cell, account: nonprod, region: us-east-1, client: acme, slot: 0, released: 2026-01-31}\n- {kind: vpc, account: nonprod, region: us-east-1, client: acme, slot: 3, released: 2026-01-31}"
	if err != nil || line != want {
		t.Errorf("retired line %s, %v", line, err)
	}
}

func TestMovedSinceOfCellVPCs(t *testing.T) {
	t.Parallel()
	own := ownVPC(", vpcSlot: 2")
	other := map[string]string{"clients/acme/cell.yaml": strings.Replace(smallest(0), "us-east-1", "us-west-2", 1) + "network: {mode: ownVPC, vpcSlot: 2}\n"}
	for name, tc := range map[string]struct {
		before, after map[string]string
		want          string
	}{
		"another mode": {cell(), own, `configs/clients/acme/cell.yaml:5:17: network.mode: the network mode of client acme was shared at main (): with another one everything moves, databases included (restore mode: shared; another mode is for a new client)`},
		"another slot": {own, ownVPC(", vpcSlot: 3"), `configs/clients/acme/cell.yaml:5:34: network.vpcSlot: the slot of the VPC of client acme was 2 at main (configs/clients/acme/cell.yaml:5:34): with another one all of its addresses move (restore slot 2)`},
		"moved and recorded": {own, beside(other, released("{kind: cell, account: nonprod, region: us-east-1, client: acme, slot: 0, released: 2026-02-14}",
			"{kind: vpc, account: nonprod, region: us-east-1, client: acme, slot: 2, released: 2026-02-14}")), ""},
		"moved and not recorded": {own, beside(other, released("{kind: cell, account: nonprod, region: us-east-1, client: acme, slot: 0, released: 2026-02-14}")),
			`configs/clients/acme/cell.yaml:5:34: network.vpcSlot: slot 2 of the VPC of client acme was in use at main and is gone, and configs/network/retired.yaml does not say so (restore it, or append the day of its release there: - {kind: vpc, account: nonprod, region: us-east-1, client: acme, slot: 2, released: 2026-02-14})`},
	} {
		got := mustLoad(t, tc.after).MovedSince(mustLoad(t, tc.before), "main", day(t, "2026-02-14"))
		want := strings.ReplaceAll(tc.want, "main ()", "main ("+mustLoad(t, tc.before).Where("cell/acme", "network.mode")+")")
		if text := got.Error(); len(got) == 0 && want != "" || len(got) > 0 && text != want {
			t.Errorf("%s: problems:\n%s\nwant:\n%s", name, text, want)
		}
	}
}

func TestRetiredVPCsOfCells(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, beside(ownVPC(", vpcSlot: 2"), released("{kind: vpc, account: nonprod, region: us-east-1, client: birch, slot: 2, released: 2026-02-01}")))
	early, err := tree.EarlyReuses(day(t, "2026-02-14"))
	const want = `configs/clients/acme/cell.yaml:5:34: network.vpcSlot: slot 2 was that of the VPC of client birch and stays in quarantine until 2026-03-03 (configs/network/retired.yaml:2:5) (slot 1 is free)`
	if err != nil || len(early) != 1 || early[0].Kind != config.RetiredVPC || early[0].Client != "acme" || early[0].Problem.String() != want {
		t.Errorf("early reuses: %+v, %v", early, err)
	}
	checkWrong(t, []wrong{
		{"given back and in use", beside(ownVPC(", vpcSlot: 2"), released("{kind: vpc, account: nonprod, region: us-east-1, client: acme, slot: 2, released: 2026-02-01}")), []string{
			`configs/network/retired.yaml:2:5: retired[0]: slot 2 of the VPC of client acme is given back here and in use at configs/clients/acme/cell.yaml:5:34 (remove the entry if it was not given back; whoever comes back takes another slot)`,
		}},
	})
}
