package aws

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// scalingProcesses are what a group can stop doing. Source:
// docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html.
func scalingProcesses() []string {
	return []string{"Launch", "Terminate", "AddToLoadBalancer", "AlarmNotification", "AZRebalance", "HealthCheck", "InstanceRefresh", "ReplaceUnhealthy", "ScheduledActions"}
}

func scalingGroup() *resource.Kind {
	return &resource.Kind{
		Token: tokScalingGroup, Service: "Auto Scaling", Noun: "Auto Scaling Group", CreateOp: "CreateAutoScalingGroup", UpdateOp: "UpdateAutoScalingGroup", DeleteOp: "DeleteAutoScalingGroup",
		Naming:   &resource.Naming{Property: "name", Max: 255, PrefixProperty: "namePrefix"},
		Rules:    scalingGroupRules(),
		Validate: checkScalingGroup,
		Identify: func(c *resource.Call) error {
			name := c.In.Str("name")
			if inRegion(c) >= c.Limits["Auto Scaling groups per region"] {
				return resource.Faultf("LimitExceeded", "You have reached the maximum number of Auto Scaling groups: %d", c.Limits["Auto Scaling groups per region"])
			}
			c.Obj.ID = name
			c.Obj.ARN = fmt.Sprintf("arn:aws:autoscaling:%s:%s:autoScalingGroup:%s:autoScalingGroupName/%s", c.Region, c.Account, c.UUID("group"), name)
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("AlreadyExists", "AutoScalingGroup by this name already exists - A group with the name %s already exists", name)
			}
			return nil
		},
		Apply:  applyScalingGroup,
		Report: reportScalingGroup,
		Remove: removeScalingGroup,
	}
}

func scalingGroupRules() schema.Rules {
	hook := hookRules("initialLifecycleHooks.")
	hook.Enums["suspendedProcesses"] = scalingProcesses()
	hook.Enums["healthCheckType"] = []string{"EC2", "ELB", "EBS", "VPC_LATTICE", "EC2,ELB", "EC2,EBS", "EBS,ELB", "EC2,EBS,ELB"}
	hook.Enums["instanceRefresh.strategy"] = []string{"Rolling", "ReplaceRootVolume"}
	hook.Enums["instanceRefresh.preferences.scaleInProtectedInstances"] = []string{"Refresh", "Ignore", "Wait"}
	hook.Enums["instanceRefresh.preferences.standbyInstances"] = []string{"Terminate", "Ignore", "Wait"}
	hook.Ranges["instanceRefresh.preferences.maxHealthyPercentage"] = schema.Range{Min: 100, Max: 200}
	hook.Ranges["instanceRefresh.preferences.minHealthyPercentage"] = schema.Range{Min: 0, Max: 100}
	hook.Ranges["instanceMaintenancePolicy.minHealthyPercentage"] = schema.Range{Min: -1, Max: 100}
	hook.Lengths["name"] = schema.Range{Min: 0, Max: 255}
	return schema.Rules{
		Replaces: []schema.Replace{
			{Properties: []string{"name", "namePrefix"}, Why: "a group keeps its name"},
			{Properties: []string{"initialLifecycleHooks"}, Why: "they are there before the first instance"},
		},
		Sets: []string{"availabilityZones", "enabledMetrics", "initialLifecycleHooks", "loadBalancers", "suspendedProcesses", "tags", "targetGroupArns",
			"trafficSources", "vpcZoneIdentifiers", "instanceRefresh.triggers"},
		Computed: []string{"availabilityZones", "defaultCooldown", "desiredCapacity", "healthCheckType", "launchTemplate", "loadBalancers", "mixedInstancesPolicy",
			"serviceLinkedRoleArn", "targetGroupArns", "trafficSources", "vpcZoneIdentifiers", "availabilityZoneDistribution", "capacityReservationSpecification"},
		Defaults: map[string]any{
			"forceDelete": false, "forceDeleteWarmPool": false, "healthCheckGracePeriod": float64(300), "ignoreFailedScalingActivities": false,
			"metricsGranularity": "1Minute", "protectFromScaleIn": false, "waitForCapacityTimeout": "10m",
		},
		Enums: hook.Enums, Ranges: hook.Ranges, Lengths: hook.Lengths, Formats: hook.Formats,
		Strings:   []string{"launchConfiguration", "placementGroup"},
		Conflicts: [][]string{{"availabilityZones", "vpcZoneIdentifiers"}, {"trafficSources", "targetGroupArns"}, {"trafficSources", "loadBalancers"}},
		ExactlyOne: [][]string{
			{"launchConfiguration", "launchTemplate", "mixedInstancesPolicy"},
		},
		Unsimulated: map[string]string{
			"namePrefix": "", "launchConfiguration": "; use launchTemplate", "mixedInstancesPolicy": "; use launchTemplate", "loadBalancers": ", which are classic; use targetGroupArns",
			"trafficSources": "; use targetGroupArns", "availabilityZones": "; use vpcZoneIdentifiers", "warmPool": "", "placementGroup": "",
		},
	}
}

