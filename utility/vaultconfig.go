package utility

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
	"cellworks/pkg/provider/vaultprovider"
	"cellworks/pkg/vaultconfig"
	"cellworks/pkg/vaultpolicy"
)

// buildVaultConfig builds what is in the Vault of the account and region.
func buildVaultConfig(ctx *pulumi.Context, in inputs) error {
	cfg := in.config
	published, err := contract.ReadVault(ctx, cfg.Account.Name, cfg.Region.Name)
	if err != nil {
		return err
	}
	args, err := vaultConfigArgs(in, published)
	if err != nil {
		return err
	}
	if cfg.VaultConfig.People.Enabled {
		client, err := contract.ReadOktaClient(ctx, cfg.Account.Name, cfg.Region.Name, config.OktaAppVault)
		if err != nil {
			return err
		}
		args.IdentityProvider = &vaultconfig.IdentityProvider{Issuer: client.Issuer, ClientID: client.ID, ClientSecret: client.Secret}
	}
	login := cfg.VaultConfig.Login
	provider, err := vaultprovider.New(ctx, "vault", vaultprovider.Args{
		Address: published.Address, Host: published.Host, Mount: login.Mount, Role: login.Role,
		AWSRoleARN: naming.DeployRoleARN(cfg.Account.ID, cfg.Region.Name, naming.ProjectUtility), Region: cfg.Region.Name,
		LeaseSeconds: login.Minutes * 60,
	})
	if err != nil {
		return err
	}
	contents, err := vaultconfig.New(ctx, config.ApplicationVaultConfig, args, pulumi.Providers(provider))
	if err != nil {
		return err
	}
	roles := pulumi.StringArrayMap{}
	for _, name := range slices.Sorted(maps.Keys(contents.AWSRoles)) {
		roles[name] = pulumi.ToStringArray(contents.AWSRoles[name])
	}
	contract.VaultConfigOutputs{
		Address:         pulumi.String(published.Address),
		AuthorityPEM:    contents.AuthorityPEM,
		CertificateRole: pulumi.String(vaultpolicy.CertificateRole),
		TransitKey:      pulumi.String(vaultconfig.TransitKey),
		PasswordPolicy:  pulumi.String(vaultconfig.PasswordPolicy),
		AWSAccessor:     contents.AWSAccessor,
		AWSRoles:        roles,
	}.Export(ctx)
	return nil
}

// vaultConfigArgs says who logs in: deployments of cells in every account, Jenkins's
// agents, and people when nothing else works. Vault looks up those of other accounts by
// the role that their base stacks make for the account that they name.
func vaultConfigArgs(in inputs, published contract.Vault) (vaultconfig.Args, error) {
	cfg, organization := in.config, in.tree.Organization()
	id, region := cfg.Account.ID, cfg.Region.Name
	args := vaultconfig.Args{
		OrganizationName: organization.Name, Domain: organization.Domain,
		Address: published.Address, Host: published.Host, Region: region,
		Storage: published.Storage, AuditFiles: published.AuditFiles,
		Config:         cfg.VaultConfig,
		ReaderRoleARNs: map[string]string{},
		SnapshotRole:   published.SnapshotRole, ServerRoleARN: published.RoleARN,
		BreakGlassRoleARN:  naming.PersonRoleARN(id, region, naming.PersonBreakGlass),
		AgentRoleARNs:      map[string]string{},
		DeletionProtection: cfg.DeletionProtection,
	}
	for _, account := range organization.Accounts {
		base, err := in.tree.Base(account.Name, account.HomeRegion)
		if err != nil {
			return vaultconfig.Args{}, err
		}
		other := account.Name != cfg.Account.Name
		if other && base.Access.VaultAccount != cfg.Account.Name {
			continue
		}
		if other {
			args.ReaderRoleARNs[account.ID] = naming.ServiceRoleARN(account.ID, region, naming.ServiceVaultAuth)
		}
		args.CellDeployRoleARNs = append(args.CellDeployRoleARNs, naming.DeployRoleARN(account.ID, region, naming.ProjectCell))
	}
	for _, kind := range naming.JenkinsAgents() {
		// What only looks, or was approved by nobody yet, gets no secret of jobs.
		if project, previews := naming.JenkinsAgentProject(kind); project != "" && !previews {
			args.AgentRoleARNs[kind] = naming.JenkinsAgentRoleARN(id, region, kind)
		}
	}
	return args, nil
}
