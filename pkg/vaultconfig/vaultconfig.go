// Package vaultconfig builds what is in a Vault: audit devices, who logs in and what
// they may do, and the engines that keep secrets, encrypt, certify and make users of
// databases. It uses nothing that only Vault Enterprise has.
package vaultconfig

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
)

const token = component.TokenPrefix + ":vaultconfig:Contents"

// Contents is what is in a Vault.
type Contents struct {
	pulumi.ResourceState

	// AuthorityPEM is the certificate of the root of the private authority.
	AuthorityPEM pulumi.StringOutput
	// AWSAccessor is by what identities name the auth method of roles of AWS.
	AWSAccessor pulumi.StringOutput
	// AWSRoles are the policies of those who log in as a role of AWS, by the name of the
	// auth method's role.
	AWSRoles map[string][]string

	ctx   *pulumi.Context
	name  string
	args  Args
	child pulumi.ResourceOption // with the audit devices as what comes first
	guard pulumi.ResourceOption // for what holds secrets or keys

	policies map[string]string
	methods  map[string]pulumi.StringInput // paths of the auth methods, once they are there
}

// Outputs returns the certificate of the private authority.
func (c *Contents) Outputs() pulumi.Map { return pulumi.Map{"authorityPem": c.AuthorityPEM} }

// New builds what args describes. Everything comes after the audit devices, so that it
// is on record. It fails, naming all that is wrong before any resource is registered,
// when a field that must be set is empty, there are not two audit files, the
// intermediate authority outlives the root, a group has a policy that is none, or an
// identity provider is given without people who log in or the other way round.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Contents, error) {
	policies, err := args.policies()
	if err := errors.Join(args.validate(), err); err != nil {
		return nil, fmt.Errorf("vault config %q: %w", name, err)
	}
	c := &Contents{ctx: ctx, name: name, args: args, policies: policies, AWSRoles: map[string][]string{}, methods: map[string]pulumi.StringInput{}}
	return component.Register(ctx, token, name, c, opts, func(child pulumi.ResourceOption) error {
		devices, err := c.addAudit(child)
		if err != nil {
			return err
		}
		c.child = pulumi.Composite(child, pulumi.DependsOn(devices))
		c.guard = pulumi.Protect(args.DeletionProtection)
		for _, add := range []func() error{
			c.addAutopilot, c.addPolicies, c.addAWS, c.addPeople, c.addOutside, c.addKV, c.addTransit, c.addAuthority, c.addDatabase, c.addLimits,
		} {
			if err := add(); err != nil {
				return err
			}
		}
		return nil
	})
}

// addAudit makes the audit devices. Their files are on every server: devices are the
// cluster's, and a server that leads where a file cannot be written loses one.
func (c *Contents) addAudit(child pulumi.ResourceOption) ([]pulumi.Resource, error) {
	var devices []pulumi.Resource
	for _, file := range slices.Sorted(slices.Values(c.args.AuditFiles)) {
		volume := path.Base(path.Dir(file))
		device, err := vault.NewAudit(c.ctx, c.name+"-"+volume, &vault.AuditArgs{
			Type:        pulumi.String("file"),
			Path:        pulumi.String(volume),
			Description: pulumi.String("Every request and answer; secrets as hashes"),
			Options:     pulumi.StringMap{"file_path": pulumi.String(file)},
		}, child)
		if err != nil {
			return nil, err
		}
		devices = append(devices, device)
	}
	return devices, nil
}

// leastVoters is below how many servers none is dropped, so that a majority is left.
const leastVoters = 3

// addAutopilot lets servers that died leave the cluster. Without it each replaced server
// stays a voter that never votes, until there is no majority left.
func (c *Contents) addAutopilot() error {
	if c.args.Storage != config.VaultOnRaft {
		return nil
	}
	pilot := c.args.Config.Autopilot
	_, err := vault.NewRaftAutopilot(c.ctx, c.name, &vault.RaftAutopilotArgs{
		CleanupDeadServers:             pulumi.Bool(true),
		DeadServerLastContactThreshold: pulumi.String(duration(pilot.DeadServerMinutes * 60)),
		MinQuorum:                      pulumi.Int(leastVoters),
		ServerStabilizationTime:        pulumi.String(duration(pilot.StabilizationSeconds)),
	}, c.child)
	return err
}

// addPolicies writes the policies.
func (c *Contents) addPolicies() error {
	for _, name := range slices.Sorted(maps.Keys(c.policies)) {
		if _, err := vault.NewPolicy(c.ctx, c.name+"-"+name, &vault.PolicyArgs{
			Name:   pulumi.String(name),
			Policy: pulumi.String(c.policies[name]),
		}, c.child); err != nil {
			return err
		}
	}
	return nil
}

// addLimits keeps one client from taking all of a server, and makes guessing slow.
func (c *Contents) addLimits() error {
	limits := c.args.Config.Limits
	quota := func(name string, path pulumi.StringInput, rate int) error {
		_, err := vault.NewQuotaRateLimit(c.ctx, c.name+"-"+name, &vault.QuotaRateLimitArgs{
			Name: pulumi.String(name),
			Path: path.ToStringOutput(),
			Rate: pulumi.Float64(rate),
		}, c.child)
		return err
	}
	errs := []error{quota("all", pulumi.String(""), limits.RequestsPerSecond)}
	for _, mount := range slices.Sorted(maps.Keys(c.methods)) {
		// Vault ends the paths of mounts with a slash.
		errs = append(errs, quota("login-"+mount, pulumi.Sprintf("auth/%s/", c.methods[mount]), limits.LoginsPerSecond))
	}
	return errors.Join(errs...)
}
