package access

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// serviceHours is the longest session of a service, which renews its own.
const serviceHours = 1

// services returns the roles that are made once per account for services, and
// that deployments pass to them.
func (a Args) services(w *writer) []role {
	service := func(purpose, description string, trust iampolicy.Statement) role {
		return role{
			key: purpose, name: purpose, path: naming.ServicePath, description: description,
			trust: w.trust(purpose, []iampolicy.Statement{trust}), hours: serviceHours,
		}
	}
	monitoring := service(naming.ServiceRDSMonitoring, "Enhanced monitoring of databases",
		// docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
		iampolicy.Allow("Monitoring", "sts:AssumeRole").By(iampolicy.ByService("monitoring.rds.amazonaws.com")).
			If("StringEquals", "aws:SourceAccount", a.AccountID).
			If("ArnLike", "aws:SourceArn", a.arn("rds", "db:*")))
	monitoring.aws = []string{a.awsPolicy("service-role/AmazonRDSEnhancedMonitoringRole")}

	// AWS does not say whether Backup sends the key. Without IfExists, no backup at all
	// would run if it did not.
	backup := service(naming.ServiceBackup, "AWS Backup",
		iampolicy.Allow("Backup", "sts:AssumeRole").By(iampolicy.ByService("backup.amazonaws.com")).
			If("StringEqualsIfExists", "aws:SourceAccount", a.AccountID))
	backup.aws = []string{
		a.awsPolicy("service-role/AWSBackupServiceRolePolicyForBackup"),
		a.awsPolicy("service-role/AWSBackupServiceRolePolicyForRestores"),
		a.awsPolicy("AWSBackupServiceRolePolicyForS3Backup"),
		a.awsPolicy("AWSBackupServiceRolePolicyForS3Restore"),
	}
	if a.VaultAccount == "" {
		return []role{backup, monitoring}
	}

	id := a.AccountIDs[a.VaultAccount]
	vault := service(naming.ServiceVaultAuth, "Lets Vault look up who logs in to it",
		a.inOrganization(iampolicy.Allow("VaultServers", "sts:AssumeRole").By(iampolicy.ByAWS(naming.ARN(a.Region, "iam", "", id, "root"))).
			If("ArnLike", "aws:PrincipalArn", naming.ARN(a.Region, "iam", "", id, "role/"+naming.VaultServers))))
	vault.own = []policy{w.policy(naming.ServicePath, naming.ServiceVaultAuth, "Looks up roles, users and instances", []iampolicy.Statement{
		iampolicy.Allow("LookUp", "iam:GetInstanceProfile", "iam:GetRole", "iam:GetUser").
			On(naming.ARN(a.Region, "iam", "", a.AccountID, "*")),
		// No resource-level permission.
		iampolicy.Allow("LookUpInstances", "ec2:DescribeInstances").On("*"),
	})}
	return []role{backup, monitoring, vault}
}
