package aws

// dataNotes are those of dataKinds.
func dataNotes() map[string]Note {
	const parameters = "The name is unique in the region; the family is one that is simulated; names have their form and are there once; static parameters wait for a reboot."
	const monitored = " A role for monitoring exists and trusts it; insights, logs and windows have their form, and windows are apart."
	return map[string]Note{
		tokDBSubnets:         {"The name is unique in the region; the subnets exist in one VPC and two zones; one that is in use stays.", "InvalidDBSubnetGroupStateFault while an instance or a cluster has it. Its subnets can go.", ""},
		tokDBParameters:      {parameters, "InvalidDBParameterGroupState while an instance has it. With skipDestroy it stays in the cloud.", "Whether PostgreSQL has a parameter and takes its value; the list of static ones has those that programs set."},
		tokClusterParameters: {parameters, "InvalidDBParameterGroupState while a cluster has it.", "As for parameter groups of instances."},
		tokDBInstance: {"The identifier is unique in the region, those of clusters' instances included; subnet group, groups and keys exist; storage, speed and class fit each other; the parameter group is of the version's family; versions go up, major ones only when allowed; the source of a replica has backups, a snapshot exists." + monitored + " Log groups of exported logs that are missing are made, as RDS does, without a key.",
			"Refused while deletionProtection is set; without skipFinalSnapshot a snapshot with the given identifier stays, DBSnapshotAlreadyExists when there is one. Replicas become databases of their own. Its security groups and the subnets of its zones are refused with DependencyViolation.",
			"Engines other than PostgreSQL; blue/green deployments, option groups, domains, imports from S3; which classes and minor versions a region has; a change is made at once, whatever applyImmediately says. hostedZoneId has the form of one."},
		tokDBCluster: {"As for instances, of Aurora PostgreSQL; serverless capacities have steps of 0.5, and 0 needs a version that pauses.", "As for instances, with DBClusterSnapshotAlreadyExistsFault; InvalidDBClusterStateFault while it has instances. Its groups are refused with DependencyViolation, also while it has none.",
			"Aurora MySQL, Multi-AZ clusters, global clusters, Serverless v1, imports, roles."},
		tokDBMember:         {"The cluster exists and is of its version and subnet group; db.serverless needs the cluster's scaling configuration; the parameter group is of the version's family." + monitored, "Always possible. When it wrote, another one does.", "Custom instance profiles."},
		tokDBSnapshot:       {"The instance exists; the identifier is unique in the region.", freely, "Sharing; automated snapshots. Final snapshots are of this type and no resource's."},
		tokClusterSnapshot:  {"The cluster exists; the identifier is unique in the region.", freely, "As for snapshots of instances."},
		tokBackupsElsewhere: {"The provider's region is another than that of the instance, which exists and has backups; an encrypted one needs a key, which exists in the provider's region; an instance is replicated once.", freely, "Which regions go together; the backups."},
		tokDBEvents:         {"The name is unique in the region; the topic exists and lets RDS publish, and so does its key; categories are the source type's; sources exist.", freely, ""},
		tokProxy:            {"The name is unique in the region; subnets exist in one VPC and two zones, groups in it; the role exists and trusts RDS; the secrets exist.", "Its targets go with it. Subnets and groups that it uses are refused with DependencyViolation.", "Families other than POSTGRESQL; whether the role may read the secrets. A new name makes it anew, where the provider renames it."},
		tokProxyTargets:     {"The proxy exists. Every call changes the group that came with it.", "Leaves the group as it is.", ""},
		tokProxyTarget:      {"The proxy exists and has no other target; the instance or cluster exists in its VPC; the group is the default one.", freely, "Other target groups."},
		tokCacheSubnets:     {"The name is unique in the region; the subnets exist in one VPC; one that is in use stays.", "CacheSubnetGroupInUse while a replication group has it.", ""},
		tokCacheParameters:  {"The name is unique in the region; the family is one of Redis or Valkey; names have their form and are there once.", "InvalidCacheParameterGroupState while a replication group has it.", "Whether a family has a parameter; of values only maxmemory-policy and cluster-enabled."},
		tokCache: {"The id is unique in the region; subnet group, groups, key, topic, log destinations and snapshot exist; the parameter group is of the version's family; nodes, failover, zones, encryption and access fit each other; windows are apart.",
			"A snapshot stays when finalSnapshotIdentifier names one, SnapshotAlreadyExistsFault when there is one. Groups and all subnets of its group are refused with DependencyViolation.",
			"Memcached, global and serverless caches, snapshots in buckets, IPv6; which node types there are; a change is made at once. Encryption in transit is switched on in one step with the mode preferred, as in the service."},
		tokCacheUser:  {"The id is unique in the region; one way to come in: passwords of 16 to 128 characters, IAM, or none; the words of the access string have their form.", "DefaultUserAssociatedToUserGroup while a group for Redis has it and it is named default; other groups lose it.", "Which commands and categories there are."},
		tokCacheUsers: {"The id is unique in the region; the users exist, are of the engine or of Redis, and have different names; a group for Redis has one named default.", "InvalidUserGroupState while a replication group has it.", ""},
	}
}
