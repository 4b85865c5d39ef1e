package vaultpolicy

import "cellworks/pkg/naming"

// Outside is for what is outside AWS and logs in with a role id and a secret id: the
// secrets that are put there for it.
func Outside() Policy {
	return Policy{Name: "outside", Rules: []Rule{at(naming.VaultKVMount+"/data/outside/*", Read)}}
}
