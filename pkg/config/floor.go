package config

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// sheet is what one file of a layer says, its locks taken out.
type sheet struct {
	src   *source
	root  *node
	locks []*lock
	name  string // of a profile
}

// floor is what a higher layer stands on: the layers up to some height, merged.
type floor struct {
	root   *node
	sheets []*sheet // lowest first
	locks  []*lock  // of all sheets
	// value is the decoded root; nil when it has a problem.
	value *Cell
	// whole says that every layer could be read, so that what is missing is missing.
	whole bool
}

// layers are the merged trees of one kind of file.
type layers struct {
	defaults *floor
	accounts map[string]*floor // defaults and account
	places   map[place]*floor  // defaults, account and region
}

// sheet reads one file of a layer. exists tells an absent file from one that has
// problems; both give nil.
func (l *loader) sheet(s *schema, name string, layer Layer) (sh *sheet, exists bool) {
	root, exists := l.parse(name, layer)
	if root == nil {
		return nil, exists
	}
	sh = &sheet{src: root.src}
	sh.root, sh.locks = l.finals(s, root)
	return sh, true
}

// lay puts a sheet on a floor.
func (l *loader) lay(s *schema, low *floor, sh *sheet) *floor {
	l.held(low.locks, sh.root)
	root := (&merger{out: l.out}).merge(s, low.root, sh.root, nil)
	l.missing(sh, root)
	return &floor{root: root, sheets: append(slices.Clip(low.sheets), sh), locks: append(slices.Clip(low.locks), sh.locks...), whole: low.whole}
}

// missing reports locks of a sheet on items that do not exist, which protect
// nothing and are most likely misspelled.
func (l *loader) missing(sh *sheet, root *node) {
	for _, k := range sh.locks {
		for i, st := range k.steps {
			if !st.item || st.key == "*" {
				continue
			}
			list, ok := root.find(stepsText(k.steps[:i]))
			if strings.Contains(stepsText(k.steps[:i]), "[*]") || ok && list.kind == kindList && list.item(st.key) != nil {
				continue
			}
			var names []string
			if ok && list.kind == kindList {
				for _, it := range list.items {
					names = append(names, it.name())
				}
			}
			l.out.add(k.at.src, int(k.at.line), int(k.at.column), keyFinal, fmt.Sprintf("there is no item %s to lock", show(stepsText(k.steps[:i+1]))), didYouMean(st.key, names, "items"))
			break
		}
	}
}

// readLayers reads one kind of file from the defaults, the accounts and their
// regions, merges them, and checks every merged tree as a T. check adds what the
// tags of T cannot say; its place is zero for the defaults alone.
func readLayers[T any](l *loader, kind string, s *schema, check func(place, T, checker)) layers {
	out := layers{accounts: map[string]*floor{}, places: map[place]*floor{}}
	file := kind + ".yaml"
	bottom := &floor{root: &node{src: l.source(path.Join("defaults", file), LayerDefaults), line: 1, column: 1, kind: kindMap}, whole: true}
	decode := func(at place, f *floor) *floor {
		if !f.whole {
			return f
		}
		var v T
		d := &decoder{out: l.out}
		d.value(s, nil, f.root, nil, reflect.ValueOf(&v).Elem(), nil)
		check(at, v, checker{l.out, f.root, d.failed})
		if cell, ok := any(&v).(*Cell); ok && len(d.failed) == 0 {
			f.value = cell
		}
		return f
	}
	over := func(low *floor, name string, layer Layer) *floor {
		sh, exists := l.sheet(s, name, layer)
		if sh != nil {
			return l.lay(s, low, sh)
		}
		f := *low
		f.value = nil
		if layer == LayerDefaults && !exists {
			l.problem(name, fmt.Sprintf("missing file, want the defaults of every %s", kind), "")
		}
		f.whole = f.whole && layer != LayerDefaults
		return &f
	}
	out.defaults = decode(place{}, over(bottom, path.Join("defaults", file), LayerDefaults))
	for _, a := range l.org.Accounts {
		account := over(out.defaults, path.Join("accounts", a.Name, file), LayerAccount)
		out.accounts[a.Name] = account
		for _, r := range a.Regions {
			at := place{a.Name, r.Name}
			out.places[at] = decode(at, over(account, path.Join("accounts", a.Name, r.Name, file), LayerRegion))
		}
	}
	return out
}

// readProfiles reads every profile and checks each by itself: what it says, not what
// it lacks.
func (l *loader) readProfiles() {
	_, names := l.list("profiles")
	form := l.schemas.cell.field("profiles").match
	l.profiles = map[string]*sheet{}
	for _, file := range names {
		name, ok := strings.CutSuffix(file, ".yaml")
		if !ok || !form.MatchString(name) {
			l.problem(path.Join("profiles", file), fmt.Sprintf("%s is not the file of a profile, want <name>.yaml, the name of 1 to 30 lower-case letters, digits and dashes, starting with a letter", show(file)), "")
			continue
		}
		sh, _ := l.sheet(l.schemas.cell, path.Join("profiles", file), LayerProfile)
		l.profiles[name] = sh // nil: it has problems that are reported
		if sh == nil {
			continue
		}
		sh.name = name
		l.tree.profiles = append(l.tree.profiles, sh)
		// What it removes may exist in some places only.
		root := (&merger{out: &collector{}}).merge(l.schemas.cell, nil, sh.root, nil)
		var v Cell
		d := &decoder{out: l.out, partial: true}
		d.value(l.schemas.cell, nil, root, nil, reflect.ValueOf(&v).Elem(), nil)
	}
}

// floorOf returns the layers under a client with those profiles, as far as its
// place is known. Clients with the same ones share it.
func (l *loader) floorOf(at place, profiles []string) *floor {
	low := l.cells.defaults
	if f := l.cells.accounts[at.account]; f != nil {
		low = f
	}
	if f := l.cells.places[at]; f != nil {
		low = f
	}
	if len(profiles) == 0 {
		return low
	}
	key := strings.Join(append([]string{at.account, at.region}, profiles...), "\x00")
	made, ok := l.floors.Load(key)
	if !ok {
		made, _ = l.floors.LoadOrStore(key, sync.OnceValue(func() *floor { return l.profiled(at, low, profiles) }))
	}
	return made.(func() *floor)()
}

func (l *loader) profiled(at place, low *floor, profiles []string) *floor {
	sound := low.value != nil
	f := low
	for _, name := range profiles {
		if sh := l.profiles[name]; sh != nil {
			f = l.lay(l.schemas.cell, f, sh)
		} else {
			broken := *f
			broken.whole, f = false, &broken
		}
	}
	if !f.whole || !sound {
		return f
	}
	var v Cell
	d := &decoder{out: l.out}
	d.value(l.schemas.cell, nil, f.root, nil, reflect.ValueOf(&v).Elem(), nil)
	l.checkCell(at, v, checker{l.out, f.root, d.failed}, nil)
	if len(d.failed) == 0 {
		f.value = &v
	}
	return f
}
