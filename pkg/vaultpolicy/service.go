package vaultpolicy

import "cellworks/pkg/naming"

// CellAccess is what the client of a service has in Vault.
type CellAccess struct {
	// KV and Transit say that there is a store of secrets, and a key.
	KV, Transit bool
	// DatabaseRoles are the logins that Vault makes.
	DatabaseRoles []string
}

// CellService is for a service of a client: it reads its own secrets and those that all
// services of the cell share, uses the client's key without seeing it, and gets logins to
// the client's database. It reaches nothing of another client, and writes nothing.
func CellService(client, service string, access CellAccess) Policy {
	under := func(engine, rest string) string { return naming.CellVaultPath(client, engine) + "/" + rest }
	// What it may see of its own login, so that a policy is never empty.
	rules := []Rule{at("auth/token/lookup-self", Read)}
	if access.KV {
		for _, owner := range []string{service, naming.VaultCellShared} {
			rules = append(rules, at(under(naming.VaultCellKV, "data/"+owner+"/*"), Read), look(under(naming.VaultCellKV, "metadata/"+owner+"/*")))
		}
	}
	if access.Transit {
		for _, use := range []string{"encrypt", "decrypt", "rewrap", "hmac"} {
			rules = append(rules, at(under(naming.VaultCellTransit, use+"/"+naming.VaultCellKey), Update))
		}
		// A key for data that the service encrypts itself, once as it is and once wrapped.
		rules = append(rules, at(under(naming.VaultCellTransit, "datakey/plaintext/"+naming.VaultCellKey), Update))
	}
	for _, role := range access.DatabaseRoles {
		rules = append(rules, at(under(naming.VaultCellDatabase, "creds/"+role), Read))
	}
	return Policy{Name: naming.CellVaultRole(client, service), Rules: rules}
}
