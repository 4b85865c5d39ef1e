// Package peering connects two VPCs of any accounts and regions: the connection
// itself, the routes to and from every private subnet, and each side's private
// zone for the other. What may pass is the business of the network ACLs and
// security groups. Peering is not transitive.
package peering

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
)

const token = component.TokenPrefix + ":peering:Peering"

// Peering is one connection between two VPCs, with everything on either side that
// makes it of use.
type Peering struct {
	pulumi.ResourceState

	// ConnectionID is the connection's id, known once it is accepted: nothing that
	// is made of it exists before packets can flow.
	ConnectionID pulumi.StringOutput

	args Args
	name string
}

// Outputs returns the connection's id.
func (p *Peering) Outputs() pulumi.Map { return pulumi.Map{"connectionId": p.ConnectionID} }

// New connects the two VPCs of args. It fails, before any resource is registered,
// when args are invalid. The providers are in args, one for each side; opts are
// the component's own.
//
// The name becomes the connection's Name tag and begins the logical name of
// everything in it.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Peering, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("peering %q: %w", name, err)
	}
	p := &Peering{args: args, name: name}
	return component.Register(ctx, token, name, p, opts, func(child pulumi.ResourceOption) error {
		if err := p.addConnection(ctx, child); err != nil {
			return err
		}
		for _, way := range p.ways() {
			if err := p.addRoutes(ctx, way, child); err != nil {
				return err
			}
			if err := p.addZone(ctx, way, child); err != nil {
				return err
			}
		}
		return nil
	})
}

// way is one of the two directions of a connection.
type way struct {
	// role says in names which side from is.
	role     string
	from, to Side
}

func (p *Peering) ways() []way {
	return []way{
		{role: "hub", from: p.args.Hub, to: p.args.Spoke},
		{role: "spoke", from: p.args.Spoke, to: p.args.Hub},
	}
}

// addConnection lets the hub ask for the connection and the spoke accept it. AWS
// accepts by itself only within one account and region, where there is but one
// VPC, so acceptance is a resource of its own. The options are made of the
// acceptance, since AWS takes them only while the connection is active, and one
// side at a time, since neither account may set those of the other.
func (p *Peering) addConnection(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	hub, spoke := pulumi.Provider(p.args.Hub.Provider), pulumi.Provider(p.args.Spoke.Provider)
	tags := pulumi.StringMap{"Name": pulumi.String(p.name)}
	request, err := ec2.NewVpcPeeringConnection(ctx, p.name, &ec2.VpcPeeringConnectionArgs{
		VpcId:       p.args.Hub.VPCID.ToStringOutput(),
		PeerVpcId:   p.args.Spoke.VPCID.ToStringOutput(),
		PeerOwnerId: pulumi.String(p.args.Spoke.AccountID),
		PeerRegion:  pulumi.String(p.args.Spoke.Region),
		AutoAccept:  pulumi.Bool(false),
		Tags:        tags,
	}, child, hub)
	if err != nil {
		return err
	}
	accepted, err := ec2.NewVpcPeeringConnectionAccepter(ctx, p.name+"-spoke", &ec2.VpcPeeringConnectionAccepterArgs{
		VpcPeeringConnectionId: request.ID(),
		AutoAccept:             pulumi.Bool(true),
		Tags:                   tags,
	}, child, spoke)
	if err != nil {
		return err
	}
	p.ConnectionID = accepted.ID().ToStringOutput()
	if _, err := ec2.NewPeeringConnectionOptions(ctx, p.name+"-hub", &ec2.PeeringConnectionOptionsArgs{
		VpcPeeringConnectionId: p.ConnectionID,
		Requester:              ec2.PeeringConnectionOptionsRequesterArgs{AllowRemoteVpcDnsResolution: pulumi.Bool(true)},
	}, child, hub); err != nil {
		return err
	}
	_, err = ec2.NewPeeringConnectionOptions(ctx, p.name+"-spoke", &ec2.PeeringConnectionOptionsArgs{
		VpcPeeringConnectionId: p.ConnectionID,
		Accepter:               ec2.PeeringConnectionOptionsAccepterArgs{AllowRemoteVpcDnsResolution: pulumi.Bool(true)},
	}, child, spoke)
	return err
}

// addRoutes leads the private tables of one side to the other. Without its
// counterpart a route is half a connection: packets arrive and no answer returns.
func (p *Peering) addRoutes(ctx *pulumi.Context, w way, child pulumi.ResourceOption) error {
	for _, table := range w.from.tables() {
		if _, err := ec2.NewRoute(ctx, strings.Join([]string{p.name, w.role, table.name}, "-"), &ec2.RouteArgs{
			RouteTableId:           table.id,
			DestinationCidrBlock:   pulumi.String(w.to.CIDR.String()),
			VpcPeeringConnectionId: p.ConnectionID,
		}, child, pulumi.Provider(w.from.Provider)); err != nil {
			return err
		}
	}
	return nil
}

// addZone lets the VPC of the other side resolve names of one side's private zone.
// The zone's account authorizes it and the VPC's account makes use of that; within
// one account there is nobody to authorize.
func (p *Peering) addZone(ctx *pulumi.Context, w way, child pulumi.ResourceOption) error {
	if w.from.PrivateZoneID == nil {
		return nil
	}
	name := p.name + "-" + w.role
	opts := []pulumi.ResourceOption{child, pulumi.Provider(w.to.Provider)}
	if w.from.AccountID != w.to.AccountID {
		authorization, err := route53.NewVpcAssociationAuthorization(ctx, name, &route53.VpcAssociationAuthorizationArgs{
			ZoneId:    w.from.PrivateZoneID,
			VpcId:     w.to.VPCID,
			VpcRegion: pulumi.String(w.to.Region),
		}, child, pulumi.Provider(w.from.Provider))
		if err != nil {
			return err
		}
		opts = append(opts, pulumi.DependsOn([]pulumi.Resource{authorization}))
	}
	_, err := route53.NewZoneAssociation(ctx, name, &route53.ZoneAssociationArgs{
		ZoneId:    w.from.PrivateZoneID,
		VpcId:     w.to.VPCID,
		VpcRegion: pulumi.String(w.to.Region),
	}, opts...)
	return err
}
