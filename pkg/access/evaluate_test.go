package access_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// request is one call to AWS as IAM sees it.
type request struct {
	// principal is who calls, for trust policies: an ARN or a provider.
	principal string
	action    string
	resource  string
	// keys are the condition keys that the call carries.
	keys map[string]string
}

// document is a policy as IAM reads it.
type document struct {
	Statement []struct {
		Effect                                   string
		Principal                                any
		Action, NotAction, Resource, NotResource []string
		Condition                                map[string]map[string][]string
	}
}

// decide evaluates documents as IAM does: a statement that denies wins over all
// that allow. It knows the operators that the project uses and fails the test for
// any other.
func decide(t *testing.T, texts []string, r request) (allowed, denied bool) {
	t.Helper()
	for _, text := range texts {
		var d document
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		for _, s := range d.Statement {
			applies := (matches(r, s.Action, r.action) || len(s.NotAction) > 0 && !matches(r, s.NotAction, r.action)) &&
				(len(s.Resource)+len(s.NotResource) == 0 || matches(r, s.Resource, r.resource) || len(s.NotResource) > 0 && !matches(r, s.NotResource, r.resource)) &&
				isPrincipal(s.Principal, r.principal) && holds(t, s.Condition, r)
			allowed = allowed || applies && s.Effect == "Allow"
			denied = denied || applies && s.Effect == "Deny"
		}
	}
	return allowed && !denied, denied
}

// isPrincipal says whether a statement is about the caller; those without
// principals are about whoever has the policy.
func isPrincipal(principals any, caller string) bool {
	byKind, ok := principals.(map[string]any)
	if !ok {
		return true
	}
	for _, list := range byKind {
		for _, p := range list.([]any) {
			if p == caller {
				return true
			}
		}
	}
	return false
}

func matches(r request, patterns []string, value string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		text, ok := substitute(p, r.keys)
		return ok && wildcard(strings.ToLower(text), strings.ToLower(value))
	})
}

// substitute fills in policy variables; a pattern with a variable that the call
// has no value for matches nothing.
func substitute(pattern string, keys map[string]string) (string, bool) {
	for {
		begin := strings.Index(pattern, "${")
		if begin < 0 {
			return pattern, true
		}
		end := begin + strings.IndexByte(pattern[begin:], '}')
		value, ok := keys[pattern[begin+2:end]]
		if !ok {
			return "", false
		}
		pattern = pattern[:begin] + value + pattern[end+1:]
	}
}

func wildcard(pattern, s string) bool {
	if pattern == "" {
		return s == ""
	}
	if pattern[0] == '*' {
		return wildcard(pattern[1:], s) || s != "" && wildcard(pattern, s[1:])
	}
	return s != "" && (pattern[0] == '?' || pattern[0] == s[0]) && wildcard(pattern[1:], s[1:])
}

// holds says whether all conditions are met.
func holds(t *testing.T, conditions map[string]map[string][]string, r request) bool {
	t.Helper()
	for _, operator := range slices.Sorted(maps.Keys(conditions)) {
		for key, values := range conditions[operator] {
			value, present := r.keys[key]
			if !condition(t, operator, value, present, values, r) {
				return false
			}
		}
	}
	return true
}

func condition(t *testing.T, operator, value string, present bool, values []string, r request) bool {
	t.Helper()
	if rest, ok := strings.CutPrefix(operator, "ForAllValues:"); ok {
		return !present || condition(t, rest, value, present, values, r)
	}
	operator = strings.TrimPrefix(operator, "ForAnyValue:")
	if rest, ok := strings.CutSuffix(operator, "IfExists"); ok {
		return !present || condition(t, rest, value, present, values, r)
	}
	some := func(equal func(pattern string) bool) bool {
		return present && slices.ContainsFunc(values, func(v string) bool {
			text, ok := substitute(v, r.keys)
			return ok && equal(text)
		})
	}
	switch operator {
	case "StringEquals", "ArnEquals", "Bool":
		return some(func(v string) bool { return v == value })
	case "StringNotEquals":
		return !some(func(v string) bool { return v == value })
	case "StringLike", "ArnLike":
		return some(func(v string) bool { return wildcard(v, value) })
	case "Null":
		return (values[0] == "true") != present
	}
	t.Fatalf("the test does not know condition operator %s", operator)
	return false
}
