package aws

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// conditions reads a statement's conditions: operator, key, values.
func (s *statement) conditions(v any) error {
	operators, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("Syntax errors in policy: Condition must be an object")
	}
	s.Condition = map[string]map[string]any{}
	for operator, keys := range operators {
		if s.Condition[operator], ok = keys.(map[string]any); !ok {
			return fmt.Errorf("Syntax errors in policy: Condition %s must be an object of keys and values", operator)
		}
	}
	return nil
}

func (s statement) sidProblem(kind policyKind) string {
	if kind.PlainSids && !regexp.MustCompile(`^[0-9A-Za-z]*$`).MatchString(s.Sid) {
		return fmt.Sprintf("Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*: %q", s.Sid)
	}
	return ""
}

// actionProblem refuses actions that are not in the form of one, or not of the service that a policy is for.
func (s statement) actionProblem(kind policyKind) string {
	for _, a := range slices.Concat(s.Action, s.NotAction) {
		if a == "*" {
			if kind.Actions == "sts" {
				return kind.WrongAction
			}
			continue
		}
		service, _, _ := strings.Cut(a, ":")
		if strings.ContainsAny(service, "*?") && strings.Contains(a, ":") {
			return fmt.Sprintf("Action vendors (e.g., aws, ec2, etc.) must not contain wildcards: %q", a)
		}
		if !regexp.MustCompile(`^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$`).MatchString(a) {
			return fmt.Sprintf("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: %q", a)
		}
		if kind.Actions != "" && !strings.EqualFold(service, kind.Actions) {
			return fmt.Sprintf("%s: %q", kind.WrongAction, a)
		}
	}
	return ""
}

// strangers are the actions of services that do not exist. The services keep a policy with such an action, which then
// says nothing: AWS compares an action with those that exist only in IAM Access Analyzer, whose words these are.
func (s statement) strangers() []string {
	var found []string
	for _, a := range slices.Concat(s.Action, s.NotAction) {
		service, _, vendor := strings.Cut(a, ":")
		if vendor && !knownService(strings.ToLower(service)) {
			found = append(found, fmt.Sprintf("Invalid service in action: the service %s specified in the action %q does not exist", service, a))
		}
	}
	return found
}

func (s statement) resourceProblem() string {
	for _, r := range slices.Concat(s.Resource, s.NotResource) {
		if strings.HasPrefix(r, "*") {
			continue
		}
		parts := strings.SplitN(r, ":", 6)
		if parts[0] != "arn" || len(parts) < 6 {
			return fmt.Sprintf("Resource %s must be in ARN format or \"*\".", r)
		}
		if !slices.Contains([]string{"aws", "aws-cn", "aws-us-gov", "*"}, parts[1]) {
			return fmt.Sprintf("Partition \"%s\" is not valid for resource \"%s\".", parts[1], r)
		}
		if strings.ContainsAny(parts[2], "*?") || parts[2] == "" {
			return fmt.Sprintf("Resource vendor must be fully qualified and cannot contain regexes: %q", r)
		}
	}
	return ""
}

func (s statement) conditionProblem() string {
	for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
		if !knownOperator(operator) {
			return fmt.Sprintf("Invalid Condition type : %s.", operator)
		}
		for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
			if !strings.Contains(key, ":") {
				return fmt.Sprintf("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: condition key %q", key)
			}
		}
	}
	return ""
}
