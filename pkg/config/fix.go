package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Fixed is a file as Fix would have it.
type Fixed struct {
	// File is how problems name the file, Path where it is.
	File, Path string
	// Text is the whole new content.
	Text []byte
	// Applied are the findings that the text no longer has.
	Applied Findings
}

// Fix returns the files that change when the fixable ones of the findings, which
// Lint of this tree has returned, are applied. It writes nothing. Only the text of
// what is removed goes, with the comment behind it on its lines; comments on lines
// of their own and all formatting stay. Every edit is checked: one that would change
// a resolved value, or whose text holds comments on lines of their own, is not made.
// It fails when a file cannot be read.
func (t *Tree) Fix(findings Findings) ([]Fixed, error) {
	byFile := map[string]Findings{}
	for _, f := range findings {
		if f.remove != nil && f.from != nil {
			byFile[f.File] = append(byFile[f.File], f)
		}
	}
	var out []Fixed
	for _, file := range sortedKeys(byFile) {
		rel := strings.TrimPrefix(strings.TrimPrefix(file, t.prefix), "/")
		fixed := Fixed{File: file, Path: filepath.Join(t.dir, filepath.FromSlash(rel))}
		// Through a link the text belongs to other files as well.
		if info, err := os.Lstat(fixed.Path); err != nil || !info.Mode().IsRegular() {
			if err != nil {
				return nil, fmt.Errorf("fixing %s: %w", file, err)
			}
			continue
		}
		text, err := os.ReadFile(fixed.Path)
		if err != nil {
			return nil, fmt.Errorf("fixing %s: %w", file, err)
		}
		fixed.Text, fixed.Applied = t.fixText(string(text), byFile[file])
		if len(fixed.Applied) > 0 {
			out = append(out, fixed)
		}
	}
	return out, nil
}

// fixText applies findings of one file, the last in the file first, so that the
// places of the others stay right.
func (t *Tree) fixText(text string, findings Findings) ([]byte, Findings) {
	from := findings[0].from
	// What an alias shares stays: its text has a meaning elsewhere.
	uses := map[*node]int{}
	from.own.count(uses)
	p := &pruner{remove: map[*node]bool{}}
	for _, f := range findings {
		p.remove[f.remove] = uses[f.remove] == 1
	}
	p.container(from.own)
	slices.SortFunc(p.cuts, func(a, b cut) int {
		if a.line != b.line {
			return int(b.line - a.line)
		}
		return int(b.column - a.column)
	})
	gone := map[*node]bool{}
	for _, c := range p.cuts {
		after, ok := c.apply(text)
		if !ok || !from.same(after) {
			continue
		}
		text = after
		for n := range c.takes {
			gone[n] = true
		}
	}
	var applied Findings
	for _, f := range findings {
		if gone[f.remove] {
			applied = append(applied, f)
		}
	}
	return []byte(text), applied
}

// same reports whether the text, in the place of the file, resolves to the same
// values.
func (o *overlay) same(text string) bool {
	out := &collector{}
	root := parse([]byte(text), o.own.src, out)
	if root == nil {
		return false
	}
	if root.entry(keyFinal) != nil {
		root = root.without(keyFinal)
	}
	merged := (&merger{out: out}).merge(o.schema, o.low, root, nil)
	before, after := &walker{target: target{root: o.merged}}, &walker{target: target{root: merged}}
	before.structure(o.schema, o.merged, "")
	after.structure(o.schema, merged, "")
	return len(out.problems()) == 0 && len(Diff(before.values, after.values)) == 0
}

// count adds how often each value occurs in the tree.
func (n *node) count(uses map[*node]int) {
	uses[n]++
	for _, e := range n.entries {
		e.value.count(uses)
	}
	for _, it := range n.items {
		it.count(uses)
	}
}

// pruner decides what to cut so that the values in remove go, and with them the
// maps, items and lists that they leave empty.
type pruner struct {
	remove map[*node]bool
	cuts   []cut
}

// container plans the cuts within a map or list.
func (p *pruner) container(n *node) {
	for i := range n.entries {
		e := &n.entries[i]
		if takes := p.all(e.value); takes != nil {
			p.cuts = append(p.cuts, cut{line: e.line, column: e.column, in: n, takes: takes, value: e.value, entry: i})
		} else {
			p.container(e.value)
		}
	}
	for _, it := range n.items {
		if takes := p.all(it); takes != nil {
			p.cuts = append(p.cuts, cut{line: it.line, column: it.column, in: n, takes: takes, value: it, entry: -1})
		} else {
			p.container(it)
		}
	}
}

// all returns the values to remove that are all of n, or nil when there is more to
// n than those. The name of an item is nothing by itself.
func (p *pruner) all(n *node) map[*node]bool {
	takes := map[*node]bool{}
	if p.remove[n] {
		takes[n] = true
		return takes
	}
	inner := slices.Clone(n.items)
	for _, e := range n.entries {
		if e.key != "name" {
			inner = append(inner, e.value)
		}
	}
	for _, v := range inner {
		of := p.all(v)
		if of == nil {
			return nil
		}
		for x := range of {
			takes[x] = true
		}
	}
	if len(takes) == 0 {
		return nil
	}
	return takes
}
