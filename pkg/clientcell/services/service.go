package services

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

const (
	// healthGraceSeconds is how long a starting task may fail the load balancer's
	// health check before ECS replaces it.
	healthGraceSeconds = 60

	// discoverySeconds is how long a client may believe that a task is there.
	discoverySeconds = 10
)

// addService makes the ECS service. How many tasks it has is scaling's to change, but
// not in a suspended cell, where it has none.
func (s *Services) addService(ctx *pulumi.Context, service config.Service, definition *ecs.TaskDefinition, child pulumi.ResourceOption) (*ecs.Service, error) {
	name := s.name + "-" + service.Name
	args := s.serviceArgs(service, definition)
	ready := s.args.waitsFor(service)
	if target, ok := s.args.Targets[service.Name]; ok {
		args.LoadBalancers = ecs.ServiceLoadBalancerArray{ecs.ServiceLoadBalancerArgs{
			TargetGroupArn: target.GroupARN.ToStringOutput().ToStringPtrOutput(),
			ContainerName:  pulumi.String(ContainerName),
			ContainerPort:  pulumi.Int(service.Port),
		}}
		args.HealthCheckGracePeriodSeconds = pulumi.Int(healthGraceSeconds)
	}
	if service.Discovery == config.DiscoveryCloudMap {
		registry, err := s.addDiscovery(ctx, service, child)
		if err != nil {
			return nil, err
		}
		args.ServiceRegistries = ecs.ServiceServiceRegistriesArgs{RegistryArn: registry}
	}
	if tags := s.args.consulTags(service); tags != nil {
		args.Tags = pulumi.ToStringMap(tags)
	}
	ignored := []string{"desiredCount"}
	if s.args.Suspended {
		args.DesiredCount, ignored = pulumi.Int(0), nil
	}
	return ecs.NewService(ctx, name, args, child, pulumi.DependsOn(ready), pulumi.IgnoreChanges(ignored))
}

func (s *Services) serviceArgs(service config.Service, definition *ecs.TaskDefinition) *ecs.ServiceArgs {
	// ECS can spread tasks over zones anew only when it may run more than it must.
	rebalancing := "DISABLED"
	if service.MaxHealthyPercent > 100 {
		rebalancing = "ENABLED"
	}
	return &ecs.ServiceArgs{
		Name:                       pulumi.String(naming.CellService(s.args.Client, service.Name)),
		Cluster:                    pulumi.String(s.args.Cluster.ARN),
		TaskDefinition:             definition.Arn,
		DesiredCount:               pulumi.Int(service.MinTasks),
		PlatformVersion:            pulumi.String("LATEST"),
		CapacityProviderStrategies: strategy(service),
		// Without it the provider replaces a service whose strategy changes. The trigger
		// lets the change of the strategy alone start a deployment.
		ForceNewDeployment: pulumi.Bool(true),
		Triggers:           pulumi.StringMap{"capacity": pulumi.String(string(service.Capacity))},
		NetworkConfiguration: ecs.ServiceNetworkConfigurationArgs{
			Subnets:        s.args.Cluster.SubnetIDs,
			SecurityGroups: pulumi.StringArray{s.args.MemberGroupID, s.args.ServiceGroupIDs[service.Name]},
			AssignPublicIp: pulumi.Bool(false),
		},
		DeploymentCircuitBreaker:        ecs.ServiceDeploymentCircuitBreakerArgs{Enable: pulumi.Bool(true), Rollback: pulumi.Bool(service.Rollback)},
		DeploymentMinimumHealthyPercent: pulumi.Int(service.MinHealthyPercent),
		DeploymentMaximumPercent:        pulumi.Int(service.MaxHealthyPercent),
		AvailabilityZoneRebalancing:     pulumi.String(rebalancing),
		EnableExecuteCommand:            pulumi.Bool(service.Exec),
		EnableEcsManagedTags:            pulumi.Bool(true),
		PropagateTags:                   pulumi.String("SERVICE"),
	}
}

// strategy returns what a service runs on. Of several tasks on spare capacity one stays
// on capacity that nobody takes back, so that the service is never gone.
func strategy(service config.Service) ecs.ServiceCapacityProviderStrategyArray {
	on := func(capacity config.Capacity, base, weight int) ecs.ServiceCapacityProviderStrategyArgs {
		args := ecs.ServiceCapacityProviderStrategyArgs{CapacityProvider: pulumi.String(string(capacity)), Weight: pulumi.Int(weight)}
		if base > 0 {
			args.Base = pulumi.Int(base)
		}
		return args
	}
	switch {
	case service.Capacity != config.FargateSpot:
		return ecs.ServiceCapacityProviderStrategyArray{on(config.Fargate, 0, 1)}
	case service.MinTasks < 2:
		return ecs.ServiceCapacityProviderStrategyArray{on(config.FargateSpot, 0, 1)}
	default:
		return ecs.ServiceCapacityProviderStrategyArray{on(config.Fargate, 1, 0), on(config.FargateSpot, 0, 1)}
	}
}

// waitsFor returns what must be there before a task of the service can start: ECS
// refuses a target group that no listener leads to yet, and a task whose folders cannot
// be mounted fails.
func (a Args) waitsFor(service config.Service) []pulumi.Resource {
	var ready []pulumi.Resource
	if target, ok := a.Targets[service.Name]; ok {
		ready = append(ready, target.Ready)
	}
	for _, volume := range service.Volumes {
		ready = append(ready, a.Volumes[volume.Name].Ready...)
	}
	return ready
}

// addDiscovery makes the name under which other services of the cell find the tasks. All
// cells of the region can resolve it, and the security groups let nobody but the cell
// connect. ECS says who is well, and takes tasks out before the name goes.
func (s *Services) addDiscovery(ctx *pulumi.Context, service config.Service, child pulumi.ResourceOption) (pulumi.StringOutput, error) {
	name := naming.CellDiscovery(s.args.Client, service.Name)
	if s.args.Cluster.OwnNamespace {
		name = service.Name
	}
	entry, err := servicediscovery.NewService(ctx, s.name+"-"+service.Name, &servicediscovery.ServiceArgs{
		Name:        pulumi.String(name),
		Description: pulumi.String("Service " + service.Name + " of client " + s.args.Client),
		DnsConfig: servicediscovery.ServiceDnsConfigArgs{
			NamespaceId: s.args.Cluster.NamespaceID.ToStringOutput(),
			DnsRecords: servicediscovery.ServiceDnsConfigDnsRecordArray{servicediscovery.ServiceDnsConfigDnsRecordArgs{
				Type: pulumi.String("A"), Ttl: pulumi.Int(discoverySeconds),
			}},
			RoutingPolicy: pulumi.String("MULTIVALUE"),
		},
		HealthCheckCustomConfig: servicediscovery.ServiceHealthCheckCustomConfigArgs{FailureThreshold: pulumi.Int(1)},
		ForceDestroy:            pulumi.Bool(true),
	}, child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return entry.Arn, nil
}
