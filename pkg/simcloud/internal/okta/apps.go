package okta

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// appDefaults are what the provider fills in for every kind of application.
func appDefaults(more map[string]any) map[string]any {
	defaults := map[string]any{
		"status": "ACTIVE", "userNameTemplate": "${source.login}", "userNameTemplateType": "BUILT_IN", "autoSubmitToolbar": false,
		"accessibilitySelfService": false,
	}
	for k, v := range more {
		defaults[k] = v
	}
	return defaults
}

// appRules completes the rules of a kind of application.
func appRules(r schema.Rules) schema.Rules {
	r.Enums["status"] = []string{"ACTIVE", "INACTIVE"}
	r.Enums["userNameTemplateType"] = []string{"NONE", "CUSTOM", "BUILT_IN"}
	r.JSON = append(r.JSON, "appSettingsJson", "appLinksJson")
	r.Formats["appSettingsJson"], r.Formats["appLinksJson"] = schema.JSONDocument, schema.JSONDocument
	r.Lengths = map[string]schema.Range{"label": {Min: 1, Max: 100}}
	r.Unsimulated = map[string]string{"logo": "", "accessibilityErrorRedirectUrl": ""}
	if r.Computed == nil {
		r.Computed = []string{}
	}
	r.Computed = append(r.Computed, "authenticationPolicy", "implicitAssignment", "appSettingsJson")
	return r
}

// applyApp checks what all applications refer to.
func applyApp(c *resource.Call) error {
	c.Default("implicitAssignment", false)
	c.Default("authenticationPolicy", fixedID(c.Account, policyKind("ACCESS_POLICY"), "ACCESS_POLICY"))
	if id := c.In.Str("authenticationPolicy"); id != "" && !policyExists(c, id, "ACCESS_POLICY") {
		return invalid("policy", "An invalid resource type (\"%s\") was supplied in the request body.", id)
	}
	return nil
}

func removeApp(c *resource.Call) error {
	for _, k := range c.Users(tokGroupAssignment, tokGroupAssignments) { // assignments go with their application
		c.Tx.Delete(k)
	}
	return nil
}

// grants says which grant types a type of application can have and which it must.
// Source: the provider's resource_okta_app_oauth.go, after developer.okta.com/docs/api/resources/apps.
type grants struct{ can, must []string }

func grantsOf() map[string]grants {
	return map[string]grants{
		"web": {must: []string{"authorization_code"}, can: []string{
			"authorization_code", "implicit", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:saml2-bearer",
			"urn:ietf:params:oauth:grant-type:token-exchange", "urn:ietf:params:oauth:grant-type:device_code", "interaction_code",
		}},
		"native": {must: []string{"authorization_code"}, can: []string{
			"authorization_code", "implicit", "refresh_token", "password", "urn:ietf:params:oauth:grant-type:saml2-bearer",
			"urn:ietf:params:oauth:grant-type:token-exchange", "urn:ietf:params:oauth:grant-type:device_code", "interaction_code",
		}},
		"browser": {can: []string{
			"implicit", "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:saml2-bearer", "urn:ietf:params:oauth:grant-type:token-exchange",
			"urn:ietf:params:oauth:grant-type:device_code", "interaction_code",
		}},
		"service": {must: []string{"client_credentials"}, can: []string{
			"client_credentials", "implicit", "urn:ietf:params:oauth:grant-type:saml2-bearer", "urn:ietf:params:oauth:grant-type:token-exchange",
			"urn:ietf:params:oauth:grant-type:device_code",
		}},
	}
}

