package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"cellworks/pkg/fleet"
)

// preflight refuses a plan that would move addresses or drop data of what is up (see
// fleet.Graph.Preflight), or that needs more than the service quotas of an account.
func (a *app) preflight(ctx context.Context, w *workspace, graph *fleet.Graph, plan fleet.Plan, states fleet.States) error {
	if plan.Operation != fleet.Up && plan.Operation != fleet.Preview {
		return nil
	}
	published := map[fleet.Stack]fleet.Addresses{}
	for _, stack := range graph.Bases(plan, states) {
		outputs, err := w.outputs(ctx, stack)
		if errors.Is(err, fs.ErrNotExist) {
			continue // destroyed a moment ago
		}
		if err != nil {
			return fmt.Errorf("reading the addresses of %s: %w", stack, err)
		}
		if at, ok := fleet.AddressesOf(outputs); ok {
			published[stack] = at
		}
	}
	if err := w.learn(ctx, fleet.Doubtful(w.tree, plan, states), states); err != nil {
		return err
	}
	if err := graph.Preflight(w.tree, plan, states, published, a.clock()); err != nil {
		return usage(err)
	}
	return a.quotas(w.tree, graph, plan)
}

// learn adds to states what cells that are up have published, where the backend did not
// say it with the list of stacks: asking costs a process a stack.
func (w *workspace) learn(ctx context.Context, stacks []fleet.Stack, states fleet.States) error {
	for _, stack := range stacks {
		outputs, err := w.outputs(ctx, stack)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("reading the outputs of %s: %w", stack, err)
		}
		state := states[stack]
		state.Modules, state.Home = fleet.ModulesOf(outputs), fleet.HomeOf(outputs)
		states[stack] = state
	}
	return nil
}
