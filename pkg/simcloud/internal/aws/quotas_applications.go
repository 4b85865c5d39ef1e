package aws

// applicationQuotas are those of applicationKinds.
func applicationQuotas() map[string]quota {
	const filePage = "docs.aws.amazon.com/efs/latest/ug/limits.html"
	const managerPage = "docs.aws.amazon.com/general/latest/gr/ssm.html"
	return map[string]quota{
		"aggregators per region":         {50, "docs.aws.amazon.com/config/latest/developerguide/configlimits.html"},
		"schedule groups per region":     {500, "docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html"},
		"patch baselines per region":     {50, managerPage},
		"maintenance windows per region": {50, managerPage},
		"search domains per region":      {100, "docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html"},
		"delivery streams per region":    {50, "docs.aws.amazon.com/firehose/latest/dev/limits.html"},
		// 1,000, of which 100 must stay unreserved.
		"unreserved concurrent executions": {900, "docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"},
		"file systems per region":          {1000, filePage},
		"groups per mount target":          {5, filePage},
		"access points per file system":    {10000, filePage},
	}
}
