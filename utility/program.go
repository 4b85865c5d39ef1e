// Package utility is the program of the utility level: the applications that
// operations run. One stack per account, region and application, so that each
// can be maintained alone.
package utility

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
	"cellworks/pkg/provider"
)

// application builds one application's resources in the account and region of
// cfg and publishes its contract.
type application func(ctx *pulumi.Context, cfg config.Utility, base contract.Base, opts pulumi.ResourceOption) error

// applications are the utility applications by name.
func applications() map[string]application {
	return map[string]application{
		contract.ApplicationECS: buildECS,
	}
}

// Program returns the program that builds the utility stack that it is run for.
// The program fails when the stack's name is not that of an account, region and
// application of the organization, and then names those that are.
func Program(tree *config.Tree) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		cfg, build, err := find(tree, ctx.Stack())
		if err != nil {
			return err
		}
		tags := naming.TagSet{Project: naming.ProjectUtility, Stack: ctx.Stack(), Account: cfg.Account.Name}
		aws, err := provider.AWS(ctx, "aws", provider.For(tree, cfg.Account, cfg.Region.Name, tags))
		if err != nil {
			return err
		}
		base, err := contract.ReadBase(ctx, cfg.Account.Name, cfg.Region.Name)
		if err != nil {
			return err
		}
		return build(ctx, cfg, base, pulumi.Providers(aws))
	}
}

// find returns the configuration and application of the utility stack called
// name.
func find(tree *config.Tree, name string) (config.Utility, application, error) {
	var known []string
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			for application, build := range applications() {
				stack := naming.StackUtility(account.Name, region.Name, application)
				if stack == name {
					cfg, err := tree.Utility(account.Name, region.Name)
					return cfg, build, err
				}
				known = append(known, stack)
			}
		}
	}
	return config.Utility{}, nil, fmt.Errorf("utility stack %q: no such account, region and application, want one of %v", name, known)
}
