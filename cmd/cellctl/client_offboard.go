package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/stateful"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/spelling"
)

// offboardStep is one step of taking a client off. Its JSON is published.
type offboardStep struct {
	Name string `json:"name"`
	// Status is done, open, or unknown: only a person can tell.
	Status string `json:"status"`
	What   string `json:"what"`
	// Commands are what to run or write, in order.
	Commands []string `json:"commands"`
}

const (
	stepDone    = "done"
	stepOpen    = "open"
	stepUnknown = "unknown"
)

func (a *app) offboardCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "offboard NAME",
		Short: "Print what is left to do when a client leaves; does none of it",
		Long: `Print the steps that take a client off, in order, each with its commands: suspend,
back up, allow the deletion of data, destroy, remove the directory, retire the
slot. What is done already is read from configuration and state; run it again
after each step. It changes nothing.`,
		Example: `  cellctl client offboard willow
  cellctl client offboard willow --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.offboard(c.Context(), args[0]) },
	}
}

func (a *app) offboard(ctx context.Context, client string) error {
	w, err := a.workspace()
	if err != nil {
		return err
	}
	states, err := w.states(ctx)
	if err != nil {
		return err
	}
	o := offboarding{workspace: w, client: client, stack: fleet.Stack{Project: naming.ProjectCell, Name: naming.StackCell(client)}}
	o.state = states[o.stack]
	o.cell, err = w.tree.Cell(client)
	o.configured = err == nil
	for _, r := range w.tree.Retired() {
		o.retired = o.retired || r.Kind == ipam.KindCell && r.Client == client
	}
	if !o.configured && o.state.Resources == 0 && !o.retired {
		// Between the removal of the directory and the line of its slot, git alone knows it.
		if _, removed := w.lastRevision(ctx, client); !removed {
			return usage(err)
		}
	}
	o.revision = w.lastOf(ctx, client)
	if err := w.protection(ctx, []fleet.Stack{o.stack}, states); err != nil {
		return err
	}
	o.state = states[o.stack]
	steps := o.steps(a)
	if a.flags.json {
		return a.print(struct {
			Client string         `json:"client"`
			Steps  []offboardStep `json:"steps"`
		}{client, steps})
	}
	for i, s := range steps {
		fmt.Fprintf(a.stdout, "%d. [%s] %s: %s\n", i+1, s.Status, s.Name, s.What)
		for _, command := range s.Commands {
			fmt.Fprintln(a.stdout, "       "+strings.ReplaceAll(command, "\n", "\n       "))
		}
	}
	return nil
}

// offboarding is what is known of a client that leaves.
type offboarding struct {
	*workspace
	client     string
	stack      fleet.Stack
	state      fleet.State
	cell       config.Cell
	configured bool
	// retired says that the ledger has the slot of a client of that name.
	retired bool
	// revision is the last one that has the client's directory.
	revision string
}

func (o *offboarding) up() bool { return o.state.Resources > 0 }

// steps returns the steps in order. Commands of what is done are left out.
func (o *offboarding) steps(a *app) []offboardStep {
	steps := []offboardStep{o.suspend(), o.backup(), o.decommission(a), o.destroy(), o.remove(), o.retire(a)}
	for i := range steps {
		if steps[i].Status == stepDone || steps[i].Commands == nil {
			steps[i].Commands = []string{}
		}
	}
	return steps
}

func status(done bool) string {
	if done {
		return stepDone
	}
	return stepOpen
}

func (o *offboarding) suspend() offboardStep {
	return offboardStep{
		Name: "suspend", Status: status(!o.up() || !o.configured || o.cell.State == config.Suspended),
		What:     "close the client's ingress and end its services, so that its data changes no more",
		Commands: []string{"cellctl client suspend " + o.client},
	}
}

// backup lists what the state says that holds data.
func (o *offboarding) backup() offboardStep {
	s := offboardStep{Name: "final backup", Status: stepUnknown, What: "copy what the contract and the law want kept out of the cell, and try to read the copy"}
	if !o.up() {
		s.Status, s.What = stepDone, "the cell is gone"
		return s
	}
	store, ok := o.store()
	if !ok {
		return s
	}
	state, err := store.Read(o.stack)
	if err != nil {
		return s
	}
	for _, r := range state.Resources {
		if what := stateful.Holds(r.URN); what != "" && r.Custom && !r.Delete {
			s.Commands = append(s.Commands, fmt.Sprintf("%s %s: %s", r.Type, r.ID, what))
		}
	}
	return s
}

// keeping are the modules that are on and keep data, as decommission names them.
func (o *offboarding) keeping() []string {
	var on []string
	for name, enabled := range map[string]bool{
		"storage": o.cell.Storage.Enabled, "database": o.cell.Database.Enabled, "files": o.cell.Files.Enabled, "backup": o.cell.Backup.Enabled,
	} {
		if enabled {
			on = append(on, name)
		}
	}
	slices.Sort(on)
	return on
}

func (o *offboarding) decommission(a *app) offboardStep {
	s := offboardStep{Name: "decommission", What: "say in the client's file which data may be deleted, and why; switch its protection off; bring the cell up to that"}
	if !o.up() {
		s.Status = stepDone
		return s
	}
	if !o.configured {
		s.Status = status(len(o.state.Protected) == 0)
		s.Commands = []string{o.restore(o.client, o.revision) + "   # without its file, the protection cannot be switched off"}
		return s
	}
	var missing []string
	for _, name := range o.keeping() {
		if !slices.ContainsFunc(o.cell.Decommission, func(d config.Decommission) bool { return d.Name == name }) {
			missing = append(missing, name)
		}
	}
	s.Status = status(len(missing) == 0 && len(o.state.Protected) == 0)
	_, file := o.tree.ClientFile(o.client)
	text := "in " + file + ":"
	if len(o.state.Protected) > 0 || o.cell.DeletionProtection {
		text += "\ndeletionProtection: false"
	}
	if len(missing) > 0 {
		text += "\ndecommission:"
		day := a.clock().UTC().Format("2006-01-02")
		for _, name := range missing {
			text += fmt.Sprintf("\n  - {name: %s, reason: the contract ended and the data was handed over, date: %q}", name, day)
		}
	}
	up := "cellctl up " + o.client
	if n := len(o.state.Protected); n > 0 {
		up += "   # takes the protection off " + spelling.Count(n, "resource")
	}
	s.Commands = []string{text, up}
	return s
}

func (o *offboarding) destroy() offboardStep {
	return offboardStep{
		Name: "destroy", Status: status(!o.up()), What: "delete everything that the cell has created",
		Commands: []string{"cellctl destroy " + o.stack.String()},
	}
}

func (o *offboarding) remove() offboardStep {
	return offboardStep{
		Name: "remove the directory", Status: status(!o.configured), What: "nothing should make the cell again; while it is up, its directory must stay",
		Commands: []string{"git rm -r " + o.shown("clients/"+o.client)},
	}
}

func (o *offboarding) retire(a *app) offboardStep {
	s := offboardStep{
		Name: "retire the slot", Status: status(!o.configured && o.retired),
		What: "with the directory's removal, add a line to " + o.shown("network/retired.yaml") + ", with the day on which the last resource was deleted",
	}
	if line, err := o.tree.RetiredLine(o.client, a.clock()); err == nil {
		s.Commands = strings.Split(line, "\n") // a VPC of its own has a line too
	} else {
		s.Commands = []string{fmt.Sprintf("cellctl network check --since %s   # prints the line", o.revision)}
	}
	return s
}
