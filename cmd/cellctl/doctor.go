package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/lock"
	"cellworks/pkg/fleet/simserver"
	"cellworks/pkg/simcloud"
	"cellworks/pkg/spelling"
)

// minFree is the disk space in bytes below which the first build may not fit: the
// build cache of the provider SDKs is about 4 GB.
const minFree = 6 << 30

// check is one finding of doctor.
type check struct {
	Name string `json:"name"`
	// Status is ok, warning or failed.
	Status string `json:"status"`
	Detail string `json:"detail"`
	// Remedy is empty when nothing needs to be done.
	Remedy string `json:"remedy"`
}

const (
	statusOK      = "ok"
	statusWarning = "warning"
	statusFailed  = "failed"
)

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check everything that cellctl needs, and say how to mend what is wrong",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.doctor(c.Context()) },
	}
}

func (a *app) doctor(ctx context.Context) error {
	checks := []check{a.checkConfig()}
	w, err := a.workspace()
	if err == nil {
		checks = append(checks, checkGo(ctx, w), checkGit(ctx), checkDisk(w), checkPulumi(ctx, w), checkProgram(w))
		checks = append(checks, checkLocks(w)...)
		checks = append(checks, checkStates(ctx, w)...)
		checks = append(checks, checkCloud(ctx, w)...)
	} else if checks[0].Status == statusOK {
		checks = append(checks, check{"repository", statusFailed, err.Error(), "run cellctl inside of the repository"})
	}
	failed := 0
	for _, c := range checks {
		if c.Status == statusFailed {
			failed++
		}
		if !a.flags.json {
			fmt.Fprintf(a.stdout, "%-8s %-10s %s\n", c.Status, c.Name, c.Detail)
			if c.Remedy != "" {
				fmt.Fprintf(a.stdout, "%19s remedy: %s\n", "", c.Remedy)
			}
		}
	}
	if a.flags.json {
		err := a.print(struct {
			Checks []check `json:"checks"`
		}{checks})
		if err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %s failed", failed, spelling.Count(len(checks), "check"))
	}
	return nil
}

func (a *app) checkConfig() check {
	tree, err := a.tree()
	var problems config.Problems
	switch {
	case errors.As(err, &problems):
		return check{"config", statusFailed, fmt.Sprintf("%s, the first: %s", spelling.Count(len(problems), "problem"), problems[0]), "cellctl config validate"}
	case err != nil:
		return check{"config", statusFailed, err.Error(), "name the configuration directory with --configs or CELLWORKS_CONFIGS"}
	}
	return check{"config", statusOK, tree.Dir() + ": " + contents(tree), ""}
}

func checkGo(ctx context.Context, w *workspace) check {
	path, err := w.tools.Go()
	if err != nil {
		return check{"go", statusFailed, err.Error(), "install Go from https://go.dev/dl"}
	}
	out, err := exec.CommandContext(ctx, path, "version").Output()
	if err != nil {
		return check{"go", statusFailed, fmt.Sprintf("%s version: %v", path, err), "install Go from https://go.dev/dl"}
	}
	return check{"go", statusOK, strings.TrimSpace(string(out)) + ", " + path, ""}
}

func checkGit(ctx context.Context) check {
	out, err := exec.CommandContext(ctx, "git", "--version").Output()
	if err != nil {
		return check{"git", statusWarning, "git does not run: " + err.Error(), "install git; only work on the repository itself needs it"}
	}
	return check{"git", statusOK, strings.TrimSpace(string(out)), ""}
}

func checkDisk(w *workspace) check {
	free, err := freeSpace(w.layout.Root())
	if err != nil {
		return check{"disk", statusWarning, err.Error(), ""}
	}
	detail := fmt.Sprintf("%d GB free", free>>30)
	if free < minFree {
		return check{"disk", statusWarning, detail, fmt.Sprintf("the first build needs about %d GB for modules and build cache", minFree>>30)}
	}
	return check{"disk", statusOK, detail, ""}
}

func checkPulumi(ctx context.Context, w *workspace) check {
	found, pinned, err := w.tools.FindPulumi(ctx)
	switch {
	case err != nil:
		return check{"pulumi", statusFailed, err.Error(), "restore tools/go.mod"}
	case found.Path == "":
		return check{"pulumi", statusWarning, fmt.Sprintf("none on PATH that is v%s or newer, and none built yet", pinned), "nothing: the first command that needs it builds it"}
	}
	return check{"pulumi", statusOK, "v" + found.Version + ", " + found.Path, ""}
}

func checkProgram(w *workspace) check {
	if !w.tools.FreshCellworks() {
		return check{"cellworks", statusWarning, "the program binary is missing or older than its source", "nothing: the next command that needs it builds it"}
	}
	return check{"cellworks", statusOK, "the program binary is up to date", ""}
}

