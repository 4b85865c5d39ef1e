package config

import (
	"fmt"
	"slices"
)

// regions reports copies in regions that the account does not have, in the cell's own,
// and without a key that both regions have.
func (c *cellChecker) regions() {
	i := slices.IndexFunc(c.org.Accounts, func(a Account) bool { return a.Name == c.at.account })
	if i < 0 {
		return // reported where it is named
	}
	regions := regionNames(c.org.Accounts[i])
	for _, use := range c.cell.regionUses() {
		known := c.known(use.path)
		if use.item >= 0 {
			known = c.inherited("storage.buckets", use.item)
		}
		if c.bad(use.path) || known && c.known("kms.multiRegion") && c.known(use.module+".enabled") {
			continue
		}
		switch {
		case use.region == c.at.region:
			c.problem(use.path, fmt.Sprintf("%s is the cell's own region, want another one of account %s", use.region, c.at.account), "remove it, or name another region")
		case !slices.Contains(regions, use.region):
			c.problem(use.path, fmt.Sprintf("account %s has no region %s", c.at.account, show(use.region)), didYouMean(use.region, regions, "its regions"))
		case !c.cell.KMS.MultiRegion && !c.bad("kms", "kms.multiRegion"):
			c.problem(use.path, fmt.Sprintf("a copy in %s needs a key that both regions have, but kms.multiRegion is false at %s", use.region, c.where("kms.multiRegion")),
				"set kms.multiRegion: true, which makes another key where there is one, or remove this")
		}
	}
}
