package pulumitest

import (
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
)

// Logs returns what the elk stacks of all accounts and regions of tree publish when they
// are up, where they are switched on.
func Logs(t testing.TB, tree *config.Tree) Stacks {
	t.Helper()
	stacks := Stacks{}
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			cfg, err := tree.Utility(account.Name, region.Name)
			if err != nil {
				t.Fatal(err)
			}
			if cfg.ELK.Enabled {
				stack := naming.StackUtility(account.Name, region.Name, config.ApplicationELK)
				stacks[naming.ProjectUtility+"/"+stack] = Outputs(t, logs(tree, cfg))
			}
		}
	}
	return stacks
}

func logs(tree *config.Tree, cfg config.Utility) contract.ELK {
	id, region := cfg.Account.ID, cfg.Region.Name
	elk := contract.ELK{
		Endpoint:        naming.SearchHost(region, cfg.Account.Name, tree.Organization().Domain),
		DomainName:      naming.SearchDomain(config.ApplicationELK),
		SecurityGroupID: "sg-elk",
		Streams:         map[string]contract.LogStream{},
		ArchiveBucket:   "archive-" + naming.StackBase(cfg.Account.Name, region),
		KeyARN:          naming.ARN(region, "kms", region, id, "key/elk"),
	}
	elk.DomainARN = naming.ARN(region, "es", region, id, "domain/"+elk.DomainName)
	for _, account := range tree.Organization().Accounts {
		name := config.ApplicationELK + "-" + account.Name
		elk.Streams[account.Name] = contract.LogStream{
			Name:    name,
			ARN:     naming.ARN(region, "firehose", region, id, "deliverystream/"+name),
			Region:  region,
			RoleARN: naming.ARN(region, "iam", "", id, "role"+naming.UtilityPath+"elk-sender-"+account.Name),
		}
	}
	return elk
}
