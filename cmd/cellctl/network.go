package main

import (
	"fmt"
	"net/netip"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
)

// networkBlock is one block of the address plan. Its JSON is published: fields
// are added, never renamed.
type networkBlock struct {
	CIDR    string `json:"cidr"`
	Kind    string `json:"kind"`
	Account string `json:"account"`
	Region  string `json:"region"`
	VPC     string `json:"vpc"`
	Tier    string `json:"tier"`
	AZ      string `json:"az"`
	Owner   string `json:"owner"`
}

func (a *app) networkCommand() *cobra.Command {
	c := &cobra.Command{Use: "network", Short: "Work with the address plan"}
	c.AddCommand(&cobra.Command{
		Use:   "show",
		Short: "Show who owns which addresses",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			tree, err := a.tree()
			if err != nil {
				return err
			}
			blocks, err := networkBlocks(tree)
			if err != nil {
				return usage(err)
			}
			if a.flags.json {
				return a.print(struct {
					Blocks []networkBlock `json:"blocks"`
				}{blocks})
			}
			return a.networkTable(blocks)
		},
	})
	return c
}

func (a *app) networkTable(blocks []networkBlock) error {
	table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CIDR\tKIND\tACCOUNT\tREGION\tTIER\tZONE\tOWNER")
	for _, b := range blocks {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", b.CIDR, b.Kind, b.Account, b.Region, b.Tier, b.AZ, b.Owner)
	}
	return table.Flush()
}

// networkBlocks lists the plan from the top down: accounts, their regions, the
// VPC of each with its tiers, shared subnets and cells.
func networkBlocks(tree *config.Tree) ([]networkBlock, error) {
	var blocks []networkBlock
	for _, account := range tree.Organization().Accounts {
		prefix, err := ipam.AccountBlock(account.Slot)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", account.Name, err)
		}
		blocks = append(blocks, networkBlock{CIDR: prefix.String(), Kind: "account", Account: account.Name, Owner: account.Name})
		for _, region := range account.Regions {
			of, err := regionBlocks(tree, account, region)
			if err != nil {
				return nil, fmt.Errorf("account %s, region %s: %w", account.Name, region.Name, err)
			}
			blocks = append(blocks, of...)
		}
	}
	return blocks, nil
}

func regionBlocks(tree *config.Tree, account config.Account, region config.Region) ([]networkBlock, error) {
	prefix, err := ipam.RegionBlock(account.Slot, region.Slot)
	if err != nil {
		return nil, err
	}
	base, err := tree.Base(account.Name, region.Name)
	if err != nil {
		return nil, err
	}
	vpc, err := ipam.NewVPC(account.Slot, region.Slot, base.Network.VPCSlot)
	if err != nil {
		return nil, err
	}
	owner := "base/" + account.Name + "-" + region.Name
	of := networkBlock{Account: account.Name, Region: region.Name, Owner: owner}
	add := func(list []networkBlock, cidr netip.Prefix, kind string, change func(*networkBlock)) []networkBlock {
		b := of
		b.CIDR, b.Kind = cidr.String(), kind
		if kind != "region" {
			b.VPC = vpc.CIDR().String()
		}
		if change != nil {
			change(&b)
		}
		return append(list, b)
	}
	blocks := add(nil, prefix, "region", nil)
	blocks = add(blocks, vpc.CIDR(), "vpc", nil)
	for _, tier := range ipam.Tiers() {
		blocks = add(blocks, vpc.Tier(tier), "tier", func(b *networkBlock) { b.Tier = string(tier) })
		for i, zone := range region.Zones {
			subnet, err := vpc.Subnet(tier, i)
			if err != nil {
				return nil, err
			}
			blocks = add(blocks, subnet, "subnet", func(b *networkBlock) { b.Tier, b.AZ = string(tier), zone })
		}
	}
	return cellBlocks(tree, vpc, of, blocks)
}

// cellBlocks adds the blocks of the clients whose cells are in the region.
func cellBlocks(tree *config.Tree, vpc ipam.VPC, of networkBlock, blocks []networkBlock) ([]networkBlock, error) {
	for _, client := range tree.Clients() {
		cell, err := tree.Cell(client)
		if err != nil {
			return nil, err
		}
		if cell.Account.Name != of.Account || cell.Region.Name != of.Region {
			continue
		}
		app, data, err := vpc.Cell(cell.Slot)
		if err != nil {
			return nil, fmt.Errorf("client %s: %w", client, err)
		}
		for _, tier := range []ipam.Tier{ipam.App, ipam.Data} {
			prefix := app
			if tier == ipam.Data {
				prefix = data
			}
			b := of
			b.CIDR, b.Kind, b.VPC, b.Tier, b.Owner = prefix.String(), "cell", vpc.CIDR().String(), string(tier), "cell/"+client
			blocks = append(blocks, b)
			for i, zone := range cell.Region.Zones {
				subnet, err := vpc.CellSubnet(tier, cell.Slot, i)
				if err != nil {
					return nil, fmt.Errorf("client %s: %w", client, err)
				}
				s := b
				s.CIDR, s.Kind, s.AZ = subnet.String(), "subnet", zone
				blocks = append(blocks, s)
			}
		}
	}
	return blocks, nil
}
