package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/simcloud"
	"cellworks/pkg/toolchain"
)

// asProgram makes the test binary run as cellworks itself, so that tests can kill it.
const asProgram = "CELLWORKS_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// field is a work folder of its own with an empty simulated cloud, and the
// repository's example configuration.
type field struct {
	layout  layout.Layout
	configs string
	graph   *fleet.Graph
	pulumi  toolchain.Pulumi
	// permitted are the URNs of what an operation may lose.
	permitted []string
}

func newField(t *testing.T) *field {
	t.Helper()
	root, err := toolchain.FindRoot(".")
	if err != nil {
		t.Fatal(err)
	}
	pulumi, err := toolchain.Toolchain{Layout: layout.New(root), Environ: os.Environ()}.Pulumi(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w := &field{layout: layout.New(t.TempDir()), configs: filepath.Join(root, "configs"), pulumi: pulumi}
	tree, err := config.Load(w.configs)
	if err != nil {
		t.Fatal(err)
	}
	if w.graph, err = fleet.FromTree(tree); err != nil {
		t.Fatal(err)
	}
	return w
}

// smallCells are cells of nonprod in us-east-1 that need their base stack and the cluster
// alone. What the engine and the fleet do with a cell is the same for all modules; the
// whole example comes up in TestEveryStackOfTheExampleComesUpAndStaysUnchanged.
const smallCells = `database: {enabled: false}
vault: {enabled: false}
sso: {enabled: false}
monitoring: {enabled: false}
logging: {enabled: false}
messaging: {enabled: false}
backup: {enabled: false}
services:
  items:
    - {name: worker, remove: true}
    - {name: ingest, remove: true}
`

// newSmallField is newField with smallCells.
func newSmallField(t *testing.T) *field {
	t.Helper()
	w := newField(t)
	w.reconfigure(t, map[string]string{"accounts/nonprod/us-east-1/cell.yaml": smallCells})
	return w
}

func (w *field) store() checkpoint.Store { return checkpoint.Open(w.layout.State()) }

// command prepares the program for an operation on targets, as cellctl does.
func (w *field) command(t *testing.T, op fleet.Operation, targets ...string) *exec.Cmd {
	t.Helper()
	states, err := w.store().States()
	if err != nil {
		t.Fatal(err)
	}
	stacks, err := w.graph.Select(targets)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := w.graph.Plan(op, stacks, states, false)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.CreateTemp(t.TempDir(), "request")
	if err != nil {
		t.Fatal(err)
	}
	err = fleet.Request{
		Plan: plan, Root: w.layout.Root(), Configs: w.configs, Cloud: "simulated", Pulumi: w.pulumi.Path,
		PulumiVersion: w.pulumi.Version, Parallel: 2, JSON: true, ExpectNoChanges: op == fleet.Preview, Command: "go test",
		AllowDataLoss: w.permitted,
	}.Encode(file)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "--request", file.Name())
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "PULUMI_") {
			cmd.Env = append(cmd.Env, entry)
		}
	}
	cmd.Env = append(cmd.Env, asProgram+"=1")
	return cmd
}

// run performs an operation and returns its report and exit code.
func (w *field) run(t *testing.T, op fleet.Operation, targets ...string) (fleet.Report, int) {
	t.Helper()
	cmd := w.command(t, op, targets...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var report fleet.Report
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatalf("%s %v: %v in %q; standard error: %s", op, targets, err, stdout.String(), stderr.String())
	}
	return report, cmd.ProcessState.ExitCode()
}

// must performs an operation that has to succeed.
func (w *field) must(t *testing.T, op fleet.Operation, targets ...string) fleet.Report {
	t.Helper()
	report, code := w.run(t, op, targets...)
	if code != fleet.ExitDone {
		t.Fatalf("%s %v: exit code %d: %+v", op, targets, code, report.Stacks)
	}
	return report
}

// living counts what the cloud has of a stack.
func (w *field) living(t *testing.T, stack fleet.Stack) int {
	t.Helper()
	cloud, err := simcloud.Open(simcloud.Options{Dir: w.layout.Sim()})
	if err != nil {
		t.Fatal(err)
	}
	objects, err := cloud.Objects(t.Context(), simcloud.Filter{Project: stack.Project, Stack: stack.Name})
	if err := errors.Join(err, cloud.Close()); err != nil {
		t.Fatal(err)
	}
	return len(objects)
}

// recorded counts what the state has of the cloud.
func (w *field) recorded(t *testing.T, stack fleet.Stack) int {
	t.Helper()
	state, err := w.store().Read(stack)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range state.Resources {
		if r.Custom && !strings.HasPrefix(r.Type, "pulumi:") {
			n++
		}
	}
	return n
}

var (
	acme     = fleet.Stack{Project: "cell", Name: "acme"}
	baseEast = fleet.Stack{Project: "base", Name: "nonprod-us-east-1"}
	ecsEast  = fleet.Stack{Project: "utility", Name: "nonprod-us-east-1-ecs"}
)

