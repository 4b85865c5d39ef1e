package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// YAML returns a target's resolved configuration as one YAML document: everything
// that is set, built-in defaults included. With origins, each value carries where
// it comes from as a comment. It fails like Explain.
func (t *Tree) YAML(name string, origins bool) (string, error) {
	on, err := t.target(name)
	if err != nil {
		return "", err
	}
	r := &renderer{origins: origins}
	r.structure(on.schema, on.root, 0, "")
	return r.text(), nil
}

// renderer writes block YAML line by line.
type renderer struct {
	origins bool
	lines   []renderedLine
}

type renderedLine struct {
	text, comment string
}

func (r *renderer) line(depth int, lead, text string, o *Origin) {
	l := renderedLine{text: strings.Repeat("  ", depth) + lead + text}
	if o != nil && r.origins {
		l.comment = o.String()
	}
	r.lines = append(r.lines, l)
}

// structure writes the keys of a struct. lead is what the first line begins with
// in place of two blanks, or "".
func (r *renderer) structure(s *schema, n *node, depth int, lead string) {
	for i := range s.fields {
		f := &s.fields[i]
		v := n.get(f.key)
		var o Origin
		if v == nil || v.kind == kindNull {
			if f.fallback == nil {
				continue
			}
			v = f.fallback
		}
		o = v.place()
		r.value(f.schema, f.key, v, depth, lead, &o)
		if lead != "" {
			lead, depth = "", depth+1
		}
	}
}

func (r *renderer) value(s *schema, key string, v *node, depth int, lead string, o *Origin) {
	key = quoteYAML(key) + ":"
	inner := depth + 1
	if lead != "" {
		inner++
	}
	switch {
	case s.shape == shapeStruct && v.kind == kindMap:
		r.line(depth, lead, key, nil)
		before := len(r.lines)
		if r.structure(s, v, inner, ""); len(r.lines) == before {
			r.lines[before-1].text += " {}"
		}
	case s.shape == shapeMap && len(v.entries) > 0:
		r.line(depth, lead, key, nil)
		for _, e := range sortedEntries(v) {
			at := e.value.place()
			r.line(inner, "", quoteYAML(e.key)+": "+flowText(e.value.plain()), &at)
		}
	case s.shape == shapeNamed && len(v.items) > 0:
		r.line(depth, lead, key, nil)
		for _, it := range v.items {
			r.structure(s.elem, it, inner, "- ")
		}
	default:
		r.line(depth, lead, key+" "+flowText(v.plain()), o)
	}
}

func sortedEntries(n *node) []entry {
	var out []entry
	for _, e := range n.entries {
		if e.value.kind != kindNull {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	return out
}

// text joins the lines, their comments in one column.
func (r *renderer) text() string {
	const most = 60 // a longer line pushes only its own comment out
	column := 0
	for _, l := range r.lines {
		if n := utf8.RuneCountInString(l.text); l.comment != "" && n <= most {
			column = max(column, n)
		}
	}
	var b strings.Builder
	for _, l := range r.lines {
		b.WriteString(l.text)
		if l.comment != "" {
			b.WriteString(strings.Repeat(" ", max(1, column+2-utf8.RuneCountInString(l.text))))
			b.WriteString("# " + l.comment)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// flowText writes a value on one line of YAML.
func flowText(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return quoteYAML(v)
	case []any:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = flowText(x)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		parts := make([]string, 0, len(v))
		for _, k := range sortedKeys(v) {
			parts = append(parts, quoteYAML(k)+": "+flowText(v[k]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v)
}

// quoteYAML writes a string as YAML: plain when it can only be a string.
func quoteYAML(s string) string {
	n := node{text: s}
	plain := s != ""
	for i := range len(s) {
		plain = plain && isPlain(s[i])
	}
	if plain && n.classify() && n.kind == kindString {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Resolved returns a target's resolved configuration as plain values: map[string]any,
// []any, string, int and bool. It fails like Explain.
func (t *Tree) Resolved(name string) (map[string]any, error) {
	text, err := t.YAML(name, false)
	if err != nil {
		return nil, err
	}
	out := &collector{}
	root := parse([]byte(text), &source{file: name}, out)
	if root == nil {
		return nil, out.problems()
	}
	resolved, _ := root.plain().(map[string]any)
	return resolved, nil
}
