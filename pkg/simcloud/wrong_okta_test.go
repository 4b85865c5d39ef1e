package simcloud_test

import (
	"strings"
	"testing"
)

func TestOktaRefusesWrongGroupsAndApps(t *testing.T) {
	t.Parallel()
	saml := func(changes props) func(*world) props { return fixed(with(samlApp(), changes)) }
	oauth := func(changes props) func(*world) props { return fixed(with(oauthApp(), changes)) }
	rule := func(changes props) func(*world) props {
		return func(w *world) props {
			return with(props{"name": "r", "groupAssignments": []any{w.res["ops"].ID}, "expressionValue": `user.title == "x"`}, changes)
		}
	}
	assign := func(app, group string) func(*world) props {
		return func(w *world) props {
			in := props{"appId": app, "groupId": group}
			for k, v := range in {
				if m, ok := w.res[v.(string)]; ok {
					in[k] = m.ID
				}
			}
			return in
		}
	}
	refusesOf(t, "okta", []wrong{
		{"group name taken", oktaGroup, fixed(props{"name": "vault-ops"}), "failed to create group: the API returned an error: Api validation failed: profile. Causes: errorSummary: name: An object with this field already exists in the current organization"},
		{"group of everyone", oktaGroup, fixed(props{"name": "Everyone"}), "An object with this field already exists in the current organization"},
		{"group profile", oktaGroup, fixed(props{"customProfileAttributes": "{"}), "customProfileAttributes: contains an invalid JSON"},
		{"rule name taken", oktaGroupRule, rule(props{"name": "ops by title"}), "name: An object with this field already exists in the current organization"},
		{"rule name too long", oktaGroupRule, rule(props{"name": strings.Repeat("r", 51)}), "name: expected length of name to be in the range (1 - 50)"},
		{"rule of no group", oktaGroupRule, rule(props{"groupAssignments": []any{"00gnobody"}}), "groupIds: '00gnobody' is not a valid group id"},
		{"rule that compares nothing", oktaGroupRule, rule(props{"expressionValue": `user.title = "x"`}), "= compares nothing, want =="},
		{"rule that does not close", oktaGroupRule, rule(props{"expressionValue": `String.startsWith(user.title, "x"`}), "a quote or parenthesis is not closed"},
		{"rule that ends early", oktaGroupRule, rule(props{"expressionValue": `user.title == "x" &&`}), "it ends in an operator"},
		{"rule without users", oktaGroupRule, rule(props{"usersExcludeds": []any{"00unobody"}}), "Not found: Resource not found: 00unobody (User)"},
		{"SAML without its fields", oktaSAML, saml(props{"ssoUrl": nil, "digestAlgorithm": nil}), "missing conditionally required fields, reason: 'Custom SAML applications must contain these fields', missing fields: sso_url, digest_algorithm"},
		{"SAML that signs nothing", oktaSAML, saml(props{"responseSigned": false}), "custom SAML apps must either have response_signed or assertion_signed set to true"},
		{"SAML algorithm", oktaSAML, saml(props{"signatureAlgorithm": "RSA-SHA256"}), "signatureAlgorithm: expected signatureAlgorithm to be one of"},
		{"SAML filter of no group", oktaSAML, saml(props{"attributeStatements": []any{props{"name": "g", "filterType": "REGEX", "filterValue": ".*"}}}), "when setting 'filter_value' or 'filter_type', value of 'type' should be set to 'GROUP'"},
		{"SAML logout by half", oktaSAML, saml(props{"singleLogoutUrl": "https://x.example/slo"}), "all of `single_logout_certificate,single_logout_issuer,single_logout_url` must be specified"},
		{"SAML of the catalog", oktaSAML, fixed(props{"label": "x", "preconfiguredApp": "fax_machine"}), `the simulated Okta has no application "fax_machine" in its catalog`},
		{"SAML of a policy that is none", oktaSAML, saml(props{"authenticationPolicy": "rstnobody"}), `An invalid resource type ("rstnobody") was supplied in the request body.`},
		{"OAuth without redirects", oktaOAuth, oauth(props{"redirectUris": nil}), "redirectUris: redirect_uris: 'redirect_uris' must have at least one value"},
		{"OAuth redirect", oktaOAuth, oauth(props{"redirectUris": []any{"vault/callback"}}), "redirectUris[0]: redirect_uris: 'vault/callback' must be an absolute URI"},
		{"OAuth redirect anywhere", oktaOAuth, oauth(props{"redirectUris": []any{"https://*.example.com/cb"}}), "must not contain wildcards"},
		{"OAuth grant of another type", oktaOAuth, oauth(props{"grantTypes": []any{"authorization_code", "password"}}), `failed conditional validation for field "grant_types" of type "web", it can contain authorization_code, implicit`},
		{"OAuth without the grant of its type", oktaOAuth, oauth(props{"type": "service", "grantTypes": []any{"implicit"}, "responseTypes": []any{"token"}}), "and must contain client_credentials, received implicit"},
		{"OAuth implicit without tokens", oktaOAuth, oauth(props{"grantTypes": []any{"authorization_code", "implicit"}}), "'response_types' must contain at least one of ['token', 'id_token'] when 'grant_types' contains 'implicit'"},
		{"OAuth claim with half a filter", oktaOAuth, oauth(props{"groupsClaim": props{"type": "FILTER", "name": "groups", "value": "x"}}), "'filter_type' in 'groups_claim' is required when 'type' is set to 'FILTER'"},
		{"OAuth with a key that is none", oktaOAuth, oauth(props{"tokenEndpointAuthMethod": "private_key_jwt"}), "is required when 'token_endpoint_auth_method' is 'private_key_jwt'"},
		{"OAuth type", oktaOAuth, oauth(props{"type": "spa"}), "type: expected type to be one of"},
		{"OAuth client id taken", oktaOAuth, func(w *world) props { return with(oauthApp(), props{"clientId": w.res["vault"].str("clientId")}) }, "An application with this client id already exists"},
		{"browser with a secret", oktaOAuth, oauth(props{"type": "browser"}), "is not allowed for applications of type browser, want none"},
		{"leeway of a static token", oktaOAuth, oauth(props{"refreshTokenRotation": "STATIC", "refreshTokenLeeway": 5}), "you can not set 'refresh_token_leeway'"},
		{"assignment of no app", oktaAssign, assign("0oanobody", "ops"), "failed to create application group assignment: the API returned an error: Not found: Resource not found: 0oanobody (AppInstance)"},
		{"assignment of no group", oktaAssign, assign("vault", "00gnobody"), "Not found: Resource not found: 00gnobody (UserGroup)"},
		{"assignment both ways", oktaAssign, assign("jenkins", "ops"), "has both app.GroupAssignment and AppGroupAssignments resources, which undo each other"},
		{"assignments both ways", oktaAssignAll, func(w *world) props {
			return props{"appId": w.res["vault"].ID, "groups": []any{props{"id": w.res["ops"].ID, "profile": "{}"}}}
		}, "which undo each other"},
		{"assignments twice", oktaAssignAll, fixed(props{"appId": "x", "groups": []any{props{"id": "00g1", "profile": "{}"}, props{"id": "00g1", "profile": "{}"}}}), "group 00g1 is listed twice"},
		{"assignments without a profile", oktaAssignAll, fixed(props{"appId": "x", "groups": []any{props{"id": "00g1"}}}), "groups[0].profile: Missing required argument"},
		{"type that is not simulated", "okta:user/user:User", fixed(props{"login": "x"}), "the simulated cloud does not simulate okta:user/user:User"},
	})
}

