package vaultpolicy

import "cellworks/pkg/naming"

// The metadata by which Vault knows whose service asks. Nobody but deployments of cells
// writes them, onto identities whose name begins with naming.VaultCellPrefix.
const (
	// MetadataClient is the client's name.
	MetadataClient = "client"
	// MetadataService is the service's.
	MetadataService = "service"
)

// CellService is for all services of all clients: each reads its own secrets and those
// that all services of its cell share, uses its client's key without seeing it, and gets
// the logins to its client's database that are for it. Which those are, the identity of the service says: who
// has none, or one without a client, is given no path at all. A service reaches nothing of
// another client, and writes nothing.
func CellService() Policy {
	under := func(engine, rest string) string {
		return naming.CellVaultPath(Metadata(MetadataClient), engine) + "/" + rest
	}
	// What it may see of its own login.
	rules := []Rule{at("auth/token/lookup-self", Read)}
	for _, owner := range []string{Metadata(MetadataService), naming.VaultCellShared} {
		rules = append(rules, at(under(naming.VaultCellKV, "data/"+owner+"/*"), Read), look(under(naming.VaultCellKV, "metadata/"+owner+"/*")))
	}
	for _, use := range []string{"encrypt", "decrypt", "rewrap", "hmac"} {
		rules = append(rules, at(under(naming.VaultCellTransit, use+"/"+naming.VaultCellKey), Update))
	}
	return Policy{Name: naming.VaultCellServicePolicy, Rules: append(rules,
		// A key for data that the service encrypts itself, once as it is and once wrapped.
		at(under(naming.VaultCellTransit, "datakey/plaintext/"+naming.VaultCellKey), Update),
		at(under(naming.VaultCellDatabase, "creds/"+naming.CellDatabaseRole(Metadata(MetadataService), "*")), Read),
	)}
}
