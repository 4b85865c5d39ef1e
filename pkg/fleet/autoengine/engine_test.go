package autoengine_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/autoengine"
	"cellworks/pkg/fleet/checkpoint"
	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/fleet/lock"
	"cellworks/pkg/toolchain"
)

var acme = fleet.Stack{Project: "cell", Name: "acme"}

// programs makes the same program for every configuration.
func programs(program pulumi.RunFunc) map[string]func(*config.Tree) pulumi.RunFunc {
	return map[string]func(*config.Tree) pulumi.RunFunc{"cell": func(*config.Tree) pulumi.RunFunc { return program }}
}

type group struct{ pulumi.ResourceState }

// components is a program that needs no provider.
func components(ctx *pulumi.Context) error {
	for _, name := range []string{"one", "two"} {
		if err := ctx.RegisterComponentResource("test:index:Group", name, &group{}); err != nil {
			return err
		}
	}
	ctx.Export("plain", pulumi.String(ctx.Stack()))
	ctx.Export("hidden", pulumi.ToSecret(pulumi.String("hunter2")))
	return nil
}

// realPulumi returns the command line that the project uses, and builds it when
// there is none yet.
func realPulumi(t *testing.T) toolchain.Pulumi {
	t.Helper()
	root, err := toolchain.FindRoot(".")
	if err != nil {
		t.Fatal(err)
	}
	p, err := toolchain.Toolchain{Layout: layout.New(root), Environ: os.Environ()}.Pulumi(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// setup returns the configuration of an engine of its own in a new folder.
func setup(t *testing.T, program pulumi.RunFunc) autoengine.Config {
	t.Helper()
	p := realPulumi(t)
	return autoengine.Config{
		Layout:        layout.New(t.TempDir()),
		Programs:      programs(program),
		Pulumi:        p.Path,
		PulumiVersion: p.Version,
		Environ:       environ(),
		Offline:       true,
		Command:       "go test",
	}
}

// environ is the environment without what a developer's shell may have set.
func environ() []string {
	var env []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "PULUMI_") {
			env = append(env, entry)
		}
	}
	return env
}

