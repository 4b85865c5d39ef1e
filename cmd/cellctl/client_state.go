package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
)

// clientStateCommand returns suspend or resume.
func (a *app) clientStateCommand(state config.CellState) *cobra.Command {
	verb, short, long := "resume", "Serve a suspended client again", `Remove state: suspended from the client's file, keeping its comments and layout,
show the preview, ask, and bring the cell up.`
	if state == config.Suspended {
		verb, short, long = "suspend", "Stop serving a client and keep its data", `Write state: suspended into the client's file, keeping its comments and layout,
show the preview, ask, and bring the cell up: ingress is closed, no service runs,
and all data is kept. client resume takes it back.`
	}
	f := applyFlags{}
	c := &cobra.Command{
		Use:   verb + " NAME",
		Short: short,
		Long:  long,
		Example: fmt.Sprintf(`  cellctl client %[1]s willow
  cellctl client %[1]s willow --dry-run
  cellctl client %[1]s willow --yes --json`, verb),
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.setClientState(c.Context(), verb, args[0], state, f)
		},
	}
	a.applyFlags(c, &f)
	return c
}

func (a *app) setClientState(ctx context.Context, verb, client string, state config.CellState, f applyFlags) error {
	w, err := a.workspace()
	if err != nil {
		return err
	}
	fixed, err := w.tree.SetState(client, state)
	if err != nil {
		return usage(err)
	}
	if err := a.asksSomebody(f, "client "+verb); err != nil {
		return err
	}
	before, err := os.ReadFile(fixed.Path)
	if err != nil {
		return err
	}
	file := clientFile{fixed.File, string(fixed.Text)}
	if f.dryRun {
		return a.showFile(file, nil)
	}
	c := change{client: client, file: file, undone: "is again as it was", typed: fmt.Sprintf("cellctl client %s %s", verb, client)}
	if bytes.Equal(before, fixed.Text) {
		// An up that failed is gone on with by the same command.
		fmt.Fprintf(a.stderr, "%s says already that the client is %s\n", fixed.File, state)
	} else {
		c.undo = func() error { return replaceFile(fixed.Path, before) }
		if err := replaceFile(fixed.Path, fixed.Text); err != nil {
			return fmt.Errorf("changing %s: %w", fixed.File, err)
		}
		if w, err = a.workspace(); err != nil {
			return a.takeBack(c, errors.Join(fmt.Errorf("with state %s the configuration is not valid", state), err))
		}
		fmt.Fprintf(a.stderr, "%s now says that the client is %s\n", fixed.File, state)
	}
	if f.noUp {
		return a.showFile(file, nil)
	}
	return a.follow(ctx, w, c)
}
