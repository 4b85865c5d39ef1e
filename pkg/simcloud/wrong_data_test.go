package simcloud_test

import (
	"strings"
	"testing"
)

const goneKey = "arn:aws:kms:us-east-1:111122223333:key/1"

func TestRefusesWrongDatabaseGroups(t *testing.T) {
	t.Parallel()
	parameters := func(list ...any) func(*world) props {
		return changed("db-params", props{"name": "wrong", "parameters": list})
	}
	refuses(t, []wrong{
		{"subnets in one zone", dbSubnetsType, func(w *world) props {
			return props{"subnetIds": []any{w.subnet("app0"), w.subnet("public0")}}
		}, `api error DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: us-east-1`},
		{"subnet that is none", dbSubnetsType, func(w *world) props { return props{"subnetIds": []any{w.subnet("app0"), "subnet-1"}} }, `api error InvalidSubnet: Some input subnets in :[subnet-1] are invalid.`},
		{"subnets in two VPCs", dbSubnetsType, func(w *world) props {
			s := w.create(subnetType, "db-far", props{"vpcId": w.res["far"].ID, "cidrBlock": "10.32.78.0/24"})
			return props{"subnetIds": []any{w.subnet("app0"), s.ID}}
		}, `api error InvalidSubnet: The subnets provided are not in the same VPC.`},
		{"name in capitals", dbSubnetsType, changed("db-subnets", props{"name": "Acme"}), `only lowercase alphanumeric characters, hyphens, underscores, periods, and spaces allowed in "name"`},
		{"name of the default", dbSubnetsType, changed("db-subnets", props{"name": "default"}), `"Default" is not allowed as "name"`},
		{"name taken", dbSubnetsType, changed("db-subnets", props{}), `api error DBSubnetGroupAlreadyExists: The DB subnet group 'acme' already exists.`},

		{"family of nothing", dbParametersType, changed("db-params", props{"name": "wrong", "family": "postgres9"}), `ParameterGroupFamily postgres9 is not a valid parameter group family`},
		{"parameter that is none", dbParametersType, parameters(props{"name": "Log Connections", "value": "1"}), `parameters[0].name: InvalidParameterValue: Could not find parameter with name: Log Connections`},
		{"parameter twice", dbParametersType, parameters(props{"name": "log_connections", "value": "1"}, props{"name": "log_connections", "value": "0"}), `parameters[1].name: InvalidParameterValue: The parameter log_connections is given twice`},
		{"static parameter at once", dbParametersType, parameters(props{"name": "shared_preload_libraries", "value": "pgaudit"}), `parameters[0].applyMethod: InvalidParameterCombination: cannot use immediate apply method for static parameter`},
		{"method that is none", dbParametersType, parameters(props{"name": "log_connections", "value": "1", "applyMethod": "later"}), `got later`},
		{"group named like RDS's own", dbParametersType, changed("db-params", props{"name": "default.postgres16"}), `names that begin with default. are RDS's own`},
		{"group with an underscore", dbClusterParams, changed("aurora-params", props{"name": "a_b"}), `only lowercase alphanumeric characters, periods, and hyphens allowed in parameter group "name"`},
		{"cluster group taken", dbClusterParams, changed("aurora-params", props{}), `api error DBParameterGroupAlreadyExists: Parameter group acme-aurora already exists`},
	})
}

