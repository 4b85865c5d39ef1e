package config

import (
	"fmt"
	"slices"
)

// The least that backups of a month and of a year are kept: until the next is there.
const (
	minMonthlyDays = 31
	minYearlyDays  = 366
)

// backup checks what the tags of CellBackup cannot say.
func (c *cellChecker) backup() {
	b := c.cell.Backup
	if !b.Enabled || c.bad("backup", "backup.enabled") {
		return
	}
	for _, rule := range []struct {
		path       string
		days, want int
		longest    string
	}{
		{"backup.monthlyDays", b.MonthlyDays, minMonthlyDays, "3650"},
		{"backup.yearlyDays", b.YearlyDays, minYearlyDays, "36500"},
	} {
		if rule.days > 0 && rule.days < rule.want && !c.bad(rule.path) && !c.known(rule.path) {
			c.problem(rule.path, fmt.Sprintf("%d is out of range, want 0 or %d to %s", rule.days, rule.want, rule.longest), "a backup is kept until the next is there; 0: none is made")
		}
	}
	versioned := func(b Bucket) bool { return b.Versioning }
	storage := c.cell.Storage.Enabled && slices.ContainsFunc(c.cell.Storage.Buckets, versioned)
	if !storage && !c.cell.Database.Enabled && !c.cell.Files.Enabled && !c.bad("storage", "storage.enabled", "storage.buckets", "database.enabled", "files.enabled") &&
		!(c.known("backup.enabled") && c.known("storage") && c.known("database.enabled") && c.known("files.enabled")) {
		c.problem("backup.enabled", "there is nothing to back up: no bucket with versioning, no database, no file system", "set backup.enabled: false")
	}
	if b.Lock == BackupLockCompliance && !c.cell.DeletionProtection && !c.bad("backup.lock", "deletionProtection") && !(c.known("backup.lock") && c.known("deletionProtection")) {
		c.problem(c.set("backup.lock"), fmt.Sprintf("nobody can ever delete a vault with lock compliance, but deletionProtection is false at %s", c.where("deletionProtection")),
			"set lock: governance, or deletionProtection: true")
	}
}
