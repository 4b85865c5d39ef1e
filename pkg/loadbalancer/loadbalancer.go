// Package loadbalancer builds the application load balancers that the cells of
// one account and region share, and the wildcard certificate for the region's zone
// that they have in common. They listen on port 443 only: a listener that redirects
// plain HTTP would still take requests, with what they carry, in the clear. Cells add
// their own listener rules.
package loadbalancer

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	awsvpc "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/ipam"
)

const (
	token = component.TokenPrefix + ":loadbalancer:LoadBalancer"

	// tlsPolicy allows TLS 1.2 and 1.3 with forward secrecy and authenticated
	// encryption only, as FSBP ELB.17 wants; the API's own default is a policy of 2016
	// that still speaks TLS 1.0.
	tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"

	httpsPort = 443
	// Targets listen on unprivileged ports.
	firstTargetPort, lastTargetPort = 1024, 65535
)

// Args says what load balancer to build.
type Args struct {
	// VPCID is the VPC to build in.
	VPCID pulumi.StringInput
	// SubnetIDs are the subnets of the load balancer's nodes, one a zone: of the
	// public tier for an internet-facing one, else of the app tier. AWS wants at
	// least two.
	SubnetIDs pulumi.StringArray
	// TargetCIDR is the block that the targets are in.
	TargetCIDR netip.Prefix
	// Internal keeps the load balancer off the internet.
	Internal bool
	// AllowedCIDRs are the blocks whose clients may connect. At least one.
	AllowedCIDRs []netip.Prefix
	// TaskCIDRs are the blocks that tasks of cells are in. What they are of AllowedCIDRs is
	// not let in: the load balancer leads to every cell behind it, and tasks of one client
	// reach no other's. Whoever else is in them has a rule by its security group.
	TaskCIDRs []netip.Prefix
	// SignIn lets it connect to port 443 anywhere, to ask an identity provider who people
	// are.
	SignIn bool
	// IdleTimeoutSeconds ends a connection that is silent for so long, 1 to 4000.
	IdleTimeoutSeconds int
	// CertificateARN is a certificate that is issued, such as Certificate.ARN.
	CertificateARN pulumi.StringInput
	// LogBucket is the bucket for the logs of requests and connections. Its policy must
	// let load balancers of the account write, without a prefix.
	LogBucket string
	// DependsOn is what must be there first, such as the way to the Internet of a VPC that
	// the same program builds. Optional.
	DependsOn []pulumi.Resource
	// DeletionProtection makes both AWS and Pulumi refuse to delete it.
	DeletionProtection bool
}

// Limits of an application load balancer (Elastic Load Balancing User Guide:
// two zones at least; idle timeout 1 to 4000 seconds).
const (
	minSubnets         = 2
	maxIdleTimeoutSecs = 4000
)

func (a Args) validate() error {
	var errs []error
	if a.VPCID == nil || a.VPCID == pulumi.String("") {
		errs = append(errs, errors.New("vpc id is empty"))
	}
	if len(a.SubnetIDs) < minSubnets {
		errs = append(errs, fmt.Errorf("subnets: got %d, want at least %d in different zones", len(a.SubnetIDs), minSubnets))
	}
	if !a.TargetCIDR.IsValid() {
		errs = append(errs, errors.New("target block is not set"))
	}
	if len(a.AllowedCIDRs) == 0 {
		errs = append(errs, errors.New("allowed blocks: got none, want at least one"))
	} else if len(a.sources()) == 0 {
		errs = append(errs, fmt.Errorf("allowed blocks: all of %v are of tasks, who may not connect", a.AllowedCIDRs))
	}
	if a.IdleTimeoutSeconds < 1 || a.IdleTimeoutSeconds > maxIdleTimeoutSecs {
		errs = append(errs, fmt.Errorf("idle timeout: %d s is out of range, want 1 to %d", a.IdleTimeoutSeconds, maxIdleTimeoutSecs))
	}
	if a.CertificateARN == nil {
		errs = append(errs, errors.New("certificate is not set"))
	}
	if a.LogBucket == "" {
		errs = append(errs, errors.New("log bucket is not set"))
	}
	return errors.Join(errs...)
}

// sources returns the blocks whose clients may connect.
func (a Args) sources() []netip.Prefix {
	var all []netip.Prefix
	for _, block := range a.AllowedCIDRs {
		for _, part := range ipam.Without(block, a.TaskCIDRs) {
			if !slices.Contains(all, part) {
				all = append(all, part)
			}
		}
	}
	return all
}

// LoadBalancer is one application load balancer and its listener.
type LoadBalancer struct {
	pulumi.ResourceState

	// ARN identifies the load balancer.
	ARN pulumi.StringOutput
	// DNSName and ZoneID are what an alias record needs.
	DNSName, ZoneID pulumi.StringOutput
	// SecurityGroupID is the group that its traffic comes from.
	SecurityGroupID pulumi.StringOutput
	// ListenerARN is the HTTPS listener.
	ListenerARN pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the names and ids that cells need.
func (l *LoadBalancer) Outputs() pulumi.Map {
	return pulumi.Map{
		"arn":             l.ARN,
		"dnsName":         l.DNSName,
		"zoneId":          l.ZoneID,
		"securityGroupId": l.SecurityGroupID,
		"listenerArn":     l.ListenerARN,
	}
}

// New builds the load balancer that args describes. It fails, before any
// resource is registered, when args are invalid.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*LoadBalancer, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("load balancer %q: %w", name, err)
	}
	l := &LoadBalancer{name: name, args: args}
	return component.Register(ctx, token, name, l, opts, func(child pulumi.ResourceOption) error {
		if err := l.addSecurityGroup(ctx, child); err != nil {
			return err
		}
		if err := l.addBalancer(ctx, child); err != nil {
			return err
		}
		return l.addListener(ctx, child)
	})
}

