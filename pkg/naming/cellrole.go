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

// CellRoleARN returns the ARN of a role of a cell. region is any of the account's: it
// decides the partition.
func CellRoleARN(accountID, region, client, role string) string {
	return ARN(region, "iam", "", accountID, "role"+CellRolePath(client)+role)
}
