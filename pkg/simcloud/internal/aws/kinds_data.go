package aws

import "cellworks/pkg/simcloud/internal/resource"

// dataKinds are the resource types that keep a client's data in a cell: databases and caches.
func dataKinds() []*resource.Kind {
	return []*resource.Kind{
		dbSubnetGroup(), dbParameterGroup(), clusterParameterGroup(), dbInstance(), dbCluster(), dbMember(),
		dbSnapshot(), clusterSnapshot(), backupsElsewhere(), dbEvents(), dbProxy(), proxyTargetGroup(), proxyTarget(),
		cacheSubnetGroup(), cacheParameterGroup(), cacheGroup(), cacheUser(), cacheUserGroup(),
	}
}

// holdsData says whether a database, a proxy or a cache has an interface in the subnet or with the security group.
func holdsData(c *resource.Call) bool {
	return len(c.Users(tokDBInstance, tokDBCluster, tokDBMember, tokProxy, tokCache)) > 0
}
