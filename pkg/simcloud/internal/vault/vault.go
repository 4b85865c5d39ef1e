// Package vault simulates HashiCorp Vault, community edition, as the vault provider sees it: one file per part of the
// API, each a few functions per resource type on the shared core of package resource.
//
// A simulated Vault is one per host name. It exists as soon as its name leads to a load balancer of the simulated AWS.
package vault

import (
	"cellworks/pkg/simcloud/internal/resource"
)

// providerTries is how often the provider tries a throttled call: once and its default of two retries.
const providerTries = 3

// Plugin is the vault provider, without its schema.
func Plugin() *resource.Plugin {
	return &resource.Plugin{
		Name: "vault", Kinds: Kinds(), Configure: configure, Reach: reach,
		Explain: explain, Throttled: throttled, Tries: providerTries,
	}
}

// Kinds are the simulated resource types by token. This list is the only place where a type is registered.
func Kinds() map[string]*resource.Kind {
	list := []*resource.Kind{
		mount(), policy(), passwordPolicy(), audit(), auditHeader(), raftAutopilot(), rateLimit(), endpoint(),
		authBackend(), awsClient(), awsIdentity(), awsSTSRole(), awsRole(),
		jwtBackend(), jwtRole(), appRole(), secretID(), entity(), entityAlias(), group(), groupAlias(),
		kvConfig(), transitKey(), connection(), databaseRole(), staticRole(),
		rootCert(), certRequest(), signIntermediate(), setSigned(), issuersConfig(), urlsConfig(), crlConfig(), pkiRole(),
	}
	kinds := make(map[string]*resource.Kind, len(list))
	for _, k := range list {
		k.Service, k.Global = "Vault", true
		if k.Rules.Unsimulated == nil {
			k.Rules.Unsimulated = map[string]string{}
		}
		k.Rules.Unsimulated["namespace"] = ": the simulated Vault is the community edition, which has no namespaces"
		kinds[k.Token] = k
	}
	return kinds
}