func TestOktaRefusesWrongPoliciesAndProviders(t *testing.T) {
	t.Parallel()
	appRule := func(changes props) func(*world) props {
		return func(w *world) props { return with(props{"policyId": w.res["policy"].ID, "name": "r"}, changes) }
	}
	sessionRule := func(changes props) func(*world) props {
		return func(w *world) props { return with(props{"policyId": w.res["session"].ID, "name": "r"}, changes) }
	}
	discovery := func(changes props) func(*world) props {
		return func(w *world) props {
			return with(props{"policyId": w.res["by-domain"].In["policyId"], "name": "r"}, changes)
		}
	}
	idp := func(changes props) func(*world) props {
		return func(w *world) props {
			return with(props{"name": "i", "issuer": "x", "ssoUrl": "https://idp.example/sso", "kid": w.res["client-key"].str("kid")}, changes)
		}
	}
	oidc := func(changes props) func(*world) props {
		return fixed(with(with(oidcProvider(), props{"name": "second"}), changes))
	}
	refusesOf(t, "okta", []wrong{
		{"policy name taken", oktaAppPolicy, fixed(props{"name": "strong", "description": "x"}), "failed to create authentication policy: the API returned an error: Api validation failed: name. Causes: errorSummary: name: An object with this field already exists"},
		{"rule of no policy", oktaAppRule, appRule(props{"policyId": "rstnobody"}), "Not found: Resource not found: rstnobody (Policy)"},
		{"rule of another kind of policy", oktaAppRule, func(w *world) props { return props{"policyId": w.res["session"].ID, "name": "r"} }, "(Policy)"},
		{"rule name taken", oktaAppRule, appRule(props{"name": "two factors"}), "name: Policy rule name already in use"},
		{"the rule that every policy has", oktaAppRule, appRule(props{"name": "Catch-all Rule"}), "name: Policy rule name already in use"},
		{"zones that nobody asks for", oktaAppRule, appRule(props{"networkIncludes": []any{"nzo1"}}), "zones can only be given when the connection is 'ZONE', got 'ANYWHERE'"},
		{"zone that is none", oktaAppRule, appRule(props{"networkConnection": "ZONE", "networkIncludes": []any{"nzonobody"}}), "Resource not found: nzonobody (NetworkZone)"},
		{"zone without zones", oktaAppRule, appRule(props{"networkConnection": "ZONE"}), "either include or exclude zones must be given"},
		{"three factors", oktaAppRule, appRule(props{"factorMode": "3FA"}), "factorMode: expected factorMode to be one of"},
		{"frequency", oktaAppRule, appRule(props{"reAuthenticationFrequency": "2h"}), `"2h" is no ISO 8601 period`},
		{"device that is not registered", oktaAppRule, appRule(props{"deviceIsRegistered": false}), "'device_is_registered' can either be set to 'true'"},
		{"managed device", oktaAppRule, appRule(props{"deviceIsManaged": true}), "all of `device_is_managed,device_is_registered` must be specified"},
		{"constraint", oktaAppRule, appRule(props{"constraints": []any{"{"}}), "constraints[0]: contains an invalid JSON"},
		{"group that is none", oktaAppRule, appRule(props{"groupsIncludeds": []any{"00gnobody"}}), "Resource not found: 00gnobody (UserGroup)"},
		{"session longer than its life", oktaRule, sessionRule(props{"sessionIdle": 600, "sessionLifetime": 60}), "maxSessionIdleMinutes (600) must not be more than maxSessionLifetimeMinutes (60)"},
		{"prompt without a factor", oktaRule, sessionRule(props{"mfaPrompt": "ALWAYS"}), "factorPromptMode can only be set when a factor is required"},
		{"provider that is none", oktaRule, sessionRule(props{"identityProvider": "SPECIFIC_IDP", "identityProviderIds": []any{"0oanobody"}}), "Resource not found: 0oanobody (IdentityProvider)"},
		{"rule without a policy", oktaRule, fixed(props{"name": "r"}), "'policy_id' field should be set"},
		{"factor of Classic Engine", oktaMFA, fixed(props{"oktaSms": props{"enroll": "OPTIONAL"}}), "oktaSms is a factor of Classic Engine"},
		{"factor that is enrolled somehow", oktaMFA, fixed(props{"oktaVerify": props{"enroll": "MAYBE"}}), "expected enroll to be one of [NOT_ALLOWED OPTIONAL REQUIRED], got MAYBE"},
		{"Classic Engine", oktaMFA, fixed(props{"isOie": false}), "the simulated organization is Identity Engine"},
		{"discovery by two expressions", oktaDiscovery, discovery(props{"userIdentifierType": "IDENTIFIER", "userIdentifierPatterns": []any{props{"matchType": "EXPRESSION", "value": "a"}, props{"matchType": "SUFFIX", "value": "b"}}}), "only a single pattern can be given when its match type is EXPRESSION"},
		{"discovery by no attribute", oktaDiscovery, discovery(props{"userIdentifierType": "ATTRIBUTE"}), "attribute: The field cannot be left blank"},
		{"discovery of no provider", oktaDiscovery, discovery(props{"idpProviders": []any{props{"id": "0oanobody", "type": "SAML2"}}}), "Resource not found: 0oanobody (IdentityProvider)"},
		{"discovery for no app", oktaDiscovery, discovery(props{"appIncludes": []any{props{"type": "APP_TYPE"}}}), "'name' is required if the type is 'APP_TYPE' in the 'app_include' block"},
		{"zone name taken", oktaZone, fixed(props{"name": "office", "type": "IP", "gateways": []any{"192.0.2.0/24"}}), "An object with this field already exists"},
		{"zone of an address", oktaZone, fixed(props{"name": "z", "type": "IP", "gateways": []any{"192.0.2.1"}}), "'192.0.2.1' is no valid CIDR block or range of addresses"},
		{"zone of nothing", oktaZone, fixed(props{"name": "z", "type": "IP"}), "either gateways or proxies must be given"},
		{"zone of a country", oktaZone, fixed(props{"name": "z", "type": "DYNAMIC", "dynamicLocations": []any{"Germany"}}), "'Germany' is no country or region code"},
		{"stream without a region", oktaStream, fixed(props{"name": "s", "type": "aws_eventbridge", "settings": props{"accountId": accountA, "eventSourceName": "x"}}), "settings.region: The field cannot be left blank"},
		{"stream to a kind of place that is none", oktaStream, fixed(props{"name": "s", "type": "kafka", "settings": props{}}), "type: expected type to be one of"},
		{"stream with a wrong account", oktaStream, fixed(props{"name": "s", "type": "aws_eventbridge", "settings": props{"accountId": "1", "eventSourceName": "x", "region": "us-east-1"}}), "'1' is no AWS account id"},
		{"key that is no certificate", oktaKey, fixed(props{"x5cs": []any{"bm9uZQ=="}}), "x5cs[0]: x5c: Invalid certificate"},
		{"provider of no key", oktaIDPSAML, idp(props{"kid": "nobody"}), "Resource not found: nobody (IdpSigningKey)"},
		{"provider that assigns nothing", oktaIDPSAML, idp(props{"groupsAction": "ASSIGN"}), "assignments: The field cannot be left blank when the action is ASSIGN"},
		{"provider name taken", oktaIDPSAML, idp(props{"name": "client"}), "name: An object with this field already exists"},
		{"provider that matches nothing", oktaIDPSAML, idp(props{"subjectMatchType": "CUSTOM_ATTRIBUTE"}), "subject.matchAttribute: The field cannot be left blank"},
		{"OIDC without openid", oktaIDPOIDC, oidc(props{"scopes": []any{"email"}}), "'openid' must be one of the scopes"},
		{"OIDC at no URL", oktaIDPOIDC, oidc(props{"tokenUrl": "/token"}), "tokenUrl: '/token' must be an absolute URL"},
		{"threats", "okta:index/threatInsightSettings:ThreatInsightSettings", fixed(props{"action": "log"}), "action: expected action to be one of"},
	})
}

