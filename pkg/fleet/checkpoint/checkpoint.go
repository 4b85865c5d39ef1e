package checkpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

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
	if err := understood(file.Version, file.Checkpoint != nil); err != nil {
		return nil, err
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

// understood refuses what is no state, or one of a newer format.
func understood(version int, checkpoint bool) error {
	if !checkpoint || version == 0 {
		return errors.New("the file is JSON but not a Pulumi state: it has no version or no checkpoint")
	}
	if version > maxVersion {
		return fmt.Errorf("the file has version %d, newer than %d: use a newer Pulumi", version, maxVersion)
	}
	return nil
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
	resources := make([]brief, len(c.Resources))
	for i, r := range c.Resources {
		resources[i] = brief{URN: r.URN, Type: r.Type, Protect: r.Protect}
		resources[i].Inputs.Name = r.Inputs["name"]
		if r.Type == typeStack {
			resources[i].Outputs = r.Outputs
		}
	}
	return summarize(resources, c.Pending)
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