func checkScalingGroup(v *resource.Validation) {
	if t := v.In.Str("waitForCapacityTimeout"); v.In.Known("waitForCapacityTimeout") && t != "0" {
		if d, err := time.ParseDuration(t); err != nil || d < 0 {
			v.Fail("waitForCapacityTimeout", "%q cannot be parsed as a duration: %q", "waitForCapacityTimeout", t)
		}
	}
	if p := v.In.Obj("instanceMaintenancePolicy"); p.Known("maxHealthyPercentage") {
		if most := p.Int("maxHealthyPercentage"); most != -1 && (most < 100 || most > 200) {
			v.Fail("instanceMaintenancePolicy.maxHealthyPercentage", "expected instanceMaintenancePolicy.maxHealthyPercentage to be in the range (100 - 200), got %d", most)
		}
	}
	if p := v.In.Obj("launchTemplate"); p.Has("id") && p.Has("name") {
		v.Fail("launchTemplate.id", "%q: conflicts with launchTemplate.name", "launchTemplate.id")
	}
	keys := map[string]bool{}
	for i, tag := range v.In.Objs("tags") {
		if k := tag.Str("key"); k != "" && keys[k] {
			v.Fail(fmt.Sprintf("tags[%d].key", i), "ValidationError: Duplicate tag keys found: %s", k)
		} else {
			keys[k] = true
		}
	}
	checkHookNames(v)
}

func applyScalingGroup(c *resource.Call) error {
	least, most := c.In.Int("minSize"), c.In.Int("maxSize")
	if most < least {
		return resource.Faultf("ValidationError", "Max bound, %d, must be greater than or equal to min bound, %d", most, least)
	}
	// Taking the wish out of the program leaves what the group has, moved between its new bounds.
	desired := least
	if c.In.Has("desiredCapacity") {
		desired = c.In.Int("desiredCapacity")
	} else if has, ok := c.Obj.Outputs["desiredCapacity"]; ok {
		desired = min(max(resource.Props{"n": has}.Int("n"), least), most)
	}
	if desired < least || desired > most {
		return resource.Faultf("ValidationError", "Desired capacity:%d must be between the specified min size:%d and max size:%d", desired, least, most)
	}
	c.Out("desiredCapacity", desired)
	if life := c.In.Int("maxInstanceLifetime"); life != 0 && (life < 86400 || life > 31536000) {
		return resource.Faultf("ValidationError", "The maximum instance lifetime must be 0 or between 86400 and 31536000 seconds, got %d", life)
	}
	if err := checkMaintenance(c); err != nil {
		return err
	}
	vpcID, err := groupSubnets(c)
	if err != nil {
		return err
	}
	if err := groupTemplate(c, vpcID); err != nil {
		return err
	}
	if err := groupTargets(c, vpcID); err != nil {
		return err
	}
	c.Default("defaultCooldown", 300)
	c.Default("healthCheckType", "EC2")
	c.Default("loadBalancers", resource.List[any]())
	c.Default("targetGroupArns", resource.List[any]())
	c.Default("trafficSources", resource.List[any]())
	c.Default("serviceLinkedRoleArn", fmt.Sprintf("arn:aws:iam::%s:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling", c.Account))
	c.Out("predictedCapacity", 0)
	c.Out("warmPoolSize", 0)
	return checkHooks(c)
}

// checkMaintenance holds the two ends of a maintenance policy together. Source:
// docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceMaintenancePolicy.html.
func checkMaintenance(c *resource.Call) error {
	p := c.In.Obj("instanceMaintenancePolicy")
	low, high := p.Int("minHealthyPercentage"), p.Int("maxHealthyPercentage")
	switch {
	case len(p) == 0 || low == -1 && high == -1:
		return nil
	case low == -1 || high == -1:
		return resource.Faultf("ValidationError", "Both MinHealthyPercentage and MaxHealthyPercentage must be -1 to clear the instance maintenance policy.")
	case high-low > 100:
		return resource.Faultf("ValidationError", "The difference between MinHealthyPercentage (%d) and MaxHealthyPercentage (%d) cannot be greater than 100.", low, high)
	case low == 100 && high == 100:
		return resource.Faultf("ValidationError", "MinHealthyPercentage and MaxHealthyPercentage cannot both be 100: no instance could be replaced.")
	}
	return nil
}

