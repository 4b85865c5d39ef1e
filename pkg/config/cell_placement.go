package config

import (
	"fmt"
	"strings"
)

// Placement says where the cell's network is: the mode, and the slot that its addresses
// follow from where it has some of its own. With another one everything would move.
func (c Cell) Placement() string {
	switch c.Network.Mode {
	case OwnSubnets:
		return fmt.Sprintf("%s in slot %d", OwnSubnets, c.Slot)
	case OwnVPC:
		return fmt.Sprintf("%s in VPC slot %d", OwnVPC, c.Network.VPCSlot)
	default:
		return string(c.Network.Mode)
	}
}

// PlacementPath returns the key that makes the cell's placement another one than was, which
// is one of another cell or time.
func (c Cell) PlacementPath(was string) string {
	if mode, _, _ := strings.Cut(was, " "); mode != string(c.Network.Mode) {
		return "network.mode"
	}
	if c.Network.Mode == OwnVPC {
		return "network.vpcSlot"
	}
	return "slot"
}