func oauthApp() *resource.Kind {
	return &resource.Kind{
		Token: tokOAuthApp, Noun: "OAuth application", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Rules: appRules(schema.Rules{
			Replaces:       []schema.Replace{{Properties: []string{"type", "clientId"}, Why: "Okta sets them when it makes the application"}},
			ReplacesUnless: map[string]string{"omitSecret": "omitSecret"}, // a secret that was not kept is gone
			Defaults: appDefaults(map[string]any{
				"omitSecret": false, "tokenEndpointAuthMethod": "client_secret_basic", "autoKeyRotation": true, "loginMode": "DISABLED", "wildcardRedirect": "DISABLED",
				"consentMethod": "TRUSTED", "issuerMode": "ORG_URL", "hideIos": true, "hideWeb": true,
			}),
			Computed: []string{"clientId", "grantTypes", "responseTypes", "pkceRequired", "refreshTokenRotation", "refreshTokenLeeway"},
			Sets:     []string{"redirectUris", "postLogoutRedirectUris", "responseTypes", "grantTypes", "loginScopes"},
			JSON:     []string{"profile"},
			Formats:  map[string]schema.Format{"profile": schema.JSONDocument},
			Ranges:   map[string]schema.Range{"refreshTokenLeeway": {Min: 0, Max: 60}},
			Enums: map[string][]string{
				"type":                    {"web", "native", "browser", "service"},
				"tokenEndpointAuthMethod": {"none", "client_secret_post", "client_secret_basic", "client_secret_jwt", "private_key_jwt"},
				"loginMode":               {"DISABLED", "SPEC", "OKTA"}, "loginScopes": {"openid", "profile", "email", "address", "phone"},
				"responseTypes": {"code", "token", "id_token"}, "consentMethod": {"REQUIRED", "TRUSTED"}, "issuerMode": {"CUSTOM_URL", "ORG_URL", "DYNAMIC"},
				"refreshTokenRotation": {"STATIC", "ROTATE"}, "wildcardRedirect": {"DISABLED", "SUBDOMAIN"}, "jwks.kty": {"RSA", "EC"},
				"groupsClaim.type": {"FILTER", "EXPRESSION"}, "groupsClaim.filterType": {"EQUALS", "STARTS_WITH", "CONTAINS", "REGEX"},
			},
		}),
		Validate: checkOAuthApp,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = newID(c, "0oa")
			c.Out("name", "oidc_client")
			c.Out("signOnMode", "OPENID_CONNECT")
			c.Out("logoUrl", "https://ok12static.oktacdn.com/assets/img/logos/default.png")
			return nil
		},
		Apply:  applyOAuthApp,
		Remove: removeApp,
	}
}

func applyOAuthApp(c *resource.Call) error {
	c.Default("clientId", c.Obj.ID)
	id, _ := c.Eff("clientId").(string)
	c.Release()
	if !c.Claim(orgName(c, "client", id)) {
		return invalid("client_id", "client_id: An application with this client id already exists in the current organization")
	}
	g := grantsOf()[c.In.Str("type")]
	chosen := g.must
	if chosen == nil {
		chosen = g.can
	}
	if len(c.In.Strs("grantTypes")) > 0 {
		chosen = c.In.Strs("grantTypes")
	}
	c.Default("grantTypes", resource.List(chosen...))
	var responses []string
	if slices.ContainsFunc(chosen, func(g string) bool { return g == "implicit" || g == "client_credentials" }) {
		responses = append(responses, "token")
	}
	if slices.ContainsFunc(chosen, func(g string) bool {
		return g == "password" || g == "authorization_code" || g == "refresh_token" || g == "interaction_code"
	}) {
		responses = append(responses, "code")
	}
	c.Default("responseTypes", resource.List(responses...))
	c.Default("pkceRequired", c.In.Str("type") == "browser" || c.In.Str("type") == "native")
	c.Default("refreshTokenRotation", "STATIC")
	c.Default("refreshTokenLeeway", 0)
	if c.Creating() {
		secret := c.In.Str("clientBasicSecret")
		if secret == "" {
			secret = c.Pick("secret", idAlphabet+"-_", 64)
		}
		method := c.In.Str("tokenEndpointAuthMethod")
		if c.In.Bool("omitSecret") || method == "none" || method == "private_key_jwt" {
			secret = ""
		}
		c.Out("clientSecret", secret)
	} else if c.In.Bool("omitSecret") {
		c.Out("clientSecret", "")
	}
	return applyApp(c)
}

