package networkacl

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"cellworks/pkg/ipam"
)

// MaxHubs is how many hubs may reach one VPC: the entries of more would not fit
// the network ACL of its app tier beside the egress ports.
const MaxHubs = 2

// MaxSenders is how many networks may send files: more would not fit the network ACL of
// the public tier.
const MaxSenders = 8

// Entries that are repeated for a second hub are numbered this much higher.
const hubStep = 5

// Peers says which VPCs of other accounts and regions a VPC exchanges traffic
// with. Routes are another matter: without a peering connection nothing flows,
// whatever the network ACLs allow. The zero Peers is a VPC on its own.
type Peers struct {
	// Hub says that the VPC reaches every other one, as that of operations does:
	// its app tier exchanges traffic with the rest of 10.0.0.0/8, and answers DNS
	// queries from its intra tier.
	Hub bool
	// Hubs are the blocks of the hubs that reach this VPC, at most MaxHubs, each
	// the /16 of another VPC of the address plan. Only their app tiers are let in:
	// to the app tier, and to PostgreSQL in the data tier. Order does not matter.
	Hubs []netip.Prefix
	// Cells are the blocks of VPCs in the same account and region that cells have of their
	// own, and that are connected with this one; each the /16 of another VPC of the address
	// plan. They connect to the app tier by https and on unprivileged ports, and PostgreSQL
	// in them answers there. A hub lets them in with the rest of 10.0.0.0/8. Order does not
	// matter.
	Cells []netip.Prefix
	// Senders are networks of the Internet that reach SFTP servers in the public tier,
	// at most MaxSenders. Order does not matter.
	Senders []netip.Prefix
}

// Validate reports peers that the network ACLs of vpc cannot let in.
func (p Peers) Validate(vpc ipam.VPC) error {
	_, err := p.apps(vpc)
	return err
}

// apps returns the app tiers of the hubs, sorted, for the network ACLs of vpc.
func (p Peers) apps(vpc ipam.VPC) ([]netip.Prefix, error) {
	var errs []error
	if len(p.Hubs) > MaxHubs {
		errs = append(errs, fmt.Errorf("hubs: got %d, want at most %d", len(p.Hubs), MaxHubs))
	}
	var apps []netip.Prefix
	for i, block := range p.Hubs {
		hub, err := planned(block)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("hubs: %w", err))
		case block == vpc.CIDR():
			errs = append(errs, fmt.Errorf("hubs: %s is the block of the VPC itself, want those of other VPCs", block))
		case slices.Contains(p.Hubs[:i], block):
			errs = append(errs, fmt.Errorf("hubs: %s is listed twice", block))
		}
		apps = append(apps, hub.Tier(ipam.App))
	}
	slices.SortFunc(apps, netip.Prefix.Compare)
	for i, block := range p.Cells {
		switch _, err := planned(block); {
		case err != nil:
			errs = append(errs, fmt.Errorf("cells: %w", err))
		case block == vpc.CIDR() || slices.Contains(p.Hubs, block):
			errs = append(errs, fmt.Errorf("cells: %s is the block of the VPC itself or of a hub, want those of cells", block))
		case slices.Contains(p.Cells[:i], block):
			errs = append(errs, fmt.Errorf("cells: %s is listed twice", block))
		}
	}
	errs = append(errs, p.checkSenders()...)
	return apps, errors.Join(errs...)
}

// checkSenders reports senders that are everybody or of the private range, of which the
// public tier lets nothing in.
func (p Peers) checkSenders() []error {
	var errs []error
	if len(p.Senders) > MaxSenders {
		errs = append(errs, fmt.Errorf("senders: got %d, want at most %d", len(p.Senders), MaxSenders))
	}
	for i, block := range p.Senders {
		switch {
		case !block.IsValid() || !block.Addr().Is4() || block != block.Masked() || block.Bits() == 0 || block.Overlaps(ipam.Private()):
			errs = append(errs, fmt.Errorf("senders: %s is no network of the Internet, want one such as 203.0.113.0/24", block))
		case slices.Contains(p.Senders[:i], block):
			errs = append(errs, fmt.Errorf("senders: %s is listed twice", block))
		}
	}
	return errs
}

