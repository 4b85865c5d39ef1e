package config

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// The rules of Lint.
const (
	// RuleRedundant is a value that equals the one it overrides.
	RuleRedundant = "redundant"
	// RuleDead is a value that has no effect because its module is off.
	RuleDead = "dead"
	// RuleDrift is an override that most clients make in the same way.
	RuleDrift = "drift"
	// RuleUnusedProfile is a profile that no client names.
	RuleUnusedProfile = "unused-profile"
)

// Finding is something in a valid configuration that had better be otherwise. Its
// Suggestion is the fix.
type Finding struct {
	Problem
	// Rule is the rule that found it.
	Rule string `json:"rule"`
	// Fixable says that Fix can apply the fix: no resolved value changes.
	Fixable bool `json:"fixable"`

	remove *node // the value to take out
	from   *overlay
}

// overlay is one file over the tree below it.
type overlay struct {
	schema *schema
	low    *node
	merged *node // low and own together
	own    *node
}

// Findings are what Lint finds, sorted by file, line and column.
type Findings []Finding

// Lint looks for overrides that change nothing, overrides that most clients share,
// settings of modules that are off, and profiles that no one uses. Profiles are not
// searched for redundant values: what one says holds whatever lies below it.
func (t *Tree) Lint() Findings {
	l := &linter{tree: t}
	for _, k := range []struct {
		kind   string
		schema *schema
		floors map[place]*floor
	}{{"base", t.schemas.base, t.bases}, {"utility", t.schemas.utility, t.utilities}, {"cell", t.schemas.cell, t.cellFloors.places}} {
		l.floors(k.schema, k.floors)
	}
	for _, name := range t.clients {
		r := t.cells[name]
		l.sheet(t.schemas.cell, r.floor.root, r.root, r.own)
	}
	l.drift()
	l.profiles()
	slices.SortFunc(l.found, func(a, b Finding) int {
		return cmp.Or(compareProblems(a.Problem, b.Problem), cmp.Compare(a.Rule, b.Rule))
	})
	return slices.CompactFunc(l.found, func(a, b Finding) bool { return a.Problem == b.Problem && a.Rule == b.Rule })
}

type linter struct {
	tree  *Tree
	found Findings
	// at is the file that is looked at.
	at *overlay
}

func (l *linter) add(rule string, n *node, path, message, suggestion string, remove *node) {
	l.found = append(l.found, Finding{
		Problem: Problem{File: n.src.file, Line: int(n.line), Column: int(n.column), Path: path, Message: message, Suggestion: suggestion},
		Rule:    rule, Fixable: remove != nil, remove: remove, from: l.at,
	})
}

// floors looks at the files of accounts and regions, each over what lies below it.
// An account's file is judged once: what lies below it is the same in all regions.
func (l *linter) floors(s *schema, floors map[place]*floor) {
	seen := map[*sheet]bool{}
	for _, at := range sortedPlaces(floors) {
		f := floors[at]
		var low *node
		for _, sh := range f.sheets {
			merged := (&merger{out: &collector{}}).merge(s, low, sh.root, nil)
			if low != nil && !seen[sh] {
				l.sheet(s, low, merged, sh.root)
			}
			seen[sh], low = true, merged
		}
	}
}

func sortedPlaces(floors map[place]*floor) []place {
	out := make([]place, 0, len(floors))
	for at := range floors {
		out = append(out, at)
	}
	slices.SortFunc(out, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.region, b.region))
	})
	return out
}

// sheet looks at one file over the tree below it; merged is the two together.
func (l *linter) sheet(s *schema, low, merged, own *node) {
	l.at = &overlay{s, low, merged, own}
	l.redundant(s, nil, low, own, "")
	l.dead(s, merged, own, "")
}

