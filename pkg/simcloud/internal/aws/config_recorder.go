package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

const configService = "config.amazonaws.com"

// configNaming is the naming of recorders and channels. Pulumi names them like everything else; the "default" of
// AWS's documentation is what a program has to write.
func configNaming() *resource.Naming { return &resource.Naming{Property: "name", Max: 255} }

func recorder() *resource.Kind {
	return &resource.Kind{
		Token: tokRecorder, Service: "Config Service", Noun: "ConfigService Configuration Recorder",
		CreateOp: "PutConfigurationRecorder", UpdateOp: "PutConfigurationRecorder", DeleteOp: "DeleteConfigurationRecorder",
		Upsert: true, // putting a recorder of the same name changes the one that is there
		Naming: configNaming(),
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "a recorder is its name"}},
			Computed: []string{"recordingGroup", "recordingMode"},
			Sets:     []string{"recordingGroup.resourceTypes", "recordingGroup.exclusionByResourceTypes.resourceTypes", "recordingMode.recordingModeOverride.resourceTypes"},
			Enums: map[string][]string{
				"recordingGroup.recordingStrategies.useOnly":             {"ALL_SUPPORTED_RESOURCE_TYPES", "INCLUSION_BY_RESOURCE_TYPES", "EXCLUSION_BY_RESOURCE_TYPES"},
				"recordingMode.recordingFrequency":                       {"CONTINUOUS", "DAILY"},
				"recordingMode.recordingModeOverride.recordingFrequency": {"CONTINUOUS", "DAILY"},
			},
			Lengths: map[string]schema.Range{"name": {Min: 0, Max: 256}},
			Formats: map[string]schema.Format{"roleArn": schema.ARN},
		},
		Validate: checkRecordingGroup,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			other := c.Tx.Tally(tokRecorder, c.Account, c.Region) > 0 && c.Tx.Get(c.Obj.Key) == nil
			if other { // a quota that nobody raises
				return resource.Faultf("MaxNumberOfConfigurationRecordersExceededException", "Failed to put configuration recorder '%s' because the maximum number of configuration recorders: 1 is reached.", c.Obj.ID)
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("recordingGroup", map[string]any{"allSupported": true, "includeGlobalResourceTypes": false})
			c.Default("recordingMode", map[string]any{"recordingFrequency": "CONTINUOUS"})
			arn := c.In.Str("roleArn")
			if !strings.HasPrefix(arn, fmt.Sprintf("arn:aws:iam::%s:role/", c.Account)) {
				return resource.Faultf("InvalidRoleException", "The IAM role used is invalid: %s is no role of account %s", arn, c.Account)
			}
			r := roleByARN(c, arn)
			if r == nil || !linkedTo(arn, configService) && !trusts(r, configService) {
				return resource.Faultf("InvalidRoleException", "The IAM role used is invalid: %s must exist and trust %s", arn, configService)
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokRecorderStatus))
			return nil
		},
	}
}

// checkRecordingGroup follows docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html.
func checkRecordingGroup(v *resource.Validation) {
	const invalid = "InvalidRecordingGroupException: The recording group provided is not valid"
	if unknown(v.In, "recordingGroup") || !v.In.Has("recordingGroup") {
		return
	}
	g := v.In.Obj("recordingGroup")
	all := g.Bool("allSupported") || !g.Has("allSupported")
	strategy := ""
	if s := g.Objs("recordingStrategies"); len(s) > 0 {
		strategy = s[0].Str("useOnly")
	}
	excludes := g.Len("exclusionByResourceTypes") > 0
	switch {
	case all && g.Len("resourceTypes") > 0:
		v.Fail("recordingGroup.resourceTypes", "%s (resourceTypes with allSupported)", invalid)
	case all && excludes:
		v.Fail("recordingGroup.exclusionByResourceTypes", "%s (exclusions with allSupported)", invalid)
	case !all && g.Bool("includeGlobalResourceTypes"):
		v.Fail("recordingGroup.includeGlobalResourceTypes", "%s (includeGlobalResourceTypes needs allSupported)", invalid)
	case !all && g.Len("resourceTypes") == 0 && !excludes:
		v.Fail("recordingGroup", "%s (neither allSupported nor resource types)", invalid)
	case strategy == "EXCLUSION_BY_RESOURCE_TYPES" && !excludes, excludes && strategy != "EXCLUSION_BY_RESOURCE_TYPES":
		v.Fail("recordingGroup.recordingStrategies", "%s (exclusions need the strategy EXCLUSION_BY_RESOURCE_TYPES, and it needs them)", invalid)
	case strategy == "ALL_SUPPORTED_RESOURCE_TYPES" && !all:
		v.Fail("recordingGroup.recordingStrategies", "%s (ALL_SUPPORTED_RESOURCE_TYPES without allSupported)", invalid)
	}
}

