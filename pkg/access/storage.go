package access

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// buckets lets a project make and manage the organization's buckets in the
// account, and touch no object in them. S3 knows no tags of buckets, and names are
// the only thing to go by; the limits of each project say which are not its own.
func (a Args) buckets(sid string) iampolicy.Statement {
	return iampolicy.Allow(sid,
		"s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:GetAccelerateConfiguration", "s3:GetBucket*", "s3:GetEncryptionConfiguration",
		"s3:GetInventoryConfiguration", "s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration", "s3:ListBucket", "s3:ListTagsForResource",
		"s3:PutBucket*", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration", "s3:PutReplicationConfiguration", "s3:TagResource", "s3:UntagResource",
	).On(naming.ARN(a.Region, "s3", "", "", a.OrganizationName+"-*")).
		If("StringEquals", "aws:ResourceAccount", a.AccountID)
}

// secretActions make and manage secrets that are known by their names, and read none.
func secretActions() []string {
	return actions("secretsmanager", []string{
		"CreateSecret", "DeleteResourcePolicy", "DeleteSecret", "PutResourcePolicy", "PutSecretValue", "RemoveRegionsFromReplication", "ReplicateSecretToRegions",
		"RestoreSecret", "RotateSecret", "TagResource", "UntagResource", "UpdateSecret",
	})
}

// parameterActions make and manage parameters, and read none.
func parameterActions() []string {
	return actions("ssm", []string{"AddTagsToResource", "DeleteParameter", "DeleteParameters", "PutParameter", "RemoveTagsFromResource"})
}