func TestLifeOfACell(t *testing.T) {
	t.Parallel()
	w := newSmallField(t)
	report := w.must(t, fleet.Up, "acme")
	var got []fleet.Stack
	for i, s := range report.Stacks {
		got = append(got, s.Stack)
		processes := 1
		if i == 0 {
			processes = 2 // the first of a backend
		}
		if s.Changes.Create == 0 || s.Processes != processes || s.Prerequisite == (s.Stack == acme) {
			t.Errorf("%s = %+v, want things created in %d processes", s.Stack, s, processes)
		}
		if w.living(t, s.Stack) != w.recorded(t, s.Stack) {
			t.Errorf("%s: the cloud has %d things, the state %d", s.Stack, w.living(t, s.Stack), w.recorded(t, s.Stack))
		}
	}
	if !slices.Equal(got, []fleet.Stack{baseEast, ecsEast, acme}) {
		t.Errorf("stacks = %v", got)
	}
	if last := report.Stacks[2]; len(last.Outputs) == 0 {
		t.Errorf("acme publishes nothing: %+v", last)
	}
	for _, op := range []fleet.Operation{fleet.Preview, fleet.Refresh, fleet.Up} {
		for _, s := range w.must(t, op, "acme", baseEast.String(), ecsEast.String()).Stacks {
			if s.Changes.Any() || s.Changes.Same == 0 || s.Processes != 1 {
				t.Errorf("%s of %s = %+v, want nothing to do in one process", op, s.Stack, s)
			}
		}
	}
	w.must(t, fleet.Destroy, "acme", baseEast.String(), ecsEast.String())
	for _, s := range got {
		if n := w.living(t, s); n != 0 {
			t.Errorf("after destroy the cloud has %d things of %s", n, s)
		}
	}
}

// killWhen runs an up of acme and kills it as soon as the state says enough. It
// reports whether the up was killed before it was through.
func (w *field) killWhen(t *testing.T, pulumi bool, enough func(*checkpoint.Checkpoint) bool) bool {
	t.Helper()
	cmd := w.command(t, fleet.Up, "acme")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is killed on purpose
		close(ended)
	}()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ended:
			return false
		case <-ticker.C:
		}
		if state, err := w.store().Read(acme); err != nil || !enough(state) {
			continue
		}
		victim := cmd.Process.Pid
		if pulumi {
			locks, err := w.store().LockFiles(acme)
			if err != nil || len(locks) == 0 {
				continue
			}
			victim = locks[0].PID
		}
		process, err := os.FindProcess(victim)
		if err == nil {
			err = process.Kill()
		}
		<-ended
		return err == nil
	}
}

func TestAKilledUpConverges(t *testing.T) {
	t.Parallel()
	for _, pulumi := range []bool{false, true} {
		t.Run(fmt.Sprintf("pulumi %v", pulumi), func(t *testing.T) {
			t.Parallel()
			w := newSmallField(t)
			w.must(t, fleet.Up, ecsEast.String())
			killed := w.killWhen(t, pulumi, func(c *checkpoint.Checkpoint) bool { return len(c.Resources) > 8 })
			if !killed {
				t.Fatal("the up was through before it was killed")
			}
			w.must(t, fleet.Up, "acme")
			w.must(t, fleet.Preview, "acme")
			if w.living(t, acme) != w.recorded(t, acme) {
				t.Errorf("the cloud has %d things, the state %d", w.living(t, acme), w.recorded(t, acme))
			}
			state, err := w.store().Read(acme)
			if err != nil || len(state.Pending) != 0 {
				t.Errorf("the state has %d unfinished operations (%v)", len(state.Pending), err)
			}
		})
	}
}

func TestAnInterruptedUpSaysSoAndGoesOn(t *testing.T) {
	t.Parallel()
	for name, signals := range map[string][]os.Signal{"Ctrl-C": {os.Interrupt}, "the terminal goes, and says so twice": {syscall.SIGHUP, syscall.SIGHUP}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if signals[0] == syscall.SIGHUP && signal.Ignored(syscall.SIGHUP) {
				t.Skip("the tests were started to outlive their terminal, as with nohup, and so would be the command")
			}
			interrupt(t, signals)
		})
	}
}

func interrupt(t *testing.T, signals []os.Signal) {
	t.Helper()
	w := newSmallField(t)
	w.must(t, fleet.Up, baseEast.String())
	cmd := w.command(t, fleet.Up, "acme")
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for sent := false; !sent; {
		select {
		case err := <-ended:
			t.Fatalf("the up ended by itself: %v", err)
		case <-ticker.C:
		}
		if _, err := w.store().Read(ecsEast); err == nil {
			for _, signal := range signals {
				sent = cmd.Process.Signal(signal) == nil
			}
		}
	}
	var exit *exec.ExitError
	if err := <-ended; !errors.As(err, &exit) {
		t.Fatalf("the interrupted up ended with %v, want an exit code", err)
	}
	var report fleet.Report
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil || cmd.ProcessState.ExitCode() != fleet.ExitFailed {
		t.Fatalf("exit code %d, %v in %s", cmd.ProcessState.ExitCode(), err, stdout.String())
	}
	first, last := report.Stacks[0], report.Stacks[len(report.Stacks)-1]
	if first.Result != fleet.Failed || !strings.Contains(first.Error, "interrupted: its state holds") {
		t.Errorf("%s = %+v, want what its state holds", first.Stack, first)
	}
	if last.Stack != acme || last.Result != fleet.Skipped {
		t.Errorf("%s = %+v, want it skipped", last.Stack, last)
	}
	w.must(t, fleet.Up, "acme")
	w.must(t, fleet.Preview, "acme", ecsEast.String())
}

func TestTheProgramIsNotStartedByHand(t *testing.T) {
	t.Parallel()
	if code, err := run(nil); code != fleet.ExitUsage || err == nil || !strings.Contains(err.Error(), "cellctl") {
		t.Errorf("run = %d, %v, want what to run instead", code, err)
	}
	if code, err := run([]string{"--request", filepath.Join(t.TempDir(), "none")}); code != fleet.ExitFailed || err == nil {
		t.Errorf("run = %d, %v", code, err)
	}
}
