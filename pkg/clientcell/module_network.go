package clientcell

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/network"
	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/networkacl"
)

// VPCRules are what the network ACLs of the account's VPC let through beside its own
// tiers.
type VPCRules struct {
	// EgressPorts are the TCP ports of the Internet.
	EgressPorts []int
	// Peers are the VPCs of other accounts and regions.
	Peers networkacl.Peers
}

func (c *Cell) addNetwork(s *site) (err error) {
	args := s.networkArgs()
	if s.Config.Network.Mode == config.OwnVPC {
		if args, err = c.addVPC(s); err != nil {
			return err
		}
	}
	c.Network, err = network.New(s.ctx, s.name, args, s.child)
	return err
}

func (p plan) networkArgs() network.Args {
	args := network.Args{
		Client:        p.Config.Client,
		VPCID:         pulumi.String(p.Base.VPCID),
		AppSubnetIDs:  pulumi.ToStringArray(p.subnetIDs[ipam.App]),
		DataSubnetIDs: pulumi.ToStringArray(p.subnetIDs[ipam.Data]),
		Own:           p.ownSubnets,
		Config:        p.Config.Network,
		Services:      map[string]network.Service{},

		LoadBalancerSecurityGroupIDs: map[config.LoadBalancerScheme]pulumi.StringInput{},
	}
	if p.suspended() {
		args.Config.AllowFromPeers = nil
	}
	for scheme, balancer := range p.balancers {
		args.LoadBalancerSecurityGroupIDs[scheme] = balancer.SecurityGroupID
	}
	for _, service := range p.services {
		reached := network.Service{Port: service.Port}
		if !p.closed() {
			reached.Scheme = p.scheme(service)
		}
		args.Services[service.Name] = reached
	}
	return args
}

// addSubnets finds the account's subnets that the cell can be in, or decides the cell's
// own.
func (p *plan) addSubnets() error {
	switch p.Config.Network.Mode {
	case config.OwnSubnets:
		return p.addOwnSubnets()
	case config.OwnVPC:
		return p.planVPC()
	case config.SharedSubnets:
	}
	p.subnetIDs = map[ipam.Tier][]string{}
	var errs []error
	for _, tier := range []ipam.Tier{ipam.App, ipam.Data} {
		for _, zone := range p.Config.Region.Zones {
			id, ok := p.Base.SubnetIDs[string(tier)][zone]
			if !ok {
				errs = append(errs, fmt.Errorf("base stack of %s in %s has no %s subnet in zone %s", p.Config.Account.Name, p.Config.Region.Name, tier, zone))
			}
			p.subnetIDs[tier] = append(p.subnetIDs[tier], id)
		}
	}
	return errors.Join(errs...)
}

// addOwnSubnets decides the addresses of the cell's own subnets, which follow from the
// cell's slot and the positions of the zones, and their network ACLs.
func (p *plan) addOwnSubnets() error {
	block, err := netip.ParsePrefix(p.Base.VPCCIDR)
	vpc, ok := ipam.VPCOf(block)
	if err != nil || !ok {
		return fmt.Errorf("base stack of %s in %s publishes %q as the block of its VPC, which is none of the address plan", p.Config.Account.Name, p.Config.Region.Name, p.Base.VPCCIDR)
	}
	cell := networkacl.Cell{VPC: vpc, Slot: p.Config.Slot, EgressPorts: p.VPCRules.EgressPorts, Peers: p.VPCRules.Peers}
	var errs []error
	if p.Config.Vault.Enabled && p.Vault != nil {
		for _, text := range p.Vault.ServerCIDRs {
			server, err := netip.ParsePrefix(text)
			errs = append(errs, err)
			cell.Servers = append(cell.Servers, server)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("servers of Vault: %w", err)
	}
	p.ownSubnets = map[ipam.Tier]network.Tier{}
	for _, tier := range []ipam.Tier{ipam.App, ipam.Data} {
		own, err := p.ownTier(cell, tier)
		errs = append(errs, err)
		p.ownSubnets[tier] = own
	}
	return errors.Join(errs...)
}

func (p *plan) ownTier(cell networkacl.Cell, tier ipam.Tier) (network.Tier, error) {
	rules, err := cell.Rules(tier)
	if err != nil {
		return network.Tier{}, fmt.Errorf("own subnets: %w", err)
	}
	own := network.Tier{Rules: rules}
	var errs []error
	for i, zone := range p.Config.Region.Zones {
		block, err := cell.VPC.CellSubnet(tier, cell.Slot, i)
		table := p.Base.RouteTableIDs[string(tier)][zone]
		if table == "" {
			err = errors.Join(err, fmt.Errorf("base stack of %s in %s has no %s route table in zone %s", p.Config.Account.Name, p.Config.Region.Name, tier, zone))
		}
		errs = append(errs, err)
		own.Subnets = append(own.Subnets, network.Subnet{Zone: zone, CIDR: block, RouteTableID: table})
	}
	return own, errors.Join(errs...)
}
