// Package vault builds what a client has in the organization's Vault: a store of secrets,
// a key that never leaves it, logins to the client's database, and for each service an
// identity that reaches nothing else and a way to log in as its role of AWS.
package vault

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	sdk "github.com/pulumi/pulumi-vault/sdk/v5/go/vault"
	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault/kv"
	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault/transit"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":clientcell:Vault"

	// maxVersions is how many versions of a secret are kept.
	maxVersions = 10
	// rotationSeconds is after how long a new version of the key encrypts; older ones still
	// decrypt.
	rotationSeconds = 90 * 24 * 3600
)

// Args says what a client has.
type Args struct {
	// Client is the client's name.
	Client string
	// Accessor is by what identities name the auth method naming.VaultAWSMount.
	Accessor string
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
	for _, field := range []struct{ name, value string }{{"client", a.Client}, {"accessor of the auth method", a.Accessor}} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
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
// is registered, when args are incomplete.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Vault, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("vault %q: %w", name, err)
	}
	v := &Vault{Mounts: map[string]pulumi.StringOutput{}, Roles: map[string]pulumi.StringOutput{}, ctx: ctx, name: name + "-vault", args: args}
	return component.Register(ctx, token, name, v, opts, func(child pulumi.ResourceOption) error {
		v.child = child
		if err := v.addEngines(); err != nil {
			return err
		}
		for _, service := range slices.Sorted(maps.Keys(args.Logins)) {
			if err := v.addLogin(service); err != nil {
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
