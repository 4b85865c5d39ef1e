package config

import (
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/naming"
)

const inboundKey = "sso.inbound"

// sso reports groups that are there twice, and what a client's own identity provider
// lacks, or has and does not need.
func (c *cellChecker) sso() {
	if !c.known("sso.groups") {
		c.onceWhereSound("sso.groups", c.cell.SSO.Groups)
	}
	if c.known(inboundKey) || c.bad("sso", inboundKey, inboundKey+".type") {
		return
	}
	c.inboundFields()
	c.inboundCertificate()
	c.inboundSecret()
	in := c.cell.SSO.Inbound
	domains := inboundKey + ".mailDomains"
	c.onceWhereSound(domains, in.MailDomains)
	if in.State != InboundActive || c.bad(inboundKey+".state") {
		return
	}
	if in.Type == InboundNone {
		c.problem(inboundKey+".state", "active has no effect with type none", "say saml or oidc at sso.inbound.type, or remove it")
	} else if len(in.MailDomains) == 0 && !c.bad(domains) {
		c.problem(inboundKey+".state", "nobody is sent to the client's identity provider while sso.inbound.mailDomains is empty", "list the domains of the client's mail addresses, or set state: pending")
	}
}

// inboundFields reports keys of the client's identity provider that its type needs and
// are missing, and those that mean nothing to it.
func (c *cellChecker) inboundFields() {
	in := c.cell.SSO.Inbound
	saml, oidc := []InboundType{InboundSAML}, []InboundType{InboundOIDC}
	for _, f := range []struct {
		key, value string
		needed     []InboundType
		hint       string
	}{
		{"issuer", in.Issuer, []InboundType{InboundSAML, InboundOIDC}, "entityID in the provider's metadata, issuer in its openid-configuration"},
		{"ssoURL", in.SSOURL, saml, "Location of SingleSignOnService in the provider's metadata"},
		{"certificate", in.Certificate, saml, "X509Certificate in the provider's metadata"},
		{"authorizeURL", in.AuthorizeURL, oidc, "authorization_endpoint in the provider's openid-configuration"},
		{"tokenURL", in.TokenURL, oidc, "token_endpoint in the provider's openid-configuration"},
		{"keysURL", in.KeysURL, oidc, "jwks_uri in the provider's openid-configuration"},
		{"clientID", in.ClientID, oidc, "the provider shows it for the client that stands for us"},
		{"clientSecret", in.ClientSecret.Name, oidc, "a reference secretsmanager:" + naming.CellSignInSecrets + "<name>"},
		{"mailDomains", strings.Join(in.MailDomains, " "), nil, ""},
	} {
		path := inboundKey + "." + f.key
		if c.bad(path) {
			continue
		}
		switch wanted := slices.Contains(f.needed, in.Type); {
		case wanted && f.value == "":
			c.problem(c.set(path, inboundKey+".type"), fmt.Sprintf("%s is missing, and type %s needs it", f.key, in.Type), f.hint)
		case !wanted && f.value != "" && (f.needed != nil || in.Type == InboundNone):
			c.problem(path, fmt.Sprintf("it has no effect with type %s", in.Type), "remove it, or change sso.inbound.type")
		}
	}
	if path := inboundKey + ".issuer"; in.Type == InboundOIDC && in.Issuer != "" && !strings.HasPrefix(in.Issuer, "https://") && !c.bad(path) {
		c.problem(path, fmt.Sprintf("%s is no https URL, as issuers of OpenID Connect are", show(in.Issuer)), "it is issuer in the provider's openid-configuration")
	}
}

// inboundCertificate reports a certificate that is none. The text is not repeated: it may
// be the private key.
func (c *cellChecker) inboundCertificate() {
	in, path := c.cell.SSO.Inbound, inboundKey+".certificate"
	if in.Type != InboundSAML || in.Certificate == "" || c.bad(path) {
		return
	}
	const hint = "copy X509Certificate from the provider's metadata"
	der, err := base64.StdEncoding.DecodeString(in.CertificateBase64())
	if err != nil {
		c.problem(path, "the text is not base64: it was cut off, or is not all of it", hint)
	} else if _, err := x509.ParseCertificate(der); err != nil {
		c.problem(path, "the text is not an X.509 certificate", hint)
	}
}

// inboundSecret reports a secret that deployments do not read.
func (c *cellChecker) inboundSecret() {
	ref, path := c.cell.SSO.Inbound.ClientSecret, inboundKey+".clientSecret"
	if ref.Name == "" || c.bad(path) {
		return
	}
	if ref.Store != SecretsManager || !strings.HasPrefix(ref.Name, naming.CellSignInSecrets) {
		c.problem(path, fmt.Sprintf("deployments read no secret of a cell but those below %s in Secrets Manager", naming.CellSignInSecrets),
			fmt.Sprintf("keep it there, for example: secretsmanager:%sidp", naming.CellSignInSecrets))
	}
}

// mailDomains reports domains of mail addresses that two clients claim, and such that lie
// below another client's: rules of Okta compare the ends of addresses, so that it could
// send the people of one client to the identity provider of the other.
func (l *loader) mailDomains(all []*resolved) {
	owners := map[string]*resolved{}
	for _, r := range all {
		for _, domain := range r.domains {
			if _, taken := owners[domain]; !taken {
				owners[domain] = r
			}
		}
	}
	for _, r := range all {
		for i, domain := range r.domains {
			for above := domain; above != ""; _, above, _ = strings.Cut(above, ".") {
				other, claimed := owners[above]
				if !claimed || other == r {
					continue
				}
				message := fmt.Sprintf("mail domain %s is already that of client %s", domain, other.name)
				if above != domain {
					message = fmt.Sprintf("mail domain %s lies below %s, which is that of client %s", domain, above, other.name)
				}
				l.blame(r, fmt.Sprintf("%s.mailDomains[%d]", inboundKey, i), message, "a domain leads to one identity provider: remove it from one of the two")
				break
			}
		}
	}
}
