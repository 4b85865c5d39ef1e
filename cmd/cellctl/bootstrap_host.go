package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"cellworks/pkg/bootstrap"
	"cellworks/pkg/fleet"
)

// checkPatience is how long the command of a check may take.
const checkPatience = time.Minute

// bootstrapHost does for a bootstrap what touches anything.
type bootstrapHost struct {
	*app
	workspace *workspace
	// file keeps the progress.
	file     string
	progress bootstrap.Progress
	reader   *bufio.Reader
}

// States returns what is up: nothing, as long as there is no place for the state.
func (h *bootstrapHost) States(ctx context.Context) (fleet.States, error) {
	if !h.stateKnown() {
		return fleet.States{}, nil
	}
	return h.workspace.states(ctx)
}

// Up runs cellctl up with the same configuration and cloud. It is a process of its own,
// because up continues as another program and does not come back.
func (h *bootstrapHost) Up(ctx context.Context, stacks []fleet.Stack) error {
	args := []string{"up", "--configs", h.workspace.tree.Dir(), "--cloud", string(h.workspace.cloud)}
	if h.app.flags.yes {
		args = append(args, "--yes")
	}
	for _, stack := range stacks {
		args = append(args, stack.String())
	}
	fmt.Fprintf(h.stderr, "cellctl %s\n", strings.Join(args, " "))
	stdout := h.stdout
	if h.app.flags.json {
		stdout = h.stderr // the result of this command is one object
	}
	code, err := h.runSelf(ctx, args, h.stdin, stdout)
	if err == nil && code != 0 {
		err = fmt.Errorf("cellctl up has ended with exit code %d: put right what it says, and go on with cellctl bootstrap --resume", code)
	}
	return err
}

// Run runs the command of a check.
func (h *bootstrapHost) Run(ctx context.Context, command []string) (string, error) {
	if h.look != nil {
		return h.look(ctx, command)
	}
	ctx, cancel := context.WithTimeout(ctx, checkPatience)
	defer cancel()
	process := exec.CommandContext(ctx, command[0], command[1:]...)
	process.Env = h.environ
	var stderr bytes.Buffer
	process.Stderr = &stderr
	output, err := process.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return "", fmt.Errorf("%s is not installed", command[0])
	}
	if err != nil {
		lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		return "", fmt.Errorf("%s: %w: %s", strings.Join(command, " "), err, lines[len(lines)-1])
	}
	return string(output), nil
}

// Ask shows what is to be done and waits for the person, where there is one.
func (h *bootstrapHost) Ask(ctx context.Context, step bootstrap.Step, missing []error) (bool, error) {
	if h.app.flags.yes || !h.terminal {
		return false, nil
	}
	answer, err := h.ask(ctx, h.reader, fmt.Sprintf("\n%sWhen it is done, enter done; anything else stops here: ", describe(step, missing)))
	// An error says that nobody is there any more, which is an answer.
	return err == nil && answer == "done", nil
}

// Tell says how a step came out.
func (h *bootstrapHost) Tell(step bootstrap.Step, status bootstrap.Status, how string) {
	if how != "" {
		how = " (" + how + ")"
	}
	fmt.Fprintf(h.stderr, "%s: %s%s\n", step.ID, status, how)
}

// Save keeps the progress.
func (h *bootstrapHost) Save(progress bootstrap.Progress) error {
	h.progress = progress
	return progress.Save(h.file)
}

// Now is the time.
func (h *bootstrapHost) Now() time.Time { return h.clock() }
