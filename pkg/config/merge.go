package config

import "slices"

// merger lays one layer's tree over another's. Neither is changed: the result
// shares every part that only one of them has.
type merger struct {
	out *collector
	// arena is where new nodes come from; nil: the heap.
	arena *arena
}

// merge returns high laid over low. s is what the value must be, or nil when the
// schema does not know it. low may be nil.
func (m *merger) merge(s *schema, low, high *node, p *step) *node {
	if s != nil && high.kind != kindNull {
		switch {
		case s.shape == shapeStruct || s.shape == shapeMap:
			if high.kind == kindMap {
				return m.mergeMap(s, low, high, p)
			}
		case s.shape == shapeNamed && high.kind == kindList:
			return m.mergeNamed(s, low, high, p)
		}
	}
	return m.over(low, high)
}

// over returns high as the value that replaces low.
func (m *merger) over(low, high *node) *node {
	if low == nil {
		return high
	}
	out := m.arena.node(*high)
	out.lower = low
	return out
}

func (m *merger) mergeMap(s *schema, low, high *node, p *step) *node {
	out := *high
	out.entries = nil
	inherited := 0
	if low != nil && low.kind == kindMap {
		// The map itself stays where the lowest layer put it: that is where a key that
		// no layer sets is missing.
		out = *low
		inherited = len(low.entries)
		out.entries = m.arena.entriesOf(low.entries, len(high.entries))
	} else {
		out.lower = low
		out.entries = m.arena.entriesOf(nil, len(high.entries))
	}
	for _, e := range high.entries {
		at := -1
		for i := range inherited {
			if out.entries[i].key == e.key {
				at = i
				break
			}
		}
		var under *node
		if at >= 0 {
			under = out.entries[at].value
		}
		e.value = m.merge(s.of(e.key), under, e.value, p.child(e.key))
		if at >= 0 {
			out.entries[at] = e
		} else {
			out.entries = append(out.entries, e)
		}
	}
	return m.arena.node(out)
}

// of returns the schema of a key's value, or nil when the key is not known.
func (s *schema) of(key string) *schema {
	if s.shape == shapeMap {
		return s.elem
	}
	if f := s.field(key); f != nil {
		return f.schema
	}
	return nil
}

func (m *merger) mergeNamed(s *schema, low, high *node, p *step) *node {
	inherited := []*node(nil)
	if low != nil && low.kind == kindList {
		inherited = low.items
	}
	if len(high.items) == 0 && len(inherited) > 0 {
		m.out.add(high.src, int(high.line), int(high.column), p.String(), "an empty list changes nothing: the list merges by name",
			"write null to remove all inherited items, or {name: x, remove: true} to remove one")
	}
	out := *high
	out.items = m.arena.itemsOf(inherited, len(high.items))
	taken := map[string]bool{} // names that this layer has set already
	for i, it := range high.items {
		name := it.name()
		at := -1
		if name != "" && !taken[name] {
			at = slices.IndexFunc(out.items, func(x *node) bool { return x.name() == name })
		}
		step := p.item(it, i)
		if it.get("remove") != nil {
			if m.removes(it, at, out.items, step) {
				out.items = slices.Delete(out.items, at, at+1)
			}
			continue
		}
		taken[name] = true
		if at < 0 {
			out.items = append(out.items, m.merge(s.elem, nil, it, step))
		} else {
			out.items[at] = m.merge(s.elem, out.items[at], it, step)
		}
	}
	return m.arena.node(out)
}

// removes reports whether the item is a right removal of the inherited item at
// position at, and reports what is wrong when it is not.
func (m *merger) removes(it *node, at int, inherited []*node, p *step) bool {
	remove := it.get("remove")
	problem := func(n *node, message, suggestion string) bool {
		m.out.add(n.src, int(n.line), int(n.column), p.String(), message, suggestion)
		return false
	}
	switch {
	case remove.kind != kindBool || remove.text != "true":
		return problem(remove, "remove must be true", "leave the key out to keep the item")
	case it.name() == "" || len(it.entries) != 2:
		return problem(it, "an item that removes an inherited one has the keys name and remove only", "write {name: x, remove: true}")
	case at < 0:
		var names []string
		for _, x := range inherited {
			names = append(names, x.name())
		}
		return problem(it, "there is no inherited item to remove", didYouMean(it.name(), names, "inherited items"))
	}
	return true
}
