package vaultpolicy

// Snapshot is for servers that save what Vault stores, encrypted as it is.
func Snapshot() Policy {
	return Policy{Name: "snapshot", Rules: []Rule{at("sys/storage/raft/snapshot", Read)}}
}
