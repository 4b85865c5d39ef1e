package okta

import (
	"fmt"
	"regexp"
	"slices"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// defaultPolicies are the names of the policies that every organization has, by type.
func defaultPolicies() map[string]string {
	return map[string]string{
		"OKTA_SIGN_ON": "Default Policy", "PASSWORD": "Default Policy", "MFA_ENROLL": "Default Policy", "IDP_DISCOVERY": "Idp Discovery Policy",
		"ACCESS_POLICY": "Any two factors", "PROFILE_ENROLLMENT": "Default Policy",
	}
}

// policyTypes are the types of the policies that programs make, by token.
func policyTypes() map[string]string {
	return map[string]string{tokGlobalSignon: "OKTA_SIGN_ON", tokMFAPolicy: "MFA_ENROLL", tokSignonPolicy: "ACCESS_POLICY"}
}

// policyKind is the beginning of the ids of policies of a type.
func policyKind(typ string) string {
	if typ == "ACCESS_POLICY" || typ == "PROFILE_ENROLLMENT" {
		return "rst"
	}
	return "00p"
}

// policyExists says whether an id is one of a policy of a type.
func policyExists(c *resource.Call, id, typ string) bool {
	if id == fixedID(c.Account, policyKind(typ), typ) {
		return true
	}
	for token, of := range policyTypes() {
		if of == typ && c.OfAccount(token, id) != nil {
			return true
		}
	}
	return false
}

// policy is what all kinds of policy have in common.
func policy(token, noun, typ string, rules schema.Rules) *resource.Kind {
	return &resource.Kind{
		Token: token, Noun: noun, CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules:  rules,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = newID(c, policyKind(typ))
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("priority", 1+c.Tx.Tally(token, c.Account, resource.Global))
			c.Release()
			if c.In.Str("name") == defaultPolicies()[typ] || !c.Claim(orgName(c, "policy/"+typ, c.In.Str("name"))) {
				return nameTaken("name")
			}
			return needGroups(c, "groupsIncludeds")
		},
		Remove: func(c *resource.Call) error { // its rules go with it, and its applications get the default one
			for _, k := range c.Users(tokSignonRule, tokGlobalSignonRule, tokMFARule) {
				c.Tx.Delete(k)
			}
			return nil
		},
	}
}

func statusRules() schema.Rules {
	return schema.Rules{
		Defaults: map[string]any{"status": "ACTIVE"},
		Computed: []string{"priority"},
		Enums:    map[string][]string{"status": {"ACTIVE", "INACTIVE"}},
		Sets:     []string{"groupsIncludeds"},
	}
}

func signonPolicy() *resource.Kind {
	k := policy(tokSignonPolicy, "authentication policy", "ACCESS_POLICY", schema.Rules{
		Computed: []string{"priority"}, Defaults: map[string]any{"catchAll": true},
		Lengths: map[string]schema.Range{"name": {Min: 1, Max: 255}},
	})
	k.Identify = func(c *resource.Call) error {
		c.Obj.ID = newID(c, "rst")
		c.Out("defaultRuleId", "rul"+c.Pick("default rule", idAlphabet, 17))
		return nil
	}
	return k
}

func globalSignon() *resource.Kind {
	return policy(tokGlobalSignon, "sign-on policy", "OKTA_SIGN_ON", statusRules())
}

// factors are the properties that each say how one factor is enrolled.
func factors() []string {
	return []string{
		"duo", "externalIdp", "fidoU2f", "fidoWebauthn", "googleOtp", "hotp", "oktaCall", "oktaEmail", "oktaOtp", "oktaPassword", "oktaPush", "oktaQuestion", "oktaSms",
		"oktaVerify", "onpremMfa", "phoneNumber", "rsaToken", "securityQuestion", "smartCardIdp", "symantecVip", "webauthn", "yubikeyToken",
	}
}

// classicFactors are those of organizations that are not Identity Engine.
func classicFactors() []string {
	return []string{"fidoU2f", "oktaCall", "oktaOtp", "oktaPush", "oktaQuestion", "oktaSms"}
}

