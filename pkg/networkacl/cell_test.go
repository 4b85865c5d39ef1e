package networkacl_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"cellworks/pkg/ipam"
	"cellworks/pkg/networkacl"
)

// cellNet is a cell with subnets of its own in the VPC of the embedded net, whose tiers it
// hides: what is in its own blocks meets its own network ACLs.
type cellNet struct {
	vpc   vpcNet
	slot  int
	rules map[ipam.Tier]networkacl.RuleSet
}

func newCellNet(t *testing.T, n vpcNet, slot int, peers networkacl.Peers, servers ...netip.Prefix) cellNet {
	t.Helper()
	c := cellNet{n, slot, map[ipam.Tier]networkacl.RuleSet{}}
	for _, tier := range []ipam.Tier{ipam.App, ipam.Data} {
		rules, err := networkacl.Cell{VPC: n.vpc, Slot: slot, EgressPorts: egressPorts, Peers: peers, Servers: servers}.Rules(tier)
		if err != nil {
			t.Fatal(err)
		}
		c.rules[tier] = rules
	}
	return c
}

// at returns an address in the cell's own subnet of a tier and zone.
func (c cellNet) at(tier ipam.Tier, zone int, port uint16) netip.AddrPort {
	subnet, err := c.vpc.vpc.CellSubnet(tier, c.slot, zone)
	if err != nil {
		panic(err) // the tests name tiers and zones of the plan only
	}
	return netip.AddrPortFrom(subnet.Addr().Next().Next().Next().Next().Next(), port)
}

// cells is a world in which some cells have subnets of their own.
type cells struct {
	world
	own []cellNet
}

// filter returns the network ACL that an address is behind.
func (w cells) filter(addr netip.Addr) (networkacl.RuleSet, bool) {
	for _, c := range w.own {
		app, data, err := c.vpc.vpc.Cell(c.slot)
		if err != nil {
			panic(err)
		}
		for tier, block := range map[ipam.Tier]netip.Prefix{ipam.App: app, ipam.Data: data} {
			if block.Contains(addr) {
				return c.rules[tier], true
			}
		}
	}
	for _, n := range w.world {
		if rules, ok := n.tier(addr); ok {
			return rules, true
		}
	}
	return networkacl.RuleSet{}, false
}

func (w cells) carries(p packet) bool {
	src, ok := w.filter(p.src.Addr())
	if ok && !passes(src.Egress, p, p.dst.Addr()) {
		return false
	}
	dst, ok := w.filter(p.dst.Addr())
	return !ok || passes(dst.Ingress, p, p.src.Addr())
}

func (w cells) connects(p packet) bool { return w.carries(p) && w.carries(reply(p)) }

// throughNAT is world.throughNAT for a task of a cell with subnets of its own.
func (w cells) throughNAT(p packet, gateway netip.AddrPort) bool {
	public, _ := w.filter(gateway.Addr())
	task, _ := w.filter(p.src.Addr())
	back := reply(p)
	return passes(task.Egress, p, p.dst.Addr()) && passes(public.Ingress, p, p.src.Addr()) && w.connects(packet{p.protocol, gateway, p.dst}) &&
		passes(public.Egress, back, back.dst.Addr()) && passes(task.Ingress, back, back.src.Addr())
}

