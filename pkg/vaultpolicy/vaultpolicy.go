// Package vaultpolicy writes the policies of Vault: who may do what at which path.
// Each is a function in a file of its own. It knows nothing of how they get into Vault.
package vaultpolicy

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Capability is what may be done at a path
// (developer.hashicorp.com/vault/docs/concepts/policies).
type Capability string

// The capabilities. Sudo is asked for, beside the others, at paths that are protected
// as root's.
const (
	Create Capability = "create"
	Read   Capability = "read"
	Update Capability = "update"
	Patch  Capability = "patch"
	Delete Capability = "delete"
	List   Capability = "list"
	Sudo   Capability = "sudo"
	Deny   Capability = "deny"
)

// capabilities returns all that there are.
func capabilities() []Capability {
	return []Capability{Create, Read, Update, Patch, Delete, List, Sudo, Deny}
}

// Rule says what may be done at a path.
type Rule struct {
	// Path may end with *, which stands for anything, and hold + for one whole part, or
	// the result of Metadata for one that each identity fills in. At the end .* may follow
	// that: what holds no dot itself is then no beginning of another.
	Path string
	// Capabilities are what may be done there.
	Capabilities []Capability
	// Parameters are those that a request which writes may have, by name; nil: any. The
	// name AnyOther stands for all that are not named.
	Parameters map[string]Values
}

// AnyOther is the name of all parameters that are not named.
const AnyOther = "*"

// Values are what a parameter may be: one of the texts, which may end with *, or a list
// that is exactly one of the lists. Without any, it may be anything.
type Values struct {
	Texts []string
	Lists [][]string
}

// Metadata is the part of a path that is what the identity of whoever asks has as
// metadata under a key. Who has no such metadata is not given the path at all
// (developer.hashicorp.com/vault/docs/concepts/policies, templated policies).
func Metadata(key string) string { return "{{identity.entity.metadata." + key + "}}" }

// template matches the results of Metadata.
var template = regexp.MustCompile(`\{\{identity\.entity\.metadata\.[a-z]+\}\}`)

// Policy is a set of rules with a name. Where several of its paths match, the most
// exact one counts alone.
type Policy struct {
	// Name is what tokens carry.
	Name string
	// Rules are sorted by path when they are written.
	Rules []Rule
}

// at returns the rule for a path.
func at(path string, capabilities ...Capability) Rule {
	return Rule{Path: path, Capabilities: capabilities}
}

// manage is everything but sudo.
func manage(path string) Rule { return at(path, Create, Read, Update, Patch, Delete, List) }

// with limits a rule to requests that have no other parameters than these.
func (r Rule) with(parameters map[string]Values) Rule {
	r.Parameters = parameters
	return r
}

// look is to read what is configured.
func look(path string) Rule { return at(path, Read, List) }

// HCL returns the policy as Vault reads it. It fails, naming all that is wrong, for a
// name that is none or root's, for a policy without rules, and for rules with a path
// that Vault would read in another way, that is there twice, or with capabilities that
// are none or contradict each other.
func (p Policy) HCL() (string, error) {
	rules := slices.Clone(p.Rules)
	slices.SortStableFunc(rules, func(a, b Rule) int { return strings.Compare(a.Path, b.Path) })
	var errs []error
	if !regexp.MustCompile(`^[a-z][a-z0-9-]{0,127}$`).MatchString(p.Name) || p.Name == "root" {
		errs = append(errs, fmt.Errorf("name %q is not valid, want lower-case letters, digits and dashes, and not root", p.Name))
	}
	if len(rules) == 0 {
		errs = append(errs, errors.New("has no rules"))
	}
	var out strings.Builder
	for i, rule := range rules {
		errs = append(errs, rule.validate())
		if i > 0 {
			if rules[i-1].Path == rule.Path {
				errs = append(errs, fmt.Errorf("path %q is there twice", rule.Path))
			}
			out.WriteByte('\n')
		}
		rule.write(&out)
	}
	if err := errors.Join(errs...); err != nil {
		return "", fmt.Errorf("vault policy %q: %w", p.Name, err)
	}
	return out.String(), nil
}

// write adds the rule as Vault reads it.
func (r Rule) write(out *strings.Builder) {
	list := func(texts []string) string {
		quoted := make([]string, len(texts))
		for i, text := range texts {
			quoted[i] = strconv.Quote(text)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	allowed := make([]string, len(r.Capabilities))
	for i, capability := range r.Capabilities {
		allowed[i] = string(capability)
	}
	fmt.Fprintf(out, "path %s {\n  capabilities = %s\n", strconv.Quote(r.Path), list(allowed))
	if r.Parameters != nil {
		out.WriteString("  allowed_parameters = {\n")
		for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
			values := list(r.Parameters[name].Texts)
			if lists := r.Parameters[name].Lists; len(lists) > 0 {
				written := make([]string, len(lists))
				for i, texts := range lists {
					written[i] = list(texts)
				}
				values = "[" + strings.Join(written, ", ") + "]"
			}
			fmt.Fprintf(out, "    %s = %s\n", strconv.Quote(name), values)
		}
		out.WriteString("  }\n")
	}
	out.WriteString("}\n")
}

// validate reports what Vault would refuse or understand in another way.
func (r Rule) validate() error {
	var errs []error
	if filled := template.ReplaceAllString(r.Path, "x"); !regexp.MustCompile(`^[a-z0-9+](([a-z0-9._/+-]*[a-z0-9+/-])?\*?|[a-z0-9._/+-]*\.\*)$`).MatchString(filled) || strings.Contains(filled, "+*") {
		errs = append(errs, fmt.Errorf("path %q is not valid, want parts of lower-case letters, digits, dots, dashes and underscores, + or metadata for a whole part and * at the end", r.Path))
	}
	for _, part := range strings.Split(r.Path, "/") {
		if strings.Contains(part, "+") && part != "+" {
			errs = append(errs, fmt.Errorf("path %q: + must stand for a whole part", r.Path))
		}
		if found := template.FindString(part); found != "" && found != part && found+".*" != part {
			errs = append(errs, fmt.Errorf("path %q: %s must stand for a whole part, or begin the last one before .*", r.Path, found))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
		if name != AnyOther && !regexp.MustCompile(`^[a-z_]+$`).MatchString(name) {
			errs = append(errs, fmt.Errorf("path %q: parameter %q is not valid, want lower-case letters and underscores, or %s for all others", r.Path, name, AnyOther))
		}
		if values := r.Parameters[name]; len(values.Texts) > 0 && len(values.Lists) > 0 {
			errs = append(errs, fmt.Errorf("path %q: parameter %q is text or a list, not both", r.Path, name))
		}
	}
	if _, all := r.Parameters[AnyOther]; r.Parameters != nil && (len(r.Parameters) == 0 || all && len(r.Parameters) == 1) {
		errs = append(errs, fmt.Errorf("path %q: the parameters limit nothing: leave them out", r.Path))
	}
	if len(r.Capabilities) == 0 {
		errs = append(errs, fmt.Errorf("path %q allows nothing: leave it out, or deny", r.Path))
	}
	for i, capability := range r.Capabilities {
		if !slices.Contains(capabilities(), capability) || slices.Index(r.Capabilities, capability) < i {
			errs = append(errs, fmt.Errorf("path %q: capability %q is unknown or there twice, want some of %v", r.Path, capability, capabilities()))
		}
	}
	if slices.Contains(r.Capabilities, Deny) && len(r.Capabilities) > 1 {
		errs = append(errs, fmt.Errorf("path %q: deny takes everything else away", r.Path))
	}
	return errors.Join(errs...)
}
