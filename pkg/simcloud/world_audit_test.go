package simcloud_test

import (
	"fmt"
	"strings"
)

// The tokens that the tests of this file's world name often.
const (
	bucketType  = "aws:s3/bucketV2:BucketV2"
	policyType  = "aws:s3/bucketPolicy:BucketPolicy"
	topicType   = "aws:sns/topic:Topic"
	trailType   = "aws:cloudtrail/trail:Trail"
	alarmType   = "aws:cloudwatch/metricAlarm:MetricAlarm"
	ruleType    = "aws:cloudwatch/eventRule:EventRule"
	targetType  = "aws:cloudwatch/eventTarget:EventTarget"
	filterType  = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	hubType     = "aws:securityhub/account:Account"
	controlType = "aws:securityhub/standardsControlAssociation:StandardsControlAssociation"
	channelType = "aws:cfg/deliveryChannel:DeliveryChannel"
	packType    = "aws:cfg/conformancePack:ConformancePack"
	lockType    = "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"
	budgetType  = "aws:budgets/budget:Budget"
	bestOf      = "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0"
	packBody    = `Parameters:
  MaxAge: {Type: String, Default: "90"}
Resources:
  AccessKeysRotated:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: access-keys-rotated
      InputParameters: {maxAccessKeyAge: {Ref: MaxAge}}
      Source: {Owner: AWS, SourceIdentifier: ACCESS_KEYS_ROTATED}
`
)

// audit adds what records, watches and reports.
func (w *world) audit() {
	w.logBuckets()
	w.alerts()
	w.trail()
	w.configuration()
	w.detection()
	w.watch()
	w.settings()
}

// writes is the statement that lets a service write into a bucket.
func writes(service, bucket, below string) string {
	return fmt.Sprintf(`{"Effect":"Allow","Principal":{"Service":"%s"},"Action":["s3:GetBucketAcl","s3:GetBucketLocation"],"Resource":"arn:aws:s3:::%s"},
		{"Effect":"Allow","Principal":{"Service":"%s"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::%s/%s*","Condition":{"StringEquals":{"aws:SourceAccount":"%s"}}}`,
		service, bucket, service, bucket, below, accountA)
}

// secureOnly denies what does not come over TLS, in a version that is not too old.
func secureOnly(bucket string) string {
	return fmt.Sprintf(`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::%[1]s","arn:aws:s3:::%[1]s/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}},
		{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::%[1]s","arn:aws:s3:::%[1]s/*"],"Condition":{"NumericLessThan":{"s3:TlsVersion":"1.2"}}}`, bucket)
}

func (w *world) logBuckets() {
	for _, name := range []string{"trail-logs", "config-logs", "access-logs"} {
		w.add(bucketType, name, props{"bucket": name, "objectLockEnabled": name == "trail-logs"})
	}
	w.add(lockType, "lock", props{"bucket": "trail-logs", "rule": props{"defaultRetention": props{"mode": "GOVERNANCE", "days": 2192}}})
	w.add(policyType, "trail-logs", props{"bucket": "trail-logs", "policy": document(writes("cloudtrail.amazonaws.com", "trail-logs", "AWSLogs/"+accountA+"/") + "," + secureOnly("trail-logs"))})
	w.add(policyType, "config-logs", props{"bucket": "config-logs", "policy": document(strings.Join([]string{
		writes("config.amazonaws.com", "config-logs", "AWSLogs/"), writes("guardduty.amazonaws.com", "config-logs", ""), writes("macie.amazonaws.com", "config-logs", ""), secureOnly("config-logs"),
	}, ","))})
	w.add(policyType, "access-logs", props{"bucket": "access-logs", "policy": document(writes("logging.s3.amazonaws.com", "access-logs", "") + "," + secureOnly("access-logs"))})
	w.add("aws:s3/bucketLoggingV2:BucketLoggingV2", "logging", props{"bucket": "trail-logs", "targetBucket": "access-logs", "targetPrefix": "trail-logs/"})
	w.add("aws:s3/bucketObjectv2:BucketObjectv2", "object", props{"bucket": "acme-data", "key": "hello.txt", "content": "hello"})
}

