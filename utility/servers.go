package utility

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/provider"
	"cellworks/pkg/snapshots"
)

// addSnapshots builds where an application saves what it stores: in the region that
// its configuration names, with a provider of its own when that is another one.
func addSnapshots(ctx *pulumi.Context, in inputs, application string, cfg config.UtilitySnapshots) (*snapshots.Snapshots, string, error) {
	region, options := in.config.Region.Name, in.provider
	if cfg.Region != "" && cfg.Region != region {
		region = cfg.Region
		aws, err := provider.AWS(ctx, "aws-"+region, provider.For(in.tree, in.config.Account, region, stackTags(ctx, in)))
		if err != nil {
			return nil, "", err
		}
		options = pulumi.Providers(aws)
	}
	made, err := snapshots.New(ctx, application+"-snapshots", snapshots.Args{
		OrganizationName:   in.tree.Organization().Name,
		Application:        application,
		AccountID:          in.config.Account.ID,
		Region:             region,
		Config:             cfg,
		DeletionProtection: in.config.DeletionProtection,
	}, options)
	return made, region, err
}

// stackTags are the tags of everything in the stack.
func stackTags(ctx *pulumi.Context, in inputs) naming.TagSet {
	return naming.TagSet{Project: naming.ProjectUtility, Stack: ctx.Stack(), Account: in.config.Account.Name}
}

// subnetBlocks returns the blocks of the shared subnets of a tier, in the order of the
// region's zones.
func subnetBlocks(in inputs, tier ipam.Tier) ([]netip.Prefix, error) {
	var blocks []netip.Prefix
	var errs []error
	for _, zone := range in.config.Region.Zones {
		block, err := netip.ParsePrefix(in.base.SubnetCIDRs[string(tier)][zone])
		if err != nil {
			errs = append(errs, fmt.Errorf("base stack of %s in %s publishes no block of the %s subnet in zone %s: run it first (cellctl up base/%s)",
				in.config.Account.Name, in.config.Region.Name, tier, zone, naming.StackBase(in.config.Account.Name, in.config.Region.Name)))
		}
		blocks = append(blocks, block)
	}
	return blocks, errors.Join(errs...)
}

// arns are outputs as a contract publishes them.
func arns(outputs map[string]pulumi.StringOutput) pulumi.StringMap {
	published := pulumi.StringMap{}
	for name, output := range outputs {
		published[name] = output
	}
	return published
}

// keysOf returns the keys of logs and volumes that the base stack publishes.
func keysOf(in inputs) (logs, volumes string) {
	return in.base.KeyARNs[contract.KeyLogs], in.base.KeyARNs[contract.KeyVolumes]
}
