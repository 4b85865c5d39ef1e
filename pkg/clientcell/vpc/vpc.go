// Package vpc builds the VPC of a cell that has one of its own: the tiers with their
// routes and network ACLs, endpoints, logs, the namespace in which the cell's services
// find each other, and a connection with each VPC that operates it.
package vpc

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/endpoints"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/network"
	"cellworks/pkg/networkacl"
	"cellworks/pkg/networklogs"
	"cellworks/pkg/peering"
)

const token = component.TokenPrefix + ":clientcell:VPC"

// Args says what VPC to build.
type Args struct {
	// Client is the client's name, which names begin with.
	Client string
	// AccountID and Region are where it is.
	AccountID, Region string
	// VPC is its address plan, and Zones the ids of the region's zones, in their order.
	VPC   ipam.VPC
	Zones []string
	// Config says how it reaches the Internet, and which interface endpoints it has.
	Config config.CellNetwork
	// EgressPorts are the TCP ports of the Internet that its tasks may connect to.
	EgressPorts []int
	// TrustedAccountIDs and OrganizationID say who may use the endpoints beside the
	// account itself. Optional.
	TrustedAccountIDs []string
	OrganizationID    string
	// FlowLogs and QueryLogs say what is recorded, in the bucket LogBucket.
	FlowLogs  config.BaseFlowLogs
	QueryLogs bool
	LogBucket string
	// PrivateZoneID is the account's private zone, whose names it resolves.
	PrivateZoneID string
	// Namespace is the domain under which the cell's services are found.
	Namespace string
	// Provider builds in the account and region.
	Provider pulumi.ProviderResource
	// Peers are the VPCs that reach it, by name.
	Peers map[string]peering.Side
	// DeletionProtection makes Pulumi refuse to delete the VPC.
	DeletionProtection bool
}

func (a Args) validate() error {
	var errs []error
	if a.Client == "" || a.AccountID == "" || a.Region == "" || a.LogBucket == "" || a.PrivateZoneID == "" || a.Namespace == "" {
		errs = append(errs, errors.New("client, account, region, log bucket, private zone and namespace must be set"))
	}
	if a.Provider == nil {
		errs = append(errs, errors.New("provider is missing, want that of the cell"))
	}
	if !a.VPC.CIDR().IsValid() {
		errs = append(errs, errors.New("the VPC has no addresses"))
	} else if err := a.peers().Validate(a.VPC); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// peers are the VPCs that its network ACLs let in. Each is to it what a hub is to an
// account's: its app tier connects to tasks and, where Vault makes logins, to databases.
func (a Args) peers() networkacl.Peers {
	var blocks []netip.Prefix
	for _, name := range slices.Sorted(maps.Keys(a.Peers)) {
		blocks = append(blocks, a.Peers[name].CIDR)
	}
	return networkacl.Peers{Hubs: blocks}
}

// VPC is a cell's own VPC.
type VPC struct {
	pulumi.ResourceState

	// ID is the VPC's id.
	ID pulumi.StringOutput
	// SubnetIDs are the subnets of each tier, one a zone.
	SubnetIDs map[ipam.Tier]pulumi.StringArray
	// EndpointGroupID is the group of the interface endpoints; nil without any.
	EndpointGroupID pulumi.StringInput
	// PrefixListIDs are the lists of the gateway endpoints, by service.
	PrefixListIDs map[string]pulumi.StringOutput
	// NamespaceID is the Cloud Map namespace.
	NamespaceID pulumi.StringOutput
	// ConnectionIDs are the connections with its peers, by name.
	ConnectionIDs map[string]pulumi.StringOutput

	args Args
}

// Outputs returns the ids of the VPC and its connections, and its block.
func (v *VPC) Outputs() pulumi.Map {
	connections := pulumi.Map{}
	for name, id := range v.ConnectionIDs {
		connections[name] = id
	}
	return pulumi.Map{"vpcId": v.ID, "vpcCidr": pulumi.String(v.args.VPC.CIDR().String()), "peeringConnectionIds": connections}
}

// New builds the VPC that args describes. It fails, before any resource is registered,
// when args are incomplete or name more peers than its network ACLs have room for.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*VPC, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("cell vpc %q: %w", name, err)
	}
	v := &VPC{SubnetIDs: map[ipam.Tier]pulumi.StringArray{}, ConnectionIDs: map[string]pulumi.StringOutput{}, args: args}
	return component.Register(ctx, token, name, v, opts, func(child pulumi.ResourceOption) error {
		made, err := network.New(ctx, name, network.Args{
			VPC:                args.VPC,
			Zones:              args.Zones,
			NAT:                args.Config.NAT,
			EgressPorts:        args.EgressPorts,
			Peers:              args.peers(),
			DeletionProtection: args.DeletionProtection,
		}, child)
		if err != nil {
			return err
		}
		v.ID = made.VPCID
		for _, tier := range ipam.Tiers() {
			for _, zone := range args.Zones {
				v.SubnetIDs[tier] = append(v.SubnetIDs[tier], made.SubnetIDs[tier][zone])
			}
		}
		for _, add := range []func(*pulumi.Context, string, *network.Network, pulumi.ResourceOption) error{v.addEndpoints, v.addLogs, v.addNames, v.addPeers} {
			if err := add(ctx, name, made, child); err != nil {
				return err
			}
		}
		return nil
	})
}

