package simcloud_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"cellworks/pkg/simcloud"
)

// changed is what a thing of the world was made with, changed.
func changed(name string, changes props) func(*world) props {
	return func(w *world) props { return with(w.res[name].In, changes) }
}

// and adds changes to changes; a nil stays one, for with to take the property out.
func and(changes, more props) props {
	all := maps.Clone(changes)
	maps.Copy(all, more)
	return all
}

// wrongBucket makes a bucket whose policy lets nobody in who should be.
func wrongBucket(w *world, name string, statements ...string) string {
	w.create(bucketType, name, props{"bucket": name})
	if len(statements) > 0 {
		w.create(policyType, name, props{"bucket": name, "policy": document(strings.Join(statements, ","))})
	}
	return name
}

// quietKey is a key that no service may use.
func quietKey(w *world, name string) string {
	const admin = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}`
	return w.create("aws:kms/key:Key", name, props{"policy": document(admin)}).str("arn")
}

func TestRefusesWrongTrails(t *testing.T) {
	t.Parallel()
	trail := func(changes props) func(*world) props {
		return fixed(with(props{"name": "second", "s3BucketName": "trail-logs"}, changes))
	}
	selectors := func(list ...any) func(*world) props { return trail(props{"advancedEventSelectors": list}) }
	field := func(name, operator string, values ...any) props { return props{"field": name, operator: values} }
	refuses(t, []wrong{
		{"trail into no bucket", trailType, trail(props{"s3BucketName": "nowhere"}), `api error S3BucketDoesNotExistException: S3 bucket nowhere does not exist!`},
		{"trail into a bucket without a policy", trailType, func(w *world) props { return trail(props{"s3BucketName": wrongBucket(w, "bare")})(w) },
			`api error InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: bare`},
		{"trail into a bucket of other logs", trailType, trail(props{"s3BucketName": "access-logs"}), `InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: access-logs`},
		{"trail below a prefix that the policy does not have", trailType, trail(props{"s3KeyPrefix": "audit"}), `InsufficientS3BucketPolicyException`},
		{"bucket policy for another trail", trailType, func(w *world) props {
			statement := strings.Replace(writes("cloudtrail.amazonaws.com", "other-trail", "AWSLogs/"), `{"aws:SourceAccount":"`+accountA+`"}`, `{"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:111122223333:trail/third"}`, 1)
			return trail(props{"s3BucketName": wrongBucket(w, "other-trail", statement)})(w)
		}, `InsufficientS3BucketPolicyException`},
		{"bucket policy that denies what it allows", trailType, func(w *world) props {
			return trail(props{"s3BucketName": wrongBucket(w, "denying", writes("cloudtrail.amazonaws.com", "denying", ""),
				`{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::denying/*","Condition":{"StringNotEquals":{"aws:SourceAccount":"444455556666"}}}`)})(w)
		}, `InsufficientS3BucketPolicyException`},
		{"key that is none", trailType, trail(props{"kmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/1"}), `api error KmsKeyNotFoundException: KMS key arn:aws:kms:us-east-1:111122223333:key/1`},
		{"key that does not let the trail in", trailType, func(w *world) props { return trail(props{"kmsKeyId": quietKey(w, "quiet")})(w) },
			`api error InsufficientEncryptionPolicyException: Insufficient permissions to access S3 bucket trail-logs or KMS key arn:aws:kms:`},
		{"log group without :*", trailType, func(w *world) props {
			return trail(props{"cloudWatchLogsGroupArn": w.res["logs"].str("arn"), "cloudWatchLogsRoleArn": w.res["trail-role"].str("arn")})(w)
		}, `api error InvalidCloudWatchLogsLogGroupArnException: CloudTrail cannot validate the specified log group ARN.`},
		{"log group that is none", trailType, func(w *world) props {
			return trail(props{"cloudWatchLogsGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:none:*", "cloudWatchLogsRoleArn": w.res["trail-role"].str("arn")})(w)
		}, `InvalidCloudWatchLogsLogGroupArnException`},
		{"log group without a role", trailType, func(w *world) props {
			return trail(props{"cloudWatchLogsGroupArn": w.res["logs"].str("arn") + ":*"})(w)
		}, `api error InvalidCloudWatchLogsRoleArnException: You must specify a role ARN as well as a log group.`},
		{"role that does not trust the trail", trailType, func(w *world) props {
			return trail(props{"cloudWatchLogsGroupArn": w.res["logs"].str("arn") + ":*", "cloudWatchLogsRoleArn": w.res["exec"].str("arn")})(w)
		}, `InvalidCloudWatchLogsRoleArnException: Access denied. Verify in IAM that the role has adequate permissions.`},
		{"topic that is none", trailType, trail(props{"snsTopicName": "silence"}), `api error InsufficientSnsTopicPolicyException: SNS Topic does not exist or the topic policy is incorrect!`},
		{"name of another trail", trailType, trail(props{"name": "acme-audit"}), `api error TrailAlreadyExistsException: Trail acme-audit already exists for customer: 111122223333`},
		{"name with a space", trailType, trail(props{"name": "my trail"}), `name: InvalidTrailNameException: Trail name or ARN can only contain`},
		{"name with two dots", trailType, trail(props{"name": "my..trail"}), `Trail name can not have two adjacent periods, underscores or dashes.`},
		{"name too short", trailType, trail(props{"name": "ab"}), `name: expected length of name to be in the range (3 - 128), got ab`},
		{"both kinds of selectors", trailType, trail(props{"eventSelectors": []any{props{}}, "advancedEventSelectors": []any{props{"fieldSelectors": []any{field("eventCategory", "equals", "Management")}}}}),
			`advancedEventSelectors: "advancedEventSelectors": conflicts with eventSelectors`},
		{"selector without a category", trailType, selectors(props{"fieldSelectors": []any{field("resources.type", "equals", "AWS::S3::Object")}}),
			`advancedEventSelectors[0].fieldSelectors: InvalidEventSelectorsException: Field eventCategory must be set`},
		{"selector of data without a type", trailType, selectors(props{"fieldSelectors": []any{field("eventCategory", "equals", "Data")}}), `Field resources.type must be set, with one value of equals, when eventCategory is Data.`},
		{"selector of management with a type", trailType, selectors(props{"fieldSelectors": []any{field("eventCategory", "equals", "Management"), field("resources.type", "equals", "AWS::S3::Object")}}),
			`Fields resources.type and resources.ARN are not allowed when eventCategory is Management.`},
		{"selector by an unknown field", trailType, selectors(props{"fieldSelectors": []any{field("sourceIPAddress", "equals", "10.0.0.1")}}), `expected advancedEventSelectors.fieldSelectors.field to be one of`},
		{"insights without management events", trailType, trail(props{"insightSelectors": []any{props{"insightType": "ApiCallRateInsight"}},
			"advancedEventSelectors": []any{props{"fieldSelectors": []any{field("eventCategory", "equals", "Data"), field("resources.type", "equals", "AWS::S3::Object")}}}}),
			`insightSelectors: InvalidInsightSelectorsException: Insights events need a trail that logs management events.`},
		{"data events of an unknown type", trailType, trail(props{"eventSelectors": []any{props{"dataResources": []any{props{"type": "AWS::SQS::Queue", "values": []any{"arn:aws:sqs"}}}}}}),
			`expected eventSelectors.dataResources.type to be one of ["AWS::DynamoDB::Table" "AWS::Lambda::Function" "AWS::S3::Object"]`},
		{"trail of an organization", trailType, trail(props{"isOrganizationTrail": true}), `isOrganizationTrail: the simulated cloud does not simulate organizations`},
	})
}

func TestRefusesWrongLogBuckets(t *testing.T) {
	t.Parallel()
	const logging, object = "aws:s3/bucketLoggingV2:BucketLoggingV2", "aws:s3/bucketObjectv2:BucketObjectv2"
	lock := func(retention props) func(*world) props {
		return fixed(props{"bucket": "trail-logs", "rule": props{"defaultRetention": retention}})
	}
	refuses(t, []wrong{
		{"lock of a bucket without versions", lockType, fixed(props{"bucket": "config-logs"}), `api error InvalidBucketState: Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration`},
		{"lock of no bucket", lockType, fixed(props{"bucket": "nowhere"}), `api error NoSuchBucket`},
		{"lock without a mode", lockType, lock(props{"days": 1}), `rule.defaultRetention: MalformedXML: The XML you provided was not well-formed`},
		{"lock without a time", lockType, lock(props{"mode": "COMPLIANCE"}), `rule.defaultRetention: MalformedXML`},
		{"lock with two times", lockType, lock(props{"mode": "COMPLIANCE", "days": 1, "years": 1}), `rule.defaultRetention.days: "rule.defaultRetention.days": conflicts with rule.defaultRetention.years`},
		{"lock for no days", lockType, lock(props{"mode": "COMPLIANCE", "days": 0}), `InvalidArgument: Default retention period must be a positive integer value.`},
		{"lock for 101 years", lockType, lock(props{"mode": "COMPLIANCE", "years": 101}), `InvalidArgument: Default retention period too large`},
		{"lock in an unknown mode", lockType, lock(props{"mode": "STRICT", "days": 1}), `expected rule.defaultRetention.mode to be one of ["COMPLIANCE" "GOVERNANCE"], got STRICT`},
		{"suspended versions under a lock", "aws:s3/bucketVersioningV2:BucketVersioningV2", fixed(props{"bucket": "trail-logs", "versioningConfiguration": props{"status": "Suspended"}}),
			`api error InvalidBucketState: An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.`},
		{"access logs into no bucket", logging, changed("logging", props{"targetBucket": "nowhere"}), `api error InvalidTargetBucketForLogging: The target bucket for logging does not exist`},
		{"access logs into a locked bucket", logging, fixed(props{"bucket": "config-logs", "targetBucket": "trail-logs", "targetPrefix": ""}), `api error InvalidTargetBucketForLogging: The target bucket for logging can not have object lock enabled: trail-logs`},
		{"access logs into a bucket that does not let them in", logging, changed("logging", props{"targetBucket": "config-logs"}), `(the policy of config-logs lets logging.s3.amazonaws.com not write below "trail-logs/")`},
		{"object in no bucket", object, fixed(props{"bucket": "nowhere", "key": "a"}), `api error NoSuchBucket`},
		{"object with two contents", object, fixed(props{"bucket": "acme-data", "key": "a", "content": "a", "contentBase64": "YQ=="}), `content: "content": conflicts with contentBase64`},
		{"object that is no base64", object, fixed(props{"bucket": "acme-data", "key": "a", "contentBase64": "%"}), `contentBase64: error decoding content_base64`},
		{"locked object in a bucket without lock", object, fixed(props{"bucket": "acme-data", "key": "a", "objectLockMode": "COMPLIANCE", "objectLockRetainUntilDate": "2040-01-01T00:00:00Z"}),
			`api error InvalidRequest: Bucket is missing Object Lock Configuration`},
		{"retention without an end", object, fixed(props{"bucket": "trail-logs", "key": "a", "objectLockMode": "COMPLIANCE"}), `x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied`},
	})
}

func TestRefusesWrongConfigurationRecorders(t *testing.T) {
	t.Parallel()
	const recorder, status, retention = "aws:cfg/recorder:Recorder", "aws:cfg/recorderStatus:RecorderStatus", "aws:cfg/retentionConfiguration:RetentionConfiguration"
	group := func(changes props) func(*world) props { return changed("recorder", props{"recordingGroup": changes}) }
	const invalid = `InvalidRecordingGroupException: The recording group provided is not valid`
	refuses(t, []wrong{
		{"second recorder", recorder, changed("recorder", props{"name": "second"}), `api error MaxNumberOfConfigurationRecordersExceededException: Failed to put configuration recorder 'second' because the maximum number of configuration recorders: 1 is reached.`},
		{"role of another account", recorder, changed("recorder", props{"roleArn": "arn:aws:iam::444455556666:role/config"}), `api error InvalidRoleException: The IAM role used is invalid: arn:aws:iam::444455556666:role/config is no role of account 111122223333`},
		{"role that is none", recorder, changed("recorder", props{"roleArn": "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"}), `must exist and trust config.amazonaws.com`},
		{"role for something else", recorder, func(w *world) props { return changed("recorder", props{"roleArn": w.res["exec"].str("arn")})(w) }, `must exist and trust config.amazonaws.com`},
		{"global types without all", recorder, group(props{"allSupported": false, "includeGlobalResourceTypes": true, "resourceTypes": []any{"AWS::S3::Bucket"}}), `recordingGroup.includeGlobalResourceTypes: ` + invalid},
		{"types with all", recorder, group(props{"resourceTypes": []any{"AWS::S3::Bucket"}}), `recordingGroup.resourceTypes: ` + invalid},
		{"neither types nor all", recorder, group(props{"allSupported": false}), `recordingGroup: ` + invalid},
		{"exclusion without its strategy", recorder, group(props{"allSupported": false, "exclusionByResourceTypes": []any{props{"resourceTypes": []any{"AWS::S3::Bucket"}}}}), `recordingGroup.recordingStrategies: ` + invalid},
		{"second channel", channelType, changed("channel", props{"name": "second"}), `api error MaxNumberOfDeliveryChannelsExceededException: Failed to put delivery channel 'second'`},
		{"channel into no bucket", channelType, changed("channel", props{"s3BucketName": "nowhere"}), `api error NoSuchBucketException: Cannot find a S3 bucket with name 'nowhere'.`},
		{"channel into a bucket of other logs", channelType, changed("channel", props{"s3BucketName": "access-logs", "s3KmsKeyArn": nil}),
			`api error InsufficientDeliveryPolicyException: Insufficient delivery policy to s3 bucket: access-logs, unable to write to bucket, provided s3 key prefix is 'null', provided kms key is 'null'.`},
		{"channel into a bucket with a default retention", channelType, changed("channel", props{"s3BucketName": "trail-logs"}), `AWS Config cannot deliver to a bucket with a default retention of object lock`},
		{"channel with a key that does not let it in", channelType, func(w *world) props { return changed("channel", props{"s3KmsKeyArn": quietKey(w, "quiet")})(w) }, `the policy of the key must let config.amazonaws.com do kms:GenerateDataKey`},
		{"channel to no topic", channelType, changed("channel", props{"snsTopicArn": "arn:aws:sns:us-east-1:111122223333:none"}), `api error InvalidSNSTopicARNException`},
		{"channel every minute", channelType, changed("channel", props{"snapshotDeliveryProperties": props{"deliveryFrequency": "One_Minute"}}), `to be one of ["One_Hour" "Three_Hours" "Six_Hours" "Twelve_Hours" "TwentyFour_Hours"]`},
		{"status of no recorder", status, fixed(props{"name": "second", "isEnabled": true}), `api error NoSuchConfigurationRecorderException: Cannot find configuration recorder with the specified name 'second'.`},
		{"status that the provider names", status, fixed(props{"isEnabled": true}), `NoSuchConfigurationRecorderException`},
		{"retention of 8 years", retention, fixed(props{"retentionPeriodInDays": 2922}), `retentionPeriodInDays: expected retentionPeriodInDays to be in the range (30 - 2557), got 2922`},
	})
}

func TestRefusesWrongConformancePacks(t *testing.T) {
	t.Parallel()
	pack := func(body string) func(*world) props { return fixed(props{"name": "wrong", "templateBody": body}) }
	rule := func(properties string) string {
		return "Resources: {One: {Type: 'AWS::Config::ConfigRule', Properties: {" + properties + "}}}"
	}
	const source = `Source: {Owner: AWS, SourceIdentifier: ROOT_ACCOUNT_MFA_ENABLED}`
	refuses(t, []wrong{
		{"pack without a template", packType, fixed(props{"name": "wrong"}), `templateBody: "templateBody": one of`},
		{"pack that is no YAML", packType, pack("Resources: {"), `templateBody: "templateBody" contains an invalid YAML or JSON`},
		{"pack too long", packType, pack(strings.Repeat("#", 51201)), `templateBody: expected length of templateBody to be in the range (1 - 51200), got 51201`},
		{"pack with 131 rules", packType, pack(packOf(131)), `api error ConformancePackTemplateValidationException: The conformance pack template has 131 rules, at most 130 are allowed`},
		{"pack without rules", packType, pack("Parameters: {}"), `ConformancePackTemplateValidationException: The template has no Resources`},
		{"pack with a bucket", packType, pack("Resources: {One: {Type: 'AWS::S3::Bucket'}}"), `Resources.One: Unsupported resource type "AWS::S3::Bucket"`},
		{"rule without a name", packType, pack(rule(source)), `Resources.One: ConfigRuleName is required`},
		{"rule without a source", packType, pack(rule("ConfigRuleName: one")), `Resources.One: Source.Owner is "", want AWS, CUSTOM_LAMBDA or CUSTOM_POLICY`},
		{"rule of a name in words", packType, pack(rule("ConfigRuleName: one, Source: {Owner: AWS, SourceIdentifier: root-account-mfa-enabled}")), `Source.SourceIdentifier "root-account-mfa-enabled" is no managed rule's`},
		{"rule with a list", packType, pack(rule("ConfigRuleName: one, InputParameters: {ports: [22, 3389]}, " + source)), `InputParameters.ports must be a string, a number or a boolean, not a list`},
		{"rule with an undeclared parameter", packType, pack(rule("ConfigRuleName: one, InputParameters: {age: {Ref: Age}}, " + source)), `InputParameters.age refers to the parameter Age, which the template does not declare`},
		{"two rules of one name", packType, pack(strings.ReplaceAll(packOf(2), "rule-1", "rule-0")), `ConfigRuleName rule-0 is that of Rule0 already`},
		{"rule with a hyphen", packType, pack(strings.Replace(packOf(1), "Rule0", "Rule-0", 1)), `Resources.Rule-0: Resource names must be alphanumeric`},
		{"value of an undeclared parameter", packType, changed("pack", props{"name": "wrong", "inputParameters": []any{props{"parameterName": "Age", "parameterValue": "90"}}}), `inputParameters[0].parameterName: ConformancePackTemplateValidationException: Parameters: [Age] do not exist in the template`},
		{"pack name with a space", packType, changed("pack", props{"name": "my pack"}), `must contain only alphanumeric and hyphen characters`},
		{"pack from S3", packType, fixed(props{"name": "wrong", "templateS3Uri": "s3://x/y"}), `the simulated cloud does not simulate "templateS3Uri"; use templateBody`},
	})
}

// TestConfigurationKeepsItsOrder makes and removes the recorder's parts in the wrong order.
func TestConfigurationKeepsItsOrder(t *testing.T) {
	t.Parallel()
	c := oneCloud(t)
	role := c.create(roleType, "config", props{"assumeRolePolicy": strings.Replace(trustPolicy, "ecs-tasks", "config", 1)})
	c.create(bucketType, "logs", props{"bucket": "config-only"})
	c.create(policyType, "logs", props{"bucket": "config-only", "policy": document(writes("config.amazonaws.com", "config-only", "AWSLogs/"))})
	channel := props{"name": "default", "s3BucketName": "config-only"}
	refused := func(typ string, in props, want string) {
		t.Helper()
		if _, err := c.try(typ, "early", in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s too early: %v, want %s", typ, err, want)
		}
	}
	refused(channelType, channel, "api error NoAvailableConfigurationRecorderException: Configuration recorder is not available to put delivery channel.")
	rec := c.create("aws:cfg/recorder:Recorder", "recorder", props{"name": "default", "roleArn": role.str("arn")})
	status := props{"name": "default", "isEnabled": true}
	refused("aws:cfg/recorderStatus:RecorderStatus", status, "api error NoAvailableDeliveryChannelException: Delivery channel is not available to start configuration recorder.")
	refused(packType, props{"name": "p", "templateBody": packBody}, "api error NoRunningConfigurationRecorderException")
	ch := c.create(channelType, "channel", channel)
	on := c.create("aws:cfg/recorderStatus:RecorderStatus", "status", status)
	c.create(packType, "pack", props{"name": "p", "templateBody": packBody})
	if err := c.delete(ch); err == nil || !strings.Contains(err.Error(), "api error LastDeliveryChannelDeleteFailedException: Failed to delete last specified delivery channel with name 'default', because there is a running configuration recorder.") {
		t.Errorf("delete of the channel of a running recorder: %v", err)
	}
	if err := c.update(on, with(status, props{"isEnabled": false})); err != nil {
		t.Fatal(err)
	}
	for _, m := range []*made{ch, rec} {
		if err := c.delete(m); err != nil {
			t.Errorf("delete %s after the recorder has stopped: %v", m.URN, err)
		}
	}
	if got := c.read(on.URN, on.ID); got.ID != "" {
		t.Error("the status outlives its recorder")
	}
}

// TestRoleOfItsOwnMayDeliver: a recorder's role may have the right that the bucket's policy does not give the service.
func TestRoleOfItsOwnMayDeliver(t *testing.T) {
	t.Parallel()
	c := oneCloud(t)
	role := c.create(roleType, "config", props{"name": "config", "assumeRolePolicy": strings.Replace(trustPolicy, "ecs-tasks", "config", 1)})
	c.create("aws:cfg/recorder:Recorder", "recorder", props{"name": "default", "roleArn": role.str("arn")})
	c.create(bucketType, "logs", props{"bucket": "role-logs"})
	channel := props{"name": "default", "s3BucketName": "role-logs"}
	if _, err := c.try(channelType, "early", channel); err == nil || !strings.Contains(err.Error(), "InsufficientDeliveryPolicyException") {
		t.Errorf("delivery without any right: %v", err)
	}
	p := c.create("aws:iam/policy:Policy", "put", props{"policy": document(`{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::role-logs/AWSLogs/*"}`)})
	c.create("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "put", props{"role": "config", "policyArn": p.ID})
	c.create(channelType, "channel", channel)
}

// TestLockedObjectsStay deletes objects and buckets under object lock.
func TestLockedObjectsStay(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	c := connect(t, serve(t, cloud), "dev", accountA, "us-east-1")
	for _, mode := range []string{"COMPLIANCE", "GOVERNANCE"} {
		name := strings.ToLower(mode) + "-logs"
		b := c.create(bucketType, name, props{"bucket": name, "objectLockEnabled": true, "forceDestroy": true})
		c.create(lockType, name, props{"bucket": name, "rule": props{"defaultRetention": props{"mode": mode, "days": 1}}})
		o := c.create("aws:s3/bucketObjectv2:BucketObjectv2", name, props{"bucket": name, "key": "log", "content": "x"})
		if o.str("objectLockMode") != mode || o.str("objectLockRetainUntilDate") == "" || o.str("versionId") == "" {
			t.Errorf("an object in a %s bucket is made as %v", mode, o.Out)
		}
		if err := c.delete(o); err == nil || !strings.Contains(err.Error(), "api error AccessDenied: Access Denied because object protected by object lock.") {
			t.Errorf("delete of an object under %s: %v", mode, err)
		}
		if err := cloud.PutBucketObject(context.Background(), name, "other"); err != nil {
			t.Fatal(err)
		}
		err := c.delete(b)
		if mode == "COMPLIANCE" && (err == nil || !strings.Contains(err.Error(), "object protected by object lock")) {
			t.Errorf("forced delete of a bucket under COMPLIANCE: %v", err)
		}
		if mode == "GOVERNANCE" && err != nil {
			t.Errorf("forced delete of a bucket under GOVERNANCE: %v", err)
		}
	}
	locked := c.create(bucketType, "plain", props{"bucket": "plain-data"})
	if d := c.diff(locked, with(locked.In, props{"objectLockEnabled": true})); fmt.Sprint(d.GetReplaces()) != "[objectLockEnabled]" {
		t.Errorf("object lock on an old bucket replaces %v", d.GetReplaces())
	}
}

// TestLogsAndTheirRegion: access logs stay in the region of the bucket, a trail may write into another.
func TestLogsAndTheirRegion(t *testing.T) {
	t.Parallel()
	server := serve(t, openCloud(t, simcloud.Options{}))
	east, west := connect(t, server, "dev", accountA, "us-east-1"), connect(t, server, "dev", accountA, "us-west-2")
	west.create(bucketType, "west", props{"bucket": "west-logs"})
	west.create(policyType, "west", props{"bucket": "west-logs", "policy": document(writes("logging.s3.amazonaws.com", "west-logs", "") + "," + writes("cloudtrail.amazonaws.com", "west-logs", ""))})
	east.create(bucketType, "east", props{"bucket": "east-data"})
	_, err := east.try("aws:s3/bucketLoggingV2:BucketLoggingV2", "logging", props{"bucket": "east-data", "targetBucket": "west-logs", "targetPrefix": ""})
	if err == nil || !strings.Contains(err.Error(), "api error CrossLocationLoggingProhibited: Cross S3 location logging not allowed.") {
		t.Errorf("access logs into another region: %v", err)
	}
	trail := props{"name": "everywhere", "s3BucketName": "west-logs", "isMultiRegionTrail": true}
	east.create(trailType, "trail", trail)
	if _, err := west.try(trailType, "trail", trail); err == nil || !strings.Contains(err.Error(), "TrailAlreadyExistsException") {
		t.Errorf("a trail of the name of one that is in every region: %v", err)
	}
}

// TestLogTargetOutlivesWhoLogsThere: a bucket that others log to may go, and their configuration stays.
func TestLogTargetOutlivesWhoLogsThere(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	logging := w.res["logging"]
	if err := w.delete(w.byURN(bucketType, "access-logs")); err != nil {
		t.Fatal(err)
	}
	if got := w.read(logging.URN, logging.ID); got.ID == "" {
		t.Error("the logging of a bucket went with the bucket that it logs to")
	}
	if err := w.delete(w.byURN(bucketType, "trail-logs")); err != nil {
		t.Fatal(err)
	}
	if got := w.read(logging.URN, logging.ID); got.ID != "" {
		t.Error("the logging of a bucket outlives it")
	}
}
