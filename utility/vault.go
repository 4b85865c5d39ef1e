package utility

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/consul"
	"cellworks/pkg/contract"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/snapshots"
	"cellworks/pkg/userdata"
	"cellworks/pkg/vault"
)

// buildVault builds the Vault cluster.
func buildVault(ctx *pulumi.Context, in inputs) error {
	cfg := in.config
	args, err := vaultArgs(ctx, in)
	if err != nil {
		return err
	}
	blocks, err := subnetBlocks(in, ipam.App)
	if err != nil {
		return err
	}
	if cfg.Vault.Storage == config.VaultOnConsul {
		if args.Consul, err = vaultStorage(ctx, in); err != nil {
			return err
		}
	}
	saved, region, err := addSnapshots(ctx, in, config.ApplicationVault, cfg.Vault.Snapshots)
	if err != nil {
		return err
	}
	args.Snapshots = vault.Snapshots{
		Bucket: saved.BucketName, Region: region, BucketARN: saved.BucketARN, KeyARN: saved.KeyARN,
		Statements: snapshots.Write(config.ApplicationVault),
	}
	cluster, err := vault.New(ctx, config.ApplicationVault, args, in.provider)
	if err != nil {
		return err
	}
	var servers []string
	for _, block := range blocks {
		servers = append(servers, block.String())
	}
	contract.VaultOutputs{
		Address:                 cluster.Address,
		Host:                    cluster.Host,
		TLS:                     pulumi.String(cfg.Vault.TLS),
		Storage:                 pulumi.String(cfg.Vault.Storage),
		CertificateNames:        pulumi.ToStringArray(cluster.CertificateNames),
		ServerSecurityGroupID:   cluster.ServerSecurityGroupID,
		BalancerSecurityGroupID: cluster.BalancerSecurityGroupID,
		ServerCIDRs:             pulumi.ToStringArray(servers),
		SealKeyARN:              cluster.SealKeyARN,
		SecretARNs:              arns(cluster.SecretARNs),
		SecretKeyARN:            cluster.SecretKeyARN,
		RoleARN:                 cluster.RoleARN,
		GroupName:               cluster.GroupName,
		AuditFiles:              pulumi.ToStringArray(userdata.VaultAuditFiles()),
		DatabaseCA:              pulumi.String(userdata.VaultDatabaseCA),
		SnapshotRole:            pulumi.String(vault.SnapshotRole),
		SnapshotBucket:          saved.Bucket,
	}.Export(ctx)
	return nil
}

func vaultArgs(ctx *pulumi.Context, in inputs) (vault.Args, error) {
	cfg := in.config
	subnets, err := subnetIDs(in, ipam.App)
	if err != nil {
		return vault.Args{}, err
	}
	// The base stack of every other account makes the role when it names this one.
	var readers []string
	for _, account := range in.tree.Organization().Accounts {
		if account.Name != cfg.Account.Name {
			readers = append(readers, naming.ServiceRoleARN(account.ID, cfg.Region.Name, naming.ServiceVaultAuth))
		}
	}
	logs, volumes := keysOf(in)
	return vault.Args{
		AccountName:         cfg.Account.Name,
		AccountID:           cfg.Account.ID,
		Region:              cfg.Region.Name,
		Config:              cfg.Vault,
		VPCID:               in.base.VPCID,
		SubnetIDs:           subnets,
		ZoneID:              in.base.ZoneID,
		ZoneName:            in.base.ZoneName,
		LogKeyARN:           logs,
		VolumeKeyARN:        volumes,
		AlertTopicARN:       in.base.AlertTopicARN,
		PermissionsBoundary: in.base.BoundaryARN,
		ReaderRoleARNs:      readers,
		Tags:                stackTags(ctx, in).Tags(),
		DeletionProtection:  cfg.DeletionProtection,
	}, nil
}

// vaultStorage is the Consul cluster of the same account and region.
func vaultStorage(ctx *pulumi.Context, in inputs) (*vault.Consul, error) {
	published, err := contract.ReadConsul(ctx, in.config.Account.Name, in.config.Region.Name)
	if err != nil {
		return nil, err
	}
	return &vault.Consul{
		Address:         fmt.Sprintf("%s:%d", published.Host, published.Port),
		SecurityGroupID: published.BalancerSecurityGroupID,
		Port:            published.Port,
		CASecretARN:     published.SecretARNs[consul.SecretCA],
		SecretKeyARN:    published.SecretKeyARN,
	}, nil
}
