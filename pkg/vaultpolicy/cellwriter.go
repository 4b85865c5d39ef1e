package vaultpolicy

import "cellworks/pkg/naming"

// CellWriter is for people who write secrets of clients' services and must not read them.
// Their versions can be read: a write must say which one it replaces.
func CellWriter() Policy {
	secrets := naming.CellVaultPath("+", naming.VaultCellKV)
	return Policy{Name: "cell-writer", Rules: []Rule{
		at(secrets+"/data/+/*", Create, Update),
		look(secrets + "/metadata/*"),
	}}
}
