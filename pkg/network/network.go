// Package network builds the VPC of one account and region: four tiers of
// subnets over its availability zones, their routes and network ACLs, and sealed
// defaults. The network ACLs know the VPCs that it is peered with; peering itself,
// endpoints and flow logs are built elsewhere.
package network

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/networkacl"
)

const token = component.TokenPrefix + ":network:Network"

const (
	// maxZones is the number of availability zones that the address plan has room
	// for.
	maxZones = 4
	// maxEgressPorts leaves room for the peers in the longest list of rules.
	maxEgressPorts = 8
	maxPort        = 65535
)

// Args says what network to build.
type Args struct {
	// VPC is the address plan of the VPC.
	VPC ipam.VPC
	// Zones are the ids of the availability zones (use1-az1, not us-east-1a,
	// which means another zone in every account), 1 to 4. A zone's position
	// fixes its addresses: append only.
	Zones []string
	// NAT says how the app tier reaches the internet: a gateway in each zone,
	// one in the first zone, or none.
	NAT config.NATMode
	// EgressPorts are the TCP ports of the internet that the app tier may connect
	// to, 1 to 65535, at most 8: more would not fit a network ACL.
	EgressPorts []int
	// Peers are the VPCs of other accounts and regions that this one exchanges
	// traffic with. Optional.
	Peers networkacl.Peers
	// SearchDomain is the domain that hosts append to short names. Empty: the one
	// that AWS gives.
	SearchDomain string
	// DeletionProtection makes Pulumi refuse to delete the VPC.
	DeletionProtection bool
}

func (a Args) validate() error {
	var errs []error
	if len(a.Zones) < 1 || len(a.Zones) > maxZones {
		errs = append(errs, fmt.Errorf("zones: got %d, want 1 to %d", len(a.Zones), maxZones))
	}
	for i, zone := range a.Zones {
		if slices.Contains(a.Zones[:i], zone) {
			errs = append(errs, fmt.Errorf("zones: %q is listed twice", zone))
		}
	}
	if !slices.Contains([]config.NATMode{config.NATPerZone, config.NATSingle, config.NATNone}, a.NAT) {
		errs = append(errs, fmt.Errorf("nat: %q is unknown, want %s, %s or %s", a.NAT, config.NATPerZone, config.NATSingle, config.NATNone))
	}
	if len(a.EgressPorts) > maxEgressPorts {
		errs = append(errs, fmt.Errorf("egress ports: got %d, want at most %d", len(a.EgressPorts), maxEgressPorts))
	}
	for _, port := range a.EgressPorts {
		if port < 1 || port > maxPort {
			errs = append(errs, fmt.Errorf("egress ports: %d is out of range, want 1 to %d", port, maxPort))
		}
	}
	if a.SearchDomain != "" && !isDomain(a.SearchDomain) {
		errs = append(errs, fmt.Errorf("search domain: %q is not a domain name, want lower-case labels joined by dots", a.SearchDomain))
	}
	return errors.Join(append(errs, a.Peers.Validate(a.VPC))...)
}

// natZones returns the zones that get a NAT gateway.
func (a Args) natZones() []string {
	switch a.NAT {
	case config.NATPerZone:
		return a.Zones
	case config.NATSingle:
		return a.Zones[:1]
	default:
		return nil
	}
}

// Network is one VPC with everything that gives it its shape.
type Network struct {
	pulumi.ResourceState

	// VPCID is the VPC's id.
	VPCID pulumi.StringOutput
	// SubnetIDs is the id of each shared subnet by tier and AZ id.
	SubnetIDs map[ipam.Tier]map[string]pulumi.StringOutput
	// SubnetCIDRs is the block of each shared subnet by tier and AZ id.
	SubnetCIDRs map[ipam.Tier]map[string]string
	// RouteTableIDs is the route table of each shared subnet by tier and AZ id.
	// Zones of the public and of the intra tier share one.
	RouteTableIDs map[ipam.Tier]map[string]pulumi.StringOutput

	args   Args
	vpc    *ec2.Vpc
	name   string
	tables map[ipam.Tier]map[string]pulumi.StringOutput // by name, each once
}

// New builds the network that args describes. It fails, before any resource is
// registered, when args are invalid.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Network, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("network %q: %w", name, err)
	}
	n := newNetwork(name, args)
	return component.Register(ctx, token, name, n, opts, func(child pulumi.ResourceOption) error {
		if err := n.addVPC(ctx, child); err != nil {
			return err
		}
		if err := n.addSealedDefaults(ctx, child); err != nil {
			return err
		}
		if err := n.addDHCP(ctx, child); err != nil {
			return err
		}
		for _, tier := range ipam.Tiers() {
			if err := n.addSubnets(ctx, tier, child); err != nil {
				return err
			}
			if err := n.addACL(ctx, tier, child); err != nil {
				return err
			}
		}
		return n.addRouting(ctx, child)
	})
}

