package aws

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed iam_services.txt
var iamServices string

//go:embed iam_principals.txt
var iamPrincipals string

// hasWord says whether a list has a word. Lines that begin with # are remarks.
func hasWord(list, word string) bool {
	if word == "" || strings.ContainsAny(word, " \n#") {
		return false
	}
	for strings.HasPrefix(list, "#") {
		_, list, _ = strings.Cut(list, "\n")
	}
	space := func(c byte) bool { return c == ' ' || c == '\n' }
	for from := 0; ; {
		at := strings.Index(list[from:], word)
		if at < 0 {
			return false
		}
		begin, end := from+at, from+at+len(word)
		if (begin == 0 || space(list[begin-1])) && (end == len(list) || space(list[end])) {
			return true
		}
		from = begin + 1
	}
}

// knownService says whether a prefix of an action is that of a service.
func knownService(prefix string) bool { return hasWord(iamServices, prefix) }

// knownServicePrincipal takes <service>.amazonaws.com and the form with a region, <service>.<region>.amazonaws.com.
func knownServicePrincipal(name string) bool {
	base, ok := strings.CutSuffix(strings.TrimSuffix(name, ".cn"), ".amazonaws.com")
	if !ok {
		return false
	}
	if i := strings.LastIndexByte(base, '.'); i > 0 && slices.Contains(Regions(), base[i+1:]) {
		base = base[:i]
	}
	return hasWord(iamPrincipals, base)
}

// knownOperator says whether a condition operator exists. Source:
// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
func knownOperator(operator string) bool {
	base := strings.TrimPrefix(strings.TrimPrefix(operator, "ForAnyValue:"), "ForAllValues:")
	if base == "Null" {
		return true
	}
	base = strings.TrimSuffix(base, "IfExists")
	return slices.Contains([]string{
		"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
		"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
		"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
		"Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike",
	}, base)
}

// matchesAction says whether a pattern of a policy covers an action; both are compared without case, as IAM does.
func matchesAction(pattern, action string) bool {
	return wildcard(strings.ToLower(pattern), strings.ToLower(action))
}

// wildcard matches * (any characters, also none) and ? (one).
func wildcard(pattern, s string) bool {
	for pattern != "" {
		switch {
		case pattern[0] == '*':
			for i := range len(s) + 1 {
				if wildcard(pattern[1:], s[i:]) {
					return true
				}
			}
			return false
		case s == "" || pattern[0] != '?' && pattern[0] != s[0]:
			return false
		}
		pattern, s = pattern[1:], s[1:]
	}
	return s == ""
}
