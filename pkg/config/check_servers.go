package config

import (
	"fmt"
	"slices"
	"strings"
)

// servers checks what the tags of the applications with servers of their own cannot
// say.
// accounts are those of the organization, at is where the applications are.
func (c *checker) servers(u Utility, accounts []Account, at place) {
	for _, app := range []struct {
		key       string
		enabled   bool
		servers   UtilityServers
		allowed   []string
		snapshots UtilitySnapshots
	}{
		{ApplicationConsul, u.Consul.Enabled, u.Consul.Servers, texts(u.Consul.AllowedCIDRs), u.Consul.Snapshots},
		{ApplicationVault, u.Vault.Enabled, u.Vault.Servers, texts(u.Vault.AllowedCIDRs), u.Vault.Snapshots},
	} {
		if !app.enabled || c.bad(app.key) {
			continue
		}
		if path := app.key + ".allowedCIDRs"; !c.bad(path) {
			if len(app.allowed) == 0 {
				c.problem(path, "no network may connect, want at least one", "for example: allowedCIDRs: [10.0.0.0/8]")
			}
			c.once(path, app.allowed)
		}
		c.serverImage(app.key+".servers", app.servers)
		c.snapshotRegion(app.key+".snapshots", app.snapshots, accounts, at)
	}
}

// serverImage reports an image of AWS for another architecture than the instance type's.
// Nobody knows what is behind the other parameters, and behind ids.
func (c *checker) serverImage(at string, s UtilityServers) {
	path := at + ".image"
	if c.bad(at, path, at+".instanceType") || !strings.HasPrefix(s.Image, "/aws/service/") {
		return
	}
	names := map[Arch]string{ARM64: "arm64", X8664: "x86_64"}
	arch := InstanceArch(s.InstanceType)
	for other, name := range names {
		if other != arch && strings.Contains(s.Image, name) {
			c.problem(path, fmt.Sprintf("the image is for %s, but %s has %s", name, s.InstanceType, names[arch]), "take the parameter for "+names[arch])
		}
	}
}

// snapshotRegion reports a region that the account does not have. The defaults of
// all accounts are checked without one.
func (c *checker) snapshotRegion(key string, s UtilitySnapshots, accounts []Account, at place) {
	path := key + ".region"
	for _, account := range accounts {
		known := regionNames(account)
		if account.Name == at.account && s.Region != "" && !c.bad(key, path) && !slices.Contains(known, s.Region) {
			c.problem(path, fmt.Sprintf("account %s has no region %q, want one of %s", account.Name, s.Region, strings.Join(known, ", ")), "")
		}
	}
}
