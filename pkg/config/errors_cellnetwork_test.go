package config_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"cellworks/pkg/config"
)

func TestErrorsOfCellNetworks(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"addresses without a VPC", cell("network: {vpcSlot: 2}"), []string{
			`configs/clients/acme/cell.yaml:5:20: network.vpcSlot: a cell in the account's VPC has no VPC of its own (remove it, or set it to 0)`,
		}},
		{"addresses of subnets of its own", cell("network: {mode: ownSubnets, vpcSlot: 2}"), []string{
			`configs/clients/acme/cell.yaml:5:38: network.vpcSlot: a cell in the account's VPC has no VPC of its own (remove it, or set it to 0)`,
		}},
		{"a destination twice", cell("network:", "  egress:", "    - {name: lab, cidr: 203.0.113.0/24, port: 443}", "    - {name: other, cidr: 203.0.113.0/25, port: 443}", "    - {name: twin, cidr: 203.0.113.0/24, port: 443}"), []string{
			`configs/clients/acme/cell.yaml:9:7: network.egress[twin]: 203.0.113.0/24 port 443 is already that of network.egress[lab] at configs/clients/acme/cell.yaml:7:7 (remove one of the two)`,
		}},
		{"more destinations than a security group takes", cell("network: {egress: [" + strings.Join(destinations(51), ", ") + "]}"), []string{
			`configs/clients/acme/cell.yaml:5:19: network.egress: 52 items are listed, want 0 to 50`,
		}},
	})
}

// destinations are n items of network.egress.
func destinations(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("{name: d%d, cidr: 203.0.%d.0/24, port: 443}", i, i)
	}
	return all
}

// peers are acme with private networks that may connect, in an organization with a
// peering of its own.
func peers(organization string, lines ...string) map[string]string {
	changes := map[string]string{"organization.yaml": sound()["organization.yaml"] + organization}
	maps.Copy(changes, cell(append([]string{
		"services: {enabled: true, items: [{name: api, image: " + image + ", port: 8080}, {name: web, image: " + image + ", port: 443}]}",
		"network:", "  allowFromPeers:",
	}, lines...)...))
	return changes
}

const image = "registry.example.com/api@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

