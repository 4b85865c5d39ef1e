package fleet

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Operation is what is done to a stack.
type Operation string

// The operations of the command line.
const (
	Up      Operation = "up"
	Preview Operation = "preview"
	Destroy Operation = "destroy"
	Refresh Operation = "refresh"
)

// Valid reports whether o is one of the operations above.
func (o Operation) Valid() bool {
	return slices.Contains([]Operation{Up, Preview, Destroy, Refresh}, o)
}

// Changes reports whether the operation may change the cloud or the state.
func (o Operation) Changes() bool { return o != Preview }

// State is what a backend knows about a stack.
type State struct {
	// Resources counts what the state holds, components and providers included,
	// references to other stacks left out.
	Resources int
	// Protected are the type and name of what Pulumi refuses to delete.
	Protected []string
	// Ready says that the stack has come up completely at least once: others can
	// read its outputs.
	Ready bool
	// Modules are the modules of a cell that are up (config.OutputModules); nil where the
	// backend does not say.
	Modules []string
	// Home is where a cell is that is up; empty where the backend or the stack does not say.
	Home Home
	// References are the stacks whose outputs this one has read.
	References []Stack
}

// States is what a backend knows, by stack. A stack without state is not in it.
type States map[Stack]State

// Step is one stack of a plan.
type Step struct {
	Stack Stack `json:"stack"`
	// After are the stacks of the same plan that must succeed first.
	After []Stack `json:"after"`
	// Prerequisite says that the stack was not asked for but is needed.
	Prerequisite bool `json:"prerequisite"`
	// Blind are stacks that the stack reads and that are not up; only in a preview, which
	// cannot look through them.
	Blind []Stack `json:"blind,omitempty"`
}

// Plan is what one command does, in an order in which every step comes after
// those that it waits for.
type Plan struct {
	Operation Operation `json:"operation"`
	Steps     []Step    `json:"steps"`
}

// Stacks returns the stacks of all steps.
func (p Plan) Stacks() []Stack {
	stacks := make([]Stack, len(p.Steps))
	for i, s := range p.Steps {
		stacks[i] = s.Stack
	}
	return stacks
}

// Prerequisites returns the stacks that were added to those asked for.
func (p Plan) Prerequisites() []Stack {
	var stacks []Stack
	for _, s := range p.Steps {
		if s.Prerequisite {
			stacks = append(stacks, s.Stack)
		}
	}
	return stacks
}

// NeededError refuses to destroy stacks that others still build on.
type NeededError struct {
	// By lists, for each stack that cannot go, the existing stacks that need it.
	By map[Stack][]Stack
}

// Error names every stack and who needs it, and the remedy.
func (e *NeededError) Error() string {
	stacks := make([]Stack, 0, len(e.By))
	for s := range e.By {
		stacks = append(stacks, s)
	}
	slices.SortFunc(stacks, Stack.compare)
	lines := make([]string, len(stacks))
	all := map[Stack]bool{}
	for i, s := range stacks {
		lines[i] = fmt.Sprintf("%s is still needed by %s", s, join(e.By[s]))
		for _, by := range e.By[s] {
			all[by] = true
		}
	}
	others := make([]Stack, 0, len(all))
	for s := range all {
		others = append(others, s)
	}
	slices.SortFunc(others, Stack.compare)
	return fmt.Sprintf("%s (destroy them first, or name them too: %s)", strings.Join(lines, "; "), join(others))
}

func join(stacks []Stack) string {
	names := make([]string, len(stacks))
	for i, s := range stacks {
		names[i] = s.String()
	}
	return strings.Join(names, ", ")
}

// ProtectedError refuses to destroy stacks that hold something protected. Without
// it the engine would delete everything else first.
type ProtectedError struct {
	// Resources lists what is protected, by stack.
	Resources map[Stack][]string
}

// Error names every stack and what protects it, and the remedy.
func (e *ProtectedError) Error() string {
	stacks := make([]Stack, 0, len(e.Resources))
	for s := range e.Resources {
		stacks = append(stacks, s)
	}
	slices.SortFunc(stacks, Stack.compare)
	lines := make([]string, len(stacks))
	for i, s := range stacks {
		lines[i] = fmt.Sprintf("%s is protected from deletion by %s", s, strings.Join(e.Resources[s], ", "))
	}
	return fmt.Sprintf("%s (nothing has been touched; if they really must go, set deletionProtection: false in their configuration, "+
		"which an orphan gets back first (cellctl list says how), run cellctl up on them, then destroy)", strings.Join(lines, "; "))
}

