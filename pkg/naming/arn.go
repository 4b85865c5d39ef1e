package naming

import "strings"

// Partition returns the AWS partition of a region: aws-us-gov, aws-cn or aws.
// ARNs begin with it.
func Partition(region string) string {
	switch {
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	default:
		return "aws"
	}
}

// ARN composes the Amazon Resource Name of a resource whose name is known
// before it exists. Region and account are empty for services that have none in
// their ARNs; the partition is that of partitionOf, a region.
func ARN(partitionOf, service, region, account, resource string) string {
	return strings.Join([]string{"arn", Partition(partitionOf), service, region, account, resource}, ":")
}
