package ecscluster

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// nodePolicies are the policies of AWS for the agents on an instance, by short name:
// that of ECS, and that of Systems Manager in place of SSH. Tasks have roles of their
// own and get nothing of the instance's.
func nodePolicies() map[string]string {
	return map[string]string{
		"ecs": "service-role/AmazonEC2ContainerServiceforEC2Role",
		"ssm": "AmazonSSMManagedInstanceCore",
	}
}

// addNodeRole makes the role of the instances. It returns the ARN of its profile, and
// what must be there for as long as there are instances: an agent that has lost its
// permissions cannot drain.
func (c *Cluster) addNodeRole(ctx *pulumi.Context, child pulumi.ResourceOption) (pulumi.StringInput, []pulumi.Resource, error) {
	name := c.name + "-nodes"
	trust, err := iampolicy.NewDocument(iampolicy.Allow("", "sts:AssumeRole").By(iampolicy.ByService("ec2.amazonaws.com"))).JSONFor(iampolicy.Trust)
	if err != nil {
		return nil, nil, err
	}
	role, err := iam.NewRole(ctx, name, &iam.RoleArgs{
		Path:                pulumi.String(naming.UtilityPath),
		Description:         pulumi.String("Instances of ECS cluster " + c.args.Name),
		AssumeRolePolicy:    pulumi.String(trust),
		PermissionsBoundary: pulumi.String(c.args.PermissionsBoundary),
	}, child)
	if err != nil {
		return nil, nil, err
	}
	var ready []pulumi.Resource
	policies := nodePolicies()
	for _, short := range slices.Sorted(maps.Keys(policies)) {
		attachment, err := iam.NewRolePolicyAttachment(ctx, name+"-"+short, &iam.RolePolicyAttachmentArgs{
			Role:      role.Name,
			PolicyArn: pulumi.String(naming.ARN(c.args.Region, "iam", "", "aws", "policy/"+policies[short])),
		}, child)
		if err != nil {
			return nil, nil, err
		}
		ready = append(ready, attachment)
	}
	profile, err := iam.NewInstanceProfile(ctx, name, &iam.InstanceProfileArgs{
		Path: pulumi.String(naming.UtilityPath),
		Role: role.Name,
	}, child)
	if err != nil {
		return nil, nil, err
	}
	return profile.Arn, append(ready, profile), nil
}
