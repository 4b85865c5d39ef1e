package vault

import (
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// systemMaxTTL is the longest lease of a Vault that is configured with none, in seconds: 32 days.
// Source: developer.hashicorp.com/vault/docs/configuration, max_lease_ttl.
const systemMaxTTL = 2764800

// secretTypes are the secrets engines that Vault's community edition has. Source: helper/builtinplugins/registry.go.
func secretTypes() []string {
	return []string{
		"ad", "alicloud", "aws", "azure", "consul", "database", "gcp", "gcpkms", "generic", "kubernetes", "kv", "kv-v2", "ldap", "mongodbatlas",
		"nomad", "openldap", "pki", "rabbitmq", "ssh", "terraform", "totp", "transit",
	}
}

// enterpriseTypes are those that only Vault Enterprise has.
func enterpriseTypes() []string { return []string{"kmip", "transform", "keymgmt"} }

const accessorAlphabet = "0123456789abcdef"

func mount() *resource.Kind {
	return &resource.Kind{
		Token: tokMount, Noun: "Vault mount", CreateOp: "error writing to Vault", UpdateOp: "error updating Vault", DeleteOp: "error deleting from Vault",
		Route: func(in resource.Props) string { return "sys/mounts/" + clean(in.Str("path")) },
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"type", "local", "sealWrap", "externalEntropyAccess"}, Why: "Vault sets them when it mounts"},
				{Properties: []string{"path"}, Why: "the real provider moves the mount; the simulated one mounts anew"},
			},
			Sets:     []string{"allowedManagedKeys"},
			Computed: []string{"auditNonHmacRequestKeys", "auditNonHmacResponseKeys", "defaultLeaseTtlSeconds", "maxLeaseTtlSeconds", "sealWrap", "externalEntropyAccess"},
			Defaults: map[string]any{"local": false},
		},
		Validate: func(v *resource.Validation) {
			checkPath(v)
			checkLeases(v, "defaultLeaseTtlSeconds", "maxLeaseTtlSeconds")
		},
		Identify: func(c *resource.Call) error {
			path := c.In.Str("path")
			if err := claimPath(c, secretTable, path); err != nil {
				return err
			}
			c.Obj.ID = path
			c.Out("accessor", c.In.Str("type")+"_"+c.Pick("accessor", accessorAlphabet, 8))
			return nil
		},
		Apply:  applyMount,
		Remove: removeBelow,
	}
}

func applyMount(c *resource.Call) error {
	if typ := c.In.Str("type"); !known(secretTypes(), typ) {
		if known(enterpriseTypes(), typ) {
			return refuse("plugin not found in the catalog: %s: it is a plugin of Vault Enterprise", typ)
		}
		return refuse("plugin not found in the catalog: %s", typ)
	}
	if c.In.Str("type") == "kv" {
		if v := c.In.Obj("options").Str("version"); v != "" && v != "1" && v != "2" {
			return refuse("invalid value for \"version\" option: %q", v)
		}
	}
	c.Default("defaultLeaseTtlSeconds", 0)
	c.Default("maxLeaseTtlSeconds", 0)
	c.Default("sealWrap", false)
	c.Default("externalEntropyAccess", false)
	c.Default("auditNonHmacRequestKeys", resource.List[any]())
	c.Default("auditNonHmacResponseKeys", resource.List[any]())
	return nil
}

// checkPath checks the path of a mount, as the provider does.
func checkPath(v *resource.Validation) {
	if path := v.In.Str("path"); strings.HasSuffix(path, "/") || strings.HasPrefix(path, "/") {
		v.Fail("path", "invalid value for path (must not begin or end with a slash): %q", path)
	} else if v.In.Known("path") && (path == "" || strings.Contains(path, "//")) {
		v.Fail("path", "invalid value for path: %q", path)
	}
}

// checkLeases refuses what Vault refuses of a mount's lease times.
func checkLeases(v *resource.Validation, least, most string) {
	for _, name := range []string{least, most} {
		if v.In.Int(name) < 0 {
			v.Fail(name, "expected %s to be at least (0), got %d", name, v.In.Int(name))
		}
	}
	switch l, m := v.In.Int(least), v.In.Int(most); {
	case m > 0 && l > m:
		v.Fail(least, "given default lease TTL greater than given max lease TTL")
	case m == 0 && l > systemMaxTTL:
		v.Fail(least, "given default lease TTL greater than system max lease TTL of %d", systemMaxTTL)
	}
}

func known(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}
