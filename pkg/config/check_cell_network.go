package config

import "fmt"

// networkMode refuses modes that the address plan has room for and no component builds.
func (c *cellChecker) networkMode() {
	const mode, slot = "network.mode", "network.vpcSlot"
	if c.bad("network", mode, slot) {
		return
	}
	if m := c.cell.Network.Mode; m != "" && m != SharedSubnets && !c.known(mode) {
		c.problem(mode, fmt.Sprintf("mode %s is not built yet, want %s", m, SharedSubnets), "security groups divide cells in shared subnets; remove it")
		return
	}
	if c.cell.Network.VPCSlot != 0 && !c.known(slot) {
		c.problem(slot, "a cell in shared subnets has no VPC of its own", "remove it, or set it to 0")
	}
}
