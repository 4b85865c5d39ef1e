// Package addressmap shows an address plan to people: as a tree, a table, Markdown
// and a picture. Everything is in the order of addresses, so that two runs on the
// same plan give the same text.
package addressmap

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"cellworks/pkg/ipam"
)

// Map is what is shown.
type Map struct {
	// Title is whose addresses they are.
	Title string
	// Blocks are the allocations, as ipam.Plan.Blocks lists them.
	Blocks []ipam.Block
	// Retired are the slots in quarantine, as ipam.Plan.Retired lists them.
	Retired []ipam.Retired
	// whole is what the map is a part of; nil: it is no part.
	whole *Map
}

// New returns the map of a plan on a day.
func New(title string, plan *ipam.Plan, today ipam.Day) Map {
	return Map{Title: title, Blocks: plan.Blocks(today), Retired: plan.Retired(today)}
}

// Quarantine is a block that nobody may use before Until.
type Quarantine struct {
	ipam.Block
	Released, Until ipam.Day
}

// Quarantines returns the blocks of the slots in quarantine, in the order of
// addresses. A cell's are those in each VPC of the account in its region; without one there is
// none, because the region or account itself is in quarantine then.
func (m Map) Quarantines() []Quarantine {
	var out []Quarantine
	for _, r := range m.Retired {
		if r.Kind != ipam.KindCell {
			out = append(out, quarantines(r, 0)...)
			continue
		}
		for _, b := range m.Blocks {
			at, ok := ipam.SlotsOf(b.VPC)
			if b.Kind == ipam.KindVPC && b.Client == "" && ok && at.Account == r.At.Account && at.Region == r.At.Region {
				out = append(out, quarantines(r, at.VPC)...)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Quarantine) int { return compare(a.CIDR, b.CIDR) })
	return out
}

func quarantines(r ipam.Retired, vpc int) []Quarantine {
	blocks, err := r.Blocks(vpc)
	if err != nil {
		return nil // a slot out of range has no addresses
	}
	out := make([]Quarantine, len(blocks))
	for i, b := range blocks {
		out[i] = Quarantine{b, r.Released, r.Until}
	}
	return out
}

// compare orders blocks by address, the larger of two that begin together first.
func compare(a, b netip.Prefix) int {
	return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
}

// Only returns the part of the map that is about one account, region or client, with
// the blocks around it. An empty string stands for all. Of a client only what its cell has
// is left.
func (m Map) Only(account, region, client string) Map {
	fits := func(b ipam.Block) bool {
		return (account == "" || b.Account == account) &&
			(region == "" || b.Region == region) &&
			(client == "" || b.Client == client)
	}
	// around are the blocks that something chosen lies in.
	around := map[ipam.Block]bool{}
	for _, b := range m.Blocks {
		if fits(b) {
			for _, level := range levels(b) {
				around[level] = true
			}
		}
	}
	whole := m.all()
	out := Map{Title: m.Title, whole: &whole}
	for _, b := range m.Blocks {
		container := b.Client == "" && b.Kind != ipam.KindSubnet
		if fits(b) || container && around[levels(b)[depth(b)]] {
			out.Blocks = append(out.Blocks, b)
		}
	}
	for _, r := range m.Retired {
		if fits(ipam.Block{Account: r.Account, Region: r.Region, Client: r.Client}) {
			out.Retired = append(out.Retired, r)
		}
	}
	return out
}

// all returns what the map is a part of. A picture draws what is left out, because it
// would look free otherwise.
func (m Map) all() Map {
	if m.whole != nil {
		return *m.whole
	}
	return m
}

// levels returns what identifies the account, the region, the VPC and the tier of a
// block.
func levels(b ipam.Block) [4]ipam.Block {
	account := ipam.Block{Kind: ipam.KindAccount, Account: b.Account}
	region := ipam.Block{Kind: ipam.KindRegion, Account: b.Account, Region: b.Region}
	vpc := ipam.Block{Kind: ipam.KindVPC, VPC: b.VPC}
	return [4]ipam.Block{account, region, vpc, {Kind: ipam.KindTier, VPC: b.VPC, Tier: b.Tier}}
}

// Owner names the stack that has a block: base/<account>-<region> or cell/<client>. An
// account's block is the account's.
func Owner(b ipam.Block) string {
	switch {
	case b.Client != "":
		return "cell/" + b.Client
	case b.Region != "":
		return "base/" + b.Account + "-" + b.Region
	}
	return b.Account
}

// row is one line of a tree or table.
type row struct {
	ipam.Block
	free, owner string
}

// rows returns allocations and quarantines in the order of addresses.
func (m Map) rows() []row {
	var out []row
	for _, b := range m.Blocks {
		out = append(out, row{b, free(b), Owner(b)})
	}
	for _, q := range m.Quarantines() {
		out = append(out, row{q.Block, "from " + q.Until.String(), "quarantine of " + former(q.Block)})
	}
	slices.SortStableFunc(out, func(a, b row) int { return compare(a.CIDR, b.CIDR) })
	return out
}

// former names who had a block that is in quarantine.
func former(b ipam.Block) string {
	switch b.Kind {
	case ipam.KindCell:
		return b.Client
	case ipam.KindAccount:
		return b.Account
	default:
		if b.Client != "" {
			return b.Client
		}
		return b.Account + " " + b.Region
	}
}

func free(b ipam.Block) string {
	if b.Unit == ipam.UnitAddresses {
		return fmt.Sprintf("%d addresses", b.Free)
	}
	return fmt.Sprintf("%d of %d %s", b.Free, b.Usable, b.Unit)
}

// depth is how far a kind of block lies below an account.
func depth(b ipam.Block) int {
	d := slices.Index([]ipam.Kind{ipam.KindAccount, ipam.KindRegion, ipam.KindVPC, ipam.KindTier}, b.Kind)
	switch {
	case d >= 0:
		return d
	case b.Kind == ipam.KindSubnet && b.Client != "" && !sharedSize(b):
		return 5
	}
	return 4
}

// sharedSize reports whether a subnet lies in a tier, as all of a cell's own VPC do, and
// not in a cell's block of it.
func sharedSize(b ipam.Block) bool {
	v, ok := ipam.VPCOf(b.VPC)
	if !ok {
		return false
	}
	shared, err := v.Subnet(b.Tier, 0)
	return err == nil && b.CIDR.Bits() == shared.Bits()
}

// what says what a block is below the one around it.
func what(b ipam.Block) string {
	switch b.Kind {
	case ipam.KindAccount:
		return "account " + b.Account
	case ipam.KindRegion:
		return "region " + b.Region
	case ipam.KindVPC:
		if b.Client != "" {
			return "vpc of cell " + b.Client
		}
		return "vpc"
	case ipam.KindTier:
		return "tier " + string(b.Tier)
	case ipam.KindCell:
		return "cell " + b.Client
	case ipam.KindSubnet:
	}
	return b.Zone
}
