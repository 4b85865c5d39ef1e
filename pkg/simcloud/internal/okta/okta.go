// Package okta simulates Okta (Identity Engine) as the okta provider sees it: one file per part of the API, each a few
// functions per resource type on the shared core of package resource.
//
// A simulated organization is one for each name and base URL; every API token and every key of a service app is its own.
package okta

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// providerTries is how often the provider tries a throttled call: once and its default of five retries.
const providerTries = 6

// Plugin is the okta provider, without its schema.
func Plugin() *resource.Plugin {
	return &resource.Plugin{
		Name: "okta", Kinds: Kinds(), Functions: Functions(), Configure: configure, Reach: reach,
		Explain: explain, Throttled: throttled, Tries: providerTries,
	}
}

// Kinds are the simulated resource types by token. This list is the only place where a type is registered.
func Kinds() map[string]*resource.Kind {
	list := []*resource.Kind{
		group(), groupRule(), samlApp(), oauthApp(), groupAssignment(), groupAssignments(),
		signonPolicy(), signonRule(), globalSignon(), globalSignonRule(), mfaPolicy(), mfaRule(), discoveryRule(),
		zone(), threatInsight(), logStream(), samlKey(), samlIDP(), oidcIDP(),
	}
	kinds := make(map[string]*resource.Kind, len(list))
	for _, k := range list {
		k.Service, k.Global = "Okta", true
		kinds[k.Token] = k
	}
	return kinds
}

const (
	tokGroup            = "okta:group/group:Group"
	tokGroupRule        = "okta:group/rule:Rule"
	tokSAMLApp          = "okta:app/saml:Saml"
	tokOAuthApp         = "okta:app/oAuth:OAuth"
	tokGroupAssignment  = "okta:app/groupAssignment:GroupAssignment"
	tokGroupAssignments = "okta:index/appGroupAssignments:AppGroupAssignments"
	tokSignonPolicy     = "okta:index/appSignonPolicy:AppSignonPolicy"
	tokSignonRule       = "okta:index/appSignonPolicyRule:AppSignonPolicyRule"
	tokGlobalSignon     = "okta:policy/signon:Signon"
	tokGlobalSignonRule = "okta:policy/ruleSignon:RuleSignon"
	tokMFAPolicy        = "okta:policy/mfa:Mfa"
	tokMFARule          = "okta:policy/ruleMfa:RuleMfa"
	tokDiscoveryRule    = "okta:policy/ruleIdpDiscovery:RuleIdpDiscovery"
	tokZone             = "okta:network/zone:Zone"
	tokThreatInsight    = "okta:index/threatInsightSettings:ThreatInsightSettings"
	tokLogStream        = "okta:index/logStream:LogStream"
	tokSAMLKey          = "okta:idp/samlKey:SamlKey"
	tokSAMLIDP          = "okta:idp/saml:Saml"
	tokOIDCIDP          = "okta:idp/oidc:Oidc"
)

const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// newID is an id as Okta gives them: three characters for the kind of thing, seventeen that follow.
func newID(c *resource.Call, kind string) string { return kind + c.Pick("id", idAlphabet, 17) }

// fixedID is the id of something that an organization has from the beginning.
func fixedID(org, kind, name string) string {
	sum := sha256.Sum256([]byte("okta\x00" + org + "\x00" + kind + name))
	id := make([]byte, 17)
	for i := range id {
		id[i] = idAlphabet[int(sum[i])%len(idAlphabet)]
	}
	return kind + string(id)
}

// orgName is a name that is taken once in an organization.
func orgName(c *resource.Call, kind, name string) string {
	return strings.Join([]string{"okta", c.Account, kind, name}, "/")
}

// everyone is the group of all users, which every organization has.
const everyone = "Everyone"

// groupExists says whether an id is one of a group.
func groupExists(c *resource.Call, id string) bool {
	return id == fixedID(c.Account, "00g", everyone) || c.OfAccount(tokGroup, id) != nil
}

// needGroups refuses ids that are none of a group.
func needGroups(c *resource.Call, property string) error {
	for _, id := range c.In.Strs(property) {
		if !groupExists(c, id) {
			return notFound(id, "UserGroup")
		}
	}
	return nil
}

// needNoUsers refuses ids of users: users are not simulated, so none exists.
func needNoUsers(c *resource.Call, properties ...string) error {
	for _, property := range properties {
		for _, id := range c.In.Strs(property) {
			return notFound(id, "User")
		}
	}
	return nil
}

// app is an application of an id, or nil.
func app(c *resource.Call, id string) *store.Object {
	for _, typ := range []string{tokSAMLApp, tokOAuthApp} {
		if o := c.OfAccount(typ, id); o != nil {
			return o
		}
	}
	return nil
}

// Functions are the simulated functions by token.
func Functions() map[string]resource.Function {
	return map[string]resource.Function{
		"okta:group/getEveryoneGroup:getEveryoneGroup": func(_ *store.Tx, s resource.Session, args resource.Props) (map[string]any, error) {
			return map[string]any{
				"id": fixedID(s.Account, "00g", everyone), "description": "All users in your organization", "includeUsers": args.Bool("includeUsers"),
			}, nil
		},
		"okta:policy/getPolicy:getPolicy": getPolicy,
	}
}

func getPolicy(tx *store.Tx, s resource.Session, args resource.Props) (map[string]any, error) {
	name, typ := args.Str("name"), args.Str("type")
	if defaultPolicies()[typ] == name {
		return map[string]any{"id": fixedID(s.Account, policyKind(typ), typ), "name": name, "type": typ, "status": "ACTIVE"}, nil
	}
	id := ""
	for token, of := range policyTypes() {
		if of != typ {
			continue
		}
		tx.Each(token, s.Account, resource.Global, func(o *store.Object) bool {
			if o.Outputs["name"] == name {
				id = o.ID
			}
			return id == ""
		})
	}
	if id == "" {
		return nil, fmt.Errorf("failed to get policy: no policies retrieved for policy type '%s' and name '%s'", typ, name)
	}
	return map[string]any{"id": id, "name": name, "type": typ, "status": "ACTIVE"}, nil
}
