package access_test

import (
	"maps"
	"regexp"
	"testing"

	"cellworks/pkg/naming"
)

// need is what the provider calls to make, change and delete one kind of resource.
type need struct {
	resource string
	keys     map[string]string
	actions  []string
}

// needs are the calls for the resources that a cell is made of. Something new has
// the client's tag in the request, something that exists has it itself.
func needs() map[string][]need {
	fresh, own := with("aws:RequestTag/cell", "acme"), with("aws:ResourceTag/cell", "acme")
	role, policy := iamResource("role/cell/acme/acme-api-task"), iamResource("policy/cell/acme/acme-api-task")
	boundary := naming.BoundaryARN(account, "us-east-1")
	rule := func(direction string) []need {
		return []need{
			{arn("ec2", "security-group/sg-1"), own, []string{"ec2:AuthorizeSecurityGroup" + direction, "ec2:RevokeSecurityGroup" + direction, "ec2:ModifySecurityGroupRules"}},
			{arn("ec2", "security-group-rule/*"), fresh, []string{"ec2:AuthorizeSecurityGroup" + direction}},
			{arn("ec2", "security-group-rule/sgr-1"), with("aws:RequestTag/cell", "acme", "ec2:CreateAction", "AuthorizeSecurityGroup"+direction), []string{"ec2:CreateTags"}},
			{"*", nil, []string{"ec2:DescribeSecurityGroupRules"}},
		}
	}
	return map[string][]need{
		"aws:kms/key:Key": {
			{"*", fresh, []string{"kms:CreateKey", "kms:TagResource"}},
			{arn("kms", "key/1"), own, []string{"kms:EnableKeyRotation", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:UpdateKeyDescription", "kms:UntagResource", "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"}},
		},
		"aws:rds/subnetGroup:SubnetGroup":       databaseNeed("subgrp:acme-database", "DBSubnetGroup"),
		"aws:rds/parameterGroup:ParameterGroup": append(databaseNeed("pg:acme-database", "DBParameterGroup"), need{arn("rds", "pg:acme-database"), own, []string{"rds:ResetDBParameterGroup", "rds:DescribeDBParameters"}}),
		"aws:rds/instance:Instance": append(databaseNeed("db:cell-acme", "DBInstance"),
			need{arn("rds", "snapshot:cell-acme-final-1"), fresh, []string{"rds:CreateDBSnapshot", "rds:AddTagsToResource"}},
			need{arn("rds", "db:cell-acme"), fresh, []string{"rds:CreateDBInstanceReadReplica"}},
			need{arn("rds", "db:cell-acme"), own, []string{"rds:CreateDBSnapshot", "rds:RebootDBInstance"}},
			need{arn("kms", "key/1"), with("aws:ResourceTag/cell", "acme", "kms:GrantIsForAWSResource", "true"), []string{"kms:CreateGrant", "kms:DescribeKey"}},
			need{arn("secretsmanager", "secret:rds!db-1-abcdef"), fresh, []string{"secretsmanager:CreateSecret", "secretsmanager:TagResource"}},
			need{iamResource("role/service/rds-monitoring"), with("iam:PassedToService", "monitoring.rds.amazonaws.com"), []string{"iam:PassRole"}},
			need{iamResource("role/cell/acme/acme-database-proxy"), with("iam:PassedToService", "rds.amazonaws.com"), []string{"iam:PassRole"}},
			need{arn("logs", "log-group:/aws/rds/instance/cell-acme/postgresql"), nil, []string{"logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:AssociateKmsKey", "logs:DeleteLogGroup"}},
			need{arn("logs", "log-group:/aws/rds/instance/cell-acme-reader-1/upgrade"), nil, []string{"logs:CreateLogGroup", "logs:DeleteLogGroup"}},
		),
		"aws:rds/cluster:Cluster":                             append(databaseNeed("cluster:cell-acme", "DBCluster"), need{arn("logs", "log-group:/aws/rds/cluster/cell-acme/postgresql"), nil, []string{"logs:CreateLogGroup"}}),
		"aws:rds/clusterParameterGroup:ClusterParameterGroup": databaseNeed("cluster-pg:acme-database", "DBClusterParameterGroup"),
		"aws:rds/proxy:Proxy":                                 append(databaseNeed("db-proxy:prx-1", "DBProxy"), need{arn("rds", "db-proxy:prx-1"), own, []string{"rds:RegisterDBProxyTargets", "rds:DeregisterDBProxyTargets", "rds:ModifyDBProxyTargetGroup"}}),
		"aws:cloudwatch/eventRule:EventRule": {
			{arn("events", "rule/acme-ingest-objects"), fresh, []string{"events:PutRule", "events:TagResource"}},
			{arn("events", "rule/acme-ingest-objects"), own, []string{"events:PutRule", "events:DeleteRule", "events:DescribeRule", "events:ListTagsForResource", "events:UntagResource"}},
		},
		"aws:cloudwatch/eventTarget:EventTarget": {{arn("events", "rule/acme-ingest-objects"), own, []string{"events:PutTargets", "events:RemoveTargets", "events:ListTargetsByRule"}}},
		"aws:kms/replicaKey:ReplicaKey": {
			{arn("kms", "key/mrk-1"), own, []string{"kms:ReplicateKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:UpdateKeyDescription", "kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListResourceTags"}},
			{"*", fresh, []string{"kms:CreateKey", "kms:TagResource"}},
			{iamResource("role/aws-service-role/mrk.kms.amazonaws.com/AWSServiceRoleForKeyManagementServiceMultiRegionKeys"), with("iam:AWSServiceName", "mrk.kms.amazonaws.com"), []string{"iam:CreateServiceLinkedRole"}},
		},
		"aws:guardduty/malwareProtectionPlan:MalwareProtectionPlan": {
			{"*", fresh, []string{"guardduty:CreateMalwareProtectionPlan", "guardduty:TagResource"}},
			{arn("guardduty", "malware-protection-plan/1"), own, []string{"guardduty:UpdateMalwareProtectionPlan", "guardduty:DeleteMalwareProtectionPlan", "guardduty:GetMalwareProtectionPlan", "guardduty:UntagResource"}},
			{iamResource("role/cell/acme/acme-storage-scan"), with("iam:PassedToService", "malware-protection-plan.guardduty.amazonaws.com"), []string{"iam:PassRole"}},
		},
		"aws:kms/alias:Alias": {
			{arn("kms", "alias/cell/acme"), nil, []string{"kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"}},
			{arn("kms", "key/1"), own, []string{"kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"}},
			{"*", nil, []string{"kms:ListAliases"}},
		},
		"aws:iam/role:Role": {
			{role, with("iam:PermissionsBoundary", boundary), []string{"iam:CreateRole", "iam:PutRolePermissionsBoundary"}},
			{iamResource("role/cell/acme/acme-backup-service"), with("iam:PermissionsBoundary", naming.ServiceBoundaryARN(account, "us-east-1")), []string{"iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:DeleteRole"}},
			{role, nil, []string{"iam:TagRole", "iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:DeleteRole"}},
		},
		"aws:iam/policy:Policy": {{policy, nil, []string{"iam:CreatePolicy", "iam:TagPolicy", "iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions", "iam:CreatePolicyVersion", "iam:DeletePolicyVersion", "iam:DeletePolicy"}}},
		"aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
			{role, with("iam:PermissionsBoundary", boundary, "iam:PolicyARN", policy), []string{"iam:AttachRolePolicy", "iam:DetachRolePolicy"}},
			{iamResource("role/cell/acme/acme-backup-service"), with("iam:PermissionsBoundary", naming.ServiceBoundaryARN(account, "us-east-1"), "iam:PolicyARN", iamResource("policy/cell/acme/acme-backup-service")), []string{"iam:AttachRolePolicy", "iam:DetachRolePolicy"}},
		},
		"aws:ec2/securityGroup:SecurityGroup": {
			{arn("ec2", "security-group/*"), fresh, []string{"ec2:CreateSecurityGroup"}},
			{arn("ec2", "vpc/vpc-1"), nil, []string{"ec2:CreateSecurityGroup"}},
			{arn("ec2", "security-group/sg-1"), with("aws:RequestTag/cell", "acme", "ec2:CreateAction", "CreateSecurityGroup"), []string{"ec2:CreateTags"}},
			// EC2 adds a rule for all egress to a new group; the provider removes it.
			{arn("ec2", "security-group/sg-1"), own, []string{"ec2:RevokeSecurityGroupEgress", "ec2:DeleteSecurityGroup", "ec2:CreateTags", "ec2:DeleteTags"}},
			{"*", nil, []string{"ec2:DescribeSecurityGroups", "ec2:DescribeNetworkInterfaces"}},
		},
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("Ingress"),
		"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":   rule("Egress"),
		"aws:cloudwatch/logGroup:LogGroup": {
			{arn("logs", "log-group:/cell/acme/api"), nil, []string{"logs:CreateLogGroup", "logs:TagResource", "logs:PutRetentionPolicy", "logs:AssociateKmsKey", "logs:ListTagsForResource", "logs:UntagResource", "logs:DeleteLogGroup"}},
			{arn("logs", "log-group:*"), nil, []string{"logs:DescribeLogGroups"}},
		},
		"aws:ecs/taskDefinition:TaskDefinition": {
			{arn("ecs", "task-definition/acme-api:*"), fresh, []string{"ecs:RegisterTaskDefinition", "ecs:TagResource"}},
			{"*", nil, []string{"ecs:DescribeTaskDefinition", "ecs:DeregisterTaskDefinition"}},
			{role, with("iam:PassedToService", "ecs-tasks.amazonaws.com"), []string{"iam:PassRole"}},
		},
		"aws:ecs/service:Service": {
			{arn("ecs", "service/cells/acme-api"), fresh, []string{"ecs:CreateService", "ecs:TagResource"}},
			{arn("ecs", "service/cells/acme-api"), own, []string{"ecs:UpdateService", "ecs:DeleteService", "ecs:DescribeServices", "ecs:UntagResource"}},
			{iamResource("role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"), with("iam:AWSServiceName", "ecs.amazonaws.com"), []string{"iam:CreateServiceLinkedRole"}},
		},
		"aws:sqs/queue:Queue": {
			{arn("sqs", "acme-work"), fresh, []string{"sqs:CreateQueue", "sqs:TagQueue"}},
			{arn("sqs", "acme-work"), own, []string{"sqs:SetQueueAttributes", "sqs:DeleteQueue", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags", "sqs:UntagQueue"}},
		},
		"aws:sqs/queuePolicy:QueuePolicy":               {{arn("sqs", "acme-work"), own, []string{"sqs:SetQueueAttributes", "sqs:GetQueueAttributes"}}},
		"aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": {{arn("sqs", "acme-work-dead"), own, []string{"sqs:SetQueueAttributes", "sqs:GetQueueAttributes"}}},
		"aws:sns/topic:Topic": {
			{arn("sns", "acme-events"), fresh, []string{"sns:CreateTopic", "sns:TagResource"}},
			{arn("sns", "acme-events"), own, []string{"sns:SetTopicAttributes", "sns:DeleteTopic", "sns:GetTopicAttributes", "sns:ListTagsForResource", "sns:UntagResource"}},
		},
		"aws:sns/topicPolicy:TopicPolicy": {{arn("sns", "acme-events"), own, []string{"sns:SetTopicAttributes", "sns:GetTopicAttributes"}}},
		"aws:sns/topicSubscription:TopicSubscription": {
			{arn("sns", "acme-events"), own, []string{"sns:Subscribe"}},
			{"*", nil, []string{"sns:SetSubscriptionAttributes", "sns:GetSubscriptionAttributes", "sns:Unsubscribe"}},
		},
		"aws:backup/vault:Vault": {
			{"*", fresh, []string{"backup:CreateBackupVault", "backup:TagResource"}},
			{"*", nil, []string{"backup-storage:MountCapsule"}},
			{arn("kms", "key/1"), with("aws:ResourceTag/cell", "acme", "kms:GrantIsForAWSResource", "true"), []string{"kms:CreateGrant"}},
			{arn("kms", "key/1"), own, []string{"kms:DescribeKey"}},
			{arn("backup", "backup-vault:cell-acme"), own, []string{"backup:DeleteBackupVault", "backup:DescribeBackupVault", "backup:ListTags", "backup:UntagResource"}},
		},
		"aws:backup/vaultPolicy:VaultPolicy":                       {{arn("backup", "backup-vault:cell-acme"), own, []string{"backup:PutBackupVaultAccessPolicy", "backup:GetBackupVaultAccessPolicy", "backup:DeleteBackupVaultAccessPolicy"}}},
		"aws:backup/vaultLockConfiguration:VaultLockConfiguration": {{arn("backup", "backup-vault:cell-acme"), own, []string{"backup:PutBackupVaultLockConfiguration", "backup:DeleteBackupVaultLockConfiguration", "backup:DescribeBackupVault"}}},
		"aws:backup/vaultNotifications:VaultNotifications":         {{arn("backup", "backup-vault:cell-acme"), own, []string{"backup:PutBackupVaultNotifications", "backup:GetBackupVaultNotifications", "backup:DeleteBackupVaultNotifications"}}},
		"aws:backup/plan:Plan": {
			{"*", fresh, []string{"backup:CreateBackupPlan", "backup:TagResource"}},
			{arn("backup", "backup-plan:1"), own, []string{"backup:UpdateBackupPlan", "backup:GetBackupPlan", "backup:DeleteBackupPlan"}},
		},
		"aws:backup/selection:Selection": {
			{arn("backup", "backup-plan:1"), own, []string{"backup:CreateBackupSelection", "backup:GetBackupSelection", "backup:DeleteBackupSelection"}},
			{iamResource("role/cell/acme/acme-backup-service"), with("iam:PassedToService", "backup.amazonaws.com"), []string{"iam:PassRole"}},
		},
		"aws:backup/restoreTestingPlan:RestoreTestingPlan": {
			{"*", fresh, []string{"backup:CreateRestoreTestingPlan", "backup:TagResource"}},
			{arn("backup", "restore-testing-plan:1"), own, []string{"backup:UpdateRestoreTestingPlan", "backup:GetRestoreTestingPlan", "backup:DeleteRestoreTestingPlan"}},
		},
		"aws:backup/restoreTestingSelection:RestoreTestingSelection": {
			{arn("backup", "restore-testing-plan:1"), own, []string{"backup:CreateRestoreTestingSelection", "backup:UpdateRestoreTestingSelection", "backup:GetRestoreTestingSelection", "backup:DeleteRestoreTestingSelection"}},
		},
		"aws:transfer/user:User": {
			{arn("transfer", "user/s-1/acme-lab"), fresh, []string{"transfer:CreateUser", "transfer:TagResource"}},
			{arn("transfer", "user/s-1/acme-lab"), own, []string{"transfer:UpdateUser", "transfer:DeleteUser", "transfer:DescribeUser", "transfer:UntagResource"}},
			{role, with("iam:PassedToService", "transfer.amazonaws.com"), []string{"iam:PassRole"}},
		},
		"aws:transfer/sshKey:SshKey": {{arn("transfer", "user/s-1/acme-lab"), own, []string{"transfer:ImportSshPublicKey", "transfer:DeleteSshPublicKey"}}},
		"aws:transfer/server:Server": {
			{arn("transfer", "server/*"), fresh, []string{"transfer:CreateServer", "transfer:TagResource"}},
			{arn("transfer", "server/s-1"), own, []string{"transfer:UpdateServer", "transfer:DeleteServer", "transfer:DescribeServer"}},
			{"*", nil, []string{"logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"}},
		},
		"aws:ec2/eip:Eip": {
			{arn("ec2", "elastic-ip/*"), fresh, []string{"ec2:AllocateAddress"}},
			{arn("ec2", "elastic-ip/eipalloc-1"), own, []string{"ec2:ReleaseAddress", "ec2:DeleteTags"}},
		},
		"aws:lb/targetGroup:TargetGroup": {
			{arn("elasticloadbalancing", "targetgroup/acme-api/1"), fresh, []string{"elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:AddTags"}},
			{arn("elasticloadbalancing", "targetgroup/acme-api/1"), own, []string{"elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:ModifyTargetGroupAttributes", "elasticloadbalancing:DeleteTargetGroup", "elasticloadbalancing:RemoveTags"}},
			{"*", nil, []string{"elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTags"}},
		},
		"aws:lb/listenerRule:ListenerRule": {
			{arn("elasticloadbalancing", "listener/app/cells/1/2"), fresh, []string{"elasticloadbalancing:CreateRule"}},
			{arn("elasticloadbalancing", "listener-rule/app/cells/1/2/3"), fresh, []string{"elasticloadbalancing:AddTags"}},
			{arn("elasticloadbalancing", "listener-rule/app/cells/1/2/3"), own, []string{"elasticloadbalancing:ModifyRule", "elasticloadbalancing:DeleteRule", "elasticloadbalancing:SetRulePriorities"}},
			{"*", nil, []string{"elasticloadbalancing:DescribeRules"}},
		},
		"aws:route53/record:Record": {
			{"arn:aws:route53:::hostedzone/Z1", with("route53:ChangeResourceRecordSetsRecordTypes", "A"), []string{"route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets", "route53:GetHostedZone"}},
			{"arn:aws:route53:::change/C1", nil, []string{"route53:GetChange"}},
		},
		"aws:appautoscaling/target:Target": {
			{arn("application-autoscaling", "scalable-target/1"), fresh, []string{"application-autoscaling:RegisterScalableTarget", "application-autoscaling:TagResource"}},
			{arn("application-autoscaling", "scalable-target/1"), own, []string{"application-autoscaling:RegisterScalableTarget", "application-autoscaling:DeregisterScalableTarget", "application-autoscaling:ListTagsForResource"}},
			{"*", nil, []string{"application-autoscaling:DescribeScalableTargets"}},
			{iamResource("role/aws-service-role/ecs.application-autoscaling.amazonaws.com/x"), with("iam:AWSServiceName", "ecs.application-autoscaling.amazonaws.com"), []string{"iam:CreateServiceLinkedRole"}},
		},
		"aws:appautoscaling/policy:Policy": {
			{arn("application-autoscaling", "scalable-target/1"), own, []string{"application-autoscaling:PutScalingPolicy", "application-autoscaling:DeleteScalingPolicy"}},
			{"*", nil, []string{"application-autoscaling:DescribeScalingPolicies"}},
		},
	}
}

// databaseNeed is what something of RDS takes, by what its calls are named after.
func databaseNeed(resource, noun string) []need {
	return []need{
		{arn("rds", resource), with("aws:RequestTag/cell", "acme"), []string{"rds:Create" + noun, "rds:AddTagsToResource"}},
		{arn("rds", resource), with("aws:ResourceTag/cell", "acme"), []string{"rds:Modify" + noun, "rds:Delete" + noun, "rds:RemoveTagsFromResource", "rds:ListTagsForResource"}},
		{"*", nil, []string{"rds:DescribeDBInstances"}},
	}
}

// bucketNeeds are the calls for buckets.
func bucketNeeds(arn string) map[string][]need {
	bucket := func(names ...string) []need {
		for i, name := range names {
			names[i] = "s3:" + name
		}
		return []need{{arn, with("aws:ResourceAccount", account), names}}
	}
	return map[string][]need{
		"aws:s3/bucketV2:BucketV2": bucket("CreateBucket", "DeleteBucket", "ListBucket", "PutBucketTagging", "GetBucketTagging", "GetBucketAcl", "GetBucketPolicy", "GetBucketVersioning", "GetBucketWebsite", "GetBucketLogging",
			"GetBucketCORS", "GetAccelerateConfiguration", "GetBucketRequestPayment", "GetLifecycleConfiguration", "GetReplicationConfiguration", "GetEncryptionConfiguration", "GetBucketObjectLockConfiguration"),
		"aws:s3/bucketVersioningV2:BucketVersioningV2":                                               bucket("PutBucketVersioning", "GetBucketVersioning"),
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": bucket("PutEncryptionConfiguration", "GetEncryptionConfiguration"),
		"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                                     bucket("PutBucketPublicAccessBlock", "GetBucketPublicAccessBlock"),
		"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                     bucket("PutBucketOwnershipControls", "GetBucketOwnershipControls"),
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2":                       bucket("PutLifecycleConfiguration", "GetLifecycleConfiguration"),
		"aws:s3/bucketPolicy:BucketPolicy":                                                           bucket("PutBucketPolicy", "GetBucketPolicy", "DeleteBucketPolicy"),
		"aws:s3/bucketNotification:BucketNotification":                                               bucket("PutBucketNotification", "GetBucketNotification"),
		"aws:s3/bucketReplicationConfig:BucketReplicationConfig":                                     append(bucket("PutReplicationConfiguration", "GetReplicationConfiguration"), need{iamResource("role/cell/acme/acme-storage-replication"), with("iam:PassedToService", "s3.amazonaws.com"), []string{"iam:PassRole"}}),
		"aws:s3/bucketLoggingV2:BucketLoggingV2":                                                     bucket("PutBucketLogging", "GetBucketLogging"),
		"aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2":                     bucket("PutBucketObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
	}
}

func TestRoleOfCellsCanMakeCells(t *testing.T) {
	t.Parallel()
	var golden []byte
	goldens(t, func(_ string, text []byte) { golden = append(golden, text...) }, "../clientcell", "../clientcell/*", "../../cell")
	recording, _ := record(t, args())
	texts := ofRole(recording, "pulumi-cell")
	all, seen := needs(), map[string]bool{}
	maps.Copy(all, runtimeNeeds())
	maps.Copy(all, subnetNeeds())
	maps.Copy(all, dataNeeds())
	maps.Copy(all, vpcNeeds())
	maps.Copy(all, bucketNeeds("arn:aws:s3:::meridian-acme-us-east-1-inbound"))
	for _, m := range regexp.MustCompile(`(?m)^urn:\S*\$(aws:[^:]+:[A-Za-z0-9]+)::`).FindAllStringSubmatch(string(golden), -1) {
		seen[m[1]] = true
		if all[m[1]] == nil {
			t.Errorf("a cell has resources of type %s: say here which calls make them, and allow those", m[1])
		}
	}
	if len(seen) == 0 {
		t.Fatal("the golden of a cell names no resources")
	}
	for token, list := range all {
		for _, n := range list {
			for _, action := range n.actions {
				for _, session := range []map[string]string{nil, with("aws:PrincipalTag/cell", "acme")} {
					keys := with()
					maps.Copy(keys, n.keys)
					maps.Copy(keys, session)
					if allowed, _ := decide(t, texts, request{action: action, resource: n.resource, keys: keys}); !allowed {
						t.Errorf("%s needs %s on %s with %v", token, action, n.resource, keys)
					}
				}
			}
		}
	}
}
