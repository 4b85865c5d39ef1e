package jenkins

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/taskdef"
)

const (
	containerName = "controller"
	// platformVersion is the first that mounts file systems, and the one that LATEST is
	// (docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html).
	platformVersion = "1.4.0"
	// graceSeconds is how long the controller may take to load its plugins and jobs.
	graceSeconds = 600
	// drainSeconds is short: nobody else takes over anyway.
	drainSeconds = 30
	// recordSeconds is how long agents remember where the controller is.
	recordSeconds = 10

	homeVolume, scratchVolume = "home", "scratch"
)

// addController makes the one task of the controller and the ways to it.
func (j *Jenkins) addController(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	definition, err := j.addDefinition(ctx, child)
	if err != nil {
		return err
	}
	target, rule, err := j.addIngress(ctx, child)
	if err != nil {
		return err
	}
	registry, err := servicediscovery.NewService(ctx, j.name, &servicediscovery.ServiceArgs{
		Name:        pulumi.String(config.ApplicationJenkins),
		Description: pulumi.String("Controller of Jenkins, for its agents"),
		DnsConfig: servicediscovery.ServiceDnsConfigArgs{
			NamespaceId:   pulumi.String(j.args.Cluster.NamespaceID),
			RoutingPolicy: pulumi.String("MULTIVALUE"),
			DnsRecords: servicediscovery.ServiceDnsConfigDnsRecordArray{servicediscovery.ServiceDnsConfigDnsRecordArgs{
				Type: pulumi.String("A"), Ttl: pulumi.Int(recordSeconds),
			}},
		},
		// ECS says whether the task is well.
		HealthCheckCustomConfig: servicediscovery.ServiceHealthCheckCustomConfigArgs{FailureThreshold: pulumi.Int(1)},
		ForceDestroy:            pulumi.Bool(true),
	}, child)
	if err != nil {
		return err
	}
	// ECS refuses a target group that no listener leads to, and a task without mount
	// targets or permissions never starts.
	ready := append(append([]pulumi.Resource{rule}, j.made.mountable...), j.made.permitted...)
	_, err = ecs.NewService(ctx, j.name, j.serviceArgs(definition, target, registry), child, pulumi.DependsOn(ready))
	return err
}

// serviceArgs says how the controller is kept running. There is never a second one
// beside it, not even during a deployment: two would ruin the home that they share.
func (j *Jenkins) serviceArgs(definition *ecs.TaskDefinition, target *lb.TargetGroup, registry *servicediscovery.Service) *ecs.ServiceArgs {
	return &ecs.ServiceArgs{
		Name:            pulumi.String(config.ApplicationJenkins),
		Cluster:         pulumi.String(j.args.Cluster.ARN),
		TaskDefinition:  definition.Arn,
		DesiredCount:    pulumi.Int(1),
		PlatformVersion: pulumi.String(platformVersion),
		CapacityProviderStrategies: ecs.ServiceCapacityProviderStrategyArray{ecs.ServiceCapacityProviderStrategyArgs{
			CapacityProvider: pulumi.String("FARGATE"),
			Weight:           pulumi.Int(1),
		}},
		NetworkConfiguration: ecs.ServiceNetworkConfigurationArgs{
			Subnets:        pulumi.ToStringArray(j.args.Cluster.SubnetIDs),
			SecurityGroups: pulumi.StringArray{j.ControllerGroupID},
			AssignPublicIp: pulumi.Bool(false),
		},
		LoadBalancers: ecs.ServiceLoadBalancerArray{ecs.ServiceLoadBalancerArgs{
			TargetGroupArn: target.Arn,
			ContainerName:  pulumi.String(containerName),
			ContainerPort:  pulumi.Int(webPort),
		}},
		ServiceRegistries:               ecs.ServiceServiceRegistriesArgs{RegistryArn: registry.Arn},
		DeploymentMinimumHealthyPercent: pulumi.Int(0),
		DeploymentMaximumPercent:        pulumi.Int(100),
		DeploymentCircuitBreaker:        ecs.ServiceDeploymentCircuitBreakerArgs{Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true)},
		AvailabilityZoneRebalancing:     pulumi.String("DISABLED"),
		HealthCheckGracePeriodSeconds:   pulumi.Int(graceSeconds),
		EnableExecuteCommand:            pulumi.Bool(false),
		EnableEcsManagedTags:            pulumi.Bool(true),
		PropagateTags:                   pulumi.String("SERVICE"),
	}
}

