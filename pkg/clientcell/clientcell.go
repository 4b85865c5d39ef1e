// Package clientcell composes one client's cell from its modules: key, roles,
// network, storage and services, in the order of their dependencies. Each module
// is a component in a package of its own; they exchange values only here.
package clientcell

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/iam"
	"cellworks/pkg/clientcell/kms"
	"cellworks/pkg/clientcell/network"
	"cellworks/pkg/clientcell/services"
	"cellworks/pkg/clientcell/storage"
	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
)

const token = component.TokenPrefix + ":clientcell:Cell"

// Args says what cell to build.
type Args struct {
	// Organization is the organization's name, the prefix of globally unique names.
	Organization string
	// Config is the client's resolved configuration.
	Config config.Cell
	// Base is what the account and region start with.
	Base contract.Base
	// PermissionsBoundary is the ARN of the policy that bounds the cell's roles.
	PermissionsBoundary pulumi.StringInput
	// ECS is the cluster and load balancers that services share; needed when the
	// cell runs services.
	ECS *contract.ECS
}

// Cell is one client's cell.
type Cell struct {
	pulumi.ResourceState

	// Key, Roles and Network exist in every cell; Storage and Services are nil in
	// a cell where the module is off.
	Key      *kms.Key
	Roles    *iam.Roles
	Network  *network.Network
	Storage  *storage.Storage
	Services *services.Services
}

// Outputs returns what operators need to know of the cell, by name. Outputs of a
// module that is off are absent.
func (c *Cell) Outputs() pulumi.Map {
	outputs := pulumi.Map{"keyArn": c.Key.ARN, "keyAlias": c.Key.AliasName}
	if c.Storage != nil {
		outputs["bucketNames"] = c.Storage.Outputs()["bucketNames"]
	}
	if c.Services != nil {
		outputs["serviceNames"] = c.Services.Outputs()["serviceNames"]
		outputs["urls"] = c.Services.Outputs()["urls"]
	}
	return outputs
}

// New builds the cell that args describes. It fails, before any resource is
// registered, when args have no permissions boundary, when the cell runs services
// but args have no cluster, or no load balancer for one that is exposed, when the
// base stack lacks a subnet of the region's zones, and when a bucket's name is invalid.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Cell, error) {
	plan, err := newPlan(args)
	if err != nil {
		return nil, fmt.Errorf("cell %q: %w", args.Config.Client, err)
	}
	c := &Cell{}
	return component.Register(ctx, token, name, c, opts, func(child pulumi.ResourceOption) error {
		return c.build(ctx, name, plan, child)
	})
}

// plan is everything about a cell that is decided before any resource exists.
type plan struct {
	Args
	subnetIDs []string
	buckets   map[string]config.Bucket
	names     []string
	services  []config.Service
}

func newPlan(args Args) (plan, error) {
	p := plan{Args: args, buckets: map[string]config.Bucket{}}
	var errs []error
	if args.PermissionsBoundary == nil {
		errs = append(errs, errors.New("permissions boundary is not set"))
	}
	if args.Config.Services.Enabled {
		p.services = args.Config.Services.Items
		errs = append(errs, args.checkCluster())
	}
	for _, zone := range args.Config.Region.Zones {
		id, ok := args.Base.SubnetIDs[string(ipam.App)][zone]
		if !ok {
			errs = append(errs, fmt.Errorf("base stack of %s in %s has no app subnet in zone %s", args.Config.Account.Name, args.Config.Region.Name, zone))
		}
		p.subnetIDs = append(p.subnetIDs, id)
	}
	if args.Config.Storage.Enabled {
		for _, bucket := range args.Config.Storage.Buckets {
			physical, err := naming.Bucket(args.Organization, args.Config.Client, args.Config.Region.Name, bucket.Name)
			if err != nil {
				errs = append(errs, fmt.Errorf("bucket %s: %w", bucket.Name, err))
			}
			p.buckets[physical] = bucket
			p.names = append(p.names, physical)
		}
	}
	return p, errors.Join(errs...)
}

