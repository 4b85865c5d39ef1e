package cell

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
	"cellworks/pkg/provider/vaultprovider"
	"cellworks/pkg/vaultpolicy"
)

// leaseSeconds is how long a deployment of a cell may take: the token that the role gives
// lives as long.
const leaseSeconds = 2 * 3600

// addVault reads the Vault that serves the cell into args and makes its provider, which
// logs in as the role that deploys cells. It fails, before anything of the cell is
// registered, when that role cannot log in there.
func addVault(ctx *pulumi.Context, tree *config.Tree, args *clientcell.Args) (pulumi.ProviderResource, error) {
	cfg := args.Config
	account, region, ok := tree.Serving(config.ApplicationVault, cfg.Account.Name, cfg.Region.Name)
	if !ok {
		return nil, fmt.Errorf("no Vault serves cells of %s in %s: enable application vault in the utility.yaml of an account", cfg.Account.Name, cfg.Region.Name)
	}
	base, err := tree.Base(cfg.Account.Name, cfg.Account.HomeRegion)
	if err != nil {
		return nil, err
	}
	if account.Name != cfg.Account.Name && base.Access.VaultAccount != account.Name {
		return nil, fmt.Errorf("the Vault of %s cannot look up who logs in from account %s: set access.vaultAccount: %s in the base.yaml of %s",
			account.Name, cfg.Account.Name, account.Name, cfg.Account.Name)
	}
	published, err := contract.ReadVault(ctx, account.Name, region.Name)
	if err != nil {
		return nil, err
	}
	contents, err := contract.ReadVaultConfig(ctx, account.Name, region.Name)
	if err != nil {
		return nil, err
	}
	if _, ok := contents.AWSRoles[vaultpolicy.DeployCellName]; !ok {
		stack := naming.ProjectUtility + "/" + naming.StackUtility(account.Name, region.Name, config.ApplicationVaultConfig)
		return nil, fmt.Errorf("stack %s makes no role %s: bring it up again (cellctl up %s)", stack, vaultpolicy.DeployCellName, stack)
	}
	args.Vault, args.VaultConfig = &published, &contents
	return vaultprovider.New(ctx, "vault", vaultprovider.Args{
		Address: published.Address, Host: published.Host, Mount: naming.VaultAWSMount, Role: vaultpolicy.DeployCellName,
		AWSRoleARN: naming.DeployRoleARN(cfg.Account.ID, cfg.Region.Name, naming.ProjectCell), Region: cfg.Region.Name,
		LeaseSeconds: leaseSeconds,
	})
}
