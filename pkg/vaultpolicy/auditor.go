package vaultpolicy

import "cellworks/pkg/naming"

// Auditor is for people who must see all that is configured, and no secret.
func Auditor() Policy {
	return Policy{Name: "auditor", Rules: []Rule{
		at("auth/token/accessors", List, Sudo),
		look("auth/" + naming.VaultAWSMount + "/*"),
		look("auth/" + naming.VaultOutsideMount + "/role/+"),
		look("auth/" + naming.VaultPeopleMount + "/*"),
		look("identity/*"),
		look(naming.VaultKVMount + "/metadata/*"),
		at("sys/audit", Read, Sudo),
		at("sys/auth", Read),
		at("sys/config/auditing/*", Read, Sudo),
		at("sys/mounts", Read),
		at("sys/mounts/*", Read),
		look("sys/policies/*"),
		look("sys/quotas/*"),
	}}
}
