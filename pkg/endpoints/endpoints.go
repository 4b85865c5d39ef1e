// Package endpoints builds the VPC endpoints of one VPC: the services of AWS that
// its hosts reach without the internet, for principals of the organization only.
// The private names of an endpoint resolve in its own VPC alone, never over a
// peering connection, so every VPC has its own.
package endpoints

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	awsvpc "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
)

const (
	token = component.TokenPrefix + ":endpoints:Endpoints"

	httpsPort = 443
)

// Args says what endpoints to build.
type Args struct {
	// VPCID is the VPC to build in. Private names need both of its DNS settings.
	VPCID pulumi.StringInput
	// VPCCIDR is the VPC's block, whose hosts may call the interface endpoints.
	VPCCIDR netip.Prefix
	// Region is the VPC's region, of the commercial or the GovCloud partition.
	Region string
	// AccountID is the account whose principals may use the endpoints.
	AccountID string
	// TrustedAccountIDs are further accounts whose principals may use them: those
	// whose roles are assumed from the VPC, as a deployment does, and those whose
	// signed requests are passed on from it, as Vault does to sts. Optional.
	TrustedAccountIDs []string
	// OrganizationID is the id of the AWS organization. With it, gateway endpoints
	// admit every principal of the organization instead of those of the accounts.
	// Optional.
	OrganizationID string
	// Config lists the services.
	Config config.BaseEndpoints
	// SubnetIDs are the subnets of the interface endpoints by AZ id, one a zone.
	// Required with Config.Interface.
	SubnetIDs map[string]pulumi.StringOutput
	// RouteTableIDs are the route tables that lead to the gateway endpoints, each
	// once, by any name. Required with Config.Gateway.
	RouteTableIDs map[string]pulumi.StringOutput
}

// Endpoints are the VPC endpoints of one VPC.
type Endpoints struct {
	pulumi.ResourceState

	// SecurityGroupID is the group of the interface endpoints; empty without any.
	SecurityGroupID pulumi.StringOutput
	// PrefixListIDs are the managed prefix lists of the gateway endpoints by
	// service, for rules of security groups.
	PrefixListIDs map[string]pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the security group and the prefix lists.
func (e *Endpoints) Outputs() pulumi.Map {
	return pulumi.Map{"securityGroupId": e.SecurityGroupID, "prefixListIds": e.PrefixListIDMap()}
}

// PrefixListIDMap returns PrefixListIDs as one Pulumi value.
func (e *Endpoints) PrefixListIDMap() pulumi.StringMap {
	ids := pulumi.StringMap{}
	for service, id := range e.PrefixListIDs {
		ids[service] = id
	}
	return ids
}

// New builds the endpoints that args describes. It fails, before any resource is
// registered, when args are incomplete, when a service is listed twice or under
// the wrong kind of endpoint, when only some of the services of ECS are listed,
// and for a region of China, where services have other names.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Endpoints, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("endpoints %q: %w", name, err)
	}
	e := &Endpoints{
		name:            name,
		args:            args,
		SecurityGroupID: pulumi.String("").ToStringOutput(),
		PrefixListIDs:   map[string]pulumi.StringOutput{},
	}
	return component.Register(ctx, token, name, e, opts, func(child pulumi.ResourceOption) error {
		if err := e.addGateways(ctx, child); err != nil {
			return err
		}
		if len(args.Config.Interface) == 0 {
			return nil
		}
		if err := e.addSecurityGroup(ctx, child); err != nil {
			return err
		}
		return e.addInterfaces(ctx, child)
	})
}

func (e *Endpoints) addGateways(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	tables := inOrder(e.args.RouteTableIDs)
	for _, service := range slices.Sorted(slices.Values(e.args.Config.Gateway)) {
		policy, err := e.args.gatewayPolicy(service)
		if err != nil {
			return err
		}
		name := e.name + "-" + service
		endpoint, err := ec2.NewVpcEndpoint(ctx, name, &ec2.VpcEndpointArgs{
			VpcId:           e.args.VPCID,
			VpcEndpointType: pulumi.String("Gateway"),
			ServiceName:     pulumi.String(e.args.serviceName(service)),
			RouteTableIds:   tables,
			Policy:          pulumi.String(policy),
			Tags:            nameTag(name),
		}, child)
		if err != nil {
			return err
		}
		e.PrefixListIDs[service] = endpoint.PrefixListId
	}
	return nil
}

func (e *Endpoints) addSecurityGroup(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	group, err := ec2.NewSecurityGroup(ctx, e.name, &ec2.SecurityGroupArgs{
		VpcId:       e.args.VPCID,
		Description: pulumi.String("Interface endpoints of the VPC"),
		Tags:        nameTag(e.name),
	}, child)
	if err != nil {
		return err
	}
	e.SecurityGroupID = group.ID().ToStringOutput()
	_, err = awsvpc.NewSecurityGroupIngressRule(ctx, e.name+"-https", &awsvpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: e.SecurityGroupID,
		Description:     pulumi.String("https from the VPC"),
		IpProtocol:      pulumi.String("tcp"),
		FromPort:        pulumi.Int(httpsPort),
		ToPort:          pulumi.Int(httpsPort),
		CidrIpv4:        pulumi.String(e.args.VPCCIDR.String()),
	}, child)
	return err
}

func (e *Endpoints) addInterfaces(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	policy, err := e.args.interfacePolicy()
	if err != nil {
		return err
	}
	subnets := inOrder(e.args.SubnetIDs)
	for _, service := range slices.Sorted(slices.Values(e.args.Config.Interface)) {
		name := e.name + "-" + service
		args := &ec2.VpcEndpointArgs{
			VpcId:             e.args.VPCID,
			VpcEndpointType:   pulumi.String("Interface"),
			ServiceName:       pulumi.String(e.args.serviceName(service)),
			SubnetIds:         subnets,
			SecurityGroupIds:  pulumi.StringArray{e.SecurityGroupID},
			PrivateDnsEnabled: pulumi.Bool(true),
			Tags:              nameTag(name),
		}
		if hasPolicy(service) {
			args.Policy = pulumi.String(policy)
		}
		if _, err := ec2.NewVpcEndpoint(ctx, name, args, child); err != nil {
			return err
		}
	}
	return nil
}

func (a Args) serviceName(service string) string {
	return "com.amazonaws." + a.Region + "." + service
}

// inOrder returns ids by their names, so that the order never changes by itself.
func inOrder(ids map[string]pulumi.StringOutput) pulumi.StringArray {
	list := pulumi.StringArray{}
	for _, name := range slices.Sorted(maps.Keys(ids)) {
		list = append(list, ids[name])
	}
	return list
}

func nameTag(name string) pulumi.StringMap { return pulumi.StringMap{"Name": pulumi.String(name)} }
