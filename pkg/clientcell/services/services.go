// Package services builds a cell's ECS services: log group, task definition,
// service, scaling and, for an exposed one, its place behind the load balancer.
package services

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":clientcell:Services"

	// healthGraceSeconds is how long a starting task may fail the load balancer's
	// health check before ECS replaces it.
	healthGraceSeconds = 60
)

// Cluster is where services run.
type Cluster struct {
	// Name and ARN identify the ECS cluster.
	Name, ARN string
	// SubnetIDs are the subnets of the tasks, one a zone.
	SubnetIDs pulumi.StringArrayInput
	// VPCID is the VPC of the subnets.
	VPCID pulumi.StringInput
}

// Ingress is how exposed services are reached.
type Ingress struct {
	// LoadBalancers are those that services may be exposed on, by scheme.
	LoadBalancers map[config.LoadBalancerScheme]contract.LoadBalancer
	// ZoneID and ZoneName are the hosted zone of the host names.
	ZoneID, ZoneName string
}

// Args says what services to build.
type Args struct {
	// Client is the client's name.
	Client string
	// AccountID and Region are where the cell is.
	AccountID, Region string
	// Config holds the services.
	Config config.CellServices
	// HostLabels are the first labels of the host names of exposed services, by service
	// name.
	HostLabels map[string]string
	// LogRetentionDays is how long CloudWatch keeps their logs.
	LogRetentionDays int
	// Cluster is where the services run, Ingress how exposed ones are reached.
	Cluster Cluster
	Ingress Ingress

	// Environment are variables of every service, by name, unless it sets them itself.
	Environment map[string]pulumi.StringInput
	// KeyARN is the cell's key, which encrypts the logs.
	KeyARN pulumi.StringInput
	// ExecutionRoleARN and TaskRoleARNs, by service name, are the cell's roles.
	ExecutionRoleARN pulumi.StringInput
	TaskRoleARNs     map[string]pulumi.StringOutput
	// MemberGroupID and ServiceGroupIDs, by service name, are the cell's security
	// groups.
	MemberGroupID   pulumi.StringInput
	ServiceGroupIDs map[string]pulumi.StringOutput
}

func (a Args) validate() error {
	var errs []error
	if a.Client == "" || a.AccountID == "" || a.Region == "" {
		errs = append(errs, errors.New("client, account id and region must be set"))
	}
	if a.Cluster.ARN == "" || a.Cluster.Name == "" || a.Cluster.VPCID == nil || a.Cluster.SubnetIDs == nil {
		errs = append(errs, errors.New("cluster is not set"))
	}
	if a.KeyARN == nil || a.ExecutionRoleARN == nil || a.MemberGroupID == nil {
		errs = append(errs, errors.New("key, execution role and security group must be set"))
	}
	for _, service := range a.Config.Items {
		if _, ok := a.TaskRoleARNs[service.Name]; !ok {
			errs = append(errs, fmt.Errorf("service %s has no task role", service.Name))
		}
		if _, ok := a.ServiceGroupIDs[service.Name]; !ok {
			errs = append(errs, fmt.Errorf("service %s has no security group", service.Name))
		}
		if scheme := service.Expose.Scheme(); scheme != "" && (a.Ingress.LoadBalancers[scheme].ListenerARN == "" || a.Ingress.ZoneID == "") {
			errs = append(errs, fmt.Errorf("service %s is exposed, but there is no %s load balancer", service.Name, scheme))
		}
	}
	return errors.Join(errs...)
}

