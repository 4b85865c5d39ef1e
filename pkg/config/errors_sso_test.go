package config_test

import (
	"testing"

	"cellworks/pkg/config"
)

// idpCertificate is a certificate, with a key that nobody has kept.
const idpCertificate = "MIIBSjCB/aADAgECAhQyiitPtTq2QM/MtL9zrpN5MF9ozTAFBgMrZXAwGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGUub3JnMCAXDTI2MTEzMDIxMDgyOVoYDzIxMjYxMTA2MjEwODI5WjAaMRgwFgYDVQQDDA9pZHAuZXhhbXBsZS5vcmcwKjAFBgMrZXADIQBoRNRfcY1ZTy61E6EHni9/YDmdcq7BxoV9W30yOWOwgKNTMFEwHQYDVR0OBBYEFOouoZ5X3mlkGfaJCrgO8TFfjsYlMB8GA1UdIwQYMBaAFOouoZ5X3mlkGfaJCrgO8TFfjsYlMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EAWN5fndC5SOGNcwGYYIPXNCO/a3Kioz4rCd+ns7GhaKL7p+Tt0wqIL1KvK5JhaqO/BigR8ukw8+ku17n+ABWbBw=="

// served is a client's file in an organization with Okta.
func served(lines ...string) map[string]string {
	files := cell(lines...)
	files["accounts/nonprod/utility.yaml"] = "okta: {enabled: true}\n"
	return files
}

