package bootstrap

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/naming"
	"cellworks/pkg/vaultpolicy"
)

// Simulated reasons that several steps share.
const (
	noServers = "no server runs in the simulated cloud, so nothing reads the secrets"
	noVault   = "no Vault runs in the simulated cloud"
)

// applications adds those that Jenkins needs, and those that it could not bring up
// itself: their credentials are people's.
func (p *plan) applications() {
	p.oktaCredentials()
	p.stacks(Step{ID: "okta", Title: "Groups and applications in Okta"}, p.application(config.ApplicationOkta))
	p.stacks(Step{ID: "ecs", Title: "Cluster and load balancers"}, p.application(config.ApplicationECS))
	if p.home.utility.Consul.Enabled {
		p.stacks(Step{
			ID: "consul", Title: "Consul servers",
			Notes: []string{"servers start over until the next step is done"},
		}, p.application(config.ApplicationConsul))
		p.serverSecrets(p.home, "", config.ApplicationConsul, consulSecrets()...)
	}
	if p.home.utility.Vault.Enabled {
		p.stacks(Step{
			ID: "vault", Title: "Vault servers",
			Notes: []string{"servers start over until the next step is done"},
		}, p.application(config.ApplicationVault))
		secrets := []string{"ca", "certificate", "private-key"}
		if p.home.utility.Vault.Storage == config.VaultOnConsul {
			secrets = append(secrets, "consul-token")
		}
		p.serverSecrets(p.home, "", config.ApplicationVault, secrets...)
		p.vaultInit()
	}
	p.stacks(Step{
		ID: "vault-config", Title: "What is in Vault",
		Notes: []string{"Vault is internal: the workstation is in a network that reaches it"},
	}, p.application(config.ApplicationVaultConfig))
	p.otherConsuls()
}

// consulSecrets are the secrets that Consul's servers start with.
func consulSecrets() []string {
	return []string{"gossip", "ca", "certificate", "private-key", "management-token", "agent-token"}
}

// otherConsuls adds the Consul of every other account and region that has one, for the
// tasks there: nobody but a person writes the secrets that it starts with.
func (p *plan) otherConsuls() {
	for _, account := range p.Tree.Organization().Accounts {
		for _, region := range account.Regions {
			utility, err := p.Tree.Utility(account.Name, region.Name)
			if err != nil {
				p.errs = append(p.errs, err)
				continue
			}
			here := account.Name == p.home.account.Name && region.Name == p.home.region
			if here || !utility.Consul.Enabled {
				continue
			}
			var stacks []fleet.Stack
			for _, application := range []string{config.ApplicationECS, config.ApplicationConsul} {
				if application == config.ApplicationConsul || utility.Consul.Tasks.Enabled {
					stacks = append(stacks, fleet.Stack{Project: naming.ProjectUtility, Name: naming.StackUtility(account.Name, region.Name, application)})
				}
			}
			of := account.Name + "-" + region.Name
			p.stacks(Step{
				ID: config.ApplicationConsul + "-" + of, Title: "Consul servers of " + account.Name + " in " + region.Name,
				Notes: []string{"servers start over until the next step is done"},
			}, stacks...)
			p.serverSecrets(home{account: account, region: region.Name, utility: utility}, of, config.ApplicationConsul, consulSecrets()...)
		}
	}
}

// oktaCredentials adds the credentials with which the workstation makes what Jenkins's own
// sign-in needs. They are in the environment, and the check does not print them.
func (p *plan) oktaCredentials() {
	if !p.home.utility.Okta.Enabled {
		return
	}
	p.add(Step{
		ID: "okta-credentials", Title: "Credentials of Okta for the workstation",
		Notes: []string{
			"make a token in Okta as an administrator, export it here as " + config.OktaToken + ", and revoke it once Jenkins deploys: its agents have keys of their own",
			"a service application will do too, but then the groups claims of applications have to be set in Okta: " +
				strings.Join([]string{config.OktaClientID, config.OktaPrivateKeyID, config.OktaPrivateKey, config.OktaScopes}, ", "),
		},
		Checks: []Check{{
			What: "variables of Okta in the environment", Want: "^set$",
			Command: []string{"sh", "-c", `[ -z "${` + config.OktaToken + `:-}${` + config.OktaPrivateKey + `:-}" ] || echo set`},
		}},
	}, "the simulated organization takes any credentials")
}