func TestOktaKeepsWhatIsReferenced(t *testing.T) {
	t.Parallel()
	w := serviceWorld(t, openCloud(t, optionsOf("test")), of("okta"), nil)
	for name, want := range map[string]string{
		"ops": "is assigned by group rule", "office": "network zone", "client-key": "is in use by identity provider", "client-idp": "is used by policy rule",
	} {
		if err := w.delete(w.res[name]); err == nil || !strings.Contains(err.Error(), "failed to delete ") || !strings.Contains(err.Error(), want) {
			t.Errorf("delete of %s: %v, want %s", name, err, want)
		}
	}
	quiet, loud := w.res["quiet"], w.res["vault"]
	if quiet.str("clientSecret") != "" || len(loud.str("clientSecret")) != 64 {
		t.Errorf("client secrets: %q where it is omitted, %q where not", quiet.str("clientSecret"), loud.str("clientSecret"))
	}
	if d := w.diff(quiet, with(quiet.In, props{"omitSecret": false})); len(d.GetReplaces()) != 1 {
		t.Errorf("a secret that was omitted comes back with %v", d.GetReplaces())
	}
	if d := w.diff(loud, with(loud.In, props{"omitSecret": true})); len(d.GetReplaces()) != 0 {
		t.Errorf("omitting a secret replaces %v", d.GetReplaces())
	}
	saml := w.res["jenkins"]
	if !strings.Contains(saml.str("metadata"), `entityID="`+saml.str("entityUrl")+`"`) {
		t.Errorf("metadata %s does not name %s", saml.str("metadata"), saml.str("entityUrl"))
	}
	everyone, refused := w.invoke("okta:group/getEveryoneGroup:getEveryoneGroup", props{})
	if refused != "" {
		t.Fatal(refused)
	}
	w.create(oktaAssign, "everyone", props{"appId": w.res["service"].ID, "groupId": everyone["id"]})
	if _, refused := w.invoke("okta:policy/getPolicy:getPolicy", props{"name": "nobody's", "type": "MFA_ENROLL"}); !strings.Contains(refused, "no policies retrieved for policy type 'MFA_ENROLL' and name 'nobody's'") {
		t.Errorf("getPolicy: %s", refused)
	}
	if _, refused := w.invoke("okta:policy/getPolicy:getPolicy", props{"name": "x"}); !strings.Contains(refused, "type: Missing required argument") {
		t.Errorf("getPolicy without a type: %s", refused)
	}
}
