package config

// files reports a file system that nothing leads to.
func (c *cellChecker) files() {
	const path = "files.accessPoints"
	if c.cell.Files.Enabled && len(c.cell.Files.AccessPoints) == 0 && !c.bad("files", "files.enabled", path) {
		c.problem("files.enabled", "the file system has no access point, and nothing else leads to the files", "list at least one in files.accessPoints, for example: [{name: reports}]")
	}
}
