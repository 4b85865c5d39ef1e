package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Value is one resolved value: a scalar, a plain list, or an empty map or list.
type Value struct {
	// Path is where it is, such as services.items[api].cpu.
	Path string `json:"path"`
	// Value is a string, int or bool, a []any of them, or an empty map or list; nil
	// when Removed.
	Value any `json:"value"`
	// Removed says that a layer has removed the inherited value or item.
	Removed bool `json:"removed,omitempty"`
	// Origin is where it was set, or removed, and what that overrode.
	Origin Origin `json:"origin"`
	// Final says what locks it; nil: nothing does.
	Final *Locked `json:"final,omitempty"`
	// Doc says what the key means.
	Doc string `json:"doc"`
	// Want says what a value must be.
	Want string `json:"want"`
}

// Locked says where and why a value was made final.
type Locked struct {
	Final
	// Origin is where the lock is.
	Origin Origin `json:"origin"`
}

// Text returns the value as YAML writes it on one line; "" when removed.
func (v Value) Text() string {
	if v.Removed {
		return ""
	}
	return flowText(v.Value)
}

// Explain returns the values of a target at a path and below it, in the order of
// the schema, or all of them when the path is empty. A target is a client,
// cell/<client>, base/<account>-<region>, utility/<account>-<region> or
// organization. It fails for a target that does not exist (an *UnknownClientError
// for a client) and for a path at which nothing can be set.
func (t *Tree) Explain(name, path string) ([]Value, error) {
	on, err := t.target(name)
	if err != nil {
		return nil, err
	}
	w := &walker{target: on, names: strings.HasSuffix(path, "].name")}
	w.structure(on.schema, on.root, "")
	if path == "" {
		return w.values, nil
	}
	steps, ok := parsePath(path)
	if !ok {
		return nil, fmt.Errorf("%q is not a path: write keys with dots and items in brackets, such as services.items[api].image", path)
	}
	if message, hint := on.schema.locate(steps); message != "" {
		return nil, fmt.Errorf("%s: %s (%s)", on.name, message, hint)
	}
	below := func(v Value) bool {
		rest, ok := strings.CutPrefix(v.Path, path)
		return !ok || rest != "" && rest[0] != '.' && rest[0] != '['
	}
	values := slices.DeleteFunc(w.values, below)
	if len(values) == 0 {
		return nil, w.unset(path, steps)
	}
	return values, nil
}

// locate says what is wrong with a path, if anything.
func (s *schema) locate(steps []pathStep) (message, hint string) {
	for i, st := range steps {
		at := stepsText(steps[:i+1])
		switch {
		case s.shape == shapeStruct && !st.item:
			f := s.field(st.key)
			if f == nil {
				return fmt.Sprintf("%s is not a key", at), didYouMean(st.key, s.keys, "known keys")
			}
			s = f.schema
		case s.shape == shapeMap && !st.item, s.shape == shapeNamed && st.item:
			s = s.elem
		default:
			return fmt.Sprintf("%s does not exist", at), fmt.Sprintf("%s is %s", stepsText(steps[:i]), s.want())
		}
	}
	return "", ""
}

// unset says that nothing is set at a path that exists in the schema.
func (w *walker) unset(path string, steps []pathStep) error {
	last := steps[len(steps)-1]
	above := stepsText(steps[:len(steps)-1])
	n, _ := w.root.find(above)
	var names []string
	for _, it := range n.items {
		names = append(names, it.name())
	}
	if last.item {
		return fmt.Errorf("%s: there is no %s (%s)", w.name, path, didYouMean(last.key, names, "items of "+above))
	}
	return fmt.Errorf("%s: %s is not set by any layer and has no default", w.name, path)
}

// walker lists the values of a target.
type walker struct {
	target
	// names says that the names of items count as values, not only as part of paths.
	names  bool
	values []Value
}

func (w *walker) structure(s *schema, n *node, path string) {
	for i := range s.fields {
		f := &s.fields[i]
		at := f.key
		if at == "name" && strings.HasSuffix(path, "]") && !w.names {
			continue
		}
		if path != "" {
			at = path + "." + f.key
		}
		v := n.get(f.key)
		switch {
		case (v == nil || v.kind == kindNull) && f.fallback != nil:
			o := f.fallback.place()
			if v != nil {
				o.Overrode = append([]Origin{v.place()}, v.origin().Overrode...)
			}
			w.add(f, at, f.fallback, o)
		case v == nil:
		default:
			w.value(f.schema, f, v, at)
		}
	}
}

