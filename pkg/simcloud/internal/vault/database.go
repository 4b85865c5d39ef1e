package vault

import (
	"net/url"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// databaseBlocks are the engines of databases that the provider knows, of which the simulated Vault has one.
func databaseBlocks() []string {
	return []string{
		"cassandra", "couchbase", "elasticsearch", "hana", "influxdb", "mongodb", "mongodbatlas", "mssql", "mysql", "mysqlAurora", "mysqlLegacy", "mysqlRds", "oracle",
		"postgresql", "redis", "redisElasticache", "redshift", "snowflake",
	}
}

func connection() *resource.Kind {
	at := func(in resource.Props) string { return under(in, "backend", "config/"+in.Str("name")) }
	others := map[string]string{}
	for _, name := range databaseBlocks() {
		if name != "postgresql" {
			others[name] = "; it has postgresql"
		}
	}
	return &resource.Kind{
		Token: tokConnection, Noun: "database connection", CreateOp: "error configuring database connection \"%s\"", UpdateOp: "error configuring database connection \"%s\"", DeleteOp: "error deleting \"%s\"",
		Route: at, Upsert: true,
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"backend", "name"}, Why: "a connection is its engine and name"}},
			Defaults:    map[string]any{"verifyConnection": true},
			Computed:    []string{"pluginName"},
			Unsimulated: others,
			Secrets:     []string{"postgresql.password", "postgresql.connectionUrl", "postgresql.serviceAccountJson"},
			Enums:       map[string][]string{"postgresql.authType": {"gcp_iam"}},
		},
		Validate: checkConnection,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = at(c.In)
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("pluginName", "postgresql-database-plugin")
			_, err := engine(c, c.In.Str("backend"), "config", "database")
			return err
		},
	}
}

func checkConnection(v *resource.Validation) {
	if !v.In.Has("postgresql") {
		v.Fail("postgresql", "\"postgresql\": one of `%s` must be specified", strings.Join(databaseBlocks(), ","))
		return
	}
	if plugin := v.In.Str("pluginName"); plugin != "" && plugin != "postgresql-database-plugin" {
		v.Fail("pluginName", "unsupported database plugin name %q", plugin)
	}
	block := v.In.Obj("postgresql")
	if !v.In.Known("postgresql") {
		return
	}
	text := block.Str("connectionUrl")
	if text == "" {
		v.Fail("postgresql.connectionUrl", "connection_url cannot be empty")
		return
	}
	for _, field := range []string{"username", "password"} {
		if strings.Contains(text, "{{"+field+"}}") && !block.Has(field) {
			v.Fail("postgresql."+field, "connection_url has {{%s}} and %s is not set", field, field)
		}
	}
	if strings.HasPrefix(text, "postgres") {
		plain := strings.NewReplacer("{{username}}", "u", "{{password}}", "p").Replace(text)
		if u, err := url.Parse(plain); err != nil || u.Scheme != "postgresql" && u.Scheme != "postgres" || u.Host == "" {
			v.Fail("postgresql.connectionUrl", "error creating database object: error verifying connection: cannot parse the connection_url: want postgresql://{{username}}:{{password}}@host:5432/database")
		}
	} else if !regexp.MustCompile(`\b(host|user|dbname)=`).MatchString(text) {
		v.Fail("postgresql.connectionUrl", "error creating database object: error verifying connection: cannot parse the connection_url: want postgresql://{{username}}:{{password}}@host:5432/database")
	}
}

func databaseRole() *resource.Kind {
	at := func(in resource.Props) string { return under(in, "backend", "roles/"+in.Str("name")) }
	return &resource.Kind{
		Token: tokDatabaseRole, Noun: "database role", CreateOp: "error creating role \"%s\" for backend", UpdateOp: "error updating role \"%s\" for backend", DeleteOp: "error deleting \"%s\"",
		Route: at, Upsert: true,
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"backend", "name"}, Why: "a role is its engine and name"}},
			Computed: []string{"credentialType"},
			Enums:    map[string][]string{"credentialType": {"password", "rsa_private_key", "client_certificate"}},
		},
		Validate: func(v *resource.Validation) {
			for _, name := range []string{"defaultTtl", "maxTtl"} {
				if v.In.Int(name) < 0 {
					v.Fail(name, "expected %s to be at least (0), got %d", name, v.In.Int(name))
				}
			}
			if most := v.In.Int("maxTtl"); most > 0 && v.In.Int("defaultTtl") > most {
				v.Warn("defaultTtl", "%d is more than maxTtl, %d, which ends every lease", v.In.Int("defaultTtl"), most)
			}
			if v.In.Known("creationStatements") && v.In.Len("creationStatements") == 0 {
				v.Fail("creationStatements", "empty creation statements")
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = at(c.In)
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("credentialType", "password")
			_, err := engine(c, c.In.Str("backend"), "roles", "database")
			return err
		},
	}
}

// shortestStatic is the shortest time between two rotations in seconds. Source: builtin/logical/database/path_roles.go.
const shortestStatic = 5

func staticRole() *resource.Kind {
	at := func(in resource.Props) string { return under(in, "backend", "static-roles/"+in.Str("name")) }
	return &resource.Kind{
		Token: tokStaticRole, Noun: "database static role", CreateOp: "error creating static role \"%s\" for backend", UpdateOp: "error updating static role \"%s\" for backend", DeleteOp: "error deleting \"%s\"",
		Route: at, Upsert: true,
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces:  []schema.Replace{{Properties: []string{"backend", "name", "username"}, Why: "a static role is one user of a database"}},
			Conflicts: [][]string{{"rotationPeriod", "rotationSchedule"}, {"rotationPeriod", "rotationWindow"}},
		},
		Validate: func(v *resource.Validation) {
			if !v.In.Has("rotationPeriod") && !v.In.Has("rotationSchedule") {
				v.Fail("rotationPeriod", "one of rotation_schedule or rotation_period must be provided to create a static account")
			}
			if v.In.Known("rotationPeriod") && v.In.Int("rotationPeriod") < shortestStatic {
				v.Fail("rotationPeriod", "rotation_period must be %d seconds or more", shortestStatic)
			}
			if s := v.In.Str("rotationSchedule"); s != "" && len(strings.Fields(s)) != 5 {
				v.Fail("rotationSchedule", "could not parse rotation_schedule: expected exactly 5 fields, found %d: [%s]", len(strings.Fields(s)), s)
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = at(c.In)
			return nil
		},
		Apply: applyStaticRole,
	}
}

// applyStaticRole checks the connection: Vault rotates the user's password at once. The roles that a connection allows
// are checked as well, which is where most fail.
func applyStaticRole(c *resource.Call) error {
	if _, err := engine(c, c.In.Str("backend"), "static-roles", "database"); err != nil {
		return err
	}
	db := c.OfAccount(tokConnection, under(c.In, "backend", "config/"+c.In.Str("dbName")))
	if db == nil {
		return refuse("failed to find entry for connection with name: %q", c.In.Str("dbName"))
	}
	if !usable(db, c.In.Str("name")) {
		return refuse("%q is not an allowed role", c.In.Str("name"))
	}
	return nil
}
