package recorder

import (
	"cellworks/pkg/bucket"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/key"
	"cellworks/pkg/naming"
)

// service is AWS Config. It delivers as itself where the recorder has the
// service-linked role, which may write to no bucket.
const service = "config.amazonaws.com"

// ServiceRoleARN returns the ARN of the service-linked role of AWS Config in an
// account; region is any of the account's, for the partition.
func ServiceRoleARN(accountID, region string) string {
	return naming.ARN(region, "iam", "", accountID, "role/aws-service-role/"+service+"/AWSServiceRoleForConfig")
}

// KeyStatements returns what the policy of Args.KeyARN needs, so that AWS Config
// can encrypt what it delivers for the account
// (docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html).
func KeyStatements(accountID string) []iampolicy.Statement {
	return []iampolicy.Statement{
		key.ByServices("UseByRecorder", accountID, []string{service}, "kms:Decrypt", "kms:GenerateDataKey"),
	}
}

// bucket returns the bucket that files are delivered to. Nothing in it is locked,
// because AWS Config does not deliver to a bucket with a default retention
// (docs.aws.amazon.com/config/latest/developerguide/manage-delivery-channel.html);
// versions and the bucket's policy must do.
func (a Args) bucket(physical string) bucket.Args {
	return bucket.Args{
		Name:            physical,
		AccountID:       a.AccountID,
		Region:          a.Region,
		Kind:            bucket.RecorderLogs,
		KeyARN:          a.KeyARN,
		Versioning:      true,
		AccessLogBucket: a.AccessLogBucket,
		Lifecycle: bucket.Lifecycle{
			ColdDays:       a.Audit.ColdDays,
			ArchiveDays:    a.Audit.ArchiveDays,
			ExpireDays:     a.Audit.RetentionDays,
			NoncurrentDays: noncurrentDays,
		},
		Statements: a.delivery(bucket.ARN(a.Region, physical)),
		Protect:    a.DeletionProtection,
		Retain:     a.Audit.RetainOnDestroy,
	}
}

// delivery returns the statements that let AWS Config find the bucket and write
// to it for this account only
// (docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html).
func (a Args) delivery(arn string) []iampolicy.Statement {
	by := iampolicy.ByService(service)
	return []iampolicy.Statement{
		iampolicy.Allow("FindByRecorder", "s3:GetBucketAcl", "s3:ListBucket").By(by).On(arn).
			If("StringEquals", "aws:SourceAccount", a.AccountID),
		iampolicy.Allow("WriteByRecorder", "s3:PutObject").By(by).On(arn+"/AWSLogs/"+a.AccountID+"/Config/*").
			If("StringEquals", "aws:SourceAccount", a.AccountID).
			If("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control"),
	}
}
