package aws

import "cellworks/pkg/simcloud/internal/resource"

// applicationKinds are the resource types that the utility applications use beyond those of servers: files, search,
// deliveries, functions, schedules, patches and what looks after an organization.
func applicationKinds() []*resource.Kind {
	return []*resource.Kind{
		fileSystem(), mountTarget(), accessPoint(), fileSystemPolicy(), fileBackup(),
		logStream(), function(), invocation(), functionPermission(), searchDomain(), searchDomainPolicy(), searchDomainSAML(), firehose(),
		configAggregator(), aggregateAuthorization(), guardDutyMembers(), guardDutyMemberFeature(), inspectorMembers(), macieMembers(), macieJob(), hubMembers(),
		scheduleGroup(), schedule(), patchBaseline(), defaultPatchBaseline(), maintenanceWindow(), windowTarget(), windowTask(), ssmAssociation(),
	}
}
