package config

import (
	"fmt"
	"slices"
)

// Use is an application of the utility level that a cell reads.
type Use struct {
	// Application is its name, Module the module of the cell that reads it.
	Application, Module string
	// Here says that only one of the cell's own account and region will do.
	Here bool
	// Optional says that the cell does without where the organization has none.
	Optional bool
	// switchedBy is the path of the key that asks for it.
	switchedBy string
}

// Uses returns the applications of the utility level that the cell's modules read.
func (c Cell) Uses() []Use {
	var uses []Use
	use := func(on bool, u Use) {
		if on {
			uses = append(uses, u)
		}
	}
	use(c.Services.Enabled, Use{Application: ApplicationECS, Module: ModuleServices, Here: true, switchedBy: "services.enabled"})
	discovered := func(s Service) bool { return s.Discovery == DiscoveryConsul }
	use(c.Services.Enabled && slices.ContainsFunc(c.Services.Items, discovered),
		Use{Application: ApplicationConsul, Module: ModuleServices, Here: true, switchedBy: "services.enabled"})
	use(c.Vault.Enabled, Use{Application: ApplicationVault, Module: ModuleVault, switchedBy: "vault.enabled"})
	use(c.Vault.Enabled, Use{Application: ApplicationVaultConfig, Module: ModuleVault, switchedBy: "vault.enabled"})
	use(c.SFTP.Enabled && c.SFTP.Mode == SFTPShared, Use{Application: ApplicationSFTP, Module: ModuleSFTP, Here: true, switchedBy: "sftp.enabled"})
	use(c.SSO.Enabled, Use{Application: ApplicationOkta, Module: ModuleSSO, switchedBy: "sso.enabled"})
	use(c.Monitoring.Enabled, Use{Application: ApplicationDatadog, Module: ModuleMonitoring, Here: true, switchedBy: "monitoring.enabled"})
	routes := func(s Service) bool { return s.LogRouter == LogToFirehose }
	use(c.Logging.Enabled && c.Services.Enabled && slices.ContainsFunc(c.Services.Items, routes),
		Use{Application: ApplicationELK, Module: ModuleLogging, Optional: true, switchedBy: "logging.enabled"})
	return uses
}

// serving returns the place whose application serves cells at another: their own;
// otherwise the only one of their region; otherwise the only one of all. It reports
// false when there is none, or no single one.
func serving(running []place, at place) (place, bool) {
	if slices.Contains(running, at) {
		return at, true
	}
	var near []place
	for _, p := range running {
		if p.region == at.region {
			near = append(near, p)
		}
	}
	for _, candidates := range [][]place{near, running} {
		if len(candidates) == 1 {
			return candidates[0], true
		}
	}
	return place{}, false
}

// Serving returns the account and region whose application serves cells of another:
// their own where it runs there; otherwise the only one of the same region; otherwise the
// only one of the organization. It reports false when there is none, or no single one.
func (t *Tree) Serving(application, account, region string) (Account, Region, bool) {
	p, ok := serving(t.running[application], place{account, region})
	if !ok {
		return Account{}, Region{}, false
	}
	a, r, err := t.place(p.account, p.region)
	return a, r, err == nil
}

// uses reports applications that the client's cell reads and that serve it from nowhere.
func (c *cellChecker) uses() {
	if c.cell.Client == "" || c.cell.Region.Name == "" {
		return
	}
	for _, use := range c.cell.Uses() {
		own := use.Application == ApplicationECS || use.Application == ApplicationConsul
		if use.Optional || own || c.bad(use.Module, use.switchedBy) {
			continue // services say themselves what they miss of the two
		}
		places := c.running[use.Application]
		if use.Here && slices.Contains(places, c.at) {
			continue
		}
		if _, ok := serving(places, c.at); ok && !use.Here {
			continue
		}
		why := "which is enabled nowhere"
		if use.Here {
			why = "which is disabled there"
		} else if len(places) > 1 {
			why = "which is enabled in several places, but not in that region of one account alone"
		}
		c.problem(use.switchedBy, fmt.Sprintf("module %s of cells in %s %s needs application %s, %s", use.Module, c.at.account, c.at.region, use.Application, why),
			fmt.Sprintf("enable it in the utility.yaml of an account, or set %s: false", use.switchedBy))
	}
}