// groupSubnets returns the VPC of a group's subnets.
func groupSubnets(c *resource.Call) (vpcID string, err error) {
	ids := effective(c, "vpcZoneIdentifiers")
	if len(ids) == 0 {
		return "", resource.Faultf("ValidationError", "At least one Availability Zone or VPC Subnet is required.")
	}
	var zones []any
	for _, id := range ids {
		s := c.Regional(tokSubnet, id)
		if s == nil {
			return "", resource.Faultf("ValidationError", "The subnet ID '%s' does not exist", id)
		}
		if vpcID != "" && vpcID != prop(s, "vpcId") {
			return "", resource.Faultf("ValidationError", "The subnets are in different VPCs: %s and %s. Please specify subnets of one VPC.", vpcID, prop(s, "vpcId"))
		}
		vpcID = prop(s, "vpcId")
		if zone := prop(s, "availabilityZone"); !slices.Contains(zones, any(zone)) {
			zones = append(zones, zone)
		}
	}
	c.Out("availabilityZones", zones)
	return vpcID, nil
}

// groupTargets checks the target groups with which a group registers its instances.
func groupTargets(c *resource.Call, vpcID string) error {
	arns := c.In.Strs("targetGroupArns")
	if most := c.Limits["target groups per Auto Scaling group"]; len(arns) > most {
		return resource.Faultf("LimitExceeded", "You have reached the maximum number of target groups of an Auto Scaling group: %d", most)
	}
	for _, arn := range arns {
		tg := c.Regional(tokTargetGroup, arn)
		switch {
		case tg == nil:
			return resource.Faultf("ValidationError", "Provided Target Groups may not be valid. Please ensure they exist and try again. (%s)", arn)
		case prop(tg, "targetType") != "instance":
			return resource.Faultf("ValidationError", "Provided Target Groups may not be valid. The target type of %s is %s, which an Auto Scaling group cannot register.", arn, prop(tg, "targetType"))
		case prop(tg, "vpcId") != vpcID:
			return resource.Faultf("ValidationError", "Provided Target Groups may not be valid. %s is in VPC %s, the Auto Scaling group in %s.", arn, prop(tg, "vpcId"), vpcID)
		}
	}
	return nil
}

// reportScalingGroup names the launch template in both ways, as the service does.
func reportScalingGroup(c *resource.Call) {
	spec := c.In.Obj("launchTemplate")
	t, _, err := needTemplate(c, spec)
	if err != nil {
		return // Apply has found it
	}
	version := spec.Str("version")
	if version == "" {
		version = "$Default"
	}
	c.Out("launchTemplate", map[string]any{"id": t.ID, "name": prop(t, "name"), "version": version})
}

// removeScalingGroup deletes at once or, as the provider does without forceDelete, takes the instances away first. A
// capacity provider that protects them keeps them there.
func removeScalingGroup(c *resource.Call) error {
	if !c.In.Bool("forceDelete") && versionOf(c.Obj, "desiredCapacity") > 0 {
		for _, k := range c.Users(tokCapacityProvider) {
			p := resource.Props(c.Tx.Get(k).Outputs).Obj("autoScalingGroupProvider")
			if p.Str("managedTerminationProtection") == "ENABLED" {
				return fmt.Errorf("waiting for Auto Scaling Group (%s) drain: timeout while waiting for state to become '0' (last state: '%d', timeout: 10m0s): capacity provider %s protects the instances from scale in; delete it first or set forceDelete",
					c.Obj.ID, versionOf(c.Obj, "desiredCapacity"), k.ID[strings.LastIndexByte(k.ID, '/')+1:])
			}
		}
	}
	deleteAll(c, c.Users(tokLifecycleHook))
	return nil
}

// hasMachines says whether instances of an Auto Scaling group use the thing.
func hasMachines(c *resource.Call) bool {
	return slices.ContainsFunc(c.Users(tokScalingGroup), func(k store.Key) bool { return versionOf(c.Tx.Get(k), "desiredCapacity") > 0 })
}
