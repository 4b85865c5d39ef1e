package realserver

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

// Postgres is a PostgreSQL of the test's own, reached by a socket in its folder. Its
// superuser postgres needs no password, everybody else does.
type Postgres struct {
	// Dir is the folder.
	Dir string
	bin string
}

// hba is who logs in how.
const hba = "local all postgres trust\nlocal all all scram-sha-256\n"

// NewPostgres starts a server, or skips the test on a machine that has none. PostgreSQL
// refuses to run as root, which then becomes nobody.
func NewPostgres(t testing.TB) Postgres {
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
		if err := os.Chown(dir, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	p := Postgres{Dir: dir, bin: bins[len(bins)-1]}
	p.run(t, "initdb", "-D", dir+"/data", "-U", "postgres", "-A", "trust", "--no-sync")
	if err := os.WriteFile(dir+"/data/pg_hba.conf", []byte(hba), 0o600); err != nil {
		t.Fatal(err)
	}
	p.run(t, "pg_ctl", "-D", dir+"/data", "-w", "-l", dir+"/log", "-o", "-F -k "+dir+" -c listen_addresses=", "start")
	t.Cleanup(func() { p.run(t, "pg_ctl", "-D", dir+"/data", "-m", "immediate", "stop") })
	return p
}

// nobody is the id of the user and group that may do nothing.
const nobody = 65534

func has(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// SQL runs statements in one transaction as a user with a password, in a database, and
// returns what they say. One statement alone may be one that takes no transaction.
func (p Postgres) SQL(user, password, database string, statements ...string) (string, error) {
	args := []string{"-h", p.Dir, "-U", user, "-d", database, "-v", "ON_ERROR_STOP=1", "-At"}
	if len(statements) > 1 {
		args = append(args, "-1")
	}
	for _, statement := range statements {
		args = append(args, "-c", statement)
	}
	return p.command(password, "psql", args...)
}

func (p Postgres) run(t testing.TB, program string, args ...string) {
	t.Helper()
	if out, err := p.command("", program, args...); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
}

func (p Postgres) command(password, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	call := append([]string{filepath.Join(p.bin, program)}, args...)
	if os.Getuid() == 0 {
		call = append([]string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}, call...)
	}
	cmd := exec.CommandContext(ctx, call[0], call[1:]...)
	cmd.Dir = p.Dir
	cmd.Env = append(os.Environ(), "PGPASSWORD="+password)
	// A server that stays in the background keeps a pipe open.
	file, err := os.CreateTemp(p.Dir, "out")
	if err != nil {
		return "", err
	}
	cmd.Stdout, cmd.Stderr = file, file
	failed := cmd.Run()
	text, err := os.ReadFile(file.Name())
	return strings.TrimSpace(string(text)), errors.Join(failed, err)
}
