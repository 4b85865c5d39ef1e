// Package randomcell throws clients' files: what they say is random, covers every key of
// a cell, and is valid beside the clients that there are. Tests hold against them what
// must be true of any cell, not of the examples alone.
package randomcell

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cellworks/pkg/config"
)

// Variable is what of the environment names another seed and number of cells: "7,20". A
// seed is the same files each time.
const Variable = "CELLWORKS_RANDOM_CELLS"

// object is a map of a client's file, and a list of maps one of its named lists.
type object = map[string]any

func list(items ...any) []any { return append([]any{}, items...) }

// schema is what random values need of a JSON schema.
type schema struct {
	Type       any               `json:"type"`
	Enum       []any             `json:"enum"`
	Minimum    *int              `json:"minimum"`
	Maximum    *int              `json:"maximum"`
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
}

func (s schema) is(kind string) bool {
	several, _ := s.Type.([]any)
	return s.Type == kind || slices.Contains(several, any(kind))
}

// dice throw a client's file.
type dice struct {
	*rand.Rand
	// unknown are the keys for which nobody has said what to set.
	unknown []string
}

func (d *dice) pick(from []any) any { return from[d.IntN(len(from))] }

// value returns a value for the key at path, whose parts have [] for any item of a list.
func (d *dice) value(path string, s schema) any {
	if known, ok := values[path]; ok {
		return d.pick(known)
	}
	enum := slices.DeleteFunc(slices.Clone(s.Enum), func(v any) bool { return v == nil })
	switch {
	case len(enum) > 0:
		return d.pick(enum)
	case s.is("boolean") && strings.HasSuffix(path, ".enabled"):
		return d.IntN(4) > 0 // what is off tries nothing
	case s.is("boolean"):
		return d.IntN(2) == 0
	case s.is("integer") && s.Minimum != nil && s.Maximum != nil:
		return d.pick(list(*s.Minimum, *s.Maximum, *s.Minimum+d.IntN(*s.Maximum-*s.Minimum+1)))
	case s.is("object") && s.Properties != nil:
		return d.object(path, s)
	case s.is("array") && s.Items != nil && s.Items.is("object"):
		byName := map[string]any{}
		for range 1 + d.IntN(3) {
			item := d.object(path+"[]", *s.Items)
			byName[item["name"].(string)] = item
		}
		var items []any
		for _, name := range slices.Sorted(maps.Keys(byName)) {
			items = append(items, byName[name])
		}
		return items
	}
	if s.is("array") && s.Items != nil {
		return list(d.value(path+"[]", *s.Items))
	}
	d.unknown = append(d.unknown, path)
	return nil
}

// object sets some of the keys.
func (d *dice) object(path string, s schema) object {
	o := object{}
	for _, key := range slices.Sorted(maps.Keys(s.Properties)) {
		at := strings.TrimPrefix(path+"."+key, ".")
		if _, leave := untouched[at]; leave || key == "remove" {
			continue
		}
		value := d.value(at, s.Properties[key]) // thrown even where it is not set, so that a key without values is found
		if key == "name" || slices.Contains(always, at) || s.Properties[key].Properties != nil || d.IntN(3) == 0 {
			o[key] = value
		}
	}
	return o
}

const (
	// most is how many clients there can be: their quotas are the example's.
	most = 64
	// firstSlot is the first slot that random cells have; no client of the example has one
	// of them.
	firstSlot = 40
	// rounds are more than a file has keys.
	rounds = 300
)

// places are where the random cells live, in turns.
var places = [][2]string{{"nonprod", "us-east-1"}, {"nonprod", "us-west-2"}, {"prod", "us-east-1"}, {"prod", "us-west-2"}}

// Add copies the configuration in a directory, adds count clients to it, or as many as
// Variable says, and returns where the copy is and what they are called. Each sets every
// third key to something; what the configuration refuses is taken out again, a key at a
// time. It ends the test where a key of a cell has no values, or where the clients are
// never valid.
func Add(t testing.TB, configs string, count int) (dir string, clients []string) {
	t.Helper()
	seed := uint64(1)
	if set := os.Getenv(Variable); set != "" {
		if _, err := fmt.Sscanf(set, "%d,%d", &seed, &count); err != nil || count < 1 || count > most {
			t.Fatalf("%s=%q: want a seed and a number of cells from 1 to %d, such as 7,20", Variable, set, most)
		}
	}
	t.Logf("random cells: %s=%d,%d", Variable, seed, count)
	return add(t, configs, seed, count)
}