func TestRefusesWrongDatabases(t *testing.T) {
	t.Parallel()
	db := func(change props) func(*world) props {
		return changed("db", and(props{"identifier": "wrong", "enabledCloudwatchLogsExports": nil}, change))
	}
	refuses(t, []wrong{
		{"identifier taken", databaseType, db(props{"identifier": "acme"}), `api error DBInstanceAlreadyExists: DB instance already exists`},
		{"identifier of a cluster's instance", databaseType, db(props{"identifier": "acme-aurora-1"}), `api error DBInstanceAlreadyExists`},
		{"identifier in capitals", databaseType, db(props{"identifier": "Acme"}), `only lowercase alphanumeric characters and hyphens allowed in "identifier"`},
		{"identifier with a digit first", databaseType, db(props{"identifier": "1acme"}), `first character of "identifier" must be a letter`},
		{"identifier with two hyphens", databaseType, db(props{"identifier": "a--b"}), `"identifier" cannot contain two consecutive hyphens`},
		{"identifier too long", databaseType, db(props{"identifier": strings.Repeat("a", 64)}), `longer than 63 characters`},
		{"no engine, no user, no storage", databaseType, fixed(props{"instanceClass": "db.m7g.large"}), `allocatedStorage: "allocatedStorage": required field is not set`},
		{"no password", databaseType, db(props{"password": nil}), `password: "password", "manageMasterUserPassword": one of them is required`},
		{"two passwords", databaseType, db(props{"manageMasterUserPassword": true}), `"password": conflicts with manageMasterUserPassword`},
		{"short password", databaseType, db(props{"password": "fish"}), `is not a valid password because it is shorter than 8 characters.`},
		{"long password", databaseType, db(props{"password": strings.Repeat("x", 129)}), `is not a valid password because it is longer than 128 characters.`},
		{"password with an at", databaseType, db(props{"password": "sword@fish"}), `Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`},
		{"reserved user", databaseType, db(props{"username": "admin"}), `MasterUsername admin cannot be used as it is a reserved word used by the engine`},
		{"database with a hyphen", databaseType, db(props{"dbName": "my-db"}), `DBName must begin with a letter and contain only alphanumeric characters`},
		{"engine of others", databaseType, db(props{"engine": "mysql"}), `engine: the simulated cloud does not simulate the engine "mysql" here, only "postgres"`},
		{"version that is none", databaseType, db(props{"engineVersion": "9.9"}), `InvalidParameterCombination: Cannot find version 9.9 for postgres`},
		{"version in words", databaseType, db(props{"engineVersion": "latest"}), `Cannot find version latest for postgres`},
		{"group of another version", databaseType, db(props{"engineVersion": "15"}), `api error InvalidParameterCombination: The parameter group acme-16 with DBParameterGroupFamily postgres16 can't be used for this instance. Please use a parameter group with DBParameterGroupFamily postgres15`},
		{"no such parameter group", databaseType, db(props{"parameterGroupName": "none"}), `api error DBParameterGroupNotFound: DBParameterGroup not found: none`},
		{"class that is none", databaseType, db(props{"instanceClass": "m7g.large"}), `InvalidParameterValue: Invalid DB Instance class: m7g.large`},
		{"serverless instance", databaseType, db(props{"instanceClass": "db.serverless"}), `Invalid DB Instance class: db.serverless`},
		{"no subnet group", databaseType, db(props{"dbSubnetGroupName": nil}), `api error DBSubnetGroupNotFoundFault: DBSubnetGroup 'default' not found.`},
		{"zone of another region", databaseType, db(props{"multiAz": false, "availabilityZone": "us-west-2a"}), `api error InvalidParameterValue: Invalid Availability Zone: us-west-2a`},
		{"zone of one in two", databaseType, db(props{"availabilityZone": "us-east-1a"}), `Requesting a specific availability zone is not valid for Multi-AZ instances.`},
		{"no such group", databaseType, db(props{"vpcSecurityGroupIds": []any{"sg-1"}}), `api error InvalidParameterValue: Invalid security group , groupId= sg-1, groupName=.`},
		{"group of another VPC", databaseType, func(w *world) props {
			g := w.create(securityGroupType, "db-far-group", props{"vpcId": w.res["far"].ID})
			return db(props{"vpcSecurityGroupIds": []any{g.ID}})(w)
		}, `api error InvalidParameterCombination: The DB instance and EC2 security group are in different VPCs.`},
		{"no such key", databaseType, db(props{"kmsKeyId": goneKey}), `api error KMSKeyNotAccessibleFault: The specified KMS key [` + goneKey + `] does not exist`},
		{"key without encryption", databaseType, db(props{"storageEncrypted": nil}), `storageEncrypted: InvalidParameterCombination: a KMS key can be given only when StorageEncrypted is true`},
		{"no such key for insights", databaseType, db(props{"performanceInsightsKmsKeyId": goneKey}), `api error KMSKeyNotAccessibleFault`},
		{"insights of a month and a day", databaseType, db(props{"performanceInsightsRetentionPeriod": 32}), `Invalid Performance Insights retention period: 32.`},
		{"key of no insights", databaseType, db(props{"performanceInsightsEnabled": false}), `performanceInsightsKmsKeyId: InvalidParameterCombination: performanceInsightsKmsKeyId can be set only when performanceInsightsEnabled is true`},
		{"advanced mode of a week", databaseType, db(props{"databaseInsightsMode": "advanced"}), `To enable the Advanced mode of Database Insights`},
		{"monitoring every 20 seconds", databaseType, db(props{"monitoringInterval": 20}), `expected monitoringInterval to be one of [0 1 5 10 15 30 60], got 20`},
		{"monitoring without a role", databaseType, db(props{"monitoringRoleArn": nil}), `A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.`},
		{"monitoring by another's role", databaseType, func(w *world) props { return db(props{"monitoringRoleArn": w.res["exec"].str("arn")})(w) }, `api error InvalidParameterValue: IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING`},
		{"log of MySQL", databaseType, db(props{"enabledCloudwatchLogsExports": []any{"postgresql", "slowquery"}}), `enabledCloudwatchLogsExports[1]: InvalidParameterCombination: You cannot use the log types 'slowquery'`},
		{"certificate of old", databaseType, db(props{"caCertIdentifier": "rds-ca-2019"}), `CertificateNotFound: Certificate not found: rds-ca-2019`},
		{"backups for ever", databaseType, db(props{"backupRetentionPeriod": 36}), `expected backupRetentionPeriod to be in the range (0 - 35), got 36`},
		{"backup window in words", databaseType, db(props{"backupWindow": "at night"}), `backupWindow: (at night) must satisfy the format of "hh24:mi-hh24:mi".`},
		{"short backup window", databaseType, db(props{"backupWindow": "03:00-03:20"}), `The backup window must be at least 30 minutes.`},
		{"maintenance window without a day", databaseType, db(props{"maintenanceWindow": "05:00-06:00"}), `must satisfy the format of "ddd:hh24:mi-ddd:hh24:mi".`},
		{"windows that meet", databaseType, db(props{"maintenanceWindow": "Sat:23:30-Sun:03:30"}), `backupWindow: InvalidParameterValue: The backup window and maintenance window must not overlap.`},
		{"snapshot with a name of digits", databaseType, db(props{"finalSnapshotIdentifier": "1"}), `must begin with alphabetic character`},
		{"public without a way out", databaseType, func(w *world) props {
			one := w.create(subnetType, "lone-1", props{"vpcId": w.res["far"].ID, "cidrBlock": "10.32.80.0/24", "availabilityZoneId": "use1-az1"})
			two := w.create(subnetType, "lone-2", props{"vpcId": w.res["far"].ID, "cidrBlock": "10.32.81.0/24", "availabilityZoneId": "use1-az2"})
			w.create(dbSubnetsType, "lone", props{"name": "lone", "subnetIds": []any{one.ID, two.ID}})
			return db(props{"dbSubnetGroupName": "lone", "vpcSecurityGroupIds": nil, "publiclyAccessible": true})(w)
		}, `api error InvalidVPCNetworkStateFault: Cannot create a publicly accessible DBInstance.`},
		{"name of old", databaseType, db(props{"name": "acme"}), `does not simulate "name"; use dbName`},
	})
}

