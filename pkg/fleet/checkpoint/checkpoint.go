package checkpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"cellworks/pkg/fleet"
)

// Signature by which Pulumi marks special values, and the kind that is a secret;
// see sdk/go/common/resource/sig.
const (
	signatureKey    = "4dabf18193072939515e22adb298388d"
	signatureSecret = "1b47061264138c4ac30d75fd1eb44270"
)

// Masked stands in for every secret.
const Masked = "[secret]"

// Types of resources that are special to the engine.
const (
	typeStack     = "pulumi:pulumi:Stack"
	typeReference = "pulumi:pulumi:StackReference"
	typeProvider  = "pulumi:providers:"
	// typeBuiltin is the provider of references, which the engine adds by itself.
	typeBuiltin = "pulumi:providers:pulumi"
)

// maxVersion is the newest version of the format that is understood.
const maxVersion = 3

// Resource is one resource of a state, or of an operation that was not finished.
type Resource struct {
	URN      string         `json:"urn"`
	Custom   bool           `json:"custom"`
	Delete   bool           `json:"delete,omitempty"`
	ID       string         `json:"id,omitempty"`
	Type     string         `json:"type"`
	Inputs   map[string]any `json:"inputs,omitempty"`
	Outputs  map[string]any `json:"outputs,omitempty"`
	Parent   string         `json:"parent,omitempty"`
	Provider string         `json:"provider,omitempty"`
	Protect  bool           `json:"protect,omitempty"`
}

// name returns the resource's logical name, which ends its URN.
func (r Resource) name() string {
	parts := strings.SplitN(r.URN, "::", 4)
	return parts[len(parts)-1]
}

// Pending is an operation that was under way when the engine was killed.
type Pending struct {
	Resource Resource `json:"resource"`
	// Type is creating, updating, deleting, reading or importing.
	Type string `json:"type"`
}

// Creating reports whether the operation would have created the resource, so that
// it may or may not exist.
func (p Pending) Creating() bool { return p.Type == "creating" }

// Checkpoint is the state of one stack.
type Checkpoint struct {
	// Resources are in the order in which they were registered.
	Resources []Resource
	// Pending are the operations that never finished.
	Pending []Pending
	// latest is the whole deployment, with everything that this package does not know.
	latest map[string]json.RawMessage
	// version is the format's.
	version int
	// features are format features that a reader has to know.
	features []string
}

func parse(text []byte) (*Checkpoint, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, errors.New("the file is empty")
	}
	var file struct {
		Version    int      `json:"version"`
		Features   []string `json:"features"`
		Checkpoint *struct {
			Latest map[string]json.RawMessage `json:"latest"`
		} `json:"checkpoint"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, describe(err)
	}
	if file.Checkpoint == nil || file.Version == 0 {
		return nil, errors.New("the file is JSON but not a Pulumi state: it has no version or no checkpoint")
	}
	if file.Version > maxVersion {
		return nil, fmt.Errorf("the file has version %d, newer than %d: use a newer Pulumi", file.Version, maxVersion)
	}
	c := &Checkpoint{latest: file.Checkpoint.Latest, version: file.Version, features: file.Features}
	for key, target := range map[string]any{"resources": &c.Resources, "pending_operations": &c.Pending} {
		raw, ok := c.latest[key]
		if !ok {
			continue
		}
		if err := json.Unmarshal(raw, target); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return c, nil
}

// describe adds where in the file the JSON breaks.
func describe(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("invalid JSON at byte %d: %w", syntax.Offset, err)
	}
	return err
}

// State summarizes the checkpoint. A stack is ready when its program has run to
// its end at least once, which is when its outputs are recorded. Like the engine's
// summary of an operation, the count leaves out references to other stacks and
// their provider.
func (c *Checkpoint) State() fleet.State {
	state := fleet.State{}
	for _, r := range c.Resources {
		if r.Protect {
			state.Protected = append(state.Protected, r.Type+" "+r.name())
		}
		switch r.Type {
		case typeStack:
			state.Ready = len(r.Outputs) > 0
			state.Modules = fleet.ModulesOf(r.Outputs)
		case typeReference:
			if ref, ok := referenced(r); ok {
				state.References = append(state.References, ref)
			}
			continue
		case typeBuiltin:
			continue
		}
		state.Resources++
	}
	if state.Resources == 1 && c.Resources[0].Type == typeStack {
		state.Resources = 0 // the root alone is what a destroyed or failed stack leaves
	}
	for _, p := range c.Pending {
		if p.Creating() {
			state.Ready = false
		}
	}
	return state
}

// referenced returns the stack that a stack reference reads.
func referenced(r Resource) (fleet.Stack, bool) {
	name, _ := r.Inputs["name"].(string)
	parts := strings.Split(name, "/")
	if len(parts) != 3 {
		return fleet.Stack{}, false
	}
	return fleet.Stack{Project: parts[1], Name: parts[2]}, true
}

// Outputs returns the stack's outputs with secrets masked, never nil.
func (c *Checkpoint) Outputs() map[string]any {
	for _, r := range c.Resources {
		if r.Type == typeStack {
			if masked, ok := mask(r.Outputs).(map[string]any); ok && masked != nil {
				return masked
			}
		}
	}
	return map[string]any{}
}

// mask replaces secrets at any depth.
func mask(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if v[signatureKey] == signatureSecret {
			return Masked
		}
		masked := make(map[string]any, len(v))
		for key, item := range v {
			masked[key] = mask(item)
		}
		return masked
	case []any:
		masked := make([]any, len(v))
		for i, item := range v {
			masked[i] = mask(item)
		}
		return masked
	default:
		return value
	}
}