func newEngine(t *testing.T, c autoengine.Config) *autoengine.Engine {
	t.Helper()
	e, err := autoengine.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func run(t *testing.T, e *autoengine.Engine, op fleet.Operation) fleet.Result {
	t.Helper()
	result, err := e.Run(t.Context(), op, acme, func(fleet.Event) {})
	if err != nil {
		t.Fatalf("%s: %v", op, err)
	}
	return result
}

func ignore(fleet.Event) {}

func TestLifeOfAStack(t *testing.T) {
	t.Parallel()
	c := setup(t, components)
	e := newEngine(t, c)
	if got := run(t, e, fleet.Destroy); got.Processes != 0 || len(got.Notes) != 1 {
		t.Errorf("destroy of nothing = %+v, want no process and a note", got)
	}
	if got := run(t, e, fleet.Preview); got.Changes.Create != 3 || got.Processes != 2 {
		t.Errorf("preview = %+v, want 3 to create in two processes", got)
	}
	store := checkpoint.Open(c.Layout.State())
	if store.Exists(acme) {
		t.Error("preview left a state behind")
	}
	want := fleet.Result{
		Changes:   fleet.Changes{Create: 3},
		Outputs:   map[string]any{"plain": "acme", "hidden": "[secret]"},
		Processes: 1, // the preview, the first of the backend, has made what all stacks share
	}
	if diff := cmp.Diff(want, run(t, e, fleet.Up)); diff != "" {
		t.Errorf("first up (-want +got):\n%s", diff)
	}
	want.Changes, want.Processes = fleet.Changes{Same: 3}, 1
	if diff := cmp.Diff(want, run(t, e, fleet.Up)); diff != "" {
		t.Errorf("second up (-want +got):\n%s", diff)
	}
	if err := os.RemoveAll(c.Layout.StackDir(acme)); err != nil {
		t.Fatal(err)
	}
	if got := run(t, e, fleet.Preview); got.Changes.Any() || got.Processes != 1 {
		t.Errorf("preview without the stack's folder = %+v, want no changes in one process", got)
	}
	if got := run(t, e, fleet.Refresh); got.Changes.Any() || got.Processes != 1 {
		t.Errorf("refresh = %+v, want no changes in one process", got)
	}
	if got := run(t, e, fleet.Destroy); got.Changes.Delete != 3 || got.Processes != 1 {
		t.Errorf("destroy = %+v, want 3 deleted in one process", got)
	}
	backups, err := filepath.Glob(filepath.Join(c.Layout.State(), ".pulumi", "backups", "cell", "acme", "*"))
	if err != nil || len(backups) == 0 {
		t.Fatalf("backups = %v, %v, want some", backups, err)
	}
	for _, file := range backups {
		if text, err := os.ReadFile(file); err != nil || strings.Contains(string(text), "hunter2") {
			t.Errorf("%s: %v, or it holds a secret in plain text", file, err)
		}
	}
}

func TestStacksShareOneSalt(t *testing.T) {
	t.Parallel()
	c := setup(t, components)
	e := newEngine(t, c)
	up := func(name string, processes int) {
		t.Helper()
		result, err := e.Run(t.Context(), fleet.Up, fleet.Stack{Project: "cell", Name: name}, ignore)
		if err != nil || result.Processes != processes {
			t.Fatalf("up of %s: %v in %d processes, want %d", name, err, result.Processes, processes)
		}
	}
	up("one", 2)
	up("two", 1)
	if err := os.RemoveAll(c.Layout.State()); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(c.Layout.State(), 0o755); err != nil {
		t.Fatal(err)
	}
	up("three", 2) // the backend is new, the salt is not
	up("one", 1)
	salt, err := os.ReadFile(c.Layout.Salt())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"one", "two", "three"} {
		settings, err := os.ReadFile(filepath.Join(c.Layout.StackDir(fleet.Stack{Project: "cell", Name: name}), "Pulumi."+name+".yaml"))
		if err != nil || !strings.Contains(string(settings), strings.TrimSpace(string(salt))) {
			t.Errorf("settings of %s = %q, %v, want the salt %s", name, settings, err, salt)
		}
	}
}

func TestAFailureSaysWhatTheProgramSaid(t *testing.T) {
	t.Parallel()
	e := newEngine(t, setup(t, func(*pulumi.Context) error { return errors.New("the program is broken") }))
	_, err := e.Run(t.Context(), fleet.Up, acme, ignore)
	if err == nil || !strings.Contains(err.Error(), "the program is broken") || strings.Count(err.Error(), "\n") > 1 {
		t.Errorf("up: %v, want what the program said in a line or two", err)
	}
}

func TestDefaultProvidersAreDisabled(t *testing.T) {
	t.Parallel()
	e := newEngine(t, setup(t, func(ctx *pulumi.Context) error {
		return ctx.RegisterResource("aws:ec2/vpc:Vpc", "vpc", pulumi.Map{}, &pulumi.CustomResourceState{})
	}))
	_, err := e.Run(t.Context(), fleet.Up, acme, ignore)
	if err == nil || !strings.Contains(err.Error(), "Default provider for 'aws' disabled") {
		t.Errorf("up: %v, want that default providers are disabled", err)
	}
}

func TestAProjectWithoutAProgramIsRefused(t *testing.T) {
	t.Parallel()
	e := newEngine(t, setup(t, components))
	if _, err := e.Run(t.Context(), fleet.Up, fleet.Stack{Project: "nope", Name: "x"}, ignore); err == nil || !strings.Contains(err.Error(), `project "nope" has no program`) {
		t.Errorf("up: %v", err)
	}
}

