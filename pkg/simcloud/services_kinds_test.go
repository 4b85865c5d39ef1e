package simcloud_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// TestEveryTypeOfEveryServiceIsSimulated compares schemagen's lists with the kinds.
func TestEveryTypeOfEveryServiceIsSimulated(t *testing.T) {
	t.Parallel()
	for _, s := range services() {
		f := schemaOf(t, s.name)
		inSchema := slices.DeleteFunc(slices.Sorted(maps.Keys(f.Resources)), func(s string) bool { return strings.HasPrefix(s, "pulumi:") })
		if diff := cmp.Diff(inSchema, slices.Sorted(maps.Keys(s.kinds()))); diff != "" {
			t.Errorf("types of schemagen and of %s.Kinds differ (-schema +kinds):\n%s", s.name, diff)
		}
	}
}

// TestRulesOfServicesSpeakOfWhatTheSchemaHas finds the misspelt property in the reviewed tables.
func TestRulesOfServicesSpeakOfWhatTheSchemaHas(t *testing.T) {
	t.Parallel()
	for _, s := range services() {
		f := schemaOf(t, s.name)
		for token, k := range s.kinds() {
			for _, pattern := range patternsOf(&k.Rules) {
				if !inSchema(f, f.Resources[token].Inputs, pattern) {
					t.Errorf("%s: the rules speak of %q, which the schema does not have", token, pattern)
				}
			}
			if k.Naming != nil && !inSchema(f, f.Resources[token].Inputs, k.Naming.Property) {
				t.Errorf("%s: naming property %q is not in the schema", token, k.Naming.Property)
			}
			for _, r := range k.Rules.Replaces {
				if r.Why == "" {
					t.Errorf("%s: %v replaces without a reason", token, r.Properties)
				}
			}
			if k.Service == "" || k.Noun == "" || k.CreateOp == "" || k.UpdateOp == "" || k.DeleteOp == "" || !k.Global {
				t.Errorf("%s: a name for errors is missing, or it is regional", token)
			}
			checkEnums(t, f, token, k)
		}
	}
}

// checkEnums: a reviewed list of values may be longer than the documented one, not shorter, but for the spelling: the
// documentation of these SDKs writes some values like properties, in camel case.
func checkEnums(t *testing.T, f *schema.File, token string, k *resource.Kind) {
	t.Helper()
	for pattern, reviewed := range k.Rules.Enums {
		for _, value := range enumInSchema(f, f.Resources[token].Inputs, pattern) {
			if !slices.ContainsFunc(reviewed, func(r string) bool {
				plain := strings.NewReplacer("_", "", "-", "", " ", "")
				return strings.EqualFold(plain.Replace(r), plain.Replace(value))
			}) {
				t.Errorf("%s: %s is documented to take %q, the rules refuse it", token, pattern, value)
			}
		}
	}
}

func schemaOf(t *testing.T, service string) *schema.File {
	t.Helper()
	f, err := schema.Load(service)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func patternsOf(r *schema.Rules) []string {
	all := slices.Concat(r.Mutable, r.Sets, r.JSON, r.Computed, r.Strings, r.Secrets)
	for _, m := range []map[string]bool{keySet(r.Defaults), keySet(r.Enums), keySet(r.Ranges), keySet(r.Formats), keySet(r.Lengths), keySet(r.ReplacesUnless), keySet(r.Unsimulated)} {
		all = append(all, slices.Collect(maps.Keys(m))...)
	}
	for _, e := range r.Replaces {
		all = append(all, e.Properties...)
	}
	for _, group := range slices.Concat(r.Conflicts, r.ExactlyOne) {
		all = append(all, group...)
	}
	return all
}

func keySet[V any](m map[string]V) map[string]bool {
	set := map[string]bool{}
	for k := range m {
		set[k] = true
	}
	return set
}

// inSchema follows a pattern through lists and objects.
func inSchema(f *schema.File, in schema.Properties, pattern string) bool {
	name, rest, nested := strings.Cut(pattern, ".")
	p, ok := in[name]
	if !ok || !nested {
		return ok
	}
	object, isObject := strings.CutPrefix(strings.TrimLeft(p.Type, "[]{}"), "@")
	return isObject && inSchema(f, f.Objects[object], rest)
}

func enumInSchema(f *schema.File, in schema.Properties, pattern string) []string {
	name, rest, nested := strings.Cut(pattern, ".")
	if !nested {
		return in[name].Enum
	}
	return enumInSchema(f, f.Objects[strings.TrimPrefix(strings.TrimLeft(in[name].Type, "[]{}"), "@")], rest)
}
