// Package services builds a cell's ECS services: log group, task definition, name in
// service discovery, service and scaling. What leads to exposed ones is the ingress's.
package services

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/taskdef"
)

// Token is the component's type token.
const Token = component.TokenPrefix + ":clientcell:Services"

// Cluster is where services run.
type Cluster struct {
	// Name and ARN identify the ECS cluster.
	Name, ARN string
	// NamespaceID is the Cloud Map namespace in which services are found. Needed by
	// services with discovery.
	NamespaceID pulumi.StringInput
	// OwnNamespace says that the namespace is the cell's alone, so that names in it need
	// not say whose they are.
	OwnNamespace bool
	// SubnetIDs are the subnets of the tasks, one a zone.
	SubnetIDs pulumi.StringArrayInput
}

// Target is what a load balancer sends the requests of an exposed service to.
type Target struct {
	// GroupARN is the target group that the tasks register with.
	GroupARN pulumi.StringInput
	// Ready is what must be there before they can.
	Ready pulumi.Resource
}

// Volume is a folder of the cell's file system.
type Volume struct {
	// FileSystemID and AccessPointID identify it.
	FileSystemID, AccessPointID pulumi.StringInput
	// Ready is what must be there before it can be mounted.
	Ready []pulumi.Resource
}

// Args says what services to build.
type Args struct {
	// Client is the client's name.
	Client string
	// AccountID and Region are where the cell is.
	AccountID, Region string
	// Config holds the services.
	Config config.CellServices
	// LogRetentionDays is how long CloudWatch keeps their logs.
	LogRetentionDays int
	// Cluster is where the services run.
	Cluster Cluster
	// Suspended lets nothing run.
	Suspended bool
	// Delivery is the stream that takes the lines of services with a log router; nil:
	// CloudWatch takes all.
	Delivery *taskdef.Delivery
	// Consul is where services with discovery consul register; nil in a cell without one.
	Consul *Consul
	// Queues are the names in SQS of the cell's queues, by name. Needed by services
	// that scale on one.
	Queues map[string]string

	// KeyARN is the cell's key, which encrypts the logs.
	KeyARN pulumi.StringInput
	// ExecutionRoleARN and TaskRoleARNs, by service name, are the cell's roles.
	ExecutionRoleARN pulumi.StringInput
	TaskRoleARNs     map[string]pulumi.StringOutput
	// MemberGroupID and ServiceGroupIDs, by service name, are the cell's security
	// groups.
	MemberGroupID   pulumi.StringInput
	ServiceGroupIDs map[string]pulumi.StringOutput
	// Environment are variables of every service, by name, unless it sets them itself. No
	// secrets.
	Environment map[string]pulumi.StringInput
	// Targets are where requests to exposed services arrive, by service name.
	Targets map[string]Target
	// Volumes are the folders that services may mount, by name.
	Volumes map[string]Volume
}

func (a Args) validate() error {
	var errs []error
	if a.Client == "" || a.AccountID == "" || a.Region == "" {
		errs = append(errs, errors.New("client, account id and region must be set"))
	}
	if a.Cluster.ARN == "" || a.Cluster.Name == "" || a.Cluster.SubnetIDs == nil {
		errs = append(errs, errors.New("cluster is not set"))
	}
	if a.KeyARN == nil || a.ExecutionRoleARN == nil || a.MemberGroupID == nil {
		errs = append(errs, errors.New("key, execution role and security group must be set"))
	}
	for _, service := range a.Config.Items {
		errs = append(errs, a.check(service))
	}
	return errors.Join(errs...)
}

// check reports what a service needs and args lack.
func (a Args) check(service config.Service) error {
	var errs []error
	lack := func(missing bool, what string) {
		if missing {
			errs = append(errs, fmt.Errorf("service %s %s", service.Name, what))
		}
	}
	_, role := a.TaskRoleARNs[service.Name]
	_, group := a.ServiceGroupIDs[service.Name]
	lack(!role, "has no task role")
	lack(!group, "has no security group")
	lack(service.Discovery == config.DiscoveryCloudMap && (a.Cluster.NamespaceID == nil || a.Cluster.NamespaceID == pulumi.String("")), "is to be found by name, but the cluster has no namespace")
	lack(service.Discovery == config.DiscoveryConsul && a.Consul == nil, "is to be found by Consul, and there is none")
	lack(a.routes(service) && a.Config.LogRouterImage == "", "sends its lines through a log router, but there is no image of it")
	lack(service.ScaleOnQueue != "" && a.Queues[service.ScaleOnQueue] == "", "scales on queue "+service.ScaleOnQueue+", which the cell does not have")
	for _, volume := range service.Volumes {
		made := a.Volumes[volume.Name]
		lack(made.FileSystemID == nil || made.AccessPointID == nil, "mounts folder "+volume.Name+", which the cell does not have")
	}
	return errors.Join(errs...)
}

// Services are a cell's ECS services.
type Services struct {
	pulumi.ResourceState

	// Names are the ECS services' names by name in the configuration.
	Names map[string]pulumi.StringOutput
	// TaskDefinitionARNs are the revisions that they run, and LogGroups the names of
	// their log groups, both by service name.
	TaskDefinitionARNs map[string]pulumi.StringOutput
	LogGroups          map[string]pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the services' names.
func (s *Services) Outputs() pulumi.Map {
	names := pulumi.Map{}
	for service, name := range s.Names {
		names[service] = name
	}
	return pulumi.Map{"serviceNames": names}
}

// New builds the services that args describes. It fails, naming all that is missing
// before any resource is registered, when args are incomplete.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Services, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("services %q: %w", name, err)
	}
	s := &Services{
		Names: map[string]pulumi.StringOutput{}, TaskDefinitionARNs: map[string]pulumi.StringOutput{}, LogGroups: map[string]pulumi.StringOutput{},
		name: name, args: args,
	}
	return component.Register(ctx, Token, name, s, opts, func(child pulumi.ResourceOption) error {
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
	created, err := s.addService(ctx, service, definition, child)
	if err != nil {
		return err
	}
	s.Names[service.Name], s.TaskDefinitionARNs[service.Name] = created.Name, definition.Arn
	return s.addScaling(ctx, service, created, child)
}
