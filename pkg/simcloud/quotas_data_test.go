package simcloud_test

import "fmt"

// beyondDataQuotas is beyondQuotas for the quotas of what keeps a client's data.
func beyondDataQuotas() map[string]beyond {
	more := func(name string, change props) func(*world) props {
		return func(w *world) props { return with(w.res[name].In, change) }
	}
	return map[string]beyond{
		// Three databases and two instances of a cluster, of which one is in another region.
		"DB instances per region":     {4, databaseType, more("db", props{"identifier": "one-more"}), "InstanceQuotaExceeded: DB Instance quota exceeded: 4"},
		"DB clusters per region":      {0, dbClusterType, more("aurora", props{"clusterIdentifier": "one-more"}), "DBClusterQuotaExceededFault: DB Cluster quota exceeded: 1"},
		"DB subnet groups per region": {0, dbSubnetsType, more("db-subnets", props{"name": "one-more"}), "DBSubnetGroupQuotaExceeded: DB Subnet Group quota exceeded: 1"},
		"subnets per DB subnet group": {2, dbSubnetsType, func(w *world) props {
			return props{"name": "wide", "subnetIds": []any{w.subnet("app0"), w.subnet("app1"), w.subnet("public0")}}
		}, "DBSubnetQuotaExceededFault: A DB subnet group can have at most 2 subnets, got 3"},
		"DB parameter groups per region":         {0, dbParametersType, more("db-params", props{"name": "one-more"}), "DBParameterGroupQuotaExceeded"},
		"DB cluster parameter groups per region": {0, dbClusterParams, more("aurora-params", props{"name": "one-more"}), "DBParameterGroupQuotaExceeded"},
		"DB snapshots per region":                {0, dbSnapshotType, more("db-snapshot", props{"dbSnapshotIdentifier": "one-more"}), "SnapshotQuotaExceeded"},
		"DB cluster snapshots per region":        {0, dbClusterSnapshot, more("aurora-snapshot", props{"dbClusterSnapshotIdentifier": "one-more"}), "SnapshotQuotaExceeded"},
		"DB event subscriptions per region":      {0, dbEventsType, more("db-events", props{"name": "one-more"}), "EventSubscriptionQuotaExceeded"},
		"DB proxies per region":                  {0, proxyType, more("db-proxy", props{"name": "one-more"}), "DBProxyQuotaExceededFault: You can't create more than 1 proxies"},
		"read replicas per DB instance":          {1, databaseType, more("db-replica", props{"identifier": "third"}), "has the maximum number of read replicas: 1"},
		"instances per DB cluster":               {2, dbMemberType, more("aurora-1", props{"identifier": "third-member"}), "A DB cluster can have at most 2 DB instances"},
		"cache nodes per region":                 {2, cacheType, more("cache", props{"replicationGroupId": "one-more"}), "NodeQuotaForCustomerExceeded: The request cannot be processed because it would exceed the allowed number of cache nodes per customer: 4, quota 2"},
		"cache nodes per cluster": {3, cacheType, more("cache", props{
			"replicationGroupId": "sharded", "numCacheClusters": nil, "numNodeGroups": 2, "replicasPerNodeGroup": 1, "parameterGroupName": nil,
		}), "NodeQuotaForClusterExceeded"},
		"cache subnet groups per region": {0, cacheSubnetsType, more("cache-subnets", props{"name": "one-more"}), "CacheSubnetGroupQuotaExceeded"},
		"subnets per cache subnet group": {2, cacheSubnetsType, func(w *world) props {
			return props{"name": "wide", "subnetIds": []any{w.subnet("app0"), w.subnet("app1"), w.subnet("public0")}}
		}, "CacheSubnetQuotaExceededFault: A cache subnet group can have at most 2 subnets, got 3"},
		"cache parameter groups per region": {0, cacheParamsType, more("cache-params", props{"name": "one-more"}), "CacheParameterGroupQuotaExceeded"},
		"cache users per region":            {0, cacheUserType, more("cache-user", props{"userId": "one-more"}), "UserQuotaExceeded: Number of users has exceeded the limit: 2"},
		"cache user groups per region":      {0, cacheUsersType, more("cache-users", props{"userGroupId": "one-more"}), "UserGroupQuotaExceeded"},
		"users per cache user group": {2, cacheUsersType, func(w *world) props {
			ids := []any{}
			for i := range 3 {
				ids = append(ids, w.create(cacheUserType, fmt.Sprint("crowd", i), with(w.res["cache-user"].In, props{"userId": fmt.Sprint("crowd", i), "userName": fmt.Sprint("crowd", i)})).ID)
			}
			return props{"userGroupId": "crowd", "engine": "valkey", "userIds": ids}
		}, "UserQuotaExceeded: A user group can have at most 2 users, got 3"},
	}
}