func add(t testing.TB, configs string, seed uint64, count int) (dir string, clients []string) {
	t.Helper()
	cells := throw(t, &dice{Rand: rand.New(rand.NewPCG(seed, 0))}, count)
	dir = filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, os.DirFS(configs)); err != nil {
		t.Fatal(err)
	}
	settle(t, dir, cells, rand.New(rand.NewPCG(seed, 1)))
	return dir, slices.Sorted(maps.Keys(cells))
}

// throw returns the files of clients that nobody has checked.
func throw(t testing.TB, d *dice, count int) map[string]object {
	t.Helper()
	var root schema
	text, err := config.JSONSchema("cell", config.LayerClient)
	if err := errors.Join(err, json.Unmarshal(text, &root)); err != nil {
		t.Fatal(err)
	}
	cells := map[string]object{}
	for i := range count {
		place := places[i%len(places)]
		o := d.object("", root)
		o["account"], o["region"], o["slot"], o["ring"] = place[0], place[1], firstSlot+i/len(places), "broad"
		if i%3 == 1 {
			o["network"].(object)["mode"] = "ownSubnets"
		}
		cells["random"+string(rune('a'+i/26))+string(rune('a'+i%26))] = own(t, o)
	}
	if len(d.unknown) > 0 {
		slices.Sort(d.unknown)
		t.Fatalf("say in pkg/randomcell which values random cells may have for %v, or why they have none", slices.Compact(d.unknown))
	}
	return cells
}

// own copies a file, for values are the same in several.
func own(t testing.TB, o object) (copied object) {
	t.Helper()
	text, err := json.Marshal(o)
	if err := errors.Join(err, json.Unmarshal(text, &copied)); err != nil {
		t.Fatal(err)
	}
	return copied
}

// settle writes the files, and takes out of them what the configuration refuses.
func settle(t testing.TB, dir string, cells map[string]object, r *rand.Rand) {
	t.Helper()
	for range rounds {
		for name, cell := range cells {
			text, err := json.Marshal(cell)
			file := filepath.Join(dir, "clients", name, "cell.yaml")
			if err := errors.Join(err, os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, text, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		_, err := config.Load(dir)
		var problems config.Problems
		switch {
		case err == nil:
			return
		case !errors.As(err, &problems):
			t.Fatal(err)
		}
		mended := map[string]bool{}
		for _, p := range problems {
			for _, name := range anyRandom.FindAllString(p.File+" "+p.Message, -1) {
				if !mended[name] {
					mended[name] = true
					mend(cells[name], p, r)
				}
			}
		}
		if len(mended) == 0 {
			t.Fatalf("with random clients there are problems that are no client's: %v", err)
		}
	}
	t.Fatal("the random clients were never valid")
}

var (
	anyRandom = regexp.MustCompile(`\brandom[a-z]{2}\b`)
	off       = regexp.MustCompile(`(?:needs|module) (\w+),? (?:which )?is switched off`)
	segments  = regexp.MustCompile(`[^.\[\]]+`)
)

// mend takes out of a client's file what is at a problem's path, or else the switch of the
// module that is off, or else anything.
func mend(cell object, p config.Problem, r *rand.Rand) {
	if module := off.FindStringSubmatch(p.Message); module != nil {
		if of, ok := cell[module[1]].(object); ok && of["enabled"] != nil {
			delete(of, "enabled")
			return
		}
	}
	path := segments.FindAllString(p.Path, -1)
	for n := len(path); n > 0; n-- {
		if remove(cell, path[:n]) {
			return
		}
	}
	var rest []string
	for _, key := range slices.Sorted(maps.Keys(cell)) {
		if _, placed := untouched[key]; !placed {
			rest = append(rest, key)
		}
	}
	if len(rest) > 0 {
		delete(cell, rest[r.IntN(len(rest))])
	}
}

// remove takes out what is at a path, and reports whether it was there.
func remove(in object, path []string) bool {
	key := path[0]
	value, there := in[key]
	if _, fixed := untouched[key]; fixed || !there {
		return false
	}
	items, isList := value.([]any)
	switch {
	case len(path) == 1:
		delete(in, key)
		return true
	case isList:
		for i, item := range items {
			o, ok := item.(object)
			if !ok || o["name"] != path[1] && strconv.Itoa(i) != path[1] {
				continue
			}
			if len(path) == 2 {
				in[key] = slices.Delete(slices.Clone(items), i, i+1)
				return true
			}
			return remove(o, path[2:])
		}
		return false
	}
	o, ok := value.(object)
	return ok && remove(o, path[1:])
}
