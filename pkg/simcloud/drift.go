package simcloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
	"cellworks/pkg/spelling"
)

// Change is one property of a thing that is changed behind the back of the state that describes it.
type Change struct {
	// Path is a property path: "enableDnsHostnames", "tags.owner", "ingress[0].toPort".
	Path string
	// Value is a plain value (nil, bool, float64, string, []any, map[string]any). Nil takes the property away.
	Value any
}

// ParseChange reads PATH=VALUE. The value is JSON when it can be read as JSON, else the text itself; without a value,
// and with null, the property is taken away.
func ParseChange(text string) (Change, error) {
	path, value, ok := strings.Cut(text, "=")
	if !ok || path == "" {
		return Change{}, fmt.Errorf("change %q: want PATH=VALUE, such as tags.owner=ops", text)
	}
	if _, err := parsePath(path); err != nil {
		return Change{}, err
	}
	c := Change{Path: path}
	if value != "" && json.Unmarshal([]byte(value), &c.Value) != nil {
		c.Value = value
	}
	return c, nil
}

// ErrNotFound is in the chain of the error when the cloud has no such thing.
var ErrNotFound = errors.New("the simulated cloud has nothing of that name")

// Drift changes a thing as somebody would at the console: through the same checks as a program's change, with the same
// refusals, but without any stack knowing. urn is the URN of the resource that made it, its id or its ARN. It fails
// when there is no such thing or more than one, when the schema does not allow a value, and when the change could only
// be made by a replacement. Deleting behind the state's back is what Forget and Delete do.
func (c *Cloud) Drift(ctx context.Context, urn string, changes ...Change) (Object, error) {
	o, err := c.find(ctx, urn)
	if err != nil {
		return Object{}, err
	}
	engine, kind := c.engineOf(o.Type)
	if kind == nil || o.Inputs == nil {
		return Object{}, fmt.Errorf("drift of %s: the cloud itself made it and no resource describes it", o.ID)
	}
	old, err := c.open(engine, kind, o)
	if err != nil {
		return Object{}, err
	}
	next, _ := clone(old).(map[string]any)
	for _, change := range changes {
		if err := setPath(next, change); err != nil {
			return Object{}, fmt.Errorf("drift of %s: %w", o.URN, err)
		}
	}
	_, name := splitURN(o.URN)
	session := resource.Session{Account: o.Account, Region: o.Region}
	checked, failures, _ := engine.Check(session, kind, resource.CheckRequest{Name: name, Old: old, New: next})
	for _, f := range failures {
		err = errors.Join(err, fmt.Errorf("%s: %s", f.Path, f.Reason))
	}
	if err != nil {
		return Object{}, fmt.Errorf("drift of %s: %w", o.URN, err)
	}
	if defaults, ok := old[resource.DefaultsKey]; ok {
		checked[resource.DefaultsKey] = defaults // the provider, not the person at the console, has chosen the name
	}
	diff := engine.Diff(kind, old, checked, nil)
	for _, d := range diff.Changes {
		if d.Replaces {
			return Object{}, fmt.Errorf("drift of %s: %s cannot be changed, only replaced: remove the thing with `cellctl sim rm`", o.URN, d.Path)
		}
	}
	if len(diff.Changes) == 0 {
		return Object{}, fmt.Errorf("drift of %s: it has these values already", o.URN)
	}
	if _, err := engine.Update(ctx, session, kind, o.ID, o.URN, checked); err != nil {
		return Object{}, fmt.Errorf("drift of %s: %w", o.URN, err)
	}
	return c.find(ctx, urn)
}

// open returns the inputs of a thing with its secrets, which a listing masks.
func (c *Cloud) open(e *resource.Engine, kind *resource.Kind, o Object) (inputs map[string]any, err error) {
	err = c.store.View(func(tx *store.Tx) error {
		stored, err := e.Open(tx, kind, store.Key{Type: o.Type, Account: o.Account, Region: o.Region, ID: o.ID})
		if err == nil && stored != nil {
			inputs = stored.Inputs
		}
		return err
	})
	return inputs, err
}

// find returns the one living thing with a URN, id or ARN.
func (c *Cloud) find(ctx context.Context, name string) (Object, error) {
	objects, err := c.Objects(ctx, Filter{})
	if err != nil {
		return Object{}, err
	}
	var found []Object
	var near []string
	for _, o := range objects {
		if o.URN == name || o.ID == name || o.ARN == name {
			found = append(found, o)
		}
		near = append(near, o.URN)
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return Object{}, fmt.Errorf("%d things are called %q: name one by its URN (cellctl sim ls --json)", len(found), name)
	}
	hint := ""
	if n := spelling.Nearest(name, near); n != "" {
		hint = fmt.Sprintf(" (did you mean %s?)", n)
	}
	return Object{}, fmt.Errorf("%q: %w%s; cellctl sim ls shows what it has", name, ErrNotFound, hint)
}

func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := maps.Clone(v)
		for k := range m {
			m[k] = clone(m[k])
		}
		return m
	case []any:
		l := slices.Clone(v)
		for i := range l {
			l[i] = clone(l[i])
		}
		return l
	}
	return v
}

// parsePath splits a property path into keys (string) and list indexes (int).
func parsePath(path string) ([]any, error) {
	var steps []any
	for part := range strings.SplitSeq(path, ".") {
		name, indexes, _ := strings.Cut(part, "[")
		if name == "" {
			return nil, fmt.Errorf("property path %q: a name is missing", path)
		}
		steps = append(steps, name)
		for indexes != "" {
			digits, rest, ok := strings.Cut(indexes, "]")
			i, err := strconv.Atoi(digits)
			if !ok || err != nil || i < 0 || rest != "" && rest[0] != '[' {
				return nil, fmt.Errorf("property path %q: want an index such as [0]", path)
			}
			steps, indexes = append(steps, i), strings.TrimPrefix(rest, "[")
		}
	}
	return steps, nil
}

// setPath changes one property. Objects on the way are made, lists are not; the index after the last appends.
func setPath(in map[string]any, change Change) error {
	steps, err := parsePath(change.Path)
	if err != nil {
		return err
	}
	_, err = set(in, steps, change.Value)
	if err != nil {
		return fmt.Errorf("%s: %w", change.Path, err)
	}
	return nil
}

// set returns at with the value at the end of steps changed.
func set(at any, steps []any, value any) (any, error) {
	if len(steps) == 0 {
		return value, nil
	}
	if i, isIndex := steps[0].(int); isIndex {
		return setElement(at, i, steps[1:], value)
	}
	name, _ := steps[0].(string)
	m, isObject := at.(map[string]any)
	if !isObject {
		if at != nil {
			return nil, fmt.Errorf("%q is looked for in what is no object", name)
		}
		m = map[string]any{}
	}
	if len(steps) == 1 && value == nil {
		delete(m, name)
		return m, nil
	}
	next, err := set(m[name], steps[1:], value)
	if err == nil {
		m[name] = next
	}
	return m, err
}

func setElement(at any, i int, steps []any, value any) (any, error) {
	list, isList := at.([]any)
	if !isList && at != nil {
		return nil, fmt.Errorf("[%d] is looked for in what is no list", i)
	}
	if i > len(list) {
		return nil, fmt.Errorf("[%d] is beyond the end of a list of %d", i, len(list))
	}
	if i == len(list) {
		list = append(list, nil)
	}
	if len(steps) == 0 && value == nil {
		return slices.Delete(list, i, i+1), nil
	}
	next, err := set(list[i], steps, value)
	list[i] = next
	return list, err
}
