// Package securitygroup adds a security group and its rules to a component. Each
// rule is a resource of its own, so that groups can name each other. It registers no
// component of its own, so that the group's URN has no further level.
package securitygroup

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	awsvpc "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Group is a security group. What it does not allow is refused, outgoing traffic
// included.
type Group struct {
	// ID is the group's id.
	ID pulumi.StringOutput

	ctx   *pulumi.Context
	name  string
	child pulumi.ResourceOption
}

// Args says what group to add.
type Args struct {
	// VPCID is the VPC that it is in.
	VPCID string
	// Description says what it is the group of. It cannot be changed later without a
	// new group.
	Description string
}

// Add adds the group to the component that child makes resources the children of. It
// fails, before it registers anything, when a field of args is empty.
func Add(ctx *pulumi.Context, name string, args Args, child pulumi.ResourceOption) (*Group, error) {
	if args.VPCID == "" || args.Description == "" {
		return nil, fmt.Errorf("security group %q: vpc id and description must be set", name)
	}
	return AddIn(ctx, name, pulumi.String(args.VPCID), args.Description, child)
}

// AddIn is Add in a VPC that another component hands out, which it may have made itself.
func AddIn(ctx *pulumi.Context, name string, vpcID pulumi.StringInput, description string, child pulumi.ResourceOption) (*Group, error) {
	group, err := ec2.NewSecurityGroup(ctx, name, &ec2.SecurityGroupArgs{
		VpcId:       vpcID.ToStringOutput(),
		Description: pulumi.String(description),
		Tags:        pulumi.StringMap{"Name": pulumi.String(name)},
	}, child)
	if err != nil {
		return nil, err
	}
	return &Group{ID: group.ID().ToStringOutput(), ctx: ctx, name: name, child: child}, nil
}

// Foreign returns the group of that id, which another component made: rules that are
// added to it are called
// after name.
func Foreign(ctx *pulumi.Context, name string, id pulumi.StringInput, child pulumi.ResourceOption) *Group {
	return &Group{ID: id.ToStringOutput(), ctx: ctx, name: name, child: child}
}

// Peer is one side of a rule: a group, or a block of addresses.
type Peer struct {
	group pulumi.StringInput
	block netip.Prefix
}

// Of returns the peer that is a group.
func Of(group *Group) Peer { return Peer{group: group.ID} }

// OfID returns the peer that is a group of another stack in the same region.
func OfID(id string) Peer { return Peer{group: pulumi.String(id)} }

// At returns the peer that is a block of addresses.
func At(block netip.Prefix) Peer { return Peer{block: block} }

// From allows what comes from a peer to a port, by each of the protocols tcp and udp
// that are named. what says what it is for; with the protocol and the group's name it
// is the rule's name. It fails, before it registers anything, for a port or protocol
// that is none.
func (g *Group) From(peer Peer, port int, what string, protocols ...string) error {
	return g.each(port, what, protocols, func(name, protocol string) error {
		args := &awsvpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: g.ID,
			Description:     pulumi.String(what),
			IpProtocol:      pulumi.String(protocol),
			FromPort:        pulumi.Int(port),
			ToPort:          pulumi.Int(port),
		}
		if peer.group != nil {
			args.ReferencedSecurityGroupId = peer.group.ToStringOutput()
		} else {
			args.CidrIpv4 = pulumi.String(peer.block.String())
		}
		_, err := awsvpc.NewSecurityGroupIngressRule(g.ctx, name, args, g.child)
		return err
	})
}

// To allows what goes to a port of a peer. It is From in the other direction, and
// fails as From does.
func (g *Group) To(peer Peer, port int, what string, protocols ...string) error {
	return g.each(port, what, protocols, func(name, protocol string) error {
		args := &awsvpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: g.ID,
			Description:     pulumi.String(what),
			IpProtocol:      pulumi.String(protocol),
			FromPort:        pulumi.Int(port),
			ToPort:          pulumi.Int(port),
		}
		if peer.group != nil {
			args.ReferencedSecurityGroupId = peer.group.ToStringOutput()
		} else {
			args.CidrIpv4 = pulumi.String(peer.block.String())
		}
		_, err := awsvpc.NewSecurityGroupEgressRule(g.ctx, name, args, g.child)
		return err
	})
}

// each calls add with the name of every rule.
func (g *Group) each(port int, what string, protocols []string, add func(name, protocol string) error) error {
	if port < 1 || port > 65535 || what == "" || len(protocols) == 0 {
		return fmt.Errorf("security group %q: rule %q: port %d with protocols %v is no rule", g.name, what, port, protocols)
	}
	var errs []error
	for _, protocol := range protocols {
		if protocol != "tcp" && protocol != "udp" {
			return fmt.Errorf("security group %q: rule %q: protocol %q is not known, want tcp or udp", g.name, what, protocol)
		}
		name := strings.NewReplacer(" ", "-", "/", "-", ".", "-").Replace(strings.Join([]string{g.name, what, protocol}, "-"))
		errs = append(errs, add(name, protocol))
	}
	return errors.Join(errs...)
}
