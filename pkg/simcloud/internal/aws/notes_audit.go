package aws

// auditNotes are those of auditKinds.
func auditNotes() map[string]Note {
	notes := recordNotes()
	for _, more := range []map[string]Note{detectNotes(), watchNotes(), settingNotes()} {
		for token, n := range more {
			notes[token] = n
		}
	}
	return notes
}

const resetsIt = "Sets the default again."

func recordNotes() map[string]Note {
	return map[string]Note{
		tokTrail: {"The name is unique in the region, a multi-region one in the account; the bucket exists anywhere and its policy, with its conditions, lets CloudTrail read its ACL and write below AWSLogs/<account>/; the key exists in the region and its policy lets CloudTrail describe it and make data keys; the log group's ARN ends with :*; the role exists and trusts CloudTrail; the topic lets it publish; selectors fit their category.",
			freely, "Trails of organizations; the rights of the role for the log group."},
		tokBucketLock:      {ofBucket + " The bucket was made with object lock or has versioning; one mode and one time.", "The lock of the bucket itself stays, as in S3.", ""},
		tokBucketLogging:   {ofBucket + " The target is in the same account and region, has no object lock, and its policy lets logging.s3.amazonaws.com write below the prefix. S3 itself finds the last out when it delivers.", freely, "ACLs; a target that is encrypted with KMS, which gets no logs."},
		BucketObject:       {ofBucket + " Keys exist; locks only where the bucket has object lock. The bucket's default retention applies.", "AccessDenied in a retention: under COMPLIANCE always, under GOVERNANCE and legal hold without forceDestroy. Versions are not kept.", "Files as source, ACLs, older versions."},
		tokRecorder:        {"One per region; the role is one of the account and trusts AWS Config, or is linked to it; a group of types is consistent.", "Stops it; its status goes with it.", "A missing role is refused here, by AWS Config when the channel is put."},
		tokChannel:         {"One per region, after a recorder; the bucket exists, has no default retention, and its policy lets AWS Config read its ACL and write below AWSLogs/<account>/Config/, or the recorder's own role may; so for the key; the topic exists.", "LastDeliveryChannelDeleteFailedException while the recorder runs.", ""},
		tokRecorderStatus:  {"The recorder exists; to start it, a channel does.", "Stops the recorder.", ""},
		tokConformancePack: {"A recorder runs; the template is YAML or JSON of at most 51,200 bytes with rules that have a name, once, a source, at most 100 types in scope and parameters that are declared.", freely, "Templates in S3 and Systems Manager; whether a managed rule exists; remediations are not read."},
		tokRetention:       {"One per region, called default.", resetsIt, ""},
	}
}

func detectNotes() map[string]Note {
	return map[string]Note{
		tokDetector:        {"One per region.", "Its features and destinations go with it.", "Organizations, members, findings."},
		tokDetectorFeature: {"The detector exists; the additional configurations are those of the feature; not both kinds of runtime monitoring. A warning when an additional configuration is not said, because GuardDuty answers with all.", "The feature itself stays as it is, as in GuardDuty.", ""},
		tokPublishing:      {"The detector exists and has none; the policies of bucket and key let GuardDuty in.", freely, ""},
		tokHub:             {"One per region. With enableDefaultStandards two subscriptions come with it.", "Subscriptions, controls and the aggregator go with it.", "Organizations, findings."},
		tokStandard:        {"Security Hub is enabled; the standard exists and is of the region.", "Its controls go with it.", "ServiceManaged standards."},
		tokAggregator:      {"Security Hub is enabled; one per account.", freely, ""},
		tokControl:         {"Security Hub is enabled, the standard subscribed; a reason when the control is disabled.", "The control stays as it is, as in Security Hub.", "Whether a standard has the control."},
		tokInspector:       {"Accounts are the caller's; types fit each other.", freely, "Members of an organization. The id stays as it was made."},
		tokMacie:           {"One per region.", "The export goes with it.", "Organizations, findings."},
		tokMacieExport:     {"Macie is enabled; one per region; the policies of bucket and key let Macie in.", freely, ""},
	}
}

func watchNotes() map[string]Note {
	return map[string]Note{
		tokTopic:           {"The name fits the kind; the key exists (SNS itself does not ask). A topic of the name with the same attributes is taken over, as CreateTopic does.", "Its policy and subscriptions go with it.", "Delivery status logging, archives; messages."},
		tokTopicPolicy:     {"The topic exists; the document parses, has the actions of a topic only (sns:* is none), names this topic and principals that exist.", "The topic has its default policy again.", ""},
		tokSubscription:    {"The topic exists, in any account and region; the endpoint has the form of the protocol; attributes fit the protocol; a queue exists and lets the topic in (SNS itself does not ask), and so does that of what could not be delivered. The same subscription again is the same. E-mail and web endpoints stay pending.", "Always possible; SNS itself keeps one that is pending until it expires.", "Confirmation; whether a function exists."},
		tokEventRule:       {"The pattern parses (fields, values, comparisons), the schedule too. A rule of the name is changed, as PutRule does.", "ValidationException while it has targets.", "Buses other than the default one; events."},
		tokEventTarget:     {"The rule exists; the topic, log group or queue exists; a queue and its key let the rule in, a topic and its key EventBridge, which names no source to it (EventBridge itself does not ask); placeholders are defined and the template is JSON or text in quotes; roles exist.", freely, "Targets other than topics, queues and log groups."},
		tokMetricFilter:    {"The log group exists; brackets and quotes of the pattern match; the metric is not AWS's.", freely, "The pattern is not read further."},
		tokAlarm:           {"One metric or queries; times fit each other; actions are topics, scaling policies or instance actions of the region, and exist (CloudWatch itself does not ask). An alarm of the name is changed, as PutMetricAlarm does.", freely, "Whether the metric exists; states."},
		tokLogSubscription: {"The log group and the stream of Firehose exist; the role trusts CloudWatch Logs and may write to the stream; at most two for a log group; brackets and quotes of the pattern match.", freely, "Destinations other than Firehose. The pattern is not read further. Loops of a stream that writes to its own log group."},
	}
}

func settingNotes() map[string]Note {
	return map[string]Note{
		tokServiceSetting:   {"The setting exists and takes the value; an ARN is of the provider's account and region. A warning for an id that is no ARN, because the provider reads the ARN back.", resetsIt, ""},
		tokECSSetting:       {"The setting exists and takes the value.", "Disables it.", ""},
		tokRegistryScanning: {"Frequencies fit the type of scan, one rule each; filters are in form.", "Sets basic scanning again.", ""},
		tokAlternateContact: {"Address and number have a form; the account is the caller's.", freely, "A contact without a name, to which the real provider gives a generated one."},
		tokBackupSettings:   {"The types exist. A warning when one is not said, because the provider reads all back.", "The settings stay as they are, as in AWS Backup.", ""},
		tokBudget:           {"The name is unique in the account; a limit; dates; notifications once each, with subscribers that have a form; topics exist.", freely, "Actions, costs; whether a topic lets Budgets publish."},
	}
}
