package access_test

import "cellworks/pkg/naming"

// utilityOperationNeeds are the calls for logs, alarms and messages.
func utilityOperationNeeds() map[string][]need {
	fresh, own := newUtility(), ownUtility()
	group, topic, rule := arn("logs", "log-group:{name}"), arn("sns", "security-pager"), arn("events", "rule/security-pager")
	return map[string][]need{
		"aws:cloudwatch/logGroup:LogGroup": {
			{group, nil, []string{
				"logs:CreateLogGroup", "logs:TagResource", "logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy", "logs:AssociateKmsKey", "logs:DisassociateKmsKey", "logs:ListTagsForResource",
				"logs:UntagResource", "logs:DeleteLogGroup",
			}},
			{arn("logs", "log-group:*"), nil, []string{"logs:DescribeLogGroups"}},
		},
		"aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": {
			{arn("logs", "log-group:{logGroup}"), nil, []string{"logs:PutSubscriptionFilter", "logs:DeleteSubscriptionFilter", "logs:DescribeSubscriptionFilters"}},
			{iamResource("role/utility/x"), with("iam:PassedToService", "logs.amazonaws.com"), []string{"iam:PassRole"}},
		},
		"aws:cloudwatch/logStream:LogStream": {
			{arn("logs", "log-group:{logGroupName}:log-stream:{name}"), nil, []string{"logs:CreateLogStream", "logs:DeleteLogStream"}},
			{arn("logs", "log-group:{logGroupName}"), nil, []string{"logs:CreateLogStream", "logs:DescribeLogStreams"}},
		},
		"aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {{"*", nil, []string{"logs:PutResourcePolicy", "logs:DeleteResourcePolicy", "logs:DescribeResourcePolicies"}}},
		"aws:cloudwatch/metricAlarm:MetricAlarm": {
			{arn("cloudwatch", "alarm:consul"), fresh, []string{"cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"}},
			{arn("cloudwatch", "alarm:consul"), own, []string{"cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource", "cloudwatch:UntagResource"}},
		},
		"aws:cloudwatch/eventRule:EventRule": {
			{rule, fresh, []string{"events:PutRule", "events:TagResource"}},
			{rule, own, []string{"events:PutRule", "events:EnableRule", "events:DisableRule", "events:DeleteRule", "events:DescribeRule", "events:ListTagsForResource", "events:UntagResource"}},
		},
		"aws:cloudwatch/eventTarget:EventTarget": {{rule, own, []string{"events:PutTargets", "events:RemoveTargets", "events:ListTargetsByRule"}}},
		"aws:sns/topic:Topic": {
			{topic, fresh, []string{"sns:CreateTopic", "sns:TagResource"}},
			{topic, own, []string{"sns:SetTopicAttributes", "sns:DeleteTopic", "sns:GetTopicAttributes", "sns:ListTagsForResource", "sns:UntagResource"}},
		},
		"aws:sns/topicPolicy:TopicPolicy": {{topic, own, []string{"sns:SetTopicAttributes", "sns:GetTopicAttributes"}}},
		"aws:sns/topicSubscription:TopicSubscription": {
			{topic, own, []string{"sns:Subscribe"}},
			{"*", nil, []string{"sns:SetSubscriptionAttributes", "sns:GetSubscriptionAttributes", "sns:Unsubscribe"}},
		},
	}
}

