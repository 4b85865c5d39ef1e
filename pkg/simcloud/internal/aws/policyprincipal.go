package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// checkPrincipals refuses a document that names what does not exist: a role, a service, the unique id of a role that
// was deleted. The APIs resolve names when a policy is written. IAM users are not simulated, so none exists; the role
// that the provider itself has assumed does.
func checkPrincipals(c *resource.Call, text, code, message string) error {
	statements, _ := parsePolicy(text) // none when it is empty; Check has refused what cannot be read
	invalid := func(typ, p string) error {
		return resource.Faultf(code, "%s: %q:%q", strings.TrimSuffix(message, "."), typ, p)
	}
	for _, s := range statements {
		for _, p := range s.Principal["Service"] {
			if !knownServicePrincipal(p) {
				return invalid("SERVICE", p)
			}
		}
		for _, p := range s.Principal["AWS"] {
			if !principalExists(c, p) {
				return invalid("AWS", p)
			}
		}
	}
	return nil
}

func principalExists(c *resource.Call, p string) bool {
	account := regexp.MustCompile(`^(?:arn:aws:iam::)?([0-9]{12})(?::root)?$`)
	role := regexp.MustCompile(`^arn:aws:iam::([0-9]{12}):role/(?:.*/)?([^/]+)$`).FindStringSubmatch(p)
	session := regexp.MustCompile(`^arn:aws:sts::([0-9]{12}):assumed-role/([^/]+)/[^/]+$`).FindStringSubmatch(p)
	switch {
	case p == "*" || p == c.Role || account.MatchString(p):
		return true
	case role != nil:
		o := c.Find(store.Key{Type: tokRole, Account: role[1], Region: resource.Global, ID: role[2]})
		return o != nil && o.ARN == p
	case session != nil:
		return strings.HasSuffix(c.Role, "/"+session[2]) || c.Find(store.Key{Type: tokRole, Account: session[1], Region: resource.Global, ID: session[2]}) != nil
	case strings.HasPrefix(p, "AROA"):
		_, exists := c.Tx.Owner(uniqueIDName(p))
		return exists
	}
	return false
}

// uniqueIDName is claimed by the role with a unique id.
func uniqueIDName(id string) string { return "unique-id/" + id }

// checkLockout refuses a key policy that nobody in the key's account could ever change again: KMS asks whether the
// caller may put the next policy. Conditions are taken as met.
func checkLockout(c *resource.Call) error {
	text := c.In.Str("policy")
	statements, _ := parsePolicy(text) // Check has refused what cannot be read
	if text == "" || c.In.Bool("bypassPolicyLockoutSafetyCheck") || c.Role == "" {
		return nil
	}
	callers := []string{"*", c.Account, fmt.Sprintf("arn:aws:iam::%s:root", c.Account), c.Role}
	for _, s := range statements {
		may := slices.ContainsFunc(s.Action, func(a string) bool { return matchesAction(a, "kms:PutKeyPolicy") }) ||
			s.NotAction != nil && !slices.ContainsFunc(s.NotAction, func(a string) bool { return matchesAction(a, "kms:PutKeyPolicy") })
		is := slices.ContainsFunc(s.Principal["AWS"], func(p string) bool { return slices.Contains(callers, p) })
		if s.Effect == "Allow" && may && is {
			return nil
		}
	}
	return resource.Faultf("MalformedPolicyDocumentException", "The new key policy will not allow you to update the key policy in the future.")
}
