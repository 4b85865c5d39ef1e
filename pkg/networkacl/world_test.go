package networkacl_test

import (
	"net/netip"
	"testing"

	"cellworks/pkg/ipam"
	"cellworks/pkg/networkacl"
)

// egressPorts are those of the world that the tests open: as many as fit, https
// and SFTP among them.
var egressPorts = []int{443, 22, 6661, 8443, 9443, 2222, 989, 990}

// packet is what a network ACL sees.
type packet struct {
	protocol networkacl.Protocol
	src, dst netip.AddrPort
}

func reply(p packet) packet { return packet{p.protocol, p.dst, p.src} }

// passes reports what a list of rules says of a packet, peer being its far end.
func passes(rules []networkacl.Rule, p packet, peer netip.Addr) bool {
	best := networkacl.Rule{Number: 1 << 16}
	for _, r := range rules {
		port := int(p.dst.Port())
		if r.Number < best.Number && r.Peer.Contains(peer) &&
			(r.Protocol == networkacl.All || r.Protocol == p.protocol && port >= r.Ports.From && port <= r.Ports.To) {
			best = r
		}
	}
	return best.Allow
}

// vpcNet is one VPC whose tiers have their network ACLs.
type vpcNet struct {
	vpc   ipam.VPC
	rules map[ipam.Tier]networkacl.RuleSet
}

func newVPC(t *testing.T, account, region, slot int) ipam.VPC {
	t.Helper()
	vpc, err := ipam.NewVPC(account, region, slot)
	if err != nil {
		t.Fatal(err)
	}
	return vpc
}

func newVPCNet(t *testing.T, vpc ipam.VPC, peers networkacl.Peers) vpcNet {
	t.Helper()
	n := vpcNet{vpc: vpc, rules: map[ipam.Tier]networkacl.RuleSet{}}
	for _, tier := range ipam.Tiers() {
		rules, err := networkacl.Rules(vpc, tier, egressPorts, peers)
		if err != nil {
			t.Fatal(err)
		}
		n.rules[tier] = rules
	}
	return n
}

// tier returns the rules of the tier that an address of the VPC is in.
func (n vpcNet) tier(addr netip.Addr) (networkacl.RuleSet, bool) {
	for _, tier := range ipam.Tiers() {
		if n.vpc.Tier(tier).Contains(addr) {
			return n.rules[tier], true
		}
	}
	return networkacl.RuleSet{}, false
}

// at returns an address in the shared subnet of a tier and zone.
func (n vpcNet) at(tier ipam.Tier, zone int, port uint16) netip.AddrPort {
	subnet, err := n.vpc.Subnet(tier, zone)
	if err != nil {
		panic(err) // the tests name zones of the plan only
	}
	return netip.AddrPortFrom(subnet.Addr().Next().Next().Next().Next().Next(), port)
}

// world is a number of VPCs with routes from each to every other and to the
// internet, so that only network ACLs stop a packet.
type world []vpcNet

// carries reports whether a packet leaves the subnet that it comes from and
// enters the one that it goes to. Addresses outside of every VPC filter nothing.
func (w world) carries(p packet) bool {
	for _, n := range w {
		if rules, ok := n.tier(p.src.Addr()); ok && !passes(rules.Egress, p, p.dst.Addr()) {
			return false
		}
		if rules, ok := n.tier(p.dst.Addr()); ok && !passes(rules.Ingress, p, p.src.Addr()) {
			return false
		}
	}
	return true
}

// connects reports whether a packet and its reply both arrive.
func (w world) connects(p packet) bool { return w.carries(p) && w.carries(reply(p)) }

// throughNAT reports whether a connection to the internet works through a NAT
// gateway. Before the gateway the packets have the address of the task and the
// address and port of the internet, behind it the address of the gateway. The
// network ACL of the gateway's subnet sees them on both sides of it.
func (w world) throughNAT(p packet, gateway netip.AddrPort) bool {
	for _, n := range w {
		rules, ok := n.tier(gateway.Addr())
		if !ok {
			continue
		}
		out, back := packet{p.protocol, gateway, p.dst}, reply(p)
		arrives := passes(rules.Ingress, p, p.src.Addr()) && passes(rules.Egress, back, back.dst.Addr())
		task, ok := n.tier(p.src.Addr())
		return ok && arrives && w.connects(out) &&
			passes(task.Egress, p, p.dst.Addr()) && passes(task.Ingress, back, back.src.Addr())
	}
	return false
}
