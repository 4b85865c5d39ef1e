// Package vaultpolicy writes the policies of Vault: who may do what at which path.
// Each is a function in a file of its own. It knows nothing of how they get into Vault.
package vaultpolicy

import (
	"errors"
	"fmt"
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
	// Path may end with *, which stands for anything, and hold + for one whole part.
	Path string
	// Capabilities are what may be done there.
	Capabilities []Capability
}

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
		quoted := make([]string, len(rule.Capabilities))
		for j, capability := range rule.Capabilities {
			quoted[j] = strconv.Quote(string(capability))
		}
		fmt.Fprintf(&out, "path %s {\n  capabilities = [%s]\n}\n", strconv.Quote(rule.Path), strings.Join(quoted, ", "))
	}
	if err := errors.Join(errs...); err != nil {
		return "", fmt.Errorf("vault policy %q: %w", p.Name, err)
	}
	return out.String(), nil
}

// validate reports what Vault would refuse or understand in another way.
func (r Rule) validate() error {
	var errs []error
	if !regexp.MustCompile(`^[a-z0-9+]([a-z0-9._/+-]*[a-z0-9+/-])?\*?$`).MatchString(r.Path) || strings.Contains(r.Path, "+*") {
		errs = append(errs, fmt.Errorf("path %q is not valid, want parts of lower-case letters, digits, dots, dashes and underscores, + for a whole part and * at the end", r.Path))
	}
	for _, part := range strings.Split(r.Path, "/") {
		if strings.Contains(part, "+") && part != "+" {
			errs = append(errs, fmt.Errorf("path %q: + must stand for a whole part", r.Path))
		}
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
