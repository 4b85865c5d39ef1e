// Package cellrole adds a role of a cell to a component: in the client's path, within
// the permissions boundary, with a policy of its own, or with several when one is too
// short. It registers no component, so that the role's URN has no further level.
package cellrole

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// Args says what role to add.
type Args struct {
	// Client is the client's name.
	Client string
	// Name is the role's and its policy's name, as naming.Role makes it.
	Name string
	// Description says what the role is for.
	Description string
	// Trust says who may assume it.
	Trust iampolicy.Document
	// Policy is what it may do.
	Policy Policy
	// PermissionsBoundary is the ARN of the policy that bounds it.
	PermissionsBoundary pulumi.StringInput
}

// Role is one role.
type Role struct {
	// Name and ARN identify the role.
	Name, ARN pulumi.StringOutput
	// Attachment is what gives the role its policy, or the last of several: what depends on
	// it finds the role able to do its work.
	Attachment pulumi.Resource
}

// Add adds the role that args describes to the component that child makes resources the
// children of. All its resources have the name name. It fails, before any of them is
// registered, when args are incomplete or the trust policy is not valid.
func Add(ctx *pulumi.Context, name string, args Args, child pulumi.ResourceOption) (*Role, error) {
	if args.Client == "" || args.Name == "" || args.Policy.document == nil || args.PermissionsBoundary == nil {
		return nil, fmt.Errorf("role %q: %w", args.Name, errors.New("client, name, policy and permissions boundary must be set"))
	}
	trust, err := args.Trust.JSONFor(iampolicy.Trust)
	if err != nil {
		return nil, fmt.Errorf("role %q: %w", args.Name, err)
	}
	parts, err := args.Policy.parts()
	if err != nil {
		return nil, fmt.Errorf("role %q: %w", args.Name, err)
	}
	role, err := iam.NewRole(ctx, name, &iam.RoleArgs{
		Name:                pulumi.String(args.Name),
		Path:                pulumi.String(naming.CellRolePath(args.Client)),
		Description:         pulumi.String(args.Description),
		AssumeRolePolicy:    pulumi.String(trust),
		PermissionsBoundary: args.PermissionsBoundary.ToStringOutput().ToStringPtrOutput(),
	}, child)
	if err != nil {
		return nil, err
	}
	result := &Role{Name: role.Name, ARN: role.Arn}
	for i := range parts {
		if err := result.addPolicy(ctx, name, args, parts, i, child); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// addPolicy gives the role one of the parts of its policy, after those before it. Inline
// policies violate iam-no-inline-policy-check, hence policies of their own.
func (r *Role) addPolicy(ctx *pulumi.Context, name string, args Args, parts []iampolicy.Document, i int, child pulumi.ResourceOption) error {
	suffix, opts := "", []pulumi.ResourceOption{child}
	if i > 0 {
		suffix, opts = fmt.Sprintf("-%d", i+1), append(opts, pulumi.DependsOn([]pulumi.Resource{r.Attachment}))
	}
	policy, err := iam.NewPolicy(ctx, name+suffix, &iam.PolicyArgs{
		Name:        pulumi.String(args.Name + suffix),
		Path:        pulumi.String(naming.CellRolePath(args.Client)),
		Description: pulumi.String(args.Description),
		Policy:      args.Policy.text(parts, i),
	}, child)
	if err != nil {
		return err
	}
	attachment, err := iam.NewRolePolicyAttachment(ctx, name+suffix, &iam.RolePolicyAttachmentArgs{Role: r.Name, PolicyArn: policy.Arn}, opts...)
	r.Attachment = attachment
	return err
}
