package pulumitest

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// update makes Golden rewrite its files.
var update = flag.Bool("update", false, "rewrite the golden files of the tests that are run")

// Golden compares the recording with the YAML file testdata/<name>.yaml of the
// package under test. With -update it rewrites the file and fails all the same,
// so that a rewrite never looks like a pass.
func (r *Recording) Golden(t testing.TB, name string) {
	t.Helper()
	path := filepath.Join("testdata", name+".yaml")
	got, err := r.yaml()
	if err != nil {
		t.Fatalf("golden %s: %v", path, err)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Errorf("golden %s is rewritten: read the diff, then run again without -update", path)
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("golden: %v: write it with: go test . -run '^%s$' -update", err, t.Name())
	}
	if !bytes.Equal(got, want) {
		t.Errorf("golden %s differs (-want +got); if that is meant: go test . -run '^%s$' -update\n%s",
			path, t.Name(), cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")))
	}
}

// yaml renders the recording: resources by URN, every map by key, JSON documents
// inside strings as they are.
func (r *Recording) yaml() ([]byte, error) {
	var out bytes.Buffer
	choice := r.choice()
	for _, res := range r.Resources {
		document := yaml.MapSlice{{Key: res.URN, Value: fields(res, choice)}}
		text, err := yaml.MarshalWithOptions(document, yaml.UseLiteralStyleIfMultiline(true))
		if err != nil {
			return nil, err
		}
		out.Write(text)
	}
	return out.Bytes(), nil
}

// choice returns the types of which the recording has several providers, so that
// a resource could be on the wrong one.
func (r *Recording) choice() map[string]bool {
	seen, several := map[string]bool{}, map[string]bool{}
	for _, res := range r.Resources {
		if strings.HasPrefix(res.Type, providerPrefix) {
			several[res.Type] = seen[res.Type]
			seen[res.Type] = true
		}
	}
	return several
}

// fields returns what a golden says of a resource; options that are off are left
// out, and so is the provider where choice says that there is but one.
func fields(res Resource, choice map[string]bool) yaml.MapSlice {
	document := yaml.MapSlice{{Key: "parent", Value: res.Parent}}
	if i := strings.LastIndex(res.Provider, "::"); i >= 0 {
		if provider := resource.URN(res.Provider[:i]); choice[string(provider.Type())] {
			document = append(document, yaml.MapItem{Key: "provider", Value: provider.Name()})
		}
	}
	if res.Protect {
		document = append(document, yaml.MapItem{Key: "protect", Value: true})
	}
	if len(res.IgnoreChanges) > 0 {
		document = append(document, yaml.MapItem{Key: "ignoreChanges", Value: res.IgnoreChanges})
	}
	if len(res.Inputs) > 0 {
		document = append(document, yaml.MapItem{Key: "inputs", Value: plain(resource.NewProperty(res.Inputs))})
	}
	return document
}

// plain turns a property into what YAML renders, with secrets hidden.
func plain(v resource.PropertyValue) any {
	switch {
	case v.IsSecret():
		return "[secret]"
	case v.IsObject():
		object := v.ObjectValue()
		sorted := yaml.MapSlice{}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			sorted = append(sorted, yaml.MapItem{Key: string(key), Value: plain(object[key])})
		}
		return sorted
	case v.IsArray():
		list := make([]any, 0, len(v.ArrayValue()))
		for _, element := range v.ArrayValue() {
			list = append(list, plain(element))
		}
		return list
	case v.IsNumber() && v.NumberValue() == float64(int64(v.NumberValue())):
		return int64(v.NumberValue())
	default:
		return v.V
	}
}