// redundant finds values of own that equal what they override.
func (l *linter) redundant(s *schema, f *field, low, own *node, path string) {
	switch {
	case s.shape == shapeStruct && own.kind == kindMap:
		for _, e := range own.entries {
			if at := s.field(e.key); at != nil && at.layer == "" && e.key != "name" {
				l.redundant(at.schema, at, low.get(e.key), e.value, strings.TrimPrefix(path+"."+e.key, "."))
			}
		}
	case s.shape == shapeMap && own.kind == kindMap:
		for _, e := range own.entries {
			l.redundant(s.elem, nil, low.get(e.key), e.value, path+"."+e.key)
		}
	case s.shape == shapeNamed && own.kind == kindList:
		for i, it := range own.items {
			under, at := low.item(it.name()), itemPath(path, it.name(), i)
			switch {
			case under == nil || it.name() == "" || it.get("remove") != nil:
			case len(it.entries) == 1:
				l.add(RuleRedundant, it, at, "the item changes nothing: it has no key but its name", "remove the item", it)
			default:
				l.redundant(s.elem, nil, under, it, at)
			}
		}
	default:
		l.same(f, low, own, path)
	}
}

// same reports a scalar or plain list that equals what it overrides.
func (l *linter) same(f *field, low, own *node, path string) {
	where := ""
	switch {
	case low != nil && low.kind != kindNull:
		where = low.where()
	case f != nil && f.fallback != nil:
		low, where = f.fallback, "the built-in default"
	case own.kind == kindNull:
		l.add(RuleRedundant, own, path, "null removes nothing: no lower layer sets the value", "remove the key", own)
		return
	}
	if low != nil && low.kind == own.kind && flowText(low.plain()) == flowText(own.plain()) {
		l.add(RuleRedundant, own, path, fmt.Sprintf("%s is what %s says already", flowText(own.plain()), where), "remove the key", own)
	}
}

// livesOn are keys of a module that have an effect while it is off: CloudWatch keeps logs
// of a cell in any case.
func livesOn(path string) bool {
	return slices.Contains([]string{"logging.retentionDays", "logging.maskPHI"}, path)
}

// dead finds settings in own that have no effect in merged: those of a map whose
// key enabled is false.
func (l *linter) dead(s *schema, merged, own *node, path string) {
	if s.shape != shapeStruct || own.kind != kindMap || merged == nil {
		return
	}
	if on := merged.get("enabled"); s.field("enabled") != nil && on != nil && on.text == "false" {
		for _, e := range own.entries {
			at := strings.TrimPrefix(path+"."+e.key, ".")
			if e.key != "enabled" && e.value.kind != kindNull && !livesOn(at) {
				l.add(RuleDead, e.value, at, fmt.Sprintf("it has no effect: %s is off at %s", path, on.where()),
					"remove the key, or set enabled: true", nil)
			}
		}
		return
	}
	for _, e := range own.entries {
		at := strings.TrimPrefix(path+"."+e.key, ".")
		f := s.field(e.key)
		switch {
		case f == nil:
		case f.schema.shape == shapeNamed && e.value.kind == kindList:
			for i, it := range e.value.items {
				l.deadItem(merged.get(e.key).item(it.name()), it, itemPath(at, it.name(), i))
			}
		default:
			l.dead(f.schema, merged.get(e.key), e.value, at)
		}
	}
}

// deadItem finds the settings of a bucket that need versioning, where it is off.
func (l *linter) deadItem(merged, own *node, path string) {
	if on := merged.get("versioning"); on != nil && on.text == "false" && own.get("noncurrentDays") != nil {
		l.add(RuleDead, own.get("noncurrentDays"), path+".noncurrentDays", "it has no effect: versioning is off at "+on.where(), "remove the key, or set versioning: true", nil)
	}
}

// profiles finds profiles that no client names.
func (l *linter) profiles() {
	used := map[string]bool{}
	for _, r := range l.tree.cells {
		for _, sh := range r.floor.sheets {
			used[sh.name] = true
		}
	}
	for _, sh := range l.tree.profiles {
		if !used[sh.name] {
			l.add(RuleUnusedProfile, sh.root, "", fmt.Sprintf("no client uses the profile %s", sh.name), "name it under profiles in a client's file, or delete "+path.Base(sh.src.file), nil)
		}
	}
}
