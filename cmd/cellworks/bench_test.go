package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/naming"
	"cellworks/pkg/toolchain"
)

// benchParallel is how many stacks the fleet benchmarks work on at once.
const benchParallel = 4

// world is a repository root of its own, with an empty cloud and a configuration
// of some clients in one account and region.
type world struct {
	tb      testing.TB
	root    string
	tree    *config.Tree
	pulumi  toolchain.Pulumi
	clients []string
}

// newWorld makes a world with the shipped configuration, its clients replaced by
// the given number of default ones: the four keys that have no default.
func newWorld(tb testing.TB, clients int) *world {
	tb.Helper()
	repository, err := toolchain.FindRoot(".")
	if err != nil {
		tb.Fatal(err)
	}
	tools := toolchain.Toolchain{Layout: layout.New(repository), Environ: os.Environ(), Progress: io.Discard}
	pulumi, err := tools.Pulumi(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	w := &world{tb: tb, root: tb.TempDir(), pulumi: pulumi}
	configs := filepath.Join(w.root, "configs")
	if err := os.CopyFS(configs, os.DirFS(filepath.Join(repository, "configs"))); err != nil {
		tb.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(configs, "clients")); err != nil {
		tb.Fatal(err)
	}
	for slot := range clients {
		client := fmt.Sprintf("client%02d", slot)
		dir := filepath.Join(configs, "clients", client)
		text := fmt.Sprintf("account: nonprod\nregion: us-east-1\nslot: %d\nring: early\n", slot)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "cell.yaml"), []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
		w.clients = append(w.clients, "cell/"+client)
	}
	if w.tree, err = config.Load(configs); err != nil {
		tb.Fatal(err)
	}
	return w
}

// run performs op on targets without their prerequisites and returns the report.
func (w *world) run(op fleet.Operation, targets ...string) fleet.Report {
	w.tb.Helper()
	graph, err := fleet.FromTree(w.tree)
	if err != nil {
		w.tb.Fatal(err)
	}
	stacks, err := graph.Select(targets)
	if err != nil {
		w.tb.Fatal(err)
	}
	states := fleet.States{}
	for _, node := range graph.Nodes() {
		states[node.Stack] = fleet.State{Ready: true}
	}
	plan, err := graph.Plan(op, stacks, states, true)
	if err != nil {
		w.tb.Fatal(err)
	}
	return w.perform(plan)
}

// perform performs a plan, all of which has to succeed.
func (w *world) perform(plan fleet.Plan) fleet.Report {
	w.tb.Helper()
	request := fleet.Request{
		Plan: plan, Root: w.root, Configs: w.tree.Dir(), Cloud: string(config.Simulated),
		Pulumi: w.pulumi.Path, PulumiVersion: w.pulumi.Version, Parallel: benchParallel, Command: "go test",
	}
	request.Backend = layout.New(w.root).Backend("")
	engine, closeEngine, err := newEngine(context.Background(), request, w.tree, nil)
	if err != nil {
		w.tb.Fatal(err)
	}
	report := fleet.Runner{Engine: engine, Parallel: request.Parallel}.Run(context.Background(), plan)
	if err := closeEngine(); err != nil {
		w.tb.Fatal(err)
	}
	for _, s := range report.Stacks {
		if s.Result != fleet.Succeeded {
			w.tb.Fatalf("%s of %s %s: %s", plan.Operation, s.Stack, s.Result, s.Error)
		}
	}
	return report
}

// prerequisites brings up what the clients need.
func (w *world) prerequisites() {
	w.tb.Helper()
	graph, err := fleet.FromTree(w.tree)
	if err != nil {
		w.tb.Fatal(err)
	}
	cells, err := graph.Select(w.clients)
	if err != nil {
		w.tb.Fatal(err)
	}
	plan, err := graph.Plan(fleet.Up, cells, fleet.States{}, false)
	if err != nil {
		w.tb.Fatal(err)
	}
	plan.Steps = slices.DeleteFunc(plan.Steps, func(s fleet.Step) bool { return !s.Prerequisite })
	w.perform(plan)
}

// stateBytes is the size of the state of all cells.
func (w *world) stateBytes() int64 {
	w.tb.Helper()
	var sum int64
	state := checkpoint.Open(layout.New(w.root).State())
	for _, client := range w.clients {
		_, name, _ := strings.Cut(client, "/")
		info, err := os.Stat(state.Path(fleet.Stack{Project: naming.ProjectCell, Name: name}))
		if err != nil {
			w.tb.Fatal(err)
		}
		sum += info.Size()
	}
	return sum
}
