// Package access builds who may do what in an account: the permissions boundaries
// of everything that is deployed later, the roles that deployments, people and
// services assume, and the identity providers that they sign in with. IAM is
// global, so that one base stack, that of the account's home region, builds it.
//
// All names and paths are fixed, because other accounts, policies and programs
// name them before they exist; package naming has them.
package access

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":access:Access"

	secondsPerHour = 3600
)

// Args says what access to build.
type Args struct {
	// OrganizationName is the prefix of the names of buckets and the name of the
	// SAML provider.
	OrganizationName string
	// AccountID is the account's id, Region its home region.
	AccountID, Region string
	// BootstrapRole is the role of the account that may always assume the deployment
	// roles, so that there is a way in before anything else exists.
	BootstrapRole string
	// Config says who may deploy and who may look.
	Config config.BaseAccess
	// AccountIDs are the ids of the organization's accounts by name; Config names
	// accounts by name.
	AccountIDs map[string]string
	// Connects says that VPCs of the account are connected with those that cells have of
	// their own, in whatever account: deployments of cells add the account's side.
	Connects bool
	// VaultAccount is the account whose Vault servers look up who logs in to Vault,
	// one of AccountIDs. Empty: none does, and the role for it is not built.
	VaultAccount string
}

// Access is who may do what in an account.
type Access struct {
	pulumi.ResourceState

	// BoundaryARN is the permissions boundary of the roles that the utility and cell
	// projects make, and ServiceBoundaryARN that of naming.CellServiceRoles alone.
	BoundaryARN, ServiceBoundaryARN pulumi.StringOutput
	// DeployRoleARNs are the roles that deployments assume, by project.
	DeployRoleARNs pulumi.StringMap
	// ServiceRoleARNs are the roles for services, by purpose: naming.ServiceBackup,
	// naming.ServiceRDSMonitoring and, with a VaultAccount, naming.ServiceVaultAuth.
	ServiceRoleARNs pulumi.StringMap
	// PersonRoleARNs are the roles that people assume, by the names in package naming;
	// admin and operator only with a SAML provider.
	PersonRoleARNs pulumi.StringMap
	// BreakGlassRoleARN and AuditorRoleARN are two of PersonRoleARNs.
	BreakGlassRoleARN, AuditorRoleARN pulumi.StringOutput

	name string
}

// Outputs returns the ARNs.
func (a *Access) Outputs() pulumi.Map {
	return pulumi.Map{
		"boundaryArn":        a.BoundaryARN,
		"serviceBoundaryArn": a.ServiceBoundaryARN,
		"deployRoleArns":     a.DeployRoleARNs,
		"serviceRoleArns":    a.ServiceRoleARNs,
		"personRoleArns":     a.PersonRoleARNs,
	}
}

// BreakGlassARN returns the ARN of the break-glass role of an account, for the
// alarms of regions that know the account only by its id. region decides the
// partition.
func BreakGlassARN(accountID, region string) string {
	return naming.PersonRoleARN(accountID, region, naming.PersonBreakGlass)
}

// New builds the access that args describes. It fails, before any resource is
// registered and with everything that is wrong, when a name or id is empty, an
// account has no id, a deployer is every role of an account, or a policy is
// longer than IAM takes: that is so with very many deployers or subjects, whose
// trust has 2,048 characters.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Access, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("access %q: %w", name, err)
	}
	plan, err := args.plan()
	if err != nil {
		return nil, fmt.Errorf("access %q: %w", name, err)
	}
	a := &Access{DeployRoleARNs: pulumi.StringMap{}, ServiceRoleARNs: pulumi.StringMap{}, PersonRoleARNs: pulumi.StringMap{}, name: name}
	return component.Register(ctx, token, name, a, opts, func(child pulumi.ResourceOption) error {
		return a.build(ctx, plan, child)
	})
}

// validate returns everything that is wrong with the args by themselves.
func (a Args) validate() error {
	var errs []error
	for _, field := range []struct{ what, value string }{
		{"organization name", a.OrganizationName}, {"account id", a.AccountID}, {"region", a.Region}, {"bootstrap role", a.BootstrapRole},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.what))
		}
	}
	known := func(what, account string) {
		if a.AccountIDs[account] == "" {
			errs = append(errs, fmt.Errorf("%s: account %q has no id, want one of %v", what, account, slices.Sorted(maps.Keys(a.AccountIDs))))
		}
	}
	known("people", a.Config.PeopleAccount)
	if a.VaultAccount != "" {
		known("vault", a.VaultAccount)
	}
	for _, d := range a.Config.Deployers {
		known("deployer "+d.Name, d.Account)
		if strings.HasPrefix(d.Role, "*") {
			errs = append(errs, fmt.Errorf("deployer %s: role %q is every role of the account, want a name or a path", d.Name, d.Role))
		}
	}
	for _, p := range a.Config.CI {
		if _, ok := strings.CutPrefix(p.URL, "https://"); !ok || p.Audience == "" || len(p.Subjects) == 0 {
			errs = append(errs, fmt.Errorf("ci %s: want an https URL, an audience and at least one subject", p.Name))
		}
	}
	if hours := a.Config.MaxSessionHours; hours < 1 || hours > 12 {
		errs = append(errs, fmt.Errorf("session of %d hours is out of range, want 1 to 12", hours))
	}
	return errors.Join(errs...)
}

