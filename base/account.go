package base

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/access"
	"cellworks/pkg/account"
	"cellworks/pkg/contract"
	"cellworks/pkg/detection"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/key"
	"cellworks/pkg/logbuckets"
	"cellworks/pkg/naming"
	"cellworks/pkg/networklogs"
	"cellworks/pkg/recorder"
	"cellworks/pkg/regiondefaults"
	"cellworks/pkg/trail"
)

// logGroups matches the log groups that the base and utility levels encrypt with
// the region's log key. Those of cells have their own.
var logGroups = []string{naming.BaseLogGroup("*"), naming.UtilityLogGroup("*"), naming.FirewallLogGroup("*")}

// shared is what the account has once: made in its home region, read elsewhere.
type shared struct {
	outputs contract.AccountOutputs
	// roles are the service-linked roles by name; only where they are made.
	roles map[string]pulumi.Resource
}

// account builds what an account has once, or reads it from the stack of the
// account's home region.
func (s *stack) account(ctx *pulumi.Context) (shared, error) {
	cfg := s.cfg
	if !s.home() {
		read, err := contract.ReadAccount(ctx, cfg.Account.Name, cfg.Account.HomeRegion)
		return shared{outputs: contract.AccountOutputs{
			BoundaryARN:        pulumi.String(read.BoundaryARN),
			ServiceBoundaryARN: pulumi.String(read.ServiceBoundaryARN),
			DeployRoleARNs:     pulumi.ToStringMap(read.DeployRoleARNs),
			ServiceRoleARNs:    pulumi.ToStringMap(read.ServiceRoleARNs),
		}}, err
	}
	linked := map[string]string{}
	for _, name := range cfg.Guardrails.ServiceLinkedRoles {
		linked[name] = naming.ServiceLinkedRoles()[name]
	}
	settings, err := account.New(ctx, "account", account.Args{
		OrganizationName:   s.org.Name,
		AccountName:        cfg.Account.Name,
		AccountID:          cfg.Account.ID,
		Config:             cfg.Guardrails,
		Budget:             cfg.Budget,
		ServiceLinkedRoles: linked,
	}, s.provider)
	if err != nil {
		return shared{}, err
	}
	who, err := access.New(ctx, "access", access.Args{
		OrganizationName: s.org.Name,
		AccountID:        cfg.Account.ID,
		Region:           cfg.Region.Name,
		BootstrapRole:    cfg.Account.Role,
		Config:           cfg.Access,
		AccountIDs:       s.accountIDs(),
		VaultAccount:     cfg.Access.VaultAccount,
		Connects:         s.connects,
	}, s.provider)
	if err != nil {
		return shared{}, err
	}
	result := shared{roles: map[string]pulumi.Resource{}, outputs: contract.AccountOutputs{
		BoundaryARN:        who.BoundaryARN,
		ServiceBoundaryARN: who.ServiceBoundaryARN,
		DeployRoleARNs:     who.DeployRoleARNs,
		ServiceRoleARNs:    who.ServiceRoleARNs,
	}}
	for name, role := range settings.ServiceLinkedRoles {
		result.roles[name] = role
	}
	return result, nil
}

// keys are the region's keys.
type keys struct{ logs, volumes *key.Key }

// keys builds the region's keys, and makes new volumes use the one for volumes.
func (s *stack) keys(ctx *pulumi.Context, shared shared) (keys, error) {
	id, region := s.cfg.Account.ID, s.cfg.Region.Name
	args := key.Args{AccountID: id, Region: region, DeletionWindowDays: s.cfg.Guardrails.KeyDeletionWindowDays, Protect: s.cfg.DeletionProtection}
	logs := args
	logs.Description = "Logs and alerts of the account"
	logs.Alias = naming.BaseKeyAlias(contract.KeyLogs)
	logs.Retain = s.cfg.Audit.RetainOnDestroy
	logs.Statements = s.logKeyStatements()
	volumes := args
	volumes.Description = "Volumes, unless they name a key of their own"
	volumes.Alias = naming.BaseKeyAlias(contract.KeyVolumes)
	volumes.Statements = regiondefaults.VolumeKeyStatements(id, region)

	var k keys
	var err error
	if k.logs, err = key.New(ctx, "logs", logs, s.provider); err != nil {
		return k, err
	}
	// The policy names the service-linked role of Auto Scaling, which must exist.
	options := []pulumi.ResourceOption{s.provider}
	if role := shared.roles[naming.LinkedAutoScaling]; role != nil {
		options = append(options, pulumi.DependsOn([]pulumi.Resource{role}))
	}
	if k.volumes, err = key.New(ctx, "volumes", volumes, options...); err != nil {
		return k, err
	}
	_, err = regiondefaults.New(ctx, "defaults", regiondefaults.Args{
		AccountID: id, Region: region, Config: s.cfg.Guardrails, VolumeKeyARN: k.volumes.ARN,
	}, s.provider)
	return k, err
}

// logKeyStatements gathers what everything that is encrypted with the region's
// log key needs of its policy.
func (s *stack) logKeyStatements() []iampolicy.Statement {
	id, region := s.cfg.Account.ID, s.cfg.Region.Name
	statements := []iampolicy.Statement{key.ForLogGroups(region, id, logGroups...)}
	statements = append(statements, logbuckets.KeyStatements(region, id)...)
	statements = append(statements, networklogs.KeyStatements(id, region)...)
	statements = append(statements, recorder.KeyStatements(id)...)
	statements = append(statements, detection.KeyStatements(id, region)...)
	if s.home() {
		statements = append(statements, trail.KeyStatements(region, id, s.org.Name, s.cfg.Account.Name)...)
	}
	return statements
}