func (w *walker) value(s *schema, f *field, n *node, path string) {
	switch {
	case s.shape == shapeStruct && n.kind == kindMap:
		w.structure(s, n, path)
	case s.shape == shapeNamed && n.kind == kindList:
		before := len(w.values)
		for i, it := range n.items {
			w.value(s.elem, f, it, itemPath(path, it.name(), i))
		}
		w.removed(f, n, path)
		if len(w.values) == before {
			w.add(f, path, n, n.origin())
		}
	case s.shape == shapeMap && n.kind == kindMap && len(n.entries) > 0:
		entries := map[string]*node{}
		for _, e := range n.entries {
			entries[e.key] = e.value
		}
		for _, key := range slices.Sorted(maps.Keys(entries)) {
			w.add(f, path+"."+key, entries[key], entries[key].origin())
		}
	default:
		w.add(f, path, n, n.origin())
	}
}

// removed lists the items that a layer has removed from a list.
func (w *walker) removed(f *field, merged *node, path string) {
	seen := map[string]bool{}
	for i := len(w.sheets) - 1; i >= 0; i-- {
		list, ok := w.sheets[i].root.find(path)
		if !ok || list.kind != kindList {
			continue
		}
		for _, it := range list.items {
			name := it.name()
			if it.get("remove") == nil || name == "" || seen[name] || merged.item(name) != nil {
				continue
			}
			seen[name] = true
			o := it.place()
			for j := i - 1; j >= 0; j-- {
				if low, ok := w.sheets[j].root.find(path); ok && low.item(name) != nil {
					under := low.item(name).place()
					under.Value = flowText(low.item(name).plain())
					o.Overrode = append(o.Overrode, under)
				}
			}
			w.put(Value{Path: path + "[" + name + "]", Removed: true, Origin: o, Doc: fieldDoc(f.id), Want: f.want()})
		}
	}
}

func (w *walker) add(f *field, path string, n *node, o Origin) {
	v := Value{Path: path, Value: n.plain(), Removed: n.kind == kindNull, Origin: o, Doc: fieldDoc(f.id), Want: f.want()}
	w.put(v)
}

func (w *walker) put(v Value) {
	steps, _ := parsePath(v.Path)
	for _, k := range w.locks {
		if k.covers(steps) {
			v.Final = &Locked{k.Final, k.at.place()}
			break
		}
	}
	w.values = append(w.values, v)
}

// plain returns a node as Value.Value.
func (n *node) plain() any {
	switch n.kind {
	case kindString:
		return n.text
	case kindInt:
		if i, err := strconv.Atoi(n.text); err == nil {
			return i
		}
		return n.text
	case kindBool:
		return n.text == "true"
	case kindList:
		out := make([]any, len(n.items))
		for i, it := range n.items {
			out[i] = it.plain()
		}
		return out
	case kindMap:
		out := map[string]any{}
		for _, e := range n.entries {
			out[e.key] = e.value.plain()
		}
		return out
	default: // null, and what is not valid anywhere
		return nil
	}
}

// Difference is a value that two targets do not have in common.
type Difference struct {
	// Path is where it is.
	Path string `json:"path"`
	// A and B are the values; nil when a target has none there.
	A *Value `json:"a"`
	B *Value `json:"b"`
}

// Diff returns where two lists of values differ, in the order of the first, what
// only the second has after that. Origins do not count.
func Diff(a, b []Value) []Difference {
	of := func(values []Value) map[string]*Value {
		out := map[string]*Value{}
		for i := range values {
			if !values[i].Removed {
				out[values[i].Path] = &values[i]
			}
		}
		return out
	}
	inA, inB := of(a), of(b)
	out := []Difference{}
	for _, v := range a {
		if x, y := inA[v.Path], inB[v.Path]; x != nil && (y == nil || x.Text() != y.Text()) {
			out = append(out, Difference{v.Path, x, y})
		}
	}
	for _, v := range b {
		if y := inB[v.Path]; y != nil && inA[v.Path] == nil {
			out = append(out, Difference{v.Path, nil, y})
		}
	}
	return out
}
