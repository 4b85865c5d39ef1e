package ipam

import (
	"encoding/binary"
	"net/netip"
)

// AppTiers returns the app tiers of all VPCs that a region slot of an account slot has room
// for, those of cells with a VPC of their own among them: tasks of cells are there and
// nowhere else. It fails for any other slots.
func AppTiers(account, region int) ([]netip.Prefix, error) {
	var tiers []netip.Prefix
	for slot := range MaxVPCSlot + 1 {
		vpc, err := NewVPC(account, region, slot)
		if err != nil {
			return nil, err
		}
		tiers = append(tiers, vpc.Tier(App))
	}
	return tiers, nil
}

// Without returns the least blocks that hold every address of an IPv4 block but those in
// the holes, in the order of their addresses.
func Without(block netip.Prefix, holes []netip.Prefix) []netip.Prefix {
	block = block.Masked()
	meets := false
	for _, hole := range holes {
		if hole.Bits() <= block.Bits() && hole.Contains(block.Addr()) {
			return nil
		}
		meets = meets || hole.Overlaps(block)
	}
	if !meets {
		return []netip.Prefix{block}
	}
	// A hole in it is smaller, so that the block has halves.
	bits := block.Bits() + 1
	first := block.Addr().As4()
	low := binary.BigEndian.Uint32(first[:])
	return append(Without(prefix(low, bits), holes), Without(prefix(low|1<<(32-bits), bits), holes)...)
}
