package utility

import (
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/consul"
	"cellworks/pkg/contract"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/snapshots"
	"cellworks/pkg/userdata"
)

// buildConsul builds the Consul cluster.
func buildConsul(ctx *pulumi.Context, in inputs) error {
	cfg := in.config
	args, err := consulArgs(ctx, in)
	if err != nil {
		return err
	}
	saved, region, err := addSnapshots(ctx, in, config.ApplicationConsul, cfg.Consul.Snapshots)
	if err != nil {
		return err
	}
	args.Snapshots = consul.Snapshots{
		Bucket: saved.BucketName, Region: region, BucketARN: saved.BucketARN, KeyARN: saved.KeyARN,
		Statements: snapshots.Write(config.ApplicationConsul),
	}
	cluster, err := consul.New(ctx, config.ApplicationConsul, args, in.provider)
	if err != nil {
		return err
	}
	contract.ConsulOutputs{
		Address:                 cluster.Address,
		Host:                    cluster.Host,
		Port:                    pulumi.Int(userdata.DefaultConsulPorts().HTTPS),
		ProxyPort:               pulumi.Int(userdata.DefaultConsulPorts().GRPCTLS),
		Datacenter:              pulumi.String(cluster.Datacenter),
		Domain:                  pulumi.String(consul.Domain),
		DNS:                     pulumi.Bool(cfg.Consul.DNS),
		CertificateNames:        pulumi.ToStringArray(cluster.CertificateNames),
		JoinTag:                 pulumi.String(naming.TagJoin),
		JoinTagValue:            pulumi.String(naming.ServerCluster(cfg.Account.Name, cfg.Region.Name, config.ApplicationConsul)),
		ServerSecurityGroupID:   cluster.ServerSecurityGroupID,
		BalancerSecurityGroupID: cluster.BalancerSecurityGroupID,
		SecretARNs:              arns(cluster.SecretARNs),
		SecretKeyARN:            cluster.SecretKeyARN,
		RoleARN:                 cluster.RoleARN,
		GroupName:               cluster.GroupName,
		SnapshotBucket:          saved.Bucket,
		Tasks: pulumi.Map{
			"enabled": pulumi.Bool(cfg.Consul.Tasks.Enabled), "image": pulumi.String(cfg.Consul.Tasks.Image), "dataplaneImage": pulumi.String(cfg.Consul.Tasks.DataplaneImage),
		},
	}.Export(ctx)
	return nil
}

// consulArgs places the cluster in the app tier, and what asks it for names in the
// intra tier, whose network ACL lets DNS out.
func consulArgs(ctx *pulumi.Context, in inputs) (consul.Args, error) {
	cfg := in.config
	ids, err := subnetIDs(in, ipam.App)
	if err != nil {
		return consul.Args{}, err
	}
	blocks, err := subnetBlocks(in, ipam.App)
	if err != nil {
		return consul.Args{}, err
	}
	resolvers, err := subnetIDs(in, ipam.Intra)
	if err != nil {
		return consul.Args{}, err
	}
	app, err := netip.ParsePrefix(in.base.TierCIDRs[string(ipam.App)])
	if err != nil {
		return consul.Args{}, fmt.Errorf("base stack of %s in %s publishes an app tier block that is none: %w", cfg.Account.Name, cfg.Region.Name, err)
	}
	var subnets []consul.Subnet
	for i, zone := range cfg.Region.Zones {
		subnets = append(subnets, consul.Subnet{Zone: zone, ID: ids[i], CIDR: blocks[i]})
	}
	var tasks *consul.TaskCluster
	if cfg.Consul.Tasks.Enabled {
		cluster, err := contract.ReadECS(ctx, cfg.Account.Name, cfg.Region.Name)
		if err != nil {
			return consul.Args{}, err
		}
		tasks = &consul.TaskCluster{Name: cluster.ClusterName, ARN: cluster.ClusterARN}
	}
	logs, volumes := keysOf(in)
	return consul.Args{
		AccountName:         cfg.Account.Name,
		AccountID:           cfg.Account.ID,
		Region:              cfg.Region.Name,
		Config:              cfg.Consul,
		VPCID:               in.base.VPCID,
		Subnets:             subnets,
		AppCIDR:             app,
		ResolverSubnetIDs:   resolvers,
		ZoneID:              in.base.PrivateZoneID,
		ZoneName:            in.base.PrivateZoneName,
		LogKeyARN:           logs,
		VolumeKeyARN:        volumes,
		AlertTopicARN:       in.base.AlertTopicARN,
		PermissionsBoundary: in.base.BoundaryARN,
		Cluster:             tasks,
		Tags:                stackTags(ctx, in).Tags(),
		DeletionProtection:  cfg.DeletionProtection,
	}, nil
}
