package vaultconfig

import (
	"fmt"

	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault"
	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault/kv"
	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault/transit"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
)

const (
	// TransitKey is the platform's key in naming.VaultTransitMount.
	TransitKey = "platform"
	// PasswordPolicy makes passwords of databases.
	PasswordPolicy = "database"

	secondsPerDay = 24 * 3600
	// databaseSeconds and longestDatabaseSeconds are how long a user of a database lives.
	databaseSeconds        = 3600
	longestDatabaseSeconds = secondsPerDay
)

// addMount mounts an engine.
func (c *Contents) addMount(path, typ, description string, args vault.MountArgs) (*vault.Mount, error) {
	args.Path, args.Type, args.Description = pulumi.String(path), pulumi.String(typ), pulumi.String(description)
	return vault.NewMount(c.ctx, c.name+"-"+path, &args, c.child, c.guard)
}

// addKV keeps the platform's own secrets. A write must say which version it replaces,
// so that two people do not undo each other's.
func (c *Contents) addKV() error {
	mount, err := c.addMount(naming.VaultKVMount, "kv", "Secrets of the platform", vault.MountArgs{
		Options: pulumi.Map{"version": pulumi.String("2")},
	})
	if err != nil {
		return err
	}
	_, err = kv.NewSecretBackendV2(c.ctx, c.name+"-"+naming.VaultKVMount, &kv.SecretBackendV2Args{
		Mount:       mount.Path,
		MaxVersions: pulumi.Int(c.args.Config.KV.MaxVersions),
		CasRequired: pulumi.Bool(true),
	}, c.child)
	return err
}

// addTransit makes the platform's key, which never leaves Vault.
func (c *Contents) addTransit() error {
	mount, err := c.addMount(naming.VaultTransitMount, "transit", "Encrypts for the platform", vault.MountArgs{})
	if err != nil {
		return err
	}
	_, err = transit.NewSecretBackendKey(c.ctx, c.name+"-"+TransitKey, &transit.SecretBackendKeyArgs{
		Backend:              mount.Path,
		Name:                 pulumi.String(TransitKey),
		Type:                 pulumi.String("aes256-gcm96"),
		AutoRotatePeriod:     pulumi.Int(c.args.Config.TransitRotationDays * secondsPerDay),
		Exportable:           pulumi.Bool(false),
		AllowPlaintextBackup: pulumi.Bool(false),
		DeletionAllowed:      pulumi.Bool(!c.args.DeletionProtection),
	}, c.child, c.guard)
	return err
}

// addDatabase makes users of databases, with passwords that every database takes.
func (c *Contents) addDatabase() error {
	if _, err := c.addMount(naming.VaultDatabaseMount, "database", "Users of the platform's databases", vault.MountArgs{
		DefaultLeaseTtlSeconds: pulumi.Int(databaseSeconds),
		MaxLeaseTtlSeconds:     pulumi.Int(longestDatabaseSeconds),
	}); err != nil {
		return err
	}
	_, err := vault.NewPasswordPolicy(c.ctx, c.name+"-"+PasswordPolicy, &vault.PasswordPolicyArgs{
		Name:   pulumi.String(PasswordPolicy),
		Policy: pulumi.String(passwordPolicy(c.args.Config.PasswordLength)),
	}, c.child)
	return err
}

// passwordPolicy asks for letters, digits and signs that need no quoting in connection
// strings (developer.hashicorp.com/vault/docs/concepts/password-policies).
func passwordPolicy(length int) string {
	text := fmt.Sprintf("length = %d\n", length)
	for _, charset := range []string{"abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "-_.~"} {
		text += fmt.Sprintf("\nrule \"charset\" {\n  charset   = %q\n  min-chars = 1\n}\n", charset)
	}
	return text
}
