package config

import (
	"fmt"
	"slices"
)

// vault reports logins that could not live as long as they should or that are for nobody,
// and a database that Vault does not reach.
func (c *cellChecker) vault() {
	v := c.cell.Vault
	if !v.Enabled || c.bad("vault", "vault.enabled") {
		return
	}
	services := names(c.cell.Services.Items, func(s Service) string { return s.Name })
	for i, r := range v.DatabaseRoles {
		path := itemPath("vault.databaseRoles", r.Name, i)
		for j, service := range r.Services {
			if at := fmt.Sprintf("%s.services[%d]", path, j); !slices.Contains(services, service) && !c.bad(at, "services", "services.items") {
				c.problem(at, fmt.Sprintf("%s is not a service of services.items", show(service)), didYouMean(service, services, "services"))
			}
		}
		ttl, most := path+".ttlSeconds", path+".maxTTLSeconds"
		if r.TTLSeconds > r.MaxTTLSeconds && !c.inherited("vault.databaseRoles", i) && !c.bad(path, ttl, most) {
			c.problem(c.set(ttl, most, path), fmt.Sprintf("a login would live %d seconds, longer than the %d that it lives at most", r.TTLSeconds, r.MaxTTLSeconds), "raise maxTTLSeconds, or lower ttlSeconds")
		}
	}
	if c.cell.Client == "" || c.cell.Region.Name == "" {
		return
	}
	from, ok := serving(c.running[ApplicationVault], c.at)
	d := c.cell.Database
	if !ok || from == c.at || !d.Enabled || d.MasterUser != MasterByVault || c.bad("database", "database.enabled", "database.masterUser") {
		return
	}
	hub, spoke := VPCRef{from.account, from.region}, VPCRef{c.at.account, c.at.region}
	if !c.org.Peering.reaches(hub, spoke) {
		c.problem("database.masterUser", fmt.Sprintf("the Vault of %s cannot reach the database: no rule of peering.reach lets it reach %s", hub, spoke),
			fmt.Sprintf("add one to organization.yaml with from: %s and to: %s, or set database.masterUser: rds", hub, spoke))
	}
}
