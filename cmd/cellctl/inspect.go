package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"cellworks/pkg/fleet"
)

// listedStack is one stack of the list. Its JSON is published: fields are added,
// never renamed.
type listedStack struct {
	fleet.Stack
	Account   string `json:"account"`
	Region    string `json:"region"`
	Client    string `json:"client"`
	Resources int    `json:"resources"`
	// Orphan says that there is state but no configuration.
	Orphan bool `json:"orphan"`
	// Ready says that others can read the stack's outputs.
	Ready bool `json:"ready"`
	// Remedy says what to do about an orphan.
	Remedy string `json:"remedy,omitempty"`
}

func (a *app) listCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List all stacks and what is up",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.list(c.Context()) },
	}
}

// list shows every stack of the configuration and every state. A state that
// cannot be read makes the command fail after the list.
func (a *app) list(ctx context.Context) error {
	w, err := a.workspace()
	if err != nil {
		return err
	}
	states, stateErr := w.states(ctx)
	graph, err := w.graph.WithStates(states)
	if err != nil {
		return err
	}
	stacks := []listedStack{}
	for _, n := range graph.Nodes() {
		state := states[n.Stack]
		if n.Orphan && state.Resources == 0 {
			continue // destroyed and no longer configured: only its history is left
		}
		listed := listedStack{
			Stack: n.Stack, Account: n.Account, Region: n.Region, Client: n.Client,
			Resources: state.Resources, Orphan: n.Orphan, Ready: state.Ready,
		}
		if n.Orphan {
			listed.Remedy = w.orphanRemedy(ctx, n.Stack)
		}
		stacks = append(stacks, listed)
	}
	if a.flags.json {
		err = a.print(struct {
			Stacks []listedStack `json:"stacks"`
		}{stacks})
	} else {
		err = a.listTable(stacks)
	}
	return errors.Join(err, stateErr)
}

func (a *app) listTable(stacks []listedStack) error {
	table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STACK\tACCOUNT\tREGION\tRESOURCES\tSTATUS")
	for _, s := range stacks {
		status := "not up"
		switch {
		case s.Orphan:
			status = "orphan: no configuration"
		case s.Ready && s.Resources > 0:
			status = "up"
		case s.Resources > 0:
			status = "incomplete"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\n", s.Stack, s.Account, s.Region, s.Resources, status)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, s := range stacks {
		if s.Orphan {
			fmt.Fprintf(a.stderr, "%s is an orphan: %s\n", s.Stack, s.Remedy)
		}
	}
	return nil
}

// stackOutputs is what one stack publishes.
type stackOutputs struct {
	fleet.Stack
	Outputs map[string]any `json:"outputs"`
}

func (a *app) outputsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "outputs [TARGET...]",
		Short: "Show what stacks publish; without a target, all that are up",
		RunE:  func(c *cobra.Command, args []string) error { return a.outputs(c.Context(), args) },
	}
}

func (a *app) outputs(ctx context.Context, targets []string) error {
	w, err := a.workspace()
	if err != nil {
		return err
	}
	states, err := w.states(ctx)
	if err != nil {
		return err
	}
	graph, err := w.graph.WithStates(states)
	if err != nil {
		return err
	}
	var stacks []fleet.Stack
	if len(targets) > 0 {
		if stacks, err = graph.Select(targets); err != nil {
			return usage(err)
		}
	} else {
		for _, n := range graph.Nodes() {
			if states[n.Stack].Resources > 0 {
				stacks = append(stacks, n.Stack)
			}
		}
	}
	all := []stackOutputs{}
	var missing []error
	for _, s := range stacks {
		outputs, err := w.outputs(ctx, s)
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && states[s].Resources == 0:
			missing = append(missing, fmt.Errorf("%s is not up: cellctl up %s", s, s))
		case err != nil:
			missing = append(missing, err)
		default:
			all = append(all, stackOutputs{s, outputs})
		}
	}
	if a.flags.json {
		err = a.print(struct {
			Stacks []stackOutputs `json:"stacks"`
		}{all})
	} else {
		err = a.outputsTable(all)
	}
	return errors.Join(append(missing, err)...)
}

// outputs reads the outputs of one stack, secrets masked.
func (w *workspace) outputs(ctx context.Context, s fleet.Stack) (map[string]any, error) {
	if store, ok := w.store(); ok {
		state, err := store.Read(s)
		if err != nil {
			return nil, err
		}
		return state.Outputs(), nil
	}
	remote, err := w.remote(ctx)
	if err != nil {
		return nil, err
	}
	return remote.outputs(ctx, s)
}

func (a *app) outputsTable(all []stackOutputs) error {
	table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	for i, s := range all {
		if i > 0 {
			fmt.Fprintln(table)
		}
		fmt.Fprintln(table, s.Stack)
		for _, key := range slices.Sorted(maps.Keys(s.Outputs)) {
			text, ok := s.Outputs[key].(string)
			if !ok {
				encoded, err := json.Marshal(s.Outputs[key])
				if err != nil {
					return err
				}
				text = string(encoded)
			}
			fmt.Fprintf(table, "  %s\t%s\n", key, text)
		}
	}
	return table.Flush()
}
