package vaultpolicy

import "cellworks/pkg/naming"

// Deploy is for deployments of what is in Vault: everything that these make, and no
// secret that others put there. Whoever initializes Vault writes it, since deployments
// cannot log in without it.
func Deploy() Policy {
	return Policy{Name: "pulumi-utility", Rules: []Rule{
		at("auth/token/create", Create, Update),
		manage("auth/" + naming.VaultAWSMount + "/*"),
		manage("auth/" + naming.VaultOutsideMount + "/*"),
		manage("auth/" + naming.VaultPeopleMount + "/*"),
		manage("identity/group"),
		manage("identity/group/*"),
		manage("identity/group-alias"),
		manage("identity/group-alias/*"),
		manage(naming.VaultKVMount + "/config"),
		manage(naming.VaultPKIMount + "/*"),
		manage(naming.VaultPKIRootMount + "/*"),
		at(naming.VaultPKIRootMount+"/root", Delete, Sudo),
		at(naming.VaultPKIMount+"/root", Delete, Sudo),
		manage(naming.VaultTransitMount + "/keys/*"),
		at("sys/audit", Read, Sudo),
		at("sys/audit/*", Create, Read, Update, Delete, Sudo),
		at("sys/auth", Read),
		at("sys/auth/*", Create, Read, Update, Delete, Sudo),
		at("sys/mounts", Read),
		manage("sys/mounts/*"),
		manage("sys/policies/acl/*"),
		manage("sys/policies/password/*"),
		manage("sys/quotas/rate-limit/*"),
		at("sys/storage/raft/autopilot/configuration", Create, Read, Update, Delete),
	}}
}
