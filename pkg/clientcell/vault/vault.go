// Package vault builds what a client has in the organization's Vault: a store of secrets,
// a key that never leaves it, logins to the client's database, and for each service a
// policy that reaches nothing else and a way to log in as its role of AWS.
package vault

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	sdk "github.com/pulumi/pulumi-vault/sdk/v5/go/vault"
	vaultaws "github.com/pulumi/pulumi-vault/sdk/v5/go/vault/aws"
	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault/kv"
	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault/transit"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/vaultpolicy"
)

const (
	token = component.TokenPrefix + ":clientcell:Vault"

	// tokenSeconds is how long the token of a service lives that it does not renew, and
	// longestSeconds how long any does: the service then logs in again.
	tokenSeconds   = 3600
	longestSeconds = 24 * 3600

	// maxVersions is how many versions of a secret are kept.
	maxVersions = 10
	// rotationSeconds is after how long a new version of the key encrypts; older ones still
	// decrypt.
	rotationSeconds = 90 * 24 * 3600
)

// Login is a service's role of AWS.
type Login struct {
	// RoleARN is the role, and UniqueID what tells it from one of the same name later.
	RoleARN, UniqueID pulumi.StringInput
}

// Args says what a client has.
type Args struct {
	// Client is the client's name.
	Client string
	// Config says which engines there are.
	Config config.CellVault
	// DeletionProtection makes Pulumi and Vault refuse to delete secrets and the key.
	DeletionProtection bool
	// Database is the client's database; nil: there is none that Vault makes logins for.
	Database *Database
	// Logins are the roles of the services, by name.
	Logins map[string]Login
}

// validate names everything that is wrong with args.
func (a Args) validate() error {
	var errs []error
	if a.Client == "" {
		errs = append(errs, errors.New("client is empty"))
	}
	for _, service := range slices.Sorted(maps.Keys(a.Logins)) {
		if login := a.Logins[service]; login.RoleARN == nil || login.UniqueID == nil {
			errs = append(errs, fmt.Errorf("service %s: role and its unique id must be set", service))
		}
	}
	if a.Database != nil {
		errs = append(errs, a.Database.validate(a.Config.DatabaseRoles))
	}
	return errors.Join(errs...)
}

// policies are those of the services, by service, as Vault reads them.
func (a Args) policies() (map[string]string, error) {
	access := vaultpolicy.CellAccess{KV: a.Config.KV, Transit: a.Config.Transit}
	if a.Database != nil {
		for _, role := range a.Config.DatabaseRoles {
			access.DatabaseRoles = append(access.DatabaseRoles, role.Name)
		}
	}
	written := map[string]string{}
	var errs []error
	for service := range a.Logins {
		text, err := vaultpolicy.CellService(a.Client, service, access).HCL()
		errs = append(errs, err)
		written[service] = text
	}
	return written, errors.Join(errs...)
}

// Vault is what a client has in Vault.
type Vault struct {
	pulumi.ResourceState

	// Mounts are the paths of the client's engines, by engine.
	Mounts map[string]pulumi.StringOutput
	// Roles are the roles by which services log in, by service: known once they can.
	Roles map[string]pulumi.StringOutput

	ctx   *pulumi.Context
	name  string
	args  Args
	child pulumi.ResourceOption
}

// Outputs returns the paths of the engines and the roles of the services.
func (v *Vault) Outputs() pulumi.Map {
	mounts, roles := pulumi.Map{}, pulumi.Map{}
	for engine, path := range v.Mounts {
		mounts[engine] = path
	}
	for service, role := range v.Roles {
		roles[service] = role
	}
	return pulumi.Map{"vaultMounts": mounts, "vaultRoles": roles}
}

// New builds what args describes. It fails, naming all that is wrong before any resource
// is registered, when args are incomplete or a policy is not one that Vault takes.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Vault, error) {
	policies, err := args.policies()
	if err := errors.Join(args.validate(), err); err != nil {
		return nil, fmt.Errorf("vault %q: %w", name, err)
	}
	v := &Vault{Mounts: map[string]pulumi.StringOutput{}, Roles: map[string]pulumi.StringOutput{}, ctx: ctx, name: name + "-vault", args: args}
	return component.Register(ctx, token, name, v, opts, func(child pulumi.ResourceOption) error {
		v.child = child
		if err := v.addEngines(); err != nil {
			return err
		}
		for _, service := range slices.Sorted(maps.Keys(policies)) {
			if err := v.addLogin(service, policies[service]); err != nil {
				return err
			}
		}
		return nil
	})
}

