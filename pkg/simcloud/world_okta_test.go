package simcloud_test

const (
	oktaGroup     = "okta:group/group:Group"
	oktaGroupRule = "okta:group/rule:Rule"
	oktaSAML      = "okta:app/saml:Saml"
	oktaOAuth     = "okta:app/oAuth:OAuth"
	oktaAssign    = "okta:app/groupAssignment:GroupAssignment"
	oktaAssignAll = "okta:index/appGroupAssignments:AppGroupAssignments"
	oktaAppPolicy = "okta:index/appSignonPolicy:AppSignonPolicy"
	oktaAppRule   = "okta:index/appSignonPolicyRule:AppSignonPolicyRule"
	oktaZone      = "okta:network/zone:Zone"
	oktaStream    = "okta:index/logStream:LogStream"
	oktaKey       = "okta:idp/samlKey:SamlKey"
	oktaIDPSAML   = "okta:idp/saml:Saml"
	oktaIDPOIDC   = "okta:idp/oidc:Oidc"
	oktaDiscovery = "okta:policy/ruleIdpDiscovery:RuleIdpDiscovery"
	oktaMFA       = "okta:policy/mfa:Mfa"
	oktaMFARule   = "okta:policy/ruleMfa:RuleMfa"
	oktaSignon    = "okta:policy/signon:Signon"
	oktaRule      = "okta:policy/ruleSignon:RuleSignon"
)

func samlApp() props {
	acs := "https://jenkins.int.example.com/securityRealm/finishLogin"
	return props{
		"label": "Jenkins", "ssoUrl": acs, "recipient": acs, "destination": acs, "audience": "https://jenkins.int.example.com", "subjectNameIdTemplate": "${user.userName}",
		"subjectNameIdFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", "signatureAlgorithm": "RSA_SHA256", "digestAlgorithm": "SHA256", "responseSigned": true,
		"authnContextClassRef": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
		"attributeStatements":  []any{props{"name": "groups", "type": "GROUP", "filterType": "STARTS_WITH", "filterValue": "jenkins-"}},
	}
}

func oauthApp() props {
	return props{
		"label": "Vault", "type": "web", "grantTypes": []any{"authorization_code"}, "responseTypes": []any{"code"}, "redirectUris": []any{"https://" + vaultHost + "/ui/vault/auth/oidc/oidc/callback"},
		"groupsClaim": props{"type": "FILTER", "filterType": "STARTS_WITH", "name": "groups", "value": "vault-"},
	}
}

func oidcProvider() props {
	return props{
		"name": "partner", "clientId": "abc", "clientSecret": "partner secret", "scopes": []any{"openid", "email"}, "issuerUrl": "https://id.partner.example",
		"authorizationUrl": "https://id.partner.example/authorize", "authorizationBinding": "HTTP-REDIRECT", "tokenUrl": "https://id.partner.example/token", "tokenBinding": "HTTP-POST",
		"jwksUrl": "https://id.partner.example/keys", "jwksBinding": "HTTP-REDIRECT",
	}
}