func deliveryChannel() *resource.Kind {
	return &resource.Kind{
		Token: tokChannel, Service: "Config Service", Noun: "ConfigService Delivery Channel",
		CreateOp: "PutDeliveryChannel", UpdateOp: "PutDeliveryChannel", DeleteOp: "DeleteDeliveryChannel",
		Upsert: true, // putting a channel of the same name changes the one that is there
		Naming: configNaming(),
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "a channel is its name"}},
			Enums: map[string][]string{"snapshotDeliveryProperties.deliveryFrequency": {
				"One_Hour", "Three_Hours", "Six_Hours", "Twelve_Hours", "TwentyFour_Hours",
			}},
			Lengths: map[string]schema.Range{"name": {Min: 0, Max: 256}},
			Formats: map[string]schema.Format{"s3KmsKeyArn": schema.ARN, "snsTopicArn": schema.ARN},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			if c.Tx.Tally(tokChannel, c.Account, c.Region) > 0 && c.Tx.Get(c.Obj.Key) == nil {
				return resource.Faultf("MaxNumberOfDeliveryChannelsExceededException", "Failed to put delivery channel '%s' because the maximum number of delivery channels: 1 is reached.", c.Obj.ID)
			}
			return nil
		},
		Apply: applyChannel,
		Remove: func(c *resource.Call) error {
			if running(c) != nil {
				return resource.Faultf("LastDeliveryChannelDeleteFailedException", "Failed to delete last specified delivery channel with name '%s', because there is a running configuration recorder.", c.Obj.ID)
			}
			return nil
		},
	}
}

// only is the one thing of a type that the caller's account has in its region, or nil.
func only(c *resource.Call, token string) *store.Object {
	var found *store.Object
	c.Tx.Each(token, c.Account, c.Region, func(o *store.Object) bool { found = o; return false })
	if found == nil {
		return nil
	}
	return c.Find(found.Key)
}

// running is the status of the recorder of the caller's region when it records; nil when none does.
func running(c *resource.Call) *store.Object {
	s := only(c, tokRecorderStatus)
	if s == nil || !resource.Props(s.Outputs).Bool("isEnabled") {
		return nil
	}
	return s
}

// applyChannel holds what docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html and kms-key-policy.html
// ask of the bucket and the key.
func applyChannel(c *resource.Call) error {
	rec := only(c, tokRecorder)
	if rec == nil || c.Use(rec.Key) == nil {
		return resource.Faultf("NoAvailableConfigurationRecorderException", "Configuration recorder is not available to put delivery channel.")
	}
	name := c.In.Str("s3BucketName")
	b := findBucket(c, name)
	if b == nil {
		return resource.Faultf("NoSuchBucketException", "Cannot find a S3 bucket with name '%s'.", name)
	}
	if arn := c.In.Str("snsTopicArn"); arn != "" && findTopic(c, arn) == nil && topicElsewhere(c, arn) == nil {
		return resource.Faultf("InvalidSNSTopicARNException", "The sns topic arn '%s' is not valid.", arn)
	}
	return checkDelivery(c, rec, b)
}

