package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/naming"
	"cellworks/pkg/spelling"
)

func (a *app) clientCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "client",
		Short: "Add a client, suspend and resume it, and see what is left to do when it leaves",
		Long: `Work on the clients of the organization. A client is a directory below
configs/clients; these commands write its file and bring its cell up to it.`,
		Example: `  cellctl client new willow --account nonprod --region us-east-1
  cellctl client suspend willow
  cellctl client resume willow
  cellctl client offboard willow`,
	}
	c.AddCommand(a.clientNewCommand(), a.clientStateCommand(config.Suspended), a.clientStateCommand(config.Active), a.offboardCommand())
	return c
}

// applyFlags are those of commands that change a client's file and then its cell.
type applyFlags struct {
	dryRun, noUp bool
}

func (a *app) applyFlags(c *cobra.Command, f *applyFlags) {
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "print the file, touch nothing")
	c.Flags().BoolVar(&f.noUp, "no-up", false, "write the file, and leave the cell as it is")
	c.Flags().BoolVarP(&a.flags.yes, "yes", "y", false, "do not ask")
	c.Flags().IntVar(&a.flags.parallel, "parallel", defaultParallel, "how many stacks to work on at once")
	c.MarkFlagsMutuallyExclusive("dry-run", "no-up")
}

// asksSomebody fails when the command will ask and there is nobody to ask.
func (a *app) asksSomebody(f applyFlags, what string) error {
	if f.dryRun || f.noUp || a.flags.yes || a.terminal {
		return nil
	}
	return usage(fmt.Errorf("%s asks before it goes on, and here is nobody to ask: add --yes, or --no-up to write the file only", what))
}

// clientFile is the JSON of what was, or would be, written.
type clientFile struct {
	File string `json:"file"`
	Text string `json:"text"`
}

// change is a file that was written, until the cell follows it.
type change struct {
	client string
	file   clientFile
	// undo puts back what was there before, and undone says that it has; nil when the
	// file was as it should be.
	undo   func() error
	undone string
	// typed is the command, for those who find the stack locked.
	typed string
}

// follow shows what the cell of a changed client would become, asks, and brings it
// up. Whatever ends it before the cell is touched takes the change of the file back.
func (a *app) follow(ctx context.Context, w *workspace, c change) (err error) {
	defer func() {
		if err != nil {
			err = a.takeBack(c, err)
		}
	}()
	target := naming.ProjectCell + "/" + naming.StackCell(c.client)
	fmt.Fprintf(a.stderr, "what this would do to %s:\n", target)
	code, err := a.runSelf(ctx, []string{string(fleet.Preview), target, "--configs", w.tree.Dir(), "--cloud", string(w.cloud)}, nil, a.stderr)
	switch {
	case err != nil:
		return err
	case code != 0:
		return childError{"the preview of " + target, code}
	}
	if !a.flags.yes {
		more, err := a.alsoNeeded(ctx, w, fleet.Stack{Project: naming.ProjectCell, Name: naming.StackCell(c.client)})
		if err != nil {
			return err
		}
		if err := a.confirm(ctx, fmt.Sprintf("Bring %s%s up in the cloud %s?", target, more, w.cloud), "the cell has not been touched"); err != nil {
			return err
		}
		a.flags.yes = true // up must not ask again
	}
	if c.undo != nil {
		fmt.Fprintf(a.stderr, "commit %s: what is built follows it\n", c.file.File)
	}
	return a.operate(ctx, fleet.Up, []string{target}, c.typed)
}

// alsoNeeded says how many stacks that are not up yet come up with one, or nothing.
func (a *app) alsoNeeded(ctx context.Context, w *workspace, stack fleet.Stack) (string, error) {
	states, err := w.states(ctx)
	if err != nil {
		return "", err
	}
	graph, err := w.graph.WithStates(states)
	if err != nil {
		return "", err
	}
	plan, err := graph.Plan(fleet.Up, []fleet.Stack{stack}, states, false)
	if n := len(plan.Steps) - 1; err == nil && n > 0 {
		return fmt.Sprintf(" and the %s that it needs", spelling.Count(n, "stack")), nil
	}
	return "", usage(err)
}

// childError is a command of our own that has ended badly; its exit code is ours.
type childError struct {
	what string
	code int
}

func (e childError) Error() string {
	return fmt.Sprintf("%s has ended with exit code %d", e.what, e.code)
}

// takeBack undoes the change of a file after an error.
func (a *app) takeBack(c change, err error) error {
	if c.undo == nil {
		return err
	}
	if failed := c.undo(); failed != nil {
		return errors.Join(err, fmt.Errorf("%s could not be put back: %w", c.file.File, failed))
	}
	fmt.Fprintf(a.stderr, "%s %s\n", c.file.File, c.undone)
	return err
}

// confirm asks a question that has to be answered with yes. Everything else is an error,
// which says what has not been touched.
func (a *app) confirm(ctx context.Context, question, untouched string) error {
	answer, err := a.ask(ctx, bufio.NewReader(a.stdin), question+" Only yes is accepted: ")
	if err != nil {
		return usage(fmt.Errorf("not confirmed (%w); %s", err, untouched))
	}
	if answer != "yes" {
		return usage(errors.New("not confirmed; " + untouched))
	}
	return nil
}

// ask shows a question and returns the trimmed answer. It fails when ctx ends or
// nobody answers.
func (a *app) ask(ctx context.Context, from *bufio.Reader, question string) (string, error) {
	fmt.Fprint(a.stderr, question)
	type reply struct {
		text string
		err  error
	}
	replies := make(chan reply, 1)
	go func() {
		text, err := from.ReadString('\n')
		replies <- reply{strings.TrimSpace(text), err}
	}()
	select {
	case r := <-replies:
		if r.text != "" || r.err == nil {
			return r.text, nil
		}
		fmt.Fprintln(a.stderr) // the cursor is still behind the question
		if errors.Is(r.err, io.EOF) {
			return "", errors.New("the input has ended")
		}
		return "", r.err
	case <-ctx.Done():
		fmt.Fprintln(a.stderr)
		return "", fleet.ErrInterrupted
	}
}

// runSelf runs another cellctl command to its end and returns its exit code. It reads
// from stdin, nil for nothing, and what it prints goes to stdout. A command that hands over does not come back, so it must be
// a process of its own.
func (a *app) runSelf(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) (int, error) {
	self, err := a.self()
	if err != nil {
		return 0, fmt.Errorf("starting cellctl %s: %w", args[0], err)
	}
	if a.child != nil {
		return a.child(ctx, self, args)
	}
	command := exec.Command(self, args...)
	command.Stdin, command.Stdout, command.Stderr, command.Env, command.Dir = stdin, stdout, a.stderr, a.environ, a.dir
	return a.waitFor(ctx, command)
}

// waitFor runs a process to its end. At a terminal an interrupt reaches it without our
// doing; elsewhere it is handed on, once, so that it can end in order.
func (a *app) waitFor(ctx context.Context, command *exec.Cmd) (int, error) {
	if err := command.Start(); err != nil {
		return 0, fmt.Errorf("starting %s: %w", command.Path, err)
	}
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-ended:
		case <-ctx.Done():
			if !a.terminal {
				_ = command.Process.Signal(os.Interrupt) // it may have ended by itself
			}
		}
	}()
	var exit *exec.ExitError
	if err := command.Wait(); err != nil && !errors.As(err, &exit) {
		return 0, fmt.Errorf("running %s: %w", command.Path, err)
	}
	return command.ProcessState.ExitCode(), nil
}
