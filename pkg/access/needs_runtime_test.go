package access_test

// runtimeNeeds are the calls for what runs in a cell at set times, is found by name, is
// reached by names of the client's own and is masked in logs.
func runtimeNeeds() map[string][]need {
	fresh, own := with("aws:RequestTag/cell", "acme"), with("aws:ResourceTag/cell", "acme")
	certificate, group := arn("acm", "certificate/1"), arn("scheduler", "schedule-group/cell-acme")
	listener := arn("elasticloadbalancing", "listener/app/cells-internal/1/2")
	entry, queue := arn("servicediscovery", "service/srv-1"), arn("sqs", "acme-work.fifo")
	attributes := []need{{queue, own, []string{"sqs:SetQueueAttributes", "sqs:GetQueueAttributes"}}}
	return map[string][]need{
		"aws:sqs/queue:Queue": {
			{queue, fresh, []string{"sqs:CreateQueue", "sqs:TagQueue"}},
			{queue, own, []string{"sqs:SetQueueAttributes", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags", "sqs:UntagQueue", "sqs:DeleteQueue"}},
		},
		"aws:sqs/queuePolicy:QueuePolicy":               attributes,
		"aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": attributes,
		"aws:servicediscovery/service:Service": {
			{"*", fresh, []string{"servicediscovery:CreateService", "servicediscovery:TagResource"}},
			{entry, own, []string{"servicediscovery:UpdateService", "servicediscovery:DeleteService", "servicediscovery:DeregisterInstance", "servicediscovery:UntagResource"}},
			{"*", nil, []string{"servicediscovery:GetService", "servicediscovery:GetOperation", "servicediscovery:ListInstances", "servicediscovery:ListTagsForResource"}},
		},
		"aws:appautoscaling/scheduledAction:ScheduledAction": {
			{arn("application-autoscaling", "scalable-target/1"), own, []string{"application-autoscaling:PutScheduledAction", "application-autoscaling:DeleteScheduledAction"}},
			{"*", nil, []string{"application-autoscaling:DescribeScheduledActions"}},
		},
		"aws:acm/certificate:Certificate": {
			{"*", fresh, []string{"acm:RequestCertificate", "acm:AddTagsToCertificate"}},
			{certificate, own, []string{"acm:DeleteCertificate", "acm:RemoveTagsFromCertificate"}},
			{certificate, nil, []string{"acm:DescribeCertificate", "acm:ListTagsForCertificate"}},
		},
		"aws:acm/certificateValidation:CertificateValidation": {{certificate, nil, []string{"acm:DescribeCertificate"}}},
		"aws:lb/listenerCertificate:ListenerCertificate": {
			{listener, nil, []string{"elasticloadbalancing:AddListenerCertificates", "elasticloadbalancing:RemoveListenerCertificates"}},
			{"*", nil, []string{"elasticloadbalancing:DescribeListenerCertificates"}},
		},
		"aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy": {
			{arn("logs", "log-group:/cell/acme/api"), nil, []string{"logs:PutDataProtectionPolicy", "logs:GetDataProtectionPolicy", "logs:DeleteDataProtectionPolicy"}},
		},
		"aws:scheduler/scheduleGroup:ScheduleGroup": {
			{group, fresh, []string{"scheduler:CreateScheduleGroup", "scheduler:TagResource"}},
			{group, own, []string{"scheduler:DeleteScheduleGroup", "scheduler:UntagResource"}},
			{group, nil, []string{"scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"}},
		},
		"aws:scheduler/schedule:Schedule": {
			{arn("scheduler", "schedule/cell-acme/nightly"), nil, []string{"scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule"}},
			{iamResource("role/cell/acme/acme-schedules-run"), with("iam:PassedToService", "scheduler.amazonaws.com"), []string{"iam:PassRole"}},
		},
	}
}