// Services are a cell's ECS services.
type Services struct {
	pulumi.ResourceState

	// Names are the ECS services' names by name in the configuration.
	Names map[string]pulumi.StringOutput
	// URLs are where exposed services are reached, by service name.
	URLs map[string]pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the services' names and URLs.
func (s *Services) Outputs() pulumi.Map {
	names, urls := pulumi.Map{}, pulumi.Map{}
	for service, name := range s.Names {
		names[service] = name
	}
	for service, url := range s.URLs {
		urls[service] = url
	}
	return pulumi.Map{"serviceNames": names, "urls": urls}
}

// New builds the services that args describes. It fails, before any resource is
// registered, when args are incomplete.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Services, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("services %q: %w", name, err)
	}
	s := &Services{Names: map[string]pulumi.StringOutput{}, URLs: map[string]pulumi.StringOutput{}, name: name, args: args}
	return component.Register(ctx, token, name, s, opts, func(child pulumi.ResourceOption) error {
		for _, service := range args.Config.Items {
			if err := s.add(ctx, service, child); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Services) add(ctx *pulumi.Context, service config.Service, child pulumi.ResourceOption) error {
	definition, err := s.addTaskDefinition(ctx, service, child)
	if err != nil {
		return err
	}
	var balancers ecs.ServiceLoadBalancerArray
	var ready []pulumi.Resource
	if service.Expose.Scheme() != "" {
		target, rule, err := s.expose(ctx, service, child)
		if err != nil {
			return err
		}
		balancers = ecs.ServiceLoadBalancerArray{ecs.ServiceLoadBalancerArgs{
			TargetGroupArn: target.Arn,
			ContainerName:  pulumi.String(containerName),
			ContainerPort:  pulumi.Int(service.Port),
		}}
		// ECS refuses a target group that no listener leads to yet.
		ready = append(ready, rule)
	}
	created, err := s.addService(ctx, service, definition, balancers, ready, child)
	if err != nil {
		return err
	}
	s.Names[service.Name] = created.Name
	return s.addScaling(ctx, service, created, child)
}

func (s *Services) addTaskDefinition(ctx *pulumi.Context, service config.Service, child pulumi.ResourceOption) (*ecs.TaskDefinition, error) {
	name := s.name + "-" + service.Name
	logGroup := naming.CellLogGroup(s.args.Client, service.Name)
	definitions := s.args.environment(service).ApplyT(func(environment map[string]string) (string, error) {
		return s.args.containers(service, environment, logGroup)
	}).(pulumi.StringOutput)
	logs, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(logGroup),
		KmsKeyId:        s.args.KeyARN,
		RetentionInDays: pulumi.Int(s.args.LogRetentionDays),
	}, child)
	if err != nil {
		return nil, err
	}
	return ecs.NewTaskDefinition(ctx, name, &ecs.TaskDefinitionArgs{
		Family:                  pulumi.String(s.args.Client + "-" + service.Name),
		Cpu:                     pulumi.String(fmt.Sprint(service.CPU)),
		Memory:                  pulumi.String(fmt.Sprint(service.Memory)),
		NetworkMode:             pulumi.String("awsvpc"),
		RequiresCompatibilities: pulumi.ToStringArray([]string{"FARGATE"}),
		RuntimePlatform: ecs.TaskDefinitionRuntimePlatformArgs{
			CpuArchitecture:       pulumi.String(string(service.Arch)),
			OperatingSystemFamily: pulumi.String("LINUX"),
		},
		ExecutionRoleArn:     s.args.ExecutionRoleARN,
		TaskRoleArn:          s.args.TaskRoleARNs[service.Name],
		ContainerDefinitions: definitions,
	}, child, pulumi.DependsOn([]pulumi.Resource{logs}))
}

func (s *Services) addService(
	ctx *pulumi.Context, service config.Service, definition *ecs.TaskDefinition,
	balancers ecs.ServiceLoadBalancerArray, ready []pulumi.Resource, child pulumi.ResourceOption,
) (*ecs.Service, error) {
	args := &ecs.ServiceArgs{
		Name:           pulumi.String(s.args.Client + "-" + service.Name),
		Cluster:        pulumi.String(s.args.Cluster.ARN),
		TaskDefinition: definition.Arn,
		DesiredCount:   pulumi.Int(service.MinTasks),
		CapacityProviderStrategies: ecs.ServiceCapacityProviderStrategyArray{ecs.ServiceCapacityProviderStrategyArgs{
			CapacityProvider: pulumi.String("FARGATE"),
			Weight:           pulumi.Int(1),
		}},
		NetworkConfiguration: ecs.ServiceNetworkConfigurationArgs{
			Subnets:        s.args.Cluster.SubnetIDs,
			SecurityGroups: pulumi.StringArray{s.args.MemberGroupID, s.args.ServiceGroupIDs[service.Name]},
			AssignPublicIp: pulumi.Bool(false),
		},
		DeploymentCircuitBreaker:        ecs.ServiceDeploymentCircuitBreakerArgs{Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true)},
		DeploymentMinimumHealthyPercent: pulumi.Int(100),
		DeploymentMaximumPercent:        pulumi.Int(200),
		AvailabilityZoneRebalancing:     pulumi.String("ENABLED"),
		EnableExecuteCommand:            pulumi.Bool(false),
		EnableEcsManagedTags:            pulumi.Bool(true),
		PropagateTags:                   pulumi.String("SERVICE"),
	}
	if len(balancers) > 0 {
		args.LoadBalancers = balancers
		args.HealthCheckGracePeriodSeconds = pulumi.Int(healthGraceSeconds)
	}
	// The number of tasks is scaling's to change.
	return ecs.NewService(ctx, s.name+"-"+service.Name, args, child,
		pulumi.DependsOn(ready), pulumi.IgnoreChanges([]string{"desiredCount"}))
}
