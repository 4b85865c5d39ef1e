package config

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// minDrift is how many clients must agree before their overrides say something
// about the default.
const minDrift = 3

// override is one value that a client sets over an inherited one.
type override struct {
	client string
	own    *node
	low    *node // what it overrides
}

// drift finds values that more than half of the clients of the tree, of an account
// or of a region override in the same way: the layer above them is out of date. It
// reports the widest of the three.
func (l *linter) drift() {
	type scope struct{ file, what string }
	clients := map[scope]int{}
	same := map[scope]map[string][]override{} // by path and value
	for _, name := range l.tree.clients {
		r := l.tree.cells[name]
		account := path.Join("accounts", r.at.account)
		for _, s := range []scope{
			{path.Join("defaults", fileCell), "all clients"},
			{path.Join(account, fileCell), "the clients of account " + r.at.account},
			{path.Join(account, r.at.region, fileCell), fmt.Sprintf("the clients of %s %s", r.at.account, r.at.region)},
		} {
			clients[s]++
			if same[s] == nil {
				same[s] = map[string][]override{}
			}
			overrides(l.tree.schemas.cell, nil, r.floor.root, r.own, "", func(at string, low, own *node) {
				key := at + "\x00" + flowText(own.plain())
				same[s][key] = append(same[s][key], override{name, own, low})
			})
		}
	}
	told := map[string]bool{} // paths of clients, where the wider scope has told
	for _, depth := range []int{1, 2, 3} {
		for _, s := range sortedScopes(clients, func(s scope) (string, int) { return s.file, strings.Count(s.file, "/") }, depth) {
			for _, key := range sortedKeys(same[s]) {
				of := same[s][key]
				at, value, _ := strings.Cut(key, "\x00")
				if len(of) < minDrift || 2*len(of) <= clients[s] || told[of[0].client+"\x00"+at] {
					continue
				}
				for _, o := range of {
					told[o.client+"\x00"+at] = true
				}
				l.drifted(s.file, s.what, at, value, of, clients[s])
			}
		}
	}
}

// sortedScopes returns the scopes whose file lies that deep, by file.
func sortedScopes[S comparable](scopes map[S]int, file func(S) (string, int), depth int) []S {
	var out []S
	for s := range scopes {
		if _, d := file(s); d == depth {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b S) int {
		x, _ := file(a)
		y, _ := file(b)
		return strings.Compare(x, y)
	})
	return out
}

func (l *linter) drifted(file, what, at, value string, of []override, all int) {
	low := of[0].low
	from := low.where()
	if low.src.layer == LayerBuiltin {
		from = "the built-in default"
	}
	const most = 5
	names := make([]string, 0, most)
	for _, o := range of[:min(len(of), most)] {
		names = append(names, o.client)
	}
	who := strings.Join(names, ", ")
	if len(of) > most {
		who = fmt.Sprintf("%s and %d more", who, len(of)-most)
	}
	l.add(RuleDrift, of[0].own, at,
		fmt.Sprintf("%d of %d of %s override %s (%s) with %s: %s", len(of), all, what, flowText(low.plain()), from, value, who),
		fmt.Sprintf("set %s: %s in %s and run lint --fix to remove it from the clients", at, value, path.Join(l.tree.prefix, file)), nil)
}

// overrides calls found with every scalar and plain list of own that overrides an
// inherited value with another.
func overrides(s *schema, f *field, low, own *node, path string, found func(path string, low, own *node)) {
	switch {
	case s.shape == shapeStruct && own.kind == kindMap:
		for _, e := range own.entries {
			if at := s.field(e.key); at != nil && at.layer == "" && e.key != "name" {
				overrides(at.schema, at, low.get(e.key), e.value, strings.TrimPrefix(path+"."+e.key, "."), found)
			}
		}
	case s.shape == shapeMap && own.kind == kindMap:
		for _, e := range own.entries {
			overrides(s.elem, nil, low.get(e.key), e.value, path+"."+e.key, found)
		}
	case s.shape == shapeNamed && own.kind == kindList:
		for i, it := range own.items {
			if under := low.item(it.name()); under != nil && it.name() != "" && it.get("remove") == nil {
				overrides(s.elem, nil, under, it, itemPath(path, it.name(), i), found)
			}
		}
	default:
		if low == nil && f != nil {
			low = f.fallback
		}
		if low != nil && flowText(low.plain()) != flowText(own.plain()) {
			found(path, low, own)
		}
	}
}
