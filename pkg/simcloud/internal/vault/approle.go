package vault

import (
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func appRole() *resource.Kind {
	at := func(in resource.Props) string {
		return "auth/" + clean(in.Str("backend")) + "/role/" + in.Str("roleName")
	}
	return &resource.Kind{
		Token: tokAppRole, Noun: "AppRole auth role", CreateOp: "error writing AppRole auth backend role \"%s\"", UpdateOp: "error updating AppRole auth backend role \"%s\"", DeleteOp: "error deleting AppRole auth backend role \"%s\"",
		Route: at, Upsert: true,
		Rules: roleRules(schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"backend", "roleName"}, Why: "a role is its method and name"}},
			Defaults: map[string]any{"backend": "approle", "bindSecretId": true},
			Computed: []string{"roleId"},
			Sets:     []string{"secretIdBoundCidrs"},
		}),
		Validate: func(v *resource.Validation) {
			checkTokens(v)
			checkCIDRs(v, "secretIdBoundCidrs")
			if !v.In.Bool("bindSecretId") && v.In.Known("bindSecretId") && v.In.Len("secretIdBoundCidrs") == 0 && v.In.Len("tokenBoundCidrs") == 0 {
				v.Fail("bindSecretId", "failed to create role: at least one constraint should be enabled on the role")
			}
			for _, name := range []string{"secretIdNumUses", "secretIdTtl"} {
				if v.In.Int(name) < 0 {
					v.Fail(name, "%s cannot be negative", name)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = at(c.In)
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("roleId", c.UUID("role"))
			c.Default("tokenType", "default")
			if _, err := method(c, c.In.Str("backend"), "role", "approle"); err != nil {
				return err
			}
			id, _ := c.Eff("roleId").(string)
			c.Release()
			if !c.Claim(vaultName(c, "approle/"+clean(c.In.Str("backend")), id)) {
				return refuse("role_id already in use")
			}
			return nil
		},
		Remove: removeBelow,
	}
}

func secretID() *resource.Kind {
	role := func(in resource.Props) string {
		return "auth/" + clean(in.Str("backend")) + "/role/" + in.Str("roleName")
	}
	return &resource.Kind{
		Token: tokSecretID, Noun: "AppRole secret id", CreateOp: "error writing AppRole auth backend role SecretID \"%s\"", UpdateOp: "error writing AppRole auth backend role SecretID \"%s\"", DeleteOp: "error deleting AppRole auth backend role SecretID \"%s\"",
		Route: func(in resource.Props) string { return role(in) + "/secret-id" },
		Rules: schema.Rules{
			Immutable: "a secret id is made as it is",
			Defaults:  map[string]any{"backend": "approle"},
			Computed:  []string{"secretId", "metadata"},
			Formats:   map[string]schema.Format{"metadata": schema.JSONDocument},
			JSON:      []string{"metadata"},
			Sets:      []string{"cidrLists"},
		},
		Validate: func(v *resource.Validation) {
			checkCIDRs(v, "cidrLists")
			checkDuration(v, "wrappingTtl")
			if v.In.Bool("withWrappedAccessor") && !v.In.Has("wrappingTtl") {
				v.Fail("withWrappedAccessor", "\"withWrappedAccessor\": all of `with_wrapped_accessor,wrapping_ttl` must be specified")
			}
		},
		Identify: func(c *resource.Call) error {
			accessor := c.UUID("accessor")
			c.Obj.ID = "backend=" + clean(c.In.Str("backend")) + "::role=" + c.In.Str("roleName") + "::accessor=" + accessor
			c.Out("accessor", accessor)
			if c.In.Has("wrappingTtl") {
				c.Out("wrappingToken", "hvs."+c.Pick("wrapping", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 90))
				c.Out("wrappingAccessor", c.Pick("wrapping accessor", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 24))
			} else {
				c.Default("secretId", c.UUID("secret"))
			}
			c.Default("metadata", "{}")
			return nil
		},
		Apply: func(c *resource.Call) error {
			if _, err := method(c, c.In.Str("backend"), "role/"+c.In.Str("roleName")+"/secret-id", "approle"); err != nil {
				return err
			}
			r := c.OfAccount(tokAppRole, role(c.In))
			if r == nil {
				return refuse("role %q does not exist", c.In.Str("roleName"))
			}
			if bind, _ := r.Outputs["bindSecretId"].(bool); !bind {
				return refuse("bind_secret_id is not set on the role")
			}
			return nil
		},
	}
}
