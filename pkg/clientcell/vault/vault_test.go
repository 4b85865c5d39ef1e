package vault_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/vault"
	"cellworks/pkg/config"
	"cellworks/pkg/provider/vaultprovider"
	"cellworks/pkg/pulumitest"
)

const (
	alias      = "vault:identity/entityAlias:EntityAlias"
	authRole   = "vault:aws/authBackendRole:AuthBackendRole"
	connection = "vault:database/secretBackendConnection:SecretBackendConnection"
	entity     = "vault:identity/entity:Entity"
	mount      = "vault:index/mount:Mount"
	accessor   = "auth_aws_1a2b3c4d"
	password   = "unspoken-first-password"
)

func text(s string) pulumi.StringOutput { return pulumi.String(s).ToStringOutput() }

func args() vault.Args {
	login := func(service string) vault.Login {
		return vault.Login{RoleARN: text("arn:aws:iam::111122223333:role/cell/acme/acme-" + service + "-task"), UniqueID: text("AROA" + service)}
	}
	return vault.Args{
		Client: "acme", Accessor: accessor,
		Config: config.CellVault{Enabled: true, KV: true, Transit: true, DatabaseRoles: []config.DatabaseRole{
			{Name: "app", Access: "readwrite", TTLSeconds: 3600, MaxTTLSeconds: 86400},
			{Name: "report", Access: "readonly", TTLSeconds: 600, MaxTTLSeconds: 3600, Services: []string{"worker"}},
		}},
		DeletionProtection: true,
		Database: &vault.Database{
			Name: "app", CA: "/opt/vault/tls/rds.pem", Username: "cellmaster",
			Host: text("cell-acme.abc.us-east-1.rds.amazonaws.com"), ResourceID: text("db-1"), Password: text(password).ToStringPtrOutput(),
		},
		Logins: map[string]vault.Login{"api": login("api"), "worker": login("worker")},
	}
}

func record(t *testing.T, args vault.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		provider, err := vaultprovider.New(ctx, "vault", vaultprovider.Args{
			Address: "https://vault.example.com", Host: "vault.example.com", Mount: "aws", Role: "deploy-cell",
			AWSRoleARN: "arn:aws:iam::111122223333:role/deploy/pulumi-cell", Region: "us-east-1", LeaseSeconds: 7200,
		})
		if err != nil {
			return err
		}
		_, err = vault.New(ctx, "acme", args, pulumi.Composite(pulumi.Providers(provider), pulumitest.Marked()))
		return err
	})
}

func TestNewBuildsWhatAClientHas(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "vault")
}

func TestPasswordIsASecretThatIsNeverSetAgain(t *testing.T) {
	t.Parallel()
	for _, res := range record(t, args()).Resources {
		block, ok := res.Inputs["postgresql"]
		if !ok {
			if strings.Contains(fmt.Sprint(res.Inputs), password) {
				t.Errorf("%s holds the password", res.URN)
			}
			continue
		}
		if value := unsecret(block).ObjectValue()["password"]; !block.IsSecret() && !value.IsSecret() {
			t.Errorf("%s: the password is no secret", res.URN)
		}
		if !slices.Contains(res.IgnoreChanges, "postgresql.password") {
			t.Errorf("%s would set the password again", res.URN)
		}
	}
}

func unsecret(v resource.PropertyValue) resource.PropertyValue {
	for v.IsSecret() {
		v = v.SecretValue().Element
	}
	return v
}

func TestConnectionsProveWhoTheDatabaseIs(t *testing.T) {
	t.Parallel()
	found := record(t, args()).OfType(connection)
	if len(found) != 1 {
		t.Fatalf("%d connections, want one", len(found))
	}
	in := found[0].Inputs
	const url = "postgresql://{{username}}:{{password}}@cell-acme.abc.us-east-1.rds.amazonaws.com:5432/app?sslmode=verify-full&sslrootcert=/opt/vault/tls/rds.pem"
	if got := unsecret(unsecret(in["postgresql"]).ObjectValue()["connectionUrl"]).StringValue(); got != url {
		t.Errorf("url %s, want %s", got, url)
	}
	if !in["verifyConnection"].BoolValue() {
		t.Error("a deployment does not prove that Vault reaches the database")
	}
	for _, role := range in["allowedRoles"].ArrayValue() {
		if role.StringValue() == "*" {
			t.Error("the connection is open to every role")
		}
	}
}

// TestServicesGetTheLoginsThatAreForThem holds that what is for one service alone is not
// there for another.
func TestServicesGetTheLoginsThatAreForThem(t *testing.T) {
	t.Parallel()
	want := []string{"api.app", "worker.app", "worker.report"}
	recording := record(t, args())
	if got := recording.Strings("vault:database/secretBackendRole:SecretBackendRole", "name"); !slices.Equal(got, want) {
		t.Errorf("roles %q, want %q", got, want)
	}
	if got := fmt.Sprint(recording.OfType(connection)[0].Inputs["allowedRoles"].Mappable()); got != fmt.Sprint(want) {
		t.Errorf("the connection is open to %s, want %q", got, want)
	}
}

func TestWithoutADatabaseThereAreNoLogins(t *testing.T) {
	t.Parallel()
	a := args()
	a.Database, a.Config.Transit = nil, false
	recording := record(t, a)
	if got := recording.Strings(mount, "path"); !slices.Equal(got, []string{"cells/acme/kv"}) {
		t.Errorf("mounted are %v, want cells/acme/kv", got)
	}
}

// TestServicesLogInAsWhoTheyAre holds that a role gets the shared policy and no other, after
// its identity is there.
func TestServicesLogInAsWhoTheyAre(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	entities, aliases, roles := recording.OfType(entity), recording.OfType(alias), recording.OfType(authRole)
	if len(entities) != 2 || len(aliases) != 2 || len(roles) != 2 {
		t.Fatalf("%d identities, %d aliases, %d roles, want two of each", len(entities), len(aliases), len(roles))
	}
	for i, service := range []string{"api", "worker"} {
		if got := fmt.Sprint(entities[i].Inputs["metadata"].ObjectValue().Mappable()); got != "map[client:acme service:"+service+"]" {
			t.Errorf("identity of %s has %s", service, got)
		}
		in := aliases[i].Inputs
		if in["name"].StringValue() != "AROA"+service || in["mountAccessor"].StringValue() != accessor || in["canonicalId"].StringValue() != entities[i].ID {
			t.Errorf("alias of %s: %v, want the role's unique id on the auth method, and identity %s", service, in, entities[i].ID)
		}
		if !slices.Contains(roles[i].Dependencies, aliases[i].URN) {
			t.Errorf("%s can log in before Vault knows whose service it is", service)
		}
		if got := fmt.Sprint(roles[i].Inputs["tokenPolicies"].Mappable()); got != "[cells-service]" {
			t.Errorf("%s has policies %s", service, got)
		}
	}
}

func TestNewNamesAllThatIsWrong(t *testing.T) {
	t.Parallel()
	wrong := vault.Args{Database: &vault.Database{}, Logins: map[string]vault.Login{"api": {}}}
	const want = `vault "acme": client is empty
accessor of the auth method is empty
service api: role and its unique id must be set
database: name is empty
database: authorities is empty
database: master user is empty
database: there are no roles, so that nobody could log in`
	if _, err := vault.New(nil, "acme", wrong); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
