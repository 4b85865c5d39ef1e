package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/wire"
)

// ChangeKind says what happens to a property.
type ChangeKind int

// The kinds of change.
const (
	Add ChangeKind = iota
	Remove
	Update
)

// Change is one property that differs.
type Change struct {
	Path     string
	Property string // the top-level property of Path
	Kind     ChangeKind
	Replaces bool
}

// Diff compares the inputs that a resource has with those that it should get.
func (f *File) Diff(token string, rules *Rules, old, next map[string]any) []Change {
	d := &differ{rules: rules}
	inputs := f.Resources[token].Inputs
	names := sortedKeys(old)
	for k := range next {
		if _, both := old[k]; !both {
			names = append(names, k)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if strings.HasPrefix(name, "__") {
			continue
		}
		before := len(d.changes)
		d.entry(old, next, name, name, name)
		for i := before; i < len(d.changes); i++ {
			d.changes[i].Property = name
			d.changes[i].Replaces = rules.replaces(name, inputs[name].Replaces, next)
		}
	}
	return d.changes
}

type differ struct {
	rules   *Rules
	changes []Change
}

func (d *differ) add(path string, kind ChangeKind) {
	d.changes = append(d.changes, Change{Path: path, Kind: kind})
}

// entry compares one key of two objects.
func (d *differ) entry(old, next map[string]any, key, path, pattern string) {
	o, had := old[key]
	n, has := next[key]
	switch {
	case had && has:
		d.value(o, n, path, pattern)
	case had && !isEmpty(o) && !contains(d.rules.Computed, pattern):
		d.add(path, Remove)
	case has && !isEmpty(n):
		d.add(path, Add)
	}
}

// isEmpty says whether a value means the same as its absence.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func (d *differ) value(o, n any, path, pattern string) {
	if _, unknown := n.(wire.Unknown); unknown {
		d.add(path, Update)
		return
	}
	switch n := n.(type) {
	case map[string]any:
		if om, ok := o.(map[string]any); ok {
			d.object(om, n, path, pattern)
			return
		}
	case []any:
		if ol, ok := o.([]any); ok {
			d.list(ol, n, path, pattern)
			return
		}
	case string:
		if os, ok := o.(string); ok && contains(d.rules.JSON, pattern) && SameJSON(os, n) {
			return
		}
	}
	if !reflect.DeepEqual(o, n) {
		d.add(path, Update)
	}
}

func (d *differ) object(o, n map[string]any, path, pattern string) {
	for _, k := range sortedKeys(o) {
		d.entry(o, n, k, path+"."+k, pattern+"."+k)
	}
	for _, k := range sortedKeys(n) {
		if _, both := o[k]; !both {
			d.entry(o, n, k, path+"."+k, pattern+"."+k)
		}
	}
}

func (d *differ) list(o, n []any, path, pattern string) {
	if contains(d.rules.Sets, pattern) {
		o, n = d.sorted(o, pattern), d.sorted(n, pattern)
	}
	for i := range max(len(o), len(n)) {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case i >= len(o):
			d.add(at, Add)
		case i >= len(n):
			d.add(at, Remove)
		default:
			d.value(o[i], n[i], at, pattern)
		}
	}
}

// sorted orders a set by its elements' JSON, in which Go sorts the keys.
func (d *differ) sorted(list []any, pattern string) []any {
	type element struct {
		text  string
		value any
	}
	elements := make([]element, len(list))
	for i, v := range list {
		text, err := json.Marshal(d.canonical(v, pattern))
		if err != nil {
			return list
		}
		elements[i] = element{string(text), v}
	}
	slices.SortStableFunc(elements, func(a, b element) int { return strings.Compare(a.text, b.text) })
	out := make([]any, len(list))
	for i, e := range elements {
		out[i] = e.value
	}
	return out
}

// canonical orders the sets inside an element.
func (d *differ) canonical(v any, pattern string) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := make(map[string]any, len(m))
	for k, e := range m {
		if l, isList := e.([]any); isList && contains(d.rules.Sets, pattern+"."+k) {
			e = d.sorted(l, pattern+"."+k)
		}
		if !isEmpty(e) {
			out[k] = e
		}
	}
	return out
}

// SameJSON says whether two JSON documents mean the same; in policy documents a single value and a list of it do.
func SameJSON(a, b string) bool {
	if a == b {
		return true
	}
	var av, bv any
	if json.Unmarshal([]byte(a), &av) != nil || json.Unmarshal([]byte(b), &bv) != nil {
		return false
	}
	return reflect.DeepEqual(unwrapSingles(av), unwrapSingles(bv))
}

func unwrapSingles(v any) any {
	switch v := v.(type) {
	case []any:
		if len(v) == 1 {
			return unwrapSingles(v[0])
		}
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = unwrapSingles(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = unwrapSingles(e)
		}
		return out
	}
	return v
}
