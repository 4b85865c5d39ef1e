package cell

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
)

// readELK reads what takes the cell's lines; nil where no service sends any and where
// the organization has nothing that takes them.
func readELK(ctx *pulumi.Context, tree *config.Tree, cfg config.Cell) (*contract.ELK, error) {
	for _, use := range cfg.Uses() {
		if use.Application != config.ApplicationELK {
			continue
		}
		account, region, ok := tree.Serving(use.Application, cfg.Account.Name, cfg.Region.Name)
		if !ok {
			return nil, nil
		}
		elk, err := contract.ReadELK(ctx, account.Name, region.Name)
		return &elk, err
	}
	return nil, nil
}
