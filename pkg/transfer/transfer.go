// Package transfer builds a server that files are sent to by SFTP: addresses that stay,
// a security group that lets named networks in, a log and a host name. Users are made
// elsewhere.
package transfer

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/transfer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/securitygroup"
)

const (
	token = component.TokenPrefix + ":transfer:Server"

	port = 22
	// recordTTL is how long resolvers keep the addresses, in seconds.
	recordTTL = 300
)

// Args says what server to build.
type Args struct {
	// VPCID and SubnetIDs are where it is: public subnets, one a zone. Each gets an
	// address of its own.
	VPCID     string
	SubnetIDs []string
	// Host is its host name, ZoneID the hosted zone that the name is in.
	Host, ZoneID string
	// AllowedCIDRs are the networks that may connect: at least one, and not everybody.
	AllowedCIDRs []netip.Prefix
	// SecurityPolicy says which algorithms it speaks.
	SecurityPolicy string
	// Banner is shown before somebody logs in. Optional.
	Banner string
	// LogGroup is the name of its log group, which keeps who connected and what was sent
	// for LogRetentionDays.
	LogGroup         string
	LogRetentionDays int
	// LogKeyARN is the key of the log group.
	LogKeyARN pulumi.StringInput
	// DeletionProtection makes Pulumi refuse to delete the server, whose host key senders
	// know, and its addresses, which are in their firewalls.
	DeletionProtection bool
}

func (a Args) validate() error {
	var errs []error
	if a.VPCID == "" || len(a.SubnetIDs) == 0 || a.Host == "" || a.ZoneID == "" || a.SecurityPolicy == "" || a.LogGroup == "" || a.LogKeyARN == nil {
		errs = append(errs, errors.New("vpc, subnets, host, zone, security policy, log group and key must be set"))
	}
	if len(a.AllowedCIDRs) == 0 {
		errs = append(errs, errors.New("nobody may connect, want at least one network"))
	}
	for _, block := range a.AllowedCIDRs {
		if !block.IsValid() || block.Bits() == 0 {
			errs = append(errs, fmt.Errorf("%s may connect, which is everybody, want named networks", block))
		}
	}
	return errors.Join(errs...)
}

// Server is a server that files are sent to.
type Server struct {
	pulumi.ResourceState

	// ID identifies the server.
	ID pulumi.StringOutput
	// Host is its host name.
	Host pulumi.StringOutput
	// Addresses are its public addresses, one a subnet.
	Addresses pulumi.StringArrayOutput
	// HostKeyFingerprint is that of its host key.
	HostKeyFingerprint pulumi.StringOutput

	name string
	args Args
}

// Outputs returns what senders need to know of the server.
func (s *Server) Outputs() pulumi.Map {
	return pulumi.Map{"serverId": s.ID, "host": s.Host, "addresses": s.Addresses, "hostKeyFingerprint": s.HostKeyFingerprint}
}

// New builds the server that args describes. It fails, naming all that is wrong before
// any resource is registered, when args are incomplete or everybody may connect.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Server, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("sftp server %q: %w", name, err)
	}
	s := &Server{name: name, args: args}
	return component.Register(ctx, token, name, s, opts, func(child pulumi.ResourceOption) error {
		group, err := s.addGroup(ctx, child)
		if err != nil {
			return err
		}
		allocations, err := s.addAddresses(ctx, child)
		if err != nil {
			return err
		}
		if err := s.addServer(ctx, group, allocations, child); err != nil {
			return err
		}
		record, err := route53.NewRecord(ctx, name, &route53.RecordArgs{
			ZoneId:  pulumi.String(args.ZoneID),
			Name:    pulumi.String(args.Host),
			Type:    pulumi.String("A"),
			Ttl:     pulumi.Int(recordTTL),
			Records: s.Addresses,
		}, child)
		if err != nil {
			return err
		}
		s.Host = record.Fqdn
		return nil
	})
}

// addGroup lets the named networks in, and nothing out.
func (s *Server) addGroup(ctx *pulumi.Context, child pulumi.ResourceOption) (*securitygroup.Group, error) {
	group, err := securitygroup.Add(ctx, s.name, securitygroup.Args{VPCID: s.args.VPCID, Description: "SFTP server " + s.args.Host}, child)
	if err != nil {
		return nil, err
	}
	for _, block := range s.args.AllowedCIDRs {
		if err := group.From(securitygroup.At(block), port, "senders "+block.String(), "tcp"); err != nil {
			return nil, err
		}
	}
	return group, nil
}

// addAddresses makes one address for each subnet and returns their allocations.
func (s *Server) addAddresses(ctx *pulumi.Context, child pulumi.ResourceOption) (pulumi.StringArray, error) {
	var allocations, addresses pulumi.StringArray
	for i := range s.args.SubnetIDs {
		name := fmt.Sprintf("%s-%d", s.name, i+1)
		address, err := ec2.NewEip(ctx, name, &ec2.EipArgs{
			Domain: pulumi.String("vpc"),
			Tags:   pulumi.StringMap{"Name": pulumi.String(name)},
		}, child, pulumi.Protect(s.args.DeletionProtection))
		if err != nil {
			return nil, err
		}
		allocations, addresses = append(allocations, address.ID().ToStringOutput()), append(addresses, address.PublicIp)
	}
	s.Addresses = addresses.ToStringArrayOutput()
	return allocations, nil
}

func (s *Server) addServer(ctx *pulumi.Context, group *securitygroup.Group, allocations pulumi.StringArray, child pulumi.ResourceOption) error {
	logs, err := cloudwatch.NewLogGroup(ctx, s.name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(s.args.LogGroup),
		RetentionInDays: pulumi.Int(s.args.LogRetentionDays),
		KmsKeyId:        s.args.LogKeyARN.ToStringOutput().ToStringPtrOutput(),
	}, child)
	if err != nil {
		return err
	}
	args := &transfer.ServerArgs{
		Protocols:            pulumi.StringArray{pulumi.String("SFTP")},
		Domain:               pulumi.String("S3"),
		IdentityProviderType: pulumi.String("SERVICE_MANAGED"),
		SecurityPolicyName:   pulumi.String(s.args.SecurityPolicy),
		// Addresses are only for servers in a VPC.
		EndpointType: pulumi.String("VPC"),
		EndpointDetails: transfer.ServerEndpointDetailsArgs{
			VpcId:                pulumi.String(s.args.VPCID),
			SubnetIds:            pulumi.ToStringArray(s.args.SubnetIDs),
			AddressAllocationIds: allocations,
			SecurityGroupIds:     pulumi.StringArray{group.ID},
		},
		// Structured logs need no role: Transfer delivers them by a policy of the log service.
		StructuredLogDestinations: pulumi.StringArray{pulumi.Sprintf("%s:*", logs.Arn)},
		Tags:                      pulumi.StringMap{"Name": pulumi.String(s.name)},
	}
	if s.args.Banner != "" {
		args.PreAuthenticationLoginBanner = pulumi.String(s.args.Banner)
	}
	server, err := transfer.NewServer(ctx, s.name, args, child, pulumi.Protect(s.args.DeletionProtection))
	if err != nil {
		return err
	}
	s.ID, s.HostKeyFingerprint = server.ID().ToStringOutput(), server.HostKeyFingerprint
	return nil
}
