package config

import (
	"fmt"
	"strings"

	"cellworks/pkg/naming"
)

// extraPolicies reports policies that the client's roles cannot have: deployments attach
// those of the cell's account below the path of cells alone, and no cell gets another's.
func (c *cellChecker) extraPolicies() {
	const list = "iam.extraPolicies"
	if c.known(list) {
		return
	}
	c.onceWhereSound(list, c.cell.IAM.ExtraPolicies)
	if c.cell.Client == "" || c.cell.Account.ID == "" || c.cell.Region.Name == "" {
		return
	}
	shared := naming.ARN(c.at.region, "iam", "", c.cell.Account.ID, "policy"+naming.CellsPath)
	own := naming.ARN(c.at.region, "iam", "", c.cell.Account.ID, "policy"+naming.CellRolePath(c.cell.Client))
	for i, arn := range c.cell.IAM.ExtraPolicies {
		path := fmt.Sprintf("%s[%d]", list, i)
		name, ok := strings.CutPrefix(arn, own)
		if !ok {
			name, ok = strings.CutPrefix(arn, shared)
		}
		if (!ok || strings.Contains(name, "/")) && !c.bad("iam", list, path) {
			c.problem(path, fmt.Sprintf("deployments do not attach %s to roles of client %s, want one of %s<name> or %s<name>", arn, c.cell.Client, own, shared),
				"make a policy there with what is needed, or remove it")
		}
	}
}