func TestRefusesWrongStorage(t *testing.T) {
	t.Parallel()
	store := func(change props) func(*world) props {
		return changed("db", and(props{"identifier": "wrong", "maxAllocatedStorage": nil, "enabledCloudwatchLogsExports": nil}, change))
	}
	refuses(t, []wrong{
		{"10 GiB", databaseType, store(props{"allocatedStorage": 10}), `Invalid storage size for engine name postgres and storage type gp3: 10`},
		{"100 TiB", databaseType, store(props{"allocatedStorage": 102400}), `Invalid storage size for engine name postgres and storage type gp3: 102400`},
		{"small io2", databaseType, store(props{"storageType": "io2", "allocatedStorage": 50, "iops": 1000}), `storage type io2: 50`},
		{"speed of a small gp3", databaseType, store(props{"iops": 3000}), `iops: InvalidParameterCombination: You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400.`},
		{"throughput of a small gp3", databaseType, store(props{"storageThroughput": 500}), `storageThroughput: InvalidParameterCombination: You can't specify IOPS or storage throughput`},
		{"slow large gp3", databaseType, store(props{"allocatedStorage": 400, "iops": 3000}), `Invalid iops for engine name postgres and storage type gp3: 3000`},
		{"throughput beyond the speed", databaseType, store(props{"allocatedStorage": 400, "iops": 12000, "storageThroughput": 4000}), `Invalid storage throughput`},
		{"speed of gp2", databaseType, store(props{"storageType": "gp2", "iops": 3000}), `You can't specify IOPS for storage type gp2`},
		{"throughput of gp2", databaseType, store(props{"storageType": "gp2", "storageThroughput": 500}), `You can't specify storage throughput for storage type gp2`},
		{"io1 without speed", databaseType, store(props{"storageType": "io1"}), `The storage type io1 requires iops to be specified.`},
		{"io1 out of proportion", databaseType, store(props{"storageType": "io1", "iops": 10000}), `Invalid iops to storage (GB) ratio for engine name postgres and storage type io1: 100.0000`},
		{"storage type that is none", databaseType, store(props{"storageType": "ssd"}), `got ssd`},
		{"growing to less", databaseType, store(props{"maxAllocatedStorage": 50}), `Invalid max storage size for engine name postgres and storage type gp3: 50.`},
		{"growing by a little", databaseType, store(props{"maxAllocatedStorage": 105}), `It must be at least 10% more than the allocated 100 GiB`},
	})
}

