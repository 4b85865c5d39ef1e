package networklogs

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// deliverer is the service that writes the logs.
const deliverer = "delivery.logs.amazonaws.com"

// BucketStatements returns what the policy of a bucket of this name must allow, so
// that logs of the account in the region are delivered to it: they are written
// under two prefixes, and only for the account itself
// (docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html,
// docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-choosing-target-resource.html).
func BucketStatements(accountID, region, bucket string) []iampolicy.Statement {
	arn := naming.ARN(region, "s3", "", "", bucket)
	return []iampolicy.Statement{
		// Delivery lists the bucket; without the permission every delivery leaves an
		// AccessDenied in CloudTrail.
		delivery("CheckNetworkLogs", accountID, region, "s3:GetBucketAcl", "s3:ListBucket").On(arn),
		delivery("WriteNetworkLogs", accountID, region, "s3:PutObject").On(
			arn+"/"+flowFolder+"/AWSLogs/aws-account-id="+accountID+"/*",
			arn+"/"+queryFolder+"/AWSLogs/"+accountID+"/*",
		).If("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control"),
	}
}

// KeyStatements returns what the policy of the bucket's key must allow for the
// same
// (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html).
func KeyStatements(accountID, region string) []iampolicy.Statement {
	return []iampolicy.Statement{
		delivery("EncryptNetworkLogs", accountID, region,
			"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey").On("*"),
	}
}

// delivery returns a statement that lets the deliverer act for the account's own
// logs, so that it is no deputy of other accounts.
func delivery(sid, accountID, region string, actions ...string) iampolicy.Statement {
	return iampolicy.Allow(sid, actions...).By(iampolicy.ByService(deliverer)).
		If("StringEquals", "aws:SourceAccount", accountID).
		If("ArnLike", "aws:SourceArn", naming.ARN(region, "logs", region, accountID, "*"))
}
