package vault

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// algorithms are those of signatures that Vault checks. Source: vault-plugin-auth-jwt, supported algorithms.
func algorithms() []string {
	return []string{"RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA"}
}

func jwtBackend() *resource.Kind {
	path := func(in resource.Props) string { return clean(in.Str("path")) }
	enums := tuneEnums()
	enums["type"] = []string{"jwt", "oidc"}
	enums["oidcResponseMode"] = []string{"query", "form_post"}
	enums["oidcResponseTypes"] = []string{"code", "id_token"}
	enums["jwtSupportedAlgs"] = algorithms()
	return &resource.Kind{
		Token: tokJWT, Noun: "JWT auth method", CreateOp: "error writing to Vault", UpdateOp: "error updating Vault", DeleteOp: "error disabling auth method",
		Route: func(in resource.Props) string { return "auth/" + path(in) + "/config" },
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"type", "local"}, Why: "Vault sets them when it enables the method"},
				{Properties: []string{"path"}, Why: "the real provider moves the method unless disableRemount is set; the simulated one enables it anew"},
			},
			Computed:  []string{"tune"},
			Defaults:  map[string]any{"path": "jwt", "type": "jwt", "local": false, "disableRemount": false},
			Enums:     enums,
			Conflicts: [][]string{{"oidcDiscoveryUrl", "jwksUrl", "jwtValidationPubkeys"}},
		},
		Validate: checkJWT,
		Identify: func(c *resource.Call) error {
			return enable(c, c.In.Str("type"), path(c.In))
		},
		Apply: func(c *resource.Call) error {
			c.Default("tune", map[string]any{"defaultLeaseTtl": "", "maxLeaseTtl": "", "listingVisibility": "", "tokenType": "default-service"})
			return nil
		},
		Remove: removeBelow,
	}
}

// checkJWT refuses a configuration as the method does. Source: vault-plugin-auth-jwt/path_config.go.
func checkJWT(v *resource.Validation) {
	checkPath(v)
	checkTune(v)
	sources := 0
	for _, name := range []string{"oidcDiscoveryUrl", "jwksUrl", "jwtValidationPubkeys"} {
		if v.In.Has(name) {
			sources++
		}
	}
	if sources == 0 && len(v.In.Obj("providerConfig")) == 0 {
		v.Fail("oidcDiscoveryUrl", "exactly one of 'jwt_validation_pubkeys', 'jwks_url' or 'oidc_discovery_url' must be set")
	}
	for _, name := range []string{"oidcDiscoveryUrl", "jwksUrl"} {
		checkURL(v, name)
	}
	if strings.Contains(v.In.Str("oidcDiscoveryUrl"), "/.well-known") {
		v.Fail("oidcDiscoveryUrl", "error checking oidc discovery URL: want it without the .well-known component")
	}
	if v.In.Str("type") == "jwt" && v.In.Has("oidcClientId") && !v.In.Has("oidcDiscoveryUrl") {
		v.Fail("oidcClientId", "'oidc_discovery_url' must be set for OIDC")
	}
	if v.In.Has("oidcClientId") != v.In.Has("oidcClientSecret") && !v.In.Has("providerConfig") {
		v.Fail("oidcClientId", "both 'oidc_client_id' and 'oidc_client_secret' must be set for OIDC")
	}
	if slices.Contains(v.In.Strs("oidcResponseTypes"), "id_token") && v.In.Str("oidcResponseMode") != "form_post" {
		v.Fail("oidcResponseTypes", "response_mode must be 'form_post' to use an id_token")
	}
}

func checkURL(v *resource.Validation, property string) {
	text := v.In.Str(property)
	if u, err := url.Parse(text); text != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
		v.Fail(property, "%q is no URL, want for example https://login.example.com", text)
	}
}

func jwtRole() *resource.Kind {
	at := func(in resource.Props) string {
		return "auth/" + clean(in.Str("backend")) + "/role/" + in.Str("roleName")
	}
	return &resource.Kind{
		Token: tokJWTRole, Noun: "JWT auth role", CreateOp: "error writing JWT auth backend role \"%s\"", UpdateOp: "error updating JWT auth backend role \"%s\"", DeleteOp: "error deleting JWT auth backend role \"%s\"",
		Route: at, Upsert: true,
		Rules: roleRules(schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"backend", "roleName", "roleType"}, Why: "they are what kind of role it is"}},
			Defaults: map[string]any{"backend": "jwt", "userClaimJsonPointer": false},
			Computed: []string{"roleType", "boundClaimsType"},
			Enums:    map[string][]string{"roleType": {"oidc", "jwt"}, "boundClaimsType": {"string", "glob"}},
			Sets:     []string{"allowedRedirectUris", "boundAudiences", "oidcScopes"},
		}),
		Validate: checkJWTRole,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = at(c.In)
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("roleType", "oidc")
			c.Default("boundClaimsType", "string")
			c.Default("tokenType", "default")
			_, err := method(c, c.In.Str("backend"), "role", "jwt", "oidc")
			return err
		},
	}
}

// checkJWTRole refuses a role as the method does. Source: vault-plugin-auth-jwt/path_role.go.
func checkJWTRole(v *resource.Validation) {
	checkTokens(v)
	if v.In.Known("userClaim") && v.In.Str("userClaim") == "" {
		v.Fail("userClaim", "a user claim must be defined on the role")
	}
	if v.In.Str("roleType") == "jwt" {
		bound := v.In.Has("boundAudiences") || v.In.Has("boundSubject") || v.In.Has("boundClaims") || v.In.Has("tokenBoundCidrs")
		if !bound {
			v.Fail("boundAudiences", "must have at least one bound constraint when creating/updating a role")
		}
	} else {
		if v.In.Len("allowedRedirectUris") == 0 && !isUnknown(v.In, "allowedRedirectUris") {
			v.Fail("allowedRedirectUris", "'allowed_redirect_uris' must be set if 'role_type' is 'oidc' or unspecified")
		}
	}
	for i, uri := range v.In.Strs("allowedRedirectUris") {
		if u, err := url.Parse(uri); err != nil || u.Scheme == "" {
			v.Fail(fmt.Sprintf("allowedRedirectUris[%d]", i), "%q is no URL", uri)
		}
	}
	for name, claim := range v.In.Obj("claimMappings") {
		if _, ok := claim.(string); !ok && v.In.Known("claimMappings") {
			v.Fail("claimMappings."+name, "error converting %q to a string", name)
		}
	}
	if v.In.Has("maxAge") && v.In.Int("maxAge") < 0 {
		v.Fail("maxAge", "expected max_age to be at least (0), got %d", v.In.Int("maxAge"))
	}
}

func isUnknown(in resource.Props, name string) bool { return in.Has(name) && !in.Known(name) }
