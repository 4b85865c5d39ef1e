// Package networkacl says what the network ACLs of an account's tiers and of a cell's own
// subnets let through, and adds one to a component. It registers no component of its own,
// so that the network ACL's URN has no further level.
package networkacl

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"cellworks/pkg/ipam"
)

// World is every IPv4 address.
var World = netip.MustParsePrefix("0.0.0.0/0")

// Protocol is a network ACL's protocol: a name, or All.
type Protocol string

// The protocols that the tiers' rules use. All is the spelling that the EC2 API
// wants for every protocol; it goes with ports 0 to 0.
const (
	TCP  Protocol = "tcp"
	UDP  Protocol = "udp"
	ICMP Protocol = "icmp"
	All  Protocol = "-1"
)

// A message "fragmentation needed" of ICMP, without which path MTU discovery
// fails (RFC 1191).
const (
	icmpUnreachable        = 3
	icmpFragmentationNeeds = 4
)

// Ports is a range of ports, both ends included.
type Ports struct{ From, To int }

// The ranges that the rules name. NAT gateways use source ports 1024 to 65535
// (Amazon VPC User Guide, "Custom network ACLs"), so replies need all of them.
// Towards the world the range leaves out 3389 on the way in, because an entry
// open to the world that covers 22 or 3389 violates nacl-no-unrestricted-ssh-rdp.
var (
	anyPort       = Ports{0, 0}
	ssh           = Ports{22, 22}
	https         = Ports{443, 443}
	http          = Ports{80, 80}
	dns           = Ports{53, 53}
	ephemeral     = Ports{1024, 65535}
	ephemeralLow  = Ports{1024, 3388}
	ephemeralHigh = Ports{3390, 65535}
	unprivileged  = Ports{1, 65535}
	postgres      = Ports{5432, 5432}
	nfs           = Ports{2049, 2049}
	redis         = Ports{6379, 6379}
	// The gossip of Consul: 8301 within a data centre, 8302 between them.
	gossip = Ports{8301, 8302}
)

// MaxRules is how many entries a network ACL has room for in a direction: the
// default quota of 20 less the deny that AWS adds
// (docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
const MaxRules = 19

// Rule is one entry of a network ACL. The entry with the lowest number that
// matches a packet decides; a packet that matches none is dropped.
type Rule struct {
	// Number orders the entries, 1 to 32766.
	Number int
	// Allow reports whether a matching packet passes.
	Allow bool
	// Protocol, Ports and Peer are what a packet must match: Peer is the source
	// of incoming and the destination of outgoing packets, Ports the destination
	// ports. ICMP rules match "fragmentation needed" only.
	Protocol Protocol
	Ports    Ports
	Peer     netip.Prefix
}

// RuleSet is what one tier's network ACL says of each direction.
type RuleSet struct{ Ingress, Egress []Rule }

// Rules returns the network ACL of a tier of vpc, entries by number. Network ACLs
// are stateless, so every allowed flow has its replies allowed as well; they name
// whole tiers, never zones, to stay below MaxRules. egressPorts are the TCP ports
// of the world that the app tier reaches, through the NAT gateways of the public
// tier; their order does not matter. It fails for a tier that ipam does not know,
// for peers that are not valid, see Peers, and when the entries of a direction are
// more than MaxRules.
func Rules(vpc ipam.VPC, tier ipam.Tier, egressPorts []int, peers Peers) (RuleSet, error) {
	hubs, err := peers.apps(vpc)
	if err != nil {
		return RuleSet{}, err
	}
	ports := slices.Compact(slices.Sorted(slices.Values(egressPorts)))
	var own, foreign RuleSet
	switch tier {
	case ipam.Public:
		own, foreign = publicRules(vpc, ports), senderRules(peers.Senders)
	case ipam.App:
		cells := cellRules(peers.Hub, peers.Cells)
		own, foreign = appRules(vpc, ports), appPeerRules(vpc, peers.Hub, hubs)
		foreign.Ingress, foreign.Egress = append(foreign.Ingress, cells.Ingress...), append(foreign.Egress, cells.Egress...)
	case ipam.Data:
		own, foreign = dataRules(vpc.Tier(ipam.App), vpc.Tier(ipam.Data), vpc), dataPeerRules(hubs)
	case ipam.Intra:
		own = intraRules(vpc)
	default:
		return RuleSet{}, fmt.Errorf("tier %q has no network ACL rules, want one of %v", tier, ipam.Tiers())
	}
	set := RuleSet{Ingress: merge(own.Ingress, foreign.Ingress), Egress: merge(own.Egress, foreign.Egress)}
	return set, errors.Join(fits(tier, "in", set.Ingress), fits(tier, "out", set.Egress))
}

