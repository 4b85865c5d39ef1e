package config

// The applications of the utility level.
const (
	// ApplicationECS is the cluster and load balancers that cells run on.
	ApplicationECS = "ecs"
	// ApplicationConsul is service discovery.
	ApplicationConsul = "consul"
	// ApplicationVault keeps secrets and keys.
	ApplicationVault = "vault"
	// ApplicationJenkins runs the stacks from the repository.
	ApplicationJenkins = "jenkins"
	// ApplicationELK is where logs are searched and kept.
	ApplicationELK = "elk"
	// ApplicationSecurity looks after the account beyond its baseline.
	ApplicationSecurity = "security"
	// ApplicationSFTP is the server that clients send files to.
	ApplicationSFTP = "sftp"
	// ApplicationOkta is the organization's people and how they sign in.
	ApplicationOkta = "okta"
	// ApplicationVaultConfig is what is in Vault.
	ApplicationVaultConfig = "vault-config"
	// ApplicationDatadog watches the others, and the baseline of the account.
	ApplicationDatadog = "datadog"
)

// Application is one application of the utility level in an account and region. It
// has a stack of its own, so that it can be maintained alone.
type Application struct {
	// Name is the last part of the stack's name.
	Name string
	// Enabled says whether the stack exists.
	Enabled bool
	// Needs are the applications of the same account and region whose outputs it reads.
	Needs []string
	// switchedBy is the path of the key that enables it.
	switchedBy string
}

// Applications returns the applications of an account and region, those that are
// switched off as well, each after those that it needs.
func (u Utility) Applications() []Application {
	return []Application{
		{Name: ApplicationECS, Enabled: u.ECS.Enabled, switchedBy: "ecs.enabled"},
		{Name: ApplicationConsul, Enabled: u.Consul.Enabled, Needs: u.Consul.needs(), switchedBy: "consul.enabled"},
		{Name: ApplicationVault, Enabled: u.Vault.Enabled, Needs: u.Vault.needs(), switchedBy: "vault.enabled"},
		{Name: ApplicationOkta, Enabled: u.Okta.Enabled, switchedBy: "okta.enabled"},
		{Name: ApplicationVaultConfig, Enabled: u.VaultConfig.Enabled, Needs: u.VaultConfig.needs(), switchedBy: "vaultConfig.enabled"},
		{Name: ApplicationJenkins, Enabled: u.Jenkins.Enabled, Needs: []string{ApplicationECS}, switchedBy: "jenkins.enabled"},
		{Name: ApplicationELK, Enabled: u.ELK.Enabled, switchedBy: "elk.enabled"},
		{Name: ApplicationSFTP, Enabled: u.SFTP.Enabled, switchedBy: "sftp.enabled"},
		{Name: ApplicationSecurity, Enabled: u.Security.Enabled, switchedBy: "security.enabled"},
		{Name: ApplicationDatadog, Enabled: u.Datadog.Enabled, Needs: u.Datadog.needs(), switchedBy: "datadog.enabled"},
	}
}

// applications reports applications that need one that is switched off.
func (c *checker) applications(all []Application) {
	on := map[string]bool{}
	for _, a := range all {
		on[a.Name] = a.Enabled
	}
	for _, a := range all {
		for _, need := range a.Needs {
			if a.Enabled && !on[need] && !c.bad(a.switchedBy) {
				c.problem(a.switchedBy, "application "+a.Name+" needs "+need+", which is switched off", "enable "+need+" here too, or switch "+a.Name+" off")
			}
		}
	}
}
