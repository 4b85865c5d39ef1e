package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// wafLogPrefix begins the name of whatever takes the logs. Source:
// docs.aws.amazon.com/waf/latest/developerguide/logging-destinations.html.
const wafLogPrefix = "aws-waf-logs-"

func webACLLogging() *resource.Kind {
	behavior := []string{"KEEP", "DROP"}
	return &resource.Kind{
		Token: tokWebACLLogging, Service: "WAFV2", Noun: "WAFv2 WebACL Logging Configuration", CreateOp: "PutLoggingConfiguration", UpdateOp: "PutLoggingConfiguration", DeleteOp: "DeleteLoggingConfiguration",
		Upsert: true, // PutLoggingConfiguration changes the one that the web ACL has
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"resourceArn", "logDestinationConfigs"}, Why: "it is the web ACL's, to one destination"}},
			Sets:     []string{"logDestinationConfigs", "loggingFilter.filters", "loggingFilter.filters.conditions"},
			Enums: map[string][]string{
				"loggingFilter.defaultBehavior": behavior, "loggingFilter.filters.behavior": behavior, "loggingFilter.filters.requirement": {"MEETS_ALL", "MEETS_ANY"},
				"loggingFilter.filters.conditions.actionCondition.action": {"ALLOW", "BLOCK", "COUNT", "CAPTCHA", "CHALLENGE", "EXCLUDED_AS_COUNT"},
			},
			Formats: map[string]schema.Format{"resourceArn": schema.ARN, "logDestinationConfigs": schema.ARN},
		},
		Validate: func(v *resource.Validation) {
			for i, f := range v.In.Objs("redactedFields") {
				if len(f) > 1 {
					v.Fail(fmt.Sprintf("redactedFields[%d]", i), "WAFInvalidParameterException: Error reason: Your statement has multiple values set for a field that requires exactly one value., field: FIELD_TO_MATCH, parameter: FieldToMatch")
				}
			}
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("resourceArn"); return nil },
		Apply: func(c *resource.Call) error {
			if wafByARN(c, tokWebACL, c.In.Str("resourceArn")) == nil {
				return resource.Faultf("WAFNonexistentItemException", "%s (%s)", wafMissing, c.In.Str("resourceArn"))
			}
			destinations := c.In.Strs("logDestinationConfigs")
			if len(destinations) != 1 {
				return wafInvalid("You must specify exactly one logging destination.", "LOG_DESTINATION", strings.Join(destinations, " "))
			}
			return checkWAFLogs(c, destinations[0])
		},
	}
}

// checkWAFLogs checks where the logs go: a log group or bucket whose name begins as WAF asks.
func checkWAFLogs(c *resource.Call, arn string) error {
	group, isGroup := strings.CutPrefix(strings.TrimSuffix(arn, ":*"), fmt.Sprintf("arn:aws:logs:%s:%s:log-group:", c.Region, c.Account))
	bucket, isBucket := strings.CutPrefix(arn, "arn:aws:s3:::")
	switch {
	case strings.HasPrefix(arn, "arn:aws:firehose:"):
		return fmt.Errorf("the simulated cloud does not simulate delivery to Firehose")
	case isGroup && strings.HasPrefix(group, wafLogPrefix), isBucket && strings.HasPrefix(bucket, wafLogPrefix):
	default:
		return wafInvalid(wafBadARN, "LOG_DESTINATION", arn)
	}
	if isGroup && c.Regional(tokLogGroup, group) == nil || isBucket && findBucket(c, bucket) == nil {
		return resource.Faultf("WAFLogDestinationPermissionIssueException",
			"Unable to deliver logs to the configured destination. You might need to grant log delivery permissions for the destination. If you're using S3 as your log destination, you might have exceeded your bucket limit.")
	}
	return nil
}