// addEndpoints adds those of S3 and DynamoDB, which cost nothing and keep what tasks
// store off the NAT gateways, and the configured ones.
func (v *VPC) addEndpoints(ctx *pulumi.Context, name string, made *network.Network, child pulumi.ResourceOption) error {
	added, err := endpoints.New(ctx, name+"-endpoints", endpoints.Args{
		VPCID:             v.ID,
		VPCCIDR:           v.args.VPC.CIDR(),
		Region:            v.args.Region,
		AccountID:         v.args.AccountID,
		TrustedAccountIDs: v.args.TrustedAccountIDs,
		OrganizationID:    v.args.OrganizationID,
		Config:            config.BaseEndpoints{Gateway: []string{"dynamodb", "s3"}, Interface: v.args.Config.InterfaceEndpoints},
		SubnetIDs:         made.SubnetIDs[ipam.Intra],
		RouteTableIDs:     made.Tables(ipam.App, ipam.Data, ipam.Intra),
	}, child)
	if err != nil {
		return err
	}
	v.PrefixListIDs = added.PrefixListIDs
	if len(v.args.Config.InterfaceEndpoints) > 0 {
		v.EndpointGroupID = added.SecurityGroupID
	}
	return nil
}

// addLogs records flows and queries beside those of the account's VPC.
func (v *VPC) addLogs(ctx *pulumi.Context, name string, _ *network.Network, child pulumi.ResourceOption) error {
	_, err := networklogs.New(ctx, name+"-networklogs", networklogs.Args{
		VPCID:     v.ID,
		BucketARN: pulumi.String(naming.ARN(v.args.Region, "s3", "", "", v.args.LogBucket)),
		FlowLogs:  v.args.FlowLogs,
		QueryLogs: v.args.QueryLogs,
	}, child)
	return err
}

// addNames adds the namespace of the cell's services, whose zone is the VPC's alone, and
// lets the VPC resolve the account's internal names.
func (v *VPC) addNames(ctx *pulumi.Context, name string, _ *network.Network, child pulumi.ResourceOption) error {
	namespace, err := servicediscovery.NewPrivateDnsNamespace(ctx, name, &servicediscovery.PrivateDnsNamespaceArgs{
		Name:        pulumi.String(v.args.Namespace),
		Description: pulumi.String("Services of client " + v.args.Client),
		Vpc:         v.ID,
	}, child)
	if err != nil {
		return err
	}
	v.NamespaceID = namespace.ID().ToStringOutput()
	_, err = route53.NewZoneAssociation(ctx, name+"-account", &route53.ZoneAssociationArgs{
		ZoneId:    pulumi.String(v.args.PrivateZoneID),
		VpcId:     v.ID,
		VpcRegion: pulumi.String(v.args.Region),
	}, child)
	return err
}

// addPeers connects the VPC with each of its peers, whose private zone it then resolves.
// It has none itself that anybody else needs.
func (v *VPC) addPeers(ctx *pulumi.Context, name string, made *network.Network, child pulumi.ResourceOption) error {
	own := peering.Side{
		Provider:  v.args.Provider,
		AccountID: v.args.AccountID,
		Region:    v.args.Region,
		VPCID:     v.ID,
		CIDR:      v.args.VPC.CIDR(),
		Tables:    made.Tables(ipam.App, ipam.Data, ipam.Intra),
	}
	for _, peer := range slices.Sorted(maps.Keys(v.args.Peers)) {
		connection, err := peering.New(ctx, name+"-"+peer, peering.Args{Hub: v.args.Peers[peer], Spoke: own}, child)
		if err != nil {
			return err
		}
		v.ConnectionIDs[peer] = connection.ConnectionID
	}
	return nil
}
