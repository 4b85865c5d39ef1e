package vaultpolicy

import "cellworks/pkg/naming"

// Administrator is for people who run the platform: every secret of the platform, and
// the sight of all that is configured, which only deployments change. Nothing of
// clients' secrets, and nothing that would hide what was done.
func Administrator() Policy {
	rules := []Rule{
		manage(naming.VaultKVMount + "/*"),
		at(naming.VaultDatabaseMount+"/creds/*", Read),
		at(naming.VaultPKIMount+"/revoke", Create, Update),
		look(naming.VaultPKIRootMount + "/*"),
		look(naming.VaultPKIMount + "/*"),
		look(naming.VaultTransitMount + "/*"),
		// To lock somebody out: whoever writes policies or metadata of identities could reach
		// anything with their own.
		at("identity/entity/id/+", Read, Update, Delete).with(map[string]Values{"disabled": {}}),
		at("sys/leases/*", Create, Update, List, Sudo),
		at("sys/rotate", Update, Sudo),
	}
	return Policy{Name: "administrator", Rules: merge(rules, Operator().Rules, Auditor().Rules)}
}

// merge joins lists of rules; for a path that is in several, the first counts.
func merge(lists ...[]Rule) []Rule {
	var merged []Rule
	seen := map[string]bool{}
	for _, list := range lists {
		for _, rule := range list {
			if !seen[rule.Path] {
				seen[rule.Path] = true
				merged = append(merged, rule)
			}
		}
	}
	return merged
}