// serverSecrets adds the values of the secrets that the servers of an application start
// with: generated, written and forgotten, so that no state and no disk has them. of says
// which of several applications of the name it is; empty: that of operations.
func (p *plan) serverSecrets(at home, of, application string, names ...string) {
	step := Step{ID: application + "-secrets", Title: "Values of the secrets of " + application}
	if of != "" {
		step.ID, step.Title = application+"-"+of+"-secrets", step.Title+" of "+at.account.Name+" in "+at.region
	}
	profile := p.profile(at.account.Name)
	secret := map[string]string{}
	for _, name := range names {
		secret[name] = naming.UtilitySecret(application, name)
		step.Checks = append(step.Checks, written(profile, at.region, secret[name]))
	}
	stack := fleet.Stack{Project: naming.ProjectUtility, Name: naming.StackUtility(at.account.Name, at.region, application)}
	step.Script = p.script("server-secrets", struct {
		Profile, Region, Application, Stack string
		Secret                              map[string]string
	}{profile, at.region, application, stack.String(), secret})
	p.add(step, noServers)
}

// written is the check that a secret of operations has a value.
func (p *plan) written(profile, secret string) Check { return written(profile, p.home.region, secret) }

// written is the check that a secret has a value. It does not read it.
func written(profile, region, secret string) Check {
	return Check{
		What: "value of " + secret,
		Command: []string{
			"aws", "secretsmanager", "list-secret-version-ids", "--profile", profile, "--region", region, "--secret-id", secret,
			"--query", "length(Versions)", "--output", "text",
		},
		Want: "^[1-9][0-9]*$",
	}
}

// vaultInit adds the one command that Vault is never asked again. Its result is shown
// once, encrypted for those who keep the parts.
func (p *plan) vaultInit() {
	policy := vaultpolicy.Deploy()
	text, err := policy.HCL()
	if err != nil {
		p.errs = append(p.errs, err)
		return
	}
	org, login := p.Tree.Organization(), p.home.utility.VaultConfig.Login
	step := Step{
		ID: "vault-init", Title: "Vault is initialized",
		Notes: []string{
			"five people keep a part of the recovery key each, and three of them can make a new root token; their public PGP keys, and yours for the root token, are files",
			"the script prints the encrypted parts once: send each to its keeper before you go on",
		},
		Script: p.script("vault-init", struct {
			Profile, Region, Host, Group, Mount, Role, PolicyName, Policy, Principal string
			Minutes                                                                  int
		}{
			p.profile(p.home.account.Name), p.home.region, naming.VaultHost(p.home.region, p.home.account.Name, org.Domain),
			naming.ServerGroup(config.ApplicationVault), login.Mount, login.Role, policy.Name, strings.TrimRight(text, "\n"),
			naming.DeployRoleARN(p.home.account.ID, p.home.region, naming.ProjectUtility), login.Minutes,
		}),
	}
	p.add(step, noVault)
}

// jenkins adds Jenkins: first what its images and secrets are put into, then those,
// then itself.
func (p *plan) jenkins() {
	stack := p.application(config.ApplicationJenkins)
	images := p.home.utility.Jenkins.Images
	if !p.real() {
		p.stacks(Step{ID: "jenkins", Title: "Jenkins"}, stack)
		return
	}
	// The same stack is in two steps: without images, and with them.
	first := Step{ID: "jenkins-repositories", Title: "Repositories, home and secrets of Jenkins"}
	file := fmt.Sprintf("configs/accounts/%s/utility.yaml", p.home.account.Name)
	if images.Pushed() && !p.States[stack].Ready {
		first.Blocked = "jenkins.images names images, but there are no repositories for them yet: set both to \"\" in " + file + ", and go on"
	}
	p.stacks(first, stack)
	p.jenkinsImages(file, images)
	p.jenkinsSecrets()
	p.jenkinsKeys()
	p.steps = append(p.steps, Step{
		ID: "jenkins", Title: "Jenkins", Again: true, Revision: images.Controller + " " + images.Agent,
		Stacks: []fleet.Stack{stack},
	})
}

