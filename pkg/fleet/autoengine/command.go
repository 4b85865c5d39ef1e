package autoengine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"sync/atomic"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"

	"cellworks/pkg/fleet"
)

// unknownCode is the exit code of a process that did not exit by itself.
const unknownCode = -2

// keep bounds how much of a process's output is kept for error messages.
const keep = 64 << 10

// command runs the Pulumi command line for one operation on one stack. What the
// backend's folder can answer it answers without starting a process.
type command struct {
	engine    *Engine
	stack     fleet.Stack
	processes atomic.Int64
	// events, where set, is the address of what receives the events of an up that looks
	// first what it would do.
	events string
}

var _ auto.PulumiCommand = (*command)(nil)

// Version is known from the toolchain, which has checked it.
func (c *command) Version() semver.Version { return c.engine.version }

// Run implements auto.PulumiCommand. The first end of ctx interrupts the process,
// which then finishes what is under way; the engine's Kill ends it.
func (c *command) Run(
	ctx context.Context,
	workdir string,
	stdin io.Reader,
	stdout, stderr []io.Writer,
	env []string,
	args ...string,
) (string, string, int, error) {
	if answer, ok := c.answer(args); ok {
		return answer, "", 0, nil
	}
	if err := ctx.Err(); err != nil {
		return "", "", unknownCode, err
	}
	if c.events != "" && args[0] == "up" {
		args = append(slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return arg == "--skip-preview" }), "--event-log", c.events)
	}
	c.processes.Add(1)
	var out, errs tail
	process := exec.Command(c.engine.Pulumi, append([]string{"--non-interactive"}, args...)...)
	process.Dir = workdir
	process.Env = c.engine.environment(env)
	process.Stdin = stdin
	process.Stdout = io.MultiWriter(append(slices.Clone(stdout), &out)...)
	process.Stderr = io.MultiWriter(append(slices.Clone(stderr), &errs)...)
	err := supervise(ctx, process, c.engine.Kill)
	code := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		code = unknownCode
	}
	return out.String(), errs.String(), code, err
}

// answer replies to commands of the Automation API that need no process: the
// selection of a stack that exists, which would only record it as the current
// one; the outputs, which are in the state; and the history, which nobody reads.
func (c *command) answer(args []string) (string, bool) {
	store := c.engine.store
	if store == nil || len(args) < 2 || args[0] != "stack" {
		return "", false
	}
	switch args[1] {
	case "select":
		return "", store.Exists(c.stack)
	case "history":
		return "[]", true
	case "output":
		state, err := store.Read(c.stack)
		if err != nil {
			return "", false
		}
		text, err := json.Marshal(state.Outputs())
		return string(text), err == nil
	}
	return "", false
}

// supervise runs a process in a group of its own, so that a terminal's Ctrl-C
// reaches it only through us.
func supervise(ctx context.Context, process *exec.Cmd, kill <-chan struct{}) error {
	release := detach(process)
	defer release()
	if err := process.Start(); err != nil {
		return fmt.Errorf("starting pulumi: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	done := ctx.Done()
	for {
		select {
		case err := <-ended:
			return err
		case <-done:
			done = nil
			if interrupt(process.Process) != nil {
				_ = process.Process.Kill() // it has ended already, or nothing else helps
			}
		case <-kill:
			kill = nil
			_ = process.Process.Kill() // fails only when it has ended already
		}
	}
}

// tail keeps the end of what is written to it.
type tail struct{ text bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	t.text.Write(p)
	if extra := t.text.Len() - keep; extra > 0 {
		t.text.Next(extra)
	}
	return len(p), nil
}

func (t *tail) String() string { return t.text.String() }
