package okta

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// customFields are what the provider asks of an application that is not of Okta's catalog.
// Source: the provider's resource_okta_app_saml.go.
func customFields() [][2]string {
	return [][2]string{
		{"ssoUrl", "sso_url"}, {"recipient", "recipient"}, {"destination", "destination"}, {"audience", "audience"}, {"subjectNameIdTemplate", "subject_name_id_template"},
		{"subjectNameIdFormat", "subject_name_id_format"}, {"signatureAlgorithm", "signature_algorithm"}, {"digestAlgorithm", "digest_algorithm"},
		{"authnContextClassRef", "authn_context_class_ref"},
	}
}

// catalog are the applications of Okta's catalog that the simulated one has.
func catalog() []string {
	return []string{"amazon_aws", "amazon_aws_sso", "datadog", "github_enterprise", "slack"}
}

func samlApp() *resource.Kind {
	return &resource.Kind{
		Token: tokSAMLApp, Noun: "SAML application", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Rules: appRules(schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"preconfiguredApp"}, Why: "an application is of one entry of the catalog"}},
			Defaults: appDefaults(map[string]any{"hideIos": false, "hideWeb": false, "honorForceAuthn": false, "samlVersion": "2.0", "samlSignedRequestEnabled": false}),
			Sets:     []string{"acsEndpoints"},
			Formats:  map[string]schema.Format{},
			Computed: []string{"preconfiguredApp"},
			Enums: map[string][]string{
				"signatureAlgorithm": {"RSA_SHA256", "RSA_SHA1"}, "digestAlgorithm": {"SHA256", "SHA1"}, "samlVersion": {"2.0", "1.1"},
				"subjectNameIdFormat": {
					"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
					"urn:oasis:names:tc:SAML:1.1:nameid-format:x509SubjectName", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
					"urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
				},
				"authnContextClassRef": {
					"urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
					"urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified", "urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient", "urn:oasis:names:tc:SAML:2.0:ac:classes:X509",
					"urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos", "urn:federation:authentication:windows",
				},
				"attributeStatements.type": {"EXPRESSION", "GROUP"},
			},
			Conflicts: [][]string{{"acsEndpoints", "acsEndpointsIndices"}},
		}),
		Validate: func(v *resource.Validation) {
			if v.In.Has("inlineHookId") {
				v.Fail("inlineHookId", "the simulated cloud does not simulate %q", "inlineHookId")
			}
			checkSAMLApp(v)
		},
		Identify: identifySAMLApp,
		Apply: func(c *resource.Call) error {
			c.Default("preconfiguredApp", c.Obj.Outputs["name"])
			return applyApp(c)
		},
		Remove: removeApp,
	}
}

func checkSAMLApp(v *resource.Validation) {
	if name := v.In.Str("preconfiguredApp"); name == "" && !v.In.Has("preconfiguredApp") {
		var absent []string
		for _, f := range customFields() {
			if !v.In.Has(f[0]) || v.In.Known(f[0]) && v.In.Str(f[0]) == "" {
				absent = append(absent, f[1])
			}
		}
		if len(absent) > 0 {
			v.Fail("label", "missing conditionally required fields, reason: 'Custom SAML applications must contain these fields', missing fields: %s", strings.Join(absent, ", "))
		}
		if !v.In.Has("responseSigned") && !v.In.Has("assertionSigned") ||
			v.In.Known("responseSigned") == v.In.Has("responseSigned") && v.In.Known("assertionSigned") == v.In.Has("assertionSigned") && !v.In.Bool("responseSigned") && !v.In.Bool("assertionSigned") {
			v.Fail("responseSigned", "custom SAML apps must either have response_signed or assertion_signed set to true")
		}
	} else if name != "" && !slices.Contains(catalog(), name) {
		v.Fail("preconfiguredApp", "the simulated Okta has no application %q in its catalog, it has %s", name, strings.Join(catalog(), ", "))
	}
	for i, s := range v.In.Objs("attributeStatements") {
		at := fmt.Sprintf("attributeStatements[%d]", i)
		typ := s.Str("type")
		if (s.Str("filterType") != "" || s.Str("filterValue") != "") && typ != "GROUP" {
			v.Fail(at, "invalid 'attribute_statements': when setting 'filter_value' or 'filter_type', value of 'type' should be set to 'GROUP'")
		}
		if typ == "GROUP" && s.Len("values") > 0 {
			v.Fail(at, "invalid 'attribute_statements': when setting 'values', 'type' should be set to 'EXPRESSION'")
		}
	}
	slo := []string{"singleLogoutIssuer", "singleLogoutUrl", "singleLogoutCertificate"}
	for _, name := range slo {
		for _, other := range slo {
			if v.In.Has(name) && !v.In.Has(other) {
				v.Fail(name, "%q: all of `single_logout_certificate,single_logout_issuer,single_logout_url` must be specified", name)
				return
			}
		}
	}
	if v.In.Has("keyName") && !v.In.Has("keyYearsValid") {
		v.Fail("keyName", "\"keyName\": all of `key_name,key_years_valid` must be specified")
	}
	if y := v.In.Int("keyYearsValid"); v.In.Known("keyYearsValid") && (y < 2 || y > 10) {
		v.Fail("keyYearsValid", "validityYears: The field must be between 2 and 10, got %d", y)
	}
	for _, name := range []string{"ssoUrl", "recipient", "destination", "singleLogoutUrl"} {
		if u := v.In.Str(name); u != "" && !regexp.MustCompile(`^https?://[^/\s]+`).MatchString(u) {
			v.Fail(name, "%s: '%s' must be an absolute URL", name, u)
		}
	}
}

