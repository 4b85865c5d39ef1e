// Package fault describes what can be made to go wrong in the simulated cloud: which calls a fault is about, when it
// strikes and what it does. It decides; it neither stores nor waits.
//
// Decisions do not depend on the order in which calls arrive, but for those of Nth, Every and Count: chance is drawn
// from the seed, the resource, the operation and how often that was called, so that four stacks at a time meet the same
// faults in every run.
package fault

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Kind is what a fault does.
type Kind string

// The kinds.
const (
	// Throttle lets the service answer "slow down" to the first Attempts tries of a call. The provider retries by
	// itself, so the engine sees a slow call, or the service's own error when Attempts reaches the provider's budget.
	Throttle Kind = "throttle"
	// Error answers a call with Code and Message, after all retries that a provider would make.
	Error Kind = "error"
	// Latency delays a call.
	Latency Kind = "latency"
	// NotFound is eventual consistency: what a create made is not found by the next Reads looks at it.
	NotFound Kind = "not-found"
	// Crash ends the provider after the cloud has made the thing and before the engine hears of it.
	Crash Kind = "crash-after-create"
)

// Kinds are all kinds.
func Kinds() []Kind { return []Kind{Throttle, Error, Latency, NotFound, Crash} }

// Operations are what a fault can strike. Previews of creates and updates meet none.
func Operations() []string {
	return append([]string{"create", "read", "update", "delete", "invoke"}, byName()...)
}

// byName are the calls that a fault strikes only when it names them: check and diff reach no cloud, and configure is
// about no resource.
func byName() []string { return []string{"check", "diff", "configure"} }

// Fault is one thing that goes wrong. Type, URN, Operation and Stack say where; empty means everywhere. They are
// globs: * stands for any characters, also none, ? for one.
type Fault struct {
	// ID is given by the cloud: f1, f2 and so on.
	ID   string `json:"id"`
	Kind Kind   `json:"kind"`
	// Type is a token (aws:ec2/vpc:Vpc) or its last part (Vpc). Of a function it is the function's token.
	Type string `json:"type,omitempty"`
	URN  string `json:"urn,omitempty"`
	// Operation is one of Operations; empty means those that reach the cloud for a resource or function. Not-found and
	// crash-after-create are about creates only. The type of configure is that of the provider, pulumi:providers:aws.
	Operation string `json:"operation,omitempty"`
	// Stack is project/stack or the stack alone.
	Stack string `json:"stack,omitempty"`

	// Nth strikes that matching call only, counted from 1 in the order of arrival; 0 does not select.
	Nth int `json:"nth,omitempty"`
	// Every strikes each so manieth matching call; 0 and 1 strike all.
	Every int `json:"every,omitempty"`
	// Count ends the fault after so many strikes; 0 never ends it.
	Count int `json:"count,omitempty"`
	// Probability, more than 0 and at most 1, leaves it to chance; 0 means 1.
	Probability float64 `json:"probability,omitempty"`
	// Seed makes the chance of one fault another than that of the next.
	Seed string `json:"seed,omitempty"`

	// Code, Message and Status are what an Error answers, or in their place what a Throttle does. A throttle without
	// them uses the service's own.
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	// Status is the HTTP status, 400 when it is 0.
	Status int `json:"status,omitempty"`
	// Attempts is how many tries of one call are throttled; default 3.
	Attempts int `json:"attempts,omitempty"`
	// Delay is a Latency's, or the wait before each retry of a Throttle (default 50ms).
	Delay Delay `json:"delay,omitzero"`
	// Reads is how many looks do not find the thing; default 3.
	Reads int `json:"reads,omitempty"`

	// Matched counts the calls that the fault is about, Struck those that it struck. They are set when faults are listed.
	Matched int `json:"matched"`
	Struck  int `json:"struck"`
}

const (
	defaultAttempts = 3
	defaultReads    = 3
	defaultBackoff  = "50ms"
)

// Complete fills in defaults and refuses what makes no sense, all of it at once.
func (f Fault) Complete() (Fault, error) {
	var problems []error
	bad := func(format string, a ...any) { problems = append(problems, fmt.Errorf(format, a...)) }
	if !slices.Contains(Kinds(), f.Kind) {
		bad("unknown kind %q, want one of %q", f.Kind, Kinds())
	}
	if f.Operation != "" && !slices.Contains(Operations(), f.Operation) {
		bad("unknown operation %q, want one of %q", f.Operation, Operations())
	}
	if f.Probability < 0 || f.Probability > 1 {
		bad("probability %v is not between 0 and 1", f.Probability)
	}
	for _, n := range []struct {
		name  string
		value int
	}{{"nth", f.Nth}, {"every", f.Every}, {"count", f.Count}, {"attempts", f.Attempts}, {"reads", f.Reads}, {"status", f.Status}} {
		if n.value < 0 {
			bad("%s is %d, want 0 or more", n.name, n.value)
		}
	}
	if f.Nth > 0 && f.Every > 1 {
		bad("nth and every exclude each other")
	}
	f.fillIn(bad)
	return f, errors.Join(problems...)
}

// fillIn completes and checks what only some kinds have.
func (f *Fault) fillIn(bad func(string, ...any)) {
	only := func(set bool, name string, kinds ...Kind) {
		if set && !slices.Contains(kinds, f.Kind) {
			bad("%s is for %q only", name, kinds)
		}
	}
	only(f.Code != "" || f.Message != "" || f.Status != 0, "code, message and status", Error, Throttle)
	only(f.Attempts != 0, "attempts", Throttle)
	only(f.Reads != 0, "reads", NotFound)
	only(!f.Delay.IsZero(), "latency", Latency, Throttle)
	switch f.Kind {
	case Error:
		if f.Code == "" {
			bad("an error needs a code, such as InternalError")
		}
	case Latency:
		if f.Delay.IsZero() {
			bad("latency needs a duration, such as 200ms")
		}
	case Throttle:
		if f.Attempts == 0 {
			f.Attempts = defaultAttempts
		}
		if f.Delay.IsZero() {
			f.Delay, _ = ParseDelay(defaultBackoff)
		}
	case NotFound, Crash:
		if f.Operation != "" && f.Operation != "create" {
			bad("%s is about creates, not %s", f.Kind, f.Operation)
		}
		f.Operation = "create"
		if f.Kind == NotFound && f.Reads == 0 {
			f.Reads = defaultReads
		}
	}
}

// Call is one call of the provider.
type Call struct{ Operation, Type, URN, Project, Stack string }

// Matches says whether the fault is about a call.
func (f *Fault) Matches(c Call) bool {
	return (f.Operation == c.Operation || f.Operation == "" && !slices.Contains(byName(), c.Operation)) &&
		(glob(f.Type, c.Type) || glob(f.Type, c.Type[strings.LastIndexByte(c.Type, ':')+1:])) &&
		glob(f.URN, c.URN) &&
		(glob(f.Stack, c.Stack) || glob(f.Stack, c.Project+"/"+c.Stack))
}

func glob(pattern, s string) bool {
	if pattern == "" || pattern == "*" || pattern == s {
		return true
	}
	if !strings.ContainsAny(pattern, "*?") {
		return false
	}
	quoted := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile("^(?s:" + quoted + ")$").MatchString(s)
}
