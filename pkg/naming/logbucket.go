package naming

import "fmt"

// LogBucket returns the globally unique name <org>-<account id>-<region>-logs-<purpose>
// of a log bucket. It holds the account's id, 12 digits, not its name: a client's
// name begins with a letter, so that no bucket of a cell can have the same name.
// It fails as Physical does, and for the prefixes and suffixes that S3 keeps for
// itself.
func LogBucket(org, accountID, region, purpose string) (string, error) {
	name, err := Bucket(org, accountID, region, "logs-"+purpose)
	if err != nil {
		return "", fmt.Errorf("log %w", err)
	}
	return name, nil
}

// BaseKeyAlias returns the KMS alias alias/base/<purpose> of an account's key.
func BaseKeyAlias(purpose string) string { return "alias/base/" + purpose }

// BaseLogGroup returns the log group /base/<purpose> of an account and region.
func BaseLogGroup(purpose string) string { return "/base/" + purpose }

// Trail returns the name <org>-<account> of an account's trail.
func Trail(org, account string) string { return org + "-" + account }

// TrailARN returns the ARN of an account's trail in its home region: policies of
// buckets and keys name it before it exists.
func TrailARN(region, accountID, org, account string) string {
	return ARN(region, "cloudtrail", region, accountID, "trail/"+Trail(org, account))
}

// UtilityLogGroup returns the log group /utility/<application> of an application
// that operations run.
func UtilityLogGroup(application string) string { return "/utility/" + application }
