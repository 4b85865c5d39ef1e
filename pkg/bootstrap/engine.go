package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cellworks/pkg/fleet"
)

// Host does for the engine what touches anything.
type Host interface {
	// States returns what is up.
	States(ctx context.Context) (fleet.States, error)
	// Up brings stacks up, and fails when one of them is not.
	Up(ctx context.Context, stacks []fleet.Stack) error
	// Run runs the command of a check and returns what it prints.
	Run(ctx context.Context, command []string) (string, error)
	// Ask shows a person a step and why it does not count as done, and waits until the
	// person has done it. It returns false when nobody can be asked or the person stops.
	Ask(ctx context.Context, step Step, missing []error) (bool, error)
	// Tell says how a step came out.
	Tell(step Step, status Status, how string)
	// Save keeps the progress.
	Save(Progress) error
	// Now is the time.
	Now() time.Time
}

// WaitingError says that a person must do something before it can go on.
type WaitingError struct {
	// Step is what is to be done.
	Step Step
	// Missing are why it does not count as done.
	Missing []error
}

func (e *WaitingError) Error() string {
	text := fmt.Sprintf("step %s waits for a person", e.Step.ID)
	if len(e.Missing) > 0 {
		text += ": " + errors.Join(e.Missing...).Error()
	}
	return text
}

// Engine goes through the steps of a bootstrap.
type Engine struct {
	// Steps are the steps in their order.
	Steps []Step
	// Progress is what was recorded before.
	Progress Progress
	// Host does the work.
	Host Host
}

// Run does the steps in order, each that is not done yet, and records each. It fails
// with a WaitingError where a person must act and nobody is there, or the person stops;
// and with the error of a stack that does not come up. What was done stays recorded, so
// that running it again goes on where it ended.
func (e Engine) Run(ctx context.Context) error {
	states, err := e.Host.States(ctx)
	if err != nil {
		return err
	}
	for _, step := range e.Steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		status := step.Status(states, e.Progress)
		switch {
		case status == NotNeeded:
			e.Host.Tell(step, status, step.NotNeeded)
		case status == Done:
			e.Host.Tell(step, status, "")
		case status == Blocked:
			return &WaitingError{Step: step, Missing: []error{errors.New(step.Blocked)}}
		case len(step.Stacks) > 0:
			if states, err = e.up(ctx, step); err != nil {
				return err
			}
		default:
			if err := e.person(ctx, step); err != nil {
				return err
			}
		}
	}
	return nil
}

// up brings the stacks of a step up, and believes the backend, not the command.
func (e Engine) up(ctx context.Context, step Step) (fleet.States, error) {
	if err := e.Host.Up(ctx, step.Stacks); err != nil {
		return nil, fmt.Errorf("step %s: %w", step.ID, err)
	}
	states, err := e.Host.States(ctx)
	if err != nil {
		return nil, err
	}
	for _, stack := range step.Stacks {
		if !states[stack].Ready {
			return nil, fmt.Errorf("step %s: %s is not up although cellctl up has ended without an error", step.ID, stack)
		}
	}
	return states, e.record(step, "up")
}

// person has a person do a step, until all checks pass.
func (e Engine) person(ctx context.Context, step Step) error {
	for {
		missing := e.check(ctx, step)
		if len(step.Checks) > 0 && len(missing) == 0 {
			return e.record(step, "checks")
		}
		done, err := e.Host.Ask(ctx, step, missing)
		switch {
		case err != nil:
			return err
		case !done:
			return &WaitingError{Step: step, Missing: missing}
		case len(step.Checks) == 0:
			return e.record(step, "a person")
		}
	}
}

// check returns why the step does not count as done. Without checks that is empty and
// says nothing.
func (e Engine) check(ctx context.Context, step Step) []error {
	var missing []error
	for _, check := range step.Checks {
		output, err := e.Host.Run(ctx, check.Command)
		if err != nil {
			missing = append(missing, fmt.Errorf("%s: %w", check.What, err))
		} else if err := check.judge(output); err != nil {
			missing = append(missing, err)
		}
	}
	return missing
}

func (e Engine) record(step Step, by string) error {
	e.Progress.Steps[step.ID] = Record{Fingerprint: step.fingerprint(), At: e.Host.Now().UTC(), By: by}
	if err := e.Host.Save(e.Progress); err != nil {
		return err
	}
	e.Host.Tell(step, Done, by)
	return nil
}

// Confirm records that a person has done a step, for a step without checks. It fails
// for a step that there is not, that stacks or checks decide about, and for one that
// is blocked.
func (e Engine) Confirm(id string) error {
	for _, step := range e.Steps {
		switch {
		case step.ID != id:
			continue
		case step.NotNeeded != "":
			return fmt.Errorf("step %s is not needed: %s", id, step.NotNeeded)
		case len(step.Stacks) > 0:
			return fmt.Errorf("step %s is stacks: the state says whether they are up", id)
		case len(step.Checks) > 0:
			return fmt.Errorf("step %s is checked: run its script, and go on", id)
		case step.Blocked != "":
			return fmt.Errorf("step %s is blocked: %s", id, step.Blocked)
		}
		return e.record(step, "a person")
	}
	return fmt.Errorf("no step is called %q", id)
}