func TestErrorsOfSignOn(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"groups", served("sso: {enabled: true, groups: [users, Admins, users], sessionHours: 25}"), []string{
			`configs/clients/acme/cell.yaml:5:38: sso.groups[1]: "Admins" is not valid, want 2 to 20 lower-case letters, digits and dashes`,
			`configs/clients/acme/cell.yaml:5:46: sso.groups[2]: users is already listed as groups[0] (list each once)`,
			`configs/clients/acme/cell.yaml:5:68: sso.sessionHours: 25 is out of range, want 1 to 24`,
		}},
		{"saml without what it needs", served("sso: {enabled: true, inbound: {type: saml, state: active}}"), []string{
			`configs/clients/acme/cell.yaml:5:38: sso.inbound.type: certificate is missing, and type saml needs it (X509Certificate in the provider's metadata)`,
			`configs/clients/acme/cell.yaml:5:38: sso.inbound.type: issuer is missing, and type saml needs it (entityID in the provider's metadata, issuer in its openid-configuration)`,
			`configs/clients/acme/cell.yaml:5:38: sso.inbound.type: ssoURL is missing, and type saml needs it (Location of SingleSignOnService in the provider's metadata)`,
			`configs/clients/acme/cell.yaml:5:51: sso.inbound.state: nobody is sent to the client's identity provider while sso.inbound.mailDomains is empty (list the domains of the client's mail addresses, or set state: pending)`,
		}},
		{"oidc without what it needs", served("sso: {enabled: true, inbound: {type: oidc, issuer: \"urn:idp\", ssoURL: https://idp.example.org/saml, clientSecret: \"secretsmanager:idp\", mailDomains: [example.org, example.org]}}"), []string{
			`configs/clients/acme/cell.yaml:5:38: sso.inbound.type: authorizeURL is missing, and type oidc needs it (authorization_endpoint in the provider's openid-configuration)`,
			`configs/clients/acme/cell.yaml:5:38: sso.inbound.type: clientID is missing, and type oidc needs it (the provider shows it for the client that stands for us)`,
			`configs/clients/acme/cell.yaml:5:38: sso.inbound.type: keysURL is missing, and type oidc needs it (jwks_uri in the provider's openid-configuration)`,
			`configs/clients/acme/cell.yaml:5:38: sso.inbound.type: tokenURL is missing, and type oidc needs it (token_endpoint in the provider's openid-configuration)`,
			`configs/clients/acme/cell.yaml:5:52: sso.inbound.issuer: "urn:idp" is no https URL, as issuers of OpenID Connect are (it is issuer in the provider's openid-configuration)`,
			`configs/clients/acme/cell.yaml:5:71: sso.inbound.ssoURL: it has no effect with type oidc (remove it, or change sso.inbound.type)`,
			`configs/clients/acme/cell.yaml:5:115: sso.inbound.clientSecret: deployments read no secret of a cell but those below sso/ in Secrets Manager (keep it there, for example: secretsmanager:sso/idp)`,
			`configs/clients/acme/cell.yaml:5:164: sso.inbound.mailDomains[1]: example.org is already listed as mailDomains[0] (list each once)`,
		}},
		{"a provider of no type", served("sso: {enabled: true, inbound: {state: active, clientID: us, mailDomains: [example.org]}}"), []string{
			`configs/clients/acme/cell.yaml:5:39: sso.inbound.state: active has no effect with type none (say saml or oidc at sso.inbound.type, or remove it)`,
			`configs/clients/acme/cell.yaml:5:57: sso.inbound.clientID: it has no effect with type none (remove it, or change sso.inbound.type)`,
			`configs/clients/acme/cell.yaml:5:74: sso.inbound.mailDomains: it has no effect with type none (remove it, or change sso.inbound.type)`,
		}},
		{"certificates that are none", map[string]string{
			"accounts/nonprod/utility.yaml": "okta: {enabled: true}\n",
			"clients/acme/cell.yaml":        smallest(0) + "sso: {enabled: true, inbound: {type: saml, issuer: \"urn:idp\", ssoURL: https://idp.example.org/saml, certificate: c2VjcmV0}}\n",
			"clients/birch/cell.yaml":       smallest(1) + "sso: {enabled: true, inbound: {type: saml, issuer: \"urn:idp\", ssoURL: https://idp.example.org/saml, certificate: c2VjcmV0e}}\n",
			"clients/cedar/cell.yaml":       smallest(2) + "sso: {enabled: true, inbound: {type: saml, issuer: \"urn:idp\", ssoURL: http://idp.example.org/saml, certificate: " + idpCertificate + "}}\n",
		}, []string{
			`configs/clients/acme/cell.yaml:5:114: sso.inbound.certificate: the text is not an X.509 certificate (copy X509Certificate from the provider's metadata)`,
			`configs/clients/birch/cell.yaml:5:114: sso.inbound.certificate: the text is not base64: it was cut off, or is not all of it (copy X509Certificate from the provider's metadata)`,
			`configs/clients/cedar/cell.yaml:5:71: sso.inbound.ssoURL: "http://idp.example.org/saml" is not valid, want an https URL`,
		}},
		{"one mail domain for two clients", map[string]string{
			"accounts/nonprod/utility.yaml": "okta: {enabled: true}\n",
			"clients/acme/cell.yaml":        smallest(0) + inbound("a.example.org, example.org"),
			"clients/birch/cell.yaml":       smallest(1) + inbound("b.example.org, example.org"),
			"clients/cedar/cell.yaml":       smallest(2) + inbound("myexample.org, sub.a.example.org"),
			"clients/dogwood/cell.yaml":     smallest(3) + inbound("example.com"),
		}, []string{
			`configs/clients/birch/cell.yaml:5:46: sso.inbound.mailDomains[0]: mail domain b.example.org lies below example.org, which is that of client acme (a domain leads to one identity provider: remove it from one of the two)`,
			`configs/clients/birch/cell.yaml:5:61: sso.inbound.mailDomains[1]: mail domain example.org is already that of client acme (a domain leads to one identity provider: remove it from one of the two)`,
			`configs/clients/cedar/cell.yaml:5:61: sso.inbound.mailDomains[1]: mail domain sub.a.example.org lies below a.example.org, which is that of client acme (a domain leads to one identity provider: remove it from one of the two)`,
		}},
	})
}

// inbound is a client's own identity provider for mail domains.
func inbound(domains string) string {
	return "sso: {enabled: true, inbound: {mailDomains: [" + domains + "], type: saml, state: active, issuer: \"urn:idp\", ssoURL: https://idp.example.org/saml, certificate: " + idpCertificate + "}}\n"
}

func TestCertificatesAreReadWithoutSpaces(t *testing.T) {
	t.Parallel()
	folded := config.CellInbound{Certificate: " MIID\n  ab+/ \n  cd==\n"}
	if got := folded.CertificateBase64(); got != "MIIDab+/cd==" {
		t.Errorf("got %q", got)
	}
	tree := mustLoad(t, map[string]string{
		"accounts/nonprod/utility.yaml": "okta: {enabled: true}\n",
		"clients/acme/cell.yaml":        smallest(0) + "sso:\n  enabled: true\n  inbound:\n    type: saml\n    issuer: urn:idp\n    ssoURL: https://idp.example.org/saml\n    certificate: |\n      " + idpCertificate[:64] + "\n      " + idpCertificate[64:] + "\n",
	})
	if got := mustCell(t, tree, "acme").SSO.Inbound.CertificateBase64(); got != idpCertificate {
		t.Errorf("the certificate is %q", got)
	}
}
