package access_test

import "testing"

// dataNeeds are the calls for a cell's file system, cache, budget, members of an Aurora
// cluster, proxy and copies of backups.
func dataNeeds() map[string][]need {
	fresh, own := with("aws:RequestTag/cell", "acme"), with("aws:ResourceTag/cell", "acme")
	files, point := arn("elasticfilesystem", "file-system/fs-1"), arn("elasticfilesystem", "access-point/fsap-1")
	// What services ask for the key with which they encrypt, in the caller's name.
	key := need{arn("kms", "key/1"), with("aws:ResourceTag/cell", "acme", "kms:GrantIsForAWSResource", "true"), []string{"kms:CreateGrant", "kms:DescribeKey"}}
	// Of the interfaces themselves only the group and the subnet have the client's tag.
	interfaces := []need{
		{arn("ec2", "network-interface/*"), nil, []string{"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"}},
		{arn("ec2", "security-group/sg-1"), own, []string{"ec2:CreateNetworkInterface"}},
		{arn("ec2", "subnet/subnet-1"), nil, []string{"ec2:CreateNetworkInterface"}},
		{"*", nil, []string{"ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"}},
	}
	linked := func(service, role string) need {
		return need{iamResource("role/aws-service-role/" + service + "/" + role), with("iam:AWSServiceName", service), []string{"iam:CreateServiceLinkedRole"}}
	}
	member := append(databaseNeed("db:cell-acme-writer", "DBInstance"),
		need{arn("rds", "cluster:cell-acme"), fresh, []string{"rds:CreateDBInstance"}},
		need{arn("rds", "cluster:cell-acme"), own, []string{"rds:CreateDBInstance"}},
		need{arn("rds", "db:cell-acme-writer"), own, []string{"rds:RebootDBInstance"}},
		need{iamResource("role/service/rds-monitoring"), with("iam:PassedToService", "monitoring.rds.amazonaws.com"), []string{"iam:PassRole"}}, key)
	return map[string][]need{
		"aws:efs/fileSystem:FileSystem": {
			{files, fresh, []string{"elasticfilesystem:CreateFileSystem", "elasticfilesystem:TagResource"}},
			{files, own, []string{"elasticfilesystem:UpdateFileSystem", "elasticfilesystem:PutLifecycleConfiguration", "elasticfilesystem:DeleteFileSystem", "elasticfilesystem:UntagResource"}},
			{files, nil, []string{"elasticfilesystem:DescribeFileSystems", "elasticfilesystem:DescribeLifecycleConfiguration", "elasticfilesystem:ListTagsForResource"}},
			linked("elasticfilesystem.amazonaws.com", "AWSServiceRoleForAmazonElasticFileSystem"), key,
		},
		"aws:efs/fileSystemPolicy:FileSystemPolicy": {
			{files, own, []string{"elasticfilesystem:PutFileSystemPolicy", "elasticfilesystem:DeleteFileSystemPolicy"}},
			{files, nil, []string{"elasticfilesystem:DescribeFileSystemPolicy"}},
		},
		"aws:efs/mountTarget:MountTarget": append(interfaces,
			need{files, own, []string{"elasticfilesystem:CreateMountTarget", "elasticfilesystem:DeleteMountTarget", "elasticfilesystem:ModifyMountTargetSecurityGroups"}},
			need{files, nil, []string{"elasticfilesystem:DescribeMountTargets", "elasticfilesystem:DescribeMountTargetSecurityGroups"}}),
		"aws:efs/accessPoint:AccessPoint": {
			{files, own, []string{"elasticfilesystem:CreateAccessPoint"}},
			{point, fresh, []string{"elasticfilesystem:TagResource"}},
			{point, own, []string{"elasticfilesystem:DeleteAccessPoint", "elasticfilesystem:UntagResource"}},
			{point, nil, []string{"elasticfilesystem:DescribeAccessPoints"}},
		},
		"aws:elasticache/subnetGroup:SubnetGroup": cacheNeed("subnetgroup:cell-acme", "CacheSubnetGroup"),
		"aws:elasticache/user:User":               cacheNeed("user:cell-acme", "User"),
		"aws:elasticache/userGroup:UserGroup": append(cacheNeed("usergroup:cell-acme", "UserGroup"),
			need{arn("elasticache", "user:cell-acme"), fresh, []string{"elasticache:CreateUserGroup"}},
			need{arn("elasticache", "user:cell-acme"), own, []string{"elasticache:ModifyUserGroup"}}),
		"aws:elasticache/replicationGroup:ReplicationGroup": append(append(cacheNeed("replicationgroup:cell-acme", "ReplicationGroup"), interfaces...),
			need{arn("elasticache", "subnetgroup:cell-acme"), fresh, []string{"elasticache:CreateReplicationGroup"}},
			need{arn("elasticache", "usergroup:cell-acme"), fresh, []string{"elasticache:CreateReplicationGroup"}},
			need{arn("elasticache", "parametergroup:default.valkey8"), fresh, []string{"elasticache:CreateReplicationGroup"}},
			need{arn("elasticache", "usergroup:cell-acme"), own, []string{"elasticache:ModifyReplicationGroup"}},
			need{arn("elasticache", "replicationgroup:cell-acme"), own, []string{"elasticache:IncreaseReplicaCount", "elasticache:DecreaseReplicaCount"}},
			linked("elasticache.amazonaws.com", "AWSServiceRoleForElastiCache"), key),
		"aws:rds/clusterInstance:ClusterInstance":                 member,
		"aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": {{arn("rds", "target-group:prx-tg-1"), nil, []string{"rds:ModifyDBProxyTargetGroup"}}, {"*", nil, []string{"rds:DescribeDBProxyTargetGroups"}}},
		"aws:rds/proxyTarget:ProxyTarget":                         {{arn("rds", "target-group:prx-tg-1"), nil, []string{"rds:RegisterDBProxyTargets", "rds:DeregisterDBProxyTargets"}}, {"*", nil, []string{"rds:DescribeDBProxyTargets"}}},
		"aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": {
			{arn("rds", "db:cell-acme"), nil, copiesOfBackups()},
			{"arn:aws:rds:us-west-2:" + account + ":auto-backup:ab-1", nil, append(copiesOfBackups(), "rds:DescribeDBInstanceAutomatedBackups")},
			{"arn:aws:kms:us-west-2:" + account + ":key/mrk-1", with("aws:ResourceTag/cell", "acme", "kms:GrantIsForAWSResource", "true"), []string{"kms:CreateGrant", "kms:DescribeKey"}},
		},
		"aws:budgets/budget:Budget": {
			{"arn:aws:budgets::" + account + ":budget/cell-acme", nil, []string{"budgets:ModifyBudget", "budgets:ViewBudget", "budgets:TagResource", "budgets:UntagResource", "budgets:ListTagsForResource"}},
		},
	}
}

