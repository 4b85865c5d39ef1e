package config

// InboundType says how a client's own people prove who they are.
type InboundType string

const (
	// InboundNone: they have accounts in Okta.
	InboundNone InboundType = "none"
	// InboundSAML: the client's own identity provider says so with SAML.
	InboundSAML InboundType = "saml"
	// InboundOIDC: it does with OpenID Connect.
	InboundOIDC InboundType = "oidc"
)

// InboundState says how far the connection to a client's identity provider is.
type InboundState string

const (
	// InboundPending: the client does not know our addresses yet; the provider is
	// inactive, so that they exist.
	InboundPending InboundState = "pending"
	// InboundActive: people sign in with it.
	InboundActive InboundState = "active"
)

// CellSSO is how the client's people sign in, with Okta.
type CellSSO struct {
	// Enabled says whether the client has groups and an application in Okta. The
	// organization needs application okta somewhere.
	Enabled bool `yaml:"enabled" example:"true"`
	// Groups are the last parts of the names of the client's groups, cell-<client>-<group>.
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
	Certificate string `yaml:"certificate,optional" match:"^[A-Za-z0-9+/\\s]+={0,2}$" hint:"the base64 of a certificate" example:"MIID..."`
	// ClientID is how the provider knows us; required with oidc.
	ClientID string `yaml:"clientID,optional" match:"^[A-Za-z0-9._~-]{1,200}$" hint:"a client id" example:"cellworks"`
	// ClientSecret is where the secret for ClientID is kept: secretsmanager:<name> of the
	// cell, read when the stack is deployed; required with oidc.
	ClientSecret SecretRef `yaml:"clientSecret,optional" example:"secretsmanager:idp"`
	// MailDomains are the domains of the mail addresses of people who are sent there.
	MailDomains []string `yaml:"mailDomains,optional" match:"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$" hint:"a lower-case DNS domain" count:"0..20" example:"[example.org]"`
}
