package backup

import (
	"slices"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// rolePolicy lets AWS Backup do what it does with the kinds of resources that there are,
// and with no others. keys are the client's key and its replica. AWS's own policies for
// it are of every resource in the account
// (docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html).
func (a Args) rolePolicy(resources map[Kind][]string, keys []string) iampolicy.Document {
	vaults := []string{a.vaultARN(a.Region)}
	services := []string{"backup." + a.Region + ".amazonaws.com", "elasticfilesystem." + a.Region + ".amazonaws.com", "rds." + a.Region + ".amazonaws.com", "s3." + a.Region + ".amazonaws.com"}
	if a.Copy != nil {
		vaults = append(vaults, a.vaultARN(a.Copy.Name))
		services = append(services, "backup."+a.Copy.Name+".amazonaws.com", "elasticfilesystem."+a.Copy.Name+".amazonaws.com", "rds."+a.Copy.Name+".amazonaws.com", "s3."+a.Copy.Name+".amazonaws.com")
	}
	statements := []iampolicy.Statement{
		iampolicy.Allow("UseVaults", "backup:CopyFromBackupVault", "backup:CopyIntoBackupVault", "backup:DescribeBackupVault").On(vaults...),
		iampolicy.Allow("UseKeys", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*").On(keys...).
			If("StringEquals", "kms:ViaService", services...),
		iampolicy.Allow("GrantKeys", "kms:CreateGrant").On(keys...).If("Bool", "kms:GrantIsForAWSResource", "true"),
		// No resource-level permission.
		iampolicy.Allow("Look", "cloudwatch:GetMetricData", "events:ListRules", "tag:GetResources").On("*"),
	}
	statements = append(statements, a.bucketStatements(resources[Bucket])...)
	if len(resources[Database])+len(resources[Cluster]) > 0 {
		statements = append(statements, a.databaseStatements(append(resources[Database], resources[Cluster]...))...)
	}
	if len(resources[FileSystem]) > 0 {
		// What is restored has no id before, what is backed up has one.
		statements = append(statements,
			iampolicy.Allow("FileSystems", "elasticfilesystem:Backup", "elasticfilesystem:DescribeFilesystems").On(resources[FileSystem]...),
			iampolicy.Allow("RestoreFileSystems", "elasticfilesystem:CreateFilesystem", "elasticfilesystem:DescribeFilesystems", "elasticfilesystem:Restore", "elasticfilesystem:TagResource").
				On(naming.ARN(a.Region, "elasticfilesystem", a.Region, a.AccountID, "file-system/*")),
		)
	}
	return iampolicy.NewDocument(statements...)
}

// databaseStatements let AWS Backup take snapshots, copy them and restore databases from
// them. Snapshots have names of its own, which say nothing of the client. Their tags do: it
// copies those of the database onto each, and onto copies in another region (AWS Backup
// Developer Guide, "Copy tags onto backups"). Another client's is neither deleted nor made
// this one's by a tag; to restore from it takes that client's key.
func (a Args) databaseStatements(databases []string) []iampolicy.Statement {
	rds := func(what string) string { return naming.ARN(a.Region, "rds", "*", a.AccountID, what) }
	snapshots := []string{rds("cluster-snapshot:awsbackup:*"), rds("snapshot:awsbackup:*")}
	arns := slices.Concat(databases, snapshots)
	for _, what := range []string{"cluster:" + naming.RestoreTests + "*", "db:" + naming.RestoreTests + "*", "og:*", "pg:*", "cluster-pg:*", "subgrp:*"} {
		arns = append(arns, rds(what))
	}
	cell := "aws:ResourceTag/" + naming.TagCell
	return []iampolicy.Statement{
		iampolicy.Allow("Databases",
			"rds:CopyDBClusterSnapshot", "rds:CopyDBSnapshot", "rds:CreateDBClusterSnapshot", "rds:CreateDBSnapshot", "rds:DescribeDB*", "rds:ListTagsForResource",
			"rds:RestoreDBClusterFromSnapshot", "rds:RestoreDBInstanceFromDBSnapshot",
		).On(arns...),
		iampolicy.Allow("TagDatabases", "rds:AddTagsToResource").On(arns...).If("StringEqualsIfExists", cell, a.Client),
		iampolicy.Allow("DeleteSnapshots", "rds:DeleteDBClusterSnapshot", "rds:DeleteDBSnapshot").On(snapshots...).If("StringEquals", cell, a.Client),
	}
}

// bucketStatements let AWS Backup read buckets, hear what changes in them, and write what
// it restores into buckets of its own.
func (a Args) bucketStatements(buckets []string) []iampolicy.Statement {
	if len(buckets) == 0 {
		return nil
	}
	var objects []string
	for _, arn := range buckets {
		objects = append(objects, arn+"/*")
	}
	copies := naming.ARN(a.Region, "s3", "", "", naming.RestoreTests+"*")
	return []iampolicy.Statement{
		iampolicy.Allow("Buckets",
			"s3:GetBucket*", "s3:GetInventoryConfiguration", "s3:ListBucket*", "s3:PutBucketNotification", "s3:PutInventoryConfiguration",
		).On(buckets...),
		iampolicy.Allow("Objects", "s3:GetObject*", "s3:ListMultipartUploadParts").On(objects...),
		iampolicy.Allow("Changes",
			"events:DeleteRule", "events:DescribeRule", "events:DisableRule", "events:EnableRule", "events:ListTargetsByRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets",
		).On(naming.ARN(a.Region, "events", a.Region, a.AccountID, "rule/AwsBackupManagedRule*")),
		iampolicy.Allow("Restore",
			"s3:CreateBucket", "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket*", "s3:PutBucketOwnershipControls", "s3:PutBucketVersioning",
		).On(copies),
		iampolicy.Allow("RestoreObjects", "s3:DeleteObject*", "s3:GetObject*", "s3:PutObject*").On(copies + "/*"),
	}
}

// vaultARN returns the ARN of the client's vault in a region.
func (a Args) vaultARN(region string) string {
	return naming.ARN(region, "backup", region, a.AccountID, "backup-vault:"+naming.CellBackupVault(a.Client))
}
