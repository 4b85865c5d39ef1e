package fleet

import "encoding/json"

// Outcome is how a stack ended.
type Outcome string

// Outcomes of a stack.
const (
	Succeeded Outcome = "succeeded"
	Failed    Outcome = "failed"
	// Skipped stacks were not touched; Error says why.
	Skipped Outcome = "skipped"
	// Refused stacks were not touched, because something would be lost; Losses says what.
	Refused Outcome = "refused"
)

// StackReport is the result of one stack. Its JSON is published: fields are
// added, never renamed.
type StackReport struct {
	Stack
	Result  Outcome `json:"result"`
	Changes Changes `json:"changes"`
	// Outputs never contain a secret.
	Outputs map[string]any `json:"outputs"`
	// Seconds is wall time from start to end; 0 for a skipped stack.
	Seconds float64 `json:"seconds"`
	// Error is empty when the stack succeeded.
	Error string `json:"error"`
	// Prerequisite says that the stack was not asked for but is needed.
	Prerequisite bool `json:"prerequisite"`
	// Processes counts the command line processes that were started.
	Processes int `json:"processes"`
	// Notes are facts that a person should know, such as a repair that was made.
	Notes []string `json:"notes,omitempty"`
	// Losses are what a refused operation would have lost.
	Losses []Loss `json:"losses,omitempty"`
}

// MarshalJSON writes an object for Outputs also when there are none.
func (r StackReport) MarshalJSON() ([]byte, error) {
	type plain StackReport
	if r.Outputs == nil {
		r.Outputs = map[string]any{}
	}
	return json.Marshal(plain(r))
}

// Report is the result of a command. Its JSON is published like StackReport's.
type Report struct {
	Operation Operation     `json:"operation"`
	Stacks    []StackReport `json:"stacks"`
	Seconds   float64       `json:"seconds"`
}

// Changes sums the changes of all stacks.
func (r Report) Changes() Changes {
	var sum Changes
	for _, s := range r.Stacks {
		sum = sum.Add(s.Changes)
	}
	return sum
}

// Failed reports whether any stack did not succeed.
func (r Report) Failed() bool {
	for _, s := range r.Stacks {
		if s.Result != Succeeded {
			return true
		}
	}
	return false
}
