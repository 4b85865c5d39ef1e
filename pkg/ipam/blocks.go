package ipam

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
)

// Unit says what Block.Free and Block.Usable count.
type Unit string

const (
	// UnitRegions counts region slots of an account.
	UnitRegions Unit = "regions"
	// UnitVPCs counts VPC slots of a region.
	UnitVPCs Unit = "vpcs"
	// UnitCells counts cell slots of a VPC.
	UnitCells Unit = "cells"
	// UnitZones counts zone positions of a tier.
	UnitZones Unit = "zones"
	// UnitAddresses counts addresses of a subnet, or of the subnets of a cell. Whether a
	// machine has one is not known here: all that can be used are free.
	UnitAddresses Unit = "addresses"
)

// reserved are the addresses of every subnet that AWS keeps for itself
// (docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html).
const reserved = 5

// Block is one allocation of a plan.
type Block struct {
	CIDR netip.Prefix
	Kind Kind
	// Account and Region are where the block lies; Region is empty for an account.
	Account, Region string
	// VPC is the /16 that the block is or lies in; the zero Prefix above VPCs.
	VPC netip.Prefix
	// Tier is empty above tiers.
	Tier Tier
	// Zone is that of a subnet, otherwise empty.
	Zone string
	// Client is whose cell has the block, also as a part of a VPC of its own; otherwise empty.
	Client string
	// Free is how many of Usable nobody has.
	Free int
	// Usable is how many there are in the block.
	Usable int
	// Unit says what Free and Usable count.
	Unit Unit
}

// Blocks lists every allocation from the top down, in the order of addresses: an
// account, its regions, their VPCs, their tiers, in each the shared subnets and
// then the cells with their subnets. Slots in quarantine are not free on today.
func (p *Plan) Blocks(today Day) []Block {
	var out []Block
	names := slices.SortedFunc(maps.Keys(p.accounts), func(a, b string) int { return cmp.Compare(p.accounts[a].slot, p.accounts[b].slot) })
	for _, name := range names {
		a := p.accounts[name]
		of := Block{Account: name}
		out = append(out, of.as(KindAccount, prefix(first+block(a.slot, accountBits), accountBits), len(p.freeRegions(a, today)), MaxRegionSlot+1, UnitRegions))
		regions := slices.SortedFunc(maps.Keys(a.regions), func(x, y string) int { return cmp.Compare(a.regions[x].slot, a.regions[y].slot) })
		for _, in := range regions {
			out = p.regionBlocks(out, a, Place{name, in}, today)
		}
	}
	return out
}

// as returns the block with what it is filled in.
func (b Block) as(kind Kind, cidr netip.Prefix, free, usable int, unit Unit) Block {
	b.Kind, b.CIDR, b.Free, b.Usable, b.Unit = kind, cidr, free, usable, unit
	return b
}

func (p *Plan) regionBlocks(out []Block, a *account, at Place, today Day) []Block {
	r := a.regions[at.Region]
	of := Block{Account: at.Account, Region: at.Region}
	base := first + block(a.slot, accountBits) + block(r.slot, regionBits)
	out = append(out, of.as(KindRegion, prefix(base, regionBits), len(p.freeVPCs(a, r, today)), MaxVPCSlot+1, UnitVPCs))
	cells := slices.SortedFunc(maps.Keys(r.cells), func(x, y string) int { return cmp.Compare(r.cells[x], r.cells[y]) })
	free := len(p.freeCells(a, r, today))
	owners := map[int]string{}
	for client, slot := range r.own {
		owners[slot] = client
	}
	for _, slot := range slices.Sorted(slices.Values(slices.Concat(r.vpcs, slices.Collect(maps.Keys(owners))))) {
		v := VPC{cidr: prefix(base+block(slot, vpcBits), vpcBits)}
		of.VPC = v.cidr
		inside, room := cells, MaxCellSlot+1
		if of.Client = owners[slot]; of.Client != "" {
			inside, room = nil, 0 // no other cell gets in
		}
		out = append(out, of.as(KindVPC, v.cidr, min(free, room), room, UnitCells))
		for _, t := range Tiers() {
			out = v.tierBlocks(out, of, t, r, inside)
		}
	}
	return out
}

func (v VPC) tierBlocks(out []Block, of Block, t Tier, r *region, cells []string) []Block {
	l, err := t.layout()
	if err != nil {
		return out // Tiers has known tiers only
	}
	of.Tier = t
	out = append(out, of.as(KindTier, v.Tier(t), MaxZone+1-len(r.zones), MaxZone+1, UnitZones))
	subnet := func(of Block, start uint32, bits, position int, zone string) {
		of.Zone = zone
		n := usable(bits)
		out = append(out, of.as(KindSubnet, prefix(start+block(position, bits), bits), n, n, UnitAddresses))
	}
	base := start(v.cidr)
	for i, zone := range r.zones {
		subnet(of, base+l.offset, l.subnet, i, zone)
	}
	if l.cell == 0 {
		return out
	}
	for _, client := range cells {
		of := of
		of.Client = client
		n := usable(l.cellZone) * len(r.zones)
		cell := prefix(base+l.cells+block(r.cells[client], l.cell), l.cell)
		out = append(out, of.as(KindCell, cell, n, n, UnitAddresses))
		for i, zone := range r.zones {
			subnet(of, start(cell), l.cellZone, i, zone)
		}
	}
	return out
}

// usable returns how many addresses of a subnet AWS leaves to its owner.
func usable(bits int) int { return 1<<(32-bits) - reserved }
