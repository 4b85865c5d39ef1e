package bucket

import "cellworks/pkg/iampolicy"

// minimumTLS is the oldest version of TLS that is accepted.
const minimumTLS = "1.2"

// policy denies plain HTTP and old TLS to everyone, and other keys where that is
// wanted; then come the statements of the caller. keyARN is used only to deny
// other keys.
func (a Args) policy(keyARN string) iampolicy.Document {
	bucket := ARN(a.Region, a.Name)
	objects := bucket + "/*"
	statements := []iampolicy.Statement{
		iampolicy.Deny("DenyPlainHTTP", "s3:*").By(iampolicy.ByEveryone()).On(bucket, objects).
			If("Bool", "aws:SecureTransport", "false"),
		iampolicy.Deny("DenyOldTLS", "s3:*").By(iampolicy.ByEveryone()).On(bucket, objects).
			If("NumericLessThan", "s3:TlsVersion", minimumTLS),
	}
	if a.DenyOtherKeys {
		statements = append(statements,
			iampolicy.Deny("DenyOtherKeys", "s3:PutObject").By(iampolicy.ByEveryone()).On(objects).
				If("StringNotEqualsIfExists", "s3:x-amz-server-side-encryption-aws-kms-key-id", keyARN),
			iampolicy.Deny("DenyOtherEncryption", "s3:PutObject").By(iampolicy.ByEveryone()).On(objects).
				If("StringNotEqualsIfExists", "s3:x-amz-server-side-encryption", "aws:kms"),
		)
	}
	return iampolicy.NewDocument(append(statements, a.Statements...)...)
}
