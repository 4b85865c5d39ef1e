package naming

// The parts of a cell that have roles beside those of its services, named
// <client>-<part>-<kind> as Role makes them. Kind task is that of services alone.
const (
	// RoleScan is GuardDuty's, which scans objects of buckets.
	RoleScan = "scan"
	// RoleReplication is S3's, which copies objects to another region.
	RoleReplication = "replication"
)

// CellStorageRole returns the name <client>-storage-<kind> of a role for a cell's
// buckets: RoleScan or RoleReplication.
func CellStorageRole(client, kind string) string { return client + "-storage-" + kind }

// CellSFTPUser returns the name <client>-<user> with which somebody at a client logs in
// to a server that clients share.
func CellSFTPUser(client, user string) string { return client + "-" + user }

// CellSFTPRole returns the name <client>-<user>-sftp of the role of such a user.
func CellSFTPRole(client, user string) string { return CellSFTPUser(client, user) + "-sftp" }

// CellSFTPHost returns the first labels sftp.<client> of the host name of a client's own
// server, below the client's name.
func CellSFTPHost(client string) string { return "sftp." + client }

// CellRoleARN returns the ARN of a role of a cell. region is any of the account's: it
// decides the partition.
func CellRoleARN(accountID, region, client, role string) string {
	return ARN(region, "iam", "", accountID, "role"+CellRolePath(client)+role)
}

// CellBackupVault returns the name cell-<client> of the vault of a cell's backups, in
// every region that has one.
func CellBackupVault(client string) string { return "cell-" + client }

// CellBackupRole returns the name <client>-backup-service of the role that AWS Backup
// works with in a cell.
func CellBackupRole(client string) string { return client + "-backup-service" }

// RestoreTests begins the names of what AWS Backup makes to test what it restores
// (docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html).
const RestoreTests = "awsbackup-restore-test-"

// CellServiceRoles returns the names of the roles with which services of AWS work by
// themselves on what a cell keeps. ServiceBoundaryName bounds them and no others: no code
// of ours runs as one, and they may do what none that runs it may.
func CellServiceRoles(client string) []string {
	return []string{CellBackupRole(client), CellStorageRole(client, RoleReplication), CellStorageRole(client, RoleScan)}
}
