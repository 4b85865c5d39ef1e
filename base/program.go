// Package base is the program of the base level: what every account and region
// starts with. One stack per account and region.
package base

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/dns"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/network"
	"cellworks/pkg/provider"
)

// Program returns the program that builds the base stack that it is run for. The
// program fails when the stack's name is not that of an account and region of
// the organization, and then names those that are.
func Program(tree *config.Tree) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		cfg, err := find(tree, ctx.Stack())
		if err != nil {
			return err
		}
		return build(ctx, tree, cfg)
	}
}

// find returns the configuration of the base stack called name.
func find(tree *config.Tree, name string) (config.Base, error) {
	var known []string
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			stack := naming.StackBase(account.Name, region.Name)
			if stack == name {
				return tree.Base(account.Name, region.Name)
			}
			known = append(known, stack)
		}
	}
	return config.Base{}, fmt.Errorf("base stack %q: no such account and region, want one of %v", name, known)
}

func build(ctx *pulumi.Context, tree *config.Tree, cfg config.Base) error {
	tags := naming.TagSet{Project: naming.ProjectBase, Stack: ctx.Stack(), Account: cfg.Account.Name}
	aws, err := provider.AWS(ctx, "aws", provider.For(tree, cfg.Account, cfg.Region.Name, tags))
	if err != nil {
		return err
	}
	vpc, err := ipam.NewVPC(cfg.Account.Slot, cfg.Region.Slot, cfg.Network.VPCSlot)
	if err != nil {
		return err
	}
	net, err := network.New(ctx, "network", network.Args{
		VPC:                vpc,
		Zones:              cfg.Region.Zones,
		NAT:                cfg.Network.NAT,
		EgressPorts:        cfg.Network.EgressPorts,
		DeletionProtection: cfg.DeletionProtection,
	}, pulumi.Providers(aws))
	if err != nil {
		return err
	}
	zone, err := dns.New(ctx, "dns", dns.Args{Domain: naming.Zone(cfg.Region.Name, cfg.Account.Name, tree.Organization().Domain)}, pulumi.Providers(aws))
	if err != nil {
		return err
	}
	publish(ctx, vpc, net, zone)
	return nil
}

func publish(ctx *pulumi.Context, vpc ipam.VPC, net *network.Network, zone *dns.Zone) {
	tiers := pulumi.StringMap{}
	for _, tier := range ipam.Tiers() {
		tiers[string(tier)] = pulumi.String(vpc.Tier(tier).String())
	}
	contract.BaseOutputs{
		VPCID:     net.VPCID,
		VPCCIDR:   pulumi.String(vpc.CIDR().String()),
		TierCIDRs: tiers,
		SubnetIDs: net.SubnetIDMap(),
		ZoneID:    zone.ID,
		ZoneName:  zone.Domain,
	}.Export(ctx)
	ctx.Export("zoneNameServers", zone.NameServers)
}
