// Package aws simulates the services of AWS: one file per service or part of one, each a few functions per resource
// type on the shared core of package resource.
package aws

import "cellworks/pkg/simcloud/internal/resource"

// Kinds are the simulated resource types by token. This list is the only place where a type is registered.
func Kinds() map[string]*resource.Kind {
	list := []*resource.Kind{
		vpc(), subnet(), internetGateway(), eip(), natGateway(),
		routeTable(), route(), routeTableAssociation(), defaultRouteTable(),
		networkACL(), defaultNetworkACL(),
		securityGroup(), defaultSecurityGroup(), ingressRule(), egressRule(),
		zone(), record(), certificate(), certificateValidation(),
		kmsKey(), kmsAlias(), logGroup(),
		role(), policy(), rolePolicyAttachment(),
		bucket(), bucketVersioning(), bucketEncryption(), bucketPublicAccessBlock(), bucketOwnershipControls(),
		bucketLifecycle(), bucketPolicy(),
		cluster(), clusterCapacityProviders(), taskDefinition(), service(),
		loadBalancer(), listener(), targetGroup(), listenerRule(),
		scalingTarget(), scalingPolicy(),
	}
	list = append(list, networkAndIdentityKinds()...)
	list = append(list, auditKinds()...)
	list = append(list, serverKinds()...)
	list = append(list, applicationKinds()...)
	list = append(list, exchangeKinds()...)
	list = append(list, backupKinds()...)
	list = append(list, dataKinds()...)
	list = append(list, loggingKinds()...)
	kinds := make(map[string]*resource.Kind, len(list))
	for _, k := range list {
		kinds[k.Token] = k
	}
	return kinds
}
