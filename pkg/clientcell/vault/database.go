package vault

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	sdk "github.com/pulumi/pulumi-vault/sdk/v5/go/vault"
	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault/database"
	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault/generic"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// maxConnections is how many connections each Vault server has open to a client's
// database at most: one makes and takes away logins for many services.
const maxConnections = 4

// Database is a client's database for which Vault makes the logins.
type Database struct {
	// Name is the database on the server, and CA the file on Vault's servers with the
	// authorities that certify it.
	Name, CA string
	// Username is the master user.
	Username string
	// Host is the server. ResourceID changes when it is replaced by another one.
	Host, ResourceID pulumi.StringOutput
	// Password is the first password of the master user: a secret, read of the database's
	// own state, so that it is what the database was made with however often the program
	// has run since.
	Password pulumi.StringPtrOutput
	// Ready is what must be there before anybody connects, and go after nobody does.
	Ready []pulumi.Resource
}

func (d *Database) validate(roles []config.DatabaseRole) error {
	var errs []error
	for _, field := range []struct{ name, value string }{{"name", d.Name}, {"authorities", d.CA}, {"master user", d.Username}} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("database: %s is empty", field.name))
		}
	}
	if len(roles) == 0 {
		errs = append(errs, errors.New("database: there are no roles, so that nobody could log in"))
	}
	return errors.Join(errs...)
}

// addDatabase lets Vault take over the master user and make the logins of services.
//
// When the client leaves, only the mount is deleted: Vault then takes every login away
// while it still knows the connection, and what is in the mount goes with it. The mount is
// made after the database and goes before it.
func (v *Vault) addDatabase() error {
	longest := 0
	for _, role := range v.args.Config.DatabaseRoles {
		longest = max(longest, role.MaxTTLSeconds)
	}
	mount, err := v.mount(naming.VaultCellDatabase, "Logins to the database", sdk.MountArgs{
		DefaultLeaseTtlSeconds: pulumi.Int(min(longest, tokenSeconds)),
		MaxLeaseTtlSeconds:     pulumi.Int(longest),
	}, pulumi.DependsOn(v.args.Database.Ready))
	if err != nil {
		return err
	}
	logins := v.databaseLogins()
	connection, err := v.addConnection(mount, slices.Sorted(maps.Keys(logins)))
	if err != nil {
		return err
	}
	rotated, err := v.rotate(mount, connection)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(logins)) {
		role := logins[name]
		if _, err := database.NewSecretBackendRole(v.ctx, v.name+"-"+naming.VaultCellDatabase+"-"+name, &database.SecretBackendRoleArgs{
			Backend:              mount.Path,
			Name:                 pulumi.String(name),
			DbName:               connection.Name,
			CreationStatements:   pulumi.ToStringArray(creation(Access(role.Access))),
			RevocationStatements: pulumi.ToStringArray(revocation()),
			RenewStatements:      pulumi.ToStringArray(renewal()),
			DefaultTtl:           pulumi.Int(role.TTLSeconds),
			MaxTtl:               pulumi.Int(role.MaxTTLSeconds),
		}, v.child, pulumi.DependsOn([]pulumi.Resource{rotated}), pulumi.DeletedWith(mount)); err != nil {
			return err
		}
	}
	return nil
}

// databaseLogins are the roles by which services ask for logins, by name: each service has
// its own, so that another's is not for it and the database's log tells them apart.
func (v *Vault) databaseLogins() map[string]config.DatabaseRole {
	logins := map[string]config.DatabaseRole{}
	for service := range v.args.Logins {
		for _, role := range v.args.Config.DatabaseRoles {
			if role.For(service) {
				logins[naming.CellDatabaseRole(service, role.Name)] = role
			}
		}
	}
	return logins
}

// addConnection tells Vault where the database is. Vault tries it, so that a deployment
// proves that Vault reaches the database and knows its certificate. The password is the
// first one: Vault changes it at once, and it is never set again.
func (v *Vault) addConnection(mount *sdk.Mount, allowed []string) (*database.SecretBackendConnection, error) {
	db := v.args.Database
	url := pulumi.Sprintf("postgresql://{{username}}:{{password}}@%s:%d/%s?sslmode=verify-full&sslrootcert=%s", db.Host, config.DatabasePort, db.Name, db.CA)
	return database.NewSecretBackendConnection(v.ctx, v.name+"-"+naming.VaultCellConnection, &database.SecretBackendConnectionArgs{
		Backend:          mount.Path,
		Name:             pulumi.String(naming.VaultCellConnection),
		AllowedRoles:     pulumi.ToStringArray(allowed),
		VerifyConnection: pulumi.Bool(true),
		Postgresql: database.SecretBackendConnectionPostgresqlArgs{
			ConnectionUrl:         url,
			Username:              pulumi.String(db.Username),
			Password:              pulumi.ToSecret(db.Password).(pulumi.StringPtrOutput),
			MaxOpenConnections:    pulumi.Int(maxConnections),
			MaxConnectionLifetime: pulumi.Int(tokenSeconds),
		},
	}, v.child, pulumi.IgnoreChanges([]string{"postgresql.password"}), pulumi.DeletedWith(mount),
		pulumi.ReplacementTrigger(db.ResourceID), pulumi.DeleteBeforeReplace(true))
}

// rotate makes Vault change the password of the master user once, so that it alone knows
// it. A database that replaces another has its first password again, and the same happens
// to it. What is written has nothing that could be read or deleted.
func (v *Vault) rotate(mount *sdk.Mount, connection *database.SecretBackendConnection) (*generic.Endpoint, error) {
	return generic.NewEndpoint(v.ctx, v.name+"-rotate", &generic.EndpointArgs{
		Path:          pulumi.Sprintf("%s/rotate-root/%s", mount.Path, connection.Name),
		DataJson:      pulumi.String("{}"),
		DisableRead:   pulumi.Bool(true),
		DisableDelete: pulumi.Bool(true),
	}, v.child, pulumi.DependsOn([]pulumi.Resource{connection}), pulumi.ReplacementTrigger(v.args.Database.ResourceID), pulumi.DeleteBeforeReplace(true))
}
