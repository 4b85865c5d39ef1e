// Package iam builds a cell's roles: one that ECS uses to start the cell's tasks
// and one for each service's tasks. All live under the client's own path, and no
// policy names anything of another cell.
package iam

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":clientcell:Roles"

	secondsPerHour = 3600
)

// Args says what roles to build.
type Args struct {
	// Client is the client's name.
	Client string
	// AccountID and Region are where the cell is.
	AccountID, Region string
	// Config holds what the roles have in common.
	Config config.CellIAM
	// KeyARN is the cell's key.
	KeyARN pulumi.StringInput
	// PermissionsBoundary is the policy that bounds what the roles can ever do: without
	// it the deployment may not make them.
	PermissionsBoundary pulumi.StringInput
	// Buckets are the names of the cell's buckets, which every service may use.
	Buckets []string
	// Services are the images of the cell's services by service name.
	Services map[string]string
	// SideCars are the images that run beside those of services.
	SideCars []string
	// Grants are what every service may do with the cell's modules beyond its buckets,
	// and GrantsOf what one may, by service name.
	Grants   []iampolicy.Statement
	GrantsOf map[string][]iampolicy.Statement
	// RoleTags are those of the role of one service's tasks, by service name.
	RoleTags map[string]map[string]string
	// Starting is what ECS may do to start tasks beyond what is the cell's own.
	Starting []iampolicy.Statement
	// Secrets are what ECS reads for the services' tasks, of this cell only.
	Secrets []config.SecretRef
}

func (a Args) validate() error {
	if a.Client == "" || a.AccountID == "" || a.Region == "" {
		return errors.New("client, account id and region must be set")
	}
	if a.KeyARN == nil {
		return errors.New("key is not set")
	}
	if a.PermissionsBoundary == nil {
		return errors.New("permissions boundary is not set")
	}
	own := naming.ARN(a.Region, "iam", "", a.AccountID, "policy"+naming.CellExtraPolicies(a.Client))
	for _, arn := range a.Config.ExtraPolicies {
		if !strings.HasPrefix(arn, own) {
			return fmt.Errorf("policy %s is not in the client's own path, want %s<name>", arn, own)
		}
	}
	return nil
}

// Roles are a cell's roles.
type Roles struct {
	pulumi.ResourceState

	// ExecutionARN is the role that ECS pulls images and writes logs with; unset
	// in a cell without services.
	ExecutionARN pulumi.StringOutput
	// TaskARNs are the roles of the services' tasks, by service name.
	TaskARNs map[string]pulumi.StringOutput
	// TaskUniqueIDs tell each from a role of the same name that is made later.
	TaskUniqueIDs map[string]pulumi.StringOutput

	args Args
}

// Outputs returns the roles' ARNs.
func (r *Roles) Outputs() pulumi.Map {
	tasks := pulumi.Map{}
	for service, arn := range r.TaskARNs {
		tasks[service] = arn
	}
	outputs := pulumi.Map{"taskRoleArns": tasks}
	if len(r.args.Services) > 0 {
		outputs["executionRoleArn"] = r.ExecutionARN
	}
	return outputs
}

// New builds the roles that args describes. It fails, before any resource is
// registered, when args are incomplete or a role's name is too long.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Roles, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("roles %q: %w", name, err)
	}
	r := &Roles{TaskARNs: map[string]pulumi.StringOutput{}, TaskUniqueIDs: map[string]pulumi.StringOutput{}, args: args}
	plans, err := r.plan()
	if err != nil {
		return nil, fmt.Errorf("roles %q: %w", name, err)
	}
	return component.Register(ctx, token, name, r, opts, func(child pulumi.ResourceOption) error {
		for _, plan := range plans {
			role, err := r.addRole(ctx, name, plan, child)
			if err != nil {
				return err
			}
			if plan.service == "" {
				r.ExecutionARN = role.Arn
			} else {
				r.TaskARNs[plan.service], r.TaskUniqueIDs[plan.service] = role.Arn, role.UniqueId
			}
		}
		return nil
	})
}

