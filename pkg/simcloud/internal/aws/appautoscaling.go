package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func scalingTarget() *resource.Kind {
	return &resource.Kind{
		Token: tokScalingTarget, Service: "Application Auto Scaling", Noun: "Application AutoScaling Target", CreateOp: "RegisterScalableTarget", UpdateOp: "RegisterScalableTarget", DeleteOp: "DeregisterScalableTarget",
		Upsert: true, // registering again changes the target that is there
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"resourceId", "scalableDimension", "serviceNamespace"}, Why: "together they are what identifies a target"}},
			Computed: []string{"roleArn", "suspendedState"},
			Enums:    map[string][]string{"serviceNamespace": {"ecs"}, "scalableDimension": {"ecs:service:DesiredCount"}},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("minCapacity") && v.In.Known("maxCapacity") && v.In.Int("minCapacity") > v.In.Int("maxCapacity") {
				v.Fail("maxCapacity", "ValidationException: Maximum capacity cannot be less than minimum capacity")
			}
			if v.In.Int("minCapacity") < 0 {
				v.Fail("minCapacity", "ValidationException: Minimum capacity cannot be less than 0")
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("resourceId")
			c.Obj.ARN = fmt.Sprintf("arn:aws:application-autoscaling:%s:%s:scalable-target/0ec5%s", c.Region, c.Account, c.Hex("target", 28))
			c.ImportAs(c.In.Str("serviceNamespace") + "/" + c.Obj.ID + "/" + c.In.Str("scalableDimension"))
			return nil
		},
		Apply: func(c *resource.Call) error {
			if needServiceByID(c, c.In.Str("resourceId")) == nil {
				return resource.Faultf("ValidationException", "ECS service doesn't exist: %s", c.In.Str("resourceId"))
			}
			c.Default("roleArn", fmt.Sprintf("arn:aws:iam::%s:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService", c.Account))
			c.Default("suspendedState", map[string]any{"dynamicScalingInSuspended": false, "dynamicScalingOutSuspended": false, "scheduledScalingSuspended": false})
			return nil
		},
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokScalingPolicy, tokScheduledAction))
			return nil
		},
	}
}

// needServiceByID returns the service of a resource id: service/<cluster>/<name>.
func needServiceByID(c *resource.Call, id string) *store.Object {
	if !strings.HasPrefix(id, "service/") {
		return nil
	}
	return c.Regional(tokService, ecsARN(c, id))
}

func scalingPolicy() *resource.Kind {
	metric := "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType"
	return &resource.Kind{
		Token: tokScalingPolicy, Service: "Application Auto Scaling", Noun: "Application AutoScaling Scaling Policy", CreateOp: "PutScalingPolicy", UpdateOp: "PutScalingPolicy", DeleteOp: "DeleteScalingPolicy",
		Upsert: true, // putting a policy of the same name changes the one that is there
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "resourceId", "scalableDimension", "serviceNamespace"}, Why: "together they are what identifies a policy"}},
			Defaults: map[string]any{"policyType": "StepScaling"},
			Enums: map[string][]string{
				"policyType": {"StepScaling", "TargetTrackingScaling"}, "serviceNamespace": {"ecs"}, "scalableDimension": {"ecs:service:DesiredCount"},
				metric: {"ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization", "ALBRequestCountPerTarget"},
			},
			Lengths: map[string]schema.Range{"name": {Min: 1, Max: 255}},
		},
		Validate: checkScalingPolicy,
		Identify: func(c *resource.Call) error {
			name := c.In.Str("name")
			c.Obj.ID = fmt.Sprintf("arn:aws:autoscaling:%s:%s:scalingPolicy:%s:resource/ecs/%s:policyName/%s", c.Region, c.Account, c.UUID("policy"), c.In.Str("resourceId"), name)
			identity := strings.Join([]string{c.In.Str("serviceNamespace"), c.In.Str("resourceId"), c.In.Str("scalableDimension"), name}, "/")
			claimed := fmt.Sprintf("scaling-policy/%s/%s/%s", c.Account, c.Region, identity)
			if there, ok := c.Tx.Owner(claimed); ok {
				c.Obj.ID = there.ID
			}
			c.Obj.ARN = c.Obj.ID
			c.Claim(claimed)
			c.ImportAs(identity)
			var alarms []any
			if c.In.Str("policyType") == "TargetTrackingScaling" {
				for _, side := range []string{"AlarmHigh", "AlarmLow"} {
					alarms = append(alarms, fmt.Sprintf("arn:aws:cloudwatch:%s:%s:alarm:TargetTracking-%s-%s-%s", c.Region, c.Account, c.In.Str("resourceId"), side, c.UUID(side)))
				}
			}
			c.Out("alarmArns", alarms)
			return nil
		},
		Apply: func(c *resource.Call) error {
			target := c.Regional(tokScalingTarget, c.In.Str("resourceId"))
			if target == nil {
				return resource.Faultf("ObjectNotFoundException", "No scalable target registered for service namespace: %s, resource ID: %s, scalable dimension: %s", c.In.Str("serviceNamespace"), c.In.Str("resourceId"), c.In.Str("scalableDimension"))
			}
			return checkRequestLabel(c)
		},
	}
}

func checkScalingPolicy(v *resource.Validation) {
	typ := v.In.Str("policyType")
	needs := map[string]string{"StepScaling": "stepScalingPolicyConfiguration", "TargetTrackingScaling": "targetTrackingScalingPolicyConfiguration"}
	if property := needs[typ]; property != "" && !v.In.Has(property) {
		v.Fail(property, "ValidationException: %s must be specified when policyType is %s", property, typ)
	}
	tracking := v.In.Obj("targetTrackingScalingPolicyConfiguration")
	if len(tracking) > 0 && tracking.Has("predefinedMetricSpecification") == tracking.Has("customizedMetricSpecification") {
		v.Fail("targetTrackingScalingPolicyConfiguration", "ValidationException: Exactly one of predefinedMetricSpecification and customizedMetricSpecification must be specified")
	}
	checkTrackedMetric(v, "targetTrackingScalingPolicyConfiguration.customizedMetricSpecification", tracking.Obj("customizedMetricSpecification"))
	predefined := tracking.Obj("predefinedMetricSpecification")
	if metric := predefined.Str("predefinedMetricType"); metric != "" && metric != "ALBRequestCountPerTarget" && predefined.Has("resourceLabel") {
		v.Fail("targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.resourceLabel", "ValidationException: Resource Label cannot be specified for metric type %s", metric)
	}
	if predefined.Str("predefinedMetricType") == "ALBRequestCountPerTarget" && !predefined.Has("resourceLabel") {
		v.Fail("targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.resourceLabel", "ValidationException: Resource Label must be specified for metric type ALBRequestCountPerTarget")
	}
}
