package key

import (
	"errors"
	"slices"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// administer lets the account administer the key without using it: no action on
// data, and no grant, which would be a way around that. Administrators that do
// not exist yet must not be named as principals, hence the account root with a
// condition on the caller's ARN; the root user remains among them, so that the
// key never becomes unmanageable.
func (a Args) administer() iampolicy.Statement {
	root := naming.ARN(a.Region, "iam", "", a.AccountID, "root")
	s := iampolicy.Allow("Administer",
		"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey", "kms:DisableKeyRotation",
		"kms:EnableKey", "kms:EnableKeyRotation", "kms:Get*", "kms:List*", "kms:PutKeyPolicy", "kms:ReplicateKey", "kms:RevokeGrant",
		"kms:RotateKeyOnDemand", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:Update*",
	).By(iampolicy.ByAWS(root)).On("*")
	if len(a.Administrators) > 0 {
		s = s.If("ArnLike", "aws:PrincipalArn", slices.Concat(a.Administrators, []string{root})...)
	}
	return s
}

// tooWide says how a statement would open the key beyond its purpose.
func tooWide(s iampolicy.Statement) error {
	if s.Effect != iampolicy.EffectAllow {
		return nil
	}
	var errs []error
	if slices.Contains(s.Actions, "*") || slices.Contains(s.Actions, "kms:*") || len(s.NotActions) > 0 {
		errs = append(errs, errors.New("allows every action, want those that are needed"))
	}
	if s.Principals.Everyone && len(s.Conditions) == 0 {
		errs = append(errs, errors.New("allows everyone without a condition, want named principals or a condition"))
	}
	return errors.Join(errs...)
}

// useOfData are the actions with which data is encrypted and decrypted.
func useOfData() []string {
	return []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"}
}

// ForLogGroups returns the statement UseByLogs, with which CloudWatch Logs of the
// region encrypts and decrypts the log groups of the account whose names match
// one of patterns, such as /base/*, and no others
// (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html).
func ForLogGroups(region, accountID string, patterns ...string) iampolicy.Statement {
	groups := make([]string, 0, len(patterns))
	for _, pattern := range patterns {
		groups = append(groups, naming.ARN(region, "logs", region, accountID, "log-group:"+pattern))
	}
	return iampolicy.Allow("UseByLogs", useOfData()...).
		By(iampolicy.ByService("logs."+region+".amazonaws.com")).On("*").
		If("ArnLike", "kms:EncryptionContext:aws:logs:arn", groups...)
}

// ViaServices returns the statement sid, with which principals of the account use
// the key, but only in requests that services make for them in the region:
// "s3" stands for s3.<region>.amazonaws.com. IAM must allow the principal too.
// actions are those of KMS; none means all use of data, without grants
// (docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html).
func ViaServices(sid, region, accountID string, services []string, actions ...string) iampolicy.Statement {
	if len(actions) == 0 {
		actions = useOfData()
	}
	hosts := make([]string, 0, len(services))
	for _, service := range services {
		hosts = append(hosts, service+"."+region+".amazonaws.com")
	}
	return iampolicy.Allow(sid, actions...).
		By(iampolicy.ByAWS(naming.ARN(region, "iam", "", accountID, "root"))).On("*").
		If("StringEquals", "kms:CallerAccount", accountID).
		If("StringEquals", "kms:ViaService", hosts...)
}

// ByServices returns the statement sid, with which services of AWS use the key
// for resources of the account, and for no others. services are principals, such
// as config.amazonaws.com, that send aws:SourceAccount; actions are those of KMS,
// and none means the two that writing and reading encrypted data takes.
func ByServices(sid, accountID string, services []string, actions ...string) iampolicy.Statement {
	if len(actions) == 0 {
		actions = []string{"kms:Decrypt", "kms:GenerateDataKey*"}
	}
	return iampolicy.Allow(sid, actions...).
		By(iampolicy.ByService(services...)).On("*").
		If("StringEquals", "aws:SourceAccount", accountID)
}
