package config

import (
	"fmt"
	"reflect"
)

// structure decodes a map into a struct: unknown keys and missing ones are
// problems.
func (d *decoder) structure(s *schema, n, low *node, v reflect.Value, p *step) {
	if low != nil && low.kind != kindMap {
		low = nil
		v.SetZero()
	}
	var seen uint64 // of the fields by position; a struct here has well under 64
	for i := range n.entries {
		e := &n.entries[i]
		at := s.position(e.key)
		if at < 0 {
			d.problemAt(e.src, int(e.line), int(e.column), p.child(e.key), "unknown key", didYouMean(e.key, s.keys, "known keys"))
			continue
		}
		seen |= 1 << at
		f, under := &s.fields[at], low.at(i, e.key)
		if under == e.value {
			continue
		}
		step := p.child(e.key)
		if f.layer != "" && !d.layered(f, e, step) {
			continue
		}
		if e.value.kind == kindNull {
			v.Field(f.index).SetZero()
			d.removed(f, e.value, v.Field(f.index), step)
			continue
		}
		d.value(f.schema, f, e.value, under, v.Field(f.index), step)
	}
	for i := range s.fields {
		// What no layer sets is in the value of the lower tree already.
		if seen&(1<<i) == 0 && (low == nil || s.fields[i].layer != "") {
			d.absent(&s.fields[i], n, v.Field(s.fields[i].index), p)
		}
	}
}

// at returns the value of the i-th key of a map that another was merged over, or
// nil when there is none. A merge keeps the keys of the lower map in their places.
func (n *node) at(i int, key string) *node {
	if n == nil || i >= len(n.entries) || n.entries[i].key != key {
		return nil
	}
	return n.entries[i].value
}

func (s *schema) position(key string) int {
	for i := range s.fields {
		if s.fields[i].key == key {
			return i
		}
	}
	return -1
}

// layered reports whether every layer that sets the key may do so.
func (d *decoder) layered(f *field, e *entry, p *step) bool {
	ok := true
	for n := e.value; n != nil; n = n.lower {
		if n.src.layer != f.layer {
			d.problem(n, p, fmt.Sprintf("the key may be set in the file of a %s only", f.layer), "remove it here")
			ok = false
		}
	}
	return ok
}

// removed handles a key that null removes.
func (d *decoder) removed(f *field, n *node, v reflect.Value, p *step) {
	switch {
	case f.fallback != nil:
		d.value(f.schema, f, f.fallback, nil, v, p)
	case !f.optional:
		d.problem(n, p, "null removes the value of a required key, want "+f.want(), "")
	}
}

// absent handles a key that no layer sets. n is the map that lacks it.
func (d *decoder) absent(f *field, n *node, v reflect.Value, p *step) {
	switch {
	case f.fallback != nil:
		d.value(f.schema, f, f.fallback, nil, v, p.child(f.key))
	case f.optional:
	case f.layer == LayerClient && d.client == nil:
	case f.layer == LayerClient:
		d.problemAt(d.client, 1, 1, p.child(f.key), "missing key, want "+f.want(), f.suggestion())
	case d.partial:
	default:
		d.problem(n, p.child(f.key), "missing key, want "+f.want(), f.suggestion())
	}
}

// suggestion shows a right value of a missing key.
func (f *field) suggestion() string {
	if f.example == "" {
		return ""
	}
	return fmt.Sprintf("for example: %s: %s", f.key, f.example)
}
