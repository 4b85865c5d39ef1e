package aws_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/simcloud/internal/aws"
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func TestEveryTypeOfTheSchemaIsSimulated(t *testing.T) {
	t.Parallel()
	f := load(t)
	inSchema := slices.DeleteFunc(slices.Sorted(maps.Keys(f.Resources)), func(s string) bool { return strings.HasPrefix(s, "pulumi:") })
	if diff := cmp.Diff(inSchema, slices.Sorted(maps.Keys(aws.Kinds()))); diff != "" {
		t.Errorf("types of schemagen and of Kinds differ (-schema +kinds):\n%s", diff)
	}
}

// TestRulesSpeakOfWhatTheSchemaHas finds the misspelt property in the reviewed tables.
func TestRulesSpeakOfWhatTheSchemaHas(t *testing.T) {
	t.Parallel()
	f := load(t)
	for token, k := range aws.Kinds() {
		for _, pattern := range patterns(&k.Rules) {
			if !exists(f, f.Resources[token].Inputs, pattern) {
				t.Errorf("%s: the rules speak of %q, which the schema does not have", token, pattern)
			}
		}
		if k.Naming != nil && !exists(f, f.Resources[token].Inputs, k.Naming.Property) {
			t.Errorf("%s: naming property %q is not in the schema", token, k.Naming.Property)
		}
		for input, outputs := range k.Derived {
			for _, o := range outputs {
				if _, ok := f.Resources[token].Outputs[o]; !ok || !exists(f, f.Resources[token].Inputs, input) {
					t.Errorf("%s: %s derives %s, one of which the schema does not have", token, input, o)
				}
			}
		}
		for _, r := range k.Rules.Replaces {
			if r.Why == "" {
				t.Errorf("%s: %v replaces without a reason", token, r.Properties)
			}
		}
		if (k.Forces == nil) != (k.ForcesWhen == "") {
			t.Errorf("%s: what forces a replacement is not said in words", token)
		}
		if k.Service == "" || k.Noun == "" || k.CreateOp == "" || k.UpdateOp == "" || k.DeleteOp == "" {
			t.Errorf("%s: a name for errors is missing", token)
		}
	}
}

func load(t *testing.T) *schema.File {
	t.Helper()
	f, err := schema.Load("aws")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func patterns(r *schema.Rules) []string {
	all := slices.Concat(r.Mutable, r.Sets, r.JSON, r.Computed, r.Strings,
		keys(r.Defaults), keys(r.Enums), keys(r.Ranges), keys(r.Formats), keys(r.Lengths), keys(r.ReplacesUnless), keys(r.Unsimulated))
	for _, e := range r.Replaces {
		all = append(all, e.Properties...)
	}
	for _, group := range slices.Concat(r.Conflicts, r.ExactlyOne) {
		all = append(all, group...)
	}
	return all
}

func keys[V any](m map[string]V) []string { return slices.Collect(maps.Keys(m)) }

// exists follows a pattern through lists and objects.
func exists(f *schema.File, props schema.Properties, pattern string) bool {
	name, rest, nested := strings.Cut(pattern, ".")
	p, ok := props[name]
	if !ok || !nested {
		return ok
	}
	object, isObject := strings.CutPrefix(strings.TrimLeft(p.Type, "[]{}"), "@")
	return isObject && exists(f, f.Objects[object], rest)
}

func TestQuotasHaveASourceAndALimit(t *testing.T) {
	t.Parallel()
	for name, limit := range aws.Limits() {
		if limit < 1 {
			t.Errorf("quota %q is %d", name, limit)
		}
	}
	if aws.Limits()["entries per ACL, a direction"] != 20 {
		t.Error("the quota of ACL entries is not the published default of 20")
	}
}

// TestKindsDoNotShareState: every cloud has kinds of its own, so that one cannot change another's.
func TestKindsDoNotShareState(t *testing.T) {
	t.Parallel()
	var one, two map[string]*resource.Kind = aws.Kinds(), aws.Kinds()
	for token := range one {
		if one[token] == two[token] {
			t.Errorf("%s is shared between two calls of Kinds", token)
		}
	}
}

// TestReviewedEnumsKeepWhatIsDocumented: a reviewed list of values may be longer than the documented one, not shorter.
func TestReviewedEnumsKeepWhatIsDocumented(t *testing.T) {
	t.Parallel()
	f := load(t)
	// Values that are documented and that the simulated cloud refuses by name.
	unsimulated := []string{"authenticate-cognito", "authenticate-oidc"}
	documented := 0
	for token, k := range aws.Kinds() {
		for pattern, reviewed := range k.Rules.Enums {
			for _, value := range documentedEnum(f, f.Resources[token].Inputs, pattern) {
				documented++
				value = strings.TrimSpace(value) // the documentation has some with blanks
				if !slices.Contains(reviewed, value) && !slices.Contains(unsimulated, value) {
					t.Errorf("%s: %s is documented to take %q, the rules refuse it", token, pattern, value)
				}
			}
		}
	}
	if documented == 0 {
		t.Error("no reviewed enum is documented")
	}
}

func documentedEnum(f *schema.File, props schema.Properties, pattern string) []string {
	name, rest, nested := strings.Cut(pattern, ".")
	if !nested {
		return props[name].Enum
	}
	return documentedEnum(f, f.Objects[strings.TrimPrefix(strings.TrimLeft(props[name].Type, "[]{}"), "@")], rest)
}
