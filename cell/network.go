package cell

import (
	"cellworks/pkg/clientcell"
	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/networkacl"
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