// addEngines mounts the engines that are on.
func (v *Vault) addEngines() error {
	if v.args.Config.KV {
		if err := v.addKV(); err != nil {
			return err
		}
	}
	if v.args.Config.Transit {
		if err := v.addTransit(); err != nil {
			return err
		}
	}
	if v.args.Database != nil {
		return v.addDatabase()
	}
	return nil
}

// mount mounts an engine of the client.
func (v *Vault) mount(engine, description string, args sdk.MountArgs, opts ...pulumi.ResourceOption) (*sdk.Mount, error) {
	args.Path, args.Type = pulumi.String(naming.CellVaultPath(v.args.Client, engine)), pulumi.String(engine)
	args.Description = pulumi.String(description + " of client " + v.args.Client)
	mount, err := sdk.NewMount(v.ctx, v.name+"-"+engine, &args, append(opts, v.child)...)
	if err == nil {
		v.Mounts[engine] = mount.Path
	}
	return mount, err
}

// addKV keeps secrets that people of the client's team write. A write must say which
// version it replaces, so that two people do not undo each other's.
func (v *Vault) addKV() error {
	mount, err := v.mount(naming.VaultCellKV, "Secrets", sdk.MountArgs{Options: pulumi.Map{"version": pulumi.String("2")}}, pulumi.Protect(v.args.DeletionProtection))
	if err != nil {
		return err
	}
	_, err = kv.NewSecretBackendV2(v.ctx, v.name+"-"+naming.VaultCellKV, &kv.SecretBackendV2Args{
		Mount:       mount.Path,
		MaxVersions: pulumi.Int(maxVersions),
		CasRequired: pulumi.Bool(true),
	}, v.child, pulumi.DeletedWith(mount))
	return err
}

// addTransit makes the client's key, which never leaves Vault.
func (v *Vault) addTransit() error {
	guard := pulumi.Protect(v.args.DeletionProtection)
	mount, err := v.mount(naming.VaultCellTransit, "Encrypts for services", sdk.MountArgs{}, guard)
	if err != nil {
		return err
	}
	_, err = transit.NewSecretBackendKey(v.ctx, v.name+"-"+naming.VaultCellKey, &transit.SecretBackendKeyArgs{
		Backend:              mount.Path,
		Name:                 pulumi.String(naming.VaultCellKey),
		Type:                 pulumi.String("aes256-gcm96"),
		AutoRotatePeriod:     pulumi.Int(rotationSeconds),
		Exportable:           pulumi.Bool(false),
		AllowPlaintextBackup: pulumi.Bool(false),
		DeletionAllowed:      pulumi.Bool(!v.args.DeletionProtection),
	}, v.child, guard)
	return err
}

// addLogin lets the tasks of a service log in, and nobody else: Vault remembers the id of
// the role, so that nobody can take its place under the same name. When the role is made
// anew its id is another one, and so must the login be.
func (v *Vault) addLogin(service, policy string) error {
	role, name := naming.CellVaultRole(v.args.Client, service), v.name+"-"+service
	written, err := sdk.NewPolicy(v.ctx, name, &sdk.PolicyArgs{Name: pulumi.String(role), Policy: pulumi.String(policy)}, v.child)
	if err != nil {
		return err
	}
	login := v.args.Logins[service]
	made, err := vaultaws.NewAuthBackendRole(v.ctx, name, &vaultaws.AuthBackendRoleArgs{
		Backend:               pulumi.String(naming.VaultAWSMount),
		Role:                  pulumi.String(role),
		AuthType:              pulumi.String("iam"),
		BoundIamPrincipalArns: pulumi.StringArray{login.RoleARN},
		ResolveAwsUniqueIds:   pulumi.Bool(true),
		TokenPolicies:         pulumi.StringArray{written.Name},
		TokenTtl:              pulumi.Int(tokenSeconds),
		TokenMaxTtl:           pulumi.Int(longestSeconds),
	}, v.child, pulumi.ReplacementTrigger(login.UniqueID), pulumi.DeleteBeforeReplace(true))
	if err == nil {
		v.Roles[service] = made.Role
	}
	return err
}