func mfaPolicy() *resource.Kind {
	rules := statusRules()
	rules.Defaults["isOie"] = true
	rules.Unsimulated = map[string]string{"externalIdps": ""}
	k := policy(tokMFAPolicy, "MFA policy", "MFA_ENROLL", rules)
	k.Validate = func(v *resource.Validation) {
		if v.In.Known("isOie") && !v.In.Bool("isOie") {
			v.Fail("isOie", "the simulated organization is Identity Engine: is_oie must be true")
			return
		}
		required := 0
		for _, name := range factors() {
			f := v.In.Obj(name)
			if !v.In.Known(name) {
				continue
			}
			switch enroll := f.Str("enroll"); {
			case enroll == "REQUIRED":
				required++
			case enroll != "NOT_ALLOWED" && enroll != "OPTIONAL":
				v.Fail(name+".enroll", "expected enroll to be one of [NOT_ALLOWED OPTIONAL REQUIRED], got %s", enroll)
			}
			if slices.Contains(classicFactors(), name) {
				v.Fail(name, "%s is a factor of Classic Engine: the simulated organization is Identity Engine, which has authenticators such as okta_verify and phone_number", name)
			}
		}
	}
	return k
}

// rule is what the rules of all kinds of policy have in common.
func rule(token, noun, typ, prefix string, rules schema.Rules) *resource.Kind {
	rules.Replaces = append(rules.Replaces, schema.Replace{Properties: []string{"policyId"}, Why: "a rule is of one policy"})
	rules.Computed = append(rules.Computed, "priority")
	if rules.Enums == nil {
		rules.Enums = map[string][]string{}
	}
	rules.Enums["status"] = []string{"ACTIVE", "INACTIVE"}
	rules.Enums["networkConnection"] = []string{"ANYWHERE", "ZONE", "ON_NETWORK", "OFF_NETWORK"}
	rules.Defaults["status"], rules.Defaults["networkConnection"] = "ACTIVE", "ANYWHERE"
	rules.Conflicts = append(rules.Conflicts, []string{"networkIncludes", "networkExcludes"})
	return &resource.Kind{
		Token: token, Noun: noun, CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules:  rules,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = newID(c, prefix)
			return nil
		},
		Apply: func(c *resource.Call) error { return applyRule(c, typ) },
	}
}

func applyRule(c *resource.Call, typ string) error {
	c.Default("priority", 1)
	id := c.In.Str("policyId")
	if id == "" {
		return fmt.Errorf("'policy_id' field should be set")
	}
	if !policyExists(c, id, typ) {
		return notFound(id, "Policy")
	}
	c.Release()
	if !c.Claim(orgName(c, "rule/"+id, c.In.Str("name"))) {
		return invalid("name", "name: Policy rule name already in use")
	}
	for _, property := range []string{"networkIncludes", "networkExcludes"} {
		if err := needZones(c, property); err != nil {
			return err
		}
	}
	for _, property := range []string{"groupsIncludeds", "groupsExcludeds"} {
		if err := needGroups(c, property); err != nil {
			return err
		}
	}
	for _, property := range []string{"appIncludes", "appExcludes"} {
		for _, a := range c.In.Objs(property) {
			if id := a.Str("id"); id != "" && app(c, id) == nil {
				return notFound(id, "AppInstance")
			}
		}
	}
	return needNoUsers(c, "usersIncludeds", "usersExcludeds")
}

// checkNetwork refuses zones without the connection that asks for them, and the other way round.
func checkNetwork(v *resource.Validation) {
	connection := v.In.Str("networkConnection")
	zones := v.In.Has("networkIncludes") || v.In.Has("networkExcludes")
	if connection == "ZONE" && !zones {
		v.Fail("networkConnection", "network: either include or exclude zones must be given when the connection is 'ZONE'")
	}
	if connection != "ZONE" && v.In.Known("networkConnection") && zones {
		v.Fail("networkConnection", "network: zones can only be given when the connection is 'ZONE', got '%s'", connection)
	}
}

// checkApps refuses conditions on applications that name none.
func checkApps(v *resource.Validation) {
	for property, block := range map[string]string{"appIncludes": "app_include", "appExcludes": "app_exclude"} {
		for i, a := range v.In.Objs(property) {
			at := fmt.Sprintf("%s[%d]", property, i)
			if a.Str("type") == "APP_TYPE" && a.Str("name") == "" {
				v.Fail(at, "'name' is required if the type is 'APP_TYPE' in the '%s' block", block)
			} else if !a.Has("id") && a.Str("name") == "" {
				v.Fail(at, "either 'name' or 'id' should be provided in the '%s' block", block)
			}
		}
	}
}

// isPeriod says whether a text is an ISO 8601 period of time.
func isPeriod(text string) bool {
	return regexp.MustCompile(`^P(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$`).MatchString(text) && text != "P" && text != "PT"
}