// Plan returns what op on targets does, given what is up.
//
// Up and preview include everything that a target needs and that is not ready
// yet, unless noDeps. A preview of a stack that needs one that is not ready is
// planned but cannot be made (Step.Blind). Destroy runs in the opposite order and fails with a
// NeededError when an existing stack that is not a target needs one of them, and
// with a ProtectedError when one of them holds something protected;
// noDeps does not lift that. Refresh touches the targets only, in any order.
func (g *Graph) Plan(op Operation, targets []Stack, states States, noDeps bool) (Plan, error) {
	if !op.Valid() {
		return Plan{}, fmt.Errorf("unknown operation %q", op)
	}
	chosen := map[Stack]bool{}
	for _, t := range targets {
		if _, ok := g.nodes[t]; !ok {
			return Plan{}, fmt.Errorf("stack %s is not part of the organization", t)
		}
		chosen[t] = true
	}
	plan := Plan{Operation: op}
	switch op {
	case Up, Preview:
		plan.Steps = g.forward(targets, chosen, states, noDeps)
		if op == Preview {
			g.blind(plan.Steps, states)
		}
	case Destroy:
		if err := errors.Join(g.needed(chosen, states), protected(chosen, states)); err != nil {
			return Plan{}, err
		}
		plan.Steps = g.backward(chosen, states)
	case Refresh:
		for _, s := range g.order {
			if chosen[s] {
				plan.Steps = append(plan.Steps, Step{Stack: s})
			}
		}
	}
	return plan, nil
}

func (g *Graph) forward(targets []Stack, chosen map[Stack]bool, states States, noDeps bool) []Step {
	included := map[Stack]bool{}
	for s := range chosen {
		included[s] = true
	}
	if !noDeps {
		for s := range g.closure(targets) {
			if !states[s].Ready {
				included[s] = true
			}
		}
	}
	var steps []Step
	for _, s := range g.order {
		if !included[s] {
			continue
		}
		needs := g.closure([]Stack{s})
		steps = append(steps, Step{Stack: s, After: g.among(included, needs), Prerequisite: !chosen[s]})
	}
	return steps
}

// blind marks the steps that read a stack that is not ready.
func (g *Graph) blind(steps []Step, states States) {
	for i, step := range steps {
		needs := g.closure([]Stack{step.Stack})
		for _, s := range g.order {
			if needs[s] && !states[s].Ready {
				steps[i].Blind = append(steps[i].Blind, s)
			}
		}
	}
}

func (g *Graph) backward(chosen map[Stack]bool, states States) []Step {
	dependents := map[Stack]map[Stack]bool{}
	for s := range chosen {
		for need := range g.needs(s, states) {
			if dependents[need] == nil {
				dependents[need] = map[Stack]bool{}
			}
			dependents[need][s] = true
		}
	}
	var steps []Step
	for _, s := range slices.Backward(g.order) {
		if chosen[s] {
			steps = append(steps, Step{Stack: s, After: g.among(chosen, dependents[s])})
		}
	}
	return steps
}

// among returns the stacks of both sets, in dependency order.
func (g *Graph) among(a, b map[Stack]bool) []Stack {
	var stacks []Stack
	for _, s := range g.order {
		if a[s] && b[s] {
			stacks = append(stacks, s)
		}
	}
	return stacks
}

// needed returns a NeededError when a stack outside of chosen has state and
// needs one of chosen.
func (g *Graph) needed(chosen map[Stack]bool, states States) error {
	by := map[Stack][]Stack{}
	for _, s := range g.order {
		if chosen[s] || states[s].Resources == 0 {
			continue
		}
		for need := range g.needs(s, states) {
			if chosen[need] && states[need].Resources > 0 {
				by[need] = append(by[need], s)
			}
		}
	}
	if len(by) > 0 {
		return &NeededError{By: by}
	}
	return nil
}

// protected returns a ProtectedError when one of the stacks holds something
// protected.
func protected(chosen map[Stack]bool, states States) error {
	found := map[Stack][]string{}
	for s := range chosen {
		if names := states[s].Protected; len(names) > 0 {
			found[s] = names
		}
	}
	if len(found) > 0 {
		return &ProtectedError{Resources: found}
	}
	return nil
}

// needs returns what a stack builds on: what its configuration says and what its
// state has read.
func (g *Graph) needs(s Stack, states States) map[Stack]bool {
	needs := g.closure([]Stack{s})
	for _, ref := range states[s].References {
		if ref != s {
			needs[ref] = true
		}
	}
	return needs
}
