package config

import "strings"

// InboundType says how a client's own people prove who they are.
type InboundType string

const (
	// InboundNone says that they have accounts in Okta.
	InboundNone InboundType = "none"
	// InboundSAML says that the client's own identity provider does, with SAML.
	InboundSAML InboundType = "saml"
	// InboundOIDC says that it does with OpenID Connect.
	InboundOIDC InboundType = "oidc"
)

// InboundState says how far the connection to a client's identity provider is.
type InboundState string

const (
	// InboundPending says that the client does not know our addresses yet; the provider is
	// inactive, so that they exist.
	InboundPending InboundState = "pending"
	// InboundActive says that people sign in with it.
	InboundActive InboundState = "active"
)

// CellSSO is how the client's people sign in, with Okta.
type CellSSO struct {
	// Enabled says whether the client has groups in Okta, and with ingress.auth oidc an
	// application that they sign in to. The organization needs application okta somewhere.
	Enabled bool `yaml:"enabled" example:"true"`
	// Groups are the last parts of the names of the client's groups, cell-<client>-<group>.
	// The first is that of everybody whom the client's own identity provider lets in.
	Groups []string `yaml:"groups" match:"^[a-z][a-z0-9-]{0,18}[a-z0-9]$" hint:"2 to 20 lower-case letters, digits and dashes" count:"1..10" example:"[users, admins]"`
	// SessionHours is after how long people sign in again, 1 to 24.
	SessionHours int `yaml:"sessionHours" range:"1..24" example:"8"`
	// Inbound is the client's own identity provider.
	Inbound CellInbound `yaml:"inbound"`
}

// CellInbound is the identity provider of a client's own.
type CellInbound struct {
	// Type is none, saml or oidc.
	Type InboundType `yaml:"type" oneof:"none|saml|oidc" example:"none"`
	// State is pending until the client has put our addresses, which the cell's outputs
	// say, into its provider; then active.
	State InboundState `yaml:"state" oneof:"pending|active" example:"pending"`
	// Issuer is what the provider calls itself. Required unless Type is none.
	Issuer string `yaml:"issuer,optional" match:"^[a-z][a-z0-9+.-]*:\\S{1,1000}$" hint:"a URI" example:"https://idp.example.org"`
	// SSOURL is where SAML requests go; required with saml.
	SSOURL string `yaml:"ssoURL,optional" match:"^https://\\S{1,1000}$" hint:"an https URL" example:"https://idp.example.org/saml"`
	// Certificate is the public X.509 certificate that the provider signs with, as base64
	// without its first and last line; required with saml.
	Certificate string `yaml:"certificate,optional" match:"^[A-Za-z0-9+/=\\s]+$" hint:"the base64 of a certificate" example:"MIID..."`
	// AuthorizeURL, TokenURL and KeysURL are where people are sent to, where codes are
	// changed for tokens, and the keys that these are signed with: authorization_endpoint,
	// token_endpoint and jwks_uri of the provider's <issuer>/.well-known/openid-configuration.
	// Required with oidc.
	AuthorizeURL string `yaml:"authorizeURL,optional" match:"^https://\\S{1,1000}$" hint:"an https URL" example:"https://idp.example.org/oauth2/authorize"`
	// TokenURL is where codes are changed for tokens.
	TokenURL string `yaml:"tokenURL,optional" match:"^https://\\S{1,1000}$" hint:"an https URL" example:"https://idp.example.org/oauth2/token"`
	// KeysURL is where the keys are that tokens are signed with.
	KeysURL string `yaml:"keysURL,optional" match:"^https://\\S{1,1000}$" hint:"an https URL" example:"https://idp.example.org/oauth2/keys"`
	// ClientID is how the provider knows us; required with oidc.
	ClientID string `yaml:"clientID,optional" match:"^[A-Za-z0-9._~-]{1,200}$" hint:"a client id" example:"cellworks"`
	// ClientSecret is where the secret for ClientID is kept: secretsmanager:sso/<name>, of
	// the cell, the only secrets of a cell that deployments read; required with oidc.
	ClientSecret SecretRef `yaml:"clientSecret,optional" example:"secretsmanager:sso/idp"`
	// MailDomains are the domains of the mail addresses of people who are sent there, and
	// whom the provider may speak for; no other client's, nor below one. Required while State
	// is active.
	MailDomains []string `yaml:"mailDomains,optional" match:"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$" hint:"a lower-case DNS domain" count:"0..20" example:"[example.org]"`
}

// CertificateBase64 returns Certificate without spaces and line breaks.
func (i CellInbound) CertificateBase64() string {
	return strings.Join(strings.Fields(i.Certificate), "")
}

// domains returns the domains of mail addresses whose people the client's own identity
// provider speaks for.
func (s CellSSO) domains() []string {
	if !s.Enabled || s.Inbound.Type == InboundNone {
		return nil
	}
	return s.Inbound.MailDomains
}
