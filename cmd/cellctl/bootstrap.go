package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"cellworks/pkg/bootstrap"
	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/lock"
)

// exitWaiting says that a person must do something before the bootstrap goes on.
const exitWaiting = 4

// stateStep is the step after which the state of stacks can be asked for.
const stateStep = "state"

// bootstrapFlags say what to do of a bootstrap.
type bootstrapFlags struct {
	plan, dryRun, resume, restart bool
	show                          string
	done                          []string
}

func (a *app) bootstrapCommand() *cobra.Command {
	f := bootstrapFlags{}
	c := &cobra.Command{
		Use:   "bootstrap",
		Short: "Get from nothing to Jenkins, step by step",
		Long: `Get from empty accounts to Jenkins, which brings up the rest. The steps are
printed first. Those that are stacks are brought up by cellctl up. Those that need
rights or secrets which no deployment has are a person's: their script is printed,
and commands that change nothing check whether it has been run. A person's word is
taken only where there is nothing to look at.

What was done is kept in .cellworks/bootstrap; --resume goes on behind it. Every step
can be done twice. With the simulated cloud there is nothing outside of the stacks,
and no Jenkins: all stacks are brought up from here.

  cellctl bootstrap --plan
  cellctl bootstrap --plan --show state
  cellctl bootstrap
  cellctl bootstrap --resume --yes --done organization

Exit codes: those of cellctl, and 4 when it waits for a person and nobody is there.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.bootstrap(c.Context(), f) },
	}
	c.Flags().BoolVar(&f.plan, "plan", false, "only print the steps and how far they are")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "the same as --plan")
	c.Flags().BoolVar(&f.resume, "resume", false, "go on with the bootstrap that was begun")
	c.Flags().BoolVar(&f.restart, "restart", false, "forget what was recorded and begin again; nothing is deleted")
	c.Flags().StringVar(&f.show, "show", "", "print this step with its script and checks, and do nothing")
	c.Flags().StringArrayVar(&f.done, "done", nil, "say that a person has done this step, which has no checks; may be repeated")
	c.Flags().BoolVarP(&a.flags.yes, "yes", "y", false, "do not ask: stop where a person must act")
	return c
}

// bootstrap plans, prints the plan and, unless that was all, goes through it.
func (a *app) bootstrap(ctx context.Context, f bootstrapFlags) error {
	w, err := a.workspace()
	if err != nil {
		return err
	}
	h := &bootstrapHost{app: a, workspace: w, reader: bufio.NewReader(a.stdin)}
	h.file = filepath.Join(w.layout.Work(), "bootstrap", string(w.cloud)+".json")
	if h.progress, err = bootstrap.Load(h.file); err != nil {
		return usage(err)
	}
	engine, states, err := h.engine(ctx)
	if err != nil {
		return err
	}
	if f.show != "" {
		return a.showStep(engine.Steps, f.show)
	}
	if f.plan || f.dryRun {
		return a.printPlan(engine.Steps, states, h.progress)
	}
	if begun := len(h.progress.Steps) > 0; begun && !f.resume && !f.restart {
		return usage(fmt.Errorf("a bootstrap was begun (%s): go on with --resume, or forget what was recorded with --restart", h.file))
	}
	held, err := lock.Acquire(filepath.Join(w.layout.Locks(), "bootstrap.lock"), "the bootstrap",
		lock.Holder{PID: os.Getpid(), Command: "cellctl bootstrap", Since: a.clock()})
	if err != nil {
		return usage(err)
	}
	defer func() { _ = held.Release() }() // it goes with the process anyway
	if f.restart {
		h.progress = bootstrap.Progress{Steps: map[string]bootstrap.Record{}}
		if engine, states, err = h.engine(ctx); err != nil {
			return err
		}
	}
	return a.runBootstrap(ctx, h, engine, states, f.done)
}

// runBootstrap goes through the steps. As long as the place of the state is not there,
// nobody knows what is up: the steps are planned again behind the one that makes it.
func (a *app) runBootstrap(ctx context.Context, h *bootstrapHost, engine bootstrap.Engine, states fleet.States, done []string) error {
	if err := a.printPlanTo(engine.Steps, states, h.progress); err != nil {
		return err
	}
	for _, id := range done {
		if err := engine.Confirm(id); err != nil {
			return usage(err)
		}
	}
	if !h.stateKnown() {
		at := slices.IndexFunc(engine.Steps, func(s bootstrap.Step) bool { return s.ID == stateStep })
		first := engine
		first.Steps = engine.Steps[:at+1]
		if err := a.waiting(first.Run(ctx)); err != nil || a.code != 0 {
			return err
		}
		var err error
		if engine, _, err = h.engine(ctx); err != nil {
			return err
		}
		engine.Steps = engine.Steps[at+1:]
	}
	if err := a.waiting(engine.Run(ctx)); err != nil || a.code != 0 {
		return err
	}
	if a.flags.json {
		return a.print(bootstrapReport{Done: true})
	}
	fmt.Fprintln(a.stdout, "everything is done")
	return nil
}

// bootstrapReport is the JSON of a bootstrap that ended. It is published: fields are
// added, never renamed.
type bootstrapReport struct {
	Done bool `json:"done"`
	// Waiting is the step that waits for a person, Missing why it does not count as done.
	Waiting *bootstrap.Step `json:"waiting,omitempty"`
	Missing []string        `json:"missing,omitempty"`
}

// waiting shows what a person must do, where that is why the bootstrap ended, and sets
// the exit code. Other errors it returns.
func (a *app) waiting(err error) error {
	var waits *bootstrap.WaitingError
	if !errors.As(err, &waits) {
		return err
	}
	a.code = exitWaiting
	if a.flags.json {
		report := bootstrapReport{Waiting: &waits.Step}
		for _, missing := range waits.Missing {
			report.Missing = append(report.Missing, missing.Error())
		}
		return a.print(report)
	}
	fmt.Fprintln(a.stdout, "\n"+describe(waits.Step, waits.Missing))
	switch {
	case waits.Step.Blocked != "":
		fmt.Fprintln(a.stdout, "Then: cellctl bootstrap --resume")
	case len(waits.Step.Checks) == 0:
		fmt.Fprintf(a.stdout, "When it is done: cellctl bootstrap --resume --done %s\n", waits.Step.ID)
	default:
		fmt.Fprintln(a.stdout, "When it is done: cellctl bootstrap --resume, which checks it")
	}
	return nil
}

// plannedStep is a step of the plan with how far it is.
type plannedStep struct {
	bootstrap.Step
	Status bootstrap.Status `json:"status"`
	Who    string           `json:"who"`
}

// printPlan prints the steps as the result of the command.
func (a *app) printPlan(steps []bootstrap.Step, states fleet.States, progress bootstrap.Progress) error {
	if !a.flags.json {
		return a.printPlanTo(steps, states, progress)
	}
	planned := []plannedStep{}
	for _, step := range steps {
		planned = append(planned, plannedStep{step, step.Status(states, progress), step.Who()})
	}
	return a.print(struct {
		Steps []plannedStep `json:"steps"`
	}{planned})
}

// printPlanTo prints the steps as a table: where the command's result is JSON, beside
// it.
func (a *app) printPlanTo(steps []bootstrap.Step, states fleet.States, progress bootstrap.Progress) error {
	out := a.stdout
	if a.flags.json {
		out = a.stderr
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STEP\tWHO\tSTATUS\tWHAT")
	for _, step := range steps {
		what := step.Title
		if len(step.Stacks) > 0 {
			what += ": " + names(step.Stacks)
		}
		if step.NotNeeded != "" {
			what += ": " + step.NotNeeded
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", step.ID, step.Who(), step.Status(states, progress), what)
	}
	return table.Flush()
}

// showStep prints one step whole.
func (a *app) showStep(steps []bootstrap.Step, id string) error {
	var ids []string
	for _, step := range steps {
		if step.ID != id {
			ids = append(ids, step.ID)
			continue
		}
		if a.flags.json {
			return a.print(step)
		}
		fmt.Fprint(a.stdout, describe(step, nil))
		return nil
	}
	return usage(fmt.Errorf("--show %s: no such step (%s)", id, hint(id, ids, "steps")))
}

// describe returns a step as a person reads it.
func describe(step bootstrap.Step, missing []error) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s\n", step.ID, step.Title)
	if step.NotNeeded != "" {
		fmt.Fprintf(&text, "Not needed: %s.\n", step.NotNeeded)
	}
	for _, note := range step.Notes {
		fmt.Fprintf(&text, "  - %s\n", note)
	}
	if len(step.Stacks) > 0 {
		fmt.Fprintf(&text, "Brings up: %s\n", names(step.Stacks))
	}
	if step.Script != "" {
		fmt.Fprintf(&text, "Run in sh, from the root of the repository:\n\n%s\n", step.Script)
	}
	for _, check := range step.Checks {
		fmt.Fprintf(&text, "Checked: %s (%s)\n", check.What, strings.Join(check.Command, " "))
	}
	for _, err := range missing {
		fmt.Fprintf(&text, "Missing: %v\n", err)
	}
	return text.String()
}

// stateKnown reports whether the place of the state is there, so that it can be asked.
func (h *bootstrapHost) stateKnown() bool {
	_, known := h.progress.Steps[stateStep]
	return known || h.workspace.cloud == config.Simulated
}

// engine plans the steps with what is known now.
func (h *bootstrapHost) engine(ctx context.Context) (bootstrap.Engine, fleet.States, error) {
	states, err := h.States(ctx)
	if err != nil {
		return bootstrap.Engine{}, nil, err
	}
	steps, err := bootstrap.Plan(bootstrap.Input{Tree: h.workspace.tree, Graph: h.workspace.graph, States: states, Cloud: h.workspace.cloud})
	if err != nil {
		return bootstrap.Engine{}, nil, usage(err)
	}
	return bootstrap.Engine{Steps: steps, Progress: h.progress, Host: h}, states, nil
}
