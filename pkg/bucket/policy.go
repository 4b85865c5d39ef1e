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
		statements = append(statements, otherKeysDenied(objects, keyARN)...)
	}
	return iampolicy.NewDocument(append(statements, a.Statements...)...)
}

// otherKeysDenied denies storing objects under another key, also under one that S3 never
// sees, and under AWS's own, which a request gets that asks for KMS and names no key
// (docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html). What says nothing of its
// encryption must pass, to get the bucket's default: S3 asks the policy first, and a
// condition that negates is met by what is not said, with IfExists or without. Hence Null.
func otherKeysDenied(objects, keyARN string) []iampolicy.Statement {
	const kind, key, customer = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:x-amz-server-side-encryption-customer-algorithm"
	deny := func(sid string) iampolicy.Statement {
		return iampolicy.Deny(sid, "s3:PutObject").By(iampolicy.ByEveryone()).On(objects)
	}
	return []iampolicy.Statement{
		deny("DenyOtherKeys").If("Null", key, "false").If("StringNotEquals", key, keyARN),
		deny("DenyOtherEncryption").If("Null", kind, "false").If("StringNotEquals", kind, "aws:kms"),
		deny("DenyUnnamedKeys").If("Null", key, "true").If("StringEquals", kind, "aws:kms"),
		deny("DenyCustomerKeys").If("Null", customer, "false"),
	}
}
