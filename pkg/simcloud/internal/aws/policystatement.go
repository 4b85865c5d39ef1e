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

// actionProblem refuses actions of no service. IAM itself keeps an identity policy with such an action, which then
// grants nothing; IAM Access Analyzer calls it an error ("Invalid service in action").
func (s statement) actionProblem(kind policyKind) string {
	for _, a := range slices.Concat(s.Action, s.NotAction) {
		if a == "*" {
			if kind.Actions == "sts" {
				return kind.WrongAction
			}
			continue
		}
		if !regexp.MustCompile(`^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$`).MatchString(a) {
			return fmt.Sprintf("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: %q", a)
		}
		service, _, _ := strings.Cut(a, ":")
		if kind.Actions != "" && !strings.EqualFold(service, kind.Actions) {
			return fmt.Sprintf("%s: %q", kind.WrongAction, a)
		}
		if !knownService(strings.ToLower(service)) {
			return fmt.Sprintf("Invalid service in action: the service %s specified in the action %q does not exist", service, a)
		}
	}
	return ""
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