func signonRule() *resource.Kind {
	k := rule(tokSignonRule, "app sign on policy rule", "ACCESS_POLICY", "rul", schema.Rules{
		Defaults: map[string]any{"access": "ALLOW", "factorMode": "2FA", "type": "ASSURANCE", "reAuthenticationFrequency": "PT2H", "riskScore": "ANY"},
		Computed: []string{"inactivityPeriod"},
		Enums: map[string][]string{
			"access": {"ALLOW", "DENY"}, "factorMode": {"1FA", "2FA"}, "type": {"ASSURANCE", "AUTH_METHOD_CHAIN"}, "riskScore": {"ANY", "LOW", "MEDIUM", "HIGH"},
			"platformIncludes.type": {"ANY", "MOBILE", "DESKTOP"}, "platformIncludes.osType": {"ANY", "IOS", "WINDOWS", "ANDROID", "OTHER", "OSX", "MACOS", "CHROMEOS"},
		},
		JSON:        []string{"constraints", "chains"},
		Formats:     map[string]schema.Format{"constraints": schema.JSONDocument, "chains": schema.JSONDocument},
		Sets:        []string{"groupsIncludeds", "groupsExcludeds", "usersIncludeds", "usersExcludeds"},
		Unsimulated: map[string]string{"deviceAssurancesIncludeds": "", "userTypesIncludeds": "", "userTypesExcludeds": ""},
	})
	k.Validate = func(v *resource.Validation) {
		checkNetwork(v)
		if v.In.Known("deviceIsRegistered") && !v.In.Bool("deviceIsRegistered") {
			v.Fail("deviceIsRegistered", "'device_is_registered' can either be set to 'true' or should not be present in the configuration")
		}
		if v.In.Has("deviceIsManaged") && !v.In.Has("deviceIsRegistered") {
			v.Fail("deviceIsManaged", "\"deviceIsManaged\": all of `device_is_managed,device_is_registered` must be specified")
		}
		for _, name := range []string{"reAuthenticationFrequency", "inactivityPeriod"} {
			if v.In.Known(name) && !isPeriod(v.In.Str(name)) {
				v.Fail(name, "%q is no ISO 8601 period, want for example PT2H", v.In.Str(name))
			}
		}
		if v.In.Str("type") == "AUTH_METHOD_CHAIN" && v.In.Len("chains") == 0 && !v.In.Has("chains") {
			v.Fail("chains", "chains: The field cannot be left blank for verification methods of type AUTH_METHOD_CHAIN")
		}
	}
	identify := k.Identify
	k.Identify = func(c *resource.Call) error {
		c.Out("system", false)
		return identify(c)
	}
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		if c.In.Str("name") == "Catch-all Rule" {
			return invalid("name", "name: Policy rule name already in use")
		}
		return apply(c)
	}
	return k
}

func globalSignonRule() *resource.Kind {
	k := rule(tokGlobalSignonRule, "sign-on policy rule", "OKTA_SIGN_ON", "0pr", schema.Rules{
		Defaults: map[string]any{
			"access": "ALLOW", "authtype": "ANY", "mfaRequired": false, "mfaRememberDevice": false, "sessionIdle": float64(120), "sessionLifetime": float64(120),
			"sessionPersistent": false, "identityProvider": "ANY", "riskLevel": "ANY",
		},
		Enums: map[string][]string{
			"access": {"ALLOW", "DENY", "CHALLENGE"}, "authtype": {"ANY", "LDAP_INTERFACE", "RADIUS"}, "mfaPrompt": {"DEVICE", "SESSION", "ALWAYS"},
			"identityProvider": {"ANY", "OKTA", "SPECIFIC_IDP"}, "riskLevel": {"ANY", "LOW", "MEDIUM", "HIGH"}, "riscLevel": {"", "ANY", "LOW", "MEDIUM", "HIGH"},
			"primaryFactor": {"PASSWORD_IDP_ANY_FACTOR", "PASSWORD_IDP"},
		},
		Computed:    []string{"primaryFactor"},
		Sets:        []string{"usersExcludeds", "behaviors"},
		Unsimulated: map[string]string{"behaviors": "", "factorSequences": ""},
	})
	k.Validate = func(v *resource.Validation) {
		checkNetwork(v)
		if v.In.Has("mfaPrompt") && v.In.Known("mfaRequired") && !v.In.Bool("mfaRequired") {
			v.Fail("mfaPrompt", "requireFactor: factorPromptMode can only be set when a factor is required: set mfaRequired")
		}
		if v.In.Bool("mfaRequired") && !v.In.Has("mfaPrompt") {
			v.Fail("mfaPrompt", "factorPromptMode: The field cannot be left blank when a factor is required")
		}
		if v.In.Str("identityProvider") == "SPECIFIC_IDP" && v.In.Len("identityProviderIds") == 0 && !v.In.Has("identityProviderIds") {
			v.Fail("identityProviderIds", "identity_provider_ids is required when identity_provider is SPECIFIC_IDP")
		}
		idle, life := v.In.Int("sessionIdle"), v.In.Int("sessionLifetime")
		if life > 0 && idle > life {
			v.Fail("sessionIdle", "session: maxSessionIdleMinutes (%d) must not be more than maxSessionLifetimeMinutes (%d)", idle, life)
		}
	}
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		c.Default("primaryFactor", "PASSWORD_IDP_ANY_FACTOR")
		for _, id := range c.In.Strs("identityProviderIds") {
			if identityProvider(c, id) == nil {
				return notFound(id, "IdentityProvider")
			}
		}
		return apply(c)
	}
	return k
}

