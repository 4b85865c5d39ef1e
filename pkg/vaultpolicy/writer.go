package vaultpolicy

import "cellworks/pkg/naming"

// PlatformSecrets begins the paths of the platform's own secrets in
// naming.VaultKVMount.
const PlatformSecrets = "platform/"

// Writer is for people who write secrets of the platform and must not read them. Their
// versions can be read: a write must say which one it replaces.
func Writer() Policy {
	return Policy{Name: "writer", Rules: []Rule{
		at(naming.VaultKVMount+"/data/"+PlatformSecrets+"*", Create, Update),
		at(naming.VaultKVMount+"/metadata/", List),
		look(naming.VaultKVMount + "/metadata/" + PlatformSecrets + "*"),
	}}
}
