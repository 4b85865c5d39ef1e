package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
)

// configured copies the shipped configuration and returns a function that runs
// cellctl with it.
func configured(t *testing.T) (dir string, run func(args ...string) (code int, stdout, stderr string)) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "configs"))); err != nil {
		t.Fatal(err)
	}
	return dir, func(args ...string) (int, string, string) {
		var stdout, stderr strings.Builder
		a := &app{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, dir: filepath.Dir(dir), environ: os.Environ()}
		code := a.run(t.Context(), append(args, "--configs", dir))
		return code, stdout.String(), stderr.String()
	}
}

func TestExplainForPeople(t *testing.T) {
	t.Parallel()
	_, run := configured(t)
	code, got, stderr := run("config", "explain", "cedar", "kms.rotationDays")
	const want = `kms.rotationDays: 90

  rotationDays is the rotation period, 90 to 2560
  (docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html).
  Wants an integer from 90 to 2560.

  set by    configs/profiles/hipaa-strict.yaml:5:17 (profile hipaa-strict)   90
  over      configs/defaults/cell.yaml:10:17 (defaults)                      365
  final by  configs/profiles/hipaa-strict.yaml:11:11 (profile hipaa-strict)  the contract names 90 days
`
	if code != 0 || got != want {
		t.Errorf("code %d, %s\n%s\nwant\n%s", code, stderr, got, want)
	}
	if _, got, _ := run("config", "explain", "cedar"); !strings.HasPrefix(got, "PATH ") || !strings.Contains(got, "\nservices.items[api].cpu ") {
		t.Errorf("without a path:\n%s\nwant a table of all values", got)
	}
}

func TestExplainForPrograms(t *testing.T) {
	t.Parallel()
	_, run := configured(t)
	code, got, stderr := run("config", "explain", "cedar", "kms.rotationDays", "--json")
	var e explanation
	if err := json.Unmarshal([]byte(got), &e); err != nil || code != 0 || len(e.Values) != 1 {
		t.Fatalf("code %d, %v, %s\n%s", code, err, stderr, got)
	}
	v := e.Values[0]
	if e.Target != "cedar" || v.Value != 90.0 || v.Origin.Line != 5 || v.Origin.Layer != config.LayerProfile || len(v.Origin.Overrode) != 1 || v.Final == nil || v.Final.Reason == "" {
		t.Errorf("value %+v, want the value with its origin and lock", v)
	}
}

func TestShow(t *testing.T) {
	t.Parallel()
	_, run := configured(t)
	code, plain, _ := run("config", "show", "acme")
	if code != 0 || strings.Contains(plain, "#") || !strings.HasPrefix(plain, "account: nonprod\n") {
		t.Errorf("code %d\n%s", code, plain)
	}
	if _, got, _ := run("config", "show", "acme", "--origins"); !strings.Contains(got, "  deletionWindowDays: 7 ") || !strings.Contains(got, "# configs/accounts/nonprod/cell.yaml:6:23 (account)") {
		t.Errorf("with origins:\n%s", got)
	}
	var shown struct {
		Config struct {
			Slot     int
			Services struct{ Items []struct{ CPU int } }
		}
	}
	if _, got, _ := run("config", "show", "birch", "--json"); json.Unmarshal([]byte(got), &shown) != nil || shown.Config.Services.Items[0].CPU != 512 {
		t.Errorf("as JSON:\n%s", got)
	}
}

func TestUsageErrorsOfConfig(t *testing.T) {
	t.Parallel()
	_, run := configured(t)
	for want, args := range map[string][]string{
		`unknown client "acne"`:                       {"explain", "acne"},
		`kms.rotatonDays is not a key`:                {"explain", "acme", "kms.rotatonDays"},
		`unknown target "base/prod"`:                  {"show", "base/prod"},
		`--origins and --json exclude each other`:     {"show", "acme", "--origins", "--json"},
		`unknown kind of file "cells"`:                {"schema", "cells"},
		`has no layer "client"`:                       {"schema", "base", "--layer", "client"},
		`want either a kind`:                          {"schema"},
		`"acme@" has no revision`:                     {"diff", "acme@", "acme"},
		`cannot be read at a revision: git rev-parse`: {"diff", "acme@main", "acme"},
		`accepts 2 arg(s), received 1`:                {"diff", "acme"},
	} {
		code, _, stderr := run(append([]string{"config"}, args...)...)
		if code != fleet.ExitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%v: code %d, %s; want %d, %s", args, code, stderr, fleet.ExitUsage, want)
		}
	}
}

