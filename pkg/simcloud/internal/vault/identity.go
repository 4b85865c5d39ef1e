package vault

import (
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func group() *resource.Kind {
	return &resource.Kind{
		Token: tokGroup, Noun: "identity group", CreateOp: "error writing IdentityGroup to \"%s\"", UpdateOp: "error updating IdentityGroup \"%s\"", DeleteOp: "error IdentityGroup \"%s\"",
		Route:  func(resource.Props) string { return "identity/group" },
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"type"}, Why: "Vault does not change what kind of group it is"}},
			Defaults: map[string]any{"type": "internal", "externalPolicies": false, "externalMemberEntityIds": false, "externalMemberGroupIds": false},
			Enums:    map[string][]string{"type": {"internal", "external"}},
			Sets:     []string{"policies", "memberEntityIds", "memberGroupIds"},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Str("type") == "external" && (v.In.Len("memberEntityIds") > 0 || v.In.Len("memberGroupIds") > 0) {
				v.Fail("memberEntityIds", "member entities can't be set manually for external groups")
			}
			for _, p := range v.In.Strs("policies") {
				if p == "root" {
					v.Fail("policies", "policies cannot contain root")
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("group")
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Release()
			if !c.Claim(vaultName(c, "group", c.In.Str("name"))) {
				return refuse("group name is already in use")
			}
			for _, id := range c.In.Strs("memberGroupIds") {
				if id == c.Obj.ID {
					return refuse("cyclic relationship detected for member group ID %q", id)
				}
				if c.OfAccount(tokGroup, id) == nil {
					return refuse("invalid member group ID %q", id)
				}
			}
			for _, id := range c.In.Strs("memberEntityIds") {
				if c.OfAccount(tokEntity, id) == nil {
					return refuse("invalid entity ID %q", id)
				}
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			for _, k := range c.Users(tokGroupAlias) { // an alias goes with its group
				c.Tx.Delete(k)
			}
			return nil
		},
	}
}

func groupAlias() *resource.Kind {
	return &resource.Kind{
		Token: tokGroupAlias, Noun: "identity group alias", CreateOp: "error writing IdentityGroupAlias to \"%s\"", UpdateOp: "error updating IdentityGroupAlias \"%s\"", DeleteOp: "error IdentityGroupAlias \"%s\"",
		Route: func(resource.Props) string { return "identity/group-alias" },
		Rules: schema.Rules{},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("alias")
			return nil
		},
		Apply: applyGroupAlias,
	}
}

// applyGroupAlias checks an alias as Vault does. Source: vault/identity_store_group_aliases.go.
func applyGroupAlias(c *resource.Call) error {
	accessor := c.In.Str("mountAccessor")
	owner, ok := c.Tx.Owner(accessorName(c, accessor))
	if !ok || c.Use(owner) == nil {
		return refuse("invalid mount accessor %q", accessor)
	}
	g := c.OfAccount(tokGroup, c.In.Str("canonicalId"))
	if g == nil {
		return refuse("invalid group ID given in 'canonical_id'")
	}
	if g.Outputs["type"] != "external" {
		return refuse("alias can't be set on an internal group")
	}
	c.Release()
	if !c.Claim(vaultName(c, "groupalias", accessor+"|"+c.In.Str("name"))) {
		return refuse("combination of mount and group alias name is already in use")
	}
	return nil
}
