package vault

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// capabilities of a path. Source: vault/policy.go.
func capabilities() []string {
	return []string{"create", "read", "update", "delete", "list", "sudo", "deny", "patch", "root", "subscribe", "recover"}
}

// pathKeys are what a path block of a policy may hold. Source: vault/policy.go, parsePaths.
func pathKeys() []string {
	return []string{
		"comment", "policy", "capabilities", "allowed_parameters", "denied_parameters", "required_parameters", "min_wrapping_ttl", "max_wrapping_ttl",
		"mfa_methods", "control_group", "subscribe_event_types", "pagination_limit",
	}
}

func policy() *resource.Kind {
	return &resource.Kind{
		Token: tokPolicy, Noun: "Vault policy", CreateOp: "error writing to Vault", UpdateOp: "error writing to Vault", DeleteOp: "error deleting from Vault",
		Route:  func(in resource.Props) string { return "sys/policies/acl/" + in.Str("name") },
		Upsert: true, // a policy of the name is written over
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "a policy is its name"}},
		},
		Validate: func(v *resource.Validation) {
			switch name := v.In.Str("name"); {
			case name == "root":
				v.Fail("name", "cannot update \"root\" policy")
			case name != strings.ToLower(name):
				v.Warn("name", "Vault keeps policy names in lower case: %q becomes %q", name, strings.ToLower(name))
			}
			if v.In.Known("policy") {
				if err := checkACL(v.In.Str("policy")); err != nil {
					v.Fail("policy", "%v", err)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			return nil
		},
	}
}

// checkACL refuses the text of a policy as Vault does.
func checkACL(text string) error {
	failed := func(err error) error { return fmt.Errorf("failed to parse policy: %w", err) }
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("'policy' parameter not supplied or empty")
	}
	var blocks []block
	var err error
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		blocks, err = jsonPolicy(text)
	} else {
		blocks, err = parseHCL(text)
	}
	if err != nil {
		return failed(err)
	}
	for _, b := range blocks {
		if b.kind != "path" {
			return failed(fmt.Errorf("invalid key %q on line %d", b.kind, b.line))
		}
		if err := checkPathRule(b); err != nil {
			return failed(err)
		}
	}
	return nil
}

func checkPathRule(b block) error {
	for _, name := range slices.Sorted(keysOf(b)) {
		if !slices.Contains(pathKeys(), name) {
			return fmt.Errorf("path %q: invalid key %q on line %d", b.label, name, b.line)
		}
	}
	if !balanced(b.label) {
		return fmt.Errorf("failed to validate policy templating: unbalanced templating characters")
	}
	if strings.Contains(b.label, "+*") {
		return fmt.Errorf("path %q: invalid use of wildcards ('+*' is forbidden)", b.label)
	}
	list, _ := b.attributes["capabilities"].([]any)
	for _, e := range list {
		if name, ok := e.(string); !ok || !slices.Contains(capabilities(), name) {
			return fmt.Errorf("path %q: invalid capability %q", b.label, fmt.Sprint(e))
		}
	}
	if p, ok := b.attributes["policy"].(string); ok && !slices.Contains([]string{"deny", "read", "write", "sudo"}, p) {
		return fmt.Errorf("path %q: invalid policy %q", b.label, p)
	}
	return checkWrapping(b)
}

// balanced reports whether each {{ of a path has its }}: the only thing about templates that Vault refuses.
// Source: sdk/helper/identitytpl, PopulateString with ValidityCheckOnly.
func balanced(path string) bool {
	parts := strings.Split(path, "{{")
	for i, part := range parts {
		if want := min(i, 1); strings.Count(part, "}}") != want {
			return false
		}
	}
	return true
}

func checkWrapping(b block) error {
	times := map[string]time.Duration{}
	for _, name := range []string{"min_wrapping_ttl", "max_wrapping_ttl"} {
		v, set := b.attributes[name]
		if !set {
			continue
		}
		d, err := duration(fmt.Sprint(v))
		if err != nil {
			return fmt.Errorf("error parsing %s", name)
		}
		times[name] = d
	}
	if most, ok := times["max_wrapping_ttl"]; ok && most < times["min_wrapping_ttl"] {
		return fmt.Errorf("max_wrapping_ttl cannot be less than min_wrapping_ttl")
	}
	return nil
}

func keysOf(b block) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range b.attributes {
			if !yield(name) {
				return
			}
		}
		for _, inner := range b.blocks {
			if !yield(inner.kind) {
				return
			}
		}
	}
}

// jsonPolicy reads a policy in JSON: {"path": {"secret/*": {"capabilities": ["read"]}}}.
func jsonPolicy(text string) ([]block, error) {
	document := map[string]map[string]map[string]any{}
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return nil, err
	}
	var blocks []block
	for kind, paths := range document {
		for label, attributes := range paths {
			blocks = append(blocks, block{kind: kind, label: label, line: 1, attributes: attributes})
		}
	}
	slices.SortFunc(blocks, func(a, b block) int { return strings.Compare(a.label, b.label) })
	return blocks, nil
}

// duration reads a time as Vault does: "30s", "1h30m", "2d", or a number of seconds.
func duration(text string) (time.Duration, error) {
	if regexp.MustCompile(`^[0-9]+$`).MatchString(text) {
		text += "s"
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		d, err := time.ParseDuration(days + "h")
		return 24 * d, err
	}
	return time.ParseDuration(text)
}

// passwordRules are the blocks of a password policy.
// Source: developer.hashicorp.com/vault/docs/concepts/password-policies.
func passwordPolicy() *resource.Kind {
	return &resource.Kind{
		Token: tokPasswordPolicy, Noun: "Vault password policy", CreateOp: "error writing to Vault", UpdateOp: "error writing to Vault", DeleteOp: "error deleting from Vault",
		Route:  func(in resource.Props) string { return "sys/policies/password/" + in.Str("name") },
		Upsert: true,
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "a policy is its name"}},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("policy") {
				if err := checkPasswordPolicy(v.In.Str("policy")); err != nil {
					v.Fail("policy", "invalid password policy: %v", err)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			return nil
		},
	}
}

// The lengths of generated passwords. Source: sdk/helper/random, minimum and Vault's check in logical_system.go.
const (
	shortestPassword = 4
	longestPassword  = 100
)

func checkPasswordPolicy(text string) error {
	p := &parser{text: []rune(text), line: 1}
	body, err := p.body(0)
	if err != nil {
		return fmt.Errorf("failed to parse: %w", err)
	}
	length, _ := body.attributes["length"].(float64)
	if int(length) < shortestPassword || int(length) > longestPassword {
		return fmt.Errorf("passwords must be between %d and %d characters", shortestPassword, longestPassword)
	}
	charset, least := 0, 0
	for _, b := range body.blocks {
		if b.kind != "rule" || b.label != "charset" {
			return fmt.Errorf("failed to parse rules: unrecognized rule type %s", b.label)
		}
		set, _ := b.attributes["charset"].(string)
		if set == "" {
			return fmt.Errorf("failed to parse rules: charset must be specified")
		}
		n, _ := b.attributes["min-chars"].(float64)
		charset, least = charset+len(set), least+int(n)
	}
	if charset == 0 {
		return fmt.Errorf("no charsets specified")
	}
	if least > int(length) {
		return fmt.Errorf("specified rules require at least %d characters but %d is specified", least, int(length))
	}
	return nil
}
