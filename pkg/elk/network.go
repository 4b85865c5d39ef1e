package elk

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	awsvpc "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const httpsPort = 443

// groups are the security groups: of the domain's nodes, of what delivers, and of the
// configurator.
type groups struct {
	domain, delivery, configurator *ec2.SecurityGroup
	// open are the rules that must be there before anybody calls the domain.
	open []pulumi.Resource
}

// addGroups makes the security groups. The domain answers whoever is in the app tier,
// and starts no connection itself; the other two reach nothing but the domain.
func (e *ELK) addGroups(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	for _, group := range []struct {
		to                **ec2.SecurityGroup
		name, description string
	}{
		{&e.groups.domain, "domain", "Nodes of the OpenSearch domain for logs"},
		{&e.groups.delivery, "delivery", "Delivery of logs to OpenSearch"},
		{&e.groups.configurator, "configurator", "Configures the OpenSearch domain for logs"},
	} {
		made, err := ec2.NewSecurityGroup(ctx, e.name+"-"+group.name, &ec2.SecurityGroupArgs{
			VpcId:       pulumi.String(e.args.VPCID),
			Description: pulumi.String(group.description),
			Tags:        pulumi.StringMap{"Name": pulumi.String(e.name + "-" + group.name)},
		}, child)
		if err != nil {
			return err
		}
		*group.to = made
	}
	e.SecurityGroupID = e.groups.domain.ID().ToStringOutput()
	answers, err := awsvpc.NewSecurityGroupIngressRule(ctx, e.name+"-domain", &awsvpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: e.groups.domain.ID(),
		Description:     pulumi.String("Search, Dashboards and deliveries from the app tier"),
		IpProtocol:      pulumi.String("tcp"),
		FromPort:        pulumi.Int(httpsPort),
		ToPort:          pulumi.Int(httpsPort),
		CidrIpv4:        pulumi.String(e.args.AppCIDR.String()),
	}, child)
	if err != nil {
		return err
	}
	e.groups.open = []pulumi.Resource{answers}
	for _, caller := range []struct {
		name  string
		group *ec2.SecurityGroup
	}{{"delivery", e.groups.delivery}, {"configurator", e.groups.configurator}} {
		calls, err := awsvpc.NewSecurityGroupEgressRule(ctx, e.name+"-"+caller.name, &awsvpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId:           caller.group.ID(),
			Description:               pulumi.String("OpenSearch"),
			IpProtocol:                pulumi.String("tcp"),
			FromPort:                  pulumi.Int(httpsPort),
			ToPort:                    pulumi.Int(httpsPort),
			ReferencedSecurityGroupId: e.groups.domain.ID(),
		}, child)
		if err != nil {
			return err
		}
		e.groups.open = append(e.groups.open, calls)
	}
	return nil
}