func mfaRule() *resource.Kind {
	k := rule(tokMFARule, "MFA policy rule", "MFA_ENROLL", "0pr", schema.Rules{
		Defaults: map[string]any{"enroll": "CHALLENGE"},
		Enums:    map[string][]string{"enroll": {"CHALLENGE", "LOGIN", "NEVER"}, "appIncludes.type": {"APP", "APP_TYPE"}, "appExcludes.type": {"APP", "APP_TYPE"}},
		Sets:     []string{"usersExcludeds", "appIncludes", "appExcludes"},
	})
	k.Validate = func(v *resource.Validation) {
		checkNetwork(v)
		checkApps(v)
	}
	return k
}

func discoveryRule() *resource.Kind {
	k := rule(tokDiscoveryRule, "IDP discovery policy rule", "IDP_DISCOVERY", "0pr", schema.Rules{
		Defaults: map[string]any{},
		Enums: map[string][]string{
			"userIdentifierType": {"IDENTIFIER", "ATTRIBUTE"}, "appIncludes.type": {"APP", "APP_TYPE"}, "appExcludes.type": {"APP", "APP_TYPE"},
			"userIdentifierPatterns.matchType": {"SUFFIX", "EXPRESSION", "STARTS_WITH", "EQUALS", "CONTAINS"},
			"platformIncludes.type":            {"ANY", "MOBILE", "DESKTOP"}, "platformIncludes.osType": {"ANY", "IOS", "WINDOWS", "ANDROID", "OTHER", "OSX"},
		},
		Sets: []string{"appIncludes", "appExcludes", "platformIncludes", "userIdentifierPatterns", "idpProviders"},
	})
	k.Validate = checkDiscovery
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		for _, p := range c.In.Objs("idpProviders") {
			if id := p.Str("id"); id != "" {
				idp := identityProvider(c, id)
				if idp == nil {
					return notFound(id, "IdentityProvider")
				}
				if typ := p.Str("type"); typ != "" && typ != idp.Outputs["type"] {
					return invalid("providers", "providers: the type of identity provider %s is %v, not %s", id, idp.Outputs["type"], typ)
				}
			}
		}
		return apply(c)
	}
	return k
}

func checkDiscovery(v *resource.Validation) {
	checkNetwork(v)
	checkApps(v)
	patterns := v.In.Objs("userIdentifierPatterns")
	if len(patterns) > 0 && !v.In.Has("userIdentifierType") {
		v.Fail("userIdentifierType", "userIdentifier: patterns need a user_identifier_type")
	}
	if v.In.Str("userIdentifierType") == "ATTRIBUTE" && v.In.Str("userIdentifierAttribute") == "" && !v.In.Has("userIdentifierAttribute") {
		v.Fail("userIdentifierAttribute", "userIdentifier: attribute: The field cannot be left blank when the type is ATTRIBUTE")
	}
	for i, p := range patterns {
		at := fmt.Sprintf("userIdentifierPatterns[%d]", i)
		if p.Str("matchType") == "EXPRESSION" && len(patterns) > 1 {
			v.Fail(at+".matchType", "userIdentifier: only a single pattern can be given when its match type is EXPRESSION")
		}
		if p.Str("matchType") == "EXPRESSION" && p.Known("value") {
			if _, err := regexp.Compile(p.Str("value")); err != nil {
				v.Fail(at+".value", "userIdentifier: the pattern is no regular expression: %v", err)
			}
		}
		if p.Str("value") == "" && !p.Has("value") {
			v.Fail(at+".value", "userIdentifier: patterns: The field cannot be left blank")
		}
	}
	for i, p := range v.In.Objs("idpProviders") {
		if typ := p.Str("type"); typ != "" && typ != "OKTA" && !p.Has("id") {
			v.Fail(fmt.Sprintf("idpProviders[%d].id", i), "providers: id: The field cannot be left blank for providers of type %s", typ)
		}
	}
}
