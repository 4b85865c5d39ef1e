package pulumitest

import (
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
)

// Senders returns what the sftp stacks of all accounts and regions of tree publish when
// they are up, where they are switched on.
func Senders(t testing.TB, tree *config.Tree) Stacks {
	t.Helper()
	stacks := Stacks{}
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			cfg, err := tree.Utility(account.Name, region.Name)
			if err != nil {
				t.Fatal(err)
			}
			if cfg.SFTP.Enabled {
				stacks[naming.ProjectUtility+"/"+naming.StackUtility(account.Name, region.Name, config.ApplicationSFTP)] = Outputs(t, contract.SFTP{
					ServerID: "s-0123456789abcdef0", Host: cfg.SFTP.Host + "." + naming.Zone(region.Name, account.Name, tree.Organization().Domain),
					Addresses: []string{"203.0.113.1"}, HostKeyFingerprint: "SHA256:0",
				})
			}
		}
	}
	return stacks
}
