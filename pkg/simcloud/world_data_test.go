package simcloud_test

const (
	dbSubnetsType     = "aws:rds/subnetGroup:SubnetGroup"
	dbParametersType  = "aws:rds/parameterGroup:ParameterGroup"
	dbClusterParams   = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
	databaseType      = "aws:rds/instance:Instance"
	dbClusterType     = "aws:rds/cluster:Cluster"
	dbMemberType      = "aws:rds/clusterInstance:ClusterInstance"
	dbSnapshotType    = "aws:rds/snapshot:Snapshot"
	dbClusterSnapshot = "aws:rds/clusterSnapshot:ClusterSnapshot"
	dbBackupsType     = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
	dbEventsType      = "aws:rds/eventSubscription:EventSubscription"
	proxyType         = "aws:rds/proxy:Proxy"
	proxyGroupType    = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"
	proxyTargetType   = "aws:rds/proxyTarget:ProxyTarget"
	cacheSubnetsType  = "aws:elasticache/subnetGroup:SubnetGroup"
	cacheParamsType   = "aws:elasticache/parameterGroup:ParameterGroup"
	cacheType         = "aws:elasticache/replicationGroup:ReplicationGroup"
	cacheUserType     = "aws:elasticache/user:User"
	cacheUsersType    = "aws:elasticache/userGroup:UserGroup"
)

// data adds what keeps a client's data: databases and caches.
func (w *world) data() {
	w.databases()
	w.aurora()
	w.proxy()
	w.caches()
}

func (w *world) databases() {
	w.add(securityGroupType, "db-group", props{"vpcId": w.res["vpc"].ID, "description": "database"})
	subnets := w.add(dbSubnetsType, "db-subnets", props{"name": "acme", "subnetIds": []any{w.subnet("app0"), w.subnet("app1")}})
	parameters := w.add(dbParametersType, "db-params", props{"name": "acme-16", "family": "postgres16", "parameters": []any{
		props{"name": "rds.force_ssl", "value": "1"}, props{"name": "log_connections", "value": "1", "applyMethod": "immediate"},
		props{"name": "shared_preload_libraries", "value": "pg_stat_statements,pgaudit", "applyMethod": "pending-reboot"},
	}})
	monitor := w.add(roleType, "db-monitor", props{"name": "db-monitor", "assumeRolePolicy": serviceTrust("monitoring.rds.amazonaws.com")})
	w.add(logGroupType, "db-logs", props{"name": "/aws/rds/instance/acme/postgresql", "retentionInDays": 365, "kmsKeyId": w.res["key"].str("arn")})
	w.add(logGroupType, "db-upgrades", props{"name": "/aws/rds/instance/acme/upgrade", "retentionInDays": 365})
	db := w.add(databaseType, "db", props{
		"identifier": "acme", "engine": "postgres", "engineVersion": "16", "instanceClass": "db.m7g.large", "allocatedStorage": 100, "maxAllocatedStorage": 500, "storageType": "gp3",
		"storageEncrypted": true, "kmsKeyId": w.res["key"].str("arn"), "dbName": "acme", "username": "root_user", "password": "swordfish-swordfish", "multiAz": true,
		"dbSubnetGroupName": subnets.str("name"), "vpcSecurityGroupIds": []any{w.res["db-group"].ID}, "parameterGroupName": parameters.str("name"),
		"backupRetentionPeriod": 35, "backupWindow": "03:00-04:00", "maintenanceWindow": "sun:05:00-sun:06:00", "copyTagsToSnapshot": true, "deleteAutomatedBackups": false,
		"enabledCloudwatchLogsExports": []any{"upgrade", "postgresql"}, "performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": w.res["key"].str("arn"),
		"performanceInsightsRetentionPeriod": 7, "monitoringInterval": 60, "monitoringRoleArn": monitor.str("arn"), "iamDatabaseAuthenticationEnabled": true,
		"caCertIdentifier": "rds-ca-rsa2048-g1", "skipFinalSnapshot": true, "tags": props{"cell": "acme"},
	})
	w.add(databaseType, "db-replica", props{"identifier": "acme-replica", "replicateSourceDb": "acme", "instanceClass": "db.m7g.large", "skipFinalSnapshot": true})
	w.add(dbSnapshotType, "db-snapshot", props{"dbInstanceIdentifier": db.str("identifier"), "dbSnapshotIdentifier": "acme-before"})
	w.add(dbEventsType, "db-events", props{
		"name": "acme-db", "snsTopic": w.res["alerts"].str("arn"), "sourceType": "db-instance", "sourceIds": []any{"acme"}, "eventCategories": []any{"failover", "low storage"},
	})
	w.add(dbBackupsType, "db-backups", props{"sourceDbInstanceArn": w.west().str("arn"), "kmsKeyId": w.res["key"].str("arn"), "retentionPeriod": 14})
}

// west makes a database in another region, where nothing else is.
func (w *world) west() *made {
	c := w.abroad()
	v := c.create("aws:ec2/vpc:Vpc", "west", props{"cidrBlock": "10.48.0.0/16"})
	one := c.create(subnetType, "west-1", props{"vpcId": v.ID, "cidrBlock": "10.48.0.0/24", "availabilityZoneId": "usw2-az1"})
	two := c.create(subnetType, "west-2", props{"vpcId": v.ID, "cidrBlock": "10.48.1.0/24", "availabilityZoneId": "usw2-az2"})
	group := c.create(dbSubnetsType, "west", props{"name": "west", "subnetIds": []any{one.ID, two.ID}})
	w.res["west"] = c.create(databaseType, "west", props{
		"identifier": "west", "engine": "postgres", "instanceClass": "db.t4g.medium", "allocatedStorage": 20, "storageType": "gp3", "storageEncrypted": true, "username": "root_user",
		"password": "swordfish-swordfish", "dbSubnetGroupName": group.str("name"), "backupRetentionPeriod": 7, "skipFinalSnapshot": true,
	})
	return w.res["west"]
}

