// Package base is the program of the base level: what every account and region
// starts with, one stack per account and region, and the connections between
// their VPCs, one stack per account that is reached.
package base

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// Program returns the program that builds the base stack that it is run for: that
// of an account and region, or the connections of an account. The program fails
// when the stack's name is neither, and then names those that are.
func Program(tree *config.Tree) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		if edges := connections(tree)[ctx.Stack()]; len(edges) > 0 {
			return connect(ctx, tree, edges)
		}
		cfg, err := find(tree, ctx.Stack())
		if err != nil {
			return err
		}
		return build(ctx, tree, cfg)
	}
}

// find returns the configuration of the base stack of an account and region
// called name.
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
	return config.Base{}, fmt.Errorf("base stack %q: no such account and region, want one of %v, or for the connections of an account one of %v",
		name, known, slices.Sorted(maps.Keys(connections(tree))))
}
