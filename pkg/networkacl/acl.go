package networkacl

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Args says what network ACL to add.
type Args struct {
	// VPCID is the VPC that it is in.
	VPCID pulumi.StringInput
	// SubnetIDs are the subnets that it filters.
	SubnetIDs pulumi.StringArrayInput
	// Rules are its entries. What none of them matches is dropped.
	Rules RuleSet
}

// Add adds the network ACL to the component that child makes resources the children of.
// Its entries are inline: one that somebody adds by hand is drift.
func Add(ctx *pulumi.Context, name string, args Args, child pulumi.ResourceOption) (*ec2.NetworkAcl, error) {
	ingress, egress := ec2.NetworkAclIngressArray{}, ec2.NetworkAclEgressArray{}
	for _, rule := range args.Rules.Ingress {
		ingress = append(ingress, ec2.NetworkAclIngressArgs(rule.entry()))
	}
	for _, rule := range args.Rules.Egress {
		egress = append(egress, rule.entry())
	}
	return ec2.NewNetworkAcl(ctx, name, &ec2.NetworkAclArgs{
		VpcId: args.VPCID.ToStringOutput(), SubnetIds: args.SubnetIDs, Ingress: ingress, Egress: egress,
		Tags: pulumi.StringMap{"Name": pulumi.String(name)},
	}, child)
}

// entry returns the rule as the EC2 API wants it.
func (r Rule) entry() ec2.NetworkAclEgressArgs {
	action := "deny"
	if r.Allow {
		action = "allow"
	}
	entry := ec2.NetworkAclEgressArgs{
		RuleNo:    pulumi.Int(r.Number),
		Action:    pulumi.String(action),
		Protocol:  pulumi.String(string(r.Protocol)),
		FromPort:  pulumi.Int(r.Ports.From),
		ToPort:    pulumi.Int(r.Ports.To),
		CidrBlock: pulumi.String(r.Peer.String()),
	}
	if r.Protocol == ICMP {
		entry.IcmpType, entry.IcmpCode = pulumi.Int(icmpUnreachable), pulumi.Int(icmpFragmentationNeeds)
	}
	return entry
}
