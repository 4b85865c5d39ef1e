// Package network builds a cell's security groups: one that all tasks of the
// cell share and one for each service. They name each other and the load
// balancer's group, and nothing of any other cell. A cell may have subnets of its own
// behind network ACLs of its own, in the account's VPC.
package network

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	awsvpc "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
)

const token = component.TokenPrefix + ":clientcell:Network"

// Service is what the network must know of a service.
type Service struct {
	// Port is the TCP port that the tasks listen on.
	Port int
	// Scheme is the load balancer that may reach the port; empty for none.
	Scheme config.LoadBalancerScheme
}

// Args says what to build.
type Args struct {
	// Client is the client's name.
	Client string
	// VPCID is the VPC that the cell is in.
	VPCID pulumi.StringInput
	// AppSubnetIDs and DataSubnetIDs are the subnets that the cell shares, or those of its
	// own VPC, one a zone; empty for a cell with subnets of its own.
	AppSubnetIDs, DataSubnetIDs pulumi.StringArray
	// Own are the tiers App and Data of a cell with subnets of its own; empty for one that
	// shares the account's.
	Own map[ipam.Tier]Tier
	// LoadBalancerSecurityGroupIDs are the groups that the load balancers' traffic comes
	// from, by scheme; needed for those that a service is exposed on.
	LoadBalancerSecurityGroupIDs map[config.LoadBalancerScheme]pulumi.StringInput
	// Ready is what must be there before anything runs or keeps data in the VPC, so that
	// it finds its way out. Optional.
	Ready []pulumi.Resource
	// EndpointGroupID is the group of the interface endpoints of the cell's own VPC, and
	// PrefixListIDs the lists of its gateway endpoints by service: tasks may connect to
	// them. Empty in the account's VPC, where Config.Egress says so.
	EndpointGroupID pulumi.StringInput
	PrefixListIDs   map[string]pulumi.StringOutput
	// Config holds the destinations outside the cell that tasks may connect to, and the
	// networks of other VPCs that may connect to the services which listen on their port.
	Config config.CellNetwork
	// Services are the cell's services by name.
	Services map[string]Service
}

func (a Args) validate() error {
	var errs []error
	if a.Client == "" || a.VPCID == nil || a.VPCID == pulumi.String("") {
		errs = append(errs, errors.New("client and vpc id must be set"))
	}
	switch shared := len(a.AppSubnetIDs) > 0 && len(a.DataSubnetIDs) > 0; {
	case len(a.Own) > 0 && len(a.AppSubnetIDs)+len(a.DataSubnetIDs) > 0:
		errs = append(errs, errors.New("the cell shares subnets or has its own, not both"))
	case len(a.Own) > 0:
		errs = append(errs, a.Own[ipam.App].validate(ipam.App), a.Own[ipam.Data].validate(ipam.Data))
	case !shared:
		errs = append(errs, errors.New("app and data subnets must be set"))
	}
	for _, name := range slices.Sorted(maps.Keys(a.Services)) {
		if scheme := a.Services[name].Scheme; scheme != "" && a.LoadBalancerSecurityGroupIDs[scheme] == nil {
			errs = append(errs, fmt.Errorf("service %s is exposed, but the security group of the %s load balancer is not set", name, scheme))
		}
	}
	return errors.Join(errs...)
}

// Network is where a cell is, and its security groups.
type Network struct {
	pulumi.ResourceState

	// VPCID is the VPC that the cell is in.
	VPCID pulumi.StringOutput
	// AppSubnetIDs and DataSubnetIDs are the subnets of what runs and of what keeps
	// data, one a zone.
	AppSubnetIDs, DataSubnetIDs pulumi.StringArrayOutput
	// MemberGroupID is the group of every task of the cell.
	MemberGroupID pulumi.StringOutput
	// ServiceGroupIDs are the groups of the services' tasks, by service name.
	ServiceGroupIDs map[string]pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the groups' ids.
func (n *Network) Outputs() pulumi.Map {
	services := pulumi.Map{}
	for service, id := range n.ServiceGroupIDs {
		services[service] = id
	}
	return pulumi.Map{"memberSecurityGroupId": n.MemberGroupID, "serviceSecurityGroupIds": services}
}

// New builds the groups that args describes. It fails, before any resource is
// registered, when args are incomplete.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Network, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("cell network %q: %w", name, err)
	}
	n := &Network{
		VPCID:           args.VPCID.ToStringOutput(),
		AppSubnetIDs:    args.AppSubnetIDs.ToStringArrayOutput(),
		DataSubnetIDs:   args.DataSubnetIDs.ToStringArrayOutput(),
		ServiceGroupIDs: map[string]pulumi.StringOutput{}, name: name, args: args,
	}
	return component.Register(ctx, token, name, n, opts, func(child pulumi.ResourceOption) error {
		if len(args.Own) > 0 {
			if err := n.addTiers(ctx, child); err != nil {
				return err
			}
		}
		if err := n.addMembers(ctx, child); err != nil {
			return err
		}
		for _, service := range slices.Sorted(maps.Keys(args.Services)) {
			if err := n.addService(ctx, service, child); err != nil {
				return err
			}
		}
		return nil
	})
}

