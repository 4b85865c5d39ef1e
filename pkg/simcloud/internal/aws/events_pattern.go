package aws

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// longestPattern is the longest event pattern in characters. Source:
// docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html, "Event pattern size".
const longestPattern = 4096

// patternProblem says what is wrong with an event pattern; empty when nothing is. Source:
// docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html.
func patternProblem(text string) string {
	var pattern any
	if err := json.Unmarshal([]byte(text), &pattern); err != nil {
		return fmt.Sprintf("it is no JSON: %v", err)
	}
	object, ok := pattern.(map[string]any)
	if !ok {
		return "Filter is not an object"
	}
	if len(object) == 0 {
		return "Empty objects are not allowed"
	}
	return fieldsProblem(object)
}

func fieldsProblem(object map[string]any) string {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		problem := ""
		switch value := object[name].(type) {
		case map[string]any:
			if problem = fieldsProblem(value); len(value) == 0 {
				problem = "Empty objects are not allowed"
			}
		case []any:
			if name == "$or" {
				problem = alternativesProblem(value)
			} else {
				problem = matchesProblem(value)
			}
		default:
			problem = fmt.Sprintf("%q must be an object or an array", name)
		}
		if problem != "" {
			return problem
		}
	}
	return ""
}

// alternativesProblem looks at the objects of an $or.
func alternativesProblem(list []any) string {
	if len(list) < 2 {
		return "There must have at least 2 Objects in $or relationship"
	}
	for _, e := range list {
		object, ok := e.(map[string]any)
		if !ok {
			return "Only objects are allowed in $or relationship"
		}
		if problem := fieldsProblem(object); problem != "" {
			return problem
		}
	}
	return ""
}

// matchesProblem looks at the values that a field is compared with.
func matchesProblem(list []any) string {
	if len(list) == 0 {
		return "Empty arrays are not allowed"
	}
	operators := []string{"anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"}
	for _, e := range list {
		switch e := e.(type) {
		case []any:
			return "Match value must be String, number, true, false, or null"
		case map[string]any:
			if len(e) != 1 {
				return "Only one key allowed in match expression"
			}
			for operator, operand := range e {
				if !slices.Contains(operators, operator) {
					return fmt.Sprintf("Unrecognized match type %s", operator)
				}
				if problem := operandProblem(operator, operand); problem != "" {
					return problem
				}
			}
		}
	}
	return ""
}

func operandProblem(operator string, operand any) string {
	_, isText := operand.(string)
	_, isObject := operand.(map[string]any)
	list, isList := operand.([]any)
	_, isBool := operand.(bool)
	switch operator {
	case "exists":
		if !isBool {
			return "exists match pattern must be either true or false."
		}
	case "numeric":
		if !isList || len(list) != 2 && len(list) != 4 {
			return "Value of numeric must be an array."
		}
		for i := 0; i < len(list); i += 2 {
			comparison, _ := list[i].(string)
			if !slices.Contains([]string{"<", "<=", "=", ">", ">="}, comparison) {
				return fmt.Sprintf("Unrecognized numeric range operator: %v", list[i])
			}
			if _, isNumber := list[i+1].(float64); !isNumber {
				return fmt.Sprintf("Value of %s must be numeric", comparison)
			}
		}
	case "prefix", "suffix":
		if !isText && !isObject {
			return operator + " match pattern must be a string"
		}
	case "cidr", "equals-ignore-case", "wildcard":
		if !isText {
			return operator + " match pattern must be a string"
		}
	}
	return ""
}
