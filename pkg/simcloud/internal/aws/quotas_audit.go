package aws

// auditQuotas are those of auditKinds.
func auditQuotas() map[string]quota {
	const configPage = "docs.aws.amazon.com/config/latest/developerguide/configlimits.html"
	const eventPage = "docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"
	return map[string]quota{
		"trails per region":            {5, "docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html"},
		"conformance packs per region": {50, configPage},
		"rules per conformance pack":   {130, configPage},
		"topics per region":            {100000, "docs.aws.amazon.com/general/latest/gr/sns.html"},
		"rules per event bus":          {300, eventPage},
		"targets per event rule":       {5, eventPage},
		"metric filters per log group": {100, "docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html"},
		"alarms per region":            {5000, "docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"},
		"budgets per account":          {20000, "docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html"},
	}
}
