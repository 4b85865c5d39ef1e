package network

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/ipam"
	"cellworks/pkg/networkacl"
)

// addRouting builds the gateways and one route table for the public tier, one a
// zone for the app tier (each with its own NAT gateway) and for the data tier,
// and one for the intra tier. Routes are resources of their own, never inline,
// so that other stacks can add theirs. Data and intra have no default route.
func (n *Network) addRouting(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	gateway, err := ec2.NewInternetGateway(ctx, n.name, &ec2.InternetGatewayArgs{
		VpcId: n.VPCID,
		Tags:  nameTag(n.name),
	}, child)
	if err != nil {
		return err
	}
	if err := n.addPublicRoutes(ctx, gateway, child); err != nil {
		return err
	}
	nat, err := n.addNAT(ctx, gateway, child)
	if err != nil {
		return err
	}
	if err := n.addAppRoutes(ctx, nat, child); err != nil {
		return err
	}
	for _, zone := range n.args.Zones {
		if _, err := n.addRouteTable(ctx, ipam.Data, zone, []string{zone}, child); err != nil {
			return err
		}
	}
	_, err = n.addRouteTable(ctx, ipam.Intra, "", n.args.Zones, child)
	return err
}

func (n *Network) addPublicRoutes(ctx *pulumi.Context, gateway *ec2.InternetGateway, child pulumi.ResourceOption) error {
	table, err := n.addRouteTable(ctx, ipam.Public, "", n.args.Zones, child)
	if err != nil {
		return err
	}
	_, err = ec2.NewRoute(ctx, n.childName(ipam.Public, "default"), &ec2.RouteArgs{
		RouteTableId:         table.ID(),
		DestinationCidrBlock: pulumi.String(networkacl.World.String()),
		GatewayId:            gateway.ID(),
	}, child)
	return err
}

// addNAT builds the NAT gateways that args ask for, by zone. AWS refuses them
// until the VPC has its internet gateway, which Pulumi cannot see from their
// arguments.
func (n *Network) addNAT(ctx *pulumi.Context, gateway *ec2.InternetGateway, child pulumi.ResourceOption) (map[string]*ec2.NatGateway, error) {
	gateways := map[string]*ec2.NatGateway{}
	for _, zone := range n.args.natZones() {
		name := n.name + "-nat-" + zone
		address, err := ec2.NewEip(ctx, name, &ec2.EipArgs{
			Domain: pulumi.String("vpc"),
			Tags:   nameTag(name),
		}, child, pulumi.DependsOn([]pulumi.Resource{gateway}))
		if err != nil {
			return nil, err
		}
		gateways[zone], err = ec2.NewNatGateway(ctx, name, &ec2.NatGatewayArgs{
			AllocationId:     address.ID(),
			SubnetId:         n.SubnetIDs[ipam.Public][zone],
			ConnectivityType: pulumi.String("public"),
			Tags:             nameTag(name),
		}, child, pulumi.DependsOn([]pulumi.Resource{gateway}))
		if err != nil {
			return nil, err
		}
	}
	return gateways, nil
}

// addAppRoutes gives each zone's app subnet a table of its own, which leads to
// the zone's NAT gateway, or to the first zone's where that is the only one.
func (n *Network) addAppRoutes(ctx *pulumi.Context, nat map[string]*ec2.NatGateway, child pulumi.ResourceOption) error {
	for _, zone := range n.args.Zones {
		table, err := n.addRouteTable(ctx, ipam.App, zone, []string{zone}, child)
		if err != nil {
			return err
		}
		gateway := nat[zone]
		if gateway == nil {
			gateway = nat[n.args.Zones[0]]
		}
		if gateway == nil {
			continue
		}
		if _, err := ec2.NewRoute(ctx, n.childName(ipam.App, zone, "default"), &ec2.RouteArgs{
			RouteTableId:         table.ID(),
			DestinationCidrBlock: pulumi.String(networkacl.World.String()),
			NatGatewayId:         gateway.ID(),
		}, child); err != nil {
			return err
		}
	}
	return nil
}

// addRouteTable builds a tier's table, named after suffix unless that is empty,
// and associates the tier's subnets in zones with it.
func (n *Network) addRouteTable(ctx *pulumi.Context, tier ipam.Tier, suffix string, zones []string, child pulumi.ResourceOption) (*ec2.RouteTable, error) {
	name := n.childName(tier)
	if suffix != "" {
		name = n.childName(tier, suffix)
	}
	table, err := ec2.NewRouteTable(ctx, name, &ec2.RouteTableArgs{VpcId: n.VPCID, Tags: nameTag(name)}, child)
	if err != nil {
		return nil, err
	}
	n.tables[tier][strings.TrimPrefix(name, n.name+"-")] = table.ID().ToStringOutput()
	for _, zone := range zones {
		n.RouteTableIDs[tier][zone] = table.ID().ToStringOutput()
		if _, err := ec2.NewRouteTableAssociation(ctx, n.childName(tier, zone), &ec2.RouteTableAssociationArgs{
			SubnetId:     n.SubnetIDs[tier][zone],
			RouteTableId: table.ID(),
		}, child); err != nil {
			return nil, err
		}
	}
	return table, nil
}
