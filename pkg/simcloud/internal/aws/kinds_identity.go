package aws

import "cellworks/pkg/simcloud/internal/resource"

// networkAndIdentityKinds are the resource types of endpoints, peering and network logs, of identity, and of the
// settings that an account or region has once.
func networkAndIdentityKinds() []*resource.Kind {
	return []*resource.Kind{
		vpcEndpoint(), flowLog(), dhcpOptions(), dhcpAssociation(),
		peering(), peeringAccepter(), peeringOptions(),
		zoneAssociation(), zoneAuthorization(), queryLog(), queryLogAssociation(),
		imageBlock(), metadataDefaults(), serialConsole(), defaultEncryption(), defaultKey(), snapshotBlock(),
		passwordPolicy(), accountAlias(), tokenPreferences(), linkedRole(), oidcProvider(), samlProvider(),
		analyzer(), archiveRule(), accountBlock(),
	}
}
