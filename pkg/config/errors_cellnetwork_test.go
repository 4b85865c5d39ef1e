package config_test

import "testing"

func TestErrorsOfCellNetworks(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"modes that nothing builds", cell("network: {mode: ownVPC, vpcSlot: 2}"), []string{
			`configs/clients/acme/cell.yaml:5:17: network.mode: mode ownVPC is not built yet, want shared (security groups divide cells in shared subnets; remove it)`,
		}},
		{"addresses without a VPC", cell("network: {vpcSlot: 2}"), []string{
			`configs/clients/acme/cell.yaml:5:20: network.vpcSlot: a cell in shared subnets has no VPC of its own (remove it, or set it to 0)`,
		}},
	})
}
