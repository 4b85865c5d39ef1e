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

// inputs are what an application is built from.
type inputs struct {
	// tree is the whole configuration, for what crosses accounts; config is the
	// utility configuration of the account and region.
	tree   *config.Tree
	config config.Utility
	// base is what the base stack of the account and region publishes.
	base contract.Base
	// provider gives a component the stack's provider.
	provider pulumi.ResourceOption
}

// application builds one application's resources and publishes its contract.
type application func(ctx *pulumi.Context, in inputs) error

// applications are the utility applications by name. Which of them an account and
// region has is the configuration's business: config.Utility.Applications.
func applications() map[string]application {
	return map[string]application{
		config.ApplicationECS:         buildECS,
		config.ApplicationConsul:      buildConsul,
		config.ApplicationVault:       buildVault,
		config.ApplicationJenkins:     buildJenkins,
		config.ApplicationELK:         buildELK,
		config.ApplicationSFTP:        buildSFTP,
		config.ApplicationSecurity:    buildSecurity,
		config.ApplicationOkta:        buildOkta,
		config.ApplicationVaultConfig: buildVaultConfig,
		config.ApplicationDatadog:     buildDatadog,
	}
}

// Program returns the program that builds the utility stack that it is run for.
// The program fails when the stack's name is not that of an account, region and
// application of the organization, and then names those that are.
func Program(tree *config.Tree) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		cfg, name, err := find(tree, ctx.Stack())
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
		return applications()[name](ctx, inputs{tree: tree, config: cfg, base: base, provider: pulumi.Providers(aws)})
	}
}

// find returns the configuration of the utility stack called name, and the name of
// its application. It fails for a stack that no application has, and for an application that
// is switched off there.
func find(tree *config.Tree, name string) (config.Utility, string, error) {
	var known []string
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			cfg, err := tree.Utility(account.Name, region.Name)
			if err != nil {
				return config.Utility{}, "", err
			}
			for _, app := range cfg.Applications() {
				stack := naming.StackUtility(account.Name, region.Name, app.Name)
				if stack == name && !app.Enabled {
					return config.Utility{}, "", fmt.Errorf("utility stack %q: application %s is switched off in %s %s: enable it in utility.yaml, or destroy the stack",
						name, app.Name, account.Name, region.Name)
				}
				if stack == name {
					return cfg, app.Name, nil
				}
				known = append(known, stack)
			}
		}
	}
	return config.Utility{}, "", fmt.Errorf("utility stack %q: no such account, region and application, want one of %v", name, known)
}
