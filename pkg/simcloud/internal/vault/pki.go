package vault

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// caRules are what the resources that make a CA's certificate share.
func caRules(more map[string]any) schema.Rules {
	defaults := map[string]any{"format": "pem", "excludeCnFromSans": false}
	enums := map[string][]string{"format": {"pem", "der", "pem_bundle"}}
	for k, v := range more {
		defaults[k] = v
	}
	if _, makesKey := more["keyType"]; makesKey {
		enums["privateKeyFormat"] = []string{"der", "pkcs8"}
		enums["keyType"] = []string{"rsa", "ec", "ed25519"}
		enums["type"] = []string{"internal", "exported", "existing", "kms"}
	}
	return schema.Rules{
		Immutable: "a certificate is made as it is",
		Defaults:  defaults, Enums: enums,
		Unsimulated: map[string]string{"managedKeyId": ": Vault Enterprise has it", "managedKeyName": ": Vault Enterprise has it", "otherSans": ""},
	}
}

func keyDefaults() map[string]any {
	return map[string]any{"privateKeyFormat": "der", "keyType": "rsa", "keyBits": float64(2048)}
}

// checkKey refuses lengths that a type of key does not have. Source: sdk/helper/certutil, ValidateDefaultOrValueKeyType.
func checkKey(v *resource.Validation) {
	bits := v.In.Int("keyBits")
	switch v.In.Str("keyType") {
	case "rsa":
		if bits != 2048 && bits != 3072 && bits != 4096 && bits != 8192 && bits != 0 {
			v.Fail("keyBits", "unsupported bit length for RSA key: %d", bits)
		}
	case "ec":
		if bits != 224 && bits != 256 && bits != 384 && bits != 521 && bits != 0 {
			v.Fail("keyBits", "unsupported bit length for EC key: %d", bits)
		}
	}
	if typ := v.In.Str("type"); typ == "existing" || typ == "kms" {
		v.Fail("type", "the simulated cloud does not simulate %q keys; use internal or exported", typ)
	}
}

func rootCert() *resource.Kind {
	rules := caRules(keyDefaults())
	rules.Defaults["maxPathLength"] = float64(-1)
	return &resource.Kind{
		Token: tokRootCert, Noun: "PKI root certificate", CreateOp: "error creating root cert for PKI secret backend \"%s\"", UpdateOp: "error creating root cert \"%s\"", DeleteOp: "error deleting root cert from PKI secret backend \"%s\"",
		Route: func(in resource.Props) string { return under(in, "backend", "root/generate/"+in.Str("type")) },
		Rules: rules,
		Validate: func(v *resource.Validation) {
			checkKey(v)
			checkDuration(v, "ttl")
		},
		Identify: identifyRoot,
		Apply: func(c *resource.Call) error {
			_, err := engine(c, c.In.Str("backend"), "root", "pki")
			return err
		},
	}
}

func identifyRoot(c *resource.Call) error {
	mount := c.In.Str("backend")
	m, err := engine(c, mount, "root/generate/"+c.In.Str("type"), "pki")
	if err != nil {
		return err
	}
	keyID, issuerID := c.UUID("key"), c.UUID("issuer")
	key := keyOf(c, mount, keyID)
	template := authority(c, c.Now.Add(lifetime(m, c.In.Str("ttl"))))
	cert, err := issue(template, template, key.Public(), key)
	if err != nil {
		return refuse("%v", err)
	}
	if err := addIssuer(c, mount, issuerID, c.In.Str("issuerName")); err != nil {
		return err
	}
	if err := addKey(c, mount, keyID, c.In.Str("keyName")); err != nil {
		return err
	}
	c.Obj.ID = under(c.In, "backend", "root/generate/"+c.In.Str("type")) + "/" + issuerID
	c.Out("certificate", cert)
	c.Out("issuingCa", cert)
	c.Out("issuerId", issuerID)
	c.Out("keyId", keyID)
	c.Out("serial", colons(template.SerialNumber))
	c.Out("serialNumber", colons(template.SerialNumber))
	return nil
}

