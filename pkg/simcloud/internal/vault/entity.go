package vault

import (
	"fmt"
	"regexp"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// What metadata of entities may be. Source: vault/identity_store_util.go, validateMetadata; the words are those of a
// Vault 1.19.
const (
	mostMetadata    = 64
	longestMetaKey  = 128
	longestMetaText = 512
)

var metadataKey = regexp.MustCompile(`^[a-zA-Z0-9=/+_-]+$`)

func entity() *resource.Kind {
	return &resource.Kind{
		Token: tokEntity, Noun: "identity entity", CreateOp: "error writing IdentityEntity to \"%s\"", UpdateOp: "error updating IdentityEntity \"%s\"", DeleteOp: "error IdentityEntity \"%s\"",
		Route:  func(resource.Props) string { return "identity/entity" },
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Defaults: map[string]any{"externalPolicies": false, "disabled": false},
			Sets:     []string{"policies"},
		},
		Validate: func(v *resource.Validation) {
			checkMetadata(v)
			for _, p := range v.In.Strs("policies") {
				if p == "root" {
					v.Fail("policies", "policies cannot contain root")
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("entity")
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Release()
			if !c.Claim(vaultName(c, "entity", c.In.Str("name"))) {
				return refuse("entity name is already in use")
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			for _, k := range c.Users(tokEntityAlias) { // aliases go with their entity
				c.Tx.Delete(k)
			}
			return nil
		},
	}
}

func checkMetadata(v *resource.Validation) {
	metadata := v.In.Obj("metadata")
	if len(metadata) > mostMetadata {
		v.Fail("metadata", "invalid entity metadata: metadata cannot contain more than %d key/value pairs", mostMetadata)
	}
	for key := range metadata {
		text, problem := metadata.Str(key), ""
		switch {
		case key == "":
			problem = "key cannot be blank"
		case !metadataKey.MatchString(key):
			problem = "key contains invalid characters"
		case len(key) > longestMetaKey:
			problem = fmt.Sprintf("key is too long (limit: %d characters)", longestMetaKey)
		case len(text) > longestMetaText:
			problem = fmt.Sprintf("value is too long (limit: %d characters)", longestMetaText)
		}
		if problem != "" {
			v.Fail("metadata", "invalid entity metadata: failed to load metadata pair (%q, %q): %s", key, text, problem)
		}
	}
}

func entityAlias() *resource.Kind {
	return &resource.Kind{
		Token: tokEntityAlias, Noun: "identity entity alias", CreateOp: "error writing entity alias to \"%s\"", UpdateOp: "error updating entity alias \"%s\"", DeleteOp: "failed deleting entity alias \"%s\"",
		Route: func(resource.Props) string { return "identity/entity-alias" },
		Rules: schema.Rules{},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("alias")
			return nil
		},
		Apply: applyEntityAlias,
	}
}

// applyEntityAlias checks an alias as Vault does, and the provider before it: a new alias of a name that is taken it does
// not write, where Vault would move the old one. Source: vault/identity_store_aliases.go.
func applyEntityAlias(c *resource.Call) error {
	accessor, entity := c.In.Str("mountAccessor"), c.In.Str("canonicalId")
	owner, ok := c.Tx.Owner(accessorName(c, accessor))
	if !ok || c.Use(owner) == nil {
		return refuse("invalid mount accessor %q", accessor)
	}
	if c.OfAccount(tokEntity, entity) == nil {
		return refuse("invalid canonical ID")
	}
	c.Release()
	if !c.Claim(vaultName(c, "alias", accessor+"|"+c.In.Str("name"))) {
		return refuse("alias with combination of mount accessor and name already exists")
	}
	if !c.Claim(vaultName(c, "aliasof", accessor+"|"+entity)) {
		return refuse("Alias already exists for requested entity and mount accessor")
	}
	return nil
}