func TestErrorsOfPeersOfCells(t *testing.T) {
	t.Parallel()
	const file = `configs/clients/acme/cell.yaml:`
	checkWrong(t, []wrong{
		{"networks that nothing leads from", peers(reach,
			"    - {name: world, cidr: 203.0.113.0/24, port: 8080}",
			"    - {name: all, cidr: 0.0.0.0/0, port: 8080}",
			"    - {name: own, cidr: 10.16.0.0/20, port: 8080}",
			"    - {name: private, cidr: 10.0.0.0/8, port: 8080}",
			"    - {name: vpc, cidr: 10.32.0.0/16, port: 8080}",
			"    - {name: data, cidr: 10.32.128.0/18, port: 8080}",
			"    - {name: other, cidr: 10.20.0.0/17, port: 8080}",
			"    - {name: bits, cidr: 10.32.0.1/17, port: 8080}",
		), []string{
			file + `8:27: network.allowFromPeers[world].cidr: 203.0.113.0/24 is not in 10.0.0.0/8: a peer is a network of a connected VPC (let the service be reached through a load balancer: set its expose)`,
			file + `9:25: network.allowFromPeers[all].cidr: 0.0.0.0/0 is not in 10.0.0.0/8: a peer is a network of a connected VPC (let the service be reached through a load balancer: set its expose)`,
			file + `10:25: network.allowFromPeers[own].cidr: 10.16.0.0/20 meets the cell's own VPC 10.16.0.0/16, where the security groups keep everything else out of the cell: a peer is a network of another VPC (remove it: tasks of the cell reach each other, and all others the load balancer)`,
			file + `11:29: network.allowFromPeers[private].cidr: 10.0.0.0/8 meets the cell's own VPC 10.16.0.0/16, where the security groups keep everything else out of the cell: a peer is a network of another VPC (remove it: tasks of the cell reach each other, and all others the load balancer)`,
			file + `12:25: network.allowFromPeers[vpc].cidr: 10.32.0.0/16 is not in the app tier of a VPC that is connected with that of nonprod us-east-1, and nothing else is let through, want a network in 10.32.0.0/17 of prod/us-west-2 (name one of these, or add a rule to peering.reach in organization.yaml)`,
			file + `13:26: network.allowFromPeers[data].cidr: 10.32.128.0/18 is not in the app tier of a VPC that is connected with that of nonprod us-east-1, and nothing else is let through, want a network in 10.32.0.0/17 of prod/us-west-2 (name one of these, or add a rule to peering.reach in organization.yaml)`,
			file + `14:27: network.allowFromPeers[other].cidr: 10.20.0.0/17 is not in the app tier of a VPC that is connected with that of nonprod us-east-1, and nothing else is let through, want a network in 10.32.0.0/17 of prod/us-west-2 (name one of these, or add a rule to peering.reach in organization.yaml)`,
			file + `15:26: network.allowFromPeers[bits].cidr: "10.32.0.1/17" has host bits set, want a network address (did you mean "10.32.0.0/17"?)`,
		}},
		{"nothing is connected", peers("", "    - {name: ops, cidr: 10.32.0.0/17, port: 8080}"), []string{
			file + `8:25: network.allowFromPeers[ops].cidr: no VPC is connected with that of nonprod us-east-1 (add a rule to peering.reach in organization.yaml, or remove it)`,
		}},
		{"a network twice", peers(reach, "    - {name: one, cidr: 10.32.0.0/17, port: 8080}", "    - {name: two, cidr: 10.32.0.0/17, port: 8080}"), []string{
			file + `9:7: network.allowFromPeers[two]: 10.32.0.0/17 port 8080 is already that of network.allowFromPeers[one] at configs/clients/acme/cell.yaml:8:7 (remove one of the two)`,
		}},
		{"ports", peers(reach,
			"    - {name: low, cidr: 10.32.0.0/17, port: 80}",
			"    - {name: nobody, cidr: 10.32.0.0/17, port: 8081}",
			"    - {name: none, cidr: 10.32.0.0/17, port: 0}",
		), []string{
			file + `8:45: network.allowFromPeers[low].port: the network ACLs let no peer in on port 80, want 443 or 1024 to 65535 (let the service listen on another port)`,
			file + `9:48: network.allowFromPeers[nobody].port: no service of the cell listens on port 8081, want one of 443, 8080`,
			file + `10:46: network.allowFromPeers[none].port: 0 is out of range, want 1 to 65535`,
		}},
		{"no services", cellOf(peers(reach), "services: {enabled: false}", "network: {allowFromPeers: [{name: ops, cidr: 10.32.0.0/17, port: 8080}]}"), []string{
			file + `6:66: network.allowFromPeers[ops].port: module services, which a peer would connect to, is switched off at configs/clients/acme/cell.yaml:5:21 (set services.enabled: true, or remove the peer)`,
		}},
	})
}

// cellOf returns the changes with another cell.
func cellOf(changes map[string]string, lines ...string) map[string]string {
	maps.Copy(changes, cell(lines...))
	return changes
}

func TestPeersOfEitherSideOfAConnectionMayConnect(t *testing.T) {
	t.Parallel()
	for name, organization := range map[string]string{
		"reached": reach,
		"reaches": "peering: {reach: [{name: hub, from: nonprod/us-east-1, to: prod/us-west-2}]}\n",
	} {
		tree := mustLoad(t, peers(organization, "    - {name: ops, cidr: 10.32.16.0/20, port: 8080}", "    - {name: web, cidr: 10.32.0.0/17, port: 443}"))
		if got := mustCell(t, tree, "acme").Network.AllowFromPeers; len(got) != 2 || got[0].CIDR.String() != "10.32.16.0/20" {
			t.Errorf("%s: peers = %v", name, got)
		}
	}
	if mode := mustCell(t, mustLoad(t, cell("network: {mode: ownSubnets}")), "acme").Network.Mode; mode != config.OwnSubnets {
		t.Errorf("mode = %s", mode)
	}
}
