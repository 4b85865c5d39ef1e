package vaultpolicy

// Operator is for people who look after the servers: which there are, which leads, and
// what hangs. No secret.
func Operator() Policy {
	return Policy{Name: "operator", Rules: []Rule{
		at("sys/ha-status", Read),
		at("sys/health", Read),
		at("sys/host-info", Read),
		at("sys/in-flight-req", Read),
		at("sys/key-status", Read),
		at("sys/leases/lookup", Create, Update),
		at("sys/leases/revoke", Create, Update),
		at("sys/metrics", Read),
		at("sys/mounts", Read),
		at("sys/step-down", Update, Sudo),
		at("sys/storage/raft/autopilot/*", Read),
		at("sys/storage/raft/configuration", Read),
		at("sys/storage/raft/remove-peer", Create, Update),
	}}
}
