package autoengine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/layout"
)

var acme = fleet.Stack{Project: "cell", Name: "acme"}

// recording is a command whose binary records its arguments and environment.
func recording(t *testing.T, change func(*Config)) (*command, string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the fake command line is a shell script")
	}
	dir := t.TempDir()
	binary, record := filepath.Join(dir, "pulumi"), filepath.Join(dir, "record")
	script := fmt.Sprintf("#!/bin/sh\necho \"$@\" >> %s\nenv | grep '^PULUMI' | sort >> %s\necho out; echo err >&2; exit 3\n", record, record)
	if err := os.WriteFile(binary, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	c := Config{
		Layout: layout.New(filepath.Join(dir, "root")), Pulumi: binary, PulumiVersion: "3.259.0",
		Environ: []string{"PATH=/usr/bin:/bin", "PULUMI_CONFIG_PASSPHRASE=mine", "PULUMI_BACKEND_URL=s3://mine", "PULUMI_HOME=/mine", "PULUMI_DEBUG_PROVIDERS=aws:1"},
	}
	if change != nil {
		change(&c)
	}
	e, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return &command{engine: e, stack: acme}, record
}

func recorded(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func TestProcessesGetTheEnvironmentOfTheEngine(t *testing.T) {
	t.Parallel()
	c, record := recording(t, func(c *Config) { c.Offline, c.DebugProviders = true, "aws:2" })
	out, errs, code, err := c.Run(t.Context(), t.TempDir(), nil, nil, nil, []string{"PULUMI_HOME=/other", "PULUMI_DEBUG_COMMANDS=true"}, "up", "--stack", "acme")
	if out != "out\n" || errs != "err\n" || code != 3 || err == nil {
		t.Errorf("Run = %q, %q, %d, %v", out, errs, code, err)
	}
	l := c.engine.Layout
	want := []string{
		"--non-interactive up --stack acme",
		"PULUMI_AUTOMATION_API=true",
		"PULUMI_BACKEND_URL=" + l.Backend(""),
		"PULUMI_CONFIG_PASSPHRASE_FILE=" + l.Passphrase(),
		"PULUMI_DEBUG_COMMANDS=true",
		"PULUMI_DEBUG_PROVIDERS=aws:2",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
		"PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER=true",
		"PULUMI_HOME=" + l.Home(),
		"PULUMI_SKIP_UPDATE_CHECK=true",
	}
	if got := recorded(t, record); !slices.Equal(got, want) {
		t.Errorf("process =\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if c.processes.Load() != 1 {
		t.Errorf("processes = %d, want 1", c.processes.Load())
	}
}

func TestASharedBackendKeepsThePersonsSecrets(t *testing.T) {
	t.Parallel()
	c, record := recording(t, func(c *Config) { c.Backend, c.SecretsProvider = "s3://bucket", "awskms://alias/pulumi" })
	if _, _, code, _ := c.Run(t.Context(), t.TempDir(), nil, nil, nil, nil, "stack", "select", "--stack", "acme"); code != 3 {
		t.Errorf("code = %d, want that a process ran", code)
	}
	got := recorded(t, record)
	for _, want := range []string{"PULUMI_BACKEND_URL=s3://bucket", "PULUMI_CONFIG_PASSPHRASE=mine", "PULUMI_HOME=/mine", "PULUMI_DEBUG_PROVIDERS=aws:1"} {
		if !slices.Contains(got, want) {
			t.Errorf("process = %v, want %s", got, want)
		}
	}
	if _, err := os.Stat(c.engine.Layout.Passphrase()); err == nil {
		t.Error("a passphrase was made that nobody uses")
	}
}

func TestWhatTheFolderAnswersStartsNoProcess(t *testing.T) {
	t.Parallel()
	c, _ := recording(t, nil)
	if _, ok := c.answer([]string{"stack", "select", "--stack", "acme"}); ok {
		t.Error("a stack without state was selected")
	}
	path := c.engine.store.Path(acme)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	state := `{"version":3,"checkpoint":{"latest":{"resources":[{"type":"pulumi:pulumi:Stack","outputs":{"a":1}}]}}}`
	if err := os.WriteFile(path, []byte(state), 0o644); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"stack select --stack acme":                        "",
		"stack output --json --stack acme":                 `{"a":1}`,
		"stack output --json --show-secrets --stack acme":  `{"a":1}`,
		"stack history --json --show-secrets --stack acme": "[]",
	} {
		out, _, code, err := c.Run(t.Context(), "", nil, nil, nil, nil, strings.Fields(args)...)
		if out != want || code != 0 || err != nil {
			t.Errorf("%s = %q, %d, %v, want %q", args, out, code, err, want)
		}
	}
	for _, args := range []string{"stack init acme", "up --stack acme", "stack"} {
		if out, ok := c.answer(strings.Fields(args)); ok {
			t.Errorf("%s was answered with %q", args, out)
		}
	}
	if c.processes.Load() != 0 {
		t.Errorf("processes = %d, want none", c.processes.Load())
	}
}

func TestNothingStartsAfterCancellation(t *testing.T) {
	t.Parallel()
	c, record := recording(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, _, err := c.Run(ctx, "", nil, nil, nil, nil, "up"); !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v, want that it was cancelled", err)
	}
	if _, err := os.Stat(record); err == nil {
		t.Error("a process was started")
	}
}

func TestTheFirstCancellationInterruptsTheSecondKills(t *testing.T) {
	t.Parallel()
	kill := make(chan struct{})
	c, _ := recording(t, func(c *Config) { c.Kill = kill })
	ready, gone := filepath.Join(t.TempDir(), "ready"), filepath.Join(t.TempDir(), "gone")
	for _, file := range []string{ready, gone} {
		mkfifo(t, file)
	}
	script := fmt.Sprintf("#!/bin/sh\ntrap 'echo interrupted > %s' INT\necho up > %s\nwhile :; do sleep 0.05; done\n", gone, ready)
	if err := os.WriteFile(c.engine.Pulumi, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, _, _, err := c.Run(ctx, "", nil, nil, nil, nil, "up")
		ended <- err
	}()
	if text, err := os.ReadFile(ready); err != nil || string(text) != "up\n" { // waits for the process
		t.Fatalf("ready: %q, %v", text, err)
	}
	cancel()
	if text, err := os.ReadFile(gone); err != nil || string(text) != "interrupted\n" { // waits for the signal
		t.Fatalf("interrupt: %q, %v", text, err)
	}
	select {
	case err := <-ended:
		t.Fatalf("the process ended at the first signal: %v", err)
	default:
	}
	close(kill)
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("Run: %v, want that the process was killed", err)
	}
}

