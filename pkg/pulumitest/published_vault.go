package pulumitest

import (
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
)

// Vaults returns what the vault and vault-config stacks of all accounts and regions of tree
// publish when they are up, where they are switched on.
func Vaults(t testing.TB, tree *config.Tree) Stacks {
	t.Helper()
	stacks := Stacks{}
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			cfg, err := tree.Utility(account.Name, region.Name)
			if err != nil {
				t.Fatal(err)
			}
			publish := func(on bool, application string, outputs any) {
				if on {
					stacks[naming.ProjectUtility+"/"+naming.StackUtility(account.Name, region.Name, application)] = Outputs(t, outputs)
				}
			}
			publish(cfg.Vault.Enabled, config.ApplicationVault, vault(t, tree, cfg))
			publish(cfg.VaultConfig.Enabled, config.ApplicationVaultConfig, contract.VaultConfig{
				Address:      naming.VaultURL(region.Name, account.Name, tree.Organization().Domain),
				AuthorityPEM: certificate, CertificateRole: "private", TransitKey: "platform", PasswordPolicy: "database",
				AWSAccessor: "auth_aws_1a2b3c4d",
				AWSRoles:    map[string][]string{"deploy-cell": {"deploy-cell"}},
			})
		}
	}
	return stacks
}

// vault is a cluster whose servers are in the subnets of the app tier.
func vault(t testing.TB, tree *config.Tree, cfg config.Utility) contract.Vault {
	t.Helper()
	id, region, domain := cfg.Account.ID, cfg.Region.Name, tree.Organization().Domain
	base, err := tree.Base(cfg.Account.Name, region)
	if err != nil {
		t.Fatal(err)
	}
	vpc, err := ipam.NewVPC(cfg.Account.Slot, cfg.Region.Slot, base.Network.VPCSlot)
	if err != nil {
		t.Fatal(err)
	}
	v := contract.Vault{
		Address: naming.VaultURL(region, cfg.Account.Name, domain), Host: naming.VaultHost(region, cfg.Account.Name, domain),
		TLS: cfg.Vault.TLS, Storage: cfg.Vault.Storage,
		CertificateNames:      []string{naming.VaultHost(region, cfg.Account.Name, domain)},
		ServerSecurityGroupID: "sg-vault", BalancerSecurityGroupID: "sg-vault-balancer",
		SealKeyARN: naming.ARN(region, "kms", region, id, "key/vault-seal"),
		SecretARNs: map[string]string{}, SecretKeyARN: naming.ARN(region, "kms", region, id, "key/vault-secrets"),
		RoleARN: naming.ARN(region, "iam", "", id, "role/utility/vault"), GroupName: "vault",
		AuditFiles: []string{"/var/log/vault/audit-1/audit.log", "/var/log/vault/audit-2/audit.log"}, DatabaseCA: "/opt/vault/tls/rds.pem",
		SnapshotRole: "snapshot", SnapshotBucket: "vault-snapshots",
	}
	for i := range cfg.Region.Zones {
		block, err := vpc.Subnet(ipam.App, i)
		if err != nil {
			t.Fatal(err)
		}
		v.ServerCIDRs = append(v.ServerCIDRs, block.String())
	}
	return v
}
