package utility

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/ecscluster"
	"cellworks/pkg/ipam"
	"cellworks/pkg/loadbalancer"
	"cellworks/pkg/naming"
	"cellworks/pkg/webacl"
)

// clusterName is the name of the one cluster of an account and region. Policies
// and logs name it, so it is fixed.
const clusterName = "cells"

// buildECS builds the cluster and the load balancers that the cells share, each
// behind a web ACL of its own: what is too much from the Internet is little from an
// account's own networks.
func buildECS(ctx *pulumi.Context, in inputs) error {
	cfg := in.config
	cluster, err := clusterArgs(ctx, in)
	if err != nil {
		return err
	}
	balancers := map[config.LoadBalancerScheme]loadbalancer.Args{}
	for scheme, balancer := range cfg.ECS.LoadBalancers.Enabled() {
		args, err := balancerArgs(in, scheme, balancer)
		if err != nil {
			return err
		}
		balancers[scheme] = args
	}
	built, err := ecscluster.New(ctx, config.ApplicationECS, cluster, in.provider)
	if err != nil {
		return err
	}
	outputs := contract.ECSOutputs{
		ClusterName:       built.Name,
		ClusterARN:        built.ARN,
		CapacityProviders: built.CapacityProviders,
		NamespaceID:       built.NamespaceID,
		NamespaceARN:      built.NamespaceARN,
		NamespaceName:     built.NamespaceName,
	}
	if err := addBalancers(ctx, in, balancers, &outputs); err != nil {
		return err
	}
	outputs.Export(ctx)
	return nil
}

// addBalancers builds the load balancers, with the certificate that they share and a web
// ACL for those of each scheme.
func addBalancers(ctx *pulumi.Context, in inputs, balancers map[config.LoadBalancerScheme]loadbalancer.Args, outputs *contract.ECSOutputs) error {
	first, shards, firewalls := pulumi.Map{}, pulumi.Map{}, pulumi.StringMap{}
	outputs.LoadBalancers, outputs.Shards, outputs.WebACLARNs, outputs.CertificateARN = first, shards, firewalls, pulumi.String("")
	if len(balancers) == 0 {
		return nil
	}
	certificate, err := loadbalancer.NewCertificate(ctx, clusterName, loadbalancer.CertificateArgs{
		ZoneID: in.base.ZoneID, ZoneName: in.base.ZoneName,
	}, in.provider)
	if err != nil {
		return err
	}
	outputs.CertificateARN = certificate.ARN
	for _, scheme := range slices.Sorted(maps.Keys(balancers)) {
		args := balancers[scheme]
		args.CertificateARN = certificate.ARN
		published, arns, err := addShards(ctx, in, scheme, args)
		if err != nil {
			return err
		}
		firewall, err := webacl.New(ctx, balancerName(scheme, 0), firewallArgs(in, scheme, arns), in.provider)
		if err != nil {
			return err
		}
		first[string(scheme)], shards[string(scheme)], firewalls[string(scheme)] = published[0], published, firewall.ARN
	}
	return nil
}

// addShards builds the load balancers of a scheme. It returns what each publishes, and
// their ARNs by the name that the web ACL knows them by.
func addShards(ctx *pulumi.Context, in inputs, scheme config.LoadBalancerScheme, args loadbalancer.Args) (pulumi.Array, map[string]pulumi.StringInput, error) {
	var published pulumi.Array
	arns := map[string]pulumi.StringInput{}
	for shard := range in.config.ECS.LoadBalancers.Enabled()[scheme].Shards {
		balancer, err := loadbalancer.New(ctx, balancerName(scheme, shard), args, in.provider)
		if err != nil {
			return nil, nil, err
		}
		published = append(published, contract.LoadBalancerOutputs{
			ARN:             balancer.ARN,
			DNSName:         balancer.DNSName,
			ZoneID:          balancer.ZoneID,
			SecurityGroupID: balancer.SecurityGroupID,
			ListenerARN:     balancer.ListenerARN,
		}.Map())
		arns[numbered("balancer", shard)] = balancer.ARN
	}
	return published, arns, nil
}

// balancerName returns the name of a load balancer. AWS keeps names that begin with
// internal- for itself.
func balancerName(scheme config.LoadBalancerScheme, shard int) string {
	return numbered(clusterName+"-"+string(scheme), shard)
}

