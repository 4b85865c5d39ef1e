package storage

import (
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// What GuardDuty writes on an object that it has scanned
// (docs.aws.amazon.com/guardduty/latest/ug/tag-based-access-s3-malware-protection.html).
const (
	scanTag   = "GuardDutyMalwareScanStatus"
	scanClean = "NO_THREATS_FOUND"
)

// statements are those of the policy of a bucket, or of its copy in another region.
func (a Args) statements(bucketARN string, cfg config.Bucket) []iampolicy.Statement {
	statements := []iampolicy.Statement{a.perimeter(bucketARN)}
	if cfg.ObjectLockDays > 0 {
		statements = append(statements, a.keepLocked(bucketARN))
	}
	if cfg.MalwareScan {
		statements = append(statements, a.keepUnscanned(bucketARN), a.keepVerdicts(bucketARN))
	}
	return statements
}

// perimeter denies every principal but the cell's own roles, the deployment role,
// break-glass and AWS services: it holds even where another cell's IAM policy is too
// wide. Break-glass reads nothing, since the client's key does not let it.
func (a Args) perimeter(bucketARN string) iampolicy.Statement {
	return iampolicy.Deny("DenyOtherPrincipals", "s3:*").By(iampolicy.ByEveryone()).On(bucketARN, bucketARN+"/*").
		If("ArnNotLike", "aws:PrincipalArn",
			naming.ARN(a.Region, "iam", "", a.AccountID, "role"+naming.CellRolePath(a.Client)+"*"),
			naming.ARN(a.Region, "iam", "", a.AccountID, "role/"+a.DeployRole),
			a.breakGlass()).
		If("Bool", "aws:PrincipalIsAWSService", "false")
}

// keepLocked leaves it to break-glass to end a lock of governance mode early.
func (a Args) keepLocked(bucketARN string) iampolicy.Statement {
	return iampolicy.Deny("DenyUnlocking", "s3:BypassGovernanceRetention").By(iampolicy.ByEveryone()).On(bucketARN+"/*").
		If("ArnNotEquals", "aws:PrincipalArn", a.breakGlass())
}

// keepUnscanned keeps services from objects that were not found clean: those that were
// not scanned yet, cannot be, or hold malware.
func (a Args) keepUnscanned(bucketARN string) iampolicy.Statement {
	return iampolicy.Deny("DenyUnscanned", "s3:GetObject", "s3:GetObjectVersion").By(iampolicy.ByEveryone()).On(bucketARN+"/*").
		If("ArnLike", "aws:PrincipalArn", naming.CellRoleARN(a.AccountID, a.Region, a.Client, "*-task")).
		If("StringNotEquals", "s3:ExistingObjectTag/"+scanTag, scanClean)
}

// keepVerdicts leaves it to GuardDuty to say what it found; break-glass may overrule it.
func (a Args) keepVerdicts(bucketARN string) iampolicy.Statement {
	return iampolicy.Deny("DenyTagging", "s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging", "s3:PutObjectTagging", "s3:PutObjectVersionTagging").
		By(iampolicy.ByEveryone()).On(bucketARN+"/*").
		If("ArnNotEquals", "aws:PrincipalArn", a.roleARN(naming.RoleScan), a.breakGlass())
}

func (a Args) breakGlass() string {
	return naming.PersonRoleARN(a.AccountID, a.Region, naming.PersonBreakGlass)
}

func (a Args) roleARN(kind string) string {
	return naming.CellRoleARN(a.AccountID, a.Region, a.Client, naming.CellStorageRole(a.Client, kind))
}