// jenkinsImages adds the images, which are built from this repository.
func (p *plan) jenkinsImages(file string, images config.JenkinsImages) {
	profile := p.profile(p.home.account.Name)
	step := Step{
		ID: "jenkins-images", Title: "Images of Jenkins and its agents",
		Notes: []string{"the script prints the digests: write them to jenkins.images in " + file},
		Script: p.script("jenkins-images", struct{ Profile, Region, AccountID, Controller, Agent string }{
			profile, p.home.region, p.home.account.ID, naming.RepositoryController, naming.RepositoryAgent,
		}),
	}
	for _, image := range []struct{ repository, digest string }{{naming.RepositoryController, images.Controller}, {naming.RepositoryAgent, images.Agent}} {
		digest := image.digest
		if digest == "" {
			// No image has it: the step is not done before the configuration names one.
			digest = "sha256:" + strings.Repeat("0", 64)
		}
		step.Checks = append(step.Checks, Check{
			What: fmt.Sprintf("image %q of jenkins.images in %s", image.digest, image.repository),
			Command: []string{
				"aws", "ecr", "describe-images", "--profile", profile, "--region", p.home.region, "--repository-name", image.repository,
				"--image-ids", "imageDigest=" + digest, "--query", "length(imageDetails)", "--output", "text",
			},
			Want: "^1$",
		})
	}
	p.add(step, "")
}

// jenkinsSecrets adds the values of Jenkins's secrets.
func (p *plan) jenkinsSecrets() {
	profile := p.profile(p.home.account.Name)
	step := Step{ID: "jenkins-secrets", Title: "Values of the secrets of Jenkins"}
	secret := map[string]string{}
	for _, name := range []string{"administrator-password", "oidc-client-secret", "repository-token"} {
		secret[name] = naming.UtilitySecret(config.ApplicationJenkins, name)
		step.Checks = append(step.Checks, p.written(profile, secret[name]))
	}
	step.Script = p.script("jenkins-secrets", struct {
		Profile, Region, Repository string
		Secret                      map[string]string
	}{profile, p.home.region, p.home.utility.Jenkins.Repository, secret})
	p.add(step, "")
}

// keySecret is a secret that holds keys of agents.
type keySecret struct {
	// Secret is its name, and Short the part of it that a person names it by.
	Secret, Short string
	// Whose says what the keys are for.
	Whose string
	// Variables are what it holds.
	Variables []keyVariable
}

type keyVariable struct {
	Name string
	// File says that it has several lines and is read from a file.
	File bool
}

// jenkinsKeys adds the keys with which agents sign in outside of AWS: for what looks, keys
// that can only read. Without Okta and Datadog there is no step.
func (p *plan) jenkinsKeys() {
	keys := p.Tree.AgentKeys(p.home.utility.Jenkins)
	if len(keys) == 0 {
		return
	}
	profile := p.profile(p.home.account.Name)
	step := Step{
		ID: "jenkins-keys", Title: "Keys of Jenkins's agents for " + strings.Join(slices.Sorted(maps.Keys(keys)), " and "),
		Notes: []string{
			"docs/utility.md says which scopes they need: those for previews can read, and nothing else",
			"a secret that has a value keeps it unless REPLACE names it: REPLACE=okta-deploy; agents that start afterwards have the new one",
		},
	}
	var secrets []keySecret
	for _, system := range slices.Sorted(maps.Keys(keys)) {
		for _, previews := range []bool{true, false} {
			short := naming.JenkinsKeySecret(system, previews)
			secret := keySecret{Secret: naming.UtilitySecret(config.ApplicationJenkins, short), Short: short, Whose: "deployments of " + system}
			if previews {
				secret.Whose = "previews of " + system
			}
			for _, name := range keys[system] {
				secret.Variables = append(secret.Variables, keyVariable{name, name == config.OktaPrivateKey})
			}
			secrets = append(secrets, secret)
			step.Checks = append(step.Checks, p.written(profile, secret.Secret))
		}
	}
	step.Script = p.script("jenkins-keys", struct {
		Profile, Region string
		Secrets         []keySecret
	}{profile, p.home.region, secrets})
	p.add(step, "")
}
