package vault

import (
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func encodeHex(b []byte) string { return hex.EncodeToString(b) }

func setSigned() *resource.Kind {
	return &resource.Kind{
		Token: tokSetSigned, Noun: "PKI signed intermediate certificate", CreateOp: "error setting signed intermediate on PKI secret backend \"%s\"", UpdateOp: "error setting \"%s\"", DeleteOp: "error deleting \"%s\"",
		Route: func(in resource.Props) string { return under(in, "backend", "intermediate/set-signed") },
		Rules: schema.Rules{Immutable: "a certificate is brought in as it is"},
		Validate: func(v *resource.Validation) {
			if !v.In.Known("certificate") {
				return
			}
			cert, err := certificateIn(v.In.Str("certificate"))
			if err != nil {
				v.Fail("certificate", "unable to parse PEM: %v", err)
			} else if !cert.IsCA {
				v.Fail("certificate", "the given certificate is not marked for CA use and cannot be used with this backend")
			}
		},
		Identify: func(c *resource.Call) error {
			mount, id := c.In.Str("backend"), c.UUID("issuer")
			cert, err := certificateIn(c.In.Str("certificate"))
			if err != nil {
				return refuse("unable to parse PEM: %v", err)
			}
			keys := resource.List[any]()
			if owner, ok := c.Tx.Owner(publicName(c, mount, cert.PublicKey)); ok {
				if request := c.Use(owner); request != nil {
					c.Out("keyId", request.Outputs["keyId"])
				}
			}
			c.Obj.ID = under(c.In, "backend", "intermediate/set-signed") + "/" + id
			c.Out("importedIssuers", resource.List[any](id))
			c.Out("importedKeys", keys)
			return addIssuer(c, mount, id, "")
		},
		Apply: func(c *resource.Call) error {
			_, err := engine(c, c.In.Str("backend"), "intermediate/set-signed", "pki")
			return err
		},
	}
}

// pkiConfig is a kind of which a PKI engine has one.
func pkiConfig(token, noun, route string, rules schema.Rules) *resource.Kind {
	at := func(in resource.Props) string { return under(in, "backend", route) }
	rules.Replaces = append(rules.Replaces, schema.Replace{Properties: []string{"backend"}, Why: "it is the engine's configuration"})
	return &resource.Kind{
		Token: token, Noun: noun, CreateOp: "error writing \"%s\"", UpdateOp: "error writing \"%s\"", DeleteOp: "error deleting \"%s\"",
		Route: at, Upsert: true, Rules: rules,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = at(c.In)
			return nil
		},
		Apply: func(c *resource.Call) error {
			_, err := engine(c, c.In.Str("backend"), route, "pki")
			return err
		},
	}
}

func issuersConfig() *resource.Kind {
	k := pkiConfig(tokIssuers, "PKI issuers configuration", "config/issuers", schema.Rules{Defaults: map[string]any{"defaultFollowsLatestIssuer": false}})
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		if err := apply(c); err != nil {
			return err
		}
		ref := c.In.Str("default")
		if ref == "default" {
			return refuse("invalid issuer specification; must be non-empty and can't be 'default'")
		}
		if ref != "" && issuer(c, c.In.Str("backend"), ref) == nil {
			return refuse("error resolving issuer reference: unable to find PKI issuer for reference: %v", ref)
		}
		return nil
	}
	return k
}

func urlsConfig() *resource.Kind {
	k := pkiConfig(tokURLs, "PKI URL configuration", "config/urls", schema.Rules{})
	k.Validate = func(v *resource.Validation) {
		for name, parameter := range map[string]string{"issuingCertificates": "issuing_certificates", "crlDistributionPoints": "crl_distribution_points", "ocspServers": "ocsp_servers"} {
			for i, text := range v.In.Strs(name) {
				if u, err := url.ParseRequestURI(text); err != nil || u.Host == "" && !strings.Contains(text, "{{") {
					v.Fail(fmt.Sprintf("%s[%d]", name, i), "invalid URL found in Authority Information Access (AIA) parameter %s: %s", parameter, text)
				}
			}
		}
	}
	return k
}

