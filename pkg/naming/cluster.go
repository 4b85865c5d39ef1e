package naming

// UtilityKeyAlias returns the KMS alias alias/utility/<application>/<purpose> of a key
// of an application that operations run.
func UtilityKeyAlias(application, purpose string) string {
	return "alias" + UtilityPath + application + "/" + purpose
}

// SessionLogGroup returns the log group /utility/<application>/sessions of the
// interactive sessions in an application's containers.
func SessionLogGroup(application string) string { return UtilityLogGroup(application) + "/sessions" }

// FirewallLogGroup returns the log group aws-waf-logs-<name> of a web ACL. AWS WAF
// takes no group without the prefix
// (docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html).
func FirewallLogGroup(name string) string { return "aws-waf-logs-" + name }