func (l *LoadBalancer) addSecurityGroup(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	group, err := ec2.NewSecurityGroup(ctx, l.name, &ec2.SecurityGroupArgs{
		VpcId:       l.args.VPCID.ToStringOutput(),
		Description: pulumi.String("Clients of the load balancer " + l.name),
		Tags:        pulumi.StringMap{"Name": pulumi.String(l.name)},
	}, child, pulumi.DependsOn(l.args.DependsOn))
	if err != nil {
		return err
	}
	l.SecurityGroupID = group.ID().ToStringOutput()
	for _, block := range l.args.sources() {
		name := strings.Join([]string{l.name, "https", strings.ReplaceAll(block.String(), "/", "-")}, "-")
		if _, err := awsvpc.NewSecurityGroupIngressRule(ctx, name, &awsvpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: l.SecurityGroupID,
			Description:     pulumi.String("https from " + block.String()),
			IpProtocol:      pulumi.String("tcp"),
			FromPort:        pulumi.Int(httpsPort),
			ToPort:          pulumi.Int(httpsPort),
			CidrIpv4:        pulumi.String(block.String()),
		}, child); err != nil {
			return err
		}
	}
	return l.addEgress(ctx, child)
}

// addEgress lets the load balancer reach its targets and, to sign people in, the
// endpoints of an identity provider, which have no fixed addresses.
func (l *LoadBalancer) addEgress(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if _, err := awsvpc.NewSecurityGroupEgressRule(ctx, l.name+"-targets", &awsvpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: l.SecurityGroupID,
		Description:     pulumi.String("targets in the app tier"),
		IpProtocol:      pulumi.String("tcp"),
		FromPort:        pulumi.Int(firstTargetPort),
		ToPort:          pulumi.Int(lastTargetPort),
		CidrIpv4:        pulumi.String(l.args.TargetCIDR.String()),
	}, child); err != nil || !l.args.SignIn {
		return err
	}
	_, err := awsvpc.NewSecurityGroupEgressRule(ctx, l.name+"-sign-in", &awsvpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: l.SecurityGroupID,
		Description:     pulumi.String("identity provider"),
		IpProtocol:      pulumi.String("tcp"),
		FromPort:        pulumi.Int(httpsPort),
		ToPort:          pulumi.Int(httpsPort),
		CidrIpv4:        pulumi.String("0.0.0.0/0"),
	}, child)
	return err
}

func (l *LoadBalancer) addBalancer(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	balancer, err := lb.NewLoadBalancer(ctx, l.name, &lb.LoadBalancerArgs{
		LoadBalancerType:         pulumi.String("application"),
		Internal:                 pulumi.Bool(l.args.Internal),
		SecurityGroups:           pulumi.StringArray{l.SecurityGroupID},
		Subnets:                  l.args.SubnetIDs,
		DropInvalidHeaderFields:  pulumi.Bool(true),
		DesyncMitigationMode:     pulumi.String("defensive"),
		IdleTimeout:              pulumi.Int(l.args.IdleTimeoutSeconds),
		EnableDeletionProtection: pulumi.Bool(l.args.DeletionProtection),
		AccessLogs:               lb.LoadBalancerAccessLogsArgs{Bucket: pulumi.String(l.args.LogBucket), Enabled: pulumi.Bool(true)},
		ConnectionLogs:           lb.LoadBalancerConnectionLogsArgs{Bucket: pulumi.String(l.args.LogBucket), Enabled: pulumi.Bool(true)},
	}, child, pulumi.Protect(l.args.DeletionProtection))
	if err != nil {
		return err
	}
	l.ARN, l.DNSName, l.ZoneID = balancer.Arn, balancer.DnsName, balancer.ZoneId
	return nil
}

// addListener serves HTTPS with a 404 where no cell's rule matches.
func (l *LoadBalancer) addListener(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	listener, err := lb.NewListener(ctx, l.name+"-https", &lb.ListenerArgs{
		LoadBalancerArn: l.ARN,
		Port:            pulumi.Int(httpsPort),
		Protocol:        pulumi.String("HTTPS"),
		SslPolicy:       pulumi.String(tlsPolicy),
		CertificateArn:  l.args.CertificateARN,
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
			Type: pulumi.String("fixed-response"),
			FixedResponse: lb.ListenerDefaultActionFixedResponseArgs{
				ContentType: pulumi.String("text/plain"),
				MessageBody: pulumi.String("no such host"),
				StatusCode:  pulumi.String("404"),
			},
		}},
	}, child)
	if err != nil {
		return err
	}
	l.ListenerARN = listener.Arn
	return nil
}