func TestEventsAreCounted(t *testing.T) {
	t.Parallel()
	var seen []fleet.Event
	w := watch(func(e fleet.Event) { seen = append(seen, e) })
	step := func(op apitype.OpType) apitype.StepEventMetadata {
		return apitype.StepEventMetadata{Op: op, URN: "urn:pulumi:acme::cell::a$aws:ec2/vpc:Vpc::main", Type: "aws:ec2/vpc:Vpc"}
	}
	send := func(e apitype.EngineEvent) { w.events <- events.EngineEvent{EngineEvent: e} }
	for _, op := range []apitype.OpType{apitype.OpCreate, apitype.OpSame, apitype.OpUpdate, apitype.OpCreateReplacement, apitype.OpReplace, apitype.OpDeleteReplaced, apitype.OpDelete} {
		send(apitype.EngineEvent{ResourcePreEvent: &apitype.ResourcePreEvent{Metadata: step(op)}})
		send(apitype.EngineEvent{ResOutputsEvent: &apitype.ResOutputsEvent{Metadata: step(op)}})
	}
	send(apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "error", URN: step("").URN, Message: "<{%fg 1%}>error: <{%reset%}>no quota\n"}})
	send(apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "error", Message: "update failed"}})
	send(apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "info", Message: "hello"}})
	w.wait()
	want := fleet.Changes{Create: 1, Update: 1, Replace: 1, Delete: 1, Same: 1}
	if w.counted() != want || seen[len(seen)-1].Changes != want {
		t.Errorf("counted %+v, last event %+v, want %+v", w.counted(), seen[len(seen)-1], want)
	}
	if len(w.errors) != 1 || w.errors[0] != `aws:ec2/vpc:Vpc "main": no quota` {
		t.Errorf("errors = %q", w.errors)
	}
	if seen[0].Active != `aws:ec2/vpc:Vpc "main"` {
		t.Errorf("active = %q", seen[0].Active)
	}
}

func TestFailureTellsWhatWentWrongOnly(t *testing.T) {
	t.Parallel()
	cli := "failed to run update: exit status 255\ncode: 255\nstdout: \nstderr: %s\n"
	for _, tc := range []struct {
		err      error
		reported []string
		want     string
	}{
		{fmt.Errorf(cli, "wall"), []string{"no quota", "no quota", "no luck"}, "no quota\nno luck"},
		{fmt.Errorf(cli, "warning: w\nerror: the stack is locked"), nil, "the stack is locked"},
		{fmt.Errorf(cli, "error: incorrect passphrase"), nil, "incorrect passphrase"},
		{fmt.Errorf(cli, "odd text"), nil, "failed to run update: exit status 255: odd text"},
		{errors.New("failed to run update: signal: killed\ncode: -1\nstdout: Updating\nstderr: "), nil, "the pulumi process was killed; run the command again, it repairs what was left unfinished"},
		{errors.New("plain"), nil, "plain"},
	} {
		if got := failure(tc.err, tc.reported).Error(); got != tc.want {
			t.Errorf("failure(%q, %q) = %q, want %q", tc.err, tc.reported, got, tc.want)
		}
	}
}

func TestUnsoundVersionsAreRefused(t *testing.T) {
	t.Parallel()
	if _, err := New(Config{Layout: layout.New(t.TempDir()), PulumiVersion: "new"}); err == nil {
		t.Error("New with version \"new\" succeeded")
	}
}