func identifySAMLApp(c *resource.Call) error {
	c.Obj.ID = newID(c, "0oa")
	entity := "exk" + c.Pick("entity", idAlphabet, 17)
	org, _, _ := strings.Cut(c.Account, ".")
	name := c.In.Str("preconfiguredApp")
	if name == "" {
		plain := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(c.In.Str("label")), "")
		name = fmt.Sprintf("%s_%s_1", org, plain)
	}
	certificate, err := signingCertificate(c, org)
	if err != nil {
		return err
	}
	sso := fmt.Sprintf("https://%s/app/%s/%s/sso/saml", c.Account, name, entity)
	kid := c.Pick("kid", idAlphabet+"-_", 43)
	c.Out("name", name)
	c.Out("signOnMode", map[bool]string{true: "SAML_1_1", false: "SAML_2_0"}[c.In.Str("samlVersion") == "1.1"])
	c.Out("entityKey", entity)
	c.Out("entityUrl", "http://www.okta.com/"+entity)
	c.Out("httpPostBinding", sso)
	c.Out("httpRedirectBinding", sso)
	c.Out("metadataUrl", fmt.Sprintf("https://%s/app/%s/sso/saml/metadata", c.Account, entity))
	c.Out("metadata", metadata("http://www.okta.com/"+entity, sso, certificate))
	c.Out("certificate", certificate)
	c.Out("keyId", kid)
	c.Out("embedUrl", fmt.Sprintf("https://%s/home/%s/%s/aln", c.Account, name, c.Obj.ID))
	c.Out("features", resource.List[any]())
	c.Out("logoUrl", "https://ok12static.oktacdn.com/assets/img/logos/default.png")
	c.Out("keys", resource.List[any](map[string]any{
		"kid": kid, "kty": "RSA", "use": "sig", "created": c.Now.Format(time.RFC3339), "lastUpdated": c.Now.Format(time.RFC3339),
		"expiresAt": c.Now.AddDate(10, 0, 0).Format(time.RFC3339), "x5cs": resource.List[any](certificate),
	}))
	return nil
}

// signingCertificate is a certificate of an organization, in base 64. Its key is an Ed25519 key, where Okta's is RSA.
func signingCertificate(c *resource.Call, org string) (string, error) {
	seed := sha256.Sum256([]byte(c.Hex("signing key", 64)))
	key := ed25519.NewKeyFromSeed(seed[:])
	serial, _ := new(big.Int).SetString(c.Hex("serial", 12), 16)
	subject := pkix.Name{Country: []string{"US"}, Province: []string{"California"}, Locality: []string{"San Francisco"}, Organization: []string{"Okta"}, OrganizationalUnit: []string{"SSOProvider"}, CommonName: org}
	template := &x509.Certificate{SerialNumber: serial, Subject: subject, NotBefore: c.Now, NotAfter: c.Now.AddDate(10, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return "", fmt.Errorf("make a signing certificate: %w", err)
	}
	return base64.StdEncoding.EncodeToString(der), nil
}

func metadata(entity, sso, certificate string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor entityID="` + entity + `" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` +
		`<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
		`<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>` + certificate +
		`</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
		`<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>` +
		`<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="` + sso + `"/>` +
		`<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="` + sso + `"/></md:IDPSSODescriptor></md:EntityDescriptor>`
}
