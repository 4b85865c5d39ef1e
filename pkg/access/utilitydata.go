package access

import (
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// utilityData is where applications keep data, and what carries it.
func utilityData() map[string]service {
	return map[string]service{
		"elasticfilesystem": {
			create: []string{"CreateFileSystem"},
			manage: []string{
				"CreateAccessPoint", "CreateMountTarget", "DeleteAccessPoint", "DeleteFileSystem", "DeleteFileSystemPolicy", "DeleteMountTarget",
				"ModifyMountTargetSecurityGroups", "PutBackupPolicy", "PutFileSystemPolicy", "PutLifecycleConfiguration", "UpdateFileSystem*",
			},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "ListTagsForResource"},
		},
		"es": {read: []string{"Describe*", "GetCompatibleVersions", "GetUpgrade*", "ListTags"}},
		"firehose": {
			create: []string{"CreateDeliveryStream"}, manage: []string{"DeleteDeliveryStream", "StartDeliveryStreamEncryption", "StopDeliveryStreamEncryption", "UpdateDestination"},
			tag: []string{"TagDeliveryStream"}, untag: []string{"UntagDeliveryStream"}, read: []string{"Describe*", "List*"},
		},
		"kms": {
			create: []string{"CreateKey"},
			manage: []string{
				"CreateAlias", "DeleteAlias", "DisableKey", "DisableKeyRotation", "EnableKey", "EnableKeyRotation", "PutKeyPolicy", "RetireGrant", "RevokeGrant",
				"ScheduleKeyDeletion", "UpdateAlias", "UpdateKeyDescription",
			},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "Get*", "List*"},
		},
		"secretsmanager": {
			create: []string{"CreateSecret"}, manage: []string{"DeleteSecret", "UpdateSecret"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"DescribeSecret", "GetResourcePolicy"},
		},
		"sns": {
			create: []string{"CreateTopic"}, manage: []string{"DeleteTopic", "SetTopicAttributes", "Subscribe"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Get*", "List*"},
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
		// Elastic File System asks whether the caller may use the key; with the answer
		// nobody can read anything (docs.aws.amazon.com/efs/latest/ug/EFSKMS.html).
		iampolicy.Allow("EncryptFiles", "kms:GenerateDataKeyWithoutPlaintext").On(a.arn("kms", "key/*")).
			If("StringEquals", "aws:ResourceTag/"+naming.TagProject, naming.ProjectUtility).
			If("StringLike", "kms:ViaService", "elasticfilesystem.*.amazonaws.com"),
		a.buckets("Buckets"),
		// The one secret whose value a stack knows: Datadog makes it. The policy of the
		// secret's key lets the role use that.
		iampolicy.Allow("DatadogKey", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage").
			On(naming.UtilitySecretARN(a.AccountID, a.Region, config.ApplicationDatadog, "*")),
		// OpenSearch Service takes no condition on the tags of a new domain.
		iampolicy.Allow("Domains", "es:AddTags", "es:CreateDomain", "es:DeleteDomain", "es:RemoveTags", "es:UpdateDomainConfig", "es:UpgradeDomain").
			On(a.arn("es", "domain/"+naming.SearchDomain("*"))),
		// No resource-level permission.
		iampolicy.Allow("Unscoped", "sns:SetSubscriptionAttributes", "sns:Unsubscribe").On("*"),
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
		// The administration of an organization's detection and gathering what AWS Config
		// records are an application's; whether an account detects and records is not.
		iampolicy.Deny("NoAudit",
			"access-analyzer:*", "account:*", "cloudtrail:*", "config:*ConfigRule*", "config:*ConformancePack*", "config:*DeliveryChannel*", "config:*Recorder*", "config:*Retention*",
			"guardduty:*Detector*", "guardduty:*Filter*", "guardduty:*Member*", "guardduty:Archive*", "guardduty:Delete*", "guardduty:Disable*", "inspector2:*Filter*", "inspector2:Disable*",
			"inspector2:Disassociate*", "macie2:*Member*", "macie2:Delete*", "macie2:Disable*", "macie2:UpdateMacieSession", "organizations:*", "securityhub:Batch*",
			"securityhub:Delete*", "securityhub:Disable*", "securityhub:Disassociate*", "securityhub:UpdateFinding*", "securityhub:UpdateSecurityControl", "securityhub:UpdateStandards*",
		).On("*"),
		a.dataDenied(),
	}
}
