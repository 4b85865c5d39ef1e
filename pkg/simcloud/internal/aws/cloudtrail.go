package aws

import (
	"fmt"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

const cloudTrail = "cloudtrail.amazonaws.com"

func trail() *resource.Kind {
	return &resource.Kind{
		Token: tokTrail, Service: "CloudTrail", Noun: "CloudTrail Trail", CreateOp: "CreateTrail", UpdateOp: "UpdateTrail", DeleteOp: "DeleteTrail",
		Naming:  &resource.Naming{Property: "name", Max: 128},
		Derived: map[string][]string{"snsTopicName": {"snsTopicArn"}},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "the name is the trail's ARN"}},
			Sets:     []string{"insightSelectors", "advancedEventSelectors.fieldSelectors", "eventSelectors.excludeManagementEventSources"},
			Defaults: map[string]any{
				"enableLogging": true, "enableLogFileValidation": false, "includeGlobalServiceEvents": true, "isMultiRegionTrail": false, "isOrganizationTrail": false,
			},
			Enums: map[string][]string{
				"eventSelectors.dataResources.type":           {"AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::S3::Object"},
				"advancedEventSelectors.fieldSelectors.field": selectorFields(),
			},
			Lengths:   map[string]schema.Range{"name": {Min: 3, Max: 128}, "s3KeyPrefix": {Min: 0, Max: 2000}, "advancedEventSelectors.name": {Min: 0, Max: 1000}},
			Formats:   map[string]schema.Format{"kmsKeyId": schema.ARN, "cloudWatchLogsGroupArn": schema.ARN, "cloudWatchLogsRoleArn": schema.ARN},
			Conflicts: [][]string{{"advancedEventSelectors", "eventSelectors"}},
		},
		Validate: func(v *resource.Validation) {
			if problem := trailNameProblem(v.In.Str("name")); problem != "" && v.In.Known("name") {
				v.Fail("name", "InvalidTrailNameException: %s", problem)
			}
			if v.In.Bool("isOrganizationTrail") {
				v.Fail("isOrganizationTrail", "the simulated cloud does not simulate organizations, nor their trails")
			}
			checkEventSelectors(v)
			checkAdvancedSelectors(v)
		},
		Identify: identifyTrail,
		Apply: func(c *resource.Call) error {
			for _, check := range []func(*resource.Call) error{checkTrailBucket, checkTrailKey, checkTrailTopic, checkTrailLogs} {
				if err := check(c); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// trailNameProblem follows docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html.
func trailNameProblem(name string) string {
	switch {
	case !regexp.MustCompile(`^[A-Za-z0-9._-]*$`).MatchString(name):
		return "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_)."
	case !regexp.MustCompile(`^[A-Za-z0-9]`).MatchString(name):
		return "Trail name must starts with a letter or number."
	case !regexp.MustCompile(`[A-Za-z0-9]$`).MatchString(name):
		return "Trail name must ends with a letter or number."
	case regexp.MustCompile(`[._-]{2}`).MatchString(name):
		return "Trail name can not have two adjacent periods, underscores or dashes."
	case regexp.MustCompile(`^[0-9]+(\.[0-9]+){3}$`).MatchString(name):
		return "Trail name can not be formatted as an IP address."
	}
	return ""
}

// identifyTrail counts the trails of other regions that record this one too, as CloudTrail does.
func identifyTrail(c *resource.Call) error {
	name, here, taken := c.In.Str("name"), 0, false
	c.Tx.Each(tokTrail, c.Account, "", func(o *store.Object) bool {
		everywhere := resource.Props(o.Outputs).Bool("isMultiRegionTrail") || c.In.Bool("isMultiRegionTrail")
		if o.Region == c.Region || resource.Props(o.Outputs).Bool("isMultiRegionTrail") {
			here++
		}
		taken = taken || prop(o, "name") == name && (o.Region == c.Region || everywhere)
		return true
	})
	if taken {
		return resource.Faultf("TrailAlreadyExistsException", "Trail %s already exists for customer: %s", name, c.Account)
	}
	if here >= c.Limits["trails per region"] {
		return resource.Faultf("MaximumNumberOfTrailsExceededException", "User: %s already has %d trails in %s.", c.Account, here, c.Region)
	}
	c.Obj.ARN = fmt.Sprintf("arn:aws:cloudtrail:%s:%s:trail/%s", c.Region, c.Account, name)
	c.Obj.ID = c.Obj.ARN
	c.Out("homeRegion", c.Region)
	return nil
}

// checkTrailBucket holds what docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
// asks of the bucket.
func checkTrailBucket(c *resource.Call) error {
	name := c.In.Str("s3BucketName")
	b := findBucket(c, name)
	if b == nil {
		return resource.Faultf("S3BucketDoesNotExistException", "S3 bucket %s does not exist!", name)
	}
	prefix := c.In.Str("s3KeyPrefix")
	if prefix != "" {
		prefix = strings.TrimSuffix(prefix, "/") + "/"
	}
	call := newServiceCall(c, cloudTrail, "s3:GetBucketAcl", "arn:aws:s3:::"+name, c.Obj.ARN)
	policy := bucketPolicyOf(c, b)
	if !call.allowedBy(policy) || !call.on("s3:PutObject", fmt.Sprintf("arn:aws:s3:::%s/%sAWSLogs/%s/CloudTrail/log", name, prefix, c.Account)).allowedBy(policy) {
		return resource.Faultf("InsufficientS3BucketPolicyException", "Incorrect S3 bucket policy is detected for bucket: %s", name)
	}
	return nil
}

func checkTrailKey(c *resource.Call) error {
	arn := c.In.Str("kmsKeyId")
	if arn == "" {
		return nil
	}
	key, err := needKey(c, arn)
	if err != nil {
		return resource.Faultf("KmsKeyNotFoundException", "KMS key %s does not exist or is not in the region of the trail (%s)", arn, c.Region)
	}
	call := newServiceCall(c, cloudTrail, "kms:GenerateDataKey", key.ARN, c.Obj.ARN).with("kms:EncryptionContext:aws:cloudtrail:arn", c.Obj.ARN)
	policy := prop(key, "policy")
	if !call.allowedBy(policy) || !call.on("kms:DescribeKey", key.ARN).allowedBy(policy) {
		return resource.Faultf("InsufficientEncryptionPolicyException", "Insufficient permissions to access S3 bucket %s or KMS key %s.", c.In.Str("s3BucketName"), key.ARN)
	}
	return nil
}

func checkTrailTopic(c *resource.Call) error {
	name := c.In.Str("snsTopicName")
	if name == "" {
		c.Out("snsTopicArn", "")
		return nil
	}
	arn := name
	if !strings.HasPrefix(name, "arn:") {
		arn = fmt.Sprintf("arn:aws:sns:%s:%s:%s", c.Region, c.Account, name)
	}
	topic := findTopic(c, arn)
	if topic == nil || !newServiceCall(c, cloudTrail, "sns:Publish", arn, c.Obj.ARN).allowedBy(topicPolicyOf(c, topic)) {
		return resource.Faultf("InsufficientSnsTopicPolicyException", "SNS Topic does not exist or the topic policy is incorrect!")
	}
	c.Out("snsTopicArn", arn)
	return nil
}

func checkTrailLogs(c *resource.Call) error {
	group, role := c.In.Str("cloudWatchLogsGroupArn"), c.In.Str("cloudWatchLogsRoleArn")
	const badGroup, badRole = "InvalidCloudWatchLogsLogGroupArnException", "InvalidCloudWatchLogsRoleArnException"
	switch {
	case group == "" && role == "":
		return nil
	case role == "":
		return resource.Faultf(badRole, "You must specify a role ARN as well as a log group.")
	case group == "":
		return resource.Faultf(badGroup, "You must specify a log group as well as a role ARN.")
	}
	arn, whole := strings.CutSuffix(group, ":*")
	if !whole {
		return resource.Faultf(badGroup, "CloudTrail cannot validate the specified log group ARN. (%s does not end with :*)", group)
	}
	name := arn[strings.LastIndex(arn, "log-group:")+len("log-group:"):]
	if o := c.Regional(tokLogGroup, name); o == nil || o.ARN != arn {
		return resource.Faultf(badGroup, "CloudTrail cannot validate the specified log group ARN. (no log group %s)", arn)
	}
	if r := roleByARN(c, role); r == nil || !trusts(r, cloudTrail) {
		return resource.Faultf(badRole, "Access denied. Verify in IAM that the role has adequate permissions. (%s must exist and trust %s)", role, cloudTrail)
	}
	return nil
}