func TestRefusesWrongDatabaseSources(t *testing.T) {
	t.Parallel()
	replica := func(change props) func(*world) props {
		return changed("db-replica", and(props{"identifier": "wrong"}, change))
	}
	restored := func(change props) func(*world) props {
		return func(*world) props {
			return with(props{"identifier": "wrong", "instanceClass": "db.m7g.large", "dbSubnetGroupName": "acme", "skipFinalSnapshot": true}, change)
		}
	}
	// heard is a subscription to all databases that tells a topic with some statements more.
	heard := func(more string) func(*world) props {
		return func(w *world) props {
			topic := w.add(topicType, "narrow", props{"name": "narrow"})
			w.add("aws:sns/topicPolicy:TopicPolicy", "narrow-policy", props{"arn": topic.ID, "policy": document(strings.ReplaceAll(
				`{"Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"},"Action":"sns:Publish","Resource":"TOPIC"}`+more, "TOPIC", topic.ID))})
			return changed("db-events", props{"name": "wrong", "sourceIds": nil, "snsTopic": topic.ID})(w)
		}
	}
	pointInTime := func(from props) func(*world) props { return restored(props{"restoreToPointInTime": from}) }
	refuses(t, []wrong{
		{"replica of nothing", databaseType, replica(props{"replicateSourceDb": "none"}), `api error DBInstanceNotFound: DBInstance none not found.`},
		{"replica with a user", databaseType, replica(props{"username": "other"}), `"username": conflicts with replicateSourceDb`},
		{"replica with a managed password", databaseType, replica(props{"manageMasterUserPassword": true}), `ManageMasterUserPassword is not supported for read replicas.`},
		{"replica in a group of its own", databaseType, replica(props{"dbSubnetGroupName": "acme"}), `DbSubnetGroupName should not be specified for read replicas that are created in the same region as the master`},
		{"replica with a key of its own", databaseType, replica(props{"kmsKeyId": goneKey, "storageEncrypted": true}), `A read replica in the region of its source has the key of the source`},
		{"replica of what has no backups", databaseType, func(w *world) props {
			w.create(databaseType, "unsaved", with(w.res["db"].In, props{"identifier": "unsaved", "backupRetentionPeriod": 0, "enabledCloudwatchLogsExports": nil}))
			return replica(props{"replicateSourceDb": "unsaved"})(w)
		}, `api error InvalidDBInstanceState: Automated backups are not enabled for this database instance.`},
		{"replica far away without a key", databaseType, func(w *world) props {
			return props{"identifier": "wrong", "replicateSourceDb": w.res["west"].str("arn"), "instanceClass": "db.t4g.medium", "dbSubnetGroupName": "acme"}
		}, `A KMS key of region us-east-1 must be specified to create a read replica of the encrypted DB instance`},
		{"from no snapshot", databaseType, restored(props{"snapshotIdentifier": "none"}), `api error DBSnapshotNotFound: DBSnapshot not found: none`},
		{"from no backups", databaseType, pointInTime(props{"sourceDbInstanceIdentifier": "none", "useLatestRestorableTime": true}), `api error DBInstanceNotFound`},
		{"from no time", databaseType, pointInTime(props{"sourceDbInstanceIdentifier": "acme"}), `one of restoreTime and useLatestRestorableTime must be given`},
		{"from two sources", databaseType, pointInTime(props{"sourceDbInstanceIdentifier": "acme", "sourceDbiResourceId": "db-1", "useLatestRestorableTime": true}), `must be given, got 2`},
		{"from no sent backups", databaseType, pointInTime(props{"sourceDbInstanceAutomatedBackupsArn": "arn:aws:rds:us-east-1:111122223333:auto-backup:ab-1", "useLatestRestorableTime": true}), `api error DBInstanceAutomatedBackupNotFound`},
		{"snapshot taken", dbSnapshotType, changed("db-snapshot", props{}), `api error DBSnapshotAlreadyExists: Cannot create the snapshot because a snapshot with the identifier acme-before already exists.`},
		{"snapshot of nothing", dbSnapshotType, fixed(props{"dbInstanceIdentifier": "none", "dbSnapshotIdentifier": "wrong"}), `api error DBInstanceNotFound`},
		{"cluster snapshot of nothing", dbClusterSnapshot, fixed(props{"dbClusterIdentifier": "none", "dbClusterSnapshotIdentifier": "wrong"}), `api error DBClusterNotFoundFault: DBCluster none not found.`},
		{"backups into their own region", dbBackupsType, func(w *world) props { return props{"sourceDbInstanceArn": w.res["db"].str("arn")} }, `Automated backups can't be replicated to the region of their DB instance: us-east-1.`},
		{"backups twice", dbBackupsType, changed("db-backups", props{}), `api error InvalidDBInstanceAutomatedBackupState`},
		{"backups without a key", dbBackupsType, changed("db-backups", props{"kmsKeyId": nil}), `A KMS key of region us-east-1 must be specified for the backups of the encrypted DB instance`},
		{"events to no topic", dbEventsType, changed("db-events", props{"name": "wrong", "snsTopic": "arn:aws:sns:us-east-1:111122223333:none"}), `api error SNSTopicArnNotFound`},
		{"events that nobody hears", dbEventsType, heard(""), `api error SNSNoAuthorization: RDS cannot publish to arn:aws:sns:us-east-1:111122223333:narrow: the policy of topic`},
		{"events of more than may be told", dbEventsType, heard(`,{"Effect":"Allow","Principal":{"Service":"events.rds.amazonaws.com"},"Action":"sns:Publish","Resource":"TOPIC","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:rds:us-east-1:111122223333:db:acme-*"}}}`),
			`does not let events.rds.amazonaws.com do sns:Publish for arn:aws:rds:us-east-1:111122223333:db:*`},
		{"events of nothing", dbEventsType, changed("db-events", props{"name": "wrong", "sourceIds": []any{"none"}}), `api error SourceNotFound: The source none of type db-instance could not be found.`},
		{"events of any type with a source", dbEventsType, changed("db-events", props{"name": "wrong", "sourceType": nil}), `sourceIds can be given only with a sourceType`},
		{"events of another type", dbEventsType, changed("db-events", props{"name": "wrong", "eventCategories": []any{"serverless"}}), `eventCategories[0]: SubscriptionCategoryNotFound: The requested category serverless does not exist for source type "db-instance"`},
	})
}

