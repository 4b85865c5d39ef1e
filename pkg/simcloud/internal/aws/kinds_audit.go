package aws

import "cellworks/pkg/simcloud/internal/resource"

// auditKinds are the resource types that record, watch and report, and the settings of an account or region of the
// services that do so.
func auditKinds() []*resource.Kind {
	return []*resource.Kind{
		trail(), bucketObjectLock(), bucketLogging(), bucketObject(),
		recorder(), deliveryChannel(), recorderStatus(), conformancePack(), retentionConfiguration(),
		detector(), detectorFeature(), publishingDestination(),
		hub(), standardsSubscription(), findingAggregator(), standardsControl(),
		inspectorEnabler(), macieAccount(), macieExport(),
		topic(), topicPolicy(), topicSubscription(),
		eventRule(), eventTarget(), metricFilter(), subscriptionFilter(), metricAlarm(),
		serviceSetting(), ecsAccountSetting(), registryScanning(), alternateContact(), backupRegionSettings(), budget(),
	}
}
