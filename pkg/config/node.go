package config

import (
	"strconv"
	"strings"
)

// source is one file of the tree.
type source struct {
	file  string // as shown in problems
	layer Layer
}

// kind is what a node is, as the file says it.
type kind uint8

const (
	kindNull kind = iota
	kindString
	kindInt
	kindFloat
	kindBool
	kindMap
	kindList
	// kindBad stands for a value that is reported already. It is never valid and
	// never reported again.
	kindBad
)

func (k kind) String() string {
	switch k {
	case kindNull:
		return "null"
	case kindString:
		return "a string"
	case kindInt:
		return "an integer"
	case kindFloat:
		return "a number with a fraction"
	case kindBool:
		return "a boolean"
	case kindMap:
		return "a map"
	case kindList:
		return "a list"
	case kindBad:
		return "a value with a problem"
	}
	return "unknown"
}

// node is one value of a file or of a merge of files. Nodes never change once
// they are built: layers share them, and a merge makes new ones along the paths
// that it changes.
type node struct {
	src     *source
	line    int32
	column  int32
	kind    kind
	text    string  // of a scalar
	entries []entry // of a map, in the order of the file
	items   []*node // of a list
	lower   *node   // the value of a lower layer that this one replaced
}

// entry is one key of a map. Its position is the key's.
type entry struct {
	key    string
	line   int32
	column int32
	src    *source
	value  *node
}

// get returns the value of a map's key, or nil when there is none or n is no map.
func (n *node) get(key string) *node {
	if e := n.entry(key); e != nil {
		return e.value
	}
	return nil
}

func (n *node) entry(key string) *entry {
	if n == nil || n.kind != kindMap {
		return nil
	}
	for i := range n.entries {
		if n.entries[i].key == key {
			return &n.entries[i]
		}
	}
	return nil
}

// name returns the scalar of a map's key "name", or "".
func (n *node) name() string {
	if v := n.get("name"); v != nil && v.kind == kindString {
		return v.text
	}
	return ""
}

// item returns the item of a list whose name or index is id, or nil.
func (n *node) item(id string) *node {
	if n == nil || n.kind != kindList {
		return nil
	}
	for _, it := range n.items {
		if it.name() == id {
			return it
		}
	}
	if i, err := strconv.Atoi(id); err == nil && i >= 0 && i < len(n.items) {
		return n.items[i]
	}
	return nil
}

// find returns the node at a path such as services.items[api].cpu and reports
// whether all of the path exists; otherwise the node is the last one that does.
func (n *node) find(path string) (*node, bool) {
	at := n
	for path != "" {
		var next *node
		if path[0] == '[' {
			id, rest, ok := strings.Cut(path[1:], "]")
			if !ok {
				return at, false
			}
			next, path = at.item(id), strings.TrimPrefix(rest, ".")
		} else {
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			next, path = at.get(path[:end]), strings.TrimPrefix(path[end:], ".")
		}
		if next == nil {
			return at, false
		}
		at = next
	}
	return at, true
}

// origin returns where the node's value was set and what it replaced.
func (n *node) origin() Origin {
	o := n.place()
	for low := n.lower; low != nil; low = low.lower {
		o.Overrode = append(o.Overrode, low.place())
	}
	return o
}

func (n *node) place() Origin {
	text := n.text
	if n.kind == kindList || n.kind == kindMap && len(n.entries) == 0 {
		text = flowText(n.plain())
	}
	return Origin{File: n.src.file, Line: int(n.line), Column: int(n.column), Layer: n.src.layer, Value: text}
}

// step is one step of a path from the root to a node. Paths are built backward
// and written out only for a problem, because most values have none.
type step struct {
	up    *step
	key   string // of a map; of a named list's item, its name
	index int    // of a list; -1 for a key of a map
}

func (s *step) child(key string) *step { return &step{up: s, key: key, index: -1} }

func (s *step) item(n *node, index int) *step { return &step{up: s, key: n.name(), index: index} }

// String returns the path as in Problem.Path.
func (s *step) String() string {
	if s == nil {
		return ""
	}
	up := s.up.String()
	switch {
	case s.index >= 0 && s.key != "":
		return up + "[" + s.key + "]"
	case s.index >= 0:
		return up + "[" + strconv.Itoa(s.index) + "]"
	case up == "":
		return s.key
	}
	return up + "." + s.key
}
