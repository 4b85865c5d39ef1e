package servergroup

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// addRole makes the servers' role with its policies. It returns the instance
// profile, and what must be there before a server starts. People get at servers by
// Session Manager, so that no port is open for them.
func (g *Group) addRole(ctx *pulumi.Context, child pulumi.ResourceOption) (pulumi.StringInput, []pulumi.Resource, error) {
	trust, err := iampolicy.NewDocument(iampolicy.Allow("Servers", "sts:AssumeRole").By(iampolicy.ByService("ec2.amazonaws.com"))).JSONFor(iampolicy.Trust)
	if err != nil {
		return nil, nil, err
	}
	role, err := iam.NewRole(ctx, g.name, &iam.RoleArgs{
		Description:         pulumi.String(g.args.Description),
		Path:                pulumi.String(naming.UtilityPath),
		AssumeRolePolicy:    pulumi.String(trust),
		PermissionsBoundary: pulumi.String(g.args.PermissionsBoundary),
	}, child)
	if err != nil {
		return nil, nil, err
	}
	g.RoleARN, g.RoleName = role.Arn, role.Name
	core := naming.ARN(g.args.Region, "iam", "", "aws", "policy/AmazonSSMManagedInstanceCore")
	attached, err := g.attach(ctx, role, "sessions", pulumi.String(core), child)
	if err != nil {
		return nil, nil, err
	}
	ready := []pulumi.Resource{attached}
	permissions := maps.Clone(g.args.Permissions)
	if permissions == nil {
		permissions = map[string]Permission{}
	}
	permissions["server"] = Permit("Completes the launch of a server and watches it", g.args.own()...)
	for _, purpose := range slices.Sorted(maps.Keys(permissions)) {
		policy, err := g.addPolicy(ctx, purpose, permissions[purpose], child)
		if err != nil {
			return nil, nil, err
		}
		if attached, err = g.attach(ctx, role, purpose, policy, child); err != nil {
			return nil, nil, err
		}
		ready = append(ready, attached)
	}
	profile, err := iam.NewInstanceProfile(ctx, g.name, &iam.InstanceProfileArgs{
		Path: pulumi.String(naming.UtilityPath),
		Role: role.Name,
	}, child)
	if err != nil {
		return nil, nil, err
	}
	return profile.Arn, ready, nil
}

// addPolicy makes the policy of a permission and returns its ARN.
func (g *Group) addPolicy(ctx *pulumi.Context, purpose string, permission Permission, child pulumi.ResourceOption) (pulumi.StringInput, error) {
	text := pulumi.StringArray(permission.Needs).ToStringArrayOutput().ApplyT(func(known []string) (string, error) {
		return iampolicy.NewDocument(permission.Statements(known)...).JSONFor(iampolicy.Managed)
	}).(pulumi.StringOutput)
	policy, err := iam.NewPolicy(ctx, g.name+"-"+purpose, &iam.PolicyArgs{
		Description: pulumi.String(permission.Description),
		Path:        pulumi.String(naming.UtilityPath),
		Policy:      text,
	}, child)
	if err != nil {
		return nil, err
	}
	return policy.Arn, nil
}

func (g *Group) attach(ctx *pulumi.Context, role *iam.Role, purpose string, policyARN pulumi.StringInput, child pulumi.ResourceOption) (pulumi.Resource, error) {
	return iam.NewRolePolicyAttachment(ctx, g.name+"-"+purpose, &iam.RolePolicyAttachmentArgs{Role: role.Name, PolicyArn: policyARN}, child)
}