func (w *world) okta() {
	ops := w.add(oktaGroup, "ops", props{"name": "vault-ops", "description": "operate Vault"})
	users := w.add(oktaGroup, "users", props{"customProfileAttributes": `{"cell":"acme"}`})
	w.add(oktaGroupRule, "rule", props{"name": "ops by title", "groupAssignments": []any{ops.ID}, "expressionValue": `String.startsWith(user.title, "SRE") && user.department == "ops"`})
	zone := w.add(oktaZone, "office", props{"name": "office", "type": "IP", "gateways": []any{"203.0.113.0/24", "198.51.100.1-198.51.100.9"}})
	w.add(oktaZone, "abroad", props{"name": "abroad", "type": "DYNAMIC", "dynamicLocations": []any{"US", "CA-QC"}})
	policy := w.add(oktaAppPolicy, "policy", props{"name": "strong", "description": "two factors"})
	w.add(oktaAppRule, "two", props{
		"policyId": policy.ID, "name": "two factors", "factorMode": "2FA", "reAuthenticationFrequency": "PT1H", "networkConnection": "ZONE", "networkIncludes": []any{zone.ID},
		"groupsIncludeds": []any{ops.ID}, "constraints": []any{`{"possession":{"phishingResistant":"REQUIRED"}}`},
	})
	oauth := w.add(oktaOAuth, "vault", with(oauthApp(), props{"authenticationPolicy": policy.ID}))
	w.add(oktaOAuth, "quiet", with(oauthApp(), props{"label": "Portal", "omitSecret": true}))
	w.add(oktaOAuth, "service", props{"label": "CI", "type": "service", "grantTypes": []any{"client_credentials"}, "responseTypes": []any{"token"}})
	saml := w.add(oktaSAML, "jenkins", samlApp())
	w.add(oktaSAML, "aws", props{"label": "AWS", "preconfiguredApp": "amazon_aws"})
	w.add(oktaAssign, "ops-vault", props{"appId": oauth.ID, "groupId": ops.ID})
	w.add(oktaAssignAll, "all-jenkins", props{"appId": saml.ID, "groups": []any{props{"id": ops.ID, "profile": "{}", "priority": 1}, props{"id": users.ID, "profile": "{}", "priority": 2}}})
	w.add(oktaStream, "stream", props{"name": "to aws", "type": "aws_eventbridge", "settings": props{"accountId": accountA, "eventSourceName": "okta", "region": "us-east-1"}})
	w.add(oktaStream, "splunk", props{"name": "to splunk", "type": "splunk_cloud_logstreaming", "settings": props{"host": "acme.splunkcloud.com", "edition": "aws", "token": "splunk token"}})
	w.add("okta:index/threatInsightSettings:ThreatInsightSettings", "threats", props{"action": "block", "networkExcludes": []any{zone.ID}})
	w.oktaSignOn(ops.ID, zone.ID)
}

func (w *world) oktaSignOn(group, zone string) {
	key := w.add(oktaKey, "client-key", props{"x5cs": []any{w.res["jenkins"].str("certificate")}})
	idp := w.add(oktaIDPSAML, "client-idp", props{
		"name": "client", "issuer": "https://idp.client.example", "ssoUrl": "https://idp.client.example/sso", "kid": key.str("kid"), "groupsAction": "ASSIGN", "groupsAssignments": []any{group},
		"subjectMatchType": "EMAIL",
	})
	w.add(oktaIDPOIDC, "partner", oidcProvider())
	discovery, refused := w.invoke("okta:policy/getPolicy:getPolicy", props{"name": "Idp Discovery Policy", "type": "IDP_DISCOVERY"})
	if refused != "" {
		w.t.Fatal(refused)
	}
	w.add(oktaDiscovery, "by-domain", props{
		"policyId": discovery["id"], "name": "client", "idpProviders": []any{props{"id": idp.ID, "type": "SAML2"}}, "userIdentifierType": "IDENTIFIER",
		"userIdentifierPatterns": []any{props{"matchType": "SUFFIX", "value": "@client.example"}},
	})
	mfa := w.add(oktaMFA, "mfa", props{"name": "mfa", "groupsIncludeds": []any{group}, "oktaVerify": props{"enroll": "REQUIRED"}, "oktaPassword": props{"enroll": "REQUIRED"}})
	w.add(oktaMFARule, "mfa-rule", props{"policyId": mfa.ID, "name": "at login", "enroll": "LOGIN", "networkConnection": "ZONE", "networkExcludes": []any{zone}})
	signon := w.add(oktaSignon, "session", props{"name": "session", "groupsIncludeds": []any{group}})
	w.add(oktaRule, "session-rule", props{"policyId": signon.ID, "name": "short", "sessionIdle": 30, "sessionLifetime": 480, "mfaRequired": true, "mfaPrompt": "SESSION"})
}