// merge returns the rules of both lists by number.
func merge(a, b []Rule) []Rule {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y Rule) int { return cmp.Compare(x.Number, y.Number) })
	return all
}

func fits(tier ipam.Tier, direction string, rules []Rule) error {
	if len(rules) <= MaxRules {
		return nil
	}
	return fmt.Errorf("network ACL of tier %q: %d entries %s, want at most %d: list fewer egress ports or hubs", tier, len(rules), direction, MaxRules)
}

func allow(number int, protocol Protocol, ports Ports, peer netip.Prefix) Rule {
	return Rule{Number: number, Allow: true, Protocol: protocol, Ports: ports, Peer: peer}
}

// denyPrivate drops what is left of the private range once a tier's own flows
// have passed: other accounts, other regions, client networks.
func denyPrivate() Rule {
	return Rule{Number: 290, Protocol: All, Ports: anyPort, Peer: ipam.Private()}
}

// world returns one rule per port of the world, numbered from first.
func world(first int, ports []int) []Rule {
	rules := make([]Rule, 0, len(ports))
	for i, port := range ports {
		rules = append(rules, allow(first+i, TCP, Ports{port, port}, World))
	}
	return rules
}

// publicRules serve the load balancer and the NAT gateways. A packet from the
// app tier to the NAT gateway carries the internet's address and port, hence the
// whole VPC is allowed in.
func publicRules(vpc ipam.VPC, egressPorts []int) RuleSet {
	return RuleSet{
		Ingress: []Rule{
			allow(100, TCP, https, World),
			allow(110, TCP, http, World),
			allow(200, All, anyPort, vpc.CIDR()),
			denyPrivate(),
			allow(300, TCP, ephemeralLow, World),
			allow(310, TCP, ephemeralHigh, World),
			allow(330, ICMP, anyPort, World),
		},
		Egress: append(
			world(100, egressPorts),
			allow(200, All, anyPort, vpc.CIDR()),
			denyPrivate(),
			allow(300, TCP, ephemeral, World),
			allow(330, ICMP, anyPort, World),
		),
	}
}

// appRules serve the tasks. Replies through a NAT gateway, and those of S3 and
// DynamoDB through a gateway endpoint, keep their public source address.
func appRules(vpc ipam.VPC, egressPorts []int) RuleSet {
	app := vpc.Tier(ipam.App)
	return RuleSet{
		Ingress: []Rule{
			allow(100, All, anyPort, app),
			allow(110, TCP, ephemeral, vpc.CIDR()),
			allow(200, ICMP, anyPort, World),
			denyPrivate(),
			allow(300, TCP, ephemeralLow, World),
			allow(310, TCP, ephemeralHigh, World),
		},
		Egress: append([]Rule{
			allow(100, All, anyPort, app),
			allow(110, TCP, unprivileged, vpc.CIDR()),
			allow(200, ICMP, anyPort, World),
			denyPrivate(),
		}, world(300, egressPorts)...),
	}
}

// dataRules serve databases, file systems, search and caches in data, which only
// app reaches: the two tiers, or the blocks of a cell in them. NFS clients must mount with noresvport: replies go to
// unprivileged ports only.
func dataRules(app, data netip.Prefix, vpc ipam.VPC) RuleSet {
	intra := vpc.Tier(ipam.Intra)
	return RuleSet{
		Ingress: []Rule{
			allow(100, TCP, postgres, app),
			allow(110, TCP, nfs, app),
			allow(120, TCP, https, app),
			allow(130, TCP, redis, app),
			allow(150, All, anyPort, data),
			allow(160, TCP, ephemeral, intra),
			allow(200, ICMP, anyPort, vpc.CIDR()),
		},
		Egress: []Rule{
			allow(100, TCP, ephemeral, app),
			allow(120, All, anyPort, data),
			allow(130, TCP, https, intra),
			allow(200, ICMP, anyPort, vpc.CIDR()),
		},
	}
}

// intraRules serve interface endpoints and resolver endpoints.
func intraRules(vpc ipam.VPC) RuleSet {
	app, all := vpc.Tier(ipam.App), vpc.CIDR()
	return RuleSet{
		Ingress: []Rule{
			allow(100, TCP, https, all),
			allow(110, TCP, dns, all),
			allow(111, UDP, dns, all),
			allow(120, TCP, ephemeral, all),
			allow(121, UDP, ephemeral, all),
		},
		Egress: []Rule{
			allow(100, TCP, ephemeral, all),
			allow(101, UDP, ephemeral, all),
			allow(110, TCP, dns, app),
			allow(111, UDP, dns, app),
		},
	}
}
