package naming

import "fmt"

// UtilitySecret returns the secret utility/<application>/<name> of an application in
// Secrets Manager. Servers ask for it by this name.
func UtilitySecret(application, name string) string { return "utility/" + application + "/" + name }

// UtilitySecretARN returns the pattern of the ARNs that UtilitySecret can have:
// Secrets Manager adds a dash and six characters to the name
// (docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html).
func UtilitySecretARN(accountID, region, application, name string) string {
	return ARN(region, "secretsmanager", region, accountID, "secret:"+UtilitySecret(application, name)+"-??????")
}

// UtilityBucket returns the globally unique name
// <org>-utility-<account id>-<region>-<application>-<purpose> of an application's
// bucket. It fails as Physical does, and for the prefixes and suffixes that S3 keeps
// for itself.
func UtilityBucket(org, accountID, region, application, purpose string) (string, error) {
	name, err := Bucket(org, "utility-"+accountID, region, application+"-"+purpose)
	if err != nil {
		return "", fmt.Errorf("utility %w", err)
	}
	return name, nil
}

// ServerGroup returns the name utility-<application> of the Auto Scaling group of an
// application's servers, which complete its launch hook by it.
func ServerGroup(application string) string { return "utility-" + application }

// ServerGroupARN returns the pattern of the ARNs that ServerGroup can have: between
// account and name is an id that only Auto Scaling knows
// (docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html).
func ServerGroupARN(accountID, region, application string) string {
	return ARN(region, "autoscaling", region, accountID, "autoScalingGroup:*:autoScalingGroupName/"+ServerGroup(application))
}

// TagJoin is the tag by which servers of a cluster find each other, and ServerCluster
// its value.
const TagJoin = "cellworks-join"

// ServerCluster returns the name <account>-<region>-<application> of the cluster that
// an application's servers form. No other servers have it, in any account.
func ServerCluster(account, region, application string) string {
	return account + "-" + region + "-" + application
}

// ServerMetrics returns the namespace utility/<application> of the metrics of an
// application's servers.
func ServerMetrics(application string) string { return "utility/" + application }
