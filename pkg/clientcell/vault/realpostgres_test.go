package vault

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// server is a PostgreSQL of the test's own, reached by a socket in its directory.
type server struct{ dir, bin string }

// start starts a server, or skips the test on a machine that has none. PostgreSQL refuses
// to run as root, which then becomes nobody.
func start(t *testing.T) server {
	t.Helper()
	bins, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(bins) == 0 || os.Getuid() == 0 && !has("setpriv") {
		t.Skip("needs the binaries of PostgreSQL in /usr/lib/postgresql, and setpriv for root")
	}
	// Sockets have short paths.
	dir, err := os.MkdirTemp("/tmp", "pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if os.Getuid() == 0 {
		if err := os.Chown(dir, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	s := server{dir: dir, bin: bins[len(bins)-1]}
	s.run(t, "initdb", "-D", dir+"/data", "-U", "postgres", "-A", "trust", "--no-sync")
	s.run(t, "pg_ctl", "-D", dir+"/data", "-w", "-l", dir+"/log", "-o", "-F -k "+dir+" -c listen_addresses=", "start")
	t.Cleanup(func() { s.run(t, "pg_ctl", "-D", dir+"/data", "-m", "immediate", "stop") })
	return s
}

func has(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

func (s server) run(t *testing.T, program string, args ...string) {
	t.Helper()
	if out, err := s.command(program, args...); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
}

func (s server) command(program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	call := append([]string{filepath.Join(s.bin, program)}, args...)
	if os.Getuid() == 0 {
		call = append([]string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}, call...)
	}
	cmd := exec.CommandContext(ctx, call[0], call[1:]...)
	cmd.Dir = s.dir
	// A server that stays in the background keeps a pipe open.
	file, err := os.CreateTemp(s.dir, "out")
	if err != nil {
		return "", err
	}
	cmd.Stdout, cmd.Stderr = file, file
	failed := cmd.Run()
	text, err := os.ReadFile(file.Name())
	return string(text), errors.Join(failed, err)
}

// sql runs statements in one transaction as a user.
func (s server) sql(user string, statements ...string) (string, error) {
	args := []string{"-h", s.dir, "-U", user, "-d", "app", "-v", "ON_ERROR_STOP=1", "-At", "-1"}
	for _, statement := range statements {
		args = append(args, "-c", statement)
	}
	return s.command("psql", args...)
}

func (s server) must(t *testing.T, user string, statements ...string) string {
	t.Helper()
	out, err := s.sql(user, statements...)
	if err != nil {
		t.Fatalf("as %s: %v\n%s", user, err, out)
	}
	return strings.TrimSpace(out)
}

// filled is a statement as Vault fills it in.
func filled(name string, statements []string) []string {
	out := make([]string, len(statements))
	for i, statement := range statements {
		out[i] = strings.NewReplacer("{{name}}", name, "{{password}}", "pw-"+name, "{{expiration}}", "2099-01-01 00:00:00+0000").Replace(statement)
	}
	return out
}

// TestStatementsOnPostgreSQL has a master user that is what RDS makes one: it owns the
// database and makes roles, and is no superuser.
func TestStatementsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	s := start(t)
	if out, err := s.command("psql", "-h", s.dir, "-U", "postgres", "-d", "postgres", "-v", "ON_ERROR_STOP=1",
		"-c", "CREATE ROLE master LOGIN CREATEROLE CREATEDB", "-c", "GRANT pg_signal_backend TO master WITH ADMIN OPTION", "-c", "CREATE DATABASE app OWNER master"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
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