func copiesOfBackups() []string {
	return []string{"rds:StartDBInstanceAutomatedBackupsReplication", "rds:StopDBInstanceAutomatedBackupsReplication"}
}

// cacheNeed is what something of ElastiCache takes, by what its calls are named after.
func cacheNeed(resource, noun string) []need {
	return []need{
		{arn("elasticache", resource), with("aws:RequestTag/cell", "acme"), []string{"elasticache:Create" + noun, "elasticache:AddTagsToResource"}},
		{arn("elasticache", resource), with("aws:ResourceTag/cell", "acme"), []string{"elasticache:Modify" + noun, "elasticache:Delete" + noun, "elasticache:RemoveTagsFromResource"}},
		{"*", nil, []string{"elasticache:Describe" + noun + "s", "elasticache:ListTagsForResource"}},
	}
}

func TestRoleOfCellsLeavesOtherDataAlone(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	texts := ofRole(recording, "pulumi-cell")
	acme := with("aws:PrincipalTag/cell", "acme")
	for _, tc := range []struct {
		action, resource string
		keys             map[string]string
		want             outcome
	}{
		{"rds:StartDBInstanceAutomatedBackupsReplication", arn("rds", "db:cell-acme"), acme, allow},
		{"rds:StartDBInstanceAutomatedBackupsReplication", arn("rds", "db:cell-birch"), acme, deny},
		{"rds:StopDBInstanceAutomatedBackupsReplication", arn("rds", "db:cell-birch"), acme, deny},
		{"rds:StopDBInstanceAutomatedBackupsReplication", arn("rds", "db:ops"), nil, refuse},
		{"rds:RegisterDBProxyTargets", arn("rds", "db:cell-birch"), nil, refuse},
		{"rds:DeleteDBProxy", arn("rds", "db-proxy:prx-1"), nil, refuse},
		{"rds:CreateDBInstance", arn("rds", "cluster:ops"), nil, refuse},
		{"rds:CreateEventSubscription", arn("rds", "es:acme-database"), with("aws:RequestTag/cell", "acme"), refuse},
		{"rds:DeleteEventSubscription", arn("rds", "es:acme-database"), with("aws:ResourceTag/cell", "acme"), allow},
		{"rds:DeleteEventSubscription", arn("rds", "es:detection-db-instance"), nil, refuse},
		{"elasticache:ModifyReplicationGroup", arn("elasticache", "replicationgroup:ops"), nil, refuse},
		{"elasticache:ModifyUser", arn("elasticache", "user:cell-birch"), with("aws:PrincipalTag/cell", "acme", "aws:ResourceTag/cell", "birch"), deny},
		{"elasticache:Connect", arn("elasticache", "replicationgroup:cell-acme"), with("aws:ResourceTag/cell", "acme"), refuse},
		{"elasticfilesystem:DeleteFileSystem", arn("elasticfilesystem", "file-system/fs-jenkins"), nil, refuse},
		{"elasticfilesystem:PutFileSystemPolicy", arn("elasticfilesystem", "file-system/fs-1"), with("aws:PrincipalTag/cell", "acme", "aws:ResourceTag/cell", "birch"), deny},
		{"elasticfilesystem:ClientMount", arn("elasticfilesystem", "file-system/fs-1"), with("aws:ResourceTag/cell", "acme"), refuse},
		{"events:PutTargets", arn("events", "rule/birch-ingest-objects"), with("aws:PrincipalTag/cell", "acme", "aws:ResourceTag/cell", "birch"), deny},
		{"events:DeleteRule", arn("events", "rule/detection-guardduty"), nil, refuse},
	} {
		check(t, texts, request{action: tc.action, resource: tc.resource, keys: tc.keys}, tc.want)
	}
}
