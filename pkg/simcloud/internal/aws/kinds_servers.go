package aws

import "cellworks/pkg/simcloud/internal/resource"

// serverKinds are the resource types that servers and clusters are made of: machines and their groups, secrets,
// parameters, images, names inside a VPC, and what filters requests.
func serverKinds() []*resource.Kind {
	return []*resource.Kind{
		launchTemplate(), scalingGroup(), lifecycleHook(), instanceProfile(), capacityProvider(), subnetReservation(),
		webACL(), webACLAssociation(), webACLLogging(), ipSet(),
		namespace(), discoveryService(),
		secret(), secretPolicy(), secretVersion(),
		resolverEndpoint(), resolverRule(), resolverRuleAssociation(),
		parameter(), logResourcePolicy(),
		repository(), imageLifecycle(), repositoryPolicy(),
	}
}
