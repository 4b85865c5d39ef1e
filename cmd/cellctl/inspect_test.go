package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/fleet/lock"
)

// decode parses the command's JSON.
func decode[T any](t *testing.T, s *session) T {
	t.Helper()
	var value T
	if err := json.Unmarshal([]byte(s.out.String()), &value); err != nil {
		t.Fatalf("%v in %s", err, s.out.String())
	}
	return value
}

func TestList(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.up(t, baseEast)
	s.up(t, gone)
	if code := s.do(t, "list", "--json"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	list := decode[struct{ Stacks []map[string]any }](t, s)
	by := map[any]map[string]any{}
	for _, item := range list.Stacks {
		by[item["stack"]] = item
	}
	if got := by["nonprod-us-east-1"]; got["project"] != "base" || got["resources"] != 2.0 || got["orphan"] != false || got["account"] != "nonprod" || got["region"] != "us-east-1" {
		t.Errorf("base = %v", got)
	}
	if got := by["gone"]; got["orphan"] != true {
		t.Errorf("gone = %v, want an orphan", got)
	}
	if got := by["acme"]; got["client"] != "acme" || got["resources"] != 0.0 {
		t.Errorf("acme = %v", got)
	}
	if code := s.do(t, "list"); code != 0 || !strings.Contains(s.out.String(), "orphan: no configuration") {
		t.Errorf("exit code %d: %s", code, s.out.String())
	}
}

func TestOutputs(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.up(t, acme)
	if code := s.do(t, "outputs", "acme", "--json"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	got := decode[struct{ Stacks []stackOutputs }](t, s)
	if len(got.Stacks) != 1 || got.Stacks[0].Outputs["name"] != "acme" || got.Stacks[0].Outputs["hidden"] != "[secret]" {
		t.Errorf("outputs = %+v", got)
	}
	if code := s.do(t, "outputs"); code != 0 || s.out.String() != "cell/acme\n  hidden  [secret]\n  name    acme\n" {
		t.Errorf("exit code %d: %q", code, s.out.String())
	}
	if code := s.do(t, "outputs", "birch"); code != 1 || !strings.Contains(s.err.String(), "cell/birch is not up: cellctl up cell/birch") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "outputs", "acne"); code != 2 || !strings.Contains(s.err.String(), `did you mean "acme"`) {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
}

func TestNetworkShow(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	if code := s.do(t, "network", "show", "--json"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	kinds := map[string]int{}
	cell := 0
	for _, b := range decode[struct{ Blocks []networkBlock }](t, s).Blocks {
		kinds[b.Kind]++
		if b.Owner == "cell/acme" && b.Kind == "cell" {
			cell++
		}
	}
	for _, kind := range []string{"account", "region", "vpc", "tier", "subnet", "cell"} {
		if kinds[kind] == 0 {
			t.Errorf("no block of kind %s", kind)
		}
	}
	if cell != 2 {
		t.Errorf("acme has %d blocks, want one for each of two tiers", cell)
	}
	if code := s.do(t, "network", "show"); code != 0 || !strings.HasPrefix(s.out.String(), "CIDR") {
		t.Errorf("exit code %d: %s", code, s.out.String())
	}
}

func TestConfigValidate(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	if code := s.do(t, "config", "validate", "--json"); code != 0 || strings.Join(strings.Fields(s.out.String()), "") != `{"problems":[]}` {
		t.Errorf("exit code %d: %s", code, s.out.String())
	}
	if code := s.do(t, "config", "validate"); code != 0 || !strings.Contains(s.out.String(), "is valid") {
		t.Errorf("exit code %d: %s", code, s.out.String())
	}
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.up(t, acme)
	if err := s.provide(t, "/cell/acme/web"); err != nil {
		t.Fatal(err)
	}
	if code := s.do(t, "doctor"); code != 0 || !strings.Contains(s.out.String(), "1 stack up in") {
		t.Errorf("exit code %d: %s%s", code, s.out.String(), s.err.String())
	}
	s.put(t, gone, "{")
	held, err := lock.Acquire(layout.New(s.root).StackLock(acme), acme.String(), lock.Holder{PID: 12, Command: "cellctl up acme"})
	if err != nil {
		t.Fatal(err)
	}
	if code := s.do(t, "doctor", "--json"); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if err := held.Release(); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, c := range decode[struct{ Checks []check }](t, s).Checks {
		switch {
		case c.Name == "state" && c.Status == statusFailed && strings.Contains(c.Detail, "cell/gone is corrupt"):
			found["corrupt"] = true
		case c.Name == "locks" && strings.Contains(c.Detail, "pid 12"):
			found["held"] = true
		}
	}
	if !found["corrupt"] || !found["held"] {
		t.Errorf("doctor found %v in %s", found, s.out.String())
	}
	if code := s.do(t, "doctor", "--configs", t.TempDir()); code != 1 || !strings.Contains(s.out.String(), "remedy: ") {
		t.Errorf("exit code %d: %s", code, s.out.String())
	}
}

func TestDoctorMissesWhatTheCloudHasLost(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	if code := s.do(t, "doctor"); code != 0 {
		t.Errorf("with nothing up: exit code %d: %s", code, s.out.String())
	}
	s.up(t, baseEast)
	s.up(t, acme, baseEast)
	for _, want := range []string{
		"2 stacks with state and nothing in the simulated cloud: base/nonprod-us-east-1, cell/acme\n", // its folder is gone
		"1 stack with state and nothing in the simulated cloud: base/nonprod-us-east-1\n",
	} {
		if code := s.do(t, "doctor"); code != 1 || !strings.Contains(s.out.String(), want) || !strings.Contains(s.out.String(), "remedy: cellctl sim reset starts over") {
			t.Errorf("exit code %d: %s, want %s", code, s.out.String(), want)
		}
		if err := s.provide(t, "/cell/acme/web"); err != nil && !strings.Contains(err.Error(), "already exists") {
			t.Fatal(err)
		}
	}
}

func TestOneIsNotMany(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	edit(t, dir, "clients/acme/cell.yaml", "slot: 0", "slot: many")
	if code := s.do(t, "config", "validate"); code != 2 || !strings.Contains(s.err.String(), "the configuration has 1 problem;") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "doctor"); code != 1 || !strings.Contains(s.out.String(), "1 problem, the first: ") || !strings.Contains(s.err.String(), "1 of 1 check failed") {
		t.Errorf("exit code %d: %s%s", code, s.out.String(), s.err.String())
	}
}

func TestTheBackendBelongsToItsCloud(t *testing.T) {
	t.Parallel()
	shared := config.Backend{URL: "s3://bucket"}
	for _, tc := range []struct {
		name     string
		o        config.Organization
		override string
		cloud    config.Cloud
		backend  config.Backend
		fails    bool
	}{
		{"simulated", config.Organization{Cloud: config.Simulated}, "", config.Simulated, config.Backend{}, false},
		{"simulated with a backend", config.Organization{Cloud: config.Simulated, Backend: shared}, "", config.Simulated, shared, false},
		{"aws", config.Organization{Cloud: config.AWS, Backend: shared}, "", config.AWS, shared, false},
		{"simulated instead of aws", config.Organization{Cloud: config.AWS, Backend: shared}, "simulated", config.Simulated, config.Backend{}, false},
		{"aws without a backend", config.Organization{Cloud: config.Simulated}, "aws", "", config.Backend{}, true},
		{"nonsense", config.Organization{Cloud: config.Simulated}, "azure", "", config.Backend{}, true},
	} {
		cloud, backend, err := target(tc.o, tc.override)
		if cloud != tc.cloud || backend != tc.backend || (err != nil) != tc.fails {
			t.Errorf("%s: target = %q, %+v, %v", tc.name, cloud, backend, err)
		}
	}
}

func TestParseStackList(t *testing.T) {
	t.Parallel()
	got, err := parseStackList([]byte(`[{"name":"organization/cell/acme","current":false,"resourceCount":47},{"name":"organization/base/x","resourceCount":1},{"name":"old"}]`))
	if err != nil || len(got) != 2 || !got[acme].Ready || got[acme].Resources != 47 || got[fleet.Stack{Project: "base", Name: "x"}].Ready {
		t.Errorf("parseStackList = %v, %v", got, err)
	}
	if _, err := parseStackList([]byte("no")); err == nil {
		t.Error("parseStackList of nonsense succeeded")
	}
}

func TestTheCommandLineIsLight(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dep := range strings.Lines(string(out)) {
		dep = strings.TrimSpace(dep)
		for prefix, reason := range map[string]string{
			"github.com/pulumi/pulumi-":                 "provider SDKs take minutes and gigabytes to build",
			"github.com/pulumi/pulumi/sdk/v3/go/pulumi": "the Pulumi SDK belongs to cmd/cellworks",
			"github.com/pulumi/pulumi/sdk/v3/go/auto":   "the Automation API belongs to cmd/cellworks",
			"cellworks/pkg/fleet/autoengine":            "the engine belongs to cmd/cellworks",
		} {
			if strings.HasPrefix(dep, prefix) {
				t.Errorf("cellctl links %s: %s", dep, reason)
			}
		}
	}
}

func TestTheSimulatedCloudIsServedInTheBackground(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	// The server runs in a process of its own, so it finds the repository by its environment alone.
	if code := s.do(t, "sim", "serve", "--env", "--idle", "1m"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	first := s.out.String()
	for _, want := range []string{"export PULUMI_DEBUG_PROVIDERS='aws:", "export PULUMI_BACKEND_URL='file://", "export PULUMI_CONFIG_PASSPHRASE_FILE='" + filepath.Join(s.root, ".cellworks"), "unset PULUMI_CONFIG_PASSPHRASE\n"} {
		if !strings.Contains(first, want) {
			t.Errorf("output = %s\nwant it to contain %q", first, want)
		}
	}
	if code := s.do(t, "sim", "serve", "--env"); code != 0 || s.out.String() != first {
		t.Errorf("second serve: exit code %d, output %q, want the same server", code, s.out.String())
	}
	if code := s.do(t, "sim", "reset", "--yes"); code != 2 || !strings.Contains(s.err.String(), "stop it first") {
		t.Errorf("reset under a running server: exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "sim", "stop"); code != 0 {
		t.Fatalf("stop: exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "sim", "stop"); code != 0 || !strings.Contains(s.err.String(), "no server is running") {
		t.Errorf("second stop: exit code %d: %s", code, s.err.String())
	}
	s.up(t, acme)
	if code := s.do(t, "sim", "reset", "--yes"); code != 0 {
		t.Errorf("reset: exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "outputs", "acme"); code != 1 {
		t.Errorf("outputs after reset: exit code %d, want that acme is not up", code)
	}
}

func TestProtectionOfAnExportedState(t *testing.T) {
	t.Parallel()
	const export = `{"version":3,"deployment":{"resources":[
		{"urn":"urn:pulumi:acme::cell::aws:kms/key:Key::acme","type":"aws:kms/key:Key","protect":true},
		{"urn":"urn:pulumi:acme::cell::aws:kms/alias:Alias::acme","type":"aws:kms/alias:Alias"}]}}`
	got, err := parseProtected([]byte(export))
	if err != nil || len(got) != 1 || got[0] != "aws:kms/key:Key acme" {
		t.Errorf("parseProtected = %v, %v, want the key", got, err)
	}
	if _, err := parseProtected([]byte("no")); err == nil {
		t.Error("parseProtected of no JSON: no error")
	}
}
