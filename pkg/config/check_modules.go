package config

import "fmt"

// modules reports modules that are on while one that they need is off, and data that is
// to go without saying why.
func (c *cellChecker) modules() {
	all := c.cell.Modules()
	on := map[string]Module{}
	for _, m := range all {
		on[m.Name] = m
	}
	asked := c.cell.asked()
	for _, m := range all {
		for _, need := range m.Needs {
			path, remedy := m.switchedBy, m.switchedBy+": false"
			if at, ok := asked[m.Name][need]; ok {
				path, remedy = at, "change "+at
			}
			if m.Enabled && !on[need].Enabled && !c.bad(m.switchedBy, m.Name, path, need, on[need].switchedBy) {
				c.problem(path, fmt.Sprintf("module %s needs %s, which is switched off at %s", m.Name, need, c.where(on[need].switchedBy)),
					fmt.Sprintf("set %s: true, or %s", on[need].switchedBy, remedy))
			}
		}
	}
	for i, d := range c.cell.Decommission {
		path := itemPath("decommission", d.Name, i)
		if d.Name != "" && !c.bad(path, path+".name", path+".date") && !isDate(d.Date) {
			c.problem(path+".date", fmt.Sprintf("%s is not a day of the calendar", show(d.Date)), "write it as YYYY-MM-DD")
		}
	}
}
