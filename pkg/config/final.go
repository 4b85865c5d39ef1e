package config

import (
	"fmt"
	"reflect"
	"strings"
)

// keyFinal is the key under which a layer locks values.
const keyFinal = "final"

// Final locks a value: no higher layer may set or remove it. Any layer of a base,
// utility or cell file but the client's may list such locks under the key final.
type Final struct {
	// Path is the value that is locked, with all that lies below it: keys separated by
	// dots, an item of a named list in brackets, [*] for every item, such as
	// kms.rotationDays, storage.buckets[archive] or services.items[*].image.
	Path string `yaml:"path" match:"^[^\\s]{1,200}$" hint:"a path such as kms.rotationDays or services.items[api].image" example:"kms.rotationDays"`
	// Reason says why, to whoever runs into the lock. It must not be empty.
	Reason string `yaml:"reason" match:"\\S" hint:"a sentence that says why" example:"agreed with the auditor"`
}

// lock is a Final with its place.
type lock struct {
	Final
	at    *node // the path in the file
	steps []pathStep
}

// pathStep is one step of a path from the root down.
type pathStep struct {
	key  string // of a map, or the name of a list's item
	item bool
}

// parsePath splits a path such as services.items[api].cpu. It reports false for
// text that is no path.
func parsePath(text string) ([]pathStep, bool) {
	var steps []pathStep
	for rest := text; rest != ""; {
		if rest[0] == '[' {
			name, after, ok := strings.Cut(rest[1:], "]")
			if !ok || name == "" || len(steps) == 0 {
				return nil, false
			}
			steps, rest = append(steps, pathStep{name, true}), after
		} else {
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			if end == 0 {
				return nil, false
			}
			steps, rest = append(steps, pathStep{rest[:end], false}), rest[end:]
		}
		if after, ok := strings.CutPrefix(rest, "."); ok {
			if rest = after; rest == "" || rest[0] == '[' {
				return nil, false
			}
		} else if rest != "" && rest[0] != '[' {
			return nil, false
		}
	}
	return steps, len(steps) > 0
}

// finals takes the locks out of a file's root and checks them against the schema.
func (l *loader) finals(s *schema, root *node) (*node, []*lock) {
	e := root.entry(keyFinal)
	if e == nil {
		return root, nil
	}
	if root.src.layer == LayerClient {
		l.out.add(e.src, int(e.line), int(e.column), keyFinal, "a client's file locks nothing: no layer lies above it", "remove it here")
	}
	rest := *root
	rest.entries = make([]entry, 0, len(root.entries)-1)
	for _, other := range root.entries {
		if other.key != keyFinal {
			rest.entries = append(rest.entries, other)
		}
	}
	var list []Final
	d := &decoder{out: l.out}
	d.value(l.schemas.finals, nil, e.value, nil, reflect.ValueOf(&list).Elem(), (*step)(nil).child(keyFinal))
	var locks []*lock
	for i, f := range list {
		at := fmt.Sprintf("%s[%d].path", keyFinal, i)
		n := e.value.items[i].get("path")
		if d.failed[at] || n == nil {
			continue
		}
		k := &lock{Final: f, at: n}
		message, suggestion := s.check(k)
		if message != "" {
			l.out.add(n.src, int(n.line), int(n.column), at, message, suggestion)
			continue
		}
		locks = append(locks, k)
	}
	return &rest, locks
}

// check parses the path of a lock and says what is wrong with it, if anything.
func (s *schema) check(k *lock) (message, suggestion string) {
	steps, ok := parsePath(k.Path)
	if !ok {
		return fmt.Sprintf("%s is not a path", show(k.Path)), "write keys with dots and items in brackets: services.items[api].image"
	}
	k.steps = steps
	for i, st := range steps {
		switch {
		case s == nil:
			return fmt.Sprintf("%s has nothing below it to lock", show(stepsText(steps[:i]))), "lock the value itself"
		case s.shape == shapeNamed && st.item:
			s = s.elem
		case st.item:
			return fmt.Sprintf("%s is not a list of items with a name", show(stepsText(steps[:i]))), "lock all of it: a plain list is one value"
		case s.shape == shapeNamed:
			return fmt.Sprintf("%s is a list of items with a name", show(stepsText(steps[:i]))), fmt.Sprintf("write %s[name] or %s[*]", stepsText(steps[:i]), stepsText(steps[:i]))
		case s.shape == shapeMap:
			s = s.elem
		case s.shape == shapeStruct:
			f := s.field(st.key)
			if f == nil {
				return fmt.Sprintf("%s is not a key", show(stepsText(steps[:i+1]))), didYouMean(st.key, s.keys, "known keys")
			}
			if f.layer == LayerClient {
				return fmt.Sprintf("%s is set by clients only", show(st.key)), "remove it here"
			}
			s = f.schema
		default:
			return fmt.Sprintf("%s has nothing below it to lock", show(stepsText(steps[:i]))), "lock the value itself"
		}
	}
	return "", ""
}

func stepsText(steps []pathStep) string {
	var b strings.Builder
	for i, st := range steps {
		switch {
		case st.item:
			b.WriteString("[" + st.key + "]")
		case i > 0:
			b.WriteString("." + st.key)
		default:
			b.WriteString(st.key)
		}
	}
	return b.String()
}

// held reports every value of high that the locks protect.
func (l *loader) held(locks []*lock, high *node) {
	for _, k := range locks {
		k.touched(high, k.steps, nil, func(n *node, path string) {
			l.out.add(n.src, int(n.line), int(n.column), path,
				fmt.Sprintf("the value is final since %s: %s", k.at.where(), k.Reason),
				"remove it here, or lift the lock there")
		})
	}
}

// touched calls report with every part of n that changes what lies behind steps.
func (k *lock) touched(n *node, steps, taken []pathStep, report func(n *node, path string)) {
	switch {
	case n.kind == kindNull && len(taken) > 0:
		report(n, stepsText(taken))
	case len(steps) == 0 && n.kind == kindMap:
		for i := range n.entries {
			e := &n.entries[i]
			k.touched(e.value, nil, extend(taken, pathStep{key: e.key}), report)
		}
	case len(steps) == 0:
		report(n, stepsText(taken))
	case !steps[0].item:
		if e := n.entry(steps[0].key); e != nil {
			k.touched(e.value, steps[1:], extend(taken, steps[0]), report)
		}
	case n.kind == kindList:
		for _, it := range n.items {
			name := it.name()
			if name == "" || steps[0].key != "*" && steps[0].key != name {
				continue
			}
			at := extend(taken, pathStep{name, true})
			if it.get("remove") != nil {
				report(it, stepsText(at))
				continue
			}
			k.touched(it.without("name"), steps[1:], at, report)
		}
	}
}

func extend(steps []pathStep, st pathStep) []pathStep {
	return append(steps[:len(steps):len(steps)], st)
}

// without returns the map less one key.
func (n *node) without(key string) *node {
	out := *n
	out.entries = nil
	for _, e := range n.entries {
		if e.key != key {
			out.entries = append(out.entries, e)
		}
	}
	return &out
}

// covers reports whether the lock protects the value at a path.
func (k *lock) covers(path []pathStep) bool {
	if len(k.steps) > len(path) {
		return false
	}
	for i, st := range k.steps {
		if st.item != path[i].item || st.key != path[i].key && !(st.item && st.key == "*") {
			return false
		}
	}
	return true
}