// checkOAuthApp refuses what the provider and the API refuse.
func checkOAuthApp(v *resource.Validation) {
	typ := v.In.Str("type")
	g, known := grantsOf()[typ]
	if list := v.In.Strs("grantTypes"); known && v.In.Known("grantTypes") && len(list) > 0 && !fits(list, g) {
		v.Fail("grantTypes", "failed conditional validation for field \"grant_types\" of type \"%s\", it can contain %s and must contain %s, received %s",
			typ, strings.Join(g.can, ", "), strings.Join(g.must, ", "), strings.Join(list, ", "))
	}
	if typ != "service" && v.In.Len("redirectUris") == 0 && !v.In.Has("redirectUris") {
		v.Fail("redirectUris", "redirect_uris: 'redirect_uris' must have at least one value for applications of type %s", typ)
	}
	for _, name := range []string{"redirectUris", "postLogoutRedirectUris"} {
		for i, uri := range v.In.Strs(name) {
			if problem := redirectProblem(uri, typ, v.In.Str("wildcardRedirect")); problem != "" {
				v.Fail(fmt.Sprintf("%s[%d]", name, i), "%s", problem)
			}
		}
	}
	if v.In.Str("refreshTokenRotation") == "STATIC" && v.In.Int("refreshTokenLeeway") != 0 {
		v.Fail("refreshTokenLeeway", "you can not set 'refresh_token_leeway' when 'refresh_token_rotation' is static")
	}
	checkGroupsClaim(v)
	method := v.In.Str("tokenEndpointAuthMethod")
	if method == "private_key_jwt" && !v.In.Has("jwks") && !v.In.Has("jwksUri") {
		v.Fail("jwks", "'jwks' or 'jwks_uri' is required when 'token_endpoint_auth_method' is 'private_key_jwt'")
	}
	if v.In.Has("clientBasicSecret") && method != "client_secret_basic" {
		v.Fail("clientBasicSecret", "'client_basic_secret' can only be set when 'token_endpoint_auth_method' is 'client_secret_basic'")
	}
	if typ == "browser" && strings.HasPrefix(method, "client_secret") {
		v.Fail("tokenEndpointAuthMethod", "token_endpoint_auth_method: '%s' is not allowed for applications of type browser, want none", method)
	}
	if typ == "service" && method == "none" {
		v.Fail("tokenEndpointAuthMethod", "token_endpoint_auth_method: 'none' is not allowed for applications of type service")
	}
	if mode := v.In.Str("loginMode"); mode != "DISABLED" && mode != "" {
		if v.In.Str("loginUri") == "" && !v.In.Has("loginUri") {
			v.Fail("loginUri", "you have to set up 'login_uri' to configure any 'login_mode' besides 'DISABLED'")
		}
		if mode == "OKTA" && v.In.Len("loginScopes") == 0 && !v.In.Has("loginScopes") {
			v.Fail("loginScopes", "you have to set up non-empty 'login_scopes' when 'login_mode' is 'OKTA'")
		}
	}
	responses := v.In.Strs("responseTypes")
	if slices.Contains(v.In.Strs("grantTypes"), "implicit") && v.In.Known("responseTypes") && !slices.Contains(responses, "token") && !slices.Contains(responses, "id_token") {
		v.Fail("responseTypes", "'response_types' must contain at least one of ['token', 'id_token'] when 'grant_types' contains 'implicit'")
	}
	if slices.Contains(v.In.Strs("grantTypes"), "authorization_code") && v.In.Known("responseTypes") && !slices.Contains(responses, "code") {
		v.Fail("responseTypes", "response_types: 'response_types' must contain 'code' when 'grant_types' contains 'authorization_code'")
	}
}

func fits(list []string, g grants) bool {
	for _, e := range list {
		if !slices.Contains(g.can, e) {
			return false
		}
	}
	for _, e := range g.must {
		if !slices.Contains(list, e) {
			return false
		}
	}
	return true
}

func checkGroupsClaim(v *resource.Validation) {
	claim := v.In.Obj("groupsClaim")
	if !v.In.Known("groupsClaim") {
		return
	}
	switch {
	case claim.Str("type") == "EXPRESSION" && claim.Str("filterType") != "":
		v.Fail("groupsClaim.filterType", "'filter_type' in 'groups_claim' can only be set when 'type' is set to 'FILTER'")
	case claim.Str("type") == "FILTER" && claim.Str("filterType") == "":
		v.Fail("groupsClaim.filterType", "'filter_type' in 'groups_claim' is required when 'type' is set to 'FILTER'")
	case claim.Str("name") == "" || claim.Str("value") == "":
		v.Fail("groupsClaim", "'name' 'value' and in 'groups_claim' should not be empty")
	}
}

// redirectProblem says what is wrong with a URI; empty when nothing is.
func redirectProblem(uri, typ, wildcard string) string {
	u, err := url.Parse(uri)
	switch {
	case err != nil || u.Scheme == "":
		return fmt.Sprintf("redirect_uris: '%s' must be an absolute URI", uri)
	case u.Fragment != "":
		return fmt.Sprintf("redirect_uris: '%s' must not contain a fragment", uri)
	case strings.Contains(u.Host, "*") && wildcard != "SUBDOMAIN":
		return fmt.Sprintf("redirect_uris: '%s' must not contain wildcards", uri)
	case u.Scheme != "http" && u.Scheme != "https" && typ != "native":
		return fmt.Sprintf("redirect_uris: '%s' must use http or https", uri)
	case (u.Scheme == "http" || u.Scheme == "https") && !regexp.MustCompile(`^[^\s/]+$`).MatchString(u.Host):
		return fmt.Sprintf("redirect_uris: '%s' must be an absolute URI", uri)
	}
	return ""
}
