package config

import (
	"fmt"
	"strings"

	"cellworks/pkg/naming"
)

// iam reports policies that are not the client's own, or listed twice. Nothing but its path
// says of a policy whose it is.
func (c *cellChecker) iam() {
	const path = "iam.extraPolicies"
	if c.bad("iam", path) {
		return
	}
	if !c.known(path) {
		c.once(path, c.cell.IAM.ExtraPolicies)
	}
	if c.cell.Client == "" || c.cell.Region.Name == "" {
		return
	}
	own := naming.ARN(c.cell.Region.Name, "iam", "", c.cell.Account.ID, "policy"+naming.CellExtraPolicies(c.cell.Client))
	for i, arn := range c.cell.IAM.ExtraPolicies {
		if item := fmt.Sprintf("%s[%d]", path, i); !strings.HasPrefix(arn, own) && !c.bad(item) {
			c.problem(item, fmt.Sprintf("%s is not one of client %s in account %s", show(arn), c.cell.Client, c.at.account), "want "+own+"<name>")
		}
	}
}
