package base

import (
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/provider"
)

// stack is a base stack while it is being built: what is decided of it, and the
// options that give its components their provider.
type stack struct {
	org      config.Organization
	cfg      config.Base
	vpc      ipam.VPC
	hubs     []ipam.VPC
	cells    []netip.Prefix // blocks of VPCs of cells that are connected with this one
	isHub    bool
	connects bool // VPCs of the account are connected with those of cells
	provider pulumi.ResourceOption
}

// home reports whether the stack is that of the account's home region, which
// holds what an account has once.
func (s *stack) home() bool { return s.cfg.Region.Name == s.cfg.Account.HomeRegion }

// build registers what an account has in a region.
func build(ctx *pulumi.Context, tree *config.Tree, cfg config.Base) error {
	s, err := plan(tree, cfg)
	if err != nil {
		return err
	}
	tags := naming.TagSet{Project: naming.ProjectBase, Stack: ctx.Stack(), Account: cfg.Account.Name}
	aws, err := provider.AWS(ctx, "aws", provider.For(tree, cfg.Account, cfg.Region.Name, tags))
	if err != nil {
		return err
	}
	s.provider = pulumi.Providers(aws)
	shared, err := s.account(ctx)
	if err != nil {
		return err
	}
	keys, err := s.keys(ctx, shared)
	if err != nil {
		return err
	}
	archive, err := s.archive(ctx, keys)
	if err != nil {
		return err
	}
	net, err := s.network(ctx, archive)
	if err != nil {
		return err
	}
	watch, err := s.watch(ctx, shared, keys, archive, net)
	if err != nil {
		return err
	}
	outputs := contract.BaseOutputs{
		AccountOutputs: shared.outputs,
		HomeRegion:     pulumi.Bool(s.home()),
		KeyARNs:        pulumi.StringMap{contract.KeyLogs: keys.logs.ARN, contract.KeyVolumes: keys.volumes.ARN},
		LogBuckets:     watch.buckets,
		AlertTopicARN:  watch.topicARN,
	}
	net.publish(s, &outputs)
	outputs.Export(ctx)
	ctx.Export("zoneNameServers", net.zone.NameServers)
	return nil
}

// plan decides the addresses of a stack.
func plan(tree *config.Tree, cfg config.Base) (*stack, error) {
	s := &stack{org: tree.Organization(), cfg: cfg}
	var err error
	if s.vpc, err = ipam.NewVPC(cfg.Account.Slot, cfg.Region.Slot, cfg.Network.VPCSlot); err != nil {
		return nil, err
	}
	peers := tree.Peers(cfg.Account.Name, cfg.Region.Name)
	s.isHub = peers.Hub
	for _, ref := range peers.Hubs {
		hub, err := tree.Base(ref.Account, ref.Region)
		if err != nil {
			return nil, err
		}
		vpc, err := ipam.NewVPC(hub.Account.Slot, hub.Region.Slot, hub.Network.VPCSlot)
		if err != nil {
			return nil, err
		}
		s.hubs = append(s.hubs, vpc)
	}
	cells, err := tree.CellVPCs(cfg.Account.Name, cfg.Region.Name)
	if err != nil {
		return nil, err
	}
	for _, cell := range cells {
		if cell.AccountPeering {
			s.cells = append(s.cells, cell.VPC.CIDR())
		}
	}
	s.connects, err = connects(tree, cfg.Account)
	return s, err
}

// connects reports whether deployments of cells add the account's side of connections
// with their own VPCs: where it is a hub, and where a cell wants to be connected with it.
func connects(tree *config.Tree, account config.Account) (bool, error) {
	for _, region := range account.Regions {
		if tree.Peers(account.Name, region.Name).Hub {
			return true, nil
		}
		cells, err := tree.CellVPCs(account.Name, region.Name)
		if err != nil || slices.ContainsFunc(cells, func(c config.CellVPC) bool { return c.AccountPeering }) {
			return true, err
		}
	}
	return false, nil
}

// accountIDs returns the ids of the organization's accounts by name.
func (s *stack) accountIDs() map[string]string {
	ids := map[string]string{}
	for _, account := range s.org.Accounts {
		ids[account.Name] = account.ID
	}
	return ids
}