func newNetwork(name string, args Args) *Network {
	n := &Network{
		args:          args,
		name:          name,
		SubnetIDs:     map[ipam.Tier]map[string]pulumi.StringOutput{},
		SubnetCIDRs:   map[ipam.Tier]map[string]string{},
		RouteTableIDs: map[ipam.Tier]map[string]pulumi.StringOutput{},
		tables:        map[ipam.Tier]map[string]pulumi.StringOutput{},
	}
	for _, tier := range ipam.Tiers() {
		n.SubnetIDs[tier] = map[string]pulumi.StringOutput{}
		n.SubnetCIDRs[tier] = map[string]string{}
		n.RouteTableIDs[tier] = map[string]pulumi.StringOutput{}
		n.tables[tier] = map[string]pulumi.StringOutput{}
	}
	return n
}

func (n *Network) addVPC(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	vpc, err := ec2.NewVpc(ctx, n.name, &ec2.VpcArgs{
		CidrBlock: pulumi.String(n.args.VPC.CIDR().String()),
		// Both are needed for private endpoints, private zones and EFS names.
		EnableDnsSupport:                 pulumi.Bool(true),
		EnableDnsHostnames:               pulumi.Bool(true),
		EnableNetworkAddressUsageMetrics: pulumi.Bool(true),
		Tags:                             nameTag(n.name),
	}, child, pulumi.Protect(n.args.DeletionProtection))
	if err != nil {
		return err
	}
	n.vpc, n.VPCID = vpc, vpc.ID().ToStringOutput()
	return nil
}

// addSealedDefaults takes over what AWS creates with every VPC and removes every
// rule and route from it, so that a subnet or interface that somebody forgets to
// place reaches nothing.
func (n *Network) addSealedDefaults(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if _, err := ec2.NewDefaultSecurityGroup(ctx, n.name+"-default", &ec2.DefaultSecurityGroupArgs{
		VpcId: n.VPCID,
		Tags:  nameTag(n.name + "-default-sealed"),
	}, child); err != nil {
		return err
	}
	// AWS puts every subnet that leaves its ACL into the default one; that is
	// not drift to be undone.
	if _, err := ec2.NewDefaultNetworkAcl(ctx, n.name+"-default", &ec2.DefaultNetworkAclArgs{
		DefaultNetworkAclId: n.vpc.DefaultNetworkAclId,
		Tags:                nameTag(n.name + "-default-sealed"),
	}, child, pulumi.IgnoreChanges([]string{"subnetIds"})); err != nil {
		return err
	}
	_, err := ec2.NewDefaultRouteTable(ctx, n.name+"-default", &ec2.DefaultRouteTableArgs{
		DefaultRouteTableId: n.vpc.DefaultRouteTableId,
		Routes:              ec2.DefaultRouteTableRouteArray{},
		Tags:                nameTag(n.name + "-default-sealed"),
	}, child)
	return err
}

func (n *Network) addSubnets(ctx *pulumi.Context, tier ipam.Tier, child pulumi.ResourceOption) error {
	for i, zone := range n.args.Zones {
		block, err := n.args.VPC.Subnet(tier, i)
		if err != nil {
			return err
		}
		subnet, err := ec2.NewSubnet(ctx, n.childName(tier, zone), &ec2.SubnetArgs{
			VpcId:               n.VPCID,
			CidrBlock:           pulumi.String(block.String()),
			AvailabilityZoneId:  pulumi.String(zone),
			MapPublicIpOnLaunch: pulumi.Bool(false),
			Tags:                pulumi.StringMap{"Name": pulumi.String(n.childName(tier, zone)), "tier": pulumi.String(string(tier))},
		}, child)
		if err != nil {
			return err
		}
		n.SubnetIDs[tier][zone] = subnet.ID().ToStringOutput()
		n.SubnetCIDRs[tier][zone] = block.String()
	}
	return nil
}

func (n *Network) addACL(ctx *pulumi.Context, tier ipam.Tier, child pulumi.ResourceOption) error {
	rules, err := networkacl.Rules(n.args.VPC, tier, n.args.EgressPorts, n.args.Peers)
	if err != nil {
		return err
	}
	subnets := pulumi.StringArray{}
	for _, zone := range n.args.Zones {
		subnets = append(subnets, n.SubnetIDs[tier][zone])
	}
	_, err = networkacl.Add(ctx, n.childName(tier), networkacl.Args{VPCID: n.VPCID, SubnetIDs: subnets, Rules: rules}, child)
	return err
}

// childName returns the logical name of a part of a tier.
func (n *Network) childName(tier ipam.Tier, parts ...string) string {
	name := n.name + "-" + string(tier)
	for _, part := range parts {
		name += "-" + part
	}
	return name
}

func nameTag(name string) pulumi.StringMap { return pulumi.StringMap{"Name": pulumi.String(name)} }
