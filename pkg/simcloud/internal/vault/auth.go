package vault

import (
	"slices"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// authTypes are the auth methods of Vault's community edition. Source: helper/builtinplugins/registry.go.
func authTypes() []string {
	return []string{
		"alicloud", "approle", "aws", "azure", "cert", "cf", "gcp", "github", "jwt", "kerberos", "kubernetes", "ldap", "oci", "oidc", "okta", "radius", "userpass",
	}
}

func authBackend() *resource.Kind {
	return &resource.Kind{
		Token: tokAuth, Noun: "Vault auth method", CreateOp: "error writing to Vault", UpdateOp: "error updating Vault", DeleteOp: "error disabling auth method",
		Route: func(in resource.Props) string { return "sys/auth/" + authPath(in) },
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"type", "local"}, Why: "Vault sets them when it enables the method"},
				{Properties: []string{"path"}, Why: "the real provider moves the method unless disableRemount is set; the simulated one enables it anew"},
			},
			Computed: []string{"path", "tune"},
			Defaults: map[string]any{"local": false, "disableRemount": false},
			Enums:    tuneEnums(),
		},
		Validate: func(v *resource.Validation) {
			checkPath(v)
			checkTune(v)
		},
		Identify: func(c *resource.Call) error {
			c.Out("path", authPath(c.In))
			return enable(c, c.In.Str("type"), authPath(c.In))
		},
		Apply: func(c *resource.Call) error {
			c.Default("tune", map[string]any{"defaultLeaseTtl": "", "maxLeaseTtl": "", "listingVisibility": "", "tokenType": "default-service"})
			return nil
		},
		Remove: removeBelow,
	}
}

func authPath(in resource.Props) string {
	if path := clean(in.Str("path")); path != "" {
		return path
	}
	return in.Str("type")
}

// enable takes the path of an auth method.
func enable(c *resource.Call, typ, path string) error {
	if !slices.Contains(authTypes(), typ) {
		if typ == "saml" {
			return refuse("plugin not found in the catalog: %s: it is a plugin of Vault Enterprise", typ)
		}
		return refuse("plugin not found in the catalog: %s", typ)
	}
	c.Out("type", typ)
	c.Out("accessor", "auth_"+typ+"_"+c.Pick("accessor", accessorAlphabet, 8))
	if err := claimPath(c, authTable, path); err != nil {
		return err
	}
	c.Obj.ID = path
	c.Claim(accessorName(c, c.Obj.Outputs["accessor"].(string)))
	return nil
}

// accessorName is claimed by the auth method with an accessor.
func accessorName(c *resource.Call, accessor string) string {
	return vaultName(c, "accessor", accessor)
}

func tuneEnums() map[string][]string {
	return map[string][]string{
		"tune.listingVisibility": {"unauth", "hidden", ""},
		"tune.tokenType":         {"default-service", "default-batch", "service", "batch"},
	}
}

func checkTune(v *resource.Validation) {
	tune := v.In.Obj("tune")
	times := map[string]float64{}
	for _, name := range []string{"defaultLeaseTtl", "maxLeaseTtl"} {
		if text := tune.Str(name); text != "" {
			d, err := duration(text)
			if err != nil {
				v.Fail("tune."+name, "%q is no duration, want for example 1h or 768h", text)
				continue
			}
			times[name] = d.Seconds()
		}
	}
	if most, ok := times["maxLeaseTtl"]; ok && times["defaultLeaseTtl"] > most {
		v.Fail("tune.defaultLeaseTtl", "default_lease_ttl cannot be greater than max_lease_ttl")
	}
}

// checkTokens checks the properties that the roles of all auth methods share. Source: sdk/helper/tokenutil.
func checkTokens(v *resource.Validation) {
	for _, name := range []string{"tokenTtl", "tokenMaxTtl", "tokenPeriod", "tokenExplicitMaxTtl", "tokenNumUses"} {
		if v.In.Int(name) < 0 {
			v.Fail(name, "'%s' cannot be negative", name)
		}
	}
	if most := v.In.Int("tokenMaxTtl"); most > 0 && v.In.Int("tokenTtl") > most {
		v.Fail("tokenTtl", "'token_ttl' cannot be greater than 'token_max_ttl'")
	}
	if typ := v.In.Str("tokenType"); typ == "batch" || typ == "default-batch" {
		if v.In.Int("tokenPeriod") > 0 {
			v.Fail("tokenType", "'token_type' cannot be 'batch' or 'default_batch' when set to generate periodic tokens")
		}
		if v.In.Int("tokenNumUses") > 0 {
			v.Fail("tokenType", "'token_type' cannot be 'batch' or 'default_batch' when set to generate tokens with limited use count")
		}
	}
	for _, p := range v.In.Strs("tokenPolicies") {
		if p == "root" {
			v.Fail("tokenPolicies", "auth methods cannot create root tokens")
		}
	}
	checkCIDRs(v, "tokenBoundCidrs")
}

func tokenTypes() []string {
	return []string{"default", "default-service", "default-batch", "service", "batch", ""}
}

// roleRules completes the rules of an auth method's role.
func roleRules(r schema.Rules) schema.Rules {
	if r.Enums == nil {
		r.Enums = map[string][]string{}
	}
	r.Enums["tokenType"] = tokenTypes()
	r.Sets = append(r.Sets, "tokenPolicies", "tokenBoundCidrs")
	r.Computed = append(r.Computed, "tokenType")
	return r
}