// checkCluster reports services that have no cluster to run on, or no load balancer
// to be exposed on.
func (a Args) checkCluster() error {
	account, region := a.Config.Account.Name, a.Config.Region.Name
	if a.ECS == nil {
		return fmt.Errorf("services: %s in %s has no ECS cluster", account, region)
	}
	var errs []error
	for _, service := range a.Config.Services.Items {
		scheme := service.Expose.Scheme()
		if _, ok := a.ECS.LoadBalancers[scheme]; scheme != "" && !ok {
			stack := naming.StackUtility(account, region, config.ApplicationECS)
			errs = append(errs, fmt.Errorf("service %s is exposed on the %s load balancer, which stack %s/%s does not publish: bring it up first (cellctl up %s/%s)",
				service.Name, scheme, naming.ProjectUtility, stack, naming.ProjectUtility, stack))
		}
	}
	return errors.Join(errs...)
}

func (c *Cell) build(ctx *pulumi.Context, name string, p plan, child pulumi.ResourceOption) error {
	cfg := p.Config
	var err error
	if c.Key, err = kms.New(ctx, name, kms.Args{
		Client:             cfg.Client,
		AccountID:          cfg.Account.ID,
		Region:             cfg.Region.Name,
		DeployRole:         naming.DeployRole(naming.ProjectCell),
		Config:             cfg.KMS,
		DeletionProtection: cfg.DeletionProtection,
	}, child); err != nil {
		return err
	}
	images := map[string]string{}
	var secrets []config.SecretRef
	for _, service := range p.services {
		images[service.Name] = service.Image
		for _, name := range slices.Sorted(maps.Keys(service.Secrets)) {
			secrets = append(secrets, service.Secrets[name])
		}
	}
	if c.Roles, err = iam.New(ctx, name, iam.Args{
		Client:              cfg.Client,
		AccountID:           cfg.Account.ID,
		Region:              cfg.Region.Name,
		Config:              cfg.IAM,
		KeyARN:              c.Key.ARN,
		PermissionsBoundary: p.PermissionsBoundary,
		Buckets:             p.names,
		Services:            images,
		Secrets:             secrets,
	}, child); err != nil {
		return err
	}
	if c.Network, err = network.New(ctx, name, p.networkArgs(), child); err != nil {
		return err
	}
	if cfg.Storage.Enabled {
		if c.Storage, err = storage.New(ctx, name, storage.Args{
			Client:             cfg.Client,
			AccountID:          cfg.Account.ID,
			Region:             cfg.Region.Name,
			DeployRole:         naming.DeployRole(naming.ProjectCell),
			KeyARN:             c.Key.ARN,
			Buckets:            p.buckets,
			DeletionProtection: cfg.DeletionProtection,
		}, child); err != nil {
			return err
		}
	}
	if cfg.Services.Enabled {
		c.Services, err = services.New(ctx, name, c.serviceArgs(p), child)
	}
	return err
}

func (p plan) networkArgs() network.Args {
	args := network.Args{
		Client:   p.Config.Client,
		VPCID:    p.Base.VPCID,
		Config:   p.Config.Network,
		Services: map[string]network.Service{},
	}
	if p.ECS != nil {
		args.LoadBalancerSecurityGroupIDs = map[config.LoadBalancerScheme]string{}
		for scheme, balancer := range p.ECS.LoadBalancers {
			args.LoadBalancerSecurityGroupIDs[scheme] = balancer.SecurityGroupID
		}
	}
	for _, service := range p.services {
		args.Services[service.Name] = network.Service{Port: service.Port, Scheme: service.Expose.Scheme()}
	}
	return args
}

func (c *Cell) serviceArgs(p plan) services.Args {
	return services.Args{
		Client:    p.Config.Client,
		AccountID: p.Config.Account.ID,
		Region:    p.Config.Region.Name,
		Config:    p.Config.Services,
		Cluster: services.Cluster{
			Name:      p.ECS.ClusterName,
			ARN:       p.ECS.ClusterARN,
			SubnetIDs: p.subnetIDs,
			VPCID:     p.Base.VPCID,
		},
		Ingress: services.Ingress{
			LoadBalancers: p.ECS.LoadBalancers,
			ZoneID:        p.Base.ZoneID,
			ZoneName:      p.Base.ZoneName,
		},
		KeyARN:           c.Key.ARN,
		ExecutionRoleARN: c.Roles.ExecutionARN,
		TaskRoleARNs:     c.Roles.TaskARNs,
		MemberGroupID:    c.Network.MemberGroupID,
		ServiceGroupIDs:  c.Network.ServiceGroupIDs,
	}
}