func TestRefusesWrongClusters(t *testing.T) {
	t.Parallel()
	cluster := func(change props) func(*world) props {
		return changed("aurora", and(props{"clusterIdentifier": "wrong", "enabledCloudwatchLogsExports": nil}, change))
	}
	member := func(change props) func(*world) props {
		return changed("aurora-1", and(props{"identifier": "wrong"}, change))
	}
	scaling := func(from props) func(*world) props {
		return cluster(props{"serverlessv2ScalingConfiguration": from})
	}
	proxy := func(change props) func(*world) props {
		return changed("db-proxy", and(props{"name": "wrong"}, change))
	}
	refuses(t, []wrong{
		{"identifier taken", dbClusterType, cluster(props{"clusterIdentifier": "acme-aurora"}), `api error DBClusterAlreadyExistsFault: DB Cluster already exists`},
		{"engine of others", dbClusterType, cluster(props{"engine": "aurora-mysql"}), `does not simulate the engine "aurora-mysql"`},
		{"serverless v1", dbClusterType, cluster(props{"engineMode": "serverless"}), `Serverless v2 has the mode provisioned.`},
		{"no user", dbClusterType, cluster(props{"masterUsername": nil}), `The parameter MasterUsername must be provided and must not be blank.`},
		{"no password", dbClusterType, cluster(props{"masterPassword": nil}), `The parameter MasterUserPassword must be provided and must not be blank.`},
		{"backups of no day", dbClusterType, cluster(props{"backupRetentionPeriod": 0}), `expected backupRetentionPeriod to be in the range (1 - 35), got 0`},
		{"capacity in thirds", dbClusterType, scaling(props{"minCapacity": 0.3, "maxCapacity": 4}), `serverlessv2ScalingConfiguration.minCapacity: InvalidParameterValue: Serverless v2 capacity 0.3 isn't valid.`},
		{"least above most", dbClusterType, scaling(props{"minCapacity": 8, "maxCapacity": 4}), `Serverless v2 maximum capacity 4 isn't valid.`},
		{"capacity of a hall", dbClusterType, scaling(props{"minCapacity": 1, "maxCapacity": 512}), `to be in the range (1 - 256), got 512`},
		{"pause of what does not", dbClusterType, scaling(props{"minCapacity": 1, "maxCapacity": 4, "secondsUntilAutoPause": 300}), `SecondsUntilAutoPause can be set only when MinCapacity is 0.`},
		{"pause of an old version", dbClusterType, cluster(props{"engineVersion": "16.2", "serverlessv2ScalingConfiguration": props{"minCapacity": 0, "maxCapacity": 4}}), `Serverless v2 minimum capacity 0 isn't valid for engine version 16.2`},
		{"group of another version", dbClusterType, cluster(props{"engineVersion": "15.10"}), `with DBParameterGroupFamily aurora-postgresql16 can't be used`},
		{"zone of another region", dbClusterType, cluster(props{"availabilityZones": []any{"us-west-2a", "us-west-2b", "us-west-2c"}}), `Invalid Availability Zone: us-west-2a`},
		{"log of RDS", dbClusterType, cluster(props{"enabledCloudwatchLogsExports": []any{"upgrade"}}), `You cannot use the log types 'upgrade' with engine aurora-postgresql`},
		{"from no snapshot", dbClusterType, cluster(props{"snapshotIdentifier": "none"}), `api error DBClusterSnapshotNotFoundFault`},
		{"cluster of three", dbClusterType, cluster(props{"dbClusterInstanceClass": "db.m7g.large"}), `clusters of three instances (Multi-AZ)`},

		{"instance of no cluster", dbMemberType, member(props{"clusterIdentifier": "none"}), `api error DBClusterNotFoundFault: DBCluster none not found.`},
		{"instance of another version", dbMemberType, member(props{"engineVersion": "15.4"}), `does not match the engine version of your DB cluster (16.8)`},
		{"instance of another group", dbMemberType, member(props{"dbSubnetGroupName": "other"}), `have different subnet groups`},
		{"class of RDS", dbMemberType, member(props{"instanceClass": "db.m7g.large"}), `RDS does not support creating a DB instance with the following combination: DBInstanceClass=db.m7g.large, Engine=aurora-postgresql`},
		{"serverless in a plain cluster", dbMemberType, func(w *world) props {
			w.create(dbClusterType, "plain", cluster(props{"clusterIdentifier": "plain", "serverlessv2ScalingConfiguration": nil})(w))
			return member(props{"clusterIdentifier": "plain"})(w)
		}, `Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.`},
		{"backup window of an instance", dbMemberType, member(props{"preferredBackupWindow": "01:00-02:00"}), `Set backup window for the DB Cluster.`},
		{"tier that is none", dbMemberType, member(props{"promotionTier": 16}), `to be in the range (0 - 15), got 16`},

		{"proxy taken", proxyType, proxy(props{"name": "acme"}), `api error DBProxyAlreadyExistsFault: DB Proxy acme already exists`},
		{"proxy in one zone", proxyType, func(w *world) props { return proxy(props{"vpcSubnetIds": []any{w.subnet("app0")}})(w) }, `DB Proxy needs subnets in at least two Availability Zones, got 1`},
		{"proxy as nobody", proxyType, func(w *world) props { return proxy(props{"roleArn": w.res["exec"].str("arn")})(w) }, `is invalid or cannot be assumed by RDS`},
		{"proxy with no secret", proxyType, proxy(props{"auths": []any{props{"secretArn": "arn:aws:secretsmanager:us-east-1:111122223333:secret:none-abcdef"}}}), `could not be found or cannot be used`},
		{"proxy with words of MySQL", proxyType, proxy(props{"auths": []any{props{"secretArn": goneKey, "clientPasswordAuthType": "MYSQL_NATIVE_PASSWORD"}}}), `is not valid for engine family POSTGRESQL`},
		{"proxy for MySQL", proxyType, proxy(props{"engineFamily": "MYSQL"}), `does not simulate proxies for MYSQL`},
		{"pool of no proxy", proxyGroupType, fixed(props{"dbProxyName": "none"}), `api error DBProxyNotFoundFault: DBProxy none not found`},
		{"pool beyond all", proxyGroupType, fixed(props{"dbProxyName": "acme", "connectionPoolConfig": props{"maxConnectionsPercent": 101}}), `to be in the range (1 - 100), got 101`},
		{"second target", proxyTargetType, fixed(props{"dbProxyName": "acme", "targetGroupName": "default", "dbClusterIdentifier": "acme-aurora"}), `api error DBProxyTargetAlreadyRegisteredFault`},
		{"target of nothing", proxyTargetType, func(w *world) props {
			w.create(proxyType, "idle", proxy(props{"name": "idle"})(w))
			return props{"dbProxyName": "idle", "targetGroupName": "default", "dbInstanceIdentifier": "none"}
		}, `api error DBInstanceNotFound`},
		{"target in another group", proxyTargetType, fixed(props{"dbProxyName": "idle", "targetGroupName": "other", "dbInstanceIdentifier": "acme"}), `api error DBProxyTargetGroupNotFoundFault`},
	})
}

