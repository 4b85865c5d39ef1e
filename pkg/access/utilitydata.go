package access

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// utilityData is where applications keep data, and what carries it.
func utilityData() map[string]service {
	return map[string]service{
		"backup": {
			create: []string{"CreateBackupPlan", "CreateBackupVault"},
			manage: []string{
				"CreateBackupSelection", "DeleteBackupPlan", "DeleteBackupSelection", "DeleteBackupVault", "DeleteBackupVaultAccessPolicy", "DeleteBackupVaultNotifications",
				"PutBackupVault*", "UpdateBackupPlan",
			},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "Get*", "List*"},
		},
		"elasticfilesystem": {
			create: []string{"CreateFileSystem"},
			manage: []string{
				"CreateAccessPoint", "CreateMountTarget", "DeleteAccessPoint", "DeleteFileSystem", "DeleteFileSystemPolicy", "DeleteMountTarget",
				"ModifyMountTargetSecurityGroups", "PutBackupPolicy", "PutFileSystemPolicy", "PutLifecycleConfiguration", "UpdateFileSystem*",
			},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "ListTagsForResource"},
		},
		"es": {
			create: []string{"CreateDomain"}, manage: []string{"DeleteDomain", "UpdateDomainConfig", "UpgradeDomain"},
			tag: []string{"AddTags"}, untag: []string{"RemoveTags"}, read: []string{"Describe*", "GetUpgrade*", "List*"},
		},
		"firehose": {
			create: []string{"CreateDeliveryStream"}, manage: []string{"DeleteDeliveryStream", "StartDeliveryStreamEncryption", "StopDeliveryStreamEncryption", "UpdateDestination"},
			tag: []string{"TagDeliveryStream"}, untag: []string{"UntagDeliveryStream"}, read: []string{"Describe*", "List*"},
		},
		"kms": {
			create: []string{"CreateKey"},
			manage: []string{
				"CancelKeyDeletion", "CreateAlias", "DeleteAlias", "DisableKey", "DisableKeyRotation", "EnableKey", "EnableKeyRotation", "PutKeyPolicy",
				"ReplicateKey", "RevokeGrant", "ScheduleKeyDeletion", "UpdateAlias", "UpdateKeyDescription",
			},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "Get*", "List*"},
		},
		"secretsmanager": {
			create: []string{"CreateSecret"}, manage: secretNames(),
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"DescribeSecret", "GetResourcePolicy", "ListSecrets"},
		},
		"sns": {
			create: []string{"CreateTopic"}, manage: []string{"AddPermission", "DeleteTopic", "RemovePermission", "SetTopicAttributes", "Subscribe"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Get*", "List*"},
		},
		"sqs": {
			create: []string{"CreateQueue"}, manage: []string{"AddPermission", "DeleteQueue", "RemovePermission", "SetQueueAttributes"},
			tag: []string{"TagQueue"}, untag: []string{"UntagQueue"}, read: []string{"Get*", "List*"},
		},
		"transfer": {
			create: []string{"CreateServer", "CreateWorkflow"}, manage: []string{"Delete*", "Import*", "StartServer", "StopServer", "Update*"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "List*"},
		},
	}
}

// utilityDataByName is what tags do not decide.
func (a Args) utilityDataByName() []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Allow("Aliases", "kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias").On(a.arn("kms", "alias"+naming.UtilityPath+"*")),
		iampolicy.Allow("GrantToServices", "kms:CreateGrant").On(a.arn("kms", "key/*")).
			If("StringEquals", "aws:ResourceTag/"+naming.TagProject, naming.ProjectUtility).
			If("Bool", "kms:GrantIsForAWSResource", "true"),
		a.buckets("Buckets"),
		iampolicy.Allow("Parameters", parameterActions()...).On(a.arn("ssm", "parameter"+naming.UtilityPath+"*")),
		// No resource-level permission.
		iampolicy.Allow("Unscoped", "backup-storage:MountCapsule", "sns:SetSubscriptionAttributes", "sns:Unsubscribe").On("*"),
	}
}

// utilityLimits denies what the other policies would let through.
func (a Args) utilityLimits(tagActions []string) []iampolicy.Statement {
	ownBuckets := iampolicy.Deny("OwnBucketsOnly", "s3:*")
	bucket := naming.ARN(a.Region, "s3", "", "", a.OrganizationName+"-"+naming.ProjectUtility+"-*")
	ownBuckets.NotResources = []string{bucket}
	return []iampolicy.Statement{
		notOthers(tagActions, naming.ProjectBase, naming.ProjectCell),
		ownBuckets,
		iampolicy.Deny("NoAudit",
			"access-analyzer:*", "account:*", "cloudtrail:*", "config:*", "guardduty:*", "inspector2:*", "macie2:*", "organizations:*", "securityhub:*",
		).On("*"),
		a.dataDenied(),
	}
}
