// Package ipam is the address plan: pure arithmetic that turns slot numbers
// written in configuration into CIDR blocks. Names, list order and hashes play
// no part, so an address never moves because something else was added.
//
// The private range 10.0.0.0/8 splits into 16 account blocks (/12), each into 4
// region blocks (/14), each into 4 VPCs (/16):
//
//	account a  10.(16a).0.0/12           a = 1..15; 0 is reserved
//	region  r  10.(16a + 4r).0.0/14      r = 0..3
//	vpc     v  10.(16a + 4r + v).0.0/16  v = 0..3
//
// Account block 0 (10.0.0.0/12) is never given out because client networks, VPN
// users and default templates use it.
//
// Four tiers tile a VPC exactly. App and data keep their upper half for cells
// with subnets of their own:
//
//	tier    block          shared, one per zone   kept for cells, by slot
//	app     x.0.0/17       /20 at x.(16z).0       /24 at x.(64+s).0, /26 per zone
//	data    x.128.0/18     /21 at x.(128+8z).0    /25 from x.160.0, /27 per zone
//	public  x.192.0/19     /21 at x.(192+8z).0    -
//	intra   x.224.0/19     /21 at x.(224+8z).0    -
//
// The plan is frozen: a change moves the addresses of what is already deployed.
// AWS keeps five addresses of every subnet for itself, which leaves 4091, 2043,
// 59 and 27 usable ones in a /20, /21, /26 and /27.
package ipam

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// Slot numbers, all inclusive.
const (
	// MinAccountSlot is 1: account block 0 is reserved.
	MinAccountSlot = 1
	// MaxAccountSlot is the last of the 16 account blocks.
	MaxAccountSlot = 15
	// MaxRegionSlot is the last of an account's 4 region blocks; the first is 0.
	MaxRegionSlot = 3
	// MaxVPCSlot is the last of a region's 4 VPCs; the first is 0.
	MaxVPCSlot = 3
	// MaxZone is the last of a VPC's 4 zone positions; the first is 0.
	MaxZone = 3
	// MaxCellSlot is the last of a VPC's 64 cell slots; the first is 0.
	MaxCellSlot = 63
)

const (
	accountBits = 12
	regionBits  = 14
	vpcBits     = 16
	first       = 10 << 24 // 10.0.0.0
)

// Tier is one of the kinds of subnet in a VPC.
type Tier string

const (
	// App subnets run tasks; they reach the Internet through NAT.
	App Tier = "app"
	// Data subnets hold databases and caches; they have no default route.
	Data Tier = "data"
	// Public subnets hold load balancers and NAT gateways.
	Public Tier = "public"
	// Intra subnets hold endpoints, resolvers and transit attachments; they have no
	// default route.
	Intra Tier = "intra"
)

// Tiers returns the tiers in the order of their addresses.
func Tiers() []Tier { return []Tier{App, Data, Public, Intra} }

// layout is where a tier lies in a VPC: offsets from the VPC's first address,
// prefix lengths, and the distance between neighbours follows from the length.
type layout struct {
	offset   uint32 // of the tier and of its first shared subnet
	bits     int    // of the tier
	subnet   int    // prefix length of a shared subnet
	cells    uint32 // offset of cell slot 0
	cell     int    // prefix length of a cell's block; 0: the tier has none
	cellZone int    // prefix length of a cell's subnet
}

func (t Tier) layout() (layout, error) {
	switch t {
	case App:
		return layout{offset: 0, bits: 17, subnet: 20, cells: 1 << 14, cell: 24, cellZone: 26}, nil
	case Data:
		return layout{offset: 1 << 15, bits: 18, subnet: 21, cells: 1<<15 + 1<<13, cell: 25, cellZone: 27}, nil
	case Public:
		return layout{offset: 3 << 14, bits: 19, subnet: 21}, nil
	case Intra:
		return layout{offset: 7 << 13, bits: 19, subnet: 21}, nil
	}
	return layout{}, fmt.Errorf("unknown tier %q, want app, data, public or intra", string(t))
}

// Private returns 10.0.0.0/8, the range that holds every address of the plan.
func Private() netip.Prefix { return prefix(first, 8) }

// AccountBlock returns the /12 of an account slot, 1 to 15. It fails for any
// other slot.
func AccountBlock(slot int) (netip.Prefix, error) {
	if err := inRange("account slot", slot, MinAccountSlot, MaxAccountSlot); err != nil {
		return netip.Prefix{}, err
	}
	return prefix(first+block(slot, accountBits), accountBits), nil
}

// RegionBlock returns the /14 of a region slot, 0 to 3, in an account slot, 1 to
// 15. It fails for any other slots.
func RegionBlock(account, region int) (netip.Prefix, error) {
	parent, err := AccountBlock(account)
	if err != nil {
		return netip.Prefix{}, err
	}
	if err := inRange("region slot", region, 0, MaxRegionSlot); err != nil {
		return netip.Prefix{}, err
	}
	return prefix(start(parent)+block(region, regionBits), regionBits), nil
}

// VPC is the address plan of one VPC. The zero VPC is not valid; use NewVPC.
type VPC struct {
	cidr netip.Prefix
}

// NewVPC returns the plan of VPC slot vpc, 0 to 3, in a region slot, 0 to 3, of
// an account slot, 1 to 15. It fails for any other slots.
func NewVPC(account, region, vpc int) (VPC, error) {
	parent, err := RegionBlock(account, region)
	if err != nil {
		return VPC{}, err
	}
	if err := inRange("vpc slot", vpc, 0, MaxVPCSlot); err != nil {
		return VPC{}, err
	}
	return VPC{cidr: prefix(start(parent)+block(vpc, vpcBits), vpcBits)}, nil
}

