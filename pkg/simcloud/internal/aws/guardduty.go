package aws

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

const guardDuty = "guardduty.amazonaws.com"

func guardDutyFault(format string, a ...any) error {
	return resource.Faultf("BadRequestException", format, a...)
}

func detector() *resource.Kind {
	return &resource.Kind{
		Token: tokDetector, Service: "GuardDuty", Noun: "GuardDuty Detector", CreateOp: "CreateDetector", UpdateOp: "UpdateDetector", DeleteOp: "DeleteDetector",
		Rules: schema.Rules{
			Computed:    []string{"findingPublishingFrequency"},
			Defaults:    map[string]any{"enable": true},
			Enums:       map[string][]string{"findingPublishingFrequency": {"FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"}},
			Unsimulated: map[string]string{"datasources": ", which is deprecated; use guardduty.DetectorFeature"},
		},
		Identify: func(c *resource.Call) error {
			if inRegion(c) > 0 {
				return guardDutyFault("The request is rejected because a detector already exists for the current account.")
			}
			c.Obj.ID = c.Hex("detector", 32)
			c.Obj.ARN = fmt.Sprintf("arn:aws:guardduty:%s:%s:detector/%s", c.Region, c.Account, c.Obj.ID)
			c.Out("accountId", c.Account)
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("findingPublishingFrequency", "SIX_HOURS")
			return nil
		},
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokDetectorFeature, tokPublishing))
			return nil
		},
	}
}

func needDetector(c *resource.Call) error {
	if c.Regional(tokDetector, c.In.Str("detectorId")) == nil {
		return guardDutyFault("The request is rejected because the input detectorId is not owned by the current account.")
	}
	return nil
}

// additionalFeatures are what a feature can be told beyond on and off. Source:
// docs.aws.amazon.com/guardduty/latest/APIReference/API_DetectorFeatureConfiguration.html.
func additionalFeatures(feature string) []string {
	switch feature {
	case "RUNTIME_MONITORING":
		return []string{"EC2_AGENT_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EKS_ADDON_MANAGEMENT"}
	case "EKS_RUNTIME_MONITORING":
		return []string{"EKS_ADDON_MANAGEMENT"}
	}
	return nil
}

func detectorFeature() *resource.Kind {
	return &resource.Kind{
		Token: tokDetectorFeature, Service: "GuardDuty", Noun: "GuardDuty Detector Feature", CreateOp: "UpdateDetector", UpdateOp: "UpdateDetector", DeleteOp: "UpdateDetector",
		Upsert: true, // every detector has every feature, on or off
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"detectorId", "name"}, Why: "together they are the feature"}},
			Sets:     []string{"additionalConfigurations"},
		},
		Validate: checkDetectorFeature,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("detectorId") + "/" + c.In.Str("name")
			return nil
		},
		Apply: func(c *resource.Call) error {
			if err := needDetector(c); err != nil {
				return err
			}
			return checkRuntimeMonitoring(c)
		},
	}
}

// checkRuntimeMonitoring refuses to enable both features that watch what runs: one includes the other.
func checkRuntimeMonitoring(c *resource.Call) error {
	others := map[string]string{"RUNTIME_MONITORING": "EKS_RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING": "RUNTIME_MONITORING"}
	k := c.Obj.Key
	k.ID = c.In.Str("detectorId") + "/" + others[c.In.Str("name")]
	if o := c.Tx.Get(k); o != nil && prop(o, "status") == "ENABLED" && c.In.Str("status") == "ENABLED" {
		return guardDutyFault("The request failed because both EKS_RUNTIME_MONITORING and RUNTIME_MONITORING were specified: RUNTIME_MONITORING includes the other.")
	}
	return nil
}

