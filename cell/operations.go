package cell

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
	"cellworks/pkg/provider/datadogprovider"
	"cellworks/pkg/provider/oktaprovider"
)

// addOperations reads what the cell's modules use outside of AWS, puts it into args and
// returns the providers for it.
func addOperations(ctx *pulumi.Context, tree *config.Tree, args *clientcell.Args) ([]pulumi.ProviderResource, error) {
	var providers []pulumi.ProviderResource
	if args.Config.Vault.Enabled {
		provider, err := addVault(ctx, tree, args)
		if err != nil {
			return nil, err
		}
		providers = append(providers, provider)
	}
	if args.Config.SSO.Enabled {
		published, provider, err := readOkta(ctx, tree, args.Config)
		if err != nil {
			return nil, err
		}
		args.Okta, providers = &published, append(providers, provider)
	}
	if args.Config.Monitoring.Enabled {
		watch, provider, err := readDatadog(ctx, tree, args.Config)
		if err != nil {
			return nil, err
		}
		args.Watch, providers = watch, append(providers, provider)
	}
	return providers, nil
}

// readDatadog reads how Datadog watches the cell's account and region, and makes its
// provider.
func readDatadog(ctx *pulumi.Context, tree *config.Tree, cfg config.Cell) (*clientcell.Watch, pulumi.ProviderResource, error) {
	here, err := tree.Utility(cfg.Account.Name, cfg.Region.Name)
	if err != nil {
		return nil, nil, err
	}
	watch := &clientcell.Watch{Config: here.Datadog}
	if account, region, ok := tree.Serving(config.ApplicationVault, cfg.Account.Name, cfg.Region.Name); ok {
		serving, err := tree.Utility(account.Name, region.Name)
		if err != nil {
			return nil, nil, err
		}
		logs := serving.Datadog.Logs
		watch.VaultLines = serving.Datadog.Enabled && logs.Enabled && slices.Contains(logs.Groups, naming.UtilityLogGroup(config.ApplicationVault))
	}
	if watch.Published, err = contract.ReadDatadog(ctx, cfg.Account.Name, cfg.Region.Name); err != nil {
		return nil, nil, err
	}
	provider, err := datadogprovider.New(ctx, "datadog", datadogprovider.Args{Site: here.Datadog.Site, Cloud: tree.Organization().Cloud})
	return watch, provider, err
}

// readOkta reads the Okta organization that the cell's people are in, and makes its
// provider.
func readOkta(ctx *pulumi.Context, tree *config.Tree, cfg config.Cell) (contract.Okta, pulumi.ProviderResource, error) {
	account, region, ok := tree.Serving(config.ApplicationOkta, cfg.Account.Name, cfg.Region.Name)
	if !ok {
		return contract.Okta{}, nil, fmt.Errorf("no Okta serves cells of %s in %s: enable application okta in the utility.yaml of an account", cfg.Account.Name, cfg.Region.Name)
	}
	serving, err := tree.Utility(account.Name, region.Name)
	if err != nil {
		return contract.Okta{}, nil, err
	}
	published, err := contract.ReadOkta(ctx, account.Name, region.Name)
	if err != nil {
		return contract.Okta{}, nil, err
	}
	provider, err := oktaprovider.New(ctx, "okta", oktaprovider.Args{
		OrgName: serving.Okta.OrgName, BaseURL: serving.Okta.BaseURL, Cloud: tree.Organization().Cloud,
	})
	return published, provider, err
}
