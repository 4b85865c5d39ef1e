package config

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// converter turns the parser's tree into nodes. It allows the part of YAML 1.2
// that has one obvious meaning: maps with plain keys, lists, scalars, anchors.
type converter struct {
	src     *source
	out     *collector
	anchors map[string]anchored
	nodes   int  // values so far, with aliases expanded
	broken  bool // a limit is passed: the tree is not to be used
}

// anchored is a value that an alias can stand for, and how many values it holds.
type anchored struct {
	value *node
	nodes int
}

// problem reports n and returns what stands for it.
func (c *converter) problem(n ast.Node, p *step, message, suggestion string) *node {
	line, column := position(n)
	c.out.add(c.src, line, column, p.String(), message, suggestion)
	return c.node(n, kindBad, "")
}

// limit reports that the file goes beyond a limit, once.
func (c *converter) limit(n ast.Node, message string) *node {
	if !c.broken {
		c.problem(n, nil, message, "")
	}
	c.broken = true
	return c.node(n, kindBad, "")
}

// value converts one value. key is the map key that it belongs to, or "".
func (c *converter) value(n ast.Node, p *step, key string, depth int) *node {
	if depth > maxDepth {
		return c.limit(n, fmt.Sprintf("values nest deeper than %d levels", maxDepth))
	}
	if c.nodes++; c.nodes > maxNodes {
		return c.tooMany(n)
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		return c.mapping(n, n.Values, p, depth)
	case *ast.MappingValueNode:
		return c.mapping(n, []*ast.MappingValueNode{n}, p, depth)
	case *ast.SequenceNode:
		out := c.node(n, kindList, "")
		for i, v := range n.Values {
			if c.broken {
				break
			}
			out.items = append(out.items, c.value(v, &step{up: p, key: itemName(v), index: i}, key, depth+1))
		}
		return out
	case *ast.AnchorNode:
		return c.anchor(n, p, key, depth)
	case *ast.AliasNode:
		return c.alias(n, p)
	case *ast.TagNode:
		return c.problem(n, p, fmt.Sprintf("the tag %s is not allowed", show(n.Start.Value)), "write the value without it")
	}
	return c.scalar(n, p, key)
}

// itemName returns the name of an item of a list, for its path.
func itemName(n ast.Node) string {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		return ""
	}
	for _, mv := range m.Values {
		key, isKey := mv.Key.(*ast.StringNode)
		if value, ok := mv.Value.(*ast.StringNode); ok && isKey && key.Value == "name" {
			return value.Value
		}
	}
	return ""
}

func (c *converter) tooMany(n ast.Node) *node {
	return c.limit(n, fmt.Sprintf("the file holds more than %d values once its aliases are expanded", maxNodes))
}

func (c *converter) node(n ast.Node, k kind, text string) *node {
	line, column := position(n)
	return &node{src: c.src, line: int32(line), column: int32(column), kind: k, text: text}
}

func (c *converter) mapping(at ast.Node, values []*ast.MappingValueNode, p *step, depth int) *node {
	out := c.node(at, kindMap, "")
	out.entries = make([]entry, 0, len(values))
	var seen map[string]int // only worth its cost in a large map
	if len(values) > 16 {
		seen = make(map[string]int, len(values))
	}
	for _, mv := range values {
		if c.broken {
			break
		}
		key, ok := c.key(mv.Key, p)
		if !ok {
			continue
		}
		at := p.child(key)
		if first := lookup(out.entries, seen, key); first != nil {
			c.problem(mv.Key, at, fmt.Sprintf("the key is already set at line %d, column %d", first.line, first.column), "remove one of the two")
			continue
		}
		v := c.value(mv.Value, at, key, depth+1)
		if seen != nil {
			seen[key] = len(out.entries)
		}
		line, column := position(mv.Key)
		out.entries = append(out.entries, entry{key: key, line: int32(line), column: int32(column), src: c.src, value: v})
	}
	return out
}

func lookup(entries []entry, seen map[string]int, key string) *entry {
	if seen != nil {
		if i, ok := seen[key]; ok {
			return &entries[i]
		}
		return nil
	}
	for i := range entries {
		if entries[i].key == key {
			return &entries[i]
		}
	}
	return nil
}

func (c *converter) key(k ast.MapKeyNode, p *step) (string, bool) {
	switch k := k.(type) {
	case *ast.StringNode:
		return k.Value, true
	case *ast.MergeKeyNode:
		c.problem(k, p, "the merge key << is not part of YAML 1.2", "put what is shared into a lower layer, or use an alias as a value")
		return "", false
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		c.problem(k, p, fmt.Sprintf("the key %s is not a string", k.GetToken().Value), "put it in quotes")
		return "", false
	}
	c.problem(k, p, "the key is not plain text", "write key: value")
	return "", false
}

func (c *converter) anchor(n *ast.AnchorNode, p *step, key string, depth int) *node {
	before := c.nodes
	v := c.value(n.Value, p, key, depth)
	if c.anchors == nil {
		c.anchors = map[string]anchored{}
	}
	c.anchors[n.Name.String()] = anchored{v, c.nodes - before}
	return v
}

func (c *converter) alias(n *ast.AliasNode, p *step) *node {
	name := n.Value.String()
	a, ok := c.anchors[name]
	if !ok {
		return c.problem(n, p, fmt.Sprintf("the alias *%s has no anchor &%s before it", name, name), "")
	}
	if c.nodes += a.nodes; c.nodes > maxNodes {
		return c.tooMany(n)
	}
	return a.value
}

func (c *converter) scalar(n ast.Node, p *step, key string) *node {
	var out *node
	switch n := n.(type) {
	case *ast.StringNode:
		out = c.node(n, kindString, n.Value)
	case *ast.LiteralNode:
		out = c.node(n, kindString, n.Value.Value)
	case *ast.IntegerNode:
		out = c.node(n, kindInt, strings.TrimSpace(n.Token.Value))
	case *ast.FloatNode:
		out = c.node(n, kindFloat, strings.TrimSpace(n.Token.Value))
	case *ast.InfinityNode:
		out = c.node(n, kindFloat, n.Token.Value)
	case *ast.NanNode:
		out = c.node(n, kindFloat, n.Token.Value)
	case *ast.BoolNode:
		out = c.node(n, kindBool, strings.ToLower(n.Token.Value))
	case *ast.NullNode:
		if n.Token.Type == token.ImplicitNullType {
			return c.problem(n, p, "the key has no value", "give it one, remove the key, or write null to remove the inherited value")
		}
		return c.node(n, kindNull, "null")
	default:
		return c.problem(n, p, "this kind of YAML value is not supported", "use maps, lists, strings, numbers, booleans and null")
	}
	if what := secretKind(key, out.text); what != "" {
		return c.problem(n, p, "the value looks like "+what, "keep secrets out of these files: put a reference to where the secret is stored")
	}
	return out
}