// addMembers builds the group that lets the cell's tasks reach each other and
// the configured destinations, and nothing else.
func (n *Network) addMembers(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	name := n.name + "-members"
	group, err := n.addGroup(ctx, name, "Tasks of client "+n.args.Client, child)
	if err != nil {
		return err
	}
	n.MemberGroupID = group
	if _, err := awsvpc.NewSecurityGroupIngressRule(ctx, name+"-cell", &awsvpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           group,
		ReferencedSecurityGroupId: group,
		Description:               pulumi.String("the cell's own tasks"),
		IpProtocol:                pulumi.String("-1"),
	}, child); err != nil {
		return err
	}
	if _, err := awsvpc.NewSecurityGroupEgressRule(ctx, name+"-cell", &awsvpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId:           group,
		ReferencedSecurityGroupId: group,
		Description:               pulumi.String("the cell's own tasks"),
		IpProtocol:                pulumi.String("-1"),
	}, child); err != nil {
		return err
	}
	for _, egress := range n.args.Config.Egress {
		if _, err := awsvpc.NewSecurityGroupEgressRule(ctx, n.name+"-egress-"+egress.Name, &awsvpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: group,
			Description:     pulumi.String(egress.Name),
			IpProtocol:      pulumi.String("tcp"),
			FromPort:        pulumi.Int(egress.Port),
			ToPort:          pulumi.Int(egress.Port),
			CidrIpv4:        pulumi.String(egress.CIDR.String()),
		}, child); err != nil {
			return err
		}
	}
	return n.addEndpoints(ctx, child)
}

func (n *Network) addService(ctx *pulumi.Context, service string, child pulumi.ResourceOption) error {
	name := n.name + "-" + service
	group, err := n.addGroup(ctx, name, "Service "+service+" of client "+n.args.Client, child)
	if err != nil {
		return err
	}
	n.ServiceGroupIDs[service] = group
	port, scheme := n.args.Services[service].Port, n.args.Services[service].Scheme
	if err := n.addPeers(ctx, service, child); err != nil || scheme == "" {
		return err
	}
	_, err = awsvpc.NewSecurityGroupIngressRule(ctx, name+"-alb", &awsvpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           group,
		ReferencedSecurityGroupId: n.args.LoadBalancerSecurityGroupIDs[scheme].ToStringOutput(),
		Description:               pulumi.String(string(scheme) + " load balancer"),
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  pulumi.Int(port),
		ToPort:                    pulumi.Int(port),
	}, child)
	return err
}

// addPeers lets the configured networks of other VPCs connect to a service that listens
// on their port.
func (n *Network) addPeers(ctx *pulumi.Context, service string, child pulumi.ResourceOption) error {
	port := n.args.Services[service].Port
	for _, peer := range n.args.Config.AllowFromPeers {
		if peer.Port != port {
			continue
		}
		if _, err := awsvpc.NewSecurityGroupIngressRule(ctx, n.name+"-"+service+"-peer-"+peer.Name, &awsvpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: n.ServiceGroupIDs[service],
			Description:     pulumi.String("peer " + peer.Name),
			IpProtocol:      pulumi.String("tcp"),
			FromPort:        pulumi.Int(port),
			ToPort:          pulumi.Int(port),
			CidrIpv4:        pulumi.String(peer.CIDR.String()),
		}, child); err != nil {
			return err
		}
	}
	return nil
}

func (n *Network) addGroup(ctx *pulumi.Context, name, description string, child pulumi.ResourceOption) (pulumi.StringOutput, error) {
	group, err := ec2.NewSecurityGroup(ctx, name, &ec2.SecurityGroupArgs{
		VpcId:       n.args.VPCID.ToStringOutput(),
		Description: pulumi.String(description),
		Tags:        pulumi.StringMap{"Name": pulumi.String(name)},
	}, child, pulumi.DependsOn(n.args.Ready))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return group.ID().ToStringOutput(), nil
}
