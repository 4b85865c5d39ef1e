package utility

import (
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/elk"
	"cellworks/pkg/ipam"
)

// buildELK builds where logs of every account of the organization are searched and
// kept. It reads no client: a new one changes nothing here.
func buildELK(ctx *pulumi.Context, in inputs) error {
	args, err := elkArgs(in)
	if err != nil {
		return err
	}
	built, err := elk.New(ctx, config.ApplicationELK, args, in.provider)
	if err != nil {
		return err
	}
	streams := pulumi.Map{}
	for account, s := range built.Streams {
		streams[account] = contract.LogStreamOutputs{
			Name: s.Name, ARN: s.ARN, Region: pulumi.String(in.config.Region.Name), RoleARN: s.RoleARN,
		}.Map()
	}
	contract.ELKOutputs{
		Endpoint:        built.Endpoint,
		DomainName:      built.DomainName,
		DomainARN:       built.DomainARN,
		SecurityGroupID: built.SecurityGroupID,
		Streams:         streams,
		ArchiveBucket:   built.ArchiveBucket,
		KeyARN:          built.KeyARN,
	}.Export(ctx)
	return nil
}

// elkArgs places the domain in the data tier, which has no way out, and what calls it
// in the app tier.
func elkArgs(in inputs) (elk.Args, error) {
	cfg, organization := in.config, in.tree.Organization()
	data, err := subnetIDs(in, ipam.Data)
	if err != nil {
		return elk.Args{}, err
	}
	app, err := subnetIDs(in, ipam.App)
	if err != nil {
		return elk.Args{}, err
	}
	callers, err := netip.ParsePrefix(in.base.TierCIDRs[string(ipam.App)])
	if err != nil {
		return elk.Args{}, fmt.Errorf("base stack of %s in %s publishes an app tier block that is none: %w", cfg.Account.Name, cfg.Region.Name, err)
	}
	senders := map[string]string{}
	for _, account := range organization.Accounts {
		senders[account.Name] = account.ID
	}
	return elk.Args{
		OrganizationName: organization.Name,
		AccountID:        cfg.Account.ID,
		Region:           cfg.Region.Name,
		Config:           cfg.ELK,
		VPCID:            in.base.VPCID,
		// A domain spreads over three zones at most.
		DataSubnetIDs:       data[:min(len(data), elk.Zones)],
		AppSubnetIDs:        app,
		AppCIDR:             callers,
		ZoneID:              in.base.ZoneID,
		ZoneName:            in.base.ZoneName,
		Senders:             senders,
		LogKeyARN:           in.base.KeyARNs[contract.KeyLogs],
		AlertTopicARN:       in.base.AlertTopicARN,
		PermissionsBoundary: in.base.BoundaryARN,
		DeletionProtection:  cfg.DeletionProtection,
	}, nil
}