func TestFlowsOfACellWithSubnetsOfItsOwn(t *testing.T) {
	t.Parallel()
	o, w := newOrganization(t)
	ops, prod := o.ops, o.prod
	vault, err := ops.vpc.Subnet(ipam.App, 1)
	if err != nil {
		t.Fatal(err)
	}
	reached := networkacl.Peers{Hubs: []netip.Prefix{ops.vpc.CIDR()}}
	acme, birch := newCellNet(t, prod, 0, reached, vault), newCellNet(t, prod, 63, reached, vault)
	all := cells{w, []cellNet{acme, birch}}
	for _, c := range all.own {
		check(t, []flow{
			{"task to task in another zone", packet{tcp, c.at(ipam.App, 0, caller), c.at(ipam.App, 2, 80)}, required},
			{"task to task by UDP", packet{udp, c.at(ipam.App, 0, caller), c.at(ipam.App, 2, 5000)}, required},
			{"task to PostgreSQL", packet{tcp, c.at(ipam.App, 0, caller), c.at(ipam.Data, 1, 5432)}, required},
			{"task to file system", packet{tcp, c.at(ipam.App, 0, caller), c.at(ipam.Data, 1, 2049)}, required},
			{"task to cache", packet{tcp, c.at(ipam.App, 0, caller), c.at(ipam.Data, 1, 6379)}, required},
			{"task to ssh of a database", packet{tcp, c.at(ipam.App, 0, caller), c.at(ipam.Data, 1, 22)}, forbidden},
			{"database to its standby", packet{tcp, c.at(ipam.Data, 0, caller), c.at(ipam.Data, 1, 5432)}, required},
			{"database to task", packet{tcp, c.at(ipam.Data, 0, caller), c.at(ipam.App, 1, 8080)}, forbidden},
			{"public load balancer to task", packet{tcp, prod.at(ipam.Public, 0, caller), c.at(ipam.App, 1, 8080)}, required},
			{"internal load balancer to task", packet{tcp, prod.at(ipam.App, 0, caller), c.at(ipam.App, 1, 8080)}, required},
			{"task to internal load balancer", packet{tcp, c.at(ipam.App, 0, caller), prod.at(ipam.App, 1, 443)}, required},
			{"task to Consul of the account", packet{tcp, c.at(ipam.App, 0, caller), prod.at(ipam.App, 1, 8503)}, required},
			{"load balancer to ssh of a task", packet{tcp, prod.at(ipam.Public, 0, caller), c.at(ipam.App, 1, 22)}, forbidden},
			{"load balancer to database", packet{tcp, prod.at(ipam.Public, 0, caller), c.at(ipam.Data, 1, 5432)}, forbidden},
			{"task to endpoint", packet{tcp, c.at(ipam.App, 0, caller), prod.at(ipam.Intra, 1, 443)}, required},
			{"database to endpoint", packet{tcp, c.at(ipam.Data, 0, caller), prod.at(ipam.Intra, 1, 443)}, required},
			{"task to name server by TCP", packet{tcp, c.at(ipam.App, 0, caller), prod.at(ipam.Intra, 1, 53)}, required},
			{"task to S3 through the gateway endpoint", packet{tcp, c.at(ipam.App, 0, caller), bucket}, required},
			{"database to the internet", packet{tcp, c.at(ipam.Data, 0, caller), site}, forbidden},
			{"client to task", packet{tcp, client, c.at(ipam.App, 0, 443)}, forbidden},
			{"Vault to PostgreSQL", packet{tcp, ops.at(ipam.App, 1, caller), c.at(ipam.Data, 1, 5432)}, required},
			{"Vault to file system", packet{tcp, ops.at(ipam.App, 1, caller), c.at(ipam.Data, 1, 2049)}, forbidden},
			{"others of the hub to PostgreSQL", packet{tcp, ops.at(ipam.App, 0, caller), c.at(ipam.Data, 1, 5432)}, forbidden},
			{"task to Vault", packet{tcp, c.at(ipam.App, 0, caller), ops.at(ipam.App, 1, 8200)}, required},
			{"peer to task", packet{tcp, ops.at(ipam.App, 0, caller), c.at(ipam.App, 1, 8080)}, required},
			{"peer to task by https", packet{tcp, ops.at(ipam.App, 0, caller), c.at(ipam.App, 1, 443)}, required},
			{"peer to ssh of a task", packet{tcp, ops.at(ipam.App, 0, caller), c.at(ipam.App, 1, 22)}, forbidden},
			{"peer's data to task", packet{tcp, ops.at(ipam.Data, 0, caller), c.at(ipam.App, 1, 8080)}, forbidden},
			{"task of another account to task", packet{tcp, o.nonprod.at(ipam.App, 0, caller), c.at(ipam.App, 1, 8080)}, forbidden},
			{"task of a cell in shared subnets to PostgreSQL", packet{tcp, prod.at(ipam.App, 0, caller), c.at(ipam.Data, 1, 5432)}, forbidden},
			{"task to PostgreSQL of a cell in shared subnets", packet{tcp, c.at(ipam.App, 0, caller), prod.at(ipam.Data, 1, 5432)}, forbidden},
			{"database of a cell in shared subnets to database", packet{tcp, prod.at(ipam.Data, 0, caller), c.at(ipam.Data, 1, 5432)}, forbidden},
		}, all.connects)
		check(t, []flow{
			{"task to https", packet{tcp, c.at(ipam.App, 1, caller), site}, required},
			{"task to SFTP", packet{tcp, c.at(ipam.App, 1, 1024), internet(22)}, required},
			{"task to mail", packet{tcp, c.at(ipam.App, 1, caller), internet(25)}, forbidden},
			{"database to https", packet{tcp, c.at(ipam.Data, 1, caller), site}, forbidden},
		}, func(p packet) bool { return all.throughNAT(p, prod.at(ipam.Public, 0, 1024)) })
	}
}

func TestPeersReachACellInTheVPCOfTheHub(t *testing.T) {
	t.Parallel()
	o, w := newOrganization(t)
	c := newCellNet(t, o.ops, 5, networkacl.Peers{Hub: true})
	check(t, []flow{
		{"peer to task", packet{tcp, o.prod.at(ipam.App, 0, caller), c.at(ipam.App, 1, 8080)}, required},
		{"peer to task by https", packet{tcp, o.prod.at(ipam.App, 0, caller), c.at(ipam.App, 1, 443)}, required},
		{"peer to database", packet{tcp, o.prod.at(ipam.App, 0, caller), c.at(ipam.Data, 1, 5432)}, forbidden},
		{"gossip of a peer to task", packet{udp, o.prod.at(ipam.App, 0, caller), c.at(ipam.App, 1, 8301)}, forbidden},
		{"a VPC that is not connected to task", packet{tcp, o.alone.at(ipam.App, 0, caller), c.at(ipam.App, 1, 8080)}, forbidden},
	}, cells{w, []cellNet{c}}.connects)
}

