package aws

import (
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func service() *resource.Kind {
	return &resource.Kind{
		Token: tokService, Service: "ECS", Noun: "ECS Service", CreateOp: "CreateService", UpdateOp: "UpdateService", DeleteOp: "DeleteService",
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"name", "cluster"}, Why: "they are the service's ARN"},
				{Properties: []string{"launchType", "schedulingStrategy", "iamRole", "deploymentController"}, Why: "UpdateService does not take them"},
			},
			ReplacesUnless: map[string]string{"capacityProviderStrategies": "forceNewDeployment"},
			Sets: []string{"capacityProviderStrategies", "loadBalancers", "networkConfiguration.subnets", "networkConfiguration.securityGroups",
				"placementConstraints", "alarms.alarmNames"},
			Computed: []string{"launchType", "iamRole", "platformVersion", "triggers"},
			Defaults: map[string]any{
				"availabilityZoneRebalancing": "DISABLED", "deploymentMaximumPercent": float64(200), "deploymentMinimumHealthyPercent": float64(100),
				"enableEcsManagedTags": false, "enableExecuteCommand": false, "schedulingStrategy": "REPLICA", "waitForSteadyState": false,
			},
			Enums: map[string][]string{
				"availabilityZoneRebalancing": {"ENABLED", "DISABLED"}, "launchType": {"EC2", "FARGATE", "EXTERNAL"},
				"propagateTags": {"SERVICE", "TASK_DEFINITION", "NONE"}, "schedulingStrategy": {"REPLICA", "DAEMON"},
				"deploymentController.type": {"ECS", "CODE_DEPLOY", "EXTERNAL"},
			},
			Ranges: map[string]schema.Range{
				"capacityProviderStrategies.base": {Min: 0, Max: 100000}, "capacityProviderStrategies.weight": {Min: 0, Max: 1000},
				"healthCheckGracePeriodSeconds": {Min: 0, Max: 2147483647}, "loadBalancers.containerPort": {Min: 0, Max: 65536},
				"desiredCount": {Min: 0, Max: 5000},
			},
			Conflicts: [][]string{{"capacityProviderStrategies", "launchType"}},
			Unsimulated: map[string]string{
				"serviceConnectConfiguration": "", "volumeConfiguration": "", "vpcLatticeConfigurations": "", "iamRole": "",
			},
		},
		Validate: checkService,
		Identify: func(c *resource.Call) error {
			cl, err := needCluster(c, clusterOf(c))
			if err != nil {
				return err
			}
			if c.Tx.CountReferrers(cl.Key, tokService) >= c.Limits["services per cluster"] {
				return resource.Faultf("InvalidParameterException", "The maximum number of services per cluster has been reached.")
			}
			c.Obj.ID = ecsARN(c, "service/"+clusterName(cl.ARN)+"/"+c.In.Str("name"))
			c.ImportAs(clusterName(cl.ARN) + "/" + c.In.Str("name"))
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("InvalidParameterException", "Creation of service was not idempotent.")
			}
			c.Obj.ARN = c.Obj.ID
			return nil
		},
		Apply: applyService,
	}
}

func clusterOf(c *resource.Call) string {
	if name := c.In.Str("cluster"); name != "" {
		return name
	}
	return "default"
}

