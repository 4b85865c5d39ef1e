package aws

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// balancerAccounts are the accounts of AWS from which load balancers of older regions write their logs. Source:
// docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html.
func balancerAccounts() map[string]string {
	return map[string]string{
		"us-east-1": "127311923021", "us-east-2": "033677994240", "us-west-1": "027434742980", "us-west-2": "797873946194",
		"ca-central-1": "985666609251", "eu-central-1": "054676820928", "eu-west-1": "156460612806", "eu-west-2": "652711504416",
		"ap-northeast-1": "582318560864", "ap-southeast-1": "114774131450", "ap-southeast-2": "783225319266",
	}
}

// checkLogBucket refuses a bucket into which a load balancer may not write its logs: the service puts a test object
// there. Sources: the pages enable-access-logging.html of application and load-balancer-access-logs.html of network load
// balancers below docs.aws.amazon.com/elasticloadbalancing/latest.
func checkLogBucket(c *resource.Call, name, prefix string) error {
	denied := resource.Faultf("InvalidConfigurationRequest", "Access Denied for bucket: %s. Please check S3bucket permission", name)
	bucket := findBucket(c, name)
	if bucket == nil {
		return denied
	}
	if bucket.Region != c.Region {
		return resource.Faultf("InvalidConfigurationRequest", "The bucket %s is in region %s, the load balancer in %s", name, bucket.Region, c.Region)
	}
	if strings.Contains(prefix, "AWSLogs") {
		return resource.Faultf("InvalidConfigurationRequest", "The prefix '%s' must not contain AWSLogs, which comes after it", prefix)
	}
	if prefix != "" {
		prefix = strings.Trim(prefix, "/") + "/"
	}
	on := fmt.Sprintf("arn:aws:s3:::%s/%sAWSLogs/%s/ELBAccessLogTestFile", name, prefix, c.Account)
	call := newServiceCall(c, "logdelivery.elasticloadbalancing.amazonaws.com", "s3:PutObject", on, c.Obj.ARN)
	if isNetwork(c.In) {
		call = newServiceCall(c, "delivery.logs.amazonaws.com", "s3:PutObject", on, fmt.Sprintf("arn:aws:logs:%s:%s:*", c.Region, c.Account))
	} else if encryptedByKey(c, bucket) {
		return denied // application load balancers write to buckets of S3's own keys only
	}
	policy := bucketPolicyOf(c, bucket)
	if !call.allowedBy(policy) && !writtenByAccount(call, policy, balancerAccounts()[c.Region]) {
		return denied
	}
	return nil
}

// encryptedByKey says whether a bucket encrypts by default with a key of KMS.
func encryptedByKey(c *resource.Call, bucket *store.Object) bool {
	o := c.Find(store.Key{Type: tokBucketSSE, Account: bucket.Account, Region: bucket.Region, ID: bucket.ID})
	if o == nil {
		return false
	}
	return slices.ContainsFunc(resource.Props(o.Outputs).Objs("rules"), func(r resource.Props) bool {
		return strings.HasPrefix(r.Obj("applyServerSideEncryptionByDefault").Str("sseAlgorithm"), "aws:kms")
	})
}

// writtenByAccount says whether a policy lets the account of the load balancers do what the call does.
func writtenByAccount(call serviceCall, policy, account string) bool {
	statements, _ := parsePolicy(policy) // S3 has refused what cannot be read
	root := fmt.Sprintf("arn:aws:iam::%s:root", account)
	return account != "" && slices.ContainsFunc(statements, func(s statement) bool {
		ours := slices.Contains(s.Principal["AWS"], root) || slices.Contains(s.Principal["AWS"], account)
		return s.Effect == "Allow" && ours && s.does(call.Action, call.Resource)
	})
}
