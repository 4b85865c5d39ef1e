// Package datadog simulates Datadog as the datadog provider sees it: one file per part of the API, each a few functions
// per resource type on the shared core of package resource.
//
// A simulated Datadog is one organization for each site, the host of the API's URL; every well-formed pair of keys is
// one of its keys.
package datadog

import (
	"cellworks/pkg/simcloud/internal/resource"
)

// providerTries is how often the provider tries a throttled call: once and its default of three retries.
const providerTries = 4

// Plugin is the datadog provider, without its schema.
func Plugin() *resource.Plugin {
	return &resource.Plugin{
		Name: "datadog", Kinds: Kinds(), Functions: Functions(), Configure: configure, Reach: reach,
		Explain: explain, Throttled: throttled, Tries: providerTries,
	}
}

// Kinds are the simulated resource types by token. This list is the only place where a type is registered.
func Kinds() map[string]*resource.Kind {
	list := []*resource.Kind{
		monitor(), notificationRule(), objective(), dashboard(), downtime(), syntheticsTest(),
		serviceAccount(), applicationKey(), apiKey(), role(), authnMapping(), team(),
		logsArchive(), logsIndex(), scannerGroup(), scannerRule(), externalID(), integrationAccount(),
	}
	kinds := make(map[string]*resource.Kind, len(list))
	for _, k := range list {
		k.Service, k.Global = "Datadog", true
		kinds[k.Token] = k
	}
	return kinds
}

const (
	tokMonitor          = "datadog:index/monitor:Monitor"
	tokNotificationRule = "datadog:index/monitorNotificationRule:MonitorNotificationRule"
	tokObjective        = "datadog:index/serviceLevelObjective:ServiceLevelObjective"
	tokDashboard        = "datadog:index/dashboardJson:DashboardJson"
	tokDowntime         = "datadog:index/downtimeSchedule:DowntimeSchedule"
	tokSynthetics       = "datadog:index/syntheticsTest:SyntheticsTest"
	tokServiceAccount   = "datadog:index/serviceAccount:ServiceAccount"
	tokApplicationKey   = "datadog:index/serviceAccountApplicationKey:ServiceAccountApplicationKey"
	tokAPIKey           = "datadog:index/apiKey:ApiKey"
	tokRole             = "datadog:index/role:Role"
	tokAuthnMapping     = "datadog:index/authnMapping:AuthnMapping"
	tokTeam             = "datadog:index/team:Team"
	tokLogsArchive      = "datadog:index/logsArchive:LogsArchive"
	tokLogsIndex        = "datadog:index/logsIndex:LogsIndex"
	tokScannerGroup     = "datadog:index/sensitiveDataScannerGroup:SensitiveDataScannerGroup"
	tokScannerRule      = "datadog:index/sensitiveDataScannerRule:SensitiveDataScannerRule"
	tokExternalID       = "datadog:aws/integrationExternalId:IntegrationExternalId"
	tokIntegration      = "datadog:aws/integrationAccount:IntegrationAccount"
)