// lifetime is how long a certificate of an engine lives: as asked, at most as the engine allows, which Vault caps
// without an error.
func lifetime(m *store.Object, asked string) time.Duration {
	most := time.Duration(systemMaxTTL) * time.Second
	if n := resource.Props(m.Outputs).Int("maxLeaseTtlSeconds"); n > 0 {
		most = time.Duration(n) * time.Second
	}
	d, err := duration(asked)
	if err != nil || d == 0 {
		d = most
		if n := resource.Props(m.Outputs).Int("defaultLeaseTtlSeconds"); n > 0 {
			d = time.Duration(n) * time.Second
		}
	}
	return min(d, most)
}

// issuerName is claimed by the thing that has brought an issuer into an engine.
func issuerName(c *resource.Call, mount, id string) string {
	return vaultName(c, "issuer/"+clean(mount), id)
}

func addIssuer(c *resource.Call, mount, id, name string) error {
	if name == "default" {
		return refuse("reserved keyword 'default' can not be used as issuer name")
	}
	c.Claim(issuerName(c, mount, id))
	if name != "" && !c.Claim(vaultName(c, "issuername/"+clean(mount), name)) {
		return refuse("issuer name already in use")
	}
	return nil
}

func addKey(c *resource.Call, mount, id, name string) error {
	c.Claim(vaultName(c, "key/"+clean(mount), id))
	if name != "" && !c.Claim(vaultName(c, "keyname/"+clean(mount), name)) {
		return refuse("key name already in use")
	}
	return nil
}

// issuer is what has brought an issuer into an engine: by id, by name, or the default one; nil when there is none.
func issuer(c *resource.Call, mount, ref string) *store.Object {
	if ref == "" || ref == "default" {
		config := c.OfAccount(tokIssuers, clean(mount)+"/config/issuers")
		if config == nil {
			return firstIssuer(c, mount)
		}
		if ref, _ = config.Outputs["default"].(string); ref == "" {
			return firstIssuer(c, mount)
		}
	}
	for _, name := range []string{issuerName(c, mount, ref), vaultName(c, "issuername/"+clean(mount), ref)} {
		if owner, ok := c.Tx.Owner(name); ok {
			return c.Use(owner)
		}
	}
	return nil
}

// firstIssuer is the one that came first, which is an engine's default until somebody chooses another.
func firstIssuer(c *resource.Call, mount string) *store.Object {
	var first *store.Object
	for _, k := range c.Tx.Named(issuerName(c, mount, "")) {
		if o := c.Find(k); o != nil && (first == nil || o.Created.Before(first.Created)) {
			first = o
		}
	}
	if first == nil {
		return nil
	}
	return c.Use(first.Key)
}

func certRequest() *resource.Kind {
	rules := caRules(keyDefaults())
	rules.Defaults["addBasicConstraints"] = false
	return &resource.Kind{
		Token: tokCertRequest, Noun: "PKI intermediate certificate request", CreateOp: "error creating intermediate cert request for PKI secret backend \"%s\"", UpdateOp: "error creating intermediate cert request \"%s\"", DeleteOp: "error deleting \"%s\"",
		Route:    func(in resource.Props) string { return under(in, "backend", "intermediate/generate/"+in.Str("type")) },
		Rules:    rules,
		Validate: checkKey,
		Identify: identifyRequest,
		Apply: func(c *resource.Call) error {
			_, err := engine(c, c.In.Str("backend"), "intermediate", "pki")
			return err
		},
	}
}

func identifyRequest(c *resource.Call) error {
	mount := c.In.Str("backend")
	keyID := c.UUID("key")
	key := keyOf(c, mount, keyID)
	dns, mail, ips, uris := namesOf(c.In)
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: subjectOf(c.In), DNSNames: dns, EmailAddresses: mail, IPAddresses: ips, URIs: uris,
	}, key)
	if err != nil {
		return refuse("unable to create the request: %v", err)
	}
	if err := addKey(c, mount, keyID, c.In.Str("keyName")); err != nil {
		return err
	}
	c.Obj.ID = under(c.In, "backend", "intermediate/generate/"+c.In.Str("type")) + "/" + keyID
	c.Out("csr", encodePEM("CERTIFICATE REQUEST", der))
	c.Out("keyId", keyID)
	c.Claim(publicName(c, mount, key.Public()))
	if c.In.Str("type") == "exported" {
		private, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return refuse("unable to encode the key: %v", err)
		}
		c.Out("privateKey", encodePEM("PRIVATE KEY", private))
		c.Out("privateKeyType", c.In.Str("keyType"))
	}
	return nil
}