func TestRefusesWrongCaches(t *testing.T) {
	t.Parallel()
	cache := func(change props) func(*world) props {
		return changed("cache", and(props{"replicationGroupId": "wrong"}, change))
	}
	user := func(change props) func(*world) props {
		return changed("cache-user", and(props{"userId": "wrong"}, change))
	}
	parameters := func(list ...any) func(*world) props {
		return changed("cache-params", props{"name": "wrong", "parameters": list})
	}
	refuses(t, []wrong{
		{"id taken", cacheType, cache(props{"replicationGroupId": "ACME"}), `api error ReplicationGroupAlreadyExists: Replication group acme already exists.`},
		{"id too long", cacheType, cache(props{"replicationGroupId": strings.Repeat("a", 41)}), `must contain from 1 to 40 alphanumeric characters or hyphens`},
		{"version of Redis", cacheType, cache(props{"engineVersion": "7.1"}), `Cannot find version 7.1 for valkey`},
		{"version in full", cacheType, cache(props{"engine": "redis", "engineVersion": "7.0.7"}), `For Redis v6 or higher and for Valkey, use <major>.<minor>.`},
		{"parameters of another family", cacheType, cache(props{"engineVersion": "7.2"}), `api error InvalidParameterCombination: Expected a parameter group of family valkey7 but found one of family valkey8`},
		{"no such parameters", cacheType, cache(props{"parameterGroupName": "none"}), `api error CacheParameterGroupNotFound`},
		{"node type of RDS", cacheType, cache(props{"nodeType": "db.t4g.small"}), `Invalid cache node type: db.t4g.small`},
		{"node type that there is not", cacheType, cache(props{"nodeType": "cache.m7g.huge"}), `Invalid cache node type: cache.m7g.huge`},
		{"no node type", cacheType, cache(props{"nodeType": nil}), `The parameter CacheNodeType must be provided`},
		{"zones without failover", cacheType, cache(props{"automaticFailoverEnabled": false}), `automatic_failover_enabled must be true if multi_az_enabled is true`},
		{"failover to nobody", cacheType, cache(props{"numCacheClusters": 1}), `"num_cache_clusters": must be at least 2 if automatic_failover_enabled is true`},
		{"seven nodes", cacheType, cache(props{"numCacheClusters": 7}), `to be in the range (1 - 6), got 7`},
		{"nodes and shards", cacheType, cache(props{"numNodeGroups": 2}), `"numCacheClusters": conflicts with numNodeGroups`},
		{"shards without replicas in zones", cacheType, cache(props{"numCacheClusters": nil, "numNodeGroups": 2, "replicasPerNodeGroup": 0}), `Multi-AZ needs at least one replica in each node group`},
		{"shards of a plain group", cacheType, cache(props{"numCacheClusters": nil, "numNodeGroups": 2, "replicasPerNodeGroup": 1}), `needs a parameter group with the parameter cluster-enabled set to yes: acme-valkey8 has not`},
		{"shards without failover", cacheType, cache(props{"numCacheClusters": nil, "numNodeGroups": 2, "replicasPerNodeGroup": 1, "multiAzEnabled": false, "automaticFailoverEnabled": false, "parameterGroupName": nil}), `Redis with cluster mode enabled cannot be created with auto failover turned off.`},
		{"users in clear", cacheType, cache(props{"transitEncryptionEnabled": false, "transitEncryptionMode": nil}), `User group based access control requires encryption-in-transit to be enabled.`},
		{"two groups of users", cacheType, cache(props{"userGroupIds": []any{"acme", "other"}}), `at most one user group, got 2`},
		{"no such users", cacheType, cache(props{"userGroupIds": []any{"none"}}), `api error UserGroupNotFound: User group none not found.`},
		{"users of Valkey in Redis", cacheType, cache(props{"engine": "redis", "engineVersion": "7.1", "parameterGroupName": nil}), `User group acme of engine valkey cannot be used by a replication group of engine redis`},
		{"token in clear", cacheType, cache(props{"userGroupIds": nil, "authToken": "swordfish-swordfish", "transitEncryptionEnabled": false, "transitEncryptionMode": nil}), `The AUTH token is only supported when encryption-in-transit is enabled.`},
		{"short token", cacheType, cache(props{"userGroupIds": nil, "authToken": "swordfish"}), `must contain from 16 to 128 alphanumeric characters or symbols`},
		{"token and users", cacheType, cache(props{"authToken": "swordfish-swordfish"}), `"authToken": conflicts with userGroupIds`},
		{"no such key", cacheType, cache(props{"kmsKeyId": goneKey}), `The specified KMS key ` + goneKey + ` does not exist`},
		{"key without encryption", cacheType, cache(props{"atRestEncryptionEnabled": false}), `a KMS key can be given only when AtRestEncryptionEnabled is true`},
		{"no such subnets", cacheType, cache(props{"subnetGroupName": "none"}), `api error CacheSubnetGroupNotFoundFault`},
		{"no such group", cacheType, cache(props{"securityGroupIds": []any{"sg-1"}}), `Some security group Ids are invalid or not in the VPC of the subnet group: security group sg-1`},
		{"logs to nowhere", cacheType, cache(props{"logDeliveryConfigurations": []any{props{"destination": "none", "destinationType": "cloudwatch-logs", "logFormat": "json", "logType": "slow-log"}}}), `The destination none of type cloudwatch-logs for the slow-log does not exist`},
		{"topic that is none", cacheType, cache(props{"notificationTopicArn": "arn:aws:sns:us-east-1:111122223333:none"}), `The SNS topic arn:aws:sns:us-east-1:111122223333:none does not exist`},
		{"short window", cacheType, cache(props{"snapshotWindow": "03:00-03:30"}), `The snapshot window must be at least 60 minutes.`},
		{"windows that meet", cacheType, cache(props{"snapshotWindow": "05:30-06:30"}), `The snapshot window and maintenance window must not overlap.`},
		{"snapshots for ever", cacheType, cache(props{"snapshotRetentionLimit": 36}), `to be in the range (0 - 35), got 36`},
		{"from no snapshot", cacheType, cache(props{"snapshotName": "none"}), `api error SnapshotNotFoundFault`},
		{"too few zones named", cacheType, cache(props{"preferredCacheClusterAzs": []any{"us-east-1a"}}), `The number of preferred Availability Zones (1) is not the number of nodes (2)`},

		{"subnet that is none", cacheSubnetsType, fixed(props{"subnetIds": []any{"subnet-1"}}), `api error InvalidSubnet: Subnet subnet-1 is invalid`},
		{"name with an underscore", cacheSubnetsType, changed("cache-subnets", props{"name": "a_b"}), `The parameter CacheSubnetGroupName is not a valid identifier.`},
		{"family of nothing", cacheParamsType, changed("cache-params", props{"name": "wrong", "family": "valkey9"}), `CacheParameterGroupFamily valkey9 is not a valid parameter group family`},
		{"parameter that is none", cacheParamsType, parameters(props{"name": "max_memory", "value": "1"}), `The parameter max_memory cannot be found`},
		{"policy that is none", cacheParamsType, parameters(props{"name": "maxmemory-policy", "value": "lru"}), `Invalid value for maxmemory-policy: lru`},

		{"user taken", cacheUserType, user(props{"userId": "acme-app"}), `api error UserAlreadyExists: User acme-app already exists.`},
		{"user of ElastiCache", cacheUserType, user(props{"userId": "default"}), `api error UserAlreadyExists: User default already exists.`},
		{"user without a password", cacheUserType, user(props{"passwords": nil}), `No password was provided.`},
		{"user with two ways in", cacheUserType, user(props{"noPasswordRequired": true}), `only one of authenticationMode, passwords and noPasswordRequired can be given`},
		{"short password", cacheUserType, user(props{"passwords": []any{"swordfish"}}), `expected length of passwords to be in the range (16 - 128), got (sensitive value)`},
		{"three passwords", cacheUserType, user(props{"passwords": []any{"swordfish-swordfish-1", "swordfish-swordfish-2", "swordfish-swordfish-3"}}), `A user can have at most 2 passwords, got 3`},
		{"IAM under another name", cacheUserType, changed("cache-iam", props{"userId": "wrong"}), `User Id and User name must be same for authentication type: iam`},
		{"access in words", cacheUserType, user(props{"accessString": "on everything"}), `Error in ACL string: syntax error at "everything" (word 2)`},
		{"access of nobody", cacheUserType, user(props{"accessString": "~* +@all"}), `an access string begins with on or off`},
		{"access with a password", cacheUserType, user(props{"accessString": "on >swordfish ~* +@all"}), `the access string has a password as its word 2`},
		{"users of Redis without a default", cacheUsersType, fixed(props{"userGroupId": "wrong", "engine": "redis", "userIds": []any{}}), `api error DefaultUserRequired: User group needs to contain a user with the user name default.`},
		{"users of Redis with one of Valkey", cacheUsersType, fixed(props{"userGroupId": "wrong", "engine": "redis", "userIds": []any{"default", "acme-app"}}), `User acme-app of engine valkey cannot be in user group wrong of engine redis`},
		{"no such user", cacheUsersType, fixed(props{"userGroupId": "wrong", "engine": "valkey", "userIds": []any{"none"}}), `api error UserNotFound: User none not found.`},
		{"two of a name", cacheUsersType, func(w *world) props {
			w.create(cacheUserType, "twin", user(props{"userId": "twin"})(w))
			return props{"userGroupId": "wrong", "engine": "valkey", "userIds": []any{"acme-app", "twin"}}
		}, `api error DuplicateUserName: User group wrong has more than one user with the user name app.`},
	})
}