func (w *world) aurora() {
	parameters := w.add(dbClusterParams, "aurora-params", props{"name": "acme-aurora", "family": "aurora-postgresql16", "parameters": []any{props{"name": "rds.force_ssl", "value": "1"}}})
	w.add(logGroupType, "aurora-logs", props{"name": "/aws/rds/cluster/acme-aurora/postgresql", "retentionInDays": 365})
	cluster := w.add(dbClusterType, "aurora", props{
		"clusterIdentifier": "acme-aurora", "engine": "aurora-postgresql", "engineVersion": "16.8", "engineMode": "provisioned", "databaseName": "acme", "masterUsername": "root_user",
		"masterPassword": "swordfish-swordfish", "dbSubnetGroupName": w.res["db-subnets"].str("name"), "vpcSecurityGroupIds": []any{w.res["db-group"].ID},
		"dbClusterParameterGroupName": parameters.str("name"), "storageEncrypted": true, "kmsKeyId": w.res["key"].str("arn"), "backupRetentionPeriod": 35,
		"preferredBackupWindow": "03:00-04:00", "preferredMaintenanceWindow": "sun:05:00-sun:06:00", "enabledCloudwatchLogsExports": []any{"postgresql"},
		"serverlessv2ScalingConfiguration": props{"minCapacity": 0.5, "maxCapacity": 8}, "skipFinalSnapshot": true,
	})
	for _, name := range []string{"aurora-1", "aurora-2"} {
		w.add(dbMemberType, name, props{
			"identifier": "acme-" + name, "clusterIdentifier": cluster.ID, "engine": "aurora-postgresql", "instanceClass": "db.serverless", "monitoringInterval": 60,
			"monitoringRoleArn": w.res["db-monitor"].str("arn"), "performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": w.res["key"].str("arn"),
		})
	}
	w.add(dbClusterSnapshot, "aurora-snapshot", props{"dbClusterIdentifier": cluster.ID, "dbClusterSnapshotIdentifier": "acme-aurora-before"})
}

func (w *world) proxy() {
	secret := w.add(secretType, "db-secret", props{"name": "cell/acme/db", "recoveryWindowInDays": 0})
	role := w.add(roleType, "db-proxy-role", props{"name": "db-proxy", "assumeRolePolicy": serviceTrust("rds.amazonaws.com")})
	proxy := w.add(proxyType, "db-proxy", props{
		"name": "acme", "engineFamily": "POSTGRESQL", "roleArn": role.str("arn"), "requireTls": true, "vpcSubnetIds": []any{w.subnet("app0"), w.subnet("app1")},
		"vpcSecurityGroupIds": []any{w.res["db-group"].ID}, "auths": []any{props{"authScheme": "SECRETS", "iamAuth": "REQUIRED", "secretArn": secret.str("arn")}},
	})
	group := w.add(proxyGroupType, "db-proxy-group", props{"dbProxyName": proxy.ID, "connectionPoolConfig": props{"maxConnectionsPercent": 80}})
	w.add(proxyTargetType, "db-proxy-target", props{"dbProxyName": proxy.ID, "targetGroupName": group.str("name"), "dbInstanceIdentifier": "acme"})
}

func (w *world) caches() {
	w.add(securityGroupType, "cache-group", props{"vpcId": w.res["vpc"].ID, "description": "cache"})
	subnets := w.add(cacheSubnetsType, "cache-subnets", props{"name": "acme", "subnetIds": []any{w.subnet("app0"), w.subnet("app1")}})
	parameters := w.add(cacheParamsType, "cache-params", props{"name": "acme-valkey8", "family": "valkey8", "parameters": []any{props{"name": "maxmemory-policy", "value": "volatile-lru"}}})
	user := w.add(cacheUserType, "cache-user", props{"userId": "acme-app", "userName": "app", "engine": "valkey", "accessString": "on ~app:* +@read +@write -@dangerous", "passwords": []any{"swordfish-swordfish"}})
	w.add(cacheUserType, "cache-iam", props{"userId": "acme-iam", "userName": "acme-iam", "engine": "valkey", "accessString": "on ~* +@all", "authenticationMode": props{"type": "iam"}})
	users := w.add(cacheUsersType, "cache-users", props{"userGroupId": "acme", "engine": "valkey", "userIds": []any{user.ID, "acme-iam"}})
	logs := w.add(logGroupType, "cache-logs", props{"name": "/cell/acme/cache"})
	w.add(cacheType, "cache", props{
		"replicationGroupId": "acme", "description": "cache of acme", "engine": "valkey", "engineVersion": "8.0", "nodeType": "cache.t4g.small", "numCacheClusters": 2,
		"automaticFailoverEnabled": true, "multiAzEnabled": true, "atRestEncryptionEnabled": true, "kmsKeyId": w.res["key"].str("arn"), "transitEncryptionEnabled": true,
		"transitEncryptionMode": "required", "subnetGroupName": subnets.str("name"), "securityGroupIds": []any{w.res["cache-group"].ID}, "parameterGroupName": parameters.str("name"),
		"userGroupIds": []any{users.ID}, "snapshotRetentionLimit": 7, "snapshotWindow": "03:00-04:00", "maintenanceWindow": "sun:05:00-sun:06:00", "port": 6379,
		"notificationTopicArn":      w.res["alerts"].str("arn"),
		"logDeliveryConfigurations": []any{props{"destination": logs.str("name"), "destinationType": "cloudwatch-logs", "logFormat": "json", "logType": "slow-log"}},
	})
}
