package config

// UtilityVaultConfig is what is in Vault: who logs in, what they may do, and where
// secrets and keys are. It is a stack of its own, because it can be previewed only
// while Vault answers.
type UtilityVaultConfig struct {
	// Enabled says whether the stack <account>-<region>-vault-config exists.
	Enabled bool `yaml:"enabled" example:"false"`
	// Login is how deployments of the stack log in.
	Login VaultLogin `yaml:"login"`
	// Autopilot says how servers that died leave the cluster; only with storage by
	// Raft.
	Autopilot VaultAutopilot `yaml:"autopilot"`
	// People says who logs in with the identity provider.
	People VaultPeople `yaml:"people"`
	// KV is the store of the platform's own secrets.
	KV VaultKV `yaml:"kv"`
	// TransitRotationDays is after how many days a new version of the platform's key
	// encrypts, 1 to 3650.
	TransitRotationDays int `yaml:"transitRotationDays" range:"1..3650" example:"90"`
	// PKI is the private certificate authority.
	PKI VaultPKI `yaml:"pki"`
	// PasswordLength is that of passwords that Vault makes for databases, 20 to 100
	// (developer.hashicorp.com/vault/docs/concepts/password-policies).
	PasswordLength int `yaml:"passwordLength" range:"20..100" example:"32"`
	// Limits are how many requests are answered.
	Limits VaultLimits `yaml:"limits"`
}

// VaultLogin is how deployments log in: with the deployment role of project utility,
// by an auth method that the initialization of Vault made. The stack does not manage
// that one, so that it cannot lock itself out.
type VaultLogin struct {
	// Mount is the path of that method.
	Mount string `yaml:"mount" match:"^[a-z][a-z0-9-]{0,30}$" hint:"1 to 31 lower-case letters, digits and dashes, starting with a letter" example:"deploy"`
	// Role is the method's role.
	Role string `yaml:"role" match:"^[a-z][a-z0-9-]{0,62}$" hint:"1 to 63 lower-case letters, digits and dashes, starting with a letter" example:"pulumi-utility"`
	// Minutes is how long a deployment may take, 20 to 720.
	Minutes int `yaml:"minutes" range:"20..720" example:"120"`
}

// VaultAutopilot says how servers that died leave the cluster.
type VaultAutopilot struct {
	// DeadServerMinutes is after how long without a word a server is dead, 1 to 1440
	// (developer.hashicorp.com/vault/docs/concepts/integrated-storage/autopilot).
	DeadServerMinutes int `yaml:"deadServerMinutes" range:"1..1440" example:"10"`
	// StabilizationSeconds is how long a new server is watched before it votes, 10 to
	// 3600.
	StabilizationSeconds int `yaml:"stabilizationSeconds" range:"10..3600" example:"30"`
}

// VaultPeople says who logs in with the identity provider that application okta
// configures.
type VaultPeople struct {
	// Enabled says whether people do. Without it, only the role break-glass gets in.
	Enabled bool `yaml:"enabled" example:"true"`
	// Groups are the identity provider's groups that may do something; a named list.
	Groups []VaultGroup `yaml:"groups" example:"[{name: platform-administrators, policies: [administrator]}]"`
	// SessionMinutes is after how long people log in again, 5 to 1440.
	SessionMinutes int `yaml:"sessionMinutes" range:"5..1440" example:"60"`
}

// VaultGroup is what a group of people may do.
type VaultGroup struct {
	// Name is the group's name at the identity provider.
	Name string `yaml:"name" match:"^[a-z][a-z0-9-]{0,48}[a-z0-9]$" hint:"2 to 50 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"platform-administrators"`
	// Policies are what they may do. administrator: read and write every secret of the
	// platform and see all that is configured, which only deployments change; operator:
	// look after the servers; auditor: see all that is configured and no secret; writer:
	// write secrets of the platform without reading them; cell-writer: write secrets of
	// clients' services without reading them.
	Policies []string `yaml:"policies" oneof:"administrator|auditor|cell-writer|operator|writer" count:"1..5" example:"[operator]"`
}

// VaultKV is the store of the platform's own secrets.
type VaultKV struct {
	// MaxVersions is how many versions of a secret are kept, 1 to 100.
	MaxVersions int `yaml:"maxVersions" range:"1..100" example:"10"`
}

// VaultPKI is the private certificate authority. Its root signs the intermediate only.
type VaultPKI struct {
	// RootYears is how long the root is valid, 5 to 30.
	RootYears int `yaml:"rootYears" range:"5..30" example:"10"`
	// IntermediateYears is how long the intermediate is, 1 to 10 and less than
	// RootYears.
	IntermediateYears int `yaml:"intermediateYears" range:"1..10" example:"5"`
	// CertificateDays is how long a certificate is, 1 to 397.
	CertificateDays int `yaml:"certificateDays" range:"1..397" example:"30"`
}

// VaultLimits are how many requests each server answers before it refuses more. All
// clients look like the load balancer to it, so that they share them.
type VaultLimits struct {
	// RequestsPerSecond is for all requests that come through one node of the load
	// balancer, 10 to 100000.
	RequestsPerSecond int `yaml:"requestsPerSecond" range:"10..100000" example:"2000"`
	// LoginsPerSecond is for the logins among them, by each auth method, 1 to 10000.
	LoginsPerSecond int `yaml:"loginsPerSecond" range:"1..10000" example:"50"`
}

// needs are the applications whose outputs the stack reads.
func (v UtilityVaultConfig) needs() []string {
	if v.People.Enabled {
		return []string{ApplicationVault, ApplicationOkta}
	}
	return []string{ApplicationVault}
}
