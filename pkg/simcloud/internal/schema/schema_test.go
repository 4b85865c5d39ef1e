package schema_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/wire"
)

func file() *schema.File {
	return &schema.File{
		Resources: map[string]*schema.Resource{"t": {Inputs: schema.Properties{
			"name": {Type: "string", Required: true}, "count": {Type: "int"}, "on": {Type: "bool"},
			"rules": {Type: "[]@p/Rule"}, "tags": {Type: "{}string"}, "zone": {Type: "string", Replaces: true},
		}}},
		Objects: map[string]schema.Properties{"p/Rule": {"port": {Type: "int", Required: true}, "hosts": {Type: "[]string"}}},
	}
}

func TestCheckReadsValuesAsTheSchemasTypes(t *testing.T) {
	t.Parallel()
	got, failures, _ := file().Check("t", &schema.Rules{Defaults: map[string]any{"zone": "a"}}, map[string]any{
		"name": 5.0, "count": "7", "on": "true", "rules": []any{map[string]any{"port": "80", "hosts": wire.Unknown{}}},
	})
	want := map[string]any{
		"name": "5", "count": 7.0, "on": true, "zone": "a", "rules": []any{map[string]any{"port": 80.0, "hosts": wire.Unknown{}}},
	}
	if diff := cmp.Diff(want, got); diff != "" || len(failures) > 0 {
		t.Errorf("check: %v (-want +got):\n%s", failures, diff)
	}
}

func TestCheckTellsAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	_, failures, _ := file().Check("t", &schema.Rules{}, map[string]any{
		"cuont": 1.0, "on": []any{}, "rules": []any{map[string]any{"prot": 1.0}}, "tags": map[string]any{"a": []any{}},
	})
	var got []string
	for _, f := range failures {
		got = append(got, f.Path)
	}
	want := []string{"cuont", "on", "rules[0].prot", "rules[0].port", "tags.a", "name"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

func TestDiffTellsPathsAndKinds(t *testing.T) {
	t.Parallel()
	rules := &schema.Rules{Computed: []string{"count"}, Sets: []string{"rules.hosts"}}
	old := map[string]any{
		"name": "a", "zone": "x", "count": 3.0, "rules": []any{map[string]any{"port": 1.0, "hosts": []any{"a", "b"}}, map[string]any{"port": 2.0}},
		"tags": map[string]any{"k": "v"}, "__defaults": []any{"name"},
	}
	next := map[string]any{
		"name": wire.Unknown{}, "zone": "y", "on": true, "rules": []any{map[string]any{"port": 9.0, "hosts": []any{"b", "a"}}},
		"tags": map[string]any{},
	}
	want := []schema.Change{
		{Path: "name", Property: "name", Kind: schema.Update},
		{Path: "on", Property: "on", Kind: schema.Add},
		{Path: "rules[0].port", Property: "rules", Kind: schema.Update},
		{Path: "rules[1]", Property: "rules", Kind: schema.Remove},
		{Path: "tags.k", Property: "tags", Kind: schema.Remove},
		{Path: "zone", Property: "zone", Kind: schema.Update, Replaces: true},
	}
	if diff := cmp.Diff(want, file().Diff("t", rules, old, next)); diff != "" {
		t.Errorf("diff (-want +got):\n%s", diff)
	}
}

func TestReplacementDependsOnRules(t *testing.T) {
	t.Parallel()
	replaced := func(rules schema.Rules, next map[string]any) bool {
		for _, c := range file().Diff("t", &rules, map[string]any{"name": "a", "count": 1.0}, next) {
			if c.Replaces {
				return true
			}
		}
		return false
	}
	renamed := map[string]any{"name": "b", "count": 1.0}
	for name, tc := range map[string]struct {
		rules schema.Rules
		next  map[string]any
		want  bool
	}{
		"no rule":                {schema.Rules{}, renamed, false},
		"reviewed":               {schema.Rules{Replaces: []schema.Replace{{Properties: []string{"name"}}}}, renamed, true},
		"immutable":              {schema.Rules{Immutable: "why"}, renamed, true},
		"immutable, but":         {schema.Rules{Immutable: "why", Mutable: []string{"name"}}, renamed, false},
		"unless, not set":        {schema.Rules{ReplacesUnless: map[string]string{"name": "on"}}, renamed, true},
		"unless, set by program": {schema.Rules{ReplacesUnless: map[string]string{"name": "on"}}, map[string]any{"name": "b", "count": 1.0, "on": true}, false},
	} {
		if got := replaced(tc.rules, tc.next); got != tc.want {
			t.Errorf("%s: replaces = %v, want %v", name, got, tc.want)
		}
	}
}

func TestSameJSONReadsMeaning(t *testing.T) {
	t.Parallel()
	if !schema.SameJSON(`{"a":["x"],"b":1}`, ` {"b":1, "a":"x"}`) {
		t.Error("one value and a list of it differ")
	}
	if schema.SameJSON(`{"a":1}`, `{"a":2}`) || schema.SameJSON(`{`, `{}`) {
		t.Error("different documents are the same")
	}
}

func TestTheEmbeddedSchemaIsWrittenAsItIsEncoded(t *testing.T) {
	t.Parallel()
	f, err := schema.Load("aws")
	if err != nil {
		t.Fatal(err)
	}
	again, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile("aws.json")
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != string(committed) {
		t.Error("aws.json was not written by Encode: it was edited by hand, or Encode has changed")
	}
	if !strings.Contains(f.Module, "pulumi-aws/sdk/v6@v6.") {
		t.Errorf("schema of %q", f.Module)
	}
}
