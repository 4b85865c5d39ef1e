package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/layout"
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
// the given number of smallest ones.
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
			w.tb.Fatalf("%s of %s %s: %s", op, s.Stack, s.Result, s.Error)
		}
	}
	return report
}

// prerequisites brings up what the clients need.
func (w *world) prerequisites() {
	w.tb.Helper()
	w.run(fleet.Up, "base/nonprod-us-east-1", "utility/nonprod-us-east-1-ecs")
}

// sizes are the fleets that are measured: one cell, and eight, four at a time.
func sizes() []int { return []int{1, 8} }

// measure runs op on all cells b.N times, calling before untimed ahead of each,
// and reports seconds and resources a second, the CLI processes a stack, and the
// peak of the memory of all processes together.
func measure(b *testing.B, clients int, op fleet.Operation, before func(w *world)) {
	b.Helper()
	w := newWorld(b, clients)
	w.prerequisites()
	resources, processes := 0, 0
	peak := watchMemory(b)
	b.ResetTimer()
	for range b.N {
		b.StopTimer()
		before(w)
		b.StartTimer()
		report := w.run(op, w.clients...)
		changes := report.Changes()
		resources += changes.Create + changes.Update + changes.Replace + changes.Delete + changes.Same
		for _, s := range report.Stacks {
			processes += s.Processes
		}
	}
	seconds := b.Elapsed().Seconds()
	b.ReportMetric(seconds/float64(b.N), "s/op")
	b.ReportMetric(float64(resources)/seconds, "resources/s")
	b.ReportMetric(float64(processes)/float64(b.N*clients), "processes/stack")
	b.ReportMetric(float64(peak())/(1<<20), "peak-MiB")
	b.ReportMetric(0, "ns/op")
}

func BenchmarkCellUp(b *testing.B) {
	for _, clients := range sizes() {
		b.Run(fmt.Sprint("cells=", clients), func(b *testing.B) {
			up := false
			measure(b, clients, fleet.Up, func(w *world) {
				if up {
					w.run(fleet.Destroy, w.clients...)
				}
				up = true
			})
		})
	}
}

func BenchmarkCellPreviewUnchanged(b *testing.B) {
	for _, clients := range sizes() {
		b.Run(fmt.Sprint("cells=", clients), func(b *testing.B) {
			up := false
			measure(b, clients, fleet.Preview, func(w *world) {
				if !up {
					w.run(fleet.Up, w.clients...)
				}
				up = true
			})
		})
	}
}

func BenchmarkCellDestroy(b *testing.B) {
	for _, clients := range sizes() {
		b.Run(fmt.Sprint("cells=", clients), func(b *testing.B) {
			measure(b, clients, fleet.Destroy, func(w *world) { w.run(fleet.Up, w.clients...) })
		})
	}
}
