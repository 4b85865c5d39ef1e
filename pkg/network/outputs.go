package network

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/ipam"
)

// Outputs returns the VPC's id, and the ids, blocks and route tables of its
// subnets by tier and AZ id.
func (n *Network) Outputs() pulumi.Map {
	return pulumi.Map{
		"vpcId":         n.VPCID,
		"subnetIds":     n.SubnetIDMap(),
		"subnetCidrs":   n.SubnetCIDRMap(),
		"routeTableIds": n.RouteTableIDMap(),
	}
}

// SubnetIDMap returns SubnetIDs as one Pulumi value.
func (n *Network) SubnetIDMap() pulumi.Map { return byTier(n.SubnetIDs, same) }

// SubnetCIDRMap returns SubnetCIDRs as one Pulumi value.
func (n *Network) SubnetCIDRMap() pulumi.Map {
	return byTier(n.SubnetCIDRs, func(block string) pulumi.Input { return pulumi.String(block) })
}

// RouteTableIDMap returns RouteTableIDs as one Pulumi value.
func (n *Network) RouteTableIDMap() pulumi.Map { return byTier(n.RouteTableIDs, same) }

// Tables returns the ids of the route tables of tiers, each once: by tier where
// its zones share one, else by tier and AZ id (app-use1-az1).
func (n *Network) Tables(tiers ...ipam.Tier) map[string]pulumi.StringOutput {
	all := map[string]pulumi.StringOutput{}
	for _, tier := range tiers {
		maps.Copy(all, n.tables[tier])
	}
	return all
}

func same(id pulumi.StringOutput) pulumi.Input { return id }

// byTier returns values by tier and AZ id as one Pulumi value.
func byTier[T any](values map[ipam.Tier]map[string]T, input func(T) pulumi.Input) pulumi.Map {
	tiers := pulumi.Map{}
	for tier, zones := range values {
		inputs := pulumi.Map{}
		for zone, value := range zones {
			inputs[zone] = input(value)
		}
		tiers[string(tier)] = inputs
	}
	return tiers
}