// build registers what the plan holds. Roles that a provider signs people or jobs
// in to come after it.
func (a *Access) build(ctx *pulumi.Context, plan plan, child pulumi.ResourceOption) error {
	boundary, err := a.addPolicy(ctx, plan.boundary, child)
	if err != nil {
		return err
	}
	services, err := a.addPolicy(ctx, plan.serviceBoundary, child)
	if err != nil {
		return err
	}
	a.BoundaryARN, a.ServiceBoundaryARN = boundary.Arn, services.Arn
	var providers []pulumi.Resource
	for _, ci := range plan.ci {
		provider, err := iam.NewOpenIdConnectProvider(ctx, a.name+"-"+ci.Name, &iam.OpenIdConnectProviderArgs{
			Url:           pulumi.String(ci.URL),
			ClientIdLists: pulumi.StringArray{pulumi.String(ci.Audience)},
		}, child)
		if err != nil {
			return err
		}
		providers = append(providers, provider)
	}
	if plan.samlMetadata != "" {
		provider, err := iam.NewSamlProvider(ctx, a.name, &iam.SamlProviderArgs{
			Name:                 pulumi.String(plan.samlName),
			SamlMetadataDocument: pulumi.String(plan.samlMetadata),
		}, child)
		if err != nil {
			return err
		}
		providers = append(providers, provider)
	}
	for _, role := range plan.roles {
		if err := a.addRole(ctx, role, providers, child); err != nil {
			return err
		}
	}
	return nil
}

// addRole registers one role with its policies and notes its ARN.
func (a *Access) addRole(ctx *pulumi.Context, r role, providers []pulumi.Resource, child pulumi.ResourceOption) error {
	options := []pulumi.ResourceOption{child}
	if r.federated {
		options = append(options, pulumi.DependsOn(providers))
	}
	built, err := iam.NewRole(ctx, a.name+"-"+r.name, &iam.RoleArgs{
		Name:               pulumi.String(r.name),
		Path:               pulumi.String(r.path),
		Description:        pulumi.String(r.description),
		AssumeRolePolicy:   pulumi.String(r.trust),
		MaxSessionDuration: pulumi.Int(r.hours * secondsPerHour),
	}, options...)
	if err != nil {
		return err
	}
	attach := func(name string, policy pulumi.StringInput) error {
		_, err := iam.NewRolePolicyAttachment(ctx, a.name+"-"+r.name+"-"+name, &iam.RolePolicyAttachmentArgs{
			Role: built.Name, PolicyArn: policy,
		}, child)
		return err
	}
	for _, own := range r.own {
		policy, err := a.addPolicy(ctx, own, child)
		if err != nil {
			return err
		}
		if err := attach(strings.TrimPrefix(own.name, r.name+"-"), policy.Arn); err != nil {
			return err
		}
	}
	for _, arn := range r.aws {
		if err := attach(arn[strings.LastIndexByte(arn, '/')+1:], pulumi.String(arn)); err != nil {
			return err
		}
	}
	a.note(r, built.Arn)
	return nil
}

func (a *Access) addPolicy(ctx *pulumi.Context, p policy, child pulumi.ResourceOption) (*iam.Policy, error) {
	return iam.NewPolicy(ctx, a.name+"-"+p.name, &iam.PolicyArgs{
		Name:        pulumi.String(p.name),
		Path:        pulumi.String(p.path),
		Description: pulumi.String(p.description),
		Policy:      pulumi.String(p.text),
	}, child)
}

// note keeps the ARN of a role where the account's readers look for it.
func (a *Access) note(r role, arn pulumi.StringOutput) {
	switch r.path {
	case naming.DeployPath:
		a.DeployRoleARNs[r.key] = arn
	case naming.ServicePath:
		a.ServiceRoleARNs[r.key] = arn
	case naming.PeoplePath:
		a.PersonRoleARNs[r.key] = arn
	}
	switch r.key {
	case naming.PersonAuditor:
		a.AuditorRoleARN = arn
	case naming.PersonBreakGlass:
		a.BreakGlassRoleARN = arn
	}
}
