package randomcell

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cellworks/pkg/config"
)

const example = "../../configs"

// read returns a client's file in a configuration.
func read(t *testing.T, dir, client string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "clients", client, "cell.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestASeedIsTheSameCellsEachTime(t *testing.T) {
	t.Parallel()
	one, clients := add(t, example, 1, 6)
	two, _ := add(t, example, 1, 6)
	seen := map[string]bool{}
	for _, client := range clients {
		text := read(t, one, client)
		if again := read(t, two, client); again != text {
			t.Errorf("%s is %s and then %s", client, text, again)
		}
		seen[text] = true
	}
	if len(clients) < 6 || len(seen) != len(clients) {
		t.Errorf("%d clients have %d files", len(clients), len(seen))
	}
}

// keys adds the paths of all that a value sets.
func keys(path string, value any, to map[string]bool) {
	switch v := value.(type) {
	case object:
		for key, inner := range v {
			keys(path+"."+key, inner, to)
		}
	case []any:
		for _, inner := range v {
			if item, ok := inner.(object); ok {
				keys(path+"[]", item, to)
			}
		}
	}
	to[path] = true
}

// all adds the paths of all that the schema has and that random cells may set.
func all(path string, s schema, to map[string]bool) {
	for key, inner := range s.Properties {
		at := path + "." + key
		if _, leave := untouched[at[1:]]; leave || key == "remove" {
			continue
		}
		to[at] = true
		all(at, inner, to)
		if inner.Items != nil {
			all(at+"[]", *inner.Items, to)
		}
	}
}

// What is always refused is tried by nobody.
func TestEveryKeyIsSetInSomeValidCell(t *testing.T) {
	t.Parallel()
	dir, clients := add(t, example, 1, most)
	set, want := map[string]bool{}, map[string]bool{}
	for _, client := range clients {
		var file object
		if err := json.Unmarshal([]byte(read(t, dir, client)), &file); err != nil {
			t.Fatal(err)
		}
		keys("", file, set)
	}
	var root schema
	text, err := config.JSONSchema("cell", config.LayerClient)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	all("", root, want)
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if !set[path] {
			t.Errorf("of %d cells none sets %s", len(clients), path)
		}
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	file := object{"slot": 1, "a": object{"b": []any{object{"name": "x", "c": 1}, object{"name": "y"}}, "d": list("p", "q")}}
	for _, c := range []struct {
		path    []string
		removed bool
		left    string
	}{
		{[]string{"slot"}, false, `{"a":{"b":[{"c":1,"name":"x"},{"name":"y"}],"d":["p","q"]},"slot":1}`},
		{[]string{"a", "z"}, false, `{"a":{"b":[{"c":1,"name":"x"},{"name":"y"}],"d":["p","q"]},"slot":1}`},
		{[]string{"a", "b", "x", "c"}, true, `{"a":{"b":[{"name":"x"},{"name":"y"}],"d":["p","q"]},"slot":1}`},
		{[]string{"a", "b", "z"}, false, `{"a":{"b":[{"name":"x"},{"name":"y"}],"d":["p","q"]},"slot":1}`},
		{[]string{"a", "b", "y"}, true, `{"a":{"b":[{"name":"x"}],"d":["p","q"]},"slot":1}`},
		{[]string{"a", "d", "0"}, false, `{"a":{"b":[{"name":"x"}],"d":["p","q"]},"slot":1}`},
		{[]string{"a", "d"}, true, `{"a":{"b":[{"name":"x"}]},"slot":1}`},
		{[]string{"a"}, true, `{"slot":1}`},
	} {
		removed := remove(file, c.path)
		left, err := json.Marshal(file)
		if err != nil || removed != c.removed || string(left) != c.left {
			t.Errorf("without %v: %v, %s (%v), want %v, %s", c.path, removed, left, err, c.removed, c.left)
		}
	}
}