// role is one role to build; service is empty for the execution role.
type role struct {
	service     string
	logicalName string
	name        string
	description string
	tags        map[string]string
	policy      func(keyARN string) iampolicy.Document
}

// plan returns the cell's roles; a cell without services needs none.
func (r *Roles) plan() ([]role, error) {
	if len(r.args.Services) == 0 {
		return nil, nil
	}
	execution, err := naming.Role(r.args.Client, "ecs", "execution")
	if err != nil {
		return nil, err
	}
	plans := []role{{
		logicalName: "execution",
		name:        execution,
		description: "Starts the tasks of client " + r.args.Client,
		policy:      r.args.executionPolicy,
	}}
	for _, service := range slices.Sorted(maps.Keys(r.args.Services)) {
		name, err := naming.Role(r.args.Client, service, "task")
		if err != nil {
			return nil, err
		}
		plans = append(plans, role{
			service:     service,
			logicalName: service + "-task",
			name:        name,
			description: "Service " + service + " of client " + r.args.Client,
			tags:        r.args.RoleTags[service],
			policy:      func(keyARN string) iampolicy.Document { return r.args.taskPolicy(service, keyARN) },
		})
	}
	return plans, nil
}

func (r *Roles) addRole(ctx *pulumi.Context, prefix string, plan role, child pulumi.ResourceOption) (*awsiam.Role, error) {
	trust, err := r.args.trustPolicy().JSONFor(iampolicy.Trust)
	if err != nil {
		return nil, err
	}
	name := prefix + "-" + plan.logicalName
	args := &awsiam.RoleArgs{
		Name:                pulumi.String(plan.name),
		Path:                pulumi.String(naming.CellRolePath(r.args.Client)),
		Description:         pulumi.String(plan.description),
		AssumeRolePolicy:    pulumi.String(trust),
		PermissionsBoundary: r.args.PermissionsBoundary.ToStringOutput().ToStringPtrOutput(),
		MaxSessionDuration:  pulumi.Int(r.args.Config.MaxSessionHours * secondsPerHour),
	}
	if len(plan.tags) > 0 {
		args.Tags = pulumi.ToStringMap(plan.tags)
	}
	awsRole, err := awsiam.NewRole(ctx, name, args, child)
	if err != nil {
		return nil, err
	}
	// Inline policies violate iam-no-inline-policy-check, hence a policy of its own.
	policy, err := awsiam.NewPolicy(ctx, name, &awsiam.PolicyArgs{
		Name:        pulumi.String(plan.name),
		Path:        pulumi.String(naming.CellRolePath(r.args.Client)),
		Description: pulumi.String(plan.description),
		Policy: r.args.KeyARN.ToStringOutput().ApplyT(func(arn string) (string, error) {
			return plan.policy(arn).JSONFor(iampolicy.Managed)
		}).(pulumi.StringOutput),
	}, child)
	if err != nil {
		return nil, err
	}
	if _, err = awsiam.NewRolePolicyAttachment(ctx, name, &awsiam.RolePolicyAttachmentArgs{
		Role:      awsRole.Name,
		PolicyArn: policy.Arn,
	}, child); err != nil || plan.service == "" {
		return awsRole, err
	}
	return awsRole, r.attachExtra(ctx, name, awsRole, child)
}

// attachExtra gives a service's role the policies that somebody else made for the client.
func (r *Roles) attachExtra(ctx *pulumi.Context, name string, role *awsiam.Role, child pulumi.ResourceOption) error {
	for _, arn := range r.args.Config.ExtraPolicies {
		// No service has a dot in its name.
		if _, err := awsiam.NewRolePolicyAttachment(ctx, name+"-extra."+arn[strings.LastIndexByte(arn, '/')+1:], &awsiam.RolePolicyAttachmentArgs{
			Role:      role.Name,
			PolicyArn: pulumi.String(arn),
		}, child); err != nil {
			return err
		}
	}
	return nil
}
