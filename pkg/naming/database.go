package naming

import "fmt"

// CellDatabase returns the identifier cell-<client> of a client's database instance or
// cluster. Log groups and policies name it before it exists.
func CellDatabase(client string) string { return "cell-" + client }

// CellDatabaseReader returns the identifier of the n-th instance, from 1, that only reads.
func CellDatabaseReader(client string, n int) string {
	return fmt.Sprintf("%s-reader-%d", CellDatabase(client), n)
}

// CellDatabaseWriter returns the identifier of the instance of an Aurora cluster that is
// made first.
func CellDatabaseWriter(client string) string { return CellDatabase(client) + "-writer" }

// CellFinalSnapshot returns the name of the snapshot that is taken of a client's database
// when it goes. A name can be taken once: generation tells them apart.
func CellFinalSnapshot(client string, generation int) string {
	return fmt.Sprintf("%s-final-%d", CellDatabase(client), generation)
}

// InstanceLogGroup returns the group that RDS writes a log of an instance to; RDS decides
// the name (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html).
func InstanceLogGroup(identifier, log string) string {
	return "/aws/rds/instance/" + identifier + "/" + log
}

// ClusterLogGroup is InstanceLogGroup for an Aurora cluster.
func ClusterLogGroup(identifier, log string) string {
	return "/aws/rds/cluster/" + identifier + "/" + log
}

// CellDatabaseLogGroups returns patterns of the log groups of a client's database and its
// instances, and of no other client's: names of clients hold no dash.
func CellDatabaseLogGroups(client string) []string {
	id := CellDatabase(client)
	return []string{"/aws/rds/*/" + id + "/*", "/aws/rds/*/" + id + "-*/*"}
}