// senderRules let networks of the Internet send files to the public tier, whose replies
// go to every caller on the Internet.
func senderRules(senders []netip.Prefix) RuleSet {
	var set RuleSet
	for i, block := range slices.SortedFunc(slices.Values(senders), netip.Prefix.Compare) {
		set.Ingress = append(set.Ingress, allow(120+i, TCP, ssh, block))
	}
	return set
}

// cellRules let the VPCs of cells reach the app tier, where an account's own Vault is,
// and let it reach their databases. The two directions of a cell are in one block: its
// own network ACLs say which tier of it may do what.
func cellRules(hub bool, cells []netip.Prefix) RuleSet {
	if hub {
		return RuleSet{}
	}
	none, sorted := netip.Prefix{}, slices.SortedFunc(slices.Values(cells), netip.Prefix.Compare)
	return RuleSet{
		Ingress: toEach(sorted, allow(140, TCP, https, none), allow(141, TCP, ephemeral, none)),
		Egress:  toEach(sorted, allow(140, TCP, ephemeral, none)),
	}
}

// planned returns the VPC of the address plan that has a block. The second byte
// of its address is made of the account's, the region's and the VPC's slot, see
// package ipam.
func planned(block netip.Prefix) (ipam.VPC, error) {
	if block.Addr().Is4() {
		slots := int(block.Addr().As4()[1])
		vpc, err := ipam.NewVPC(slots>>4, slots>>2&ipam.MaxRegionSlot, slots&ipam.MaxVPCSlot)
		if err == nil && vpc.CIDR() == block {
			return vpc, nil
		}
	}
	return ipam.VPC{}, fmt.Errorf("%s is not the block of a VPC of the address plan, want one such as 10.16.0.0/16", block)
}

// toEach returns the rules once for every hub, as their peer.
func toEach(hubs []netip.Prefix, rules ...Rule) []Rule {
	var all []Rule
	for i, hub := range hubs {
		for _, rule := range rules {
			rule.Number += i * hubStep
			rule.Peer = hub
			all = append(all, rule)
		}
	}
	return all
}

// appPeerRules are the rules of the app tier for its peers. A hub's callers are
// among the rest of the private range that it reaches, so a VPC that is a hub
// itself needs no rules for other hubs.
func appPeerRules(vpc ipam.VPC, hub bool, hubs []netip.Prefix) RuleSet {
	if !hub {
		none := netip.Prefix{}
		return RuleSet{
			Ingress: toEach(hubs, allow(120, TCP, ephemeral, none), allow(121, TCP, https, none), allow(130, UDP, gossip, none)),
			Egress:  toEach(hubs, allow(120, TCP, https, none), allow(121, TCP, ephemeral, none), allow(130, UDP, gossip, none)),
		}
	}
	rest, intra := ipam.Private(), vpc.Tier(ipam.Intra)
	return RuleSet{
		Ingress: []Rule{
			allow(140, TCP, https, rest),
			// Callers, and the replies of the databases of other VPCs.
			allow(150, TCP, ephemeral, rest),
			allow(160, UDP, gossip, rest),
			// A resolver endpoint asks the load balancer of Consul's DNS.
			allow(170, UDP, dns, intra),
			allow(171, TCP, dns, intra),
		},
		Egress: []Rule{
			allow(140, TCP, https, rest),
			allow(150, TCP, ephemeral, rest),
			allow(160, UDP, gossip, rest),
			allow(170, UDP, ephemeral, intra),
		},
	}
}

// dataPeerRules let the app tiers of the hubs reach PostgreSQL, because Vault's
// database engine lives there.
func dataPeerRules(hubs []netip.Prefix) RuleSet {
	none := netip.Prefix{}
	return RuleSet{
		Ingress: toEach(hubs, allow(140, TCP, postgres, none)),
		Egress:  toEach(hubs, allow(110, TCP, ephemeral, none)),
	}
}
