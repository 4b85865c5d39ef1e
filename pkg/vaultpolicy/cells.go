package vaultpolicy

import "cellworks/pkg/naming"

// DeployCellName is the name of DeployCell, and of the role by which these log in.
const DeployCellName = "deploy-cell"

// DeployCell is for deployments of cells: what is mounted for clients, how, and whose
// services are whose. They cannot read what is in it, touch nothing of the platform, and
// write no policy: what they let log in gets the policy of services and no other, and the
// identities that they make have none of their own. So the worst that whoever deploys
// cells could do is to say that a role is another client's service, which the audit log
// shows.
//
// accessor is that of the auth method naming.VaultAWSMount: identities have logins there
// alone, and the provider looks for these alone.
func DeployCell(accessor string) Policy {
	cells, prefix := naming.VaultCellsPath, naming.VaultCellPrefix
	anything, method := Values{}, Values{Texts: []string{accessor}}
	identity := map[string]Values{
		"name": {Texts: []string{prefix + "*"}}, "metadata": anything, "disabled": anything, "external_policies": anything,
		// The provider sends an empty list with changes, which also takes away what somebody
		// else has added.
		"policies": {Lists: [][]string{{}}},
	}
	alias := map[string]Values{"name": anything, "mount_accessor": method, "canonical_id": anything, "custom_metadata": anything}
	return Policy{Name: DeployCellName, Rules: []Rule{
		// The provider makes itself a token that ends with the deployment.
		at("auth/token/create", Create, Update),
		manage("auth/" + naming.VaultAWSMount + "/role/" + prefix + "*").with(map[string]Values{
			"token_policies": {Lists: [][]string{{naming.VaultCellServicePolicy}}},
			// An older name of the same.
			"policies": {Lists: [][]string{{naming.VaultCellServicePolicy}}}, AnyOther: anything,
		}),
		at("identity/entity", Create, Update).with(identity),
		at("identity/entity/id/+", Create, Read, Update, Delete).with(identity),
		at("identity/entity-alias", Create, Update).with(alias),
		at("identity/entity-alias/id/+", Create, Read, Update, Delete).with(alias),
		at("identity/lookup/entity", Create, Update).with(map[string]Values{"alias_name": anything, "alias_mount_accessor": method}),
		// Cells that were deployed before services shared a policy have policies to take away.
		at("sys/policies/acl/"+prefix+"*", Read, Delete),
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
