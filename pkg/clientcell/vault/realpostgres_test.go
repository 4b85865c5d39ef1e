package vault

import (
	"strings"
	"testing"

	"cellworks/pkg/realserver"
)

// server is a server with a database and a master user that is what RDS makes one: it
// owns the database and makes roles, and is no superuser.
type server struct{ realserver.Postgres }

func start(t *testing.T) server {
	t.Helper()
	s := server{realserver.NewPostgres(t)}
	for _, statement := range []string{"CREATE ROLE master LOGIN CREATEROLE CREATEDB PASSWORD 'pw-master'", "GRANT pg_signal_backend TO master WITH ADMIN OPTION", "CREATE DATABASE app OWNER master"} {
		if out, err := s.SQL("postgres", "", "postgres", statement); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	return s
}

// sql runs statements in one transaction as a user whose password filled has made.
func (s server) sql(user string, statements ...string) (string, error) {
	return s.SQL(user, "pw-"+user, "app", statements...)
}

func (s server) must(t *testing.T, user string, statements ...string) string {
	t.Helper()
	out, err := s.sql(user, statements...)
	if err != nil {
		t.Fatalf("as %s: %v\n%s", user, err, out)
	}
	return out
}

// filled is a statement as Vault fills it in.
func filled(name string, statements []string) []string {
	out := make([]string, len(statements))
	for i, statement := range statements {
		out[i] = strings.NewReplacer("{{name}}", name, "{{password}}", "pw-"+name, "{{expiration}}", "2099-01-01 00:00:00+0000").Replace(statement)
	}
	return out
}

func TestStatementsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	s := start(t)
	// Readers may come first: each login makes what is not there yet.
	s.must(t, "master", filled("v-reader", creation(ReadOnly))...)
	s.must(t, "master", filled("v-writer", creation(ReadWrite))...)
	s.must(t, "v-writer", "CREATE TABLE visits (id serial, note text)", "INSERT INTO visits (note) VALUES ('a')")
	if got := s.must(t, "v-reader", "SELECT count(*) FROM visits"); got != "1" {
		t.Errorf("a reader sees %s rows, want 1", got)
	}
	for _, statement := range []string{"INSERT INTO app.visits (note) VALUES ('b')", "SET default_transaction_read_only TO off; DELETE FROM app.visits", "CREATE TABLE app.other (id int)"} {
		if out, err := s.sql("v-reader", statement); err == nil {
			t.Errorf("a reader may: %s\n%s", statement, out)
		}
	}
	if out, err := s.sql("v-writer", "CREATE ROLE other"); err == nil {
		t.Errorf("a writer makes roles:\n%s", out)
	}
	// What a writer makes as itself outlives it too.
	s.must(t, "v-writer", "GRANT CREATE ON SCHEMA app TO \"v-writer\"", "RESET role", "SET SESSION AUTHORIZATION DEFAULT", "SET ROLE NONE", "CREATE TABLE app.stray (id int)")
	for _, login := range []string{"v-writer", "v-reader", "v-writer"} {
		s.must(t, "master", filled(login, revocation())...)
	}
	if got := s.must(t, "master", "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'v-%'"); got != "0" {
		t.Errorf("%s logins are left", got)
	}
	s.must(t, "master", filled("v-next", creation(ReadWrite))...)
	s.must(t, "master", filled("v-next", renewal())...)
	if got := s.must(t, "v-next", "ALTER TABLE visits ADD seen boolean", "DROP TABLE stray", "SELECT count(*) FROM visits"); !strings.HasSuffix(got, "1") {
		t.Errorf("the next writer sees %q, want one row", got)
	}
}

// TestVaultSendsBlocksWhole holds what makes Vault send a block as it is.
func TestVaultSendsBlocksWhole(t *testing.T) {
	t.Parallel()
	for _, statement := range append([]string{bootstrap()}, revocation()...) {
		if !strings.Contains(statement, " END $$;") {
			t.Errorf("Vault would cut at semicolons: %s", statement)
		}
	}
	for _, access := range []Access{ReadWrite, ReadOnly} {
		for _, statement := range creation(access)[1:] {
			if strings.Count(statement, ";") != 1 {
				t.Errorf("want one statement: %s", statement)
			}
		}
	}
}
