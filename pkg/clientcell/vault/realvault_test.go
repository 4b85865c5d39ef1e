package vault

import (
	"net/http"
	"testing"

	"cellworks/pkg/realserver"
)

// credentials are a login that Vault has made.
type credentials struct {
	Lease string `json:"lease_id"`
	Data  struct {
		Username string `json:"username"`
		Password string `json:"password"`
	} `json:"data"`
}

// TestRealVaultMakesLogins has a real Vault take over the master user of a real
// PostgreSQL and make, renew and end logins with the statements that it is given.
func TestRealVaultMakesLogins(t *testing.T) {
	t.Parallel()
	s, vault := start(t), realserver.NewVault(t)
	type body = map[string]any
	put := func(path string, b body) {
		t.Helper()
		vault.Must(t, http.StatusNoContent, http.MethodPut, "/v1/"+path, b, nil)
	}
	put("sys/mounts/cells/acme/database", body{"type": "database"})
	put("cells/acme/database/config/main", body{
		"plugin_name": "postgresql-database-plugin", "allowed_roles": []string{"api.app", "reports.report"}, "verify_connection": true,
		"connection_url": "postgresql://{{username}}:{{password}}@/app?host=" + s.Dir, "username": "master", "password": "pw-master",
	})
	put("cells/acme/database/rotate-root/main", body{})
	if out, err := s.sql("master", "SELECT 1"); err == nil {
		t.Errorf("the first password still opens the database: %s", out)
	}
	for role, access := range map[string]Access{"api.app": ReadWrite, "reports.report": ReadOnly} {
		put("cells/acme/database/roles/"+role, body{
			"db_name": "main", "creation_statements": creation(access), "revocation_statements": revocation(), "renew_statements": renewal(), "default_ttl": 600, "max_ttl": 3600,
		})
	}
	log := func(role string) credentials {
		t.Helper()
		var made credentials
		vault.Must(t, http.StatusOK, http.MethodGet, "/v1/cells/acme/database/creds/"+role, nil, &made)
		return made
	}
	as := func(c credentials, statements ...string) (string, error) {
		return s.SQL(c.Data.Username, c.Data.Password, "app", statements...)
	}
	writer, reader := log("api.app"), log("reports.report")
	if out, err := as(writer, "CREATE TABLE visits (id serial, note text)", "INSERT INTO visits (note) VALUES ('a')"); err != nil {
		t.Fatalf("a writer cannot write: %v\n%s", err, out)
	}
	if out, err := as(reader, "SELECT count(*) FROM visits"); err != nil || out != "1" {
		t.Errorf("a reader sees %q, %v, want one row", out, err)
	}
	if out, err := as(reader, "INSERT INTO visits (note) VALUES ('b')"); err == nil {
		t.Errorf("a reader writes: %s", out)
	}
	vault.Must(t, http.StatusOK, http.MethodPut, "/v1/sys/leases/renew", body{"lease_id": writer.Lease, "increment": 1200}, nil)
	put("sys/leases/revoke", body{"lease_id": writer.Lease, "sync": true})
	if out, err := as(writer, "SELECT 1"); err == nil {
		t.Errorf("a login that has ended still opens the database: %s", out)
	}
	if out, err := as(log("api.app"), "UPDATE visits SET note = 'c'", "SELECT note FROM visits"); err != nil || out != "UPDATE 1\nc" {
		t.Errorf("the next writer sees %q, %v, want what the last one wrote", out, err)
	}
	// A role that goes takes no login with it, and Vault still ends those that it has made.
	vault.Must(t, http.StatusNoContent, http.MethodDelete, "/v1/cells/acme/database/roles/reports.report", nil, nil)
	if out, err := as(reader, "SELECT 1"); err != nil {
		t.Errorf("a login ends with its role: %v\n%s", err, out)
	}
	put("sys/leases/revoke", body{"lease_id": reader.Lease, "sync": true})
	if out, err := as(reader, "SELECT 1"); err == nil {
		t.Errorf("a login of a role that is gone has ended and still opens the database: %s", out)
	}
	// When a client leaves, the mount alone goes: no login is left.
	vault.Must(t, http.StatusNoContent, http.MethodDelete, "/v1/sys/mounts/cells/acme/database", nil, nil)
	realserver.Eventually(t, "logins that end with the mount", func() error {
		out, err := s.SQL("postgres", "", "app", "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'v-%'")
		if err == nil && out != "0" {
			t.Fatalf("%s logins are left", out)
		}
		return err
	})
}
