package config

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/naming"
)

const oktaKey = "okta"

// okta checks what the tags of UtilityOkta cannot say. accounts are those of the
// organization.
func (c *checker) okta(u Utility, accounts []Account) {
	o := u.Okta
	if !o.Enabled || c.bad(oktaKey) {
		return
	}
	known := oktaNames{
		groups: names(o.Groups, func(g OktaGroup) string { return g.Name }),
		zones:  names(o.Zones, func(z OktaZone) string { return z.Name }),
	}
	c.oktaGroups(o.Groups)
	c.oktaZones(o.Zones)
	if path := oktaKey + ".signOn.idleMinutes"; o.SignOn.IdleMinutes > o.SignOn.LifetimeMinutes && !c.bad(oktaKey+".signOn", path, oktaKey+".signOn.lifetimeMinutes") {
		c.problem(path, fmt.Sprintf("a session ends after %d minutes, before it has been idle for %d", o.SignOn.LifetimeMinutes, o.SignOn.IdleMinutes), "lower idleMinutes or raise lifetimeMinutes")
	}
	c.oneOf(oktaKey+".threatInsight.excludedZones", "zone", o.ThreatInsight.ExcludedZones, known.zones)
	on := o.Apps.Enabled()
	for _, key := range sortedKeys(on) {
		c.oktaApp(oktaKey+".apps."+key, on[key], known)
	}
	if o.Apps.AWS.Enabled {
		c.oktaAWS(oktaKey+".apps.aws", o.Apps.AWS, known, names(accounts, func(a Account) string { return a.Name }))
	}
	c.oktaRoles(u)
}

// oktaGroups reports groups that could be a client's: what hears of that client's people
// would hear of their members too.
func (c *checker) oktaGroups(groups []OktaGroup) {
	for i, group := range groups {
		path := itemPath(oktaKey+".groups", group.Name, i) + ".name"
		for _, begin := range []string{naming.CellGroups, naming.LogReadersPrefix} {
			if strings.HasPrefix(group.Name, begin) && !c.bad(path) {
				c.problem(path, fmt.Sprintf("the group %s could be that of a client's people, since it begins with %s", group.Name, begin), "choose another name")
			}
		}
	}
}

// oktaNames are what the configuration of Okta can name.
type oktaNames struct{ groups, zones []string }

// oneOf reports items of a list of names that are not known or there twice.
func (c *checker) oneOf(path, what string, values, known []string) {
	if c.bad(path) || c.badAbove(path) {
		return
	}
	c.once(path, values)
	for i, value := range values {
		item := fmt.Sprintf("%s[%d]", path, i)
		if !c.bad(item) && !slices.Contains(known, value) {
			want := "want one of " + strings.Join(known, ", ")
			if len(known) == 0 {
				want = "nor any other"
			}
			c.problem(item, fmt.Sprintf("there is no %s %q, %s", what, value, want), "")
		}
	}
}

// badAbove reports whether something that holds the value is reported already.
func (c *checker) badAbove(path string) bool {
	for i, r := range path {
		if (r == '.' || r == '[') && c.failed[path[:i]] {
			return true
		}
	}
	return false
}

// oktaZones reports blocks that no address that Okta sees lies in.
func (c *checker) oktaZones(zones []OktaZone) {
	for i, zone := range zones {
		path := itemPath(oktaKey+".zones", zone.Name, i) + ".cidrs"
		c.once(path, texts(zone.CIDRs))
		for j, block := range zone.CIDRs {
			item := fmt.Sprintf("%s[%d]", path, j)
			if c.bad(item) || c.badAbove(item) {
				continue
			}
			if block.Bits() == 0 {
				c.problem(item, fmt.Sprintf("%s is everybody", block), "leave the zone out where everybody may sign in")
			} else if block.Addr().IsPrivate() {
				c.problem(item, fmt.Sprintf("%s is private, and Okta sees public addresses only", block), "use the addresses that your networks reach the Internet from")
			}
		}
	}
}