func (w *world) alerts() {
	t := w.add(topicType, "alerts", props{"name": "alerts", "kmsMasterKeyId": w.res["key"].str("arn")})
	w.add("aws:sns/topicPolicy:TopicPolicy", "alerts-policy", props{"arn": t.ID, "policy": document(fmt.Sprintf(
		`{"Effect":"Allow","Principal":{"Service":["cloudwatch.amazonaws.com","cloudtrail.amazonaws.com","events.rds.amazonaws.com"]},"Action":"sns:Publish","Resource":"%[1]s","Condition":{"StringEquals":{"aws:SourceAccount":"%[2]s"}}},
		{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sns:Publish","Resource":"%[1]s"},
		{"Effect":"Deny","Principal":"*","Action":"sns:Publish","Resource":"%[1]s","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`, t.ID, accountA))})
	w.add("aws:sns/topicSubscription:TopicSubscription", "mail", props{"topic": t.ID, "protocol": "email", "endpoint": "security@example.com"})
}

// trustedBy is a role that a service may assume.
func (w *world) trustedBy(name, service string) *made {
	return w.add(roleType, name, props{"name": name, "assumeRolePolicy": strings.Replace(trustPolicy, "ecs-tasks.amazonaws.com", service, 1)})
}

func (w *world) trail() {
	role := w.trustedBy("trail-role", "cloudtrail.amazonaws.com")
	w.add(trailType, "trail", props{
		"name": "acme-audit", "s3BucketName": "trail-logs", "kmsKeyId": w.res["key"].str("arn"), "isMultiRegionTrail": true, "enableLogFileValidation": true,
		"cloudWatchLogsGroupArn": w.res["logs"].str("arn") + ":*", "cloudWatchLogsRoleArn": role.str("arn"), "snsTopicName": "alerts",
		"insightSelectors": []any{props{"insightType": "ApiErrorRateInsight"}, props{"insightType": "ApiCallRateInsight"}},
		"advancedEventSelectors": []any{
			props{"name": "management", "fieldSelectors": []any{props{"field": "eventCategory", "equals": []any{"Management"}}}},
			props{"name": "objects", "fieldSelectors": []any{props{"field": "resources.type", "equals": []any{"AWS::S3::Object"}}, props{"field": "eventCategory", "equals": []any{"Data"}}}},
		},
	})
}

func (w *world) configuration() {
	role := w.trustedBy("config-role", "config.amazonaws.com")
	w.add("aws:cfg/recorder:Recorder", "recorder", props{
		"name": "default", "roleArn": role.str("arn"), "recordingGroup": props{"allSupported": true, "includeGlobalResourceTypes": true},
	})
	w.add(channelType, "channel", props{
		"name": "default", "s3BucketName": "config-logs", "s3KmsKeyArn": w.res["key"].str("arn"), "snapshotDeliveryProperties": props{"deliveryFrequency": "TwentyFour_Hours"},
	})
	w.add("aws:cfg/recorderStatus:RecorderStatus", "recording", props{"name": "default", "isEnabled": true})
	w.add(packType, "pack", props{"name": "hipaa", "templateBody": packBody})
	w.add("aws:cfg/retentionConfiguration:RetentionConfiguration", "retention", props{"retentionPeriodInDays": 2557})
}

func (w *world) detection() {
	d := w.add("aws:guardduty/detector:Detector", "detector", props{"findingPublishingFrequency": "FIFTEEN_MINUTES"})
	w.add("aws:guardduty/detectorFeature:DetectorFeature", "runtime", props{
		"detectorId": d.ID, "name": "RUNTIME_MONITORING", "status": "ENABLED", "additionalConfigurations": []any{
			props{"name": "ECS_FARGATE_AGENT_MANAGEMENT", "status": "ENABLED"}, props{"name": "EC2_AGENT_MANAGEMENT", "status": "ENABLED"}, props{"name": "EKS_ADDON_MANAGEMENT", "status": "DISABLED"},
		},
	})
	w.add("aws:guardduty/publishingDestination:PublishingDestination", "findings", props{
		"detectorId": d.ID, "destinationArn": "arn:aws:s3:::config-logs/findings", "kmsKeyArn": w.res["key"].str("arn"),
	})
	w.add(hubType, "hub", props{"enableDefaultStandards": false, "controlFindingGenerator": "SECURITY_CONTROL"})
	w.add("aws:securityhub/standardsSubscription:StandardsSubscription", "standard", props{"standardsArn": bestOf})
	w.add("aws:securityhub/findingAggregator:FindingAggregator", "aggregator", props{"linkingMode": "ALL_REGIONS"})
	w.add(controlType, "control", props{"standardsArn": bestOf, "securityControlId": "IAM.6", "associationStatus": "DISABLED", "updatedReason": "the root user of the account is under lock and key"})
	w.add("aws:inspector2/enabler:Enabler", "inspector", props{"accountIds": []any{accountA}, "resourceTypes": []any{"ECR", "EC2"}})
	w.add("aws:macie2/account:Account", "macie", props{})
	w.add("aws:macie2/classificationExportConfiguration:ClassificationExportConfiguration", "results", props{
		"s3Destination": props{"bucketName": "config-logs", "keyPrefix": "macie", "kmsKeyArn": w.res["key"].str("arn")},
	})
}

