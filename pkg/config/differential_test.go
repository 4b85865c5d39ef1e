package config

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// dice writes random layers of a cell: valid YAML, mostly valid values.
type dice struct{ *rand.Rand }

func (d dice) layer(low bool) string {
	var b strings.Builder
	maybe := func(text string) {
		if d.IntN(2) == 0 {
			b.WriteString(text)
		}
	}
	maybe(fmt.Sprintf("deletionProtection: %t\n", d.IntN(2) == 0))
	maybe("labels:" + d.stringMap("  ", "abc"))
	maybe(fmt.Sprintf("kms:\n  rotationDays: %s\n", d.number(low, 90, 95)))
	maybe(fmt.Sprintf("iam: {maxSessionHours: %s}\n", d.number(low, 1, 4)))
	maybe("network:\n  egress:" + d.items("    ", low, []string{"https", "lab", "fax"}, func(in string) string {
		return fmt.Sprintf("%scidr: 10.%d.0.0/16\n%sport: %d\n", in, d.IntN(4), in, 1+d.IntN(4))
	}))
	maybe("storage:\n  enabled: true\n  buckets:" + d.items("  ", low, []string{"in", "out"}, func(in string) string {
		return fmt.Sprintf("%sexpireDays: %s\n", in, d.number(low, 1, 3))
	}))
	maybe("services:\n  items:" + d.items("    ", low, []string{"api", "web", "worker"}, func(in string) string {
		return fmt.Sprintf("%sport: %d\n%senvironment:%s", in, 1+d.IntN(5), in, d.stringMap(in+"  ", "AB"))
	}))
	return b.String()
}

func (d dice) number(low bool, from, to int) string {
	if !low && d.IntN(4) == 0 {
		return "null"
	}
	return fmt.Sprint(from + d.IntN(to-from))
}

func (d dice) stringMap(in, keys string) string {
	var b strings.Builder
	for _, k := range keys {
		switch d.IntN(4) {
		case 0:
			fmt.Fprintf(&b, "\n%s%c: \"%d\"", in, k, d.IntN(3))
		case 1:
			fmt.Fprintf(&b, "\n%s%c: null", in, k)
		}
	}
	if b.Len() == 0 {
		return " {}\n"
	}
	return b.String() + "\n"
}

func (d dice) items(in string, low bool, names []string, body func(in string) string) string {
	var b strings.Builder
	for _, name := range names {
		switch n := d.IntN(10); {
		case n < 4:
			fmt.Fprintf(&b, "\n%s- name: %s\n%s", in, name, strings.TrimSuffix(body(in+"  "), "\n"))
		case n == 9 && !low:
			fmt.Fprintf(&b, "\n%s- {name: %s, remove: true}", in, name)
		}
	}
	if b.Len() == 0 {
		return " null\n"
	}
	return b.String() + "\n"
}

// TestMergeOfRandomLayersIsTheNaiveOne merges five random layers, and decodes the
// result by itself and over the decoded layers below, as clients are.
func TestMergeOfRandomLayersIsTheNaiveOne(t *testing.T) {
	t.Parallel()
	s, err := newSchemas()
	if err != nil {
		t.Fatal(err)
	}
	layers := []Layer{LayerDefaults, LayerAccount, LayerRegion, LayerProfile, LayerClient}
	checked := 0
	for seed := range uint64(1_500) {
		d := dice{rand.New(rand.NewPCG(seed, 0))}
		var merged, below *node
		var want any
		out := &collector{}
		m := &merger{out: out, arena: &arena{}}
		var texts []string
		for i, layer := range layers {
			text := d.layer(i == 0)
			texts = append(texts, text)
			root := parse([]byte(text), &source{string(layer), layer}, out)
			if root == nil {
				t.Fatalf("%v in\n%s", out.problems(), text)
			}
			below, merged = merged, m.merge(s.cell, merged, root, nil)
			if len(out.problems()) > 0 {
				break // an item is removed that is not there
			}
			want = naive("", want, plain(root))
		}
		if len(out.problems()) > 0 {
			continue
		}
		checked++
		if diff := cmp.Diff(prune(want), prune(plain(merged))); diff != "" {
			t.Fatalf("seed %d: the merge differs from a naive one (-want +got):\n%s\n%s", seed, diff, strings.Join(texts, "\n---\n"))
		}
		sameDecoded(t, s.cell, below, merged)
	}
	t.Logf("%d seeds checked", checked)
	if checked < 400 {
		t.Errorf("%d seeds checked, want more", checked)
	}
}