func (j *Jenkins) addDefinition(ctx *pulumi.Context, child pulumi.ResourceOption) (*ecs.TaskDefinition, error) {
	return ecs.NewTaskDefinition(ctx, j.name, &ecs.TaskDefinitionArgs{
		Family:                  pulumi.String(config.ApplicationJenkins),
		Cpu:                     pulumi.String(strconv.Itoa(j.args.Config.Controller.CPU)),
		Memory:                  pulumi.String(strconv.Itoa(j.args.Config.Controller.Memory)),
		NetworkMode:             pulumi.String("awsvpc"),
		RequiresCompatibilities: pulumi.ToStringArray([]string{"FARGATE"}),
		RuntimePlatform:         runtime(),
		ExecutionRoleArn:        j.made.executionRoleARN,
		TaskRoleArn:             j.ControllerRoleARN,
		ContainerDefinitions:    j.containers(),
		Volumes: ecs.TaskDefinitionVolumeArray{
			ecs.TaskDefinitionVolumeArgs{
				Name: pulumi.String(homeVolume),
				EfsVolumeConfiguration: ecs.TaskDefinitionVolumeEfsVolumeConfigurationArgs{
					FileSystemId:      j.FileSystemID,
					TransitEncryption: pulumi.String("ENABLED"),
					AuthorizationConfig: ecs.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfigArgs{
						AccessPointId: j.made.accessPointID,
						Iam:           pulumi.String("ENABLED"),
					},
				},
			},
			ecs.TaskDefinitionVolumeArgs{Name: pulumi.String(scratchVolume)},
		},
	}, child)
}

// runtime is what the images are built for.
func runtime() ecs.TaskDefinitionRuntimePlatformArgs {
	return ecs.TaskDefinitionRuntimePlatformArgs{
		CpuArchitecture:       pulumi.String(string(config.X8664)),
		OperatingSystemFamily: pulumi.String("LINUX"),
	}
}

// containers returns the controller's container definition.
func (j *Jenkins) containers() pulumi.StringOutput {
	uses := secretUses()
	names := sorted(uses)
	inputs := pulumi.StringArray{j.RepositoryURLs[naming.RepositoryController], j.made.controllerLogGroup, j.AgentGroupID}
	for _, name := range names {
		inputs = append(inputs, j.SecretARNs[name])
	}
	return inputs.ToStringArrayOutput().ApplyT(func(known []string) (string, error) {
		image := known[0] + "@" + j.args.Config.Images.Controller
		c := hardened(containerName, image, map[string]string{homeVolume: "/var/jenkins_home", scratchVolume: "/tmp"},
			taskdef.CloudWatch(known[1], j.args.Region, containerName))
		c.PortMappings = []taskdef.PortMapping{taskdef.TCP(webPort), taskdef.TCP(agentPort)}
		c.Environment = j.args.controllerSettings(known[2])
		for i, name := range names {
			c.Secrets = append(c.Secrets, taskdef.Secret{Name: uses[name].variable, ValueFrom: known[3+i]})
		}
		return taskdef.JSON(c)
	}).(pulumi.StringOutput)
}

// addIngress gives the controller its name on the load balancer. The rule has no
// priority of its own, as the rules of cells have none.
func (j *Jenkins) addIngress(ctx *pulumi.Context, child pulumi.ResourceOption) (*lb.TargetGroup, *lb.ListenerRule, error) {
	target, err := lb.NewTargetGroup(ctx, j.name, &lb.TargetGroupArgs{
		VpcId:               pulumi.String(j.args.VPCID),
		TargetType:          pulumi.String("ip"),
		Port:                pulumi.Int(webPort),
		Protocol:            pulumi.String("HTTP"),
		DeregistrationDelay: pulumi.Int(drainSeconds),
		HealthCheck:         lb.TargetGroupHealthCheckArgs{Path: pulumi.String("/login"), Matcher: pulumi.String("200")},
	}, child)
	if err != nil {
		return nil, nil, err
	}
	rule, err := lb.NewListenerRule(ctx, j.name, &lb.ListenerRuleArgs{
		ListenerArn: pulumi.String(j.args.Balancer.ListenerARN),
		Actions: lb.ListenerRuleActionArray{lb.ListenerRuleActionArgs{
			Type:           pulumi.String("forward"),
			TargetGroupArn: target.Arn,
		}},
		Conditions: lb.ListenerRuleConditionArray{lb.ListenerRuleConditionArgs{
			HostHeader: lb.ListenerRuleConditionHostHeaderArgs{Values: pulumi.ToStringArray([]string{j.args.host()})},
		}},
	}, child)
	if err != nil {
		return nil, nil, err
	}
	_, err = route53.NewRecord(ctx, j.name, &route53.RecordArgs{
		ZoneId: pulumi.String(j.args.ZoneID),
		Name:   pulumi.String(j.args.host()),
		Type:   pulumi.String("A"),
		Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
			Name:                 pulumi.String(j.args.Balancer.DNSName),
			ZoneId:               pulumi.String(j.args.Balancer.ZoneID),
			EvaluateTargetHealth: pulumi.Bool(true),
		}},
	}, child)
	return target, rule, err
}
