package recorder

import (
	_ "embed" // reads the table of rules
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// hipaa is the table of the HIPAA conformance pack's rules: name, AWS's identifier,
// where it is evaluated (home: a rule on what the account has once; everywhere),
// resource types, the pack's parameters, the sections of 45 CFR that the rule
// serves, and what it checks. Facts from AWS's pack, Operational Best Practices for
// HIPAA Security (github.com/awslabs/aws-config-rules, b54d4a6c99), and its mapping
// (docs.aws.amazon.com/config/latest/developerguide/operational-best-practices-for-hipaa_security.html).
//
//go:embed hipaa.csv
var hipaa string

// Rule is one rule of the HIPAA conformance pack.
type Rule struct {
	// Name is the rule's name, such as encrypted-volumes.
	Name string
	// Identifier is the name of AWS's own implementation.
	Identifier string
	// HomeOnly says that the rule is on what an account has once, and so is evaluated
	// in its home region only.
	HomeOnly bool
	// Types are the resource types whose changes set the rule off. Empty: it runs
	// by the clock.
	Types []string
	// Parameters are those that the rule is given; none means its defaults.
	Parameters []Parameter
	// Controls are the sections of 45 CFR that the rule serves, such as 164.312(b).
	Controls []string
	// Title is what the rule checks.
	Title string
}

// Parameter is one parameter of a rule.
type Parameter struct {
	// Name is the rule's name for it.
	Name string
	// Value is its value, in which AWS Config takes no blanks. Empty when Input is set.
	Value string
	// Input is the parameter of the conformance pack that holds the value.
	Input string
}

// The parameters of the conformance pack: what only the stack knows.
const (
	parameterVPCs        = "AuthorizedVpcIds"
	parameterRouteTables = "PublicRouteTableIds"
)

// parameters returns what rules are given beyond or instead of the pack's own
// parameters, by rule.
func parameters() map[string][]Parameter {
	return map[string][]Parameter{
		// Without it every internet gateway fails, that of the account's VPC too.
		"internet-gateway-authorized-vpc-only": {{Name: "AuthorizedVpcIds", Input: parameterVPCs}},
		// Load balancers are reached from the Internet through these.
		"no-unrestricted-route-to-igw": {{Name: "routeTableIds", Input: parameterRouteTables}},
		// The shared load balancer serves 443, and 80 only to redirect to it.
		"vpc-sg-open-only-to-authorized-ports": {{Name: "authorizedTcpPorts", Value: "80,443"}},
	}
}

// Rules returns the rules of the HIPAA conformance pack by name, those that
// Exceptions leaves out included. It fails when the table is malformed.
func Rules() ([]Rule, error) {
	records, err := csv.NewReader(strings.NewReader(hipaa)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("table of HIPAA rules: %w", err)
	}
	var rules []Rule
	var errs []error
	given := parameters()
	for i, record := range records[1:] {
		rule := Rule{
			Name:       record[0],
			Identifier: record[1],
			HomeOnly:   record[2] == "home",
			Types:      split(record[3]),
			Controls:   split(record[5]),
			Title:      record[6],
		}
		for _, text := range split(record[4]) {
			name, value, ok := strings.Cut(text, "=")
			if !ok || value == "" {
				errs = append(errs, fmt.Errorf("table of HIPAA rules: line %d: parameter %q has no value", i+2, text))
			}
			rule.Parameters = append(rule.Parameters, Parameter{Name: name, Value: value})
		}
		rule.Parameters = append(rule.Parameters, given[rule.Name]...)
		rules = append(rules, rule)
	}
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.Name, b.Name) })
	return rules, errors.Join(errs...)
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ";")
}
