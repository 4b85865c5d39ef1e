package fleet

import "context"

// Engine performs one operation on one stack. Implementations are safe for
// concurrent use with different stacks.
type Engine interface {
	// Run performs op on stack and calls observe, from one goroutine at a time, with
	// what happens meanwhile. It returns what is known also when it fails.
	//
	// When ctx ends it lets the cloud calls that are under way finish, starts no
	// more, leaves a consistent state and returns an error.
	Run(ctx context.Context, op Operation, stack Stack, observe func(Event)) (Result, error)
}

// Changes counts resources by what happened to them, or, in a preview, would.
type Changes struct {
	Create  int `json:"create"`
	Update  int `json:"update"`
	Replace int `json:"replace"`
	Delete  int `json:"delete"`
	Same    int `json:"same"`
}

// Any reports whether anything but Same is counted.
func (c Changes) Any() bool { return c.Create+c.Update+c.Replace+c.Delete > 0 }

// Add returns the sum of both.
func (c Changes) Add(other Changes) Changes {
	return Changes{
		Create:  c.Create + other.Create,
		Update:  c.Update + other.Update,
		Replace: c.Replace + other.Replace,
		Delete:  c.Delete + other.Delete,
		Same:    c.Same + other.Same,
	}
}

// Result is what an Engine achieved.
type Result struct {
	Changes Changes
	// Outputs are the stack's outputs; secrets are replaced by "[secret]".
	Outputs map[string]any
	// Processes counts the command line processes that were started.
	Processes int
	// Notes are facts that a person should know, such as a repair that was made.
	Notes []string
}

// EventKind says what an Event is about.
type EventKind int

// Kinds of events, in the order in which a stack can have them.
const (
	// EventStarted is the first event of a stack that is worked on.
	EventStarted EventKind = iota
	// EventProgress carries new counts.
	EventProgress
	// EventNote carries a text for people.
	EventNote
	// EventFinished is the last event of every stack, also of a skipped one.
	EventFinished
)

// Event is something that happened to a stack.
type Event struct {
	Kind  EventKind
	Stack Stack
	// Changes is what has been done so far.
	Changes Changes
	// Active is the resource that is being worked on; may be empty.
	Active string
	// Text is a note.
	Text string
	// Report is the final result; only with EventFinished.
	Report StackReport
}
