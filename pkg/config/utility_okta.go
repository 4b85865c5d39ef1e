package config

import "net/netip"

// UtilityOkta is the organization's people in Okta: their groups, the applications
// they sign in to and how they prove who they are. An Okta organization has one such
// stack, in one account and region: that of the applications that people sign in to.
type UtilityOkta struct {
	// Enabled says whether the stack <account>-<region>-okta exists.
	Enabled bool `yaml:"enabled" example:"false"`
	// OrgName is the first part of the Okta organization's URL. The credentials of
	// deployments are in the environment, OKTA_API_..., never here.
	OrgName string `yaml:"orgName" match:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" hint:"the first part of the organization's URL" example:"example"`
	// BaseURL is the rest of it
	// (developer.okta.com/docs/concepts/okta-organizations).
	BaseURL string `yaml:"baseURL" oneof:"okta.com|oktapreview.com|okta-emea.com|okta-gov.com|okta.mil" example:"okta.com"`
	// Groups are the groups of people; a named list.
	Groups []OktaGroup `yaml:"groups" example:"[{name: platform-administrators, description: Run the platform}]"`
	// Zones are networks that rules name; a named list. Optional.
	Zones []OktaZone `yaml:"zones,optional"`
	// SignOn says how people prove who they are.
	SignOn OktaSignOn `yaml:"signOn"`
	// Apps are the applications that people sign in to.
	Apps OktaApps `yaml:"apps"`
	// ThreatInsight says what Okta does about addresses that attack others.
	ThreatInsight OktaThreatInsight `yaml:"threatInsight"`
	// LogStream sends what happens in Okta to EventBridge in the account and region of
	// the stack, where somebody has to accept the event source.
	LogStream bool `yaml:"logStream" example:"false"`
}

// Issuer returns the URL that the organization's own authorization server signs
// identities as (developer.okta.com/docs/concepts/auth-servers).
func (o UtilityOkta) Issuer() string { return "https://" + o.OrgName + "." + o.BaseURL }

// OktaGroup is a group of people.
type OktaGroup struct {
	// Name is unique in the organization. Applications are told names: a renamed group
	// is another one.
	Name string `yaml:"name" match:"^[a-z][a-z0-9-]{0,48}[a-z0-9]$" hint:"2 to 50 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"platform-administrators"`
	// Description says who is in it.
	Description string `yaml:"description" match:"^[^\\x00-\\x1f]{1,255}$" hint:"1 to 255 characters" example:"Those who run the platform"`
	// Rule is an expression in Okta's language; whoever it is true of is in the group.
	// Empty: people are put into it in Okta. Optional.
	Rule string `yaml:"rule,optional" match:"^[^\\x00-\\x1f]{0,1000}$" hint:"an expression of at most 1000 characters" example:"user.department == \"Platform\""`
}

// OktaZone is a set of networks.
type OktaZone struct {
	// Name is unique in the organization.
	Name string `yaml:"name" match:"^[a-z][a-z0-9-]{0,62}[a-z0-9]$" hint:"2 to 64 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"offices"`
	// CIDRs are the blocks, as Okta sees them: public addresses; at least one.
	CIDRs []netip.Prefix `yaml:"cidrs" count:"1..1000" example:"[198.51.100.0/24]"`
}

// OktaSignOn says how people prove who they are. A second factor is not an option.
type OktaSignOn struct {
	// IdleMinutes is after how long without use people sign in again, 5 to 1440.
	IdleMinutes int `yaml:"idleMinutes" range:"5..1440" example:"30"`
	// LifetimeMinutes is after how long they do in any case, 5 to 1440 and at least
	// IdleMinutes.
	LifetimeMinutes int `yaml:"lifetimeMinutes" range:"5..1440" example:"720"`
	// PhishingResistant asks for a factor that cannot be given away to a site that looks
	// like Okta: a security key, or Okta Verify on a registered device.
	PhishingResistant bool `yaml:"phishingResistant" example:"true"`
}

// OktaApps are the applications that people sign in to.
type OktaApps struct {
	// Jenkins is where deployments run; OpenID Connect.
	Jenkins OktaApp `yaml:"jenkins"`
	// Vault is where secrets are; OpenID Connect.
	Vault OktaApp `yaml:"vault"`
	// OpenSearch is where logs are searched; SAML.
	OpenSearch OktaApp `yaml:"openSearch"`
	// AWS is the console of every account; SAML.
	AWS OktaAWS `yaml:"aws"`
}

