package recorder

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// The limits of a conformance pack
// (docs.aws.amazon.com/config/latest/APIReference/API_PutConformancePack.html,
// docs.aws.amazon.com/config/latest/developerguide/configlimits.html,
// docs.aws.amazon.com/config/latest/APIReference/API_ConfigRule.html).
const (
	maxTemplateBytes    = 51200
	maxRules            = 130
	maxDescriptionBytes = 256
)

// Template returns the conformance pack's template: the rules of the HIPAA pack
// that Exceptions does not leave out; with home off, without those that are on what
// an account has once. The text is the same for the same rules. It fails when the
// rules break a limit of the service.
func Template(home bool) (string, error) {
	rules, err := Rules()
	if err != nil {
		return "", err
	}
	excluded := leftOut()
	var chosen []Rule
	for _, rule := range rules {
		if !excluded[rule.Name] && (home || !rule.HomeOnly) {
			chosen = append(chosen, rule)
		}
	}
	return render(chosen)
}

// render writes the template of rules, and checks it.
func render(rules []Rule) (string, error) {
	var errs []error
	if len(rules) > maxRules {
		errs = append(errs, fmt.Errorf("%d rules are too many, want at most %d", len(rules), maxRules))
	}
	identifier := regexp.MustCompile(`^[A-Z0-9_]+$`)
	name := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	var b strings.Builder
	b.WriteString("Parameters:\n")
	for _, input := range []string{parameterVPCs, parameterRouteTables} {
		b.WriteString(" " + input + ": {Type: String}\n")
	}
	b.WriteString("Resources:\n")
	for _, rule := range rules {
		if !name.MatchString(rule.Name) || !identifier.MatchString(rule.Identifier) {
			errs = append(errs, fmt.Errorf("rule %q: name or identifier %q is not valid", rule.Name, rule.Identifier))
		}
		if n := len(rule.description()); n > maxDescriptionBytes {
			errs = append(errs, fmt.Errorf("rule %q: a description of %d bytes is too long, want at most %d", rule.Name, n, maxDescriptionBytes))
		}
		rule.write(&b)
	}
	if b.Len() > maxTemplateBytes {
		errs = append(errs, fmt.Errorf("%d bytes are too many, want at most %d", b.Len(), maxTemplateBytes))
	}
	if err := errors.Join(errs...); err != nil {
		return "", fmt.Errorf("conformance pack: %w", err)
	}
	return b.String(), nil
}

// description says what the rule serves; it is all that an auditor sees of that in
// AWS Config.
func (r Rule) description() string {
	if len(r.Controls) == 0 {
		return "HIPAA conformance pack"
	}
	return "45 CFR " + strings.Join(r.Controls, " ")
}

// write adds the rule to the template, in few bytes: one more blank in each line
// is a tenth of the limit. Every value of a parameter is a quoted string, because
// AWS Config takes no numbers and no booleans.
func (r Rule) write(b *strings.Builder) {
	fmt.Fprintf(b, " %s:\n", r.logicalName())
	b.WriteString("  Type: AWS::Config::ConfigRule\n  Properties:\n")
	fmt.Fprintf(b, "   ConfigRuleName: %s\n   Description: %s\n", r.Name, r.description())
	fmt.Fprintf(b, "   Source: {Owner: AWS, SourceIdentifier: %s}\n", r.Identifier)
	if len(r.Types) > 0 {
		b.WriteString("   Scope:\n    ComplianceResourceTypes:\n")
		for _, t := range r.Types {
			fmt.Fprintf(b, "    - %s\n", t)
		}
	}
	if len(r.Parameters) > 0 {
		b.WriteString("   InputParameters:\n")
	}
	for _, p := range r.Parameters {
		if p.Input != "" {
			fmt.Fprintf(b, "    %s: {Ref: %s}\n", p.Name, p.Input)
		} else {
			fmt.Fprintf(b, "    %s: %q\n", p.Name, p.Value)
		}
	}
}

// logicalName returns the rule's name within the template, where only letters and
// digits may be.
func (r Rule) logicalName() string {
	var b strings.Builder
	for part := range strings.SplitSeq(r.Name, "-") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}
