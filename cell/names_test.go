package cell_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
)

// words returns the runs of letters and digits, in lower case, of all that is registered of
// a resource: its URN and parent, the provider's, former names, and its inputs with what
// is secret in them. Documents in JSON and escapes of URLs are taken apart first, because
// "\nacme" and "%2Facme" hold a word that their characters do not show.
func words(res pulumitest.Resource) []string {
	all := append([]string{res.URN, res.Name, res.Parent, res.Provider}, res.Aliases...)
	all = append(all, res.IgnoreChanges...)
	var found []string
	for _, s := range append(all, strings.Join(texts(resource.NewProperty(res.Inputs)), " ")) {
		found = append(found, strings.FieldsFunc(strings.ToLower(s), func(c rune) bool {
			return !unicode.IsLetter(c) && !unicode.IsDigit(c)
		})...)
	}
	return found
}

// texts returns the keys and strings of a value.
func texts(v resource.PropertyValue) []string {
	switch {
	case v.IsSecret():
		return texts(v.SecretValue().Element)
	case v.IsOutput():
		return texts(v.OutputValue().Element)
	case v.IsString():
		return decoded(v.StringValue())
	case v.IsArray():
		var all []string
		for _, element := range v.ArrayValue() {
			all = append(all, texts(element)...)
		}
		return all
	case v.IsObject():
		var all []string
		for key, element := range v.ObjectValue() {
			all = append(append(all, string(key)), texts(element)...)
		}
		return all
	default:
		return nil
	}
}

// decoded returns a string as it is read by whom it is for.
func decoded(s string) []string {
	if strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") || strings.HasPrefix(s, `"`) {
		var document any
		if json.Unmarshal([]byte(s), &document) == nil {
			return texts(resource.NewPropertyValue(document))
		}
	}
	if plain, err := url.PathUnescape(s); err == nil {
		return []string{plain}
	}
	return []string{s}
}

// namers returns the URNs of the resources that name a word.
func namers(recording *pulumitest.Recording, word string) []string {
	var found []string
	for _, res := range recording.Resources {
		if slices.Contains(words(res), word) {
			found = append(found, res.URN)
		}
	}
	return found
}

func TestCellsNeverNameEachOther(t *testing.T) {
	t.Parallel()
	tree := whole(t)
	for client, recording := range recordAll(t, tree) {
		namesNoOther(t, client, recording, tree)
	}
}

func namesNoOther(t *testing.T, client string, recording *pulumitest.Recording, tree *config.Tree) {
	t.Helper()
	if len(namers(recording, client)) != len(recording.Resources) {
		t.Errorf("of the %d resources of %s only %d name it: what the test looks at is not what names cells",
			len(recording.Resources), client, len(namers(recording, client)))
	}
	for _, other := range tree.Clients() {
		for _, urn := range namers(recording, other) {
			if other != client {
				t.Errorf("%s names client %s: cells share nothing", urn, other)
			}
		}
	}
}

// A search that finds nothing proves nothing, so each way of naming another cell is put
// into the real recording of one and has to be found there.
func TestNamesOfOtherCellsAreFound(t *testing.T) {
	t.Parallel()
	tree := load(t)
	clean := record(t, tree, stacks(t, tree), "acme")
	value := resource.NewProperty[string]
	input := func(v resource.PropertyValue) func(*pulumitest.Resource) {
		return func(res *pulumitest.Resource) {
			res.Inputs = res.Inputs.Copy()
			res.Inputs["planted"] = v
		}
	}
	for name, tc := range map[string]struct {
		plant func(*pulumitest.Resource)
		found bool
	}{
		"ARN":              {input(value("arn:aws:iam::111111111111:role/cell/birch/birch-api-task")), true},
		"policy document":  {input(value(`{"Statement":[{"Resource":["arn:aws:s3:::meridian-birch-us-west-2-work/*"]}]}`)), true},
		"policy's operand": {input(value(`{"Statement":[{"Condition":{"StringEquals":{"aws:PrincipalTag/cell":"birch"}}}]}`)), true},
		"document's key":   {input(value(`{"birch":1}`)), true},
		"document's line":  {input(value(`[{"command":["set -e\nbirch"]}]`)), true},
		"nested document":  {input(value(`{"policy":"{\"path\":\"cells\\u002fbirch\"}"}`)), true},
		"URL":              {input(value("https://birch.us-west-2.nonprod.meridianhealth.example/x")), true},
		"escaped URL":      {input(value("https://vault.example/v1/cells%2Fbirch")), true},
		"variable":         {input(value("CELL_BIRCH_HOST")), true},
		"secret":           {input(resource.MakeSecret(value("cells/birch/kv"))), true},
		"list in an object": {input(resource.NewProperty(resource.PropertyMap{
			"a": resource.NewProperty([]resource.PropertyValue{resource.MakeSecret(value("birch"))}),
		})), true},
		"input's key":  {input(resource.NewProperty(resource.PropertyMap{"birch": value("x")})), true},
		"URN":          {func(res *pulumitest.Resource) { res.URN += "-birch" }, true},
		"name":         {func(res *pulumitest.Resource) { res.Name = "birch-api" }, true},
		"parent":       {func(res *pulumitest.Resource) { res.Parent += "::birch" }, true},
		"provider":     {func(res *pulumitest.Resource) { res.Provider = "urn:pulumi:birch::cell::pulumi:providers:aws::aws::id" }, true},
		"alias":        {func(res *pulumitest.Resource) { res.Aliases = []string{"birch-api"} }, true},
		"longer name":  {input(value("arn:aws:iam::111111111111:role/cell/birch2/birchwood")), false},
		"part of one":  {input(value("silverbirch-api")), false},
		"its own name": {input(value("acme-api")), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, kind := range []string{"aws:iam/policy:Policy", "pulumi:providers:aws", outputsType} {
				at := slices.IndexFunc(clean.Resources, func(res pulumitest.Resource) bool { return res.Type == kind })
				if at < 0 {
					t.Fatalf("the recording has no %s", kind)
				}
				planted := &pulumitest.Recording{Resources: slices.Clone(clean.Resources)}
				tc.plant(&planted.Resources[at])
				want := []string{planted.Resources[at].URN}
				if !tc.found {
					want = nil
				}
				if got := namers(planted, "birch"); !slices.Equal(got, want) {
					t.Errorf("planted into %s: found %q, want %q", kind, got, want)
				}
			}
		})
	}
}