// OktaApp is one application.
type OktaApp struct {
	// Enabled says whether it exists.
	Enabled bool `yaml:"enabled" example:"true"`
	// Groups are those that may sign in; out of groups. What they may do there is
	// configured there.
	Groups []string `yaml:"groups" example:"[platform-administrators]"`
	// GroupPrefix is what begins the names of the groups that the application hears of:
	// Okta leaves out groups beyond the hundredth without a word
	// (developer.okta.com/docs/guides/customize-tokens-groups-claim).
	GroupPrefix string `yaml:"groupPrefix" match:"^[a-z][a-z0-9-]{0,30}-$" hint:"lower-case letters, digits and dashes that end with a dash" example:"platform-"`
	// ReauthenticateMinutes is after how long people prove again who they are, 0 (at
	// each sign-on) to 43200.
	ReauthenticateMinutes int `yaml:"reauthenticateMinutes" range:"0..43200" example:"120"`
	// Zones are those from which people may sign in; out of zones. Empty: from
	// anywhere. Optional.
	Zones []string `yaml:"zones,optional" example:"[offices]"`
}

// OktaAWS is the application for the console of every account of the organization.
// The accounts know it by base.access.samlMetadata.
type OktaAWS struct {
	// Enabled says whether it exists.
	Enabled bool `yaml:"enabled" example:"false"`
	// Roles are the roles that people get; a named list.
	Roles []OktaAWSRole `yaml:"roles" example:"[{name: auditor, groups: [platform-readers]}]"`
	// ReauthenticateMinutes is after how long people prove again who they are, 0 (at
	// each sign-on) to 43200.
	ReauthenticateMinutes int `yaml:"reauthenticateMinutes" range:"0..43200" example:"60"`
	// Zones are those from which people may sign in; out of zones. Empty: from
	// anywhere. Optional.
	Zones []string `yaml:"zones,optional" example:"[offices]"`
}

// OktaAWSRole is a role of an account, and who gets it.
type OktaAWSRole struct {
	// Name is the role of the base level, without its path.
	Name string `yaml:"name" oneof:"admin|auditor|operator|support" example:"auditor"`
	// Groups are those whose members get it; out of groups.
	Groups []string `yaml:"groups" count:"1..20" example:"[platform-readers]"`
	// Accounts are those in which they get it. Empty: all. Optional.
	Accounts []string `yaml:"accounts,optional" example:"[nonprod]"`
}

// ThreatAction is what Okta does about an address that attacks others.
type ThreatAction string

const (
	// ThreatNone lets it in.
	ThreatNone ThreatAction = "none"
	// ThreatAudit lets it in and records it.
	ThreatAudit ThreatAction = "audit"
	// ThreatBlock keeps it out.
	ThreatBlock ThreatAction = "block"
)

// OktaThreatInsight says what Okta does about addresses that attack others.
type OktaThreatInsight struct {
	// Action is what it does.
	Action ThreatAction `yaml:"action" oneof:"none|audit|block" example:"block"`
	// ExcludedZones are never kept out; out of zones. Optional.
	ExcludedZones []string `yaml:"excludedZones,optional" example:"[offices]"`
}

// Enabled returns the applications whose people are given as groups and that are
// switched on, by their keys below okta.apps.
func (a OktaApps) Enabled() map[string]OktaApp {
	on := map[string]OktaApp{}
	for key, app := range map[string]OktaApp{OktaAppJenkins: a.Jenkins, OktaAppVault: a.Vault, OktaAppOpenSearch: a.OpenSearch} {
		if app.Enabled {
			on[key] = app
		}
	}
	return on
}

// The applications that people sign in to, by their keys below okta.apps.
const (
	// OktaAppJenkins is Jenkins.
	OktaAppJenkins = "jenkins"
	// OktaAppVault is Vault.
	OktaAppVault = "vault"
	// OktaAppOpenSearch is OpenSearch Dashboards.
	OktaAppOpenSearch = "openSearch"
	// OktaAppAWS is the console of AWS.
	OktaAppAWS = "aws"
)
