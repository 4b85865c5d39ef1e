package simcloud_test

import (
	"fmt"
	"strings"
)

// beyondAuditQuotas is beyondQuotas for the quotas of what records, watches and reports.
func beyondAuditQuotas() map[string]beyond {
	return map[string]beyond{
		"trails per region": {0, trailType, fixed(props{"name": "one-more", "s3BucketName": "trail-logs"}), "MaximumNumberOfTrailsExceededException: User: " + accountA + " already has 1 trails in us-east-1."},
		"conformance packs per region": {0, packType, fixed(props{"name": "one-more", "templateBody": packBody}),
			"MaxNumberOfConformancePacksExceededException"},
		"rules per conformance pack": {1, packType, fixed(props{"name": "two-rules", "templateBody": packOf(2)}), "ConformancePackTemplateValidationException: The conformance pack template has 2 rules, at most 1 are allowed"},
		"topics per region":          {0, topicType, fixed(props{"name": "one-more"}), "TopicLimitExceeded"},
		"rules per event bus":        {0, ruleType, fixed(props{"name": "one-more", "scheduleExpression": "rate(1 hour)"}), "LimitExceededException: The requested resource exceeds the maximum number allowed. (2 rules)"},
		"targets per event rule": {1, targetType, func(w *world) props {
			return props{"rule": "findings", "targetId": "one-more", "arn": w.res["alerts"].ID}
		}, "LimitExceededException: The requested resource exceeds the maximum number allowed. (1 targets of rule findings)"},
		"metric filters per log group": {0, filterType, func(w *world) props { return with(w.res["root-filter"].In, props{"name": "one-more"}) }, "LimitExceededException: Resource limit exceeded."},
		"alarms per region":            {0, alarmType, func(w *world) props { return with(w.res["root-alarm"].In, props{"name": "one-more"}) }, "LimitExceeded: The maximum number of alarms has been reached: 1"},
		"budgets per account":          {0, budgetType, func(w *world) props { return with(w.res["budget"].In, props{"name": "one-more"}) }, "CreationLimitExceededException: Unable to create budget: one-more"},
	}
}

// packOf is a template with n rules.
func packOf(n int) string {
	var b strings.Builder
	b.WriteString("Resources:\n")
	for i := range n {
		fmt.Fprintf(&b, "  Rule%d: {Type: 'AWS::Config::ConfigRule', Properties: {ConfigRuleName: rule-%d, Source: {Owner: AWS, SourceIdentifier: ROOT_ACCOUNT_MFA_ENABLED}}}\n", i, i)
	}
	return b.String()
}
