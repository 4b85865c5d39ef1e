package resource

import (
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// Plugin is one provider: what it simulates and how it speaks.
type Plugin struct {
	// Name begins the tokens: "aws".
	Name   string
	Schema *schema.File
	Kinds  map[string]*Kind
	// Functions by token.
	Functions map[string]Function
	// Configure checks the provider's settings as the real provider does when it is configured, and returns who the
	// provider instance acts as. The values have the types of the schema; all are known.
	Configure func(tx *store.Tx, settings Props) (Session, error)
	// Reach is asked before every call to the API and fails when there is nothing at the other end. It may be nil.
	Reach func(tx *store.Tx, s Session) error
	// Explain puts an API error into the words of the real provider.
	Explain func(r Refusal) error
	// Throttled is how a kind's API says that it is asked too often; the kind is nil for functions.
	Throttled func(k *Kind) *Fault
	// Tries is how often the provider tries a throttled call when its settings do not say.
	Tries int
}

// Function answers a function's call with its result, or with the refusal that the real provider gives. The schema has
// checked the arguments.
type Function func(tx *store.Tx, s Session, args Props) (map[string]any, error)

// Refusal is an operation that an API refused.
type Refusal struct {
	Session Session
	Kind    *Kind
	// Operation is create, read, update, delete, check or diff.
	Operation string
	// ID is the thing's id, or its name when it has none yet; it may be empty.
	ID string
	// In are the inputs; on delete those that the thing has.
	In Props
	// Request identifies the request, in the form of a UUID.
	Request string
	Fault   *Fault
}

// Note says in words what the code of a type checks beyond its schema and rules, for the page that lists it.
type Note struct {
	// Needs is what must exist, fit or be unique.
	Needs string
	// Delete is what blocks a delete and what a delete does.
	Delete string
	// Missing is what the real service does and the simulated one does not.
	Missing string
}
