// Package cellrole adds a role of a cell to a component: in the client's path, within
// the permissions boundary, with one policy of its own. It registers no component, so
// that the role's URN has no further level.
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
	// Policy is what it may do; Text makes one.
	Policy pulumi.StringInput
	// PermissionsBoundary is the ARN of the policy that bounds it.
	PermissionsBoundary pulumi.StringInput
}

// Role is one role.
type Role struct {
	// Name and ARN identify the role.
	Name, ARN pulumi.StringOutput
	// Attachment is what gives the role its policy: what depends on it finds the role
	// able to do its work.
	Attachment pulumi.Resource
}

// Text returns the text of a policy that names what is known only when it exists, such
// as the ARN of a key: document gets the values in the order of their inputs.
func Text(document func(values []string) iampolicy.Document, values ...pulumi.StringInput) pulumi.StringOutput {
	inputs := make([]any, len(values))
	for i, value := range values {
		inputs[i] = value
	}
	return pulumi.All(inputs...).ApplyT(func(all []any) (string, error) {
		texts := make([]string, len(all))
		for i, value := range all {
			texts[i] = value.(string)
		}
		return document(texts).JSONFor(iampolicy.Managed)
	}).(pulumi.StringOutput)
}

// Add adds the role that args describes to the component that child makes resources the
// children of. All its resources have the name name. It fails, before any of them is
// registered, when args are incomplete or the trust policy is not valid.
func Add(ctx *pulumi.Context, name string, args Args, child pulumi.ResourceOption) (*Role, error) {
	if args.Client == "" || args.Name == "" || args.Policy == nil || args.PermissionsBoundary == nil {
		return nil, fmt.Errorf("role %q: %w", args.Name, errors.New("client, name, policy and permissions boundary must be set"))
	}
	trust, err := args.Trust.JSONFor(iampolicy.Trust)
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
	// Inline policies violate iam-no-inline-policy-check, hence a policy of its own.
	policy, err := iam.NewPolicy(ctx, name, &iam.PolicyArgs{
		Name:        pulumi.String(args.Name),
		Path:        pulumi.String(naming.CellRolePath(args.Client)),
		Description: pulumi.String(args.Description),
		Policy:      args.Policy,
	}, child)
	if err != nil {
		return nil, err
	}
	attachment, err := iam.NewRolePolicyAttachment(ctx, name, &iam.RolePolicyAttachmentArgs{Role: role.Name, PolicyArn: policy.Arn}, child)
	if err != nil {
		return nil, err
	}
	return &Role{Name: role.Name, ARN: role.Arn, Attachment: attachment}, nil
}
