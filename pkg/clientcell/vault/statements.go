package vault

import "strings"

// The roles that own what is in a client's database, and the schema that it is in. Logins
// that Vault makes come and go; as members of these they leave nothing behind.
const (
	ownerRole  = "app_readwrite"
	readerRole = "app_readonly"
	schema     = "app"
)

// Access is what a login may do.
type Access string

const (
	// ReadWrite may change the schema and what is in it.
	ReadWrite Access = "readwrite"
	// ReadOnly may look.
	ReadOnly Access = "readonly"
)

// bootstrap makes the fixed roles and the schema with the first login: nobody else could,
// since Vault alone holds the password of the master user. One login at a time, and all
// or nothing: where the second role is, everything is.
//
// Vault sends a statement as it is, and does not cut it at semicolons, only when END
// stands in it between spaces (builtin database plugin postgresql, containsMultilineStatement).
func bootstrap() string {
	return block(`PERFORM pg_advisory_xact_lock(5432001);
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '` + readerRole + `') THEN
    CREATE ROLE ` + ownerRole + ` NOLOGIN;
    CREATE ROLE ` + readerRole + ` NOLOGIN;
    GRANT ` + ownerRole + ` TO CURRENT_USER;
    CREATE SCHEMA ` + schema + ` AUTHORIZATION ` + ownerRole + `;
    GRANT USAGE ON SCHEMA ` + schema + ` TO ` + readerRole + `;
    ALTER DEFAULT PRIVILEGES FOR ROLE ` + ownerRole + ` IN SCHEMA ` + schema + ` GRANT SELECT ON TABLES TO ` + readerRole + `;
    ALTER DEFAULT PRIVILEGES FOR ROLE ` + ownerRole + ` IN SCHEMA ` + schema + ` GRANT SELECT ON SEQUENCES TO ` + readerRole + `;
  END IF;`)
}

// block is a block of PL/pgSQL.
func block(body string) string { return "DO $$ BEGIN\n  " + body + "\n END $$;" }

// creation returns what makes a login. Sessions of one that writes act as the fixed role
// from their first statement on, so that tables are that role's and not the login's.
func creation(access Access) []string {
	member, settings := ownerRole, `ALTER ROLE "{{name}}" SET role TO '`+ownerRole+`';`
	if access == ReadOnly {
		member, settings = readerRole, `ALTER ROLE "{{name}}" SET default_transaction_read_only TO on;`
	}
	return []string{
		bootstrap(),
		`CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE ` + member + `;`,
		settings,
		`ALTER ROLE "{{name}}" SET search_path TO ` + schema + `, public;`,
	}
}

// revocation returns what takes a login away: its sessions, what it made while it did not
// act as the fixed role, and itself. A login that is gone already is no error.
func revocation() []string {
	return []string{block(strings.Join([]string{
		`IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '{{name}}') THEN`,
		`  ALTER ROLE "{{name}}" NOLOGIN;`,
		`  PERFORM pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usename = '{{name}}';`,
		`  GRANT "{{name}}" TO CURRENT_USER;`,
		`  REASSIGN OWNED BY "{{name}}" TO ` + ownerRole + `;`,
		`  DROP OWNED BY "{{name}}";`,
		`  DROP ROLE "{{name}}";`,
		`END IF;`,
	}, "\n  "))}
}

// renewal returns what lets a login live longer.
func renewal() []string { return []string{`ALTER ROLE "{{name}}" VALID UNTIL '{{expiration}}';`} }