// checkLocks looks for stacks that somebody works on and for locks that nobody holds.
func checkLocks(w *workspace) []check {
	var checks []check
	host, err := os.Hostname()
	if err != nil {
		return []check{{"locks", statusFailed, err.Error(), ""}}
	}
	store, isFolder := w.store()
	for _, n := range w.graph.Nodes() {
		if holder, held := lock.Held(w.layout.StackLock(n.Stack)); held {
			checks = append(checks, check{"locks", statusWarning, (&lock.HeldError{What: n.Stack.String(), Holder: holder}).Error(), ""})
			continue
		}
		if !isFolder {
			continue
		}
		files, err := store.LockFiles(n.Stack)
		if err != nil {
			checks = append(checks, check{"locks", statusFailed, err.Error(), ""})
		}
		for _, f := range files {
			if f.Stale(host) {
				checks = append(checks, check{"locks", statusWarning, fmt.Sprintf("%s is locked by a process that is gone: %s", n.Stack, f), "nothing: the next command that changes the stack removes it"})
			} else {
				checks = append(checks, check{"locks", statusWarning, fmt.Sprintf("%s is locked by %s", n.Stack, f), "wait for that process to end; if it runs nowhere, delete the lock file"})
			}
		}
	}
	if len(checks) == 0 {
		checks = append(checks, check{"locks", statusOK, "nobody is working on a stack", ""})
	}
	return checks
}

func checkStates(ctx context.Context, w *workspace) []check {
	states, err := w.states(ctx)
	var checks []check
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			checks = append(checks, check{"state", statusFailed, strings.TrimSpace(line), ""})
		}
	}
	up := 0
	for _, s := range states {
		if s.Resources > 0 {
			up++
		}
	}
	checks = append(checks, check{"state", statusOK, fmt.Sprintf("%s up in %s", spelling.Count(up, "stack"), w.layout.Backend(w.backend.URL)), ""})
	graph, err := w.graph.WithStates(states)
	if err != nil {
		return append(checks, check{"state", statusFailed, err.Error(), ""})
	}
	for _, stack := range orphans(graph, states) {
		checks = append(checks, check{"state", statusWarning, fmt.Sprintf("%s has state but no configuration", stack), w.orphanRemedy(ctx, stack)})
	}
	return checks
}

// checkCloud looks into the simulated cloud's store.
func checkCloud(ctx context.Context, w *workspace) []check {
	if w.cloud != config.Simulated {
		return nil
	}
	if _, err := os.Stat(w.layout.Sim()); errors.Is(err, os.ErrNotExist) {
		return append([]check{{"cloud", statusOK, "the simulated cloud is empty", ""}}, checkLost(ctx, w, nil)...)
	}
	cloud, err := simcloud.Open(simcloud.Options{Dir: w.layout.Sim()})
	if err != nil {
		return []check{{"cloud", statusFailed, err.Error(), "cellctl sim reset"}}
	}
	objects, err := cloud.Objects(ctx, simcloud.Filter{})
	if err := errors.Join(err, cloud.Close()); err != nil {
		return []check{{"cloud", statusFailed, err.Error(), "cellctl sim reset"}}
	}
	checks := []check{{"cloud", statusOK, fmt.Sprintf("the simulated cloud has %s in %s", spelling.Count(len(objects), "thing"), filepath.Base(w.layout.Sim())), ""}}
	checks = append(checks, checkLost(ctx, w, objects)...)
	if info, running := simserver.Running(w.layout); running {
		checks = append(checks, check{"cloud", statusOK, fmt.Sprintf("its server runs in the background (pid %d)", info.PID), ""})
	}
	return checks
}

// checkLost looks for stacks whose state says that they are up while the simulated
// cloud has nothing of them, as after its folder was deleted.
func checkLost(ctx context.Context, w *workspace, objects []simcloud.Object) []check {
	has := map[fleet.Stack]bool{}
	for _, o := range objects {
		if stack, ok := fleet.StackOf(o.URN); ok {
			has[stack] = true
		}
	}
	states, _ := w.states(ctx) // what cannot be read another check reports
	var lost []string
	for stack, state := range states {
		if state.Resources > 0 && !has[stack] {
			lost = append(lost, stack.String())
		}
	}
	if len(lost) == 0 {
		return nil
	}
	slices.Sort(lost)
	const shown = 5
	names := strings.Join(lost[:min(len(lost), shown)], ", ")
	if more := len(lost) - shown; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return []check{{
		"cloud", statusFailed,
		fmt.Sprintf("%s with state and nothing in the simulated cloud: %s", spelling.Count(len(lost), "stack"), names),
		"cellctl sim reset starts over with no state either; cellctl refresh makes single states forget what is not there",
	}}
}
