package cell

import (
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/networkacl"
	"cellworks/pkg/peering"
	"cellworks/pkg/provider"
)

// vpcRules returns what the network ACLs of the cell's VPC let through: those of a cell
// with subnets of its own follow them.
func vpcRules(tree *config.Tree, cfg config.Cell) (clientcell.VPCRules, error) {
	if cfg.Network.Mode != config.OwnSubnets {
		return clientcell.VPCRules{}, nil
	}
	base, err := tree.Base(cfg.Account.Name, cfg.Region.Name)
	if err != nil {
		return clientcell.VPCRules{}, err
	}
	peers := tree.Peers(cfg.Account.Name, cfg.Region.Name)
	rules := clientcell.VPCRules{EgressPorts: base.Network.EgressPorts, Peers: networkacl.Peers{Hub: peers.Hub}}
	for _, ref := range peers.Hubs {
		hub, err := tree.Base(ref.Account, ref.Region)
		if err != nil {
			return clientcell.VPCRules{}, err
		}
		vpc, err := ipam.NewVPC(hub.Account.Slot, hub.Region.Slot, hub.Network.VPCSlot)
		if err != nil {
			return clientcell.VPCRules{}, err
		}
		rules.Peers.Hubs = append(rules.Peers.Hubs, vpc.CIDR())
	}
	return rules, nil
}

// readOwnVPC reads what a cell with its own VPC takes over from the account's, and makes
// a provider in the account of each hub that reaches it. It returns nil for any other.
func readOwnVPC(ctx *pulumi.Context, tree *config.Tree, cell pulumi.ProviderResource, tags naming.TagSet, args *clientcell.Args) (*clientcell.OwnVPC, error) {
	cfg := args.Config
	if cfg.Network.Mode != config.OwnVPC {
		return nil, nil
	}
	base, err := tree.Base(cfg.Account.Name, cfg.Region.Name)
	if err != nil {
		return nil, err
	}
	utility, err := tree.Utility(cfg.Account.Name, cfg.Region.Name)
	if err != nil {
		return nil, err
	}
	own := &clientcell.OwnVPC{
		Network: base.Network, Balancers: utility.ECS.LoadBalancers.Enabled(), OrganizationID: base.Access.OrganizationID,
		Provider: cell, Peers: map[string]peering.Side{},
	}
	for _, account := range tree.Organization().Accounts {
		if account.ID != cfg.Account.ID {
			own.TrustedAccountIDs = append(own.TrustedAccountIDs, account.ID)
		}
	}
	if cfg.Network.AccountPeering {
		side, err := sideOf(cfg.Account, cfg.Region, args.Base)
		if err != nil {
			return nil, err
		}
		// The cell's VPC resolves the account's zone, connected or not.
		side.Provider, side.PrivateZoneID = cell, nil
		own.Peers[naming.StackBase(cfg.Account.Name, cfg.Region.Name)] = side
	}
	for _, ref := range tree.Peers(cfg.Account.Name, cfg.Region.Name).Hubs {
		side, err := readHub(ctx, tree, ref, tags, args)
		if err != nil {
			return nil, err
		}
		own.Peers[naming.StackBase(ref.Account, ref.Region)] = side
	}
	return own, nil
}

// readHub reads what the base stack of a hub publishes, and makes a provider there with
// the role that deploys cells.
func readHub(ctx *pulumi.Context, tree *config.Tree, ref config.VPCRef, tags naming.TagSet, args *clientcell.Args) (peering.Side, error) {
	hub, err := tree.Base(ref.Account, ref.Region)
	if err != nil {
		return peering.Side{}, err
	}
	published, read := args.CopyBases[ref.Region]
	if !read || ref.Account != args.Config.Account.Name {
		if published, err = contract.ReadBase(ctx, ref.Account, ref.Region); err != nil {
			return peering.Side{}, err
		}
	}
	side, err := sideOf(hub.Account, hub.Region, published)
	if err != nil {
		return peering.Side{}, err
	}
	tags.Account = ref.Account
	side.Provider, err = provider.AWS(ctx, "aws-"+naming.StackBase(ref.Account, ref.Region), provider.For(tree, hub.Account, ref.Region, tags))
	return side, err
}

func sideOf(account config.Account, region config.Region, base contract.Base) (peering.Side, error) {
	cidr, err := netip.ParsePrefix(base.VPCCIDR)
	if err != nil {
		return peering.Side{}, fmt.Errorf("stack %s/%s: block of the VPC: %w", naming.ProjectBase, naming.StackBase(account.Name, region.Name), err)
	}
	return peering.Side{
		AccountID:     account.ID,
		Region:        region.Name,
		VPCID:         pulumi.String(base.VPCID),
		CIDR:          cidr,
		Zones:         region.Zones,
		RouteTableIDs: base.RouteTableIDs,
		PrivateZoneID: pulumi.String(base.PrivateZoneID),
	}, nil
}