// TestCellsWithSubnetsOfTheirOwnDoNotMeet holds that each refuses by itself, on every
// port: what the other's network ACL says is left out.
func TestCellsWithSubnetsOfTheirOwnDoNotMeet(t *testing.T) {
	t.Parallel()
	o, w := newOrganization(t)
	for _, n := range []struct {
		net   vpcNet
		peers networkacl.Peers
	}{{o.prod, networkacl.Peers{Hubs: []netip.Prefix{o.ops.vpc.CIDR()}}}, {o.ops, networkacl.Peers{Hub: true}}, {o.alone, networkacl.Peers{}}} {
		for _, slots := range [][2]int{{0, 1}, {1, 0}, {31, 32}, {63, 0}} {
			one, two := newCellNet(t, n.net, slots[0], n.peers), newCellNet(t, n.net, slots[1], n.peers)
			apart := cells{w, []cellNet{one}}
			for _, from := range []ipam.Tier{ipam.App, ipam.Data} {
				for _, to := range []ipam.Tier{ipam.App, ipam.Data} {
					for port := 1; port <= 65535; port += 1 + port/50 {
						for _, protocol := range []networkacl.Protocol{tcp, udp} {
							out := packet{protocol, one.at(from, 0, caller), two.at(to, 0, uint16(port))}
							in := packet{protocol, two.at(from, 0, caller), one.at(to, 0, uint16(port))}
							if passes(one.rules[from].Egress, out, out.dst.Addr()) || passes(one.rules[to].Ingress, in, in.src.Addr()) || apart.connects(out) {
								t.Fatalf("slot %d meets slot %d: %s %s to %s", slots[0], slots[1], protocol, out.src, out.dst)
							}
						}
					}
				}
			}
		}
	}
}

// TestRulesOfCellsFit holds that the most that configuration lets through fits.
func TestRulesOfCellsFit(t *testing.T) {
	t.Parallel()
	vpc := newVPC(t, 1, 0, 0)
	var servers []netip.Prefix
	for i := range networkacl.MaxServers {
		servers = append(servers, netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 48, byte(16 * i), 0}), 20))
	}
	for name, peers := range map[string]networkacl.Peers{
		"two hubs": {Hubs: []netip.Prefix{newVPC(t, 3, 0, 0).CIDR(), newVPC(t, 3, 1, 0).CIDR()}}, "a hub": {Hub: true}, "alone": {},
	} {
		for _, tier := range []ipam.Tier{ipam.App, ipam.Data} {
			set, err := networkacl.Cell{VPC: vpc, Slot: 7, EgressPorts: egressPorts, Peers: peers, Servers: servers}.Rules(tier)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for direction, list := range map[string][]networkacl.Rule{"in": set.Ingress, "out": set.Egress} {
				if fault := form(tier, list); fault != "" {
					t.Errorf("%s: %s %s: %s: %+v", name, tier, direction, fault, list)
				}
			}
			slices.Reverse(servers)
			again, err := networkacl.Cell{VPC: vpc, Slot: 7, EgressPorts: egressPorts, Peers: peers, Servers: servers}.Rules(tier)
			if err != nil || fmt.Sprint(again) != fmt.Sprint(set) {
				t.Errorf("%s: the order of servers matters: %v", name, err)
			}
		}
	}
}

func TestRulesOfCellsRefuseWhatTheyCannotServe(t *testing.T) {
	t.Parallel()
	vpc := newVPC(t, 1, 0, 0)
	for want, c := range map[string]networkacl.Cell{
		"cell slot 64 is out of range, want 0 to 63":                                                  {VPC: vpc, Slot: 64},
		"the zero VPC has no addresses, make one with NewVPC":                                         {},
		"servers of Vault: 203.0.113.0/24 is not in 10.0.0.0/8":                                       {VPC: vpc, Servers: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}},
		"servers of Vault: got 9 blocks, want at most 8":                                              {VPC: vpc, Servers: slices.Repeat([]netip.Prefix{netip.MustParsePrefix("10.48.0.0/20")}, 9)},
		"hubs: 10.16.0.0/16 is the block of the VPC itself, want those of other VPCs":                 {VPC: vpc, Peers: networkacl.Peers{Hubs: []netip.Prefix{vpc.CIDR()}}},
		`network ACL of tier "app": 20 entries out, want at most 19: list fewer egress ports or hubs`: {VPC: vpc, EgressPorts: []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}},
	} {
		if _, err := c.Rules(ipam.App); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
	if _, err := (networkacl.Cell{VPC: vpc}).Rules(ipam.Public); err == nil || err.Error() != `tier "public" has no subnets of cells, want app or data` {
		t.Errorf("error = %v", err)
	}
}
