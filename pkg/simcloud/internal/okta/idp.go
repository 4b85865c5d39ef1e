package okta

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// identityProvider is an identity provider of an id, or nil.
func identityProvider(c *resource.Call, id string) *store.Object {
	for _, typ := range []string{tokSAMLIDP, tokOIDCIDP} {
		if o := c.OfAccount(typ, id); o != nil {
			return o
		}
	}
	return nil
}

func samlKey() *resource.Kind {
	return &resource.Kind{
		Token: tokSAMLKey, Noun: "SAML identity provider key", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Rules: schema.Rules{Immutable: "a key is its certificate"},
		Validate: func(v *resource.Validation) {
			if v.In.Known("x5cs") && v.In.Len("x5cs") != 1 {
				v.Fail("x5cs", "x5c: exactly one certificate must be given, got %d", v.In.Len("x5cs"))
			}
			for i, text := range v.In.Strs("x5cs") {
				if _, err := certificateIn(text); err != nil {
					v.Fail(fmt.Sprintf("x5cs[%d]", i), "x5c: Invalid certificate: %v; want the certificate in base 64, without the lines that begin with dashes", err)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			cert, err := certificateIn(c.In.Strs("x5cs")[0])
			if err != nil {
				return invalid("x5c", "x5c: Invalid certificate: %v", err)
			}
			sum := sha256.Sum256(cert.Raw)
			thumb := base64.RawURLEncoding.EncodeToString(sum[:])
			if !c.Claim(orgName(c, "idpkey", thumb)) {
				return invalid("credential.cert", "kid: a key with this certificate already exists in the current organization")
			}
			c.Obj.ID = c.UUID("kid")
			c.Out("kid", c.Obj.ID)
			c.Out("kty", "RSA")
			c.Out("use", "sig")
			c.Out("x5tS256", thumb)
			c.Out("created", c.Now.Format(time.RFC3339))
			c.Out("expiresAt", cert.NotAfter.UTC().Format(time.RFC3339))
			return nil
		},
		Remove: func(c *resource.Call) error {
			if users := c.Users(tokSAMLIDP); len(users) > 0 {
				return inUse("key %s is in use by identity provider %s", c.Obj.ID, users[0].ID)
			}
			return nil
		},
	}
}

// certificateIn is the certificate in a text of base 64.
func certificateIn(text string) (*x509.Certificate, error) {
	plain := strings.Join(strings.Fields(text), "")
	if strings.Contains(text, "-----") {
		return nil, fmt.Errorf("it has the lines of a PEM file")
	}
	der, err := base64.StdEncoding.DecodeString(plain)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// idpRules are what both kinds of identity provider have in common.
func idpRules(defaults map[string]any, enums map[string][]string, sets ...string) schema.Rules {
	all := map[string]any{
		"status": "ACTIVE", "accountLinkAction": "AUTO", "provisioningAction": "AUTO", "deprovisionedAction": "NONE", "suspendedAction": "NONE", "groupsAction": "NONE",
		"issuerMode": "ORG_URL", "subjectMatchType": "USERNAME", "usernameTemplate": "idpuser.email", "profileMaster": false,
	}
	for k, v := range defaults {
		all[k] = v
	}
	values := map[string][]string{
		"status": {"ACTIVE", "INACTIVE"}, "accountLinkAction": {"AUTO", "DISABLED"}, "provisioningAction": {"AUTO", "DISABLED"}, "deprovisionedAction": {"NONE", "REACTIVATE"},
		"suspendedAction": {"NONE", "UNSUSPEND"}, "groupsAction": {"NONE", "SYNC", "APPEND", "ASSIGN"}, "issuerMode": {"ORG_URL", "CUSTOM_URL", "DYNAMIC"},
		"subjectMatchType": {"USERNAME", "EMAIL", "USERNAME_OR_EMAIL", "CUSTOM_ATTRIBUTE"},
	}
	for k, v := range enums {
		values[k] = v
	}
	return schema.Rules{
		Defaults: all, Enums: values, Computed: []string{"maxClockSkew"},
		Sets: append([]string{"groupsAssignments", "groupsFilters", "accountLinkGroupIncludes"}, sets...),
	}
}

func checkIDP(v *resource.Validation, urls ...string) {
	if v.In.Str("subjectMatchType") == "CUSTOM_ATTRIBUTE" && v.In.Str("subjectMatchAttribute") == "" && !v.In.Has("subjectMatchAttribute") {
		v.Fail("subjectMatchAttribute", "subject.matchAttribute: The field cannot be left blank when the match type is CUSTOM_ATTRIBUTE")
	}
	switch v.In.Str("groupsAction") {
	case "ASSIGN":
		if v.In.Len("groupsAssignments") == 0 && !v.In.Has("groupsAssignments") {
			v.Fail("groupsAssignments", "policy.provisioning.groups.assignments: The field cannot be left blank when the action is ASSIGN")
		}
	case "SYNC", "APPEND":
		if v.In.Str("groupsAttribute") == "" && !v.In.Has("groupsAttribute") {
			v.Fail("groupsAttribute", "policy.provisioning.groups.sourceAttributeName: The field cannot be left blank when the action is %s", v.In.Str("groupsAction"))
		}
	}
	for _, name := range urls {
		if u := v.In.Str(name); u != "" && !regexp.MustCompile(`^https?://[^/\s]+`).MatchString(u) {
			v.Fail(name, "%s: '%s' must be an absolute URL", name, u)
		}
	}
}

// applyIDP checks what both kinds refer to.
func applyIDP(c *resource.Call) error {
	c.Default("maxClockSkew", 0)
	c.Release()
	if !c.Claim(orgName(c, "idp", c.In.Str("name"))) {
		return nameTaken("name")
	}
	for _, property := range []string{"groupsAssignments", "accountLinkGroupIncludes"} {
		if err := needGroups(c, property); err != nil {
			return err
		}
	}
	return nil
}

func removeIDP(c *resource.Call) error {
	if users := c.Users(tokDiscoveryRule, tokGlobalSignonRule); len(users) > 0 {
		return inUse("identity provider %s is used by policy rule %s", c.Obj.ID, users[0].ID)
	}
	return nil
}

func samlIDP() *resource.Kind {
	const lead = "SAML identity provider"
	return &resource.Kind{
		Token: tokSAMLIDP, Noun: lead, CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Naming: &resource.Naming{Property: "name", Max: 100},
		Rules: idpRules(
			map[string]any{
				"acsType": "INSTANCE", "ssoBinding": "HTTP-POST", "nameFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
				"requestSignatureAlgorithm": "SHA-256", "requestSignatureScope": "REQUEST", "responseSignatureAlgorithm": "SHA-256", "responseSignatureScope": "ANY",
			},
			map[string][]string{
				"acsType": {"INSTANCE", "ORG"}, "ssoBinding": {"HTTP-POST", "HTTP-REDIRECT"}, "requestSignatureAlgorithm": {"SHA-1", "SHA-256"},
				"responseSignatureAlgorithm": {"SHA-1", "SHA-256"}, "requestSignatureScope": {"REQUEST", "NONE"}, "responseSignatureScope": {"RESPONSE", "ASSERTION", "ANY"},
			}, "subjectFormats"),
		Validate: func(v *resource.Validation) { checkIDP(v, "ssoUrl", "ssoDestination") },
		Identify: func(c *resource.Call) error {
			c.Obj.ID = newID(c, "0oa")
			c.Out("type", "SAML2")
			c.Out("acsBinding", "HTTP-POST")
			c.Out("audience", "https://www.okta.com/saml2/service-provider/sp"+strings.ToLower(c.Pick("audience", idAlphabet, 18)))
			c.Out("userTypeId", fixedID(c.Account, "oty", "user"))
			return nil
		},
		Apply: func(c *resource.Call) error {
			if c.OfAccount(tokSAMLKey, c.In.Str("kid")) == nil {
				return notFound(c.In.Str("kid"), "IdpSigningKey")
			}
			return applyIDP(c)
		},
		Remove: removeIDP,
	}
}

func oidcIDP() *resource.Kind {
	bindings := []string{"HTTP-POST", "HTTP-REDIRECT"}
	return &resource.Kind{
		Token: tokOIDCIDP, Noun: "OIDC identity provider", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Naming: &resource.Naming{Property: "name", Max: 100},
		Rules: idpRules(
			map[string]any{"protocolType": "OIDC", "requestSignatureAlgorithm": "HS256", "requestSignatureScope": "REQUEST"},
			map[string][]string{
				"protocolType": {"OIDC", "OAUTH2"}, "authorizationBinding": bindings, "tokenBinding": bindings, "jwksBinding": bindings, "userInfoBinding": bindings,
				"requestSignatureAlgorithm": {"HS256", "HS384", "HS512", "SHA-256", "RS256", "RS384", "RS512"}, "requestSignatureScope": {"REQUEST", "NONE"},
			}, "scopes"),
		Validate: func(v *resource.Validation) {
			checkIDP(v, "authorizationUrl", "tokenUrl", "jwksUrl", "issuerUrl", "userInfoUrl")
			if v.In.Known("scopes") && !slices.Contains(v.In.Strs("scopes"), "openid") {
				v.Fail("scopes", "protocol.scopes: 'openid' must be one of the scopes")
			}
			if v.In.Has("userInfoUrl") != v.In.Has("userInfoBinding") {
				v.Fail("userInfoBinding", "protocol.endpoints.userInfo: url and binding belong together")
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = newID(c, "0oa")
			c.Out("type", "OIDC")
			c.Out("userTypeId", fixedID(c.Account, "oty", "user"))
			return nil
		},
		Apply:  applyIDP,
		Remove: removeIDP,
	}
}
