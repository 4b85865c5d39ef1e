package fleet

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/spelling"
)

// LossAction is how a resource would be lost.
type LossAction string

// The ways to lose a resource.
const (
	LossReplace LossAction = "replace"
	LossDelete  LossAction = "delete"
	// LossMove is that of a provider which is pointed to another account or region: what it
	// has made stays where it is, and nothing finds it there any more.
	LossMove LossAction = "move"
)

// Loss is a resource that an operation would delete or replace although it is
// protected or holds what nobody can make again, or a provider that it would lead away
// from what it has made. Its JSON is published.
type Loss struct {
	URN string `json:"urn"`
	// Type is the resource's type token.
	Type string `json:"type"`
	// ID is the provider's id of what would be lost.
	ID     string     `json:"id"`
	Action LossAction `json:"action"`
	// Properties are those whose change forces a replacement, or a move.
	Properties []string `json:"properties,omitempty"`
	// Holds says what is lost with the resource; empty for one that is only protected.
	Holds string `json:"holds,omitempty"`
	// Protected says that no permission helps as long as its deletionProtection is on.
	Protected bool `json:"protected"`
	// Retained says that the cloud would keep it, out of the stack's hands.
	Retained bool `json:"retained,omitempty"`
}

// String describes the loss in two lines.
func (l Loss) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n  ", l.Action, l.URN)
	var about []string
	if l.ID != "" {
		about = append(about, "id "+l.ID)
	}
	if l.Holds != "" {
		about = append(about, "holds "+l.Holds)
	}
	if len(l.Properties) > 0 {
		about = append(about, string(l.Action)+"d because of "+strings.Join(l.Properties, ", "))
	}
	if l.Retained {
		about = append(about, "stays in the cloud, and no stack has it any more")
	}
	if l.Protected {
		about = append(about, "protected")
	}
	b.WriteString(strings.Join(about, "; "))
	return b.String()
}

// Unpermitted returns the losses that must not happen: those of protected
// resources, and those whose URN is not among the permitted.
func Unpermitted(losses []Loss, permitted []string) []Loss {
	var refused []Loss
	for _, l := range losses {
		if l.Protected || !slices.Contains(permitted, l.URN) {
			refused = append(refused, l)
		}
	}
	return refused
}

// LossError refuses an operation on a stack before anything of it is touched.
type LossError struct {
	Operation Operation
	Stack     Stack
	Losses    []Loss
}

// Error names every resource, what is lost with it and why, and the remedies.
func (e *LossError) Error() string {
	verb := "would lose"
	if e.Operation == Preview {
		verb = "up would lose"
	}
	lines := []string{fmt.Sprintf("%s %s that cannot be had back; nothing has been touched", verb, spelling.Count(len(e.Losses), "resource"))}
	var protected, open []string
	for _, l := range e.Losses {
		lines = append(lines, l.String())
		if l.Protected {
			protected = append(protected, l.URN)
		} else {
			open = append(open, fmt.Sprintf("--allow-data-loss '%s'", l.URN))
		}
	}
	lines = append(lines, "remedy: take back the change that does it; if they really must go:")
	if len(protected) > 0 {
		lines = append(lines, fmt.Sprintf("  for what is protected, first take back the change, set deletionProtection: false in the configuration (for one module of a client decommission is enough), and run cellctl up %s", e.Stack))
	}
	if len(open) > 0 {
		lines = append(lines, fmt.Sprintf("  back up what they hold, then cellctl up %s %s", e.Stack, strings.Join(open, " ")))
	}
	return strings.Join(lines, "\n")
}

// CheckPermitted fails for every permission that is no URN of one of the stacks:
// a misspelled one would permit nothing.
func CheckPermitted(permitted []string, stacks []Stack) error {
	var wrong []string
	for _, urn := range permitted {
		stack, ok := StackOf(urn)
		switch {
		case !ok:
			wrong = append(wrong, fmt.Sprintf("%q is no URN, want one as cellctl preview names it: urn:pulumi:<stack>::<project>::<type>::<name>", urn))
		case !slices.Contains(stacks, stack):
			wrong = append(wrong, fmt.Sprintf("%s belongs to %s, which this command does not work on", urn, stack))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("--allow-data-loss: %s", strings.Join(wrong, "; "))
	}
	return nil
}
