package regiondefaults

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// VolumeKeyStatements returns what the policy of the key of volumes must allow
// beyond its administration: without it, instances of Auto Scaling groups die
// when they start (Client.InternalError).
//
// Auto Scaling's service-linked role is named as a principal, not matched below
// the account root: the root only hands the decision on to the caller's own
// policies, and those of a service-linked role, which nobody can change, allow no
// use of customer managed keys
// (docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html).
// The key must therefore depend on the role, which the base stack of the
// account's home region makes, and the other regions' stacks on that stack.
//
// Everybody else in the account uses the key through EC2 only, without a
// permission of their own, as they would use AWS's default key of volumes; both
// conditions have fixed values, so that the policy is not public (FSBP KMS.5).
func VolumeKeyStatements(accountID, region string) []iampolicy.Statement {
	autoScaling := iampolicy.ByAWS(naming.AutoScalingRoleARN(accountID, region))
	use := []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"}
	throughEC2 := func(s iampolicy.Statement) iampolicy.Statement {
		return s.By(iampolicy.ByEveryone()).On("*").
			If("StringEquals", "kms:CallerAccount", accountID).
			If("StringEquals", "kms:ViaService", "ec2."+region+".amazonaws.com")
	}
	return []iampolicy.Statement{
		iampolicy.Allow("UseByAutoScaling", use...).By(autoScaling).On("*"),
		iampolicy.Allow("GrantByAutoScaling", "kms:CreateGrant").By(autoScaling).On("*").
			If("Bool", "kms:GrantIsForAWSResource", "true"),
		throughEC2(iampolicy.Allow("UseThroughEC2", use...)),
		throughEC2(iampolicy.Allow("GrantThroughEC2", "kms:CreateGrant")).
			If("Bool", "kms:GrantIsForAWSResource", "true"),
	}
}