// oktaApp reports an application that nobody can sign in to, or whose people it would
// not know by their groups.
func (c *checker) oktaApp(key string, app OktaApp, known oktaNames) {
	if c.badAbove(key + ".groups") {
		return
	}
	path := key + ".groups"
	if len(app.Groups) == 0 && !c.bad(path) {
		c.problem(path, "nobody may sign in, want at least one group", "name groups, or set enabled: false")
	}
	c.oneOf(path, "group", app.Groups, known.groups)
	c.oneOf(key+".zones", "zone", app.Zones, known.zones)
	for i, group := range app.Groups {
		item := fmt.Sprintf("%s[%d]", path, i)
		reported := !slices.Contains(known.groups, group) || slices.Index(app.Groups, group) < i
		if !reported && !c.bad(path, item, key+".groupPrefix") && !strings.HasPrefix(group, app.GroupPrefix) {
			c.problem(item, fmt.Sprintf("the application hears only of groups that begin with %s, not of %s", app.GroupPrefix, group), "rename the group, or change groupPrefix")
		}
	}
}

// oktaAWS reports roles that nobody gets.
func (c *checker) oktaAWS(key string, a OktaAWS, known oktaNames, accounts []string) {
	if path := key + ".roles"; len(a.Roles) == 0 && !c.bad(path) && !c.badAbove(path) {
		c.problem(path, "nobody gets a role, want at least one", "name roles, or set enabled: false")
	}
	c.oneOf(key+".zones", "zone", a.Zones, known.zones)
	for i, role := range a.Roles {
		path := itemPath(key+".roles", role.Name, i)
		c.oneOf(path+".groups", "group", role.Groups, known.groups)
		c.oneOf(path+".accounts", "account", role.Accounts, accounts)
	}
}

// oktaRoles reports groups to which an application gives a role although Okta does not
// let them sign in there.
func (c *checker) oktaRoles(u Utility) {
	apps := u.Okta.Apps
	jenkins := u.Jenkins.Enabled && u.Jenkins.Login == JenkinsOIDC && apps.Jenkins.Enabled
	for _, use := range []struct {
		on         bool
		path, name string
		app        OktaApp
		at         string
	}{
		{jenkins, "jenkins.oidc.administrators", u.Jenkins.OIDC.Administrators, apps.Jenkins, OktaAppJenkins},
		{jenkins, "jenkins.oidc.deployers", u.Jenkins.OIDC.Deployers, apps.Jenkins, OktaAppJenkins},
		{jenkins, "jenkins.oidc.readers", u.Jenkins.OIDC.Readers, apps.Jenkins, OktaAppJenkins},
		{u.ELK.Enabled && apps.OpenSearch.Enabled, "elk.people.administrators", u.ELK.People.Administrators, apps.OpenSearch, OktaAppOpenSearch},
		{u.ELK.Enabled && apps.OpenSearch.Enabled, "elk.people.operators", u.ELK.People.Operators, apps.OpenSearch, OktaAppOpenSearch},
	} {
		list := oktaKey + ".apps." + use.at + ".groups"
		if !use.on || c.bad(use.path, list) || c.badAbove(use.path) || c.badAbove(list) || slices.Contains(use.app.Groups, use.name) {
			continue
		}
		c.problem(use.path, fmt.Sprintf("members of %s cannot sign in: %s (%s) does not name the group", use.name, list, c.where(list)), "add it there, or name one of "+strings.Join(use.app.Groups, ", "))
	}
	if path := "jenkins.oidc.issuer"; jenkins && u.Jenkins.OIDC.Issuer != u.Okta.Issuer() && !c.bad(path, oktaKey+".orgName", oktaKey+".baseURL") && !c.badAbove(path) {
		c.problem(path, fmt.Sprintf("%s is not the issuer of the application that application okta makes for Jenkins, want %s", u.Jenkins.OIDC.Issuer, u.Okta.Issuer()), "")
	}
}
