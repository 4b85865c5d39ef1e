package config

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestYAMLReadsBackAsTheSame decodes the text of every target of the shipped
// configuration by itself.
func TestYAMLReadsBackAsTheSame(t *testing.T) {
	t.Parallel()
	tree, err := Load("../../configs")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range tree.Clients() {
		for _, origins := range []bool{false, true} {
			text, err := tree.YAML(name, origins)
			if err != nil {
				t.Fatal(err)
			}
			out := &collector{}
			root := parse([]byte(text), &source{name, LayerClient}, out)
			if root == nil {
				t.Fatalf("%v in\n%s", out.problems(), text)
			}
			want := decodeAs[Cell](tree.schemas.cell, tree.cells[name].root)
			got := decodeAs[Cell](tree.schemas.cell, root)
			if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Prefix{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s reads back differently (-want +got):\n%s\n%s", name, diff, text)
			}
		}
		resolved, err := tree.Resolved(name)
		if err != nil || resolved["ring"] != tree.cells[name].root.get("ring").text {
			t.Errorf("%s resolves to %v, %v", name, resolved, err)
		}
	}
	for _, name := range []string{"organization", "base/prod-us-east-1", "utility/ops-us-east-1-ecs"} {
		if resolved, err := tree.Resolved(name); err != nil || len(resolved) == 0 {
			t.Errorf("%s resolves to %v, %v", name, resolved, err)
		}
	}
}

// FuzzQuotedStringsReadBack holds the quoting of strings to both parsers.
func FuzzQuotedStringsReadBack(f *testing.F) {
	for _, s := range []string{"", "a", "5", "true", "Null", "a: b", "a #b", "x\ty", "\"\\", "10.0.0.0/8", "0/", "- a", "ä", "\x01\x7f", "a\nb", "012", "1e3", "~", "!x", "*a", ".5", "a:", "-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ToValidUTF8(s, "") != s || len(s) > 1000 || strings.ContainsAny(s, "\u0085\u2028\u2029\ufeff") || secretKind("k", s) != "" {
			t.Skip("the configuration refuses such text before it is quoted")
		}
		out := &collector{}
		root := parse([]byte("k: "+quoteYAML(s)+"\n"), &source{}, out)
		if root == nil || root.get("k").kind != kindString || root.get("k").text != s {
			t.Errorf("%q is written %s and reads back as %+v, %v", s, quoteYAML(s), root.get("k"), out.problems())
		}
	})
}
