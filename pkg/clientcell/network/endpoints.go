package network

import (
	"maps"
	"slices"

	awsvpc "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const httpsPort = 443

// addEndpoints lets the cell's tasks reach the endpoints of its own VPC, whatever its
// egress lets out.
func (n *Network) addEndpoints(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	rule := func(name string, args awsvpc.SecurityGroupEgressRuleArgs) error {
		args.SecurityGroupId, args.IpProtocol = n.MemberGroupID, pulumi.String("tcp")
		args.FromPort, args.ToPort = pulumi.Int(httpsPort), pulumi.Int(httpsPort)
		_, err := awsvpc.NewSecurityGroupEgressRule(ctx, n.name+"-members-"+name, &args, child)
		return err
	}
	if id := n.args.EndpointGroupID; id != nil {
		if err := rule("endpoints", awsvpc.SecurityGroupEgressRuleArgs{Description: pulumi.String("interface endpoints"), ReferencedSecurityGroupId: id.ToStringOutput()}); err != nil {
			return err
		}
	}
	for _, service := range slices.Sorted(maps.Keys(n.args.PrefixListIDs)) {
		if err := rule(service, awsvpc.SecurityGroupEgressRuleArgs{Description: pulumi.String("gateway endpoint of " + service), PrefixListId: n.args.PrefixListIDs[service]}); err != nil {
			return err
		}
	}
	return nil
}