func (w *world) watch() {
	rule := w.add(ruleType, "findings-rule", props{"name": "findings", "eventPattern": `{"source":["aws.guardduty"],"detail":{"severity":[{"numeric":[">=",7]}]}}`})
	w.add(targetType, "findings-target", props{
		"rule": rule.str("name"), "targetId": "topic", "arn": w.res["alerts"].ID,
		"inputTransformer": props{"inputPaths": props{"title": "$.detail.title", "account": "$.account"}, "inputTemplate": `"<title> in account <account>"`},
	})
	w.add(filterType, "root-filter", props{
		"logGroupName": w.res["logs"].str("name"), "name": "root-use", "pattern": `{ $.userIdentity.type = "Root" && $.eventType != "AwsServiceEvent" }`,
		"metricTransformation": props{"name": "RootUse", "namespace": "Audit", "value": "1"},
	})
	w.add(alarmType, "root-alarm", props{
		"name": "root-use", "comparisonOperator": "GreaterThanOrEqualToThreshold", "evaluationPeriods": 1, "threshold": 1, "metricName": "RootUse", "namespace": "Audit",
		"period": 300, "statistic": "Sum", "alarmActions": []any{w.res["alerts"].ID}, "insufficientDataActions": []any{w.res["alerts"].ID}, "treatMissingData": "notBreaching",
	})
}

func (w *world) settings() {
	w.add("aws:ssm/serviceSetting:ServiceSetting", "sharing", props{
		"settingId": "arn:aws:ssm:us-east-1:" + accountA + ":servicesetting/ssm/documents/console/public-sharing-permission", "settingValue": "Disable",
	})
	w.add("aws:ecs/accountSettingDefault:AccountSettingDefault", "trunking", props{"name": "awsvpcTrunking", "value": "enabled"})
	w.add("aws:ecs/accountSettingDefault:AccountSettingDefault", "insights", props{"name": "containerInsights", "value": "enhanced"})
	w.add("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration", "scanning", props{
		"scanType": "ENHANCED", "rules": []any{props{"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": []any{props{"filter": "*", "filterType": "WILDCARD"}}}},
	})
	w.add("aws:account/alternativeContact:AlternativeContact", "security-contact", props{
		"alternateContactType": "SECURITY", "name": "Security", "title": "CISO", "emailAddress": "security@example.com", "phoneNumber": "+1 555 0100",
	})
	w.add("aws:backup/regionSettings:RegionSettings", "backups", props{"resourceTypeOptInPreference": allBackups()})
	w.add(budgetType, "budget", props{
		"name": "account", "budgetType": "COST", "timeUnit": "MONTHLY", "limitAmount": "5000", "limitUnit": "USD",
		"notifications": []any{
			props{"comparisonOperator": "GREATER_THAN", "notificationType": "FORECASTED", "threshold": 100, "thresholdType": "PERCENTAGE", "subscriberEmailAddresses": []any{"cost@example.com"}},
			props{"comparisonOperator": "GREATER_THAN", "notificationType": "ACTUAL", "threshold": 80, "thresholdType": "PERCENTAGE", "subscriberEmailAddresses": []any{"cost@example.com"}},
		},
	})
}

// allBackups is every type that the provider's documentation lists.
func allBackups() props {
	all := props{}
	for _, typ := range []string{
		"Aurora", "CloudFormation", "DSQL", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "Redshift", "Redshift Serverless", "S3",
		"SAP HANA on Amazon EC2", "Storage Gateway", "VirtualMachine",
	} {
		all[typ] = true
	}
	return all
}