// sameDecoded fails when decoding a tree over the one below it, which is decoded
// already, gives other values or problems than decoding it by itself.
func sameDecoded(t *testing.T, s *schema, below, merged *node) {
	t.Helper()
	decode := func(low *node, into *Cell) (*Cell, Problems) {
		d := &decoder{out: &collector{}, client: &source{file: "client"}}
		d.value(s, nil, merged, low, reflect.ValueOf(into).Elem(), nil)
		return into, d.out.problems()
	}
	var base Cell
	d := &decoder{out: &collector{}}
	d.value(s, nil, below, nil, reflect.ValueOf(&base).Elem(), nil)
	if len(d.out.problems()) > 0 {
		return // such a tree is never decoded over
	}
	want, wantProblems := decode(nil, &Cell{})
	got, gotProblems := decode(below, &base)
	if diff := cmp.Diff(wantProblems, gotProblems); diff != "" {
		t.Fatalf("problems over a decoded tree differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Prefix{})); len(wantProblems) == 0 && diff != "" {
		t.Fatalf("decoding over a decoded tree differs (-want +got):\n%s", diff)
	}
}

// FuzzLintFixKeepsMeaning lets lint fix any client's file: whatever is cut, the file
// still resolves to the same, and every comment on a line of its own is still there.
func FuzzLintFixKeepsMeaning(f *testing.F) {
	const low = "kms: {deletionWindowDays: 30, rotationDays: 365}\nstorage:\n  buckets:\n    - name: in\n      expireDays: 5\nnetwork: {egress: [{name: a, cidr: 10.0.0.0/8, port: 1}]}\nlabels: {a: b}\n"
	for _, text := range []string{
		"kms: {deletionWindowDays: 30, rotationDays: 90}\n", "# c\nkms:\n  # d\n  rotationDays: 365 # e\n  deletionWindowDays: 7\n",
		"storage:\n  buckets:\n  - name: in\n    expireDays: 5\n  - expireDays: 5\n    name: x\n", "network: {egress: [{name: a, port: 1}, {name: b, cidr: 10.0.0.0/8, port: 2}]}\n",
		"labels:\n  a: b\n\n\n\nkms: {rotationDays: &x 365}\niam: {maxSessionHours: *x}\n", "labels: {a: \"b\" , \"c\": 'd'}\n", "labels:\n  ? a\n  : b\n", "{labels: {a: b}, kms: {rotationDays: 365}}\n",
		"labels:\n  a: >-\n    b\n  c: d\n", "labels: { a: b, # c\n  d: e }\n", "labels: {\"ä\": b, a: b}\n",
	} {
		f.Add(text)
	}
	s, err := newSchemas()
	if err != nil {
		f.Fatal(err)
	}
	base := parse([]byte(low), &source{"low", LayerDefaults}, &collector{})
	base = (&merger{out: &collector{}}).merge(s.cell, nil, base, nil)
	comments := func(text string) (out []string) {
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "#") {
				out = append(out, line)
			}
		}
		return out
	}
	f.Fuzz(func(t *testing.T, text string) {
		out := &collector{}
		own := parse([]byte(text), &source{"client", LayerClient}, out)
		if own == nil || len(out.problems()) > 0 {
			return
		}
		merged := (&merger{out: out}).merge(s.cell, base, own, nil)
		if len(out.problems()) > 0 {
			return
		}
		l := &linter{tree: &Tree{schemas: s}}
		l.sheet(s.cell, base, merged, own)
		if len(l.found) == 0 {
			return
		}
		fixed, applied := (&Tree{schemas: s}).fixText(text, l.found)
		if len(applied) > 0 == (string(fixed) == text) {
			t.Fatalf("%d findings are applied, and %q becomes %q", len(applied), text, fixed)
		}
		// A block scalar may hold lines that only look like comments.
		if diff := cmp.Diff(comments(text), comments(string(fixed))); diff != "" && !strings.ContainsAny(text, "|>") {
			t.Fatalf("comments of %q differ (-before +after):\n%s", text, diff)
		}
		after := parse(fixed, own.src, out)
		if after == nil {
			t.Fatalf("%q becomes %q, which is no configuration", text, fixed)
		}
		again := (&merger{out: out}).merge(s.cell, base, after, nil)
		if diff := cmp.Diff(prune(plain(merged)), prune(plain(again)), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%q becomes %q, which resolves differently (-before +after):\n%s", text, fixed, diff)
		}
	})
}
