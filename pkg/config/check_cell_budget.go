package config

import "fmt"

// budget reports a share of the budget that is there twice.
func (c *cellChecker) budget() {
	const path = "budget.alertPercents"
	if c.known(path) || c.bad("budget", path) {
		return
	}
	seen := map[int]bool{}
	for i, percent := range c.cell.Budget.AlertPercents {
		if at := fmt.Sprintf("%s[%d]", path, i); seen[percent] && !c.bad(at) {
			c.problem(at, fmt.Sprintf("%d is already listed", percent), "name each share once")
		}
		seen[percent] = true
	}
}
