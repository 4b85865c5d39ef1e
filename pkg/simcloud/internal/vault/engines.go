package vault

import (
	"fmt"
	"slices"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func kvConfig() *resource.Kind {
	at := func(in resource.Props) string { return under(in, "mount", "config") }
	return &resource.Kind{
		Token: tokKV, Noun: "KV engine configuration", CreateOp: "error writing config data to %s", UpdateOp: "error writing config data to %s", DeleteOp: "error deleting %s",
		Route: at, Upsert: true,
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"mount"}, Why: "it is the engine's configuration"}},
			Computed: []string{"maxVersions", "casRequired", "deleteVersionAfter"},
		},
		Validate: func(v *resource.Validation) {
			for _, name := range []string{"maxVersions", "deleteVersionAfter"} {
				if v.In.Int(name) < 0 {
					v.Fail(name, "expected %s to be at least (0), got %d", name, v.In.Int(name))
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = at(c.In)
			return nil
		},
		Apply: func(c *resource.Call) error {
			m, err := engine(c, c.In.Str("mount"), "config", "kv", "kv-v2")
			if err != nil {
				return err
			}
			if !isV2(m) {
				return refuse("%s is a KV engine of version 1, which keeps what is written to %s as a secret", m.ID, at(c.In))
			}
			c.Default("maxVersions", 0)
			c.Default("casRequired", false)
			c.Default("deleteVersionAfter", 0)
			return nil
		},
	}
}

func isV2(m *store.Object) bool {
	options, _ := m.Outputs["options"].(map[string]any)
	return typeOf(m) == "kv-v2" || fmt.Sprint(options["version"]) == "2"
}

// keyType is what a type of transit key can do. Source: sdk/helper/keysutil/policy.go.
type keyType struct{ encrypts, signs, derives bool }

func keyTypes() map[string]keyType {
	return map[string]keyType{
		"aes128-gcm96":      {encrypts: true, derives: true},
		"aes256-gcm96":      {encrypts: true, derives: true},
		"chacha20-poly1305": {encrypts: true, derives: true},
		"ed25519":           {signs: true, derives: true},
		"ecdsa-p256":        {signs: true},
		"ecdsa-p384":        {signs: true},
		"ecdsa-p521":        {signs: true},
		"rsa-2048":          {encrypts: true, signs: true},
		"rsa-3072":          {encrypts: true, signs: true},
		"rsa-4096":          {encrypts: true, signs: true},
		"hmac":              {},
	}
}

// Limits of transit keys. Source: builtin/logical/transit/path_keys.go.
const (
	shortestRotation = 3600 // seconds
	leastHMAC        = 32   // bytes
	mostHMAC         = 512
)

func transitKey() *resource.Kind {
	at := func(in resource.Props) string { return under(in, "backend", "keys/"+in.Str("name")) }
	return &resource.Kind{
		Token: tokTransitKey, Noun: "transit key", CreateOp: "error creating encryption key %s for transit secret backend", UpdateOp: "error updating encryption key %s", DeleteOp: "error deleting transit key %s",
		Route:  at,
		Upsert: true, // creating a key that exists changes nothing of it
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"backend", "name", "type", "derived", "convergentEncryption", "keySize"}, Why: "Vault sets them when it makes the key"}},
			Defaults: map[string]any{
				"type": "aes256-gcm96", "deletionAllowed": false, "derived": false, "convergentEncryption": false, "exportable": false, "allowPlaintextBackup": false,
				"minDecryptionVersion": float64(1), "minEncryptionVersion": float64(0),
			},
			Computed:  []string{"autoRotatePeriod"},
			Conflicts: [][]string{{"autoRotateInterval", "autoRotatePeriod"}},
		},
		Validate: checkTransitKey,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = at(c.In)
			t := keyTypes()[c.In.Str("type")]
			c.Out("keys", resource.List[any](map[string]any{"id": float64(c.Now.Unix())}))
			c.Out("latestVersion", 1)
			c.Out("minAvailableVersion", 0)
			c.Out("supportsEncryption", t.encrypts)
			c.Out("supportsDecryption", t.encrypts)
			c.Out("supportsDerivation", t.derives)
			c.Out("supportsSigning", t.signs)
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("autoRotatePeriod", 0)
			for _, name := range []string{"exportable", "allowPlaintextBackup"} {
				if !c.Creating() && c.Old.Bool(name) && !c.In.Bool(name) {
					return refuse("%s cannot be disabled once it is set", name)
				}
			}
			_, err := engine(c, c.In.Str("backend"), "keys", "transit")
			return err
		},
		Remove: func(c *resource.Call) error {
			if !c.In.Bool("deletionAllowed") {
				return refuse("error deleting policy %s: deletion is not allowed for this key", c.In.Str("name"))
			}
			return nil
		},
	}
}

func checkTransitKey(v *resource.Validation) {
	typ := v.In.Str("type")
	t, exists := keyTypes()[typ]
	if !exists && v.In.Known("type") {
		v.Fail("type", "unknown key type %v", typ)
		return
	}
	if v.In.Bool("convergentEncryption") && !v.In.Bool("derived") {
		v.Fail("convergentEncryption", "convergent encryption requires derivation to be enabled")
	}
	if v.In.Bool("derived") && !t.derives {
		v.Fail("derived", "key derivation and convergent encryption not supported for keys of type %v", typ)
	}
	for _, name := range []string{"autoRotatePeriod", "autoRotateInterval"} {
		if n := v.In.Int(name); n != 0 && n < shortestRotation {
			v.Fail(name, "auto rotate period must be 0 to disable or at least an hour")
		}
	}
	if size := v.In.Int("keySize"); size != 0 {
		if typ != "hmac" {
			v.Fail("keySize", "key_size is not valid for algorithm %v", typ)
		} else if size < leastHMAC || size > mostHMAC {
			v.Fail("keySize", "invalid key size %d, must be between %d and %d", size, leastHMAC, mostHMAC)
		}
	}
}

// usable are the names of the roles that may use a connection.
func usable(connection *store.Object, role string) bool {
	allowed, _ := connection.Outputs["allowedRoles"].([]any)
	return slices.Contains(allowed, any("*")) || slices.Contains(allowed, any(role))
}
