package config

import (
	"fmt"
	"slices"
)

// files reports a file system that nothing leads to, and volumes that no access point
// stands for.
func (c *cellChecker) files() {
	const path = "files.accessPoints"
	points := names(c.cell.Files.AccessPoints, func(p AccessPoint) string { return p.Name })
	if c.cell.Files.Enabled && len(points) == 0 && !c.bad("files", "files.enabled", path) {
		c.problem("files.enabled", "the file system has no access point, and nothing else leads to the files", "list at least one in files.accessPoints, for example: [{name: reports}]")
	}
	for i, s := range c.cell.Services.Items {
		for j, v := range s.Volumes {
			at := itemPath(itemPath("services.items", s.Name, i)+".volumes", v.Name, j)
			if c.cell.Files.Enabled && !slices.Contains(points, v.Name) && !c.bad(at, at+".name", path) {
				c.problem(at+".name", fmt.Sprintf("the cell has no access point %s", show(v.Name)), didYouMean(v.Name, points, path))
			}
		}
	}
}
