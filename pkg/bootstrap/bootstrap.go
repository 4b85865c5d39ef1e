// Package bootstrap says how an organization gets from nothing to Jenkins, which then
// does the rest: a list of steps, and an engine that goes through it. A step is either
// stacks, which the engine has brought up, or a script, which a person runs because it
// needs rights or secrets that no deployment has; checks then tell whether it was done.
// A person's word is taken only where there is nothing to look at. Each step can be
// done twice.
package bootstrap

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"cellworks/pkg/fleet"
)

// Step is one step. Its JSON is published: fields are added, never renamed.
type Step struct {
	// ID names the step; unique in a plan, and never changed: progress is kept by it.
	ID string `json:"id"`
	// Title says what the step does.
	Title string `json:"title"`
	// Notes say what to know before.
	Notes []string `json:"notes,omitempty"`
	// Stacks are brought up, in this order. With them there is no script.
	Stacks []fleet.Stack `json:"stacks,omitempty"`
	// Again says that stacks which are up already must be brought up once more.
	Again bool `json:"again,omitempty"`
	// Revision is what else the step depends on: another one is another step, which was
	// not done yet.
	Revision string `json:"revision,omitempty"`
	// Script is for a person to run, in sh, from the root of the repository.
	Script string `json:"script,omitempty"`
	// Checks tell whether the step was done. They change nothing.
	Checks []Check `json:"checks,omitempty"`
	// Blocked says why the step cannot be done before something else is put right.
	Blocked string `json:"blocked,omitempty"`
	// NotNeeded says why there is nothing to do.
	NotNeeded string `json:"notNeeded,omitempty"`
}

// Check is a command whose answer tells whether a step was done.
type Check struct {
	// What says what is looked at.
	What string `json:"what"`
	// Command is the program and its arguments.
	Command []string `json:"command"`
	// Want is a regular expression that what it prints, without blanks at both ends, must
	// match.
	Want string `json:"want"`
}

// judge returns why output is not the answer that is wanted, or nil.
func (c Check) judge(output string) error {
	pattern, err := regexp.Compile(c.Want)
	if err != nil {
		return fmt.Errorf("%s: %w", c.What, err)
	}
	if text := strings.TrimSpace(output); !pattern.MatchString(text) {
		return fmt.Errorf("%s: %s says %q, want what matches %s", c.What, strings.Join(c.Command, " "), text, c.Want)
	}
	return nil
}

// fingerprint identifies what a step does, so that a changed step counts as another.
func (s Step) fingerprint() string {
	text, err := json.Marshal([]any{s.ID, s.Stacks, s.Revision, s.Script, s.Checks})
	if err != nil {
		panic(err) // strings always can be encoded
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Status is how far a step is.
type Status string

const (
	// Done says that there is nothing left to do.
	Done Status = "done"
	// Pending says that the engine does it, or checks whether a person did.
	Pending Status = "pending"
	// NotNeeded says that there is nothing to do at all.
	NotNeeded Status = "not needed"
	// Blocked says that something else must be put right before.
	Blocked Status = "blocked"
)

// Who says who does a step: stacks, or a person.
func (s Step) Who() string {
	if len(s.Stacks) > 0 {
		return "cellctl"
	}
	return "a person"
}

// Status returns how far the step is, as far as can be told without running anything:
// states are those of the backend, and progress is what was recorded.
func (s Step) Status(states fleet.States, progress Progress) Status {
	record, recorded := progress.Steps[s.ID]
	recorded = recorded && record.Fingerprint == s.fingerprint()
	switch {
	case s.NotNeeded != "":
		return NotNeeded
	case len(s.Stacks) > 0 && ready(s.Stacks, states) && (recorded || !s.Again):
		return Done
	case len(s.Stacks) == 0 && recorded:
		return Done
	case s.Blocked != "":
		return Blocked
	}
	return Pending
}

func ready(stacks []fleet.Stack, states fleet.States) bool {
	for _, stack := range stacks {
		if !states[stack].Ready {
			return false
		}
	}
	return true
}
