package aws

// The tokens of what keeps a client's data in a cell: databases and caches.
const (
	tokDBSubnets         = "aws:rds/subnetGroup:SubnetGroup"
	tokDBParameters      = "aws:rds/parameterGroup:ParameterGroup"
	tokClusterParameters = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
	tokDBInstance        = "aws:rds/instance:Instance"
	tokDBCluster         = "aws:rds/cluster:Cluster"
	tokDBMember          = "aws:rds/clusterInstance:ClusterInstance"
	tokDBSnapshot        = "aws:rds/snapshot:Snapshot"
	tokClusterSnapshot   = "aws:rds/clusterSnapshot:ClusterSnapshot"
	tokBackupsElsewhere  = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
	tokDBEvents          = "aws:rds/eventSubscription:EventSubscription"
	tokProxy             = "aws:rds/proxy:Proxy"
	tokProxyTargets      = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"
	tokProxyTarget       = "aws:rds/proxyTarget:ProxyTarget"
	tokCacheSubnets      = "aws:elasticache/subnetGroup:SubnetGroup"
	tokCacheParameters   = "aws:elasticache/parameterGroup:ParameterGroup"
	tokCache             = "aws:elasticache/replicationGroup:ReplicationGroup"
	tokCacheUser         = "aws:elasticache/user:User"
	tokCacheUsers        = "aws:elasticache/userGroup:UserGroup"
)

// CacheSnapshot is the type of a snapshot of a cache. No program makes one: a replication group leaves it behind.
const CacheSnapshot = "aws:elasticache/snapshot:Snapshot"
