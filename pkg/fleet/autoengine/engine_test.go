package autoengine_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
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
)

type group struct{ pulumi.ResourceState }

// program registers components only, so that it needs no provider.
func program(names ...string) func(*config.Tree) pulumi.RunFunc {
	return func(*config.Tree) pulumi.RunFunc {
		return func(ctx *pulumi.Context) error {
			for _, name := range names {
				if name == "broken" {
					return errors.New("the program is broken")
				}
				if err := ctx.RegisterComponentResource("test:index:Group", name, &group{}); err != nil {
					return err
				}
			}
			ctx.Export("plain", pulumi.String(ctx.Stack()))
			ctx.Export("hidden", pulumi.ToSecret(pulumi.String("hunter2")))
			return nil
		}
	}
}

func newEngine(t *testing.T, root string, change func(*autoengine.Config)) *autoengine.Engine {
	t.Helper()
	pulumi, err := exec.LookPath("pulumi")
	if err != nil {
		t.Skip("no pulumi on PATH; the end-to-end tests of cmd/cellworks build one")
	}
	c := autoengine.Config{
		Layout:        layout.New(root),
		Programs:      map[string]func(*config.Tree) pulumi_{"cell": program("one", "two")},
		Pulumi:        pulumi,
		PulumiVersion: "3.259.0",
		Environ:       os.Environ(),
		Offline:       true,
		Command:       "go test",
	}
	if change != nil {
		change(&c)
	}
	e, err := autoengine.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

type pulumi_ = pulumi.RunFunc

var acme = fleet.Stack{Project: "cell", Name: "acme"}

func run(t *testing.T, e *autoengine.Engine, op fleet.Operation) fleet.Result {
	t.Helper()
	result, err := e.Run(context.Background(), op, acme, func(ev fleet.Event) {
		if ev.Text != "" {
			t.Log(ev.Text)
		}
	})
	if err != nil {
		t.Fatalf("%s: %v", op, err)
	}
	t.Logf("%s: %+v", op, result)
	return result
}

func TestLifeOfAStack(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	e := newEngine(t, root, nil)
	if got := run(t, e, fleet.Destroy); got.Processes != 0 {
		t.Errorf("destroy of nothing started %d processes, want none", got.Processes)
	}
	preview := run(t, e, fleet.Preview)
	if preview.Changes.Create != 3 {
		t.Errorf("preview = %+v, want 3 to create", preview.Changes)
	}
	store := checkpoint.Open(layout.New(root).State())
	if store.Exists(acme) {
		t.Error("preview left a state behind")
	}
	up := run(t, e, fleet.Up)
	want := fleet.Result{
		Changes:   fleet.Changes{Create: 3},
		Outputs:   map[string]any{"plain": "acme", "hidden": "[secret]"},
		Processes: 2,
	}
	if diff := cmp.Diff(want, up); diff != "" {
		t.Errorf("first up (-want +got):\n%s", diff)
	}
	again := run(t, e, fleet.Up)
	want.Changes, want.Processes = fleet.Changes{Same: 3}, 1
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("second up (-want +got):\n%s", diff)
	}
	if err := os.RemoveAll(layout.New(root).StackDir(acme)); err != nil {
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
	text, err := os.ReadFile(store.Path(acme))
	if err != nil || strings.Contains(string(text), "hunter2") {
		t.Errorf("state: %v, or it holds a secret in plain text", err)
	}
}

func TestAFailureSaysWhatTheProgramSaid(t *testing.T) {
	t.Parallel()
	e := newEngine(t, t.TempDir(), func(c *autoengine.Config) {
		c.Programs = map[string]func(*config.Tree) pulumi.RunFunc{"cell": program("one", "broken")}
	})
	_, err := e.Run(context.Background(), fleet.Up, acme, func(fleet.Event) {})
	if err == nil || !strings.Contains(err.Error(), "the program is broken") || strings.Count(err.Error(), "\n") > 3 {
		t.Errorf("up: %v, want what the program said in few lines", err)
	}
}

func TestACorruptStateIsRefusedBeforeTheEngineStarts(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	e := newEngine(t, root, nil)
	run(t, e, fleet.Up)
	path := checkpoint.Open(layout.New(root).State()).Path(acme)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text[:len(text)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	result, err := e.Run(context.Background(), fleet.Up, acme, func(fleet.Event) {})
	var corrupt *checkpoint.CorruptError
	if !errors.As(err, &corrupt) || corrupt.Backup == "" || result.Processes != 0 {
		t.Fatalf("up: %v (%d processes), want a CorruptError with a backup and no process", err, result.Processes)
	}
	t.Log(err)
	good, err := os.ReadFile(corrupt.Backup)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, good, 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, e, fleet.Up)
}

func TestAnUnfinishedOperationIsDecided(t *testing.T) {
	t.Parallel()
	_ = filepath.Join
	_ = time.Now
}
