package network

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/ipam"
	"cellworks/pkg/networkacl"
)

// Subnet is a subnet of the cell's own.
type Subnet struct {
	// Zone is the id of its availability zone.
	Zone string
	// CIDR is its block.
	CIDR netip.Prefix
	// RouteTableID is the account's table for the tier in that zone.
	RouteTableID string
}

// Tier is one tier of a cell with subnets of its own.
type Tier struct {
	// Subnets are one a zone, in the order of the region's zones.
	Subnets []Subnet
	// Rules are those of the tier's network ACL.
	Rules networkacl.RuleSet
}

func (t Tier) validate(tier ipam.Tier) error {
	var errs []error
	if len(t.Subnets) == 0 || len(t.Rules.Ingress) == 0 || len(t.Rules.Egress) == 0 {
		errs = append(errs, fmt.Errorf("own %s subnets and the rules of their network ACL must be set", tier))
	}
	for _, subnet := range t.Subnets {
		if subnet.Zone == "" || !subnet.CIDR.IsValid() || subnet.RouteTableID == "" {
			errs = append(errs, fmt.Errorf("own %s subnet %q: zone, block and route table must be set", tier, subnet.Zone))
		}
	}
	return errors.Join(errs...)
}

// addTiers builds the cell's own subnets.
func (n *Network) addTiers(ctx *pulumi.Context, child pulumi.ResourceOption) (err error) {
	if n.AppSubnetIDs, err = n.addTier(ctx, ipam.App, child); err != nil {
		return err
	}
	n.DataSubnetIDs, err = n.addTier(ctx, ipam.Data, child)
	return err
}

// addTier builds a tier's subnets, puts each into the account's route table of its zone,
// and all behind one network ACL. The ids that it returns are known once all of that is
// there: what starts earlier would find no way to its image, or no filter.
func (n *Network) addTier(ctx *pulumi.Context, tier ipam.Tier, child pulumi.ResourceOption) (pulumi.StringArrayOutput, error) {
	var ids pulumi.StringArray
	var ready []any
	own := n.args.Own[tier]
	for _, subnet := range own.Subnets {
		id, table, err := n.addSubnet(ctx, tier, subnet, child)
		if err != nil {
			return pulumi.StringArrayOutput{}, err
		}
		ids, ready = append(ids, id), append(ready, table)
	}
	acl, err := networkacl.Add(ctx, n.name+"-"+string(tier), networkacl.Args{VPCID: n.VPCID, SubnetIDs: ids, Rules: own.Rules}, child)
	if err != nil {
		return pulumi.StringArrayOutput{}, err
	}
	all := append([]any{ids.ToStringArrayOutput(), acl.ID()}, ready...)
	return pulumi.All(all...).ApplyT(func(values []any) ([]string, error) {
		found, ok := values[0].([]string)
		if !ok {
			return nil, fmt.Errorf("ids of %s subnets are %T, want strings", tier, values[0])
		}
		return found, nil
	}).(pulumi.StringArrayOutput), nil
}

// addSubnet returns the ids of the subnet and of its association with the route table.
func (n *Network) addSubnet(ctx *pulumi.Context, tier ipam.Tier, subnet Subnet, child pulumi.ResourceOption) (id pulumi.StringOutput, table pulumi.IDOutput, err error) {
	name := n.name + "-" + string(tier) + "-" + subnet.Zone
	made, err := ec2.NewSubnet(ctx, name, &ec2.SubnetArgs{
		VpcId:               n.VPCID,
		CidrBlock:           pulumi.String(subnet.CIDR.String()),
		AvailabilityZoneId:  pulumi.String(subnet.Zone),
		MapPublicIpOnLaunch: pulumi.Bool(false),
		Tags:                pulumi.StringMap{"Name": pulumi.String(name), "tier": pulumi.String(string(tier))},
	}, child)
	if err != nil {
		return id, table, err
	}
	association, err := ec2.NewRouteTableAssociation(ctx, name, &ec2.RouteTableAssociationArgs{
		SubnetId:     made.ID(),
		RouteTableId: pulumi.String(subnet.RouteTableID),
	}, child)
	if err != nil {
		return id, table, err
	}
	return made.ID().ToStringOutput(), association.ID(), nil
}
