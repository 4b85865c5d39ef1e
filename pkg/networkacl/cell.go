package networkacl

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"cellworks/pkg/ipam"
)

// MaxServers is how many blocks with Vault's servers may reach the data subnets of a cell.
const MaxServers = 8

// Cell is a cell with subnets of its own.
type Cell struct {
	// VPC is the VPC that it is in, and Slot the cell's, 0 to 63.
	VPC  ipam.VPC
	Slot int
	// EgressPorts and Peers are those of the VPC. Senders have no effect: they reach the
	// public tier alone.
	EgressPorts []int
	Peers       Peers
	// Servers are the blocks of Vault's servers, which make logins in the cell's database,
	// at most MaxServers. Order does not matter.
	Servers []netip.Prefix
}

// Rules returns the network ACL of the cell's own subnets in the app or the data tier. It
// lets through what that of the tier does, but no other cell with subnets of its own, no
// database of another cell, and to the cell's data nothing but the cell itself, the
// account's endpoints and Vault. Cells in shared subnets cannot be told from the internal
// load balancer there: they meet the security groups. The resolver of the VPC is filtered
// by no network ACL. It fails like the function Rules, for a slot that there is not, and
// for servers that are not private.
func (c Cell) Rules(tier ipam.Tier) (RuleSet, error) {
	app, data, err := c.VPC.Cell(c.Slot)
	if err != nil {
		return RuleSet{}, err
	}
	hubs, err := c.Peers.apps(c.VPC)
	if err = errors.Join(append(c.checkServers(), err)...); err != nil {
		return RuleSet{}, err
	}
	var own, foreign RuleSet
	switch tier {
	case ipam.App:
		own, foreign = c.app(app, data), c.appPeers(hubs)
	case ipam.Data:
		own, foreign = dataRules(app, data, c.VPC), c.vault()
	default:
		return RuleSet{}, fmt.Errorf("tier %q has no subnets of cells, want %s or %s", tier, ipam.App, ipam.Data)
	}
	set := RuleSet{Ingress: merge(own.Ingress, foreign.Ingress), Egress: merge(own.Egress, foreign.Egress)}
	return set, errors.Join(fits(tier, "in", set.Ingress), fits(tier, "out", set.Egress))
}

func (c Cell) checkServers() []error {
	var errs []error
	if len(c.Servers) > MaxServers {
		errs = append(errs, fmt.Errorf("servers of Vault: got %d blocks, want at most %d", len(c.Servers), MaxServers))
	}
	private := ipam.Private()
	for _, block := range c.Servers {
		if !block.IsValid() || block.Bits() < private.Bits() || !private.Contains(block.Addr()) {
			errs = append(errs, fmt.Errorf("servers of Vault: %s is not in %s", block, private))
		}
	}
	return errs
}

// app are the rules of the tier with the tier's own blocks narrowed to the cell's: all
// other cells' are denied before the VPC is let in.
func (c Cell) app(app, data netip.Prefix) RuleSet {
	shared := appRules(c.VPC, slices.Compact(slices.Sorted(slices.Values(c.EgressPorts))))
	others := []Rule{
		{Number: 20, Protocol: All, Ports: anyPort, Peer: c.VPC.Cells(ipam.App)},
		{Number: 21, Protocol: All, Ports: anyPort, Peer: c.VPC.Tier(ipam.Data)},
	}
	narrow := func(shared []Rule, ports Ports) []Rule {
		own := append([]Rule{allow(10, All, anyPort, app), allow(11, TCP, ports, data)}, others...)
		wide := func(r Rule) bool { return r.Allow && r.Peer == c.VPC.Tier(ipam.App) }
		return append(own, slices.DeleteFunc(shared, wide)...)
	}
	return RuleSet{Ingress: narrow(shared.Ingress, ephemeral), Egress: narrow(shared.Egress, unprivileged)}
}

// appPeers are the rules of the tier for its peers without what servers alone need: the
// gossip and the names of Consul.
func (c Cell) appPeers(hubs []netip.Prefix) RuleSet {
	shared := appPeerRules(c.VPC, c.Peers.Hub, hubs)
	foreign := func(r Rule) bool { return r.Protocol != TCP || r.Peer == c.VPC.Tier(ipam.Intra) }
	return RuleSet{Ingress: slices.DeleteFunc(shared.Ingress, foreign), Egress: slices.DeleteFunc(shared.Egress, foreign)}
}

// vault lets Vault's servers reach PostgreSQL.
func (c Cell) vault() RuleSet {
	var set RuleSet
	for i, block := range slices.SortedFunc(slices.Values(c.Servers), netip.Prefix.Compare) {
		set.Ingress = append(set.Ingress, allow(140+i, TCP, postgres, block))
		set.Egress = append(set.Egress, allow(110+i, TCP, ephemeral, block))
	}
	return set
}
