package network_test

import (
	"net/netip"
	"testing"

	"cellworks/pkg/ipam"
	"cellworks/pkg/network"
)

// packet is what a network ACL sees.
type packet struct {
	protocol network.Protocol
	src, dst netip.AddrPort
}

// passes reports what a list of rules says of a packet, peer being its far end.
func passes(rules []network.Rule, p packet, peer netip.Addr) bool {
	best := network.Rule{Number: 1 << 16}
	for _, r := range rules {
		port := int(p.dst.Port())
		if r.Number < best.Number && r.Peer.Contains(peer) &&
			(r.Protocol == network.All || r.Protocol == p.protocol && port >= r.Ports.From && port <= r.Ports.To) {
			best = r
		}
	}
	return best.Allow
}

// egressPorts are those of the world that the tests open: as many as fit, https
// and SFTP among them.
var egressPorts = []int{443, 22, 6661, 8443, 9443, 2222, 989, 990}

// vpcNet is one VPC whose tiers have their network ACLs.
type vpcNet struct {
	t   *testing.T
	vpc ipam.VPC
}

func newVPCNet(t *testing.T) vpcNet {
	t.Helper()
	vpc, err := ipam.NewVPC(1, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return vpcNet{t, vpc}
}

func (n vpcNet) rules(tier ipam.Tier) network.RuleSet {
	rules, err := network.Rules(n.vpc, tier, egressPorts)
	if err != nil {
		n.t.Fatal(err)
	}
	return rules
}

// host returns an address in the shared subnet of a tier and zone.
func (n vpcNet) host(tier ipam.Tier, zone int, port uint16) netip.AddrPort {
	subnet, err := n.vpc.Subnet(tier, zone)
	if err != nil {
		n.t.Fatal(err)
	}
	return netip.AddrPortFrom(subnet.Addr().Next().Next().Next().Next().Next(), port)
}

func (n vpcNet) leaves(tier ipam.Tier, p packet) bool {
	return passes(n.rules(tier).Egress, p, p.dst.Addr())
}

func (n vpcNet) enters(tier ipam.Tier, p packet) bool {
	return passes(n.rules(tier).Ingress, p, p.src.Addr())
}

func reply(p packet) packet { return packet{p.protocol, p.dst, p.src} }

// between reports whether a connection between two tiers works both ways.
func (n vpcNet) between(from, to ipam.Tier, p packet) bool {
	r := reply(p)
	return n.leaves(from, p) && n.enters(to, p) && n.leaves(to, r) && n.enters(from, r)
}

// fromOutside reports whether a connection from outside to a tier works both ways.
func (n vpcNet) fromOutside(to ipam.Tier, p packet) bool {
	return n.enters(to, p) && n.leaves(to, reply(p))
}

// throughNAT reports whether a connection from the app tier to the world works
// through a NAT gateway in the public tier. Before the gateway the packet has
// the task's address and the world's port; behind it the gateway's address.
func (n vpcNet) throughNAT(p packet) bool {
	nat := n.host(ipam.Public, 0, 40000)
	outside := packet{p.protocol, nat, p.dst}
	r := reply(p)
	return n.leaves(ipam.App, p) && n.enters(ipam.Public, p) && n.leaves(ipam.Public, outside) &&
		n.enters(ipam.Public, reply(outside)) && n.leaves(ipam.Public, r) && n.enters(ipam.App, r)
}

func TestNetworkACLsLetTheWantedFlowsThroughBothWays(t *testing.T) {
	t.Parallel()
	n := newVPCNet(t)
	world := netip.MustParseAddrPort("203.0.113.9:51000")
	site := netip.MustParseAddrPort("198.51.100.7:443")
	other := netip.MustParseAddrPort("10.32.0.9:51000")
	tcp := network.TCP
	for _, tc := range []struct {
		name string
		got  bool
		want bool
	}{
		{"client to load balancer", n.fromOutside(ipam.Public, packet{tcp, world, n.host(ipam.Public, 0, 443)}), true},
		{"client to redirect", n.fromOutside(ipam.Public, packet{tcp, world, n.host(ipam.Public, 0, 80)}), true},
		{"client to ssh", n.fromOutside(ipam.Public, packet{tcp, world, n.host(ipam.Public, 0, 22)}), false},
		{"client to rdp", n.fromOutside(ipam.Public, packet{tcp, world, n.host(ipam.Public, 0, 3389)}), false},
		{"load balancer to task", n.between(ipam.Public, ipam.App, packet{tcp, n.host(ipam.Public, 0, 33000), n.host(ipam.App, 2, 8080)}), true},
		{"internal load balancer to task", n.between(ipam.App, ipam.App, packet{tcp, n.host(ipam.App, 0, 33000), n.host(ipam.App, 1, 8080)}), true},
		{"task to database", n.between(ipam.App, ipam.Data, packet{tcp, n.host(ipam.App, 0, 33000), n.host(ipam.Data, 1, 5432)}), true},
		{"task to file system", n.between(ipam.App, ipam.Data, packet{tcp, n.host(ipam.App, 0, 33000), n.host(ipam.Data, 1, 2049)}), true},
		{"task to file system from a reserved port", n.between(ipam.App, ipam.Data, packet{tcp, n.host(ipam.App, 0, 800), n.host(ipam.Data, 1, 2049)}), false},
		{"task to cache", n.between(ipam.App, ipam.Data, packet{tcp, n.host(ipam.App, 0, 33000), n.host(ipam.Data, 1, 6379)}), true},
		{"task to ssh of a database", n.between(ipam.App, ipam.Data, packet{tcp, n.host(ipam.App, 0, 33000), n.host(ipam.Data, 1, 22)}), false},
		{"load balancer to database", n.between(ipam.Public, ipam.Data, packet{tcp, n.host(ipam.Public, 0, 33000), n.host(ipam.Data, 1, 5432)}), false},
		{"task to endpoint", n.between(ipam.App, ipam.Intra, packet{tcp, n.host(ipam.App, 0, 33000), n.host(ipam.Intra, 1, 443)}), true},
		{"task to resolver", n.between(ipam.App, ipam.Intra, packet{network.UDP, n.host(ipam.App, 0, 33000), n.host(ipam.Intra, 1, 53)}), false},
		{"database to endpoint", n.between(ipam.Data, ipam.Intra, packet{tcp, n.host(ipam.Data, 0, 33000), n.host(ipam.Intra, 1, 443)}), true},
		{"database to database", n.between(ipam.Data, ipam.Data, packet{tcp, n.host(ipam.Data, 0, 33000), n.host(ipam.Data, 1, 5432)}), true},
		{"task to world by https", n.throughNAT(packet{tcp, n.host(ipam.App, 1, 33000), site}), true},
		{"task to world by sftp", n.throughNAT(packet{tcp, n.host(ipam.App, 1, 33000), netip.MustParseAddrPort("198.51.100.7:22")}), true},
		{"task to world by smtp", n.throughNAT(packet{tcp, n.host(ipam.App, 1, 33000), netip.MustParseAddrPort("198.51.100.7:25")}), false},
		{"world to task", n.fromOutside(ipam.App, packet{tcp, world, n.host(ipam.App, 0, 443)}), false},
		{"world to database", n.fromOutside(ipam.Data, packet{tcp, world, n.host(ipam.Data, 0, 5432)}), false},
		{"database to world", n.leaves(ipam.Data, packet{tcp, n.host(ipam.Data, 0, 33000), site}), false},
		{"endpoint to world", n.leaves(ipam.Intra, packet{tcp, n.host(ipam.Intra, 0, 33000), site}), false},
		{"other account to task", n.fromOutside(ipam.App, packet{tcp, other, n.host(ipam.App, 0, 8080)}), false},
		{"task to other account", n.leaves(ipam.App, packet{tcp, n.host(ipam.App, 0, 33000), netip.MustParseAddrPort("10.32.0.9:443")}), false},
		{"other account to database", n.fromOutside(ipam.Data, packet{tcp, other, n.host(ipam.Data, 0, 5432)}), false},
	} {
		if tc.got != tc.want {
			t.Errorf("%s passes = %v, want %v", tc.name, tc.got, tc.want)
		}
	}
}

func TestNetworkACLsStayWithinTheQuota(t *testing.T) {
	t.Parallel()
	// 20 a direction with the implicit deny (Amazon VPC quotas).
	const quota = 19
	n := newVPCNet(t)
	for _, tier := range ipam.Tiers() {
		rules := n.rules(tier)
		for direction, list := range map[string][]network.Rule{"ingress": rules.Ingress, "egress": rules.Egress} {
			if len(list) > quota {
				t.Errorf("%s %s has %d rules, want at most %d", tier, direction, len(list), quota)
			}
			for i, r := range list[1:] {
				if r.Number <= list[i].Number {
					t.Errorf("%s %s: rule %d comes after %d", tier, direction, r.Number, list[i].Number)
				}
			}
		}
	}
	if _, err := network.Rules(n.vpc, "dmz", nil); err == nil {
		t.Error("Rules of tier dmz: no error")
	}
}
