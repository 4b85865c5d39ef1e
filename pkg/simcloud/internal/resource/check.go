package resource

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/wire"
)

// DefaultsKey lists the inputs that the provider, not the program, has set. The real provider's state has it too.
const DefaultsKey = "__defaults"

// CheckRequest is what the engine asks before it plans anything for a resource.
type CheckRequest struct {
	Name       string // the logical name
	Old, New   map[string]any
	RandomSeed []byte
	// Proposed and Mode are the user's autonaming configuration.
	Proposed string
	Mode     NameMode
}

// NameMode is how binding the user's autonaming configuration is.
type NameMode int

// The modes.
const (
	NamePropose NameMode = iota
	NameEnforce
	NameDisable
)

// Check fills in what the provider fills in, refuses what it refuses and warns of what it warns of.
func (e *Engine) Check(s Session, kind *Kind, req CheckRequest) (out map[string]any, failures, warnings []schema.Failure) {
	in := maps.Clone(req.New)
	delete(in, DefaultsKey)
	if err := autoname(e.Name, kind.Naming, req, in); err != nil {
		failures = append(failures, schema.Failure{Path: kind.Naming.Property, Reason: err.Error()})
	}
	e.mergeTags(s, kind, in)
	out, refused, warnings := e.Schema.Check(kind.Token, &kind.Rules, in)
	failures = append(failures, refused...)
	if len(failures) == 0 && kind.Validate != nil {
		v := &Validation{Session: s, In: out}
		kind.Validate(v)
		failures, warnings = v.failures, append(warnings, v.warnings...)
	}
	for i := range failures {
		failures[i].Reason = strings.TrimSuffix(failures[i].Reason, ".") + ". Examine values at '" + req.Name + "." + failures[i].Path + "'."
	}
	return out, failures, warnings
}

// autoname names the thing when the program does not: with its old name when the provider chose that too.
func autoname(provider string, n *Naming, req CheckRequest, in map[string]any) error {
	if n == nil {
		return nil
	}
	if _, named := in[n.Property]; named {
		return nil
	}
	if _, prefixed := in[n.PrefixProperty]; prefixed && n.PrefixProperty != "" {
		return nil
	}
	name, err := "", error(nil)
	if old, ok := req.Old[n.Property].(string); ok && slices.Contains(Props(req.Old).Strs(DefaultsKey), n.Property) {
		name = old
	} else if name, err = n.choose(provider, req); err != nil || name == "" {
		return err
	}
	in[n.Property] = name
	in[DefaultsKey] = List(n.Property)
	return nil
}

func (n *Naming) choose(provider string, req CheckRequest) (string, error) {
	hyphen := "-"
	if n.Joined {
		hyphen, req.Mode, req.Proposed = "", NamePropose, ""
	}
	switch req.Mode {
	case NamePropose:
	case NameDisable:
		return "", nil
	case NameEnforce:
		return req.Proposed, nil
	}
	base := req.Proposed
	if base == "" {
		base = n.Before + req.Name + hyphen
		if n.Lower {
			base = strings.ToLower(base)
		}
		const digits = 7
		if n.Max > 0 && len(base)+digits > n.Max {
			return "", fmt.Errorf("could not make instance of '%s' resource: name '%s' plus %d random chars is longer than maximum length %d", provider, base, digits, n.Max)
		}
		sum := sha256.Sum256(append([]byte(req.Name+"\x00"), req.RandomSeed...))
		base += hex.EncodeToString(sum[:])[:digits]
	}
	return base, nil
}

// mergeTags puts the provider's default tags under the resource's own, which win.
func (e *Engine) mergeTags(s Session, kind *Kind, in map[string]any) {
	if !Taggable(e.Schema.Resources[kind.Token]) {
		return
	}
	own, isMap := in["tags"].(map[string]any)
	if _, set := in["tags"]; set && !isMap {
		return // unknown, or mistyped: the schema check tells
	}
	merged := make(map[string]any, len(own)+len(s.DefaultTags))
	for k, v := range s.DefaultTags {
		merged[k] = v
	}
	maps.Copy(merged, own)
	for _, k := range s.IgnoreTagKeys {
		delete(merged, k)
	}
	if len(merged) > 0 {
		in["tags"] = merged
	}
}

// Diff is what an update would do.
type Diff struct {
	Changes             []schema.Change
	DeleteBeforeReplace bool
}

// Diff compares the inputs of a thing with new ones; what the user ignores is left out.
func (e *Engine) Diff(kind *Kind, old, next map[string]any, ignore []string) Diff {
	var d Diff
	var forced []string
	if kind.Forces != nil {
		forced = kind.Forces(old, next)
	}
	replace := false
	for _, c := range e.Schema.Diff(kind.Token, &kind.Rules, old, next) {
		if slices.Contains(ignore, c.Property) || slices.Contains(ignore, c.Path) {
			continue
		}
		c.Replaces = c.Replaces || slices.Contains(forced, c.Property)
		d.Changes = append(d.Changes, c)
		replace = replace || c.Replaces
	}
	d.DeleteBeforeReplace = replace && (kind.Rules.DeleteFirst || keepsName(kind.Naming, old, next))
	return d
}

// keepsName says whether the program fixes a name that the replacement would have to share with what it replaces.
func keepsName(n *Naming, old, next map[string]any) bool {
	if n == nil || n.Joined || slices.Contains(Props(next).Strs(DefaultsKey), n.Property) {
		return false
	}
	name, ok := next[n.Property].(string)
	return ok && name == old[n.Property]
}

// PreviewCreate are the outputs of a thing that is not made yet: its inputs, and unknown for what the cloud chooses.
func (e *Engine) PreviewCreate(kind *Kind, in map[string]any) map[string]any {
	out := withoutInternals(in)
	for name := range e.Schema.Resources[kind.Token].Outputs {
		_, input := e.Schema.Resources[kind.Token].Inputs[name]
		if _, set := out[name]; !set && (!input || slices.Contains(kind.Rules.Computed, name)) {
			out[name] = wire.Unknown{}
		}
	}
	tagsAll(out, e.Schema.Resources[kind.Token])
	return out
}

// PreviewUpdate are the outputs of a thing after an update that is not made yet.
func (e *Engine) PreviewUpdate(kind *Kind, oldIn, oldOut, next map[string]any) map[string]any {
	out := maps.Clone(oldOut)
	for name := range oldIn {
		if _, still := next[name]; !still && !slices.Contains(kind.Rules.Computed, name) {
			delete(out, name)
		}
	}
	maps.Copy(out, withoutInternals(next))
	for _, c := range e.Schema.Diff(kind.Token, &kind.Rules, oldIn, next) {
		for _, name := range kind.Derived[c.Property] {
			out[name] = wire.Unknown{}
		}
	}
	tagsAll(out, e.Schema.Resources[kind.Token])
	return out
}

func withoutInternals(in map[string]any) map[string]any {
	out := maps.Clone(in)
	delete(out, DefaultsKey)
	return out
}

// tagsAll is the output that repeats the merged tags.
func tagsAll(out map[string]any, r *schema.Resource) {
	if _, has := r.Outputs["tagsAll"]; !has {
		return
	}
	out["tagsAll"] = map[string]any{}
	if tags, set := out["tags"]; set {
		out["tagsAll"] = tags
	}
}
