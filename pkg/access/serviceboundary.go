package access

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// serviceBoundary is the most that AWS Backup, GuardDuty and S3 can do with the roles
// naming.CellServiceRoles. They make rules, snapshots and buckets to restore into, which
// no workload may, and do nothing that workloads do: they reach no queue, secret or log
// and run nothing. What may be named is, for nobody's code asks for anything else; the
// client's own role says of what cell. No action on IAM is among it, so that such a role
// makes no others.
func (a Args) serviceBoundary() []iampolicy.Statement {
	s3 := func(pattern string) string { return naming.ARN(a.Region, "s3", "", "", pattern) }
	ours, restored := s3(a.OrganizationName+"-*"), s3(naming.RestoreTests+"*")
	return []iampolicy.Statement{
		iampolicy.Allow("UseKeys", "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*").
			On(a.arn("kms", "key/*")),
		// No resource-level permission.
		iampolicy.Allow("Look", "cloudwatch:GetMetricData", "events:ListRules", "tag:GetResources").On("*"),
		iampolicy.Allow("UseVaults", "backup:CopyFromBackupVault", "backup:CopyIntoBackupVault", "backup:DescribeBackupVault").
			On(a.arn("backup", "backup-vault:"+naming.CellBackupVault("*"))),
		// GuardDuty and Backup hear of objects by rules of their own.
		iampolicy.Allow("ManagedRules",
			"events:DeleteRule", "events:DescribeRule", "events:DisableRule", "events:EnableRule", "events:ListTargetsByRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets",
		).On(a.arn("events", "rule/DO-NOT-DELETE-AmazonGuardDuty*"), a.arn("events", "rule/AwsBackupManagedRule*")),
		// Of objects themselves only what proves that GuardDuty may write to the bucket, and
		// copies in another region.
		iampolicy.Allow("UseBuckets",
			"s3:Get*", "s3:ListBucket*", "s3:ListMultipartUploadParts", "s3:PutBucketNotification", "s3:PutInventoryConfiguration", "s3:PutObject", "s3:PutObjectTagging",
			"s3:PutObjectVersionTagging", "s3:ReplicateObject", "s3:ReplicateTags",
		).On(ours),
		iampolicy.Allow("RestoreBuckets",
			"s3:CreateBucket", "s3:DeleteObject*", "s3:Get*", "s3:ListBucket*", "s3:PutBucketOwnershipControls", "s3:PutBucketVersioning", "s3:PutObject*",
		).On(restored),
		iampolicy.Allow("Snapshots",
			"rds:AddTagsToResource", "rds:CopyDB*Snapshot", "rds:CreateDB*Snapshot", "rds:DescribeDB*", "rds:ListTagsForResource", "rds:RestoreDB*Snapshot",
		).On(a.arn("rds", "*")),
		iampolicy.Allow("DeleteSnapshots", "rds:DeleteDB*Snapshot").On(a.arn("rds", "cluster-snapshot:awsbackup:*"), a.arn("rds", "snapshot:awsbackup:*")),
		iampolicy.Allow("FileSystems",
			"elasticfilesystem:Backup", "elasticfilesystem:CreateFilesystem", "elasticfilesystem:DescribeFilesystems", "elasticfilesystem:Restore", "elasticfilesystem:TagResource",
		).On(a.arn("elasticfilesystem", "file-system/*")),
		// Denied even where the policy of a resource would allow it.
		iampolicy.Deny("NoRoles", "iam:*", "sts:*").On("*"),
		auditDenied(),
		iampolicy.Deny("LogBuckets", "s3:Delete*", "s3:Put*").On(a.logBuckets()...),
		a.keepCellsApart("Cells", "aws:ResourceTag"),
	}
}

// serviceRoles returns the statements with which the cell project makes
// naming.CellServiceRoles: with the boundary of their own and no other, and passes each to
// the one service that it is for. Roles of other names get that boundary from nobody.
func (a Args) serviceRoles() []iampolicy.Statement {
	passed := []struct{ sid, role, service string }{
		{"PassBackupRoles", naming.CellBackupRole("*"), "backup.amazonaws.com"},
		{"PassReplicationRoles", naming.CellStorageRole("*", naming.RoleReplication), "s3.amazonaws.com"},
		{"PassScanRoles", naming.CellStorageRole("*", naming.RoleScan), "malware-protection-plan.guardduty.amazonaws.com"},
	}
	boundary := naming.ServiceBoundaryARN(a.AccountID, a.Region)
	var roles, services []string
	for _, name := range naming.CellServiceRoles("*") {
		roles = append(roles, naming.CellRoleARN(a.AccountID, a.Region, "*", name))
	}
	statements := []iampolicy.Statement{
		iampolicy.Allow("MakeServiceRoles", "iam:CreateRole", "iam:PutRolePermissionsBoundary").On(roles...).
			If("StringEquals", "iam:PermissionsBoundary", boundary),
		iampolicy.Allow("AttachServicePolicies", "iam:AttachRolePolicy", "iam:DetachRolePolicy").On(roles...).
			If("StringEquals", "iam:PermissionsBoundary", boundary).
			If("ArnLike", "iam:PolicyARN", a.iamARN("policy"+naming.CellsPath+"*")),
		iampolicy.Deny("BindServiceRoles", "iam:CreateRole", "iam:PutRolePermissionsBoundary").On(roles...).
			If("StringNotEquals", "iam:PermissionsBoundary", boundary),
	}
	for _, p := range passed {
		services = append(services, p.service)
		statements = append(statements, iampolicy.Allow(p.sid, "iam:PassRole").On(naming.CellRoleARN(a.AccountID, a.Region, "*", p.role)).
			If("StringEquals", "iam:PassedToService", p.service))
	}
	return append(statements, iampolicy.Deny("KeepServiceRoles", "iam:PassRole").On(roles...).
		If("StringNotEquals", "iam:PassedToService", services...))
}