// CIDR returns the VPC's /16.
func (v VPC) CIDR() netip.Prefix { return v.cidr }

// Tier returns the block of a tier, shared subnets and cells together. It is the
// zero Prefix for a tier that is not one of Tiers and for the zero VPC.
func (v VPC) Tier(t Tier) netip.Prefix {
	l, err := t.layout()
	if err != nil || !v.cidr.IsValid() {
		return netip.Prefix{}
	}
	return prefix(start(v.cidr)+l.offset, l.bits)
}

// Cells returns the half of a tier that is kept for cells with subnets of their own. It is
// the zero Prefix for tiers other than App and Data, and for the zero VPC.
func (v VPC) Cells(t Tier) netip.Prefix {
	l, err := v.layout(t)
	if err != nil || l.cell == 0 {
		return netip.Prefix{}
	}
	return prefix(start(v.cidr)+l.cells, l.bits+1)
}

// Subnet returns the shared subnet of a tier in zone position zone, 0 to 3. It
// fails for any other zone, an unknown tier and the zero VPC.
func (v VPC) Subnet(t Tier, zone int) (netip.Prefix, error) {
	l, err := v.layout(t)
	if err != nil {
		return netip.Prefix{}, err
	}
	if err := inRange("zone", zone, 0, MaxZone); err != nil {
		return netip.Prefix{}, err
	}
	return prefix(start(v.cidr)+l.offset+block(zone, l.subnet), l.subnet), nil
}

// Cell returns the blocks of a cell slot, 0 to 63: a /24 of the app tier and a /25
// of the data tier. It fails for any other slot and for the zero VPC.
func (v VPC) Cell(slot int) (app, data netip.Prefix, err error) {
	if app, err = v.cellBlock(App, slot); err != nil {
		return netip.Prefix{}, netip.Prefix{}, err
	}
	if data, err = v.cellBlock(Data, slot); err != nil {
		return netip.Prefix{}, netip.Prefix{}, err
	}
	return app, data, nil
}

// CellSubnet returns the subnet of a cell slot, 0 to 63, in zone position zone, 0
// to 3: a /26 of the app tier or a /27 of the data tier. It fails for other
// slots and zones, for the tiers public and intra, which have no cell blocks, and
// for the zero VPC.
func (v VPC) CellSubnet(t Tier, slot, zone int) (netip.Prefix, error) {
	parent, err := v.cellBlock(t, slot)
	if err != nil {
		return netip.Prefix{}, err
	}
	if err := inRange("zone", zone, 0, MaxZone); err != nil {
		return netip.Prefix{}, err
	}
	l, err := t.layout()
	if err != nil {
		return netip.Prefix{}, err
	}
	return prefix(start(parent)+block(zone, l.cellZone), l.cellZone), nil
}

func (v VPC) cellBlock(t Tier, slot int) (netip.Prefix, error) {
	l, err := v.layout(t)
	if err != nil {
		return netip.Prefix{}, err
	}
	if l.cell == 0 {
		return netip.Prefix{}, fmt.Errorf("tier %q has no cell blocks, want app or data", string(t))
	}
	if err := inRange("cell slot", slot, 0, MaxCellSlot); err != nil {
		return netip.Prefix{}, err
	}
	return prefix(start(v.cidr)+l.cells+block(slot, l.cell), l.cell), nil
}

func (v VPC) layout(t Tier) (layout, error) {
	if !v.cidr.IsValid() {
		return layout{}, fmt.Errorf("the zero VPC has no addresses, make one with NewVPC")
	}
	return t.layout()
}

func inRange(what string, got, lo, hi int) error {
	if got < lo || got > hi {
		return fmt.Errorf("%s %d is out of range, want %d to %d", what, got, lo, hi)
	}
	return nil
}

// block returns the offset of the n-th block of that prefix length. Callers have
// checked that n is small and not negative.
func block(n, bits int) uint32 { return uint32(n) << (32 - bits) }

func start(p netip.Prefix) uint32 {
	a := p.Addr().As4()
	return binary.BigEndian.Uint32(a[:])
}

func prefix(addr uint32, bits int) netip.Prefix {
	var a [4]byte
	binary.BigEndian.PutUint32(a[:], addr)
	return netip.PrefixFrom(netip.AddrFrom4(a), bits)
}

// SlotsOf returns the slots that a VPC's block stands for, the reverse of NewVPC. It
// reports false for a prefix that is no VPC of the plan.
func SlotsOf(vpc netip.Prefix) (Slots, bool) {
	if !vpc.IsValid() || !vpc.Addr().Is4() || vpc.Bits() != vpcBits || !Private().Contains(vpc.Addr()) {
		return Slots{}, false
	}
	n := int(start(vpc)>>(32-vpcBits)) & 0xff
	s := Slots{Account: n >> 4, Region: n >> 2 & 3, VPC: n & 3}
	return s, s.Account >= MinAccountSlot && vpc == vpc.Masked()
}

// VPCOf returns the plan of the VPC that has a block, and reports false like SlotsOf.
func VPCOf(block netip.Prefix) (VPC, bool) {
	if _, ok := SlotsOf(block); !ok {
		return VPC{}, false
	}
	return VPC{cidr: block}, true
}
