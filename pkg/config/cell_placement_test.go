package config_test

import (
	"testing"

	"cellworks/pkg/config"
)

func TestPlacementsOfCells(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		cell      config.Cell
		placement string
		was, path string
	}{
		{config.Cell{Slot: 3, Network: config.CellNetwork{Mode: config.SharedSubnets}}, "shared", "ownSubnets in slot 3", "network.mode"},
		{config.Cell{Slot: 3, Network: config.CellNetwork{Mode: config.OwnSubnets}}, "ownSubnets in slot 3", "ownSubnets in slot 4", "slot"},
		{config.Cell{Slot: 3, Network: config.CellNetwork{Mode: config.OwnVPC, VPCSlot: 2}}, "ownVPC in VPC slot 2", "ownVPC in VPC slot 3", "network.vpcSlot"},
		{config.Cell{Slot: 3, Network: config.CellNetwork{Mode: config.OwnVPC, VPCSlot: 2}}, "ownVPC in VPC slot 2", "shared", "network.mode"},
	} {
		if got := tc.cell.Placement(); got != tc.placement {
			t.Errorf("placement %q, want %q", got, tc.placement)
		}
		if got := tc.cell.PlacementPath(tc.was); got != tc.path {
			t.Errorf("%s was %s: %s differs, want %s", tc.placement, tc.was, got, tc.path)
		}
	}
}