// publicName is claimed by the request for the certificate of a public key.
func publicName(c *resource.Call, mount string, public any) string {
	key, _ := public.(ed25519.PublicKey)
	return vaultName(c, "public/"+clean(mount), strings.ToLower(encodeHex(key)))
}

func signIntermediate() *resource.Kind {
	rules := caRules(map[string]any{"useCsrValues": false, "revoke": false})
	rules.Unsimulated = map[string]string{"otherSans": ""}
	rules.Mutable = []string{"revoke"}
	rules.Computed = []string{"maxPathLength", "issuerRef"}
	return &resource.Kind{
		Token: tokSign, Noun: "PKI intermediate certificate", CreateOp: "error signing intermediate cert on PKI secret backend \"%s\"", UpdateOp: "error updating \"%s\"", DeleteOp: "error revoking \"%s\"",
		Route:    func(in resource.Props) string { return under(in, "backend", "root/sign-intermediate") },
		Rules:    rules,
		Validate: checkSign,
		Identify: identifySigned,
		Apply: func(c *resource.Call) error {
			c.Default("maxPathLength", -1)
			c.Default("issuerRef", "default")
			_, err := engine(c, c.In.Str("backend"), "root/sign-intermediate", "pki")
			return err
		},
	}
}

func checkSign(v *resource.Validation) {
	checkDuration(v, "ttl")
	if v.In.Known("csr") {
		if _, err := requestIn(v.In.Str("csr")); err != nil {
			v.Fail("csr", "certificate request could not be parsed: %v", err)
		}
	}
}

func identifySigned(c *resource.Call) error {
	mount := c.In.Str("backend")
	m, err := engine(c, mount, "root/sign-intermediate", "pki")
	if err != nil {
		return err
	}
	by := issuer(c, mount, c.In.Str("issuerRef"))
	if by == nil {
		return noIssuer(c.In.Str("issuerRef"))
	}
	ca, err := certificateIn(certificateOf(by))
	if err != nil {
		return refuse("error fetching CA certificate: %v", err)
	}
	csr, err := requestIn(c.In.Str("csr"))
	if err != nil {
		return refuse("certificate request could not be parsed: %v", err)
	}
	template := authority(c, c.Now.Add(lifetime(m, c.In.Str("ttl"))))
	if c.In.Bool("useCsrValues") {
		template.Subject, template.DNSNames = csr.Subject, csr.DNSNames
	}
	if template.NotAfter.After(ca.NotAfter) {
		return refuse("cannot satisfy request, as TTL would result in notAfter of %s that is beyond the expiration of the CA certificate at %s",
			template.NotAfter.UTC().Format(time.RFC3339Nano), ca.NotAfter.UTC().Format(time.RFC3339Nano))
	}
	if ca.MaxPathLen == 0 && ca.MaxPathLenZero {
		return refuse("unable to issue an intermediate CA: the issuer's certificate allows no CA below it (path length 0)")
	}
	keyID, _ := by.Outputs["keyId"].(string)
	cert, err := issue(template, ca, csr.PublicKey, keyOf(c, mount, keyID))
	if err != nil {
		return refuse("%v", err)
	}
	c.Obj.ID = clean(mount) + "/" + c.In.Str("commonName") + "/" + c.Hex("id", 8)
	c.Out("certificate", cert)
	c.Out("issuingCa", certificateOf(by))
	c.Out("caChains", resource.List(certificateOf(by)))
	c.Out("certificateBundle", cert+"\n"+certificateOf(by))
	c.Out("serial", colons(template.SerialNumber))
	c.Out("serialNumber", colons(template.SerialNumber))
	return nil
}

// certificateOf is the certificate of an issuer.
func certificateOf(o *store.Object) string {
	s, _ := o.Outputs["certificate"].(string)
	return s
}

func noIssuer(ref string) error {
	if ref == "" {
		ref = "default"
	}
	return refuse("error fetching CA certificate: unable to find PKI issuer for reference: %v", ref)
}
