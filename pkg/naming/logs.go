package naming

// LogReadersPrefix begins the names of the groups whose members read the logs of one
// client.
const LogReadersPrefix = "logs-client-"

// LogReaders returns the group logs-client-<client> at the identity provider whose
// members read the logs of that client, and of no other.
func LogReaders(client string) string { return LogReadersPrefix + client }

// LogIndexes returns the pattern logs-<client>-* of the indexes that hold the logs of
// a client.
func LogIndexes(client string) string { return "logs-" + client + "-*" }

// SearchDomain returns the name utility-<application> of an application's OpenSearch
// domain. Policies name it before it exists.
func SearchDomain(application string) string { return "utility-" + application }
