package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// flat is a node as a value that cmp can compare.
type flat struct {
	Kind         string
	Text         string
	Line, Column int32
	Keys         []string
	KeyAt        [][2]int32
	Values       []flat
}

func flatten(n *node) flat {
	out := flat{Kind: n.kind.String(), Text: n.text, Line: n.line, Column: n.column}
	for _, e := range n.entries {
		out.Keys = append(out.Keys, e.key)
		out.KeyAt = append(out.KeyAt, [2]int32{e.line, e.column})
		out.Values = append(out.Values, flatten(e.value))
	}
	for _, it := range n.items {
		out.Values = append(out.Values, flatten(it))
	}
	return out
}

// comparePlain fails when the fast parser makes another tree of the text than the
// full one. It reports whether the fast one took the text.
func comparePlain(t *testing.T, text string) bool {
	t.Helper()
	src := &source{file: "f", layer: LayerClient}
	fast := (&plainParser{arena: &arena{}}).parse(text, src)
	if fast == nil {
		return false
	}
	out := &collector{}
	full := parseFull([]byte(text), src, out)
	if problems := out.problems(); len(problems) > 0 || full == nil {
		t.Fatalf("the fast parser takes %q, the full one finds %v", text, problems)
	}
	if diff := cmp.Diff(flatten(full), flatten(fast)); diff != "" {
		t.Fatalf("the parsers differ on %q (-full +fast):\n%s", text, diff)
	}
	return true
}

func TestFastParserTakesOrdinaryFiles(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"a: b", "a: b\n", "# c\n\na: b # c\n  # c\nb:\n  c: 1\n\n  d: \"x y\"\n", "a:\n- b\n- c\nd: e\n", "a:\n  - b: 1\n    c: 2\n  - b: 3\n",
		"a:\n  - b:\n      - c\n    d: e\n", "a: []\nb: {}\nc: null\nd: true\n", "a: 10.0.0.0/8\nb: http://x:80/y\nc: 'x # y'\n", "a:   b   # c\n", "a:\n    b: 1\nc: 0\n",
		"a: b:c@d+e\n", "a:\n  - - \n", "a: x#y\n", "a: yes\nno: \"\"\n", "- a\n", "a: 1\na: 2\n", "a:\n", "a: |\n  b\n", "a: b\n  c\n", "a: 012\n", "a: 1e3\n", "a: NULL\n", "null: a\n", "a: &b c\n", "a: \"\\n\"\n",
	} {
		comparePlain(t, text)
	}
	files, err := filepath.Glob("../../configs/clients/*/cell.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range append(files, "testdata/fleet/cell.yaml") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !comparePlain(t, string(text)) && !strings.ContainsAny(string(text), "{[") {
			t.Errorf("the fast parser leaves %s to the full one", name)
		}
	}
}

// FuzzFastParserAgrees holds the fast parser to the full one.
func FuzzFastParserAgrees(f *testing.F) {
	for _, text := range []string{
		"a: b\n", "a:\n  - b: 1\n    c: \"x\" # y\n  - d\n", "a:\n- b\n", "a: {}\nb: []\n", "a: 10.0.0.0/8\n", "a:\n  b:\n    c: null\n", "a:b\n", "a: b: c\n", "a: 'b'c\n", "a: -\n", "a: 1.\n",
		"a: 1:2\n", "a: x:\n", "a: 0x1/2\n", "a:\n  - b:\n  - c\n", "a:\n-  b\n", "a: b\n...\n", "a: b\n--- \n", "---\na: b\n", "%a: b\n", "a: b #c\n#d", "a: ?\n", "a: 1_0/\n", "a: +1\n", "a:\n  - a: b\n   - c\n",
	} {
		f.Add(text)
	}
	for _, name := range []string{"../../configs/defaults/cell.yaml", "testdata/fleet/cell.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) { comparePlain(t, text) })
}
