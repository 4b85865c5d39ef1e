package clientcell

import (
	"errors"
	"fmt"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/sftp"
	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/transfer"
)

// The algorithms and the banner of a client's own server.
const (
	sftpPolicy = "TransferSecurityPolicy-2024-01"
	sftpBanner = "For authorized users only. Use is recorded."
)

func (c *Cell) addSFTP(s *site) (err error) {
	cfg := s.Config
	serverID, host := pulumi.StringInput(nil), pulumi.StringInput(nil)
	if cfg.SFTP.Mode == config.SFTPDedicated {
		server, err := transfer.New(s.ctx, s.name+"-sftp", s.transferArgs(c.Key.ARN), s.child)
		if err != nil {
			return err
		}
		serverID, host = server.ID, server.Host
		c.outputs["sftpAddresses"], c.outputs["sftpHostKeyFingerprint"] = server.Addresses, server.HostKeyFingerprint
	} else {
		serverID, host = pulumi.String(s.SFTP.ServerID), pulumi.String(s.SFTP.Host)
	}
	names := map[string]string{}
	for physical, bucket := range s.buckets {
		names[bucket.Name] = physical
	}
	c.SFTP, err = sftp.New(s.ctx, s.name, sftp.Args{
		Client:              cfg.Client,
		AccountID:           cfg.Account.ID,
		Region:              cfg.Region.Name,
		Users:               cfg.SFTP.Users,
		Closed:              cfg.State == config.Suspended,
		ServerID:            serverID,
		BucketNames:         names,
		Buckets:             c.Storage.BucketNames,
		KeyARN:              c.Key.ARN,
		PermissionsBoundary: s.PermissionsBoundary,
	}, s.child)
	if err == nil {
		c.outputs["sftpHost"] = host
		maps.Copy(c.outputs, c.SFTP.Outputs())
	}
	return err
}

// transferArgs describes the client's own server. It is in the account's public subnets
// wherever the cell is: it reaches buckets only.
func (p plan) transferArgs(keyARN pulumi.StringInput) transfer.Args {
	args := transfer.Args{
		VPCID:              p.Base.VPCID,
		Host:               naming.CellSFTPHost(p.Config.Client) + "." + p.Base.ZoneName,
		ZoneID:             p.Base.ZoneID,
		AllowedCIDRs:       p.Config.SFTP.AllowedCIDRs,
		SecurityPolicy:     sftpPolicy,
		Banner:             sftpBanner,
		LogGroup:           naming.CellLogGroup(p.Config.Client, "sftp"),
		LogRetentionDays:   p.Config.Logging.RetentionDays,
		LogKeyARN:          keyARN,
		DeletionProtection: p.Config.Protects(config.ModuleSFTP),
	}
	for _, zone := range p.Config.Region.Zones {
		args.SubnetIDs = append(args.SubnetIDs, p.Base.SubnetIDs[string(ipam.Public)][zone])
	}
	return args
}

// checkSFTP reports what the levels below lack for the client's server.
func (a Args) checkSFTP() error {
	account, region := a.Config.Account.Name, a.Config.Region.Name
	if !a.Config.SFTP.Enabled {
		return nil
	}
	if a.Config.SFTP.Mode == config.SFTPShared {
		if a.SFTP == nil {
			return fmt.Errorf("sftp: %s in %s has no SFTP server", account, region)
		}
		return nil
	}
	var errs []error
	for _, zone := range a.Config.Region.Zones {
		if a.Base.SubnetIDs[string(ipam.Public)][zone] == "" {
			errs = append(errs, fmt.Errorf("base stack of %s in %s has no public subnet in zone %s", account, region, zone))
		}
	}
	return errors.Join(errs...)
}
