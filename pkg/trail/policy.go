package trail

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// KeyStatements returns what the policy of the trail's key must hold: CloudTrail
// encrypts files of this trail, and of no other, with it
// (docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html).
// region is the account's home region, organization and account are names in the
// configuration. Those who read the files need a statement of their own.
func KeyStatements(region, accountID, organization, account string) []iampolicy.Statement {
	trail := naming.TrailARN(region, accountID, organization, account)
	return []iampolicy.Statement{
		iampolicy.Allow("EncryptTrail", "kms:GenerateDataKey*").By(iampolicy.ByService(service)).On("*").
			If("StringEquals", "aws:SourceArn", trail).
			If("StringLike", "kms:EncryptionContext:aws:cloudtrail:arn", naming.ARN(region, "cloudtrail", "*", accountID, "trail/*")),
		iampolicy.Allow("CheckKeyOfTrail", "kms:Decrypt", "kms:DescribeKey").By(iampolicy.ByService(service)).On("*").
			If("StringEquals", "aws:SourceArn", trail),
	}
}

// bucketStatements lets CloudTrail look at the bucket and write the account's
// files, for this trail only
// (docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html).
func (a Args) bucketStatements(bucketARN string) []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Allow("CheckBucketOfTrail", "s3:GetBucketAcl").By(iampolicy.ByService(service)).On(bucketARN).
			If("StringEquals", "aws:SourceArn", a.arn()),
		iampolicy.Allow("WriteTrail", "s3:PutObject").By(iampolicy.ByService(service)).On(bucketARN+"/AWSLogs/"+a.AccountID+"/*").
			If("StringEquals", "aws:SourceArn", a.arn()).
			If("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control"),
	}
}

// streamPolicy lets CloudTrail write its own streams of the trail's log group
// (docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html).
func (a Args) streamPolicy() iampolicy.Document {
	streams := "log-group:" + logGroup() + ":log-stream:" + a.AccountID + "_CloudTrail_" + a.Region + "*"
	return iampolicy.NewDocument(iampolicy.Allow("WriteStreams", "logs:CreateLogStream", "logs:PutLogEvents").
		On(naming.ARN(a.Region, "logs", a.Region, a.AccountID, streams)))
}

// addRole adds the role with which CloudTrail writes the log group, and returns
// it with the attachment of its policy. The trust has no condition on the source:
// CloudTrail documents one for policies of resources only, and a role cannot be
// passed to a trail of another account.
func (t *Trail) addRole(ctx *pulumi.Context, child pulumi.ResourceOption) (*iam.Role, *iam.RolePolicyAttachment, error) {
	trust, err := iampolicy.NewDocument(iampolicy.Allow("", "sts:AssumeRole").By(iampolicy.ByService(service))).JSONFor(iampolicy.Trust)
	if err != nil {
		return nil, nil, err
	}
	text, err := t.args.streamPolicy().JSONFor(iampolicy.Managed)
	if err != nil {
		return nil, nil, err
	}
	const description = "CloudTrail writes the log group of the audit trail"
	role, err := iam.NewRole(ctx, t.name, &iam.RoleArgs{
		Description:      pulumi.String(description),
		AssumeRolePolicy: pulumi.String(trust),
	}, child)
	if err != nil {
		return nil, nil, err
	}
	policy, err := iam.NewPolicy(ctx, t.name, &iam.PolicyArgs{
		Description: pulumi.String(description),
		Policy:      pulumi.String(text),
	}, child)
	if err != nil {
		return nil, nil, err
	}
	attached, err := iam.NewRolePolicyAttachment(ctx, t.name, &iam.RolePolicyAttachmentArgs{
		Role:      role.Name,
		PolicyArn: policy.Arn,
	}, child)
	return role, attached, err
}
