package vaultpolicy

import "cellworks/pkg/naming"

// Agent is for the agents of Jenkins of one kind: the secrets of their jobs, and of no
// other kind's.
func Agent(kind string) Policy {
	secrets := "jenkins/" + kind + "/*"
	return Policy{Name: "jenkins-agent-" + kind, Rules: []Rule{
		at(naming.VaultKVMount+"/data/"+secrets, Read),
		look(naming.VaultKVMount + "/metadata/" + secrets),
	}}
}
