package config

import (
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzParseMergeDecode feeds two layers of a cell through everything that reads
// files. Whatever the text, nothing panics, every problem has a place in its file,
// the lower layer is left as it was, and a merge without problems is what a naive
// merge of plain values makes of it.
func FuzzParseMergeDecode(f *testing.F) {
	defaults, err := os.ReadFile("../../configs/defaults/cell.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, client := range []string{
		"account: nonprod\nregion: us-east-1\nslot: 0\nring: canary\n",
		"kms: null\nlabels: {a: b}\nnetwork:\n  egress:\n    - {name: https, remove: true}\n    - {name: x, cidr: 10.0.0.0/8, port: 1}\n",
		"storage: {buckets: null}\nservices: {items: [{name: api, environment: {A: &x b, C: *x}}, {name: api}, {name: 4}, 5]}\n",
		"slot: 77\nstorge: []\nkms: {rotationDays: 1, rotationDays: 2}\n",
		"network: {egress: []}\nlabels: |\n  a\n  b\n",
		"? a\n: b\n", "%YAML 1.2\n---\na: !!str b\n...\n", "[", "\xef\xbb\xbfa: b", "a:\t- b\n", "'a", "a: 'b''c'\n", "&a [*a]", "<<: {a: b}\n", "{}", "- a\n-\n", "a: >-\n\n b\n", "\"\\x00\": b",
	} {
		f.Add(string(defaults), client)
	}
	s, err := newSchemas()
	if err != nil {
		f.Fatal(err)
	}
	forms := newPatterns()
	f.Fuzz(func(t *testing.T, lowText, highText string) {
		out := &collector{}
		low := parse([]byte(lowText), &source{"low", LayerDefaults}, out)
		high := parse([]byte(highText), &source{"high", LayerClient}, out)
		if low == nil || high == nil {
			if len(out.problems()) == 0 {
				t.Fatal("a file gave neither a tree nor a problem")
			}
			return
		}
		mergeProblems := &collector{}
		m := &merger{out: mergeProblems}
		base := m.merge(s.cell, nil, low, nil)
		before := plain(base)
		merged := m.merge(s.cell, base, high, nil)
		if diff := cmp.Diff(before, plain(base)); diff != "" {
			t.Fatalf("the merge changed the lower layer (-before +after):\n%s", diff)
		}
		if len(mergeProblems.problems()) == 0 {
			want := naive("", naive("", nil, plain(low)), plain(high))
			if diff := cmp.Diff(prune(want), prune(plain(merged))); diff != "" {
				t.Fatalf("the merge differs from a naive one (-want +got):\n%s", diff)
			}
		}
		sameDecoded(t, s.cell, base, merged)
		var cell Cell
		d := &decoder{out: out, client: high.src}
		d.value(s.cell, nil, merged, nil, reflect.ValueOf(&cell).Elem(), nil)
		c := cellChecker{checker: checker{out, merged, d.failed}, patterns: forms, org: &Organization{Name: "org", Rings: []Ring{{"canary"}}}, cell: &cell, network: &BaseNetwork{EgressPorts: []int{443}}}
		c.run()
		for _, p := range slices.Concat(out.problems(), mergeProblems.problems()) {
			if p.File == "" || p.Message == "" || (p.Line > 0) != (p.Column > 0) || p.Line < 0 {
				t.Fatalf("bad problem %+v", p)
			}
		}
	})
}

// plain returns a tree as plain values: map[string]any, []any, and the kind and
// text of a scalar.
func plain(n *node) any {
	switch n.kind {
	case kindMap:
		out := map[string]any{}
		for _, e := range n.entries {
			out[e.key] = plain(e.value)
		}
		return out
	case kindList:
		out := make([]any, 0, len(n.items))
		for _, it := range n.items {
			out = append(out, plain(it))
		}
		return out
	default:
		return [2]string{n.kind.String(), n.text}
	}
}

// naive is the documented merge on plain values, written for clearness only.
func naive(path string, low, high any) any {
	switch h := high.(type) {
	case map[string]any:
		if !isMapPath(path) {
			return high
		}
		l, _ := low.(map[string]any)
		out := map[string]any{}
		for k, v := range l {
			out[k] = v
		}
		for k, v := range h {
			out[k] = naive(path+"/"+k, out[k], v)
		}
		return out
	case []any:
		if !slices.Contains([]string{"/network/egress", "/storage/buckets", "/services/items"}, path) {
			return high
		}
		l, _ := low.([]any)
		return naiveNamed(path, l, h)
	}
	return high
}

// isMapPath reports whether the schema has a map at the path; elsewhere a map is
// an unknown value that replaces.
func isMapPath(path string) bool {
	return slices.Contains([]string{
		"", "/labels", "/kms", "/iam", "/network", "/storage", "/services",
		"/network/egress/*", "/storage/buckets/*", "/services/items/*", "/services/items/*/environment", "/services/items/*/secrets",
	}, path)
}

func naiveNamed(path string, low, high []any) any {
	out := slices.Clone(low)
	if out == nil {
		out = []any{}
	}
	var taken []string
	for _, item := range high {
		name := nameOf(item)
		at := slices.IndexFunc(out, func(x any) bool { return name != "" && nameOf(x) == name })
		if slices.Contains(taken, name) {
			at = -1
		}
		if m, ok := item.(map[string]any); ok && m["remove"] != nil {
			out = slices.Delete(out, at, at+1)
			continue
		}
		taken = append(taken, name)
		if at < 0 {
			out = append(out, naive(path+"/*", nil, item))
		} else {
			out[at] = naive(path+"/*", out[at], item)
		}
	}
	return out
}

func nameOf(item any) string {
	m, _ := item.(map[string]any)
	name, _ := m["name"].([2]string)
	if name[0] != kindString.String() {
		return ""
	}
	return name[1]
}

// prune drops what null removed.
func prune(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			if isNull := x == any([2]string{kindNull.String(), "null"}); !isNull {
				out[k] = prune(x)
			}
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, x := range v {
			out = append(out, prune(x))
		}
		return out
	}
	return v
}