// utilityPatchNeeds are the calls for what Systems Manager does on instances.
func utilityPatchNeeds() map[string][]need {
	fresh, own := newUtility(), ownUtility()
	window, baseline, association := arn("ssm", "maintenancewindow/mw-1"), arn("ssm", "patchbaseline/pb-1"), arn("ssm", "association/1")
	target, task := arn("ssm", "windowtarget/1"), arn("ssm", "windowtask/1")
	document := "arn:aws:ssm:us-east-1::document/AWS-GatherSoftwareInventory"
	return map[string][]need{
		"aws:ssm/association:Association": {
			{association, fresh, []string{"ssm:CreateAssociation", "ssm:AddTagsToResource"}},
			{document, fresh, []string{"ssm:CreateAssociation"}},
			{association, own, []string{"ssm:UpdateAssociation", "ssm:DeleteAssociation", "ssm:DescribeAssociation", "ssm:RemoveTagsFromResource"}},
			{document, nil, []string{"ssm:UpdateAssociation", "ssm:DeleteAssociation"}},
		},
		"aws:ssm/maintenanceWindow:MaintenanceWindow": {
			{"*", fresh, []string{"ssm:CreateMaintenanceWindow", "ssm:AddTagsToResource"}},
			{window, own, []string{"ssm:UpdateMaintenanceWindow", "ssm:DeleteMaintenanceWindow", "ssm:GetMaintenanceWindow", "ssm:ListTagsForResource"}},
		},
		"aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget": {
			{window, own, []string{"ssm:RegisterTargetWithMaintenanceWindow", "ssm:UpdateMaintenanceWindowTarget", "ssm:DeregisterTargetFromMaintenanceWindow"}},
			{target, nil, []string{"ssm:RegisterTargetWithMaintenanceWindow", "ssm:UpdateMaintenanceWindowTarget", "ssm:DeregisterTargetFromMaintenanceWindow", "ssm:DescribeMaintenanceWindowTargets"}},
		},
		"aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": {
			{window, own, []string{"ssm:RegisterTaskWithMaintenanceWindow", "ssm:UpdateMaintenanceWindowTask", "ssm:DeregisterTaskFromMaintenanceWindow"}},
			{task, nil, []string{"ssm:RegisterTaskWithMaintenanceWindow", "ssm:UpdateMaintenanceWindowTask", "ssm:DeregisterTaskFromMaintenanceWindow", "ssm:GetMaintenanceWindowTask"}},
			{iamResource("role/aws-service-role/ssm.amazonaws.com/x"), with("iam:AWSServiceName", "ssm.amazonaws.com"), []string{"iam:CreateServiceLinkedRole"}},
		},
		"aws:ssm/patchBaseline:PatchBaseline": {
			{"*", fresh, []string{"ssm:CreatePatchBaseline", "ssm:AddTagsToResource"}},
			{baseline, own, []string{"ssm:UpdatePatchBaseline", "ssm:DeletePatchBaseline", "ssm:GetPatchBaseline"}},
		},
		"aws:ssm/defaultPatchBaseline:DefaultPatchBaseline": {
			// What was the default before is AWS's own, and is so again when this one goes.
			{"arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-2", nil, []string{"ssm:RegisterDefaultPatchBaseline"}},
			{baseline, nil, []string{"ssm:RegisterDefaultPatchBaseline", "ssm:GetDefaultPatchBaseline", "ssm:DescribePatchBaselines"}},
		},
	}
}

// utilitySecurityNeeds are the calls for what looks after accounts.
func utilitySecurityNeeds() map[string][]need {
	fresh, own := newUtility(), ownUtility()
	aggregator, authorization := arn("config", "config-aggregator/1"), arn("config", "aggregation-authorization/333333333333/us-east-1")
	job, group := arn("macie2", "classification-job/1"), arn("scheduler", "schedule-group/{name}")
	organization := func(service string, resource string) []need {
		return []need{{resource, with("aws:ResourceTag/"+naming.TagProject, naming.ProjectBase), []string{service + ":UpdateOrganizationConfiguration", service + ":DescribeOrganizationConfiguration"}}}
	}
	detector := arn("guardduty", "detector/1")
	return map[string][]need{
		"aws:cfg/configurationAggregator:ConfigurationAggregator": {
			{aggregator, fresh, []string{"config:PutConfigurationAggregator", "config:TagResource"}},
			{aggregator, own, []string{"config:PutConfigurationAggregator", "config:DeleteConfigurationAggregator", "config:DescribeConfigurationAggregators", "config:ListTagsForResource", "config:UntagResource"}},
		},
		"aws:cfg/aggregateAuthorization:AggregateAuthorization": {
			{authorization, fresh, []string{"config:PutAggregationAuthorization", "config:TagResource"}},
			{authorization, own, []string{"config:DeleteAggregationAuthorization", "config:DescribeAggregationAuthorizations"}},
		},
		"aws:guardduty/organizationConfiguration:OrganizationConfiguration":               organization("guardduty", detector),
		"aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature": organization("guardduty", detector),
		"aws:inspector2/organizationConfiguration:OrganizationConfiguration":              organization("inspector2", "*"),
		"aws:macie2/organizationConfiguration:OrganizationConfiguration":                  organization("macie2", "*"),
		"aws:securityhub/organizationConfiguration:OrganizationConfiguration":             organization("securityhub", arn("securityhub", "hub/default")),
		"aws:macie2/classificationExportConfiguration:ClassificationExportConfiguration":  {{"*", nil, []string{"macie2:PutClassificationExportConfiguration", "macie2:GetClassificationExportConfiguration"}}},
		"aws:macie2/classificationJob:ClassificationJob": {
			{job, fresh, []string{"macie2:CreateClassificationJob", "macie2:TagResource"}},
			{job, own, []string{"macie2:UpdateClassificationJob", "macie2:DescribeClassificationJob", "macie2:ListTagsForResource", "macie2:UntagResource"}},
		},
		"aws:scheduler/scheduleGroup:ScheduleGroup": {
			{group, fresh, []string{"scheduler:CreateScheduleGroup", "scheduler:TagResource"}},
			{group, own, []string{"scheduler:DeleteScheduleGroup", "scheduler:GetScheduleGroup", "scheduler:ListTagsForResource", "scheduler:UntagResource"}},
		},
		"aws:scheduler/schedule:Schedule": {
			{arn("scheduler", "schedule/{groupName}/x"), nil, []string{"scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule"}},
		},
	}
}
