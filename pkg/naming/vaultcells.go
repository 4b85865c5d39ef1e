package naming

// CellVaultPath returns cells/<client>/<engine>, where an engine of a client is mounted
// in Vault.
func CellVaultPath(client, engine string) string { return VaultCellsPath + client + "/" + engine }

// CellVaultRole returns cell-<client>-<service>: the identity of a service in Vault, and
// the role of VaultAWSMount by which it logs in.
func CellVaultRole(client, service string) string {
	return VaultCellPrefix + client + "-" + service
}

// CellDatabaseRole returns <service>.<role>: by what a service asks for a login to its
// client's database. Names of services hold no dot, so that none begins like another's.
func CellDatabaseRole(service, role string) string { return service + "." + role }

// The engines of a client in Vault, and what is in each under a fixed name.
const (
	// VaultCellKV holds secrets, below VaultCellShared or the name of a service.
	VaultCellKV = "kv"
	// VaultCellTransit encrypts with the key VaultCellKey.
	VaultCellTransit = "transit"
	// VaultCellDatabase makes logins to the database VaultCellConnection.
	VaultCellDatabase = "database"

	// VaultCellShared begins the paths of the secrets that all services of a cell read.
	VaultCellShared = "shared"
	// VaultCellKey is the client's key.
	VaultCellKey = "cell"
	// VaultCellConnection is the client's database.
	VaultCellConnection = "main"
)