// numbered returns the name of the first of several, and with its number that of another:
// the first was there before there could be more.
func numbered(name string, number int) string {
	if number == 0 {
		return name
	}
	return name + "-" + strconv.Itoa(number)
}

func clusterArgs(ctx *pulumi.Context, in inputs) (ecscluster.Args, error) {
	cfg := in.config
	subnets, err := subnetIDs(in, ipam.App)
	if err != nil {
		return ecscluster.Args{}, err
	}
	tags := naming.TagSet{Project: naming.ProjectUtility, Stack: ctx.Stack(), Account: cfg.Account.Name}
	return ecscluster.Args{
		Name:                clusterName,
		AccountID:           cfg.Account.ID,
		Region:              cfg.Region.Name,
		Config:              cfg.ECS,
		VPCID:               in.base.VPCID,
		SubnetIDs:           subnets,
		Namespace:           naming.ServiceZone(cfg.Region.Name, cfg.Account.Name, in.tree.Organization().Domain),
		LogKeyARN:           in.base.KeyARNs[contract.KeyLogs],
		VolumeKeyARN:        in.base.KeyARNs[contract.KeyVolumes],
		PermissionsBoundary: in.base.BoundaryARN,
		Tags:                tags.Tags(),
		DeletionProtection:  cfg.DeletionProtection,
	}, nil
}

// balancerArgs places a load balancer: in the public tier when it faces the Internet,
// else beside its targets in the app tier.
func balancerArgs(in inputs, scheme config.LoadBalancerScheme, balancer config.UtilityLoadBalancer) (loadbalancer.Args, error) {
	tier := ipam.App
	if scheme == config.Public {
		tier = ipam.Public
	}
	subnets, err := subnetIDs(in, tier)
	if err != nil {
		return loadbalancer.Args{}, err
	}
	targets, err := netip.ParsePrefix(in.base.TierCIDRs[string(ipam.App)])
	if err != nil {
		return loadbalancer.Args{}, fmt.Errorf("base stack of %s in %s publishes an app tier block that is none: %w", in.config.Account.Name, in.config.Region.Name, err)
	}
	var tasks []netip.Prefix
	if scheme == config.Internal {
		if tasks, err = ipam.AppTiers(in.config.Account.Slot, in.config.Region.Slot); err != nil {
			return loadbalancer.Args{}, err
		}
	}
	return loadbalancer.Args{
		VPCID:              pulumi.String(in.base.VPCID),
		SubnetIDs:          pulumi.ToStringArray(subnets),
		TargetCIDR:         targets,
		Internal:           scheme == config.Internal,
		AllowedCIDRs:       balancer.AllowedCIDRs,
		TaskCIDRs:          tasks,
		SignIn:             balancer.SignIn,
		IdleTimeoutSeconds: balancer.IdleTimeoutSeconds,
		LogBucket:          in.base.LogBuckets[contract.LogsLoadBalancer],
		DeletionProtection: in.config.DeletionProtection,
	}, nil
}

func firewallArgs(in inputs, scheme config.LoadBalancerScheme, arns map[string]pulumi.StringInput) webacl.Args {
	cfg := in.config
	return webacl.Args{
		Description:      "In front of the " + string(scheme) + " load balancer of cluster " + clusterName,
		AccountID:        cfg.Account.ID,
		Region:           cfg.Region.Name,
		LogName:          clusterName + "-" + string(scheme),
		LogRetentionDays: cfg.ECS.LogRetentionDays,
		LogKeyARN:        in.base.KeyARNs[contract.KeyLogs],
		RequestLimit:     cfg.ECS.LoadBalancers.Enabled()[scheme].RequestLimit,
		Resources:        arns,
	}
}

// subnetIDs returns the shared subnets of a tier, in the order of the region's zones,
// or every zone in which the base stack has none.
func subnetIDs(in inputs, tier ipam.Tier) ([]string, error) {
	account, region := in.config.Account.Name, in.config.Region.Name
	var ids []string
	var errs []error
	for _, zone := range in.config.Region.Zones {
		id, ok := in.base.SubnetIDs[string(tier)][zone]
		if !ok {
			errs = append(errs, fmt.Errorf("base stack of %s in %s has no %s subnet in zone %s: run it first (cellctl up base/%s)",
				account, region, tier, zone, naming.StackBase(account, region)))
		}
		ids = append(ids, id)
	}
	return ids, errors.Join(errs...)
}