func TestSchemaCommand(t *testing.T) {
	t.Parallel()
	dir, run := configured(t)
	for _, kind := range []string{"organization", "base", "utility", "cell"} {
		if code, got, stderr := run("config", "schema", kind); code != 0 || !json.Valid([]byte(got)) {
			t.Errorf("%s: code %d, %s\n%s", kind, code, stderr, got)
		}
	}
	if err := os.RemoveAll(filepath.Join(dir, "schema")); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := run("config", "schema", "--write"); code != 0 {
		t.Fatal(stderr)
	}
	for _, f := range config.SchemaFiles() {
		want, err := os.ReadFile(filepath.Join("..", "..", "configs", "schema", f.Name))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, "schema", f.Name)); err != nil || string(got) != string(want) {
			t.Errorf("%s is not what is shipped: %v", f.Name, err)
		}
	}
}

func TestLintReportsAndFixes(t *testing.T) {
	t.Parallel()
	dir, run := configured(t)
	if code, got, stderr := run("config", "lint"); code != 0 || got != "" {
		t.Errorf("code %d, %s%s; want nothing found", code, got, stderr)
	}
	name := filepath.Join(dir, "clients", "acme", "cell.yaml")
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	wrong := string(before) + "\nkms:\n  rotationDays: 365 # as ever\n"
	if err := os.WriteFile(name, []byte(wrong), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, 0o640); err != nil {
		t.Fatal(err)
	}
	const finding = "configs/clients/acme/cell.yaml:9:17: kms.rotationDays: 365 is what configs/defaults/cell.yaml:10:17 says already (remove the key) [redundant]\n"
	code, got, _ := run("config", "lint")
	if code != fleet.ExitFailed || got != finding {
		t.Errorf("code %d\n%s\nwant %d\n%s", code, got, fleet.ExitFailed, finding)
	}
	code, got, _ = run("config", "lint", "--fix", "--json")
	var report lintReport
	if err := json.Unmarshal([]byte(got), &report); err != nil || code != 0 || len(report.Fixed) != 1 || len(report.Findings) != 0 {
		t.Errorf("code %d, %v\n%s\nwant one fixed and none left", code, err, got)
	}
	after, err := os.ReadFile(name)
	if err != nil || string(after) != string(before) {
		t.Errorf("%v, the file is\n%s\nwant\n%s", err, after, before)
	}
	entries, err := os.ReadDir(filepath.Dir(name))
	if info, statErr := os.Stat(name); err != nil || statErr != nil || info.Mode().Perm() != 0o640 || len(entries) != 1 {
		t.Errorf("%v, %v: want the file's mode kept and nothing left beside it: %v", err, statErr, entries)
	}
}

func TestDiffOfClientsAndRevisions(t *testing.T) {
	t.Parallel()
	dir, run := configured(t)
	code, got, stderr := run("config", "diff", "acme", "elm")
	if code != 0 || !strings.HasPrefix(got, "--- acme\n+++ elm\n\nslot\n- 0  configs/clients/acme/cell.yaml:5:7 (client)\n+ 1  configs/clients/elm/cell.yaml:5:7 (client)\n") {
		t.Errorf("code %d, %s\n%s", code, stderr, got)
	}
	if _, got, _ := run("config", "diff", "acme", "cell/acme"); got != "acme and cell/acme are the same\n" {
		t.Errorf("got %q", got)
	}
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"}, args...)...)
		cmd.Dir = filepath.Dir(dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git("init", "-q", "-b", "main")
	git("add", ".")
	git("commit", "-q", "-m", "one")
	name := filepath.Join(dir, "accounts", "nonprod", "cell.yaml")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(text), "deletionWindowDays: 7", "deletionWindowDays: 9", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	const want = "--- acme@main\n+++ acme\n\nkms.deletionWindowDays\n- 7  main:configs/accounts/nonprod/cell.yaml:6:23 (account)\n+ 9  configs/accounts/nonprod/cell.yaml:6:23 (account)\n"
	if code, got, stderr := run("config", "diff", "acme@main", "acme"); code != 0 || got != want {
		t.Errorf("code %d, %s\n%s\nwant\n%s", code, stderr, got, want)
	}
	git("commit", "-q", "-a", "-m", "two")
	var c comparison
	_, got, _ = run("config", "diff", "acme@HEAD~1", "acme@HEAD", "--json")
	if err := json.Unmarshal([]byte(got), &c); err != nil || len(c.Differences) != 1 || c.A.Ref != "HEAD~1" || c.Differences[0].B.Value != 9.0 {
		t.Errorf("%v\n%s", err, got)
	}
	for _, ref := range []string{"nowhere", "--output=x", "main:configs", "HEAD~9"} {
		if code, _, stderr := run("config", "diff", "acme@"+ref, "acme"); code != fleet.ExitUsage || !strings.Contains(stderr, "is not a git revision") {
			t.Errorf("%s: code %d, %s", ref, code, stderr)
		}
	}
}
