package networkacl_test

import (
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"testing"

	"cellworks/pkg/ipam"
	"cellworks/pkg/networkacl"
)

// situation is one VPC with peers and egress ports of its own.
type situation struct {
	vpc   ipam.VPC
	ports []int
	peers networkacl.Peers
}

func anyVPC(t *testing.T, random *rand.Rand) ipam.VPC {
	return newVPC(t, ipam.MinAccountSlot+random.IntN(ipam.MaxAccountSlot), random.IntN(ipam.MaxRegionSlot+1), random.IntN(ipam.MaxVPCSlot+1))
}

func anySituation(t *testing.T, random *rand.Rand) situation {
	s := situation{vpc: anyVPC(t, random), peers: networkacl.Peers{Hub: random.IntN(2) == 0}}
	for range random.IntN(9) {
		s.ports = append(s.ports, 1+random.IntN(65535))
	}
	for len(s.peers.Hubs) < random.IntN(networkacl.MaxHubs+1) {
		hub := anyVPC(t, random).CIDR()
		if hub != s.vpc.CIDR() && !slices.Contains(s.peers.Hubs, hub) {
			s.peers.Hubs = append(s.peers.Hubs, hub)
		}
	}
	return s
}

func (s situation) rules(t *testing.T, tier ipam.Tier) networkacl.RuleSet {
	t.Helper()
	rules, err := networkacl.Rules(s.vpc, tier, s.ports, s.peers)
	if err != nil {
		t.Fatalf("%+v: %v", s, err)
	}
	return rules
}

// foreign returns an address of the private range outside of the VPC and the app
// tiers of its hubs, which nothing but a hub may exchange packets with.
func (s situation) foreign(t *testing.T, random *rand.Rand) netip.Addr {
	for {
		addr := netip.AddrFrom4([4]byte{10, byte(random.IntN(256)), byte(random.IntN(256)), byte(random.IntN(256))})
		inHub := func(hub netip.Prefix) bool {
			return netip.PrefixFrom(hub.Addr(), s.vpc.Tier(ipam.App).Bits()).Contains(addr)
		}
		if !s.vpc.CIDR().Contains(addr) && !slices.ContainsFunc(s.peers.Hubs, inHub) {
			return addr
		}
	}
}

func TestWhateverThePeersTheRulesHoldTheirForm(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 5))
	for range 2000 {
		s := anySituation(t, random)
		for _, tier := range ipam.Tiers() {
			set := s.rules(t, tier)
			for direction, list := range map[string][]networkacl.Rule{"in": set.Ingress, "out": set.Egress} {
				if len(list) > networkacl.MaxRules {
					t.Fatalf("%+v: %s %s has %d rules", s, tier, direction, len(list))
				}
				if fault := form(tier, list); fault != "" {
					t.Fatalf("%+v: %s %s: %s: %+v", s, tier, direction, fault, list)
				}
			}
		}
	}
}

// form returns what is wrong with a list of rules: numbers that do not rise, or
// the world let in or out before the private range is denied. Before that the
// public tier serves single ports to everybody; messages of path MTU always pass.
func form(tier ipam.Tier, list []networkacl.Rule) string {
	denied := false
	for i, r := range list {
		if i > 0 && r.Number <= list[i-1].Number {
			return "numbers do not rise"
		}
		denied = denied || !r.Allow && r.Protocol == networkacl.All && r.Peer == ipam.Private()
		served := tier == ipam.Public && r.Ports.From == r.Ports.To && r.Protocol == networkacl.TCP
		if r.Allow && r.Peer == networkacl.World && r.Protocol != networkacl.ICMP && !denied && !served {
			return "the world comes before the denied private range"
		}
	}
	return ""
}

func TestWhateverThePeersForeignAddressesStayOut(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 7))
	for range 2000 {
		s := anySituation(t, random)
		far := netip.AddrPortFrom(s.foreign(t, random), uint16(1+random.IntN(65535)))
		for _, tier := range []ipam.Tier{ipam.App, ipam.Data, ipam.Intra} {
			if tier == ipam.App && s.peers.Hub {
				continue
			}
			set := s.rules(t, tier)
			for _, protocol := range []networkacl.Protocol{networkacl.TCP, networkacl.UDP} {
				near := netip.AddrPortFrom(s.vpc.Tier(tier).Addr(), uint16(1+random.IntN(65535)))
				if in := (packet{protocol, far, near}); passes(set.Ingress, in, far.Addr()) {
					t.Fatalf("%+v: %s lets %v in", s, tier, in)
				}
				if out := (packet{protocol, near, far}); passes(set.Egress, out, far.Addr()) {
					t.Fatalf("%+v: %s lets %v out", s, tier, out)
				}
			}
		}
	}
}

func TestOrderOfPortsAndHubsDoesNotMatter(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 9))
	for range 500 {
		s := anySituation(t, random)
		turned := situation{vpc: s.vpc, ports: slices.Clone(s.ports), peers: networkacl.Peers{Hub: s.peers.Hub, Hubs: slices.Clone(s.peers.Hubs)}}
		slices.Reverse(turned.ports)
		slices.Reverse(turned.peers.Hubs)
		for _, tier := range ipam.Tiers() {
			if a, b := s.rules(t, tier), turned.rules(t, tier); !reflect.DeepEqual(a, b) {
				t.Fatalf("%+v: %s has %+v, in another order %+v", s, tier, a, b)
			}
		}
	}
}
