package iampolicy

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// grammar holds the patterns of one validation run.
type grammar struct {
	sid, action, resource, operator, key *regexp.Regexp
}

func newGrammar() grammar {
	return grammar{
		sid:      regexp.MustCompile(`^[A-Za-z0-9]*$`),
		action:   regexp.MustCompile(`^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$`),
		resource: regexp.MustCompile(`^(\*|arn:[a-z*-]+:[^:]*:[^:]*:[^:]*:.+)$`),
		operator: regexp.MustCompile(`^(ForAnyValue:|ForAllValues:)?(String(Not)?(Equals(IgnoreCase)?|Like)|Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?|Date(Not)?Equals|Date(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like)|Null)(IfExists)?$`),
		// The keys of an OpenID Connect provider begin with its host and path.
		key: regexp.MustCompile(`^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)*(/[^\s:]*)?:[A-Za-z0-9_.:/=@+-]+$`),
	}
}

// validate returns every fault of the document. kind is empty when it is not known.
func (d Document) validate(kind Kind) error {
	var errs []error
	if d.Version != "" && d.Version != Version {
		errs = append(errs, fmt.Errorf("version %q is not supported, want %q", d.Version, Version))
	}
	if len(d.Statements) == 0 {
		errs = append(errs, errors.New("a policy needs at least one statement"))
	}
	g := newGrammar()
	sids := map[string]int{}
	for i, s := range d.Statements {
		name := fmt.Sprintf("statement %d", i+1)
		if s.Sid != "" {
			name = fmt.Sprintf("statement %d (%s)", i+1, s.Sid)
			if first, ok := sids[s.Sid]; ok {
				errs = append(errs, fmt.Errorf("%s: the sid is already that of statement %d, want a sid once", name, first))
			} else {
				sids[s.Sid] = i + 1
			}
		}
		faults := append(s.elements(), s.forKind(kind)...)
		for _, fault := range append(faults, s.values(g)...) {
			errs = append(errs, fmt.Errorf("%s: %s", name, fault))
		}
	}
	return errors.Join(errs...)
}

// elements returns the faults in which elements the statement has.
func (s Statement) elements() []string {
	var faults []string
	if s.Effect != EffectAllow && s.Effect != EffectDeny {
		faults = append(faults, fmt.Sprintf("effect %q is unknown, want Allow or Deny", string(s.Effect)))
	}
	switch {
	case len(s.Actions) == 0 && len(s.NotActions) == 0:
		faults = append(faults, "no actions, want Actions or NotActions")
	case len(s.Actions) > 0 && len(s.NotActions) > 0:
		faults = append(faults, "both Actions and NotActions, want one of them")
	}
	if len(s.Resources) > 0 && len(s.NotResources) > 0 {
		faults = append(faults, "both Resources and NotResources, want one of them")
	}
	who, not := !s.Principals.none(), !s.NotPrincipals.none()
	if who && not {
		faults = append(faults, "both Principals and NotPrincipals, want one of them")
	}
	if not && s.Effect == EffectAllow {
		faults = append(faults, "NotPrincipals with Allow lets everyone else in, want Deny or Principals")
	}
	if !who && !not && len(s.Resources) == 0 && len(s.NotResources) == 0 {
		faults = append(faults, "neither principals nor resources, want at least one of them")
	}
	for _, p := range []Principals{s.Principals, s.NotPrincipals} {
		if p.Everyone && len(p.AWS)+len(p.Services)+len(p.Federated) > 0 {
			faults = append(faults, "everyone and named principals, want one of them")
		}
	}
	return faults
}

// forKind returns the faults that follow from what the document is attached to.
func (s Statement) forKind(kind Kind) []string {
	var faults []string
	principals := !s.Principals.none() || !s.NotPrincipals.none()
	resources := len(s.Resources)+len(s.NotResources) > 0
	switch kind {
	case Managed:
		if principals {
			faults = append(faults, "has principals, want none: the policy is about what it is attached to")
		}
		if !resources {
			faults = append(faults, "no resources, want Resources or NotResources")
		}
	case Trust:
		if !principals {
			faults = append(faults, "no principals, want those who may assume the role")
		}
		if resources {
			faults = append(faults, "has resources, want none: the policy is about its role")
		}
	case Bucket, Key:
		if !principals {
			faults = append(faults, "no principals, want those whom the statement is about")
		}
		if !resources {
			faults = append(faults, "no resources, want Resources or NotResources")
		}
	}
	return faults
}

// values returns the faults in what the elements hold.
func (s Statement) values(g grammar) []string {
	var faults []string
	check := func(re *regexp.Regexp, what, want string, lists ...[]string) {
		for _, list := range lists {
			for _, v := range list {
				if !re.MatchString(v) || !utf8.ValidString(v) {
					faults = append(faults, fmt.Sprintf("%s %q is not valid, want %s", what, v, want))
				}
			}
		}
	}
	check(g.sid, "sid", "letters and digits", []string{s.Sid})
	check(g.action, "action", `"*" or service:Action, such as s3:GetObject`, s.Actions, s.NotActions)
	check(g.resource, "resource", `"*" or an ARN, such as arn:aws:s3:::bucket/*`, s.Resources, s.NotResources)
	seen := map[[2]string]bool{}
	for _, c := range s.Conditions {
		check(g.operator, "condition operator", "one of IAM's, such as StringEquals", []string{c.Operator})
		check(g.key, "condition key", "service:key, such as aws:SourceAccount", []string{c.Key})
		if len(c.Values) == 0 {
			faults = append(faults, fmt.Sprintf("condition %s %s has no values, want at least one", c.Operator, c.Key))
		}
		// IAM matches keys in any case, so two spellings are one key.
		id := [2]string{c.Operator, strings.ToLower(c.Key)}
		if seen[id] {
			faults = append(faults, fmt.Sprintf("condition %s %s is given twice, want one with all values", c.Operator, c.Key))
		}
		seen[id] = true
	}
	return append(faults, s.texts()...)
}

// texts returns the faults in values that have no grammar of their own.
func (s Statement) texts() []string {
	var faults []string
	text := func(what string, lists ...[]string) {
		for _, list := range lists {
			for _, v := range list {
				if v == "" || !utf8.ValidString(v) {
					faults = append(faults, fmt.Sprintf("%s %q is not valid, want text that is not empty", what, v))
				}
			}
		}
	}
	for _, p := range []Principals{s.Principals, s.NotPrincipals} {
		text("principal", p.AWS, p.Services, p.Federated)
	}
	for _, c := range s.Conditions {
		for _, v := range c.Values {
			if !utf8.ValidString(v) {
				faults = append(faults, fmt.Sprintf("value %q of condition key %s is not valid text", v, c.Key))
			}
		}
	}
	return faults
}

func (p Principals) none() bool {
	return !p.Everyone && len(p.AWS)+len(p.Services)+len(p.Federated) == 0
}
