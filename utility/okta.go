package utility

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
	"cellworks/pkg/okta"
	"cellworks/pkg/provider/oktaprovider"
)

// buildOkta builds the organization's people in Okta. It needs no application that they
// sign in to, only the names that these will have.
func buildOkta(ctx *pulumi.Context, in inputs) error {
	cfg := in.config
	provider, err := oktaprovider.New(ctx, "okta", oktaprovider.Args{
		OrgName: cfg.Okta.OrgName, BaseURL: cfg.Okta.BaseURL, Cloud: in.tree.Organization().Cloud,
	})
	if err != nil {
		return err
	}
	account, region, domain := cfg.Account.Name, cfg.Region.Name, in.tree.Organization().Domain
	accounts := map[string]string{}
	for _, account := range in.tree.Organization().Accounts {
		accounts[account.Name] = account.ID
	}
	people, err := okta.New(ctx, config.ApplicationOkta, okta.Args{
		OrganizationName: in.tree.Organization().Name,
		AccountID:        cfg.Account.ID,
		Region:           region,
		Config:           cfg.Okta,
		AccountIDs:       accounts,
		Hosts: map[string]string{
			config.OktaAppJenkins:    naming.UtilityHost(cfg.Jenkins.Host, region, account, domain),
			config.OktaAppVault:      naming.VaultHost(region, account, domain),
			config.OktaAppOpenSearch: naming.SearchHost(region, account, domain),
		},
		DeletionProtection: cfg.DeletionProtection,
	}, pulumi.Providers(provider))
	if err != nil {
		return err
	}
	contract.OktaOutputs{
		Issuer:       pulumi.String(cfg.Okta.Issuer()),
		GroupIDs:     okta.StringMap(people.GroupIDs),
		AppIDs:       okta.StringMap(people.AppIDs),
		ClientIDs:    okta.StringMap(people.ClientIDs),
		SAMLMetadata: okta.StringMap(people.Metadata),
	}.Export(ctx, okta.StringMap(people.ClientSecrets))
	return nil
}
