package utility

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/ecscluster"
	"cellworks/pkg/ipam"
	"cellworks/pkg/loadbalancer"
)

// clusterName is the name of the one cluster of an account and region. Policies
// and logs name it, so it is fixed.
const clusterName = "cells"

// buildECS builds the cluster and the load balancer that the cells share.
func buildECS(ctx *pulumi.Context, cfg config.Utility, base contract.Base, providers pulumi.ResourceOption) error {
	if !cfg.ECS.Enabled {
		return errors.New("application ecs is disabled for this account and region: set ecs.enabled to true or destroy the stack")
	}
	cluster, err := ecscluster.New(ctx, "ecs", ecscluster.Args{
		Name:               clusterName,
		AccountID:          cfg.Account.ID,
		Region:             cfg.Region.Name,
		ContainerInsights:  string(cfg.ECS.ContainerInsights),
		LogRetentionDays:   cfg.ECS.LogRetentionDays,
		DeletionProtection: cfg.DeletionProtection,
	}, providers)
	if err != nil {
		return err
	}
	args, err := balancerArgs(cfg, base)
	if err != nil {
		return err
	}
	balancer, err := loadbalancer.New(ctx, "cells", args, providers)
	if err != nil {
		return err
	}
	contract.ECSOutputs{
		ClusterName:                 cluster.Name,
		ClusterARN:                  cluster.ARN,
		LoadBalancerDNSName:         balancer.DNSName,
		LoadBalancerZoneID:          balancer.ZoneID,
		LoadBalancerSecurityGroupID: balancer.SecurityGroupID,
		ListenerARN:                 balancer.ListenerARN,
	}.Export(ctx)
	return nil
}

// balancerArgs places the load balancer: in the public tier when it faces the
// internet, else beside its targets in the app tier.
func balancerArgs(cfg config.Utility, base contract.Base) (loadbalancer.Args, error) {
	internal := cfg.ECS.LoadBalancer.Scheme == config.Internal
	tier := ipam.Public
	if internal {
		tier = ipam.App
	}
	var subnets []string
	for _, zone := range cfg.Region.Zones {
		id, ok := base.SubnetIDs[string(tier)][zone]
		if !ok {
			return loadbalancer.Args{}, fmt.Errorf("base stack of %s in %s has no %s subnet in zone %s: run it first (cellctl up base/%s-%s)",
				cfg.Account.Name, cfg.Region.Name, tier, zone, cfg.Account.Name, cfg.Region.Name)
		}
		subnets = append(subnets, id)
	}
	targets, err := netip.ParsePrefix(base.TierCIDRs[string(ipam.App)])
	if err != nil {
		return loadbalancer.Args{}, fmt.Errorf("base stack of %s in %s publishes an app tier block that is none: %w", cfg.Account.Name, cfg.Region.Name, err)
	}
	return loadbalancer.Args{
		VPCID:              base.VPCID,
		SubnetIDs:          subnets,
		TargetCIDR:         targets,
		Internal:           internal,
		AllowedCIDRs:       cfg.ECS.LoadBalancer.AllowedCIDRs,
		IdleTimeoutSeconds: cfg.ECS.LoadBalancer.IdleTimeoutSeconds,
		ZoneID:             base.ZoneID,
		ZoneName:           base.ZoneName,
		DeletionProtection: cfg.DeletionProtection,
	}, nil
}
