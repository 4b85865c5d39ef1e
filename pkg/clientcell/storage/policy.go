package storage

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// policy denies plain HTTP, writes under any key but the cell's, and every
// principal but the cell's own roles, the deployment role and AWS services: a
// perimeter that holds even where another cell's IAM policy is too wide.
func (a Args) policy(bucketARN, keyARN string) iampolicy.Document {
	everything := []string{bucketARN, bucketARN + "/*"}
	return iampolicy.NewDocument(
		iampolicy.Deny("DenyPlainHTTP", "s3:*").By(iampolicy.ByEveryone()).On(everything...).
			If("Bool", "aws:SecureTransport", "false"),
		// A write that names no key gets the bucket's default, which is the cell's.
		iampolicy.Deny("DenyOtherKeys", "s3:PutObject").By(iampolicy.ByEveryone()).On(bucketARN+"/*").
			If("StringNotEqualsIfExists", "s3:x-amz-server-side-encryption-aws-kms-key-id", keyARN),
		iampolicy.Deny("DenyOtherEncryption", "s3:PutObject").By(iampolicy.ByEveryone()).On(bucketARN+"/*").
			If("StringNotEqualsIfExists", "s3:x-amz-server-side-encryption", "aws:kms"),
		iampolicy.Deny("DenyOtherPrincipals", "s3:*").By(iampolicy.ByEveryone()).On(everything...).
			If("ArnNotLike", "aws:PrincipalArn",
				naming.ARN(a.Region, "iam", "", a.AccountID, "role"+naming.CellRolePath(a.Client)+"*"),
				naming.ARN(a.Region, "iam", "", a.AccountID, "role/"+a.DeployRole)).
			If("Bool", "aws:PrincipalIsAWSService", "false"),
	)
}
