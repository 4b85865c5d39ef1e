package vaultpolicy

import "cellworks/pkg/naming"

// DeployCell is for deployments of cells: what is mounted for clients, how, and who may
// use it. They cannot read what is in it, and touch nothing of the platform. What a
// policy of a cell says, Vault's community edition cannot limit: whoever deploys cells
// could let one read more. The audit log shows every policy that is written.
func DeployCell() Policy {
	cells := naming.VaultCellsPath
	return Policy{Name: "deploy-cell", Rules: []Rule{
		// The provider makes itself a token that ends with the deployment.
		at("auth/token/create", Create, Update),
		manage("auth/" + naming.VaultAWSMount + "/role/" + naming.VaultCellPolicyPrefix + "*"),
		manage("sys/policies/acl/" + naming.VaultCellPolicyPrefix + "*"),
		at("sys/mounts", Read),
		manage("sys/mounts/" + cells + "*"),
		manage(cells + "+/database/config/*"),
		manage(cells + "+/database/roles/*"),
		manage(cells + "+/database/static-roles/*"),
		at(cells+"+/database/reset/*", Create, Update),
		at(cells+"+/database/rotate-root/*", Create, Update),
		manage(cells + "+/kv/config"),
		manage(cells + "+/transit/keys/*"),
	}}
}
