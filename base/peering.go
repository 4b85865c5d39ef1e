package base

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
	"cellworks/pkg/peering"
	"cellworks/pkg/provider"
)

// connections returns the connections of the organization by the stack that holds
// them: that of the account that is reached, so that an account that comes or goes
// changes no other account's stack. An account that nobody reaches has none.
func connections(tree *config.Tree) map[string][]config.PeeringEdge {
	stacks := map[string][]config.PeeringEdge{}
	for _, edge := range tree.PeeringEdges() {
		stack := naming.StackPeering(edge.Spoke.Account)
		stacks[stack] = append(stacks[stack], edge)
	}
	return stacks
}

// connect builds connections between VPCs whose base stacks are up, and publishes
// the id of each by hub and spoke.
func connect(ctx *pulumi.Context, tree *config.Tree, edges []config.PeeringEdge) error {
	sides, err := sides(ctx, tree, edges)
	if err != nil {
		return err
	}
	ids := pulumi.StringMap{}
	var errs []error
	for _, edge := range edges {
		name := naming.StackBase(edge.Hub.Account, edge.Hub.Region) + "-" + naming.StackBase(edge.Spoke.Account, edge.Spoke.Region)
		connection, err := peering.New(ctx, name, peering.Args{Hub: sides[edge.Hub], Spoke: sides[edge.Spoke]})
		if err != nil {
			errs = append(errs, err)
			continue
		}
		ids[name] = connection.ConnectionID
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	ctx.Export("connectionIds", ids)
	return nil
}

// sides returns what the base stacks publish of the VPCs of edges, each with a
// provider of its own. It fails, before it registers a provider, with every stack
// that cannot be read.
func sides(ctx *pulumi.Context, tree *config.Tree, edges []config.PeeringEdge) (map[config.VPCRef]peering.Side, error) {
	var vpcs []config.VPCRef
	for _, edge := range edges {
		vpcs = append(vpcs, edge.Hub, edge.Spoke)
	}
	slices.SortFunc(vpcs, config.VPCRef.Compare)
	vpcs = slices.Compact(vpcs)

	sides := make(map[config.VPCRef]peering.Side, len(vpcs))
	var errs []error
	for _, vpc := range vpcs {
		side, err := read(ctx, tree, vpc)
		if err != nil {
			errs = append(errs, err)
		}
		sides[vpc] = side
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for _, vpc := range vpcs {
		side := sides[vpc]
		account, _ := tree.Account(vpc.Account)
		tags := naming.TagSet{Project: naming.ProjectBase, Stack: ctx.Stack(), Account: vpc.Account}
		aws, err := provider.AWS(ctx, naming.StackBase(vpc.Account, vpc.Region), provider.For(tree, account, vpc.Region, tags))
		if err != nil {
			return nil, err
		}
		side.Provider = aws
		sides[vpc] = side
	}
	return sides, nil
}

// read returns one side as its base stack publishes it, without a provider.
func read(ctx *pulumi.Context, tree *config.Tree, vpc config.VPCRef) (peering.Side, error) {
	cfg, err := tree.Base(vpc.Account, vpc.Region)
	if err != nil {
		return peering.Side{}, err
	}
	base, err := contract.ReadBase(ctx, vpc.Account, vpc.Region)
	if err != nil {
		return peering.Side{}, err
	}
	cidr, err := netip.ParsePrefix(base.VPCCIDR)
	if err != nil {
		return peering.Side{}, fmt.Errorf("stack %s/%s: block of the VPC: %w", naming.ProjectBase, naming.StackBase(vpc.Account, vpc.Region), err)
	}
	return peering.Side{
		AccountID:     cfg.Account.ID,
		Region:        cfg.Region.Name,
		VPCID:         pulumi.String(base.VPCID),
		CIDR:          cidr,
		Zones:         cfg.Region.Zones,
		RouteTableIDs: base.RouteTableIDs,
		PrivateZoneID: pulumi.String(base.PrivateZoneID),
	}, nil
}
