package consul

import (
	"errors"
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/securitygroup"
	"cellworks/pkg/taskdef"
	"cellworks/pkg/userdata"
)

const (
	controllerName = "consul-ecs-controller"
	// controllerUser is the user of the image of consul-ecs.
	controllerUser = "100:1000"
	// tokenVariable is the variable with the token of the controller.
	tokenVariable = "CONSUL_HTTP_TOKEN"

	// The smallest task that Fargate offers: it asks ECS and Consul every few seconds.
	controllerCPU, controllerMiB = "256", "512"
	controllerStopSeconds        = 30
)

// addController runs, where tasks may register, the one controller of their cluster: it
// makes the method by which they log in, with a rule that a token is good for the service
// in the role's tag alone, and takes tasks that are gone out of Consul. A token that makes
// such methods could make any other for itself, so that it is the managing one; ECS gives
// it to the task from its secret.
func (c *Cluster) addController() error {
	if !c.args.Config.Tasks.Enabled {
		return nil
	}
	name := c.name + "-controller"
	group := naming.UtilityLogGroup(config.ApplicationConsul) + "/controller"
	logs, err := cloudwatch.NewLogGroup(c.ctx, name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(group),
		KmsKeyId:        pulumi.String(c.args.LogKeyARN),
		RetentionInDays: pulumi.Int(c.args.Config.LogRetentionDays),
	}, c.child)
	if err != nil {
		return err
	}
	groupID, err := c.addControllerGroup(name)
	if err != nil {
		return err
	}
	roles, err := c.addControllerRoles(name, group)
	if err != nil {
		return err
	}
	definition, err := ecs.NewTaskDefinition(c.ctx, name, &ecs.TaskDefinitionArgs{
		Family:                  pulumi.String(controllerName),
		Cpu:                     pulumi.String(controllerCPU),
		Memory:                  pulumi.String(controllerMiB),
		NetworkMode:             pulumi.String("awsvpc"),
		RequiresCompatibilities: pulumi.ToStringArray([]string{string(config.Fargate)}),
		RuntimePlatform: ecs.TaskDefinitionRuntimePlatformArgs{
			CpuArchitecture: pulumi.String(string(config.ARM64)), OperatingSystemFamily: pulumi.String("LINUX"),
		},
		ExecutionRoleArn:     roles.executionARN,
		TaskRoleArn:          roles.taskARN,
		ContainerDefinitions: c.controllerDefinition(group),
	}, c.child)
	if err != nil {
		return err
	}
	ready := append([]pulumi.Resource{logs}, roles.ready...)
	_, err = ecs.NewService(c.ctx, name, c.controllerService(definition, groupID), c.child, pulumi.DependsOn(ready))
	return err
}

// controllerService keeps one controller running, never two: they would write the method
// at once. There is no circuit breaker: the secrets have no values yet when the stack is
// new, and ECS must go on trying until they have.
func (c *Cluster) controllerService(definition *ecs.TaskDefinition, groupID pulumi.StringOutput) *ecs.ServiceArgs {
	return &ecs.ServiceArgs{
		Name:           pulumi.String(controllerName),
		Cluster:        pulumi.String(c.args.Cluster.ARN),
		TaskDefinition: definition.Arn,
		DesiredCount:   pulumi.Int(1),
		CapacityProviderStrategies: ecs.ServiceCapacityProviderStrategyArray{ecs.ServiceCapacityProviderStrategyArgs{
			CapacityProvider: pulumi.String(string(config.Fargate)), Weight: pulumi.Int(1),
		}},
		NetworkConfiguration: ecs.ServiceNetworkConfigurationArgs{
			Subnets: pulumi.ToStringArray(c.args.subnetIDs()), SecurityGroups: pulumi.StringArray{groupID}, AssignPublicIp: pulumi.Bool(false),
		},
		DeploymentMinimumHealthyPercent: pulumi.Int(0),
		DeploymentMaximumPercent:        pulumi.Int(100),
		AvailabilityZoneRebalancing:     pulumi.String("DISABLED"),
		EnableExecuteCommand:            pulumi.Bool(false),
		EnableEcsManagedTags:            pulumi.Bool(true),
		PropagateTags:                   pulumi.String("SERVICE"),
	}
}

// addControllerGroup lets the controller out to the load balancer and to AWS.
func (c *Cluster) addControllerGroup(name string) (pulumi.StringOutput, error) {
	group, err := securitygroup.Add(c.ctx, name, securitygroup.Args{VPCID: c.args.VPCID, Description: "Controller of tasks that register with Consul"}, c.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	ports := userdata.DefaultConsulPorts()
	return group.ID, errors.Join(
		group.To(securitygroup.Of(c.balancer), ports.HTTPS, "API", "tcp"),
		group.To(securitygroup.Of(c.balancer), ports.GRPCTLS, "servers", "tcp"),
		group.To(securitygroup.At(netip.MustParsePrefix("0.0.0.0/0")), httpsPort, "AWS and the registry", "tcp"),
	)
}

// controllerDefinition returns the controller's container definition.
func (c *Cluster) controllerDefinition(group string) pulumi.StringOutput {
	return pulumi.All(c.SecretARNs[SecretManagementToken], c.SecretARNs[SecretCA]).ApplyT(func(known []any) (string, error) {
		told, err := c.args.controller().JSON()
		if err != nil {
			return "", err
		}
		container := taskdef.Hardened(controllerName, c.args.Config.Tasks.Image, controllerUser, controllerStopSeconds, taskdef.CloudWatch(group, c.args.Region, controllerName))
		container.Command = []string{"controller"}
		container.Environment = []taskdef.Variable{{Name: userdata.ConsulTaskConfig, Value: told}}
		container.Secrets = []taskdef.Secret{{Name: tokenVariable, ValueFrom: known[0].(string)}}
		for _, variable := range userdata.ConsulTaskAuthorities() {
			container.Secrets = append(container.Secrets, taskdef.Secret{Name: variable, ValueFrom: known[1].(string)})
		}
		return taskdef.JSON(container)
	}).(pulumi.StringOutput)
}
