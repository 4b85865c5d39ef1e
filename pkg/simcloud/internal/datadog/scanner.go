package datadog

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// patterns are some of Datadog's library of patterns, with what they are about.
// Source: docs.datadoghq.com/sensitive_data_scanner/scanning_rules/library_rules.
func patterns() map[string]string {
	return map[string]string{
		"AWS Access Key ID Scanner":                    "AWS access key ids",
		"AWS Secret Access Key Scanner":                "AWS secret access keys",
		"American Express Card Scanner (4x6x5 digits)": "American Express cards",
		"Bearer Token":                                 "bearer tokens",
		"Datadog API Key":                              "Datadog API keys",
		"JSON Web Token":                               "JSON web tokens",
		"MasterCard Scanner (4x4 digits)":              "MasterCard cards",
		"PostgreSQL Connection String":                 "connection strings with a password",
		"Private Key":                                  "private keys",
		"Standard Email Address Scanner":               "e-mail addresses",
		"Standard IPv4 Address Scanner":                "IPv4 addresses",
		"US Social Security Number Scanner":            "social security numbers",
		"Visa Card Scanner (4x4 digits)":               "Visa cards",
	}
}

func scannerGroup() *resource.Kind {
	return &resource.Kind{
		Token: tokScannerGroup, Noun: "SensitiveDataScannerGroup", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v2/sensitive-data-scanner/config/groups" },
		Rules: schema.Rules{
			Sets:  []string{"productLists", "samplings"},
			Enums: map[string][]string{"productLists": {"logs", "rum", "events", "apm"}, "samplings.product": {"logs", "rum", "events", "apm"}},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("productLists") && v.In.Len("productLists") == 0 {
				v.Fail("productLists", "a group scans at least one product")
			}
			for i, s := range v.In.Objs("samplings") {
				if rate, ok := s["rate"].(float64); ok && (rate < 0 || rate > 100) {
					v.Fail(fmt.Sprintf("samplings[%d].rate", i), "expected rate to be in the range (0.0 - 100.0), got %v", rate)
				}
				if !slices.Contains(v.In.Strs("productLists"), s.Str("product")) && v.In.Known("productLists") {
					v.Fail(fmt.Sprintf("samplings[%d].product", i), "%s is sampled and not in productLists", s.Str("product"))
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.Pick("group", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 22)
			return nil
		},
		Remove: func(c *resource.Call) error { // its rules go with it
			for _, k := range c.Users(tokScannerRule) {
				c.Tx.Delete(k)
			}
			return nil
		},
	}
}

func scannerRule() *resource.Kind {
	return &resource.Kind{
		Token: tokScannerRule, Noun: "SensitiveDataScannerRule", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v2/sensitive-data-scanner/config/rules" },
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"groupId"}, Why: "a rule is of one group"},
				{Properties: []string{"standardPatternId"}, Why: "the API does not change it"},
			},
			Defaults: map[string]any{"isEnabled": true},
			Computed: []string{"priority", "name", "description", "tags"},
			Enums: map[string][]string{
				"textReplacement.type": {"none", "hash", "replacement_string", "partial_replacement_from_beginning", "partial_replacement_from_end"},
			},
			Conflicts: [][]string{{"pattern", "standardPatternId"}},
		},
		Validate: checkScannerRule,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.Pick("rule", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 22)
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("priority", 5)
			c.Default("name", "")
			if c.OfAccount(tokScannerGroup, c.In.Str("groupId")) == nil {
				return missing("Scanning group %s not found", c.In.Str("groupId"))
			}
			if id := c.In.Str("standardPatternId"); id != "" {
				for name := range patterns() {
					if id == fixedID(c.Account, name) {
						return nil
					}
				}
				return refuse("Standard pattern %s not found", id)
			}
			return nil
		},
	}
}

func checkScannerRule(v *resource.Validation) {
	if !v.In.Has("pattern") && !v.In.Has("standardPatternId") {
		v.Fail("pattern", "one of `pattern,standard_pattern_id` must be specified")
	}
	if text := v.In.Str("pattern"); text != "" {
		if _, err := regexp.Compile(text); err != nil {
			v.Fail("pattern", "Invalid regex: %v", err)
		}
	}
	if p := v.In.Int("priority"); v.In.Known("priority") && (p < 1 || p > 5) {
		v.Fail("priority", "expected priority to be in the range (1 - 5), got %d", p)
	}
	replace := v.In.Obj("textReplacement")
	switch typ := replace.Str("type"); {
	case typ == "replacement_string" && replace.Str("replacementString") == "" && !replace.Has("replacementString"):
		v.Fail("textReplacement.replacementString", "replacement_string is required for the type replacement_string")
	case strings.HasPrefix(typ, "partial_replacement") && replace.Int("numberOfChars") < 1 && !replace.Has("numberOfChars"):
		v.Fail("textReplacement.numberOfChars", "number_of_chars is required for the type %s", typ)
	}
	words := v.In.Obj("includedKeywordConfiguration")
	if n := words.Int("characterCount"); words.Known("characterCount") && (n < 1 || n > 50) {
		v.Fail("includedKeywordConfiguration.characterCount", "expected character_count to be in the range (1 - 50), got %d", n)
	}
}

func getStandardPattern(_ *store.Tx, s resource.Session, args resource.Props) (map[string]any, error) {
	filter := strings.ToLower(args.Str("filter"))
	for _, name := range slices.Sorted(maps.Keys(patterns())) {
		if strings.Contains(strings.ToLower(name), filter) {
			return map[string]any{
				"id": fixedID(s.Account, name), "filter": args.Str("filter"), "name": name, "description": "Matches " + patterns()[name],
				"includedKeywords": []any{}, "pattern": "", "tags": []any{},
			}, nil
		}
	}
	return nil, fmt.Errorf("no standard pattern matches the filter %q; the simulated Datadog has %q", args.Str("filter"), slices.Sorted(maps.Keys(patterns())))
}