func crlConfig() *resource.Kind {
	k := pkiConfig(tokCRL, "PKI CRL configuration", "config/crl", schema.Rules{
		Defaults: map[string]any{"expiry": "72h", "disable": false},
		Computed: []string{"autoRebuild", "autoRebuildGracePeriod", "deltaRebuildInterval", "enableDelta", "ocspDisable", "ocspExpiry", "crossClusterRevocation", "unifiedCrl", "unifiedCrlOnExistingPaths"},
	})
	k.Validate = func(v *resource.Validation) {
		for _, name := range []string{"expiry", "autoRebuildGracePeriod", "deltaRebuildInterval", "ocspExpiry"} {
			checkDuration(v, name)
		}
		for _, name := range []string{"crossClusterRevocation", "unifiedCrl", "unifiedCrlOnExistingPaths"} {
			if v.In.Bool(name) {
				v.Fail(name, "Unified CRL, OCSP, and cross-cluster revocation are only available in Vault Enterprise")
			}
		}
		if v.In.Bool("enableDelta") && !v.In.Bool("autoRebuild") {
			v.Fail("enableDelta", "Delta CRLs cannot be enabled when auto rebuilding is disabled as the complete CRL is always regenerated!")
		}
		expiry, err := duration(v.In.Str("expiry"))
		grace, graceErr := duration(v.In.Str("autoRebuildGracePeriod"))
		if v.In.Bool("autoRebuild") && err == nil && graceErr == nil && grace >= expiry {
			v.Fail("autoRebuildGracePeriod", "CRL auto-rebuilding grace period (%v) must be strictly shorter than CRL expiry (%v) value when auto-rebuilding of CRLs is enabled", v.In.Str("autoRebuildGracePeriod"), v.In.Str("expiry"))
		}
	}
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		for name, value := range map[string]any{
			"autoRebuild": false, "autoRebuildGracePeriod": "12h", "deltaRebuildInterval": "15m", "enableDelta": false, "ocspDisable": false, "ocspExpiry": "12h",
			"crossClusterRevocation": false, "unifiedCrl": false, "unifiedCrlOnExistingPaths": false,
		} {
			c.Default(name, value)
		}
		return apply(c)
	}
	return k
}

func pkiRole() *resource.Kind {
	at := func(in resource.Props) string { return under(in, "backend", "roles/"+in.Str("name")) }
	return &resource.Kind{
		Token: tokPKIRole, Noun: "PKI role", CreateOp: "error creating role %s for PKI secret backend", UpdateOp: "error updating PKI secret backend role \"%s\"", DeleteOp: "error deleting role \"%s\"",
		Route: at, Upsert: true,
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"backend", "name"}, Why: "a role is its engine and name"}},
			Defaults: map[string]any{
				"allowLocalhost": true, "allowBareDomains": false, "allowSubdomains": false, "allowGlobDomains": false, "allowAnyName": false, "enforceHostnames": true,
				"allowIpSans": true, "serverFlag": true, "clientFlag": true, "codeSigningFlag": false, "emailProtectionFlag": false, "keyType": "rsa", "keyBits": float64(2048),
				"useCsrCommonName": true, "useCsrSans": true, "generateLease": false, "noStore": false, "requireCn": true, "basicConstraintsValidForNonCa": false,
				"allowWildcardCertificates": true, "allowedDomainsTemplate": false,
			},
			Computed: []string{"maxTtl", "ttl", "keyUsages", "issuerRef", "notBeforeDuration", "allowedUriSansTemplate"},
			Enums:    map[string][]string{"keyType": {"rsa", "ec", "ed25519", "any"}},
		},
		Validate: checkPKIRole,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = at(c.In)
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("maxTtl", "0")
			c.Default("ttl", "0")
			c.Default("issuerRef", "default")
			c.Default("notBeforeDuration", "30s")
			c.Default("keyUsages", resource.List[any]("DigitalSignature", "KeyAgreement", "KeyEncipherment"))
			c.Default("allowedUriSansTemplate", false)
			_, err := engine(c, c.In.Str("backend"), "roles", "pki")
			return err
		},
	}
}

func checkPKIRole(v *resource.Validation) {
	for _, name := range []string{"ttl", "maxTtl", "notBeforeDuration"} {
		checkDuration(v, name)
	}
	ttl, err := duration(v.In.Str("ttl"))
	most, mostErr := duration(v.In.Str("maxTtl"))
	if err == nil && mostErr == nil && most > 0 && ttl > most {
		v.Fail("ttl", "\"ttl\" value must be less than \"max_ttl\" value")
	}
	if v.In.Known("keyBits") {
		checkKey(v)
	}
	if v.In.Len("policyIdentifier") > 0 && v.In.Len("policyIdentifiers") > 0 {
		v.Fail("policyIdentifier", "\"policyIdentifier\": conflicts with policyIdentifiers")
	}
}