func TestACorruptStateIsRefusedBeforeTheEngineStarts(t *testing.T) {
	t.Parallel()
	c := setup(t, components)
	e := newEngine(t, c)
	run(t, e, fleet.Up)
	path := checkpoint.Open(c.Layout.State()).Path(acme)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	broken := text[:len(text)/2]
	if err := os.WriteFile(path, broken, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, op := range []fleet.Operation{fleet.Up, fleet.Preview, fleet.Refresh, fleet.Destroy} {
		result, err := e.Run(t.Context(), op, acme, ignore)
		var corrupt *checkpoint.CorruptError
		if !errors.As(err, &corrupt) || corrupt.Backup == "" || result.Processes != 0 {
			t.Fatalf("%s: %v (%d processes), want a CorruptError with a backup and no process", op, err, result.Processes)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != string(broken) {
			t.Fatalf("%s changed the state file (%v)", op, err)
		}
		if op == fleet.Destroy {
			good, err := os.ReadFile(corrupt.Backup)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, good, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	run(t, e, fleet.Up)
}

func TestASidecarThatIsNotWholeDoesNotMatter(t *testing.T) {
	t.Parallel()
	c := setup(t, components)
	e := newEngine(t, c)
	run(t, e, fleet.Up)
	path := checkpoint.Open(c.Layout.State()).Path(acme)
	for _, file := range []string{path + ".attrs", path + ".123.tmp"} {
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := run(t, e, fleet.Up); got.Changes.Any() {
		t.Errorf("up = %+v, want no changes", got)
	}
	for _, file := range []string{path + ".attrs", path + ".123.tmp"} {
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s is still there", file)
		}
	}
}

func TestTheSecondUpIsToldWhoHoldsTheStack(t *testing.T) {
	t.Parallel()
	c := setup(t, components)
	e := newEngine(t, c)
	held, err := lock.Acquire(c.Layout.StackLock(acme), acme.String(), lock.Holder{PID: 4711, Command: "cellctl up acme"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Run(t.Context(), fleet.Up, acme, ignore)
	if err == nil || !strings.Contains(err.Error(), `cell/acme is being worked on by "cellctl up acme" (pid 4711)`) {
		t.Errorf("up: %v, want who holds the stack", err)
	}
	if err := held.Release(); err != nil {
		t.Fatal(err)
	}
	run(t, e, fleet.Up)
}

// lockFile puts a lock of the backend's own kind.
func lockFile(t *testing.T, l layout.Layout, host string, pid int) string {
	t.Helper()
	dir := filepath.Join(l.State(), ".pulumi", "locks", "organization", "cell", "acme")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "0.json")
	text, err := json.Marshal(map[string]any{"pid": pid, "username": "u", "hostname": host, "timestamp": time.Now().Add(time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLocksOfTheBackend(t *testing.T) {
	t.Parallel()
	c := setup(t, components)
	e := newEngine(t, c)
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	live := lockFile(t, c.Layout, host, os.Getpid())
	_, err = e.Run(t.Context(), fleet.Up, acme, ignore)
	if err == nil || !strings.Contains(err.Error(), "u@"+host) || !strings.Contains(err.Error(), live) {
		t.Errorf("up: %v, want the holder and its lock file", err)
	}
	if _, err := os.Stat(live); err != nil {
		t.Errorf("the lock of a live process is gone: %v", err)
	}
	const nobody = 1<<22 + 1 // above the largest process id
	lockFile(t, c.Layout, host, nobody)
	got := run(t, e, fleet.Up)
	if len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "removed the lock of a process that is gone") {
		t.Errorf("notes = %q, want that the lock was removed", got.Notes)
	}
}

func TestCancellationSaysWhatIsLeft(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	e := newEngine(t, setup(t, func(p *pulumi.Context) error {
		if err := components(p); err != nil {
			return err
		}
		cancel()
		<-p.Context().Done() // until the engine gives up on the program
		return p.Context().Err()
	}))
	_, err := e.Run(ctx, fleet.Up, acme, ignore)
	if !errors.Is(err, fleet.ErrInterrupted) || !strings.Contains(err.Error(), "its state holds") {
		t.Errorf("up: %v, want that it was interrupted and what the state holds", err)
	}
}
