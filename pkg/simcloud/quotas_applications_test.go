package simcloud_test

// beyondApplicationQuotas is beyondQuotas for the quotas of what the utility applications use.
func beyondApplicationQuotas() map[string]beyond {
	return map[string]beyond{
		"file systems per region":     {0, fileSystemType, fixed(props{}), "FileSystemLimitExceeded: You have reached the maximum number of file systems for your account: 1"},
		"search domains per region":   {0, domainType, fixed(props{"domainName": "one-more"}), "LimitExceededException: You've reached your limit of 1 domains"},
		"delivery streams per region": {0, firehoseType, func(w *world) props { return with(w.res["to-search"].In, props{"name": "one-more"}) }, "LimitExceededException: You have already consumed your firehose quota of 2 hoses."},
		"unreserved concurrent executions": {1, functionType, func(w *world) props {
			return with(w.res["configure"].In, props{"name": "busy", "reservedConcurrentExecutions": 2})
		}, "decreases account's UnreservedConcurrentExecution below its minimum value"},
		"aggregators per region":         {0, gatherType, func(w *world) props { return with(w.res["gather"].In, props{"name": "one-more"}) }, "LimitExceededException: Failed to put configuration aggregator"},
		"schedule groups per region":     {0, schedulesType, fixed(props{"name": "one-more"}), "ServiceQuotaExceededException"},
		"patch baselines per region":     {0, baselineType, fixed(props{"name": "one-more"}), "ResourceLimitExceededException: You have reached the maximum number of patch baselines: 1"},
		"maintenance windows per region": {0, windowType, func(w *world) props { return with(w.res["window"].In, props{"name": "one-more"}) }, "ResourceLimitExceededException: You have reached the maximum number of maintenance windows: 1"},
		"groups per mount target": {1, mountTargetType, func(w *world) props {
			fs := w.create(fileSystemType, "grouped-files", props{})
			return with(w.res["files-0"].In, props{"fileSystemId": fs.ID, "securityGroups": []any{w.res["files-group"].ID, w.res["web-group"].ID}})
		}, "SecurityGroupLimitExceeded: A mount target can have at most 1 security groups, got 2"},
		"access points per file system": {1, accessPointType, func(w *world) props { return props{"fileSystemId": w.res["files"].ID} }, "AccessPointLimitExceeded"},
	}
}
