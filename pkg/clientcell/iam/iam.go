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
	// maxPolicies is how many policies of its own a role may need: a role takes ten, and
	// up to five are iam.extraPolicies
	// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
	maxPolicies = 5
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
	// policies are how many documents the policy takes.
	policies int
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
	// The ARN of every key of the region is as long as this one.
	key := naming.ARN(r.args.Region, "kms", r.args.Region, r.args.AccountID, "key/00000000-0000-0000-0000-000000000000")
	var errs []error
	for i, plan := range plans {
		documents, err := plan.policy(key).Split(iampolicy.Managed)
		if plans[i].policies = len(documents); err == nil && len(documents) > maxPolicies {
			err = fmt.Errorf("it would need %d policies of %d characters, want at most %d: the cell has too many buckets, queues, topics or secrets", len(documents), iampolicy.Managed.Limit(), maxPolicies)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("role %s: %w", plan.name, err))
		}
	}
	return plans, errors.Join(errs...)
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
	for i := range plan.policies {
		if err := r.addPolicy(ctx, prefix, plan, i, awsRole, child); err != nil {
			return nil, err
		}
	}
	if plan.service == "" {
		return awsRole, nil
	}
	return awsRole, r.addExtra(ctx, name, awsRole, child)
}

// addPolicy gives a role the document i of those that say what it may do: one, unless
// that is longer than a policy may be. Inline policies violate
// iam-no-inline-policy-check, hence policies of their own.
func (r *Roles) addPolicy(ctx *pulumi.Context, prefix string, plan role, i int, role *awsiam.Role, child pulumi.ResourceOption) error {
	suffix := ""
	if i > 0 {
		suffix = fmt.Sprintf("-%d", i+1)
	}
	name := prefix + "-" + plan.logicalName + suffix
	policy, err := awsiam.NewPolicy(ctx, name, &awsiam.PolicyArgs{
		Name:        pulumi.String(plan.name + suffix),
		Path:        pulumi.String(naming.CellRolePath(r.args.Client)),
		Description: pulumi.String(plan.description),
		Policy: r.args.KeyARN.ToStringOutput().ApplyT(func(arn string) (string, error) {
			documents, err := plan.policy(arn).Split(iampolicy.Managed)
			if err != nil {
				return "", err
			}
			if len(documents) != plan.policies {
				return "", fmt.Errorf("role %s: with key %s its rights take %d policies, %d are planned", plan.name, arn, len(documents), plan.policies)
			}
			return documents[i].JSONFor(iampolicy.Managed)
		}).(pulumi.StringOutput),
	}, child)
	if err != nil {
		return err
	}
	_, err = awsiam.NewRolePolicyAttachment(ctx, name, &awsiam.RolePolicyAttachmentArgs{
		Role:      role.Name,
		PolicyArn: policy.Arn,
	}, child)
	return err
}

// addExtra gives a service's role the policies that somebody else has made for the client.
// No service has a dot in its name.
func (r *Roles) addExtra(ctx *pulumi.Context, name string, role *awsiam.Role, child pulumi.ResourceOption) error {
	for _, arn := range r.args.Config.ExtraPolicies {
		extra := arn[strings.LastIndexByte(arn, '/')+1:]
		if _, err := awsiam.NewRolePolicyAttachment(ctx, name+"-extra."+extra, &awsiam.RolePolicyAttachmentArgs{
			Role:      role.Name,
			PolicyArn: pulumi.String(arn),
		}, child); err != nil {
			return err
		}
	}
	return nil
}
