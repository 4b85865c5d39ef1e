package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"cellworks/pkg/fleet"
	"cellworks/pkg/naming"
)

// orphans returns the stacks that hold something and have no configuration, in
// dependency order.
func orphans(graph *fleet.Graph, states fleet.States) []fleet.Stack {
	var found []fleet.Stack
	for _, n := range graph.Nodes() {
		if n.Orphan && states[n.Stack].Resources > 0 {
			found = append(found, n.Stack)
		}
	}
	return found
}

// formerCells are the cells that are up without a configuration.
type formerCells fleet.States

// former returns them. A backend that is no folder is asked for a file that is only
// written, or printed, by nobody: it wants credentials.
func (a *app) former(ctx context.Context, w *workspace, f applyFlags) (formerCells, error) {
	if _, folder := w.store(); !folder && (f.noUp || f.dryRun) {
		return nil, nil
	}
	states, err := w.states(ctx)
	if err != nil {
		return nil, err
	}
	if err := w.learn(ctx, fleet.Strays(w.tree, states), states); err != nil {
		return nil, err
	}
	former := formerCells{}
	for stack, state := range states {
		if stack.Project == naming.ProjectCell && state.Resources > 0 && !slices.Contains(w.tree.Clients(), stack.Name) {
			former[stack] = state
		}
	}
	return former, nil
}

// held says which of them has a slot, or nothing.
func (f formerCells) held(account, region string, slot int) string {
	for _, stack := range slices.SortedFunc(maps.Keys(f), func(a, b fleet.Stack) int { return cmp.Compare(a.Name, b.Name) }) {
		if h := f[stack].Home; h.Account == account && h.Region == region && h.Slot == slot {
			return fmt.Sprintf("is that of %s, which is up and has no configuration", stack)
		}
	}
	return ""
}

// orphanRemedy says what to do about a stack that has state but no configuration. Git
// is asked for the revision that still has it; where it does not know, a person must.
func (w *workspace) orphanRemedy(ctx context.Context, stack fleet.Stack) string {
	if stack.Project != naming.ProjectCell {
		return fmt.Sprintf("restore its configuration, or, when its protection is off: cellctl destroy %s", stack)
	}
	revision := w.lastOf(ctx, stack.Name)
	return fmt.Sprintf("put its configuration back: %s; or let it go: when its deletionProtection is off, cellctl destroy %s, then add the line to %s that cellctl network check --since %s prints",
		w.restore(stack.Name, revision), stack, w.shown("network/retired.yaml"), revision)
}

// restore returns the command that puts a client's folder back.
func (w *workspace) restore(client, revision string) string {
	return fmt.Sprintf("git checkout %s -- %s", revision, w.shown(path.Join("clients", client)))
}

// lastOf returns the last revision that has a client's folder, or what a person has to
// fill in.
func (w *workspace) lastOf(ctx context.Context, client string) string {
	if revision, known := w.lastRevision(ctx, client); known {
		return revision
	}
	return "<revision>"
}

// lastRevision returns the last revision that has a client's folder, where git knows one.
func (w *workspace) lastRevision(ctx context.Context, client string) (revision string, known bool) {
	if client != path.Base(client) || strings.HasPrefix(client, ".") {
		return "", false // no folder of a client
	}
	folder := path.Join("clients", client)
	g := git{environ: w.environ, dir: w.tree.Dir()}
	if there, err := g.run(ctx, "ls-tree", "HEAD", "--", folder+"/"); err == nil && len(there) > 0 {
		return "HEAD", true
	}
	if gone, err := g.run(ctx, "log", "-n", "1", "--format=%h", "--diff-filter=D", "--", folder); err == nil && len(gone) > 0 {
		return strings.TrimSpace(string(gone)) + "^", true
	}
	return "", false
}

// shown returns how messages name a file of the configuration.
func (w *workspace) shown(name string) string {
	_, file := w.tree.ClientFile("x")
	return strings.TrimSuffix(file, "clients/x/cell.yaml") + name
}

// mentionOrphans says which stacks an operation leaves alone because nothing says any
// more what they should be.
func (a *app) mentionOrphans(ctx context.Context, w *workspace, op fleet.Operation, graph *fleet.Graph, states fleet.States) {
	if op != fleet.Up && op != fleet.Preview {
		return
	}
	for _, stack := range orphans(graph, states) {
		fmt.Fprintf(a.stderr, "warning: %s has state but no configuration and is left alone: %s\n", stack, w.orphanRemedy(ctx, stack))
	}
}
