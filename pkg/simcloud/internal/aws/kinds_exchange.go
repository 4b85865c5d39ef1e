package aws

import "cellworks/pkg/simcloud/internal/resource"

// exchangeKinds are the resource types with which a cell exchanges messages and files: queues, SFTP servers, what
// buckets tell and copy, scans of what comes in, and what its services and its ingress need for it.
func exchangeKinds() []*resource.Kind {
	return []*resource.Kind{
		queue(), queuePolicy(), redriveAllowPolicy(),
		transferServer(), transferUser(), transferKey(), transferTag(),
		bucketNotification(), bucketReplication(), malwarePlan(),
		scheduledAction(), listenerCertificate(), replicaKey(),
	}
}
