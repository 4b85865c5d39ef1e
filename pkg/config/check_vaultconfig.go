package config

import (
	"fmt"
	"slices"
	"strings"
)

// vaultConfig checks what the tags of UtilityVaultConfig cannot say.
func (c *checker) vaultConfig(u Utility) {
	const key = "vaultConfig"
	v := u.VaultConfig
	if !v.Enabled || c.bad(key) {
		return
	}
	if path := key + ".pki.intermediateYears"; v.PKI.IntermediateYears >= v.PKI.RootYears && !c.bad(key+".pki", path, key+".pki.rootYears") {
		c.problem(path, fmt.Sprintf("the intermediate would be valid for %d years, no less than the root (%s)", v.PKI.IntermediateYears, c.where(key+".pki.rootYears")), "use a smaller number")
	}
	// The method that the stack makes for everybody else.
	if path := key + ".login.mount"; slices.Contains([]string{"approle", "aws", "oidc", "token"}, v.Login.Mount) && !c.bad(key+".login", path) {
		c.problem(path, fmt.Sprintf("the stack makes %s itself, and must not depend on what it makes", v.Login.Mount), "for example: mount: deploy")
	}
	if v.People.Enabled {
		c.vaultPeople(key+".people.groups", u)
	}
}

// vaultPeople reports that nobody may do anything, and groups that cannot log in.
func (c *checker) vaultPeople(path string, u Utility) {
	groups := u.VaultConfig.People.Groups
	if c.bad(path) || c.badAbove(path) {
		return
	}
	if len(groups) == 0 {
		c.problem(path, "people log in, but no group may do anything", "name groups, or set enabled: false")
	}
	app, list := u.Okta.Apps.Vault, oktaKey+".apps.vault"
	if !u.Okta.Enabled || c.bad(oktaKey, list, list+".groups", list+".enabled") || c.badAbove(list) {
		return
	}
	if !app.Enabled {
		c.problem("vaultConfig.people.enabled", "people log in by the application vault of Okta, which is switched off", "set "+list+".enabled: true here too")
		return
	}
	for i, group := range groups {
		at := itemPath(path, group.Name, i)
		if !c.bad(at, at+".name") && !slices.Contains(app.Groups, group.Name) {
			c.problem(at, fmt.Sprintf("members of %s cannot log in: %s.groups (%s) does not name the group", group.Name, list, c.where(list+".groups")), "add it there, or name one of "+strings.Join(app.Groups, ", "))
		}
	}
}
