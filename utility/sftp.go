package utility

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/transfer"
)

// buildSFTP builds the server that clients send files to.
func buildSFTP(ctx *pulumi.Context, in inputs) error {
	cfg := in.config
	var subnets []string
	for _, zone := range cfg.Region.Zones {
		id, ok := in.base.SubnetIDs[string(ipam.Public)][zone]
		if !ok {
			return fmt.Errorf("base stack of %s in %s has no public subnet in zone %s", cfg.Account.Name, cfg.Region.Name, zone)
		}
		subnets = append(subnets, id)
	}
	server, err := transfer.New(ctx, config.ApplicationSFTP, transfer.Args{
		VPCID:              in.base.VPCID,
		SubnetIDs:          subnets,
		Host:               cfg.SFTP.Host + "." + in.base.ZoneName,
		ZoneID:             in.base.ZoneID,
		AllowedCIDRs:       cfg.SFTP.AllowedCIDRs,
		SecurityPolicy:     cfg.SFTP.SecurityPolicy,
		Banner:             cfg.SFTP.Banner,
		LogGroup:           naming.UtilityLogGroup(config.ApplicationSFTP),
		LogRetentionDays:   cfg.SFTP.LogRetentionDays,
		LogKeyARN:          pulumi.String(in.base.KeyARNs[contract.KeyLogs]),
		DeletionProtection: cfg.DeletionProtection,
	}, in.provider)
	if err != nil {
		return err
	}
	contract.SFTPOutputs{
		ServerID: server.ID, Host: server.Host, Addresses: server.Addresses, HostKeyFingerprint: server.HostKeyFingerprint,
	}.Export(ctx)
	return nil
}