func checkDetectorFeature(v *resource.Validation) {
	allowed, told := additionalFeatures(v.In.Str("name")), []string{}
	if !v.In.Known("name") || unknown(v.In, "additionalConfigurations") {
		return
	}
	for i, a := range v.In.Objs("additionalConfigurations") {
		path, name := fmt.Sprintf("additionalConfigurations[%d].name", i), a.Str("name")
		if !slices.Contains(allowed, name) {
			v.Fail(path, "BadRequestException: The request is rejected because the additional configuration %s is not one of feature %s (%s).", name, v.In.Str("name"), strings.Join(allowed, ", "))
		}
		if slices.Contains(told, name) {
			v.Fail(path, "BadRequestException: The request is rejected because the additional configuration %s is given twice.", name)
		}
		told = append(told, name)
	}
	if missing := slices.DeleteFunc(slices.Clone(allowed), func(a string) bool { return slices.Contains(told, a) }); len(missing) > 0 {
		v.Warn("additionalConfigurations", "GuardDuty answers with every additional configuration of %s; the real provider then finds a difference in every deployment: say %s too, ENABLED or DISABLED",
			v.In.Str("name"), strings.Join(missing, ", "))
	}
}

func publishingDestination() *resource.Kind {
	return &resource.Kind{
		Token: tokPublishing, Service: "GuardDuty", Noun: "GuardDuty Publishing Destination",
		CreateOp: "CreatePublishingDestination", UpdateOp: "UpdatePublishingDestination", DeleteOp: "DeletePublishingDestination",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"detectorId"}, Why: "it is the detector's"}},
			Defaults: map[string]any{"destinationType": "S3"},
			Enums:    map[string][]string{"destinationType": {"S3"}},
			Formats:  map[string]schema.Format{"destinationArn": schema.ARN, "kmsKeyArn": schema.ARN},
		},
		Identify: func(c *resource.Call) error {
			if d := c.Regional(tokDetector, c.In.Str("detectorId")); d != nil && c.Tx.CountReferrers(d.Key, tokPublishing) > 0 {
				return guardDutyFault("The request failed because a publishing destination of this type already exists.")
			}
			c.Obj.ID = c.In.Str("detectorId") + ":" + c.Hex("destination", 32)
			return nil
		},
		Apply: func(c *resource.Call) error {
			if err := needDetector(c); err != nil {
				return err
			}
			return checkPublishing(c)
		},
	}
}

// checkPublishing holds what docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html asks of the bucket
// and the key.
func checkPublishing(c *resource.Call) error {
	refuse := func(why string) error {
		return guardDutyFault("The request failed because the GuardDuty service principal does not have permission to the KMS key or the resource specified by the destinationArn parameter. "+
			"Refer to the instructions in the GuardDuty User Guide on how to set up the permissions. (%s)", why)
	}
	path, isBucket := strings.CutPrefix(c.In.Str("destinationArn"), "arn:aws:s3:::")
	name, prefix, _ := strings.Cut(path, "/")
	b := findBucket(c, name)
	if !isBucket || b == nil {
		return refuse("there is no bucket " + c.In.Str("destinationArn"))
	}
	call := newServiceCall(c, guardDuty, "s3:GetBucketLocation", b.ARN, fmt.Sprintf("arn:aws:guardduty:%s:%s:detector/%s", c.Region, c.Account, c.In.Str("detectorId")))
	object := strings.TrimSuffix(b.ARN+"/"+strings.Trim(prefix, "/"), "/") + "/AWSLogs/" + c.Account + "/GuardDuty/findings"
	policy := bucketPolicyOf(c, b)
	if !call.allowedBy(policy) || !call.on("s3:PutObject", object).allowedBy(policy) {
		return refuse("the policy of the bucket must let " + guardDuty + " do s3:GetBucketLocation and s3:PutObject")
	}
	key, err := needKey(c, c.In.Str("kmsKeyArn"))
	if err != nil || key.Region != b.Region {
		return refuse("the key must exist in the region of the bucket")
	}
	if !call.on("kms:GenerateDataKey", key.ARN).allowedBy(prop(key, "policy")) {
		return refuse("the policy of the key must let " + guardDuty + " do kms:GenerateDataKey")
	}
	return nil
}
