package config

// JenkinsLogin says how people log in to Jenkins.
type JenkinsLogin string

const (
	// JenkinsOIDC sends people to the identity provider, whose groups decide what they
	// may do.
	JenkinsOIDC JenkinsLogin = "oidc"
	// JenkinsLocal knows one administrator, whose password is a secret: the way in
	// while the identity provider is away.
	JenkinsLocal JenkinsLogin = "local"
)

// JenkinsOktaKeys says what agents prove to Okta who they are with.
type JenkinsOktaKeys string

const (
	// JenkinsOktaService is the key of a service application, which is granted single
	// scopes.
	JenkinsOktaService JenkinsOktaKeys = "service"
	// JenkinsOktaToken is a token, which may do what its administrator may.
	JenkinsOktaToken JenkinsOktaKeys = "token"
)

// The variables of the environment in which the providers look for keys
// (registry.terraform.io/providers/okta/okta, registry.terraform.io/providers/DataDog/datadog).
const (
	OktaClientID     = "OKTA_API_CLIENT_ID"
	OktaPrivateKey   = "OKTA_API_PRIVATE_KEY"
	OktaPrivateKeyID = "OKTA_API_PRIVATE_KEY_ID"
	OktaScopes       = "OKTA_API_SCOPES"
	OktaToken        = "OKTA_API_TOKEN"
	DatadogAPIKey    = "DD_API_KEY"
	DatadogAppKey    = "DD_APP_KEY"
)

// UtilityJenkins is Jenkins, which runs the stacks of every account from the
// repository. It belongs into the one account that base.access.deployers name.
type UtilityJenkins struct {
	// Enabled says whether the stack <account>-<region>-jenkins exists.
	Enabled bool `yaml:"enabled" example:"false"`
	// Host is the first label of the name that people and agents reach it by; the rest
	// is the region's public zone.
	Host string `yaml:"host" match:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" hint:"a DNS label of lower-case letters, digits and dashes" example:"jenkins"`
	// Repository is where the organization's copy of this repository is on GitHub.
	Repository string `yaml:"repository" match:"^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$" hint:"the owner and the name of a repository" example:"example/platform"`
	// Branch is the branch that is deployed.
	Branch string `yaml:"branch" match:"^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$" hint:"the name of a branch" example:"main"`
	// Images are what runs.
	Images JenkinsImages `yaml:"images,optional"`
	// Login says how people log in.
	Login JenkinsLogin `yaml:"login" oneof:"oidc|local" example:"oidc"`
	// OIDC is the identity provider.
	OIDC JenkinsProvider `yaml:"oidc"`
	// OktaKeys says what agents prove to Okta who they are with. The provider sets groups
	// claims of applications only with a token.
	OktaKeys JenkinsOktaKeys `yaml:"oktaKeys" oneof:"service|token" example:"service"`
	// Controller is the size of the controller, which runs no job itself.
	Controller FargateSize `yaml:"controller"`
	// Agents is the size of an agent, which runs one job and ends.
	Agents JenkinsAgents `yaml:"agents"`
	// LogRetentionDays is how long CloudWatch keeps the logs of controller and agents:
	// one of the values that PutRetentionPolicy takes.
	LogRetentionDays int `yaml:"logRetentionDays" oneof:"1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1096|1827|2192|2557|2922|3288|3653" example:"2192"`
}

// JenkinsImages are the images that were pushed to the stack's own repositories, by
// digest. While one is empty the stack has its repositories, its file system and its
// secrets, and nothing runs: images can be pushed only once there are repositories.
type JenkinsImages struct {
	// Controller is the digest of the image in the repository jenkins-controller.
	Controller string `yaml:"controller,optional" match:"^(sha256:[0-9a-f]{64})?$" hint:"sha256: and 64 hexadecimal digits" example:"sha256:<64 hex digits>"`
	// Agent is the digest of the image in the repository pulumi-agent.
	Agent string `yaml:"agent,optional" match:"^(sha256:[0-9a-f]{64})?$" hint:"sha256: and 64 hexadecimal digits" example:"sha256:<64 hex digits>"`
}

// Pushed reports whether both images are there.
func (i JenkinsImages) Pushed() bool { return i.Controller != "" && i.Agent != "" }

// JenkinsProvider is the identity provider of people who log in to Jenkins.
type JenkinsProvider struct {
	// Issuer is the URL of the provider; below it is
	// .well-known/openid-configuration.
	Issuer string `yaml:"issuer" match:"^https://[^\\s/?#]+(/[^\\s?#]*[^\\s?#/])?$" hint:"an https URL without query and without a slash at its end" example:"https://example.okta.com/oauth2/default"`
	// ClientID is the id of the provider's application for Jenkins; it is no secret.
	ClientID string `yaml:"clientID,optional" match:"^[A-Za-z0-9_-]{0,64}$" hint:"at most 64 letters, digits, dashes and underscores" example:"0oa1b2c3d4e5f6g7h8i9"`
	// Administrators is the provider's group of those who may do everything.
	Administrators string `yaml:"administrators" match:"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,254}$" hint:"the name of a group" example:"platform-administrators"`
	// Deployers is the group of those who may run jobs and approve previews.
	Deployers string `yaml:"deployers" match:"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,254}$" hint:"the name of a group" example:"platform-deployers"`
	// Readers is the group of those who may look.
	Readers string `yaml:"readers" match:"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,254}$" hint:"the name of a group" example:"platform-readers"`
}

// FargateSize is the size of a task. Fargate offers only some pairs.
type FargateSize struct {
	// CPU is in units of 1/1024 vCPU.
	CPU int `yaml:"cpu" oneof:"256|512|1024|2048|4096|8192|16384" example:"2048"`
	// Memory is in MiB; which sizes there are depends on CPU.
	Memory int `yaml:"memory" range:"512..122880" example:"8192"`
}

// JenkinsAgents says what agents are given.
type JenkinsAgents struct {
	// CPU is in units of 1/1024 vCPU.
	CPU int `yaml:"cpu" oneof:"256|512|1024|2048|4096|8192|16384" example:"4096"`
	// Memory is in MiB; which sizes there are depends on CPU. Building the programs
	// takes 5 GB once the code has changed.
	Memory int `yaml:"memory" range:"512..122880" example:"16384"`
	// DiskGiB is the size of the disk, 21 to 200
	// (docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html).
	DiskGiB int `yaml:"diskGiB" range:"21..200" example:"60"`
	// Maximum is how many run at once, 1 to 100.
	Maximum int `yaml:"maximum" range:"1..100" example:"10"`
}

// Size returns what Fargate must offer for an agent.
func (a JenkinsAgents) Size() FargateSize { return FargateSize{CPU: a.CPU, Memory: a.Memory} }

// AgentKeys returns the variables that hold what agents of j prove who they are with, by
// the application that is deployed into a system outside of AWS: those alone that are on
// anywhere in the organization.
func (t *Tree) AgentKeys(j UtilityJenkins) map[string][]string {
	keys := map[string][]string{}
	if len(t.running[ApplicationOkta]) > 0 {
		keys[ApplicationOkta] = []string{OktaClientID, OktaPrivateKey, OktaPrivateKeyID}
		if j.OktaKeys == JenkinsOktaToken {
			keys[ApplicationOkta] = []string{OktaToken}
		}
	}
	if len(t.running[ApplicationDatadog]) > 0 {
		keys[ApplicationDatadog] = []string{DatadogAPIKey, DatadogAppKey}
	}
	return keys
}