func clusterName(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

func checkService(v *resource.Validation) {
	checkECSName(v, "name")
	checkDeployment(v)
	if v.In.Str("schedulingStrategy") == "DAEMON" && v.In.Has("desiredCount") {
		v.Fail("desiredCount", "InvalidParameterException: The daemon scheduling strategy does not support a desired count.")
	}
	if v.In.Has("healthCheckGracePeriodSeconds") && !v.In.Has("loadBalancers") {
		v.Fail("healthCheckGracePeriodSeconds", "InvalidParameterException: Health check grace period is only valid for services configured to use load balancers")
	}
	if v.In.Int("deploymentMaximumPercent") <= v.In.Int("deploymentMinimumHealthyPercent") && v.In.Known("deploymentMaximumPercent") && v.In.Known("deploymentMinimumHealthyPercent") {
		v.Fail("deploymentMaximumPercent", "InvalidParameterException: Maximum percent must be greater than minimum healthy percent")
	}
	if v.In.Str("availabilityZoneRebalancing") == "ENABLED" && v.In.Int("deploymentMaximumPercent") <= 100 && v.In.Known("deploymentMaximumPercent") {
		v.Fail("availabilityZoneRebalancing", "InvalidParameterException: Availability Zone rebalancing does not support a maximumPercent of 100 or less")
	}
}

func applyService(c *resource.Call) error {
	cl, err := needCluster(c, clusterOf(c))
	if err != nil {
		return err
	}
	if err := checkCapacity(c, cl); err != nil {
		return err
	}
	c.Default("platformVersion", "LATEST")
	c.Default("triggers", map[string]any{})
	c.Default("iamRole", "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
	if c.In.Str("taskDefinition") == "" {
		return resource.Faultf("InvalidParameterException", "Task definition can not be blank.")
	}
	task, err := needTask(c, c.In.Str("taskDefinition"))
	if err != nil {
		return err
	}
	awsvpc := prop(task, "networkMode") == "awsvpc"
	if err := checkServiceNetwork(c, awsvpc); err != nil {
		return err
	}
	for _, lb := range c.In.Objs("loadBalancers") {
		if err := checkServiceTarget(c, lb, task, awsvpc); err != nil {
			return err
		}
	}
	if err := needAlarms(c); err != nil {
		return err
	}
	return checkRegistry(c, awsvpc)
}

// checkCapacity checks that the cluster has the capacity providers that the service's strategy names.
func checkCapacity(c *resource.Call, cl *store.Object) error {
	strategies := c.In.Objs("capacityProviderStrategies")
	if len(strategies) == 0 {
		c.Default("launchType", "EC2")
		return nil
	}
	c.Default("launchType", "")
	providers := c.Regional(tokClusterProviders, clusterName(cl.ARN))
	for _, s := range strategies {
		name := s.Str("capacityProvider")
		if !associatedWith(providers, name) {
			return resource.Faultf("InvalidParameterException", "The specified capacity provider '%s' is not associated with the cluster '%s'.", name, clusterName(cl.ARN))
		}
	}
	return checkStrategy(c, strategies)
}

func checkServiceNetwork(c *resource.Call, awsvpc bool) error {
	network := c.In.Obj("networkConfiguration")
	if awsvpc && len(network) == 0 {
		return resource.Faultf("InvalidParameterException", "Network Configuration must be provided when networkMode 'awsvpc' is specified.")
	}
	if !awsvpc && len(network) > 0 {
		return resource.Faultf("InvalidParameterException", "Network Configuration is not valid for the given networkMode of this task definition.")
	}
	vpcID := ""
	for _, id := range network.Strs("subnets") {
		s := c.Regional(tokSubnet, id)
		if s == nil {
			return resource.Faultf("InvalidParameterException", "Error retrieving subnet information for [%s]: The subnet ID '%s' does not exist (ErrorCode: InvalidSubnetID.NotFound)", id, id)
		}
		if vpcID != "" && vpcID != prop(s, "vpcId") {
			return resource.Faultf("InvalidParameterException", "All subnets must be in the same VPC.")
		}
		vpcID = prop(s, "vpcId")
	}
	groups := network.Strs("securityGroups")
	if most := c.Limits["groups per interface"]; len(groups) > most {
		return resource.Faultf("InvalidParameterException", "securityGroups can have at most %d items.", most)
	}
	for _, id := range groups {
		g := c.Regional(tokGroup, id)
		if g == nil {
			return resource.Faultf("InvalidParameterException", "Error retrieving security group information for [%s]: The security group '%s' does not exist (ErrorCode: InvalidGroup.NotFound)", id, id)
		}
		if prop(g, "vpcId") != vpcID {
			return resource.Faultf("InvalidParameterException", "Security group %s does not appear to belong to the same VPC as the input subnets.", id)
		}
	}
	return nil
}

// checkServiceTarget checks one target group that a service's tasks register with.
func checkServiceTarget(c *resource.Call, lb resource.Props, task *store.Object, awsvpc bool) error {
	arn := lb.Str("targetGroupArn")
	tg := c.Regional(tokTargetGroup, arn)
	if tg == nil {
		return resource.Faultf("InvalidParameterException", "Unable to assume the service linked role or find the target group: the target group %s does not exist.", arn)
	}
	if len(resource.UsersOf(c.Tx, tg.Key, tokListener, tokListenerRule)) == 0 {
		return resource.Faultf("InvalidParameterException", "The target group with targetGroupArn %s does not have an associated load balancer.", arn)
	}
	if typ := prop(tg, "targetType"); awsvpc && typ != "ip" {
		return resource.Faultf("InvalidParameterException", "The provided target group %s has target type %s, which is incompatible with the awsvpc network mode specified in the task definition.", arn, typ)
	}
	containers, err := containersOf(prop(task, "containerDefinitions"))
	if err != nil {
		return resource.Faultf("ClientException", "TaskDefinition is not valid.")
	}
	name, port := lb.Str("containerName"), lb.Int("containerPort")
	for _, d := range containers {
		if d.Name != name {
			continue
		}
		for _, p := range d.PortMappings {
			if p.ContainerPort == port {
				return nil
			}
		}
		return resource.Faultf("InvalidParameterException", "The container %s did not have a container port %d defined.", name, port)
	}
	return resource.Faultf("InvalidParameterException", "The container %s does not exist in the task definition.", name)
}