// checkDelivery refuses a bucket or key that the recorder's role may not use. A role that is linked to the service
// acts as the service; another one needs rights of its own.
func checkDelivery(c *resource.Call, rec, b *store.Object) error {
	prefix, key := c.In.Str("s3KeyPrefix"), c.In.Str("s3KmsKeyArn")
	refuse := func(why string) error {
		quoted := func(s string) string {
			if s == "" {
				return "null"
			}
			return s
		}
		return resource.Faultf("InsufficientDeliveryPolicyException", "Insufficient delivery policy to s3 bucket: %s, unable to write to bucket, provided s3 key prefix is '%s', provided kms key is '%s'. (%s)",
			b.ID, quoted(prefix), quoted(key), why)
	}
	role, linked := roleByARN(c, prop(rec, "roleArn")), linkedTo(prop(rec, "roleArn"), configService)
	if role == nil {
		return resource.Faultf("InsufficientDeliveryPolicyException", "Insufficient delivery policy to s3 bucket: %s, unable to assume role: %s", b.ID, prop(rec, "roleArn"))
	}
	if lockOf(c.Tx, b, c.Now).Mode != "" {
		return refuse("AWS Config cannot deliver to a bucket with a default retention of object lock")
	}
	if prefix != "" {
		prefix = strings.TrimSuffix(prefix, "/") + "/"
	}
	object := fmt.Sprintf("arn:aws:s3:::%s/%sAWSLogs/%s/Config/ConfigWritabilityCheckFile", b.ID, prefix, c.Account)
	call := newServiceCall(c, configService, "s3:PutObject", object, fmt.Sprintf("arn:aws:config:%s:%s:delivery-channel", c.Region, c.Account))
	policy := bucketPolicyOf(c, b)
	asService := call.allowedBy(policy) && call.on("s3:GetBucketAcl", b.ARN).allowedBy(policy)
	if !asService && (linked || !roleMay(c, role, "s3:PutObject", object)) {
		return refuse("the policy of the bucket must let " + configService + " do s3:GetBucketAcl, and s3:PutObject below AWSLogs/" + c.Account + "/Config/")
	}
	if key == "" {
		return nil
	}
	k, err := needKey(c, key)
	if err != nil {
		return refuse("there is no such key in the region")
	}
	if !call.on("kms:GenerateDataKey", k.ARN).allowedBy(prop(k, "policy")) && (linked || !roleMay(c, role, "kms:GenerateDataKey", k.ARN)) {
		return refuse("the policy of the key must let " + configService + " do kms:GenerateDataKey")
	}
	return nil
}

func recorderStatus() *resource.Kind {
	return &resource.Kind{
		Token: tokRecorderStatus, Service: "Config Service", Noun: "ConfigService Configuration Recorder Status",
		CreateOp: "StartConfigurationRecorder", UpdateOp: "StartConfigurationRecorder", DeleteOp: "StopConfigurationRecorder",
		Upsert: true, // starting what runs is no error
		Naming: configNaming(),
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "it is the recorder's"}},
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("name"); return nil },
		Apply: func(c *resource.Call) error {
			name := c.In.Str("name")
			if c.Regional(tokRecorder, name) == nil {
				return resource.Faultf("NoSuchConfigurationRecorderException", "Cannot find configuration recorder with the specified name '%s'.", name)
			}
			if !c.In.Bool("isEnabled") {
				return nil
			}
			if channel := only(c, tokChannel); channel == nil || c.Use(channel.Key) == nil {
				return resource.Faultf("NoAvailableDeliveryChannelException", "Delivery channel is not available to start configuration recorder.")
			}
			return nil
		},
	}
}

func retentionConfiguration() *resource.Kind {
	return &resource.Kind{
		Token: tokRetention, Service: "Config Service", Noun: "ConfigService Retention Configuration",
		CreateOp: "PutRetentionConfiguration", UpdateOp: "PutRetentionConfiguration", DeleteOp: "DeleteRetentionConfiguration",
		Upsert: true, // a region has one, which is called default
		Rules:  schema.Rules{Ranges: map[string]schema.Range{"retentionPeriodInDays": {Min: 30, Max: 2557}}},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "default"
			c.Out("name", c.Obj.ID)
			return nil
		},
	}
}
