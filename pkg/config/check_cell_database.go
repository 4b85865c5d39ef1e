package config

import (
	"fmt"
	"strconv"
)

const (
	// maxReplicas is how many replicas of an instance RDS can be asked for here
	// (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html allows 15; with
	// more than 5 the source spends its network on them).
	maxReplicas = 5
	// growth is by how much, in percent, storage must be allowed to grow
	// (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html).
	growth = 10
)

// database reports a database that RDS would refuse, or that nobody could use.
func (c *cellChecker) database() {
	const key = "database"
	d := c.cell.Database
	if !d.Enabled || c.bad(key, key+".enabled") {
		return
	}
	c.databaseClass(d)
	c.databaseSize(d)
	c.databaseWindows(d)
	c.databaseParameters(d)
	c.databaseMaster(d)
	if path := key + ".backupRegion"; d.BackupRegion != "" && d.Engine == EngineAurora && !c.bad(path, key+".engine") {
		c.problem(path, "RDS copies backups of the engine rds only, but the engine is aurora", "remove it, and set backup.copyRegion for copies that AWS Backup makes")
	}
}

func (c *cellChecker) databaseClass(d CellDatabase) {
	const path = "database.class"
	if d.Class == "" || c.bad(path, "database.engine") || c.known(path) && c.known("database.engine") && c.known("database.enabled") {
		return
	}
	if wrong, remedy := databaseClass(d.Engine, d.Class); wrong != "" {
		c.problem(c.set(path), wrong, remedy)
	}
}

// databaseSize reports storage that cannot grow, capacity that cannot be, and replicas
// that cannot be made.
func (c *cellChecker) databaseSize(d CellDatabase) {
	const key = "database"
	if path := key + ".maxStorageGiB"; d.Engine == EngineRDS && d.MaxStorageGiB != 0 && !c.bad(path, key+".storageGiB", key+".engine") {
		if least := (d.StorageGiB*(100+growth) + 99) / 100; d.MaxStorageGiB < least {
			c.problem(path, fmt.Sprintf("storage of %d GiB cannot grow to %d, want 0 (it never grows) or %d or more", d.StorageGiB, d.MaxStorageGiB, least), "RDS grows storage by a tenth at least")
		}
	}
	if path := key + ".maxCapacity"; d.Class == ServerlessClass && d.MinCapacity > d.MaxCapacity && !c.bad(path, key+".minCapacity") {
		c.problem(c.set(path), fmt.Sprintf("maxCapacity %d is less than minCapacity %d", d.MaxCapacity, d.MinCapacity), "raise it, or lower minCapacity")
	}
	path := key + ".readReplicas"
	if d.Engine != EngineRDS || d.ReadReplicas == 0 || c.bad(path, key+".engine") {
		return
	}
	switch {
	case d.ReadReplicas > maxReplicas:
		c.problem(path, fmt.Sprintf("%d is too many, want 0 to %d with engine rds", d.ReadReplicas, maxReplicas), "Aurora takes up to 15")
	case d.MasterUser == MasterByRDS && !c.bad(key+".masterUser"):
		c.problem(path, "RDS makes no replicas of a database whose master password it keeps itself", "set database.masterUser: vault, or readReplicas: 0")
	}
}

func (c *cellChecker) databaseWindows(d CellDatabase) {
	const daily, weekly = "database.backupWindow", "database.maintenanceWindow"
	if c.bad(daily, weekly) {
		return
	}
	backup, okBackup := dailyWindow(d.BackupWindow)
	maintenance, okMaintenance := weeklyWindow(d.MaintenanceWindow)
	if !okBackup || !okMaintenance {
		return // the form is reported already
	}
	if backup.length < shortestWindow {
		c.problem(daily, fmt.Sprintf("%s lasts %d minutes, want %d at least", show(d.BackupWindow), backup.length, shortestWindow), "for example \"04:00-05:00\"")
	}
	if maintenance.length < shortestWindow || maintenance.length > longestMaintenance {
		c.problem(weekly, fmt.Sprintf("%s lasts %d minutes, want %d to %d", show(d.MaintenanceWindow), maintenance.length, shortestWindow, longestMaintenance), "for example sun:06:00-sun:07:00")
	}
	if backup.meets(maintenance) {
		c.problem(c.set(weekly, daily), fmt.Sprintf("the maintenance window %s and the backup window %s overlap", d.MaintenanceWindow, d.BackupWindow), "move one of the two")
	}
}

// databaseParameters reports parameters that cannot be changed, and values that PostgreSQL
// would not take.
func (c *cellChecker) databaseParameters(d CellDatabase) {
	c.keys("database.parameters", c.parameter, "the name of a parameter of PostgreSQL, such as work_mem or auto_explain.log_min_duration")
	fixed := DatabaseParameters()
	for _, name := range sortedKeys(d.Parameters) {
		path := "database.parameters." + name
		if c.bad(path) || c.known(path) || !fixed[name].Fixed {
			continue
		}
		c.problem(path, fmt.Sprintf("%s is %s in every database, since encryption or the audit log rests on it", name, strconv.Quote(fixed[name].Value)), "remove it")
	}
}

// databaseMaster reports a password that nobody would hold, or that two would.
func (c *cellChecker) databaseMaster(d CellDatabase) {
	const path = "database.masterUser"
	if c.bad(path, "vault", "vault.enabled") {
		return
	}
	roles := len(c.cell.Vault.DatabaseRoles)
	switch {
	case d.MasterUser == MasterByVault && !c.cell.Vault.Enabled:
		c.problem(path, fmt.Sprintf("Vault is to hold the password of the master user, but module vault is switched off at %s", c.where("vault.enabled")),
			"set vault.enabled: true, or database.masterUser: rds")
	case d.MasterUser == MasterByVault && roles == 0 && !c.bad("vault.databaseRoles"):
		c.problem(path, "Vault alone would hold the password of the master user, and it has no vault.databaseRoles to give anybody else a login",
			"add one to vault.databaseRoles, or set database.masterUser: rds")
	case d.MasterUser == MasterByRDS && c.cell.Vault.Enabled && roles > 0 && !c.bad("vault.databaseRoles"):
		c.problem(path, fmt.Sprintf("Vault cannot make the logins of vault.databaseRoles (%s): RDS holds the password of the master user, and changes it", c.where("vault.databaseRoles")),
			"set database.masterUser: vault, or take every vault.databaseRoles away with remove: true")
	}
	if at := "database.proxy"; d.Proxy && d.MasterUser == MasterByVault && !c.bad(at) {
		c.problem(at, "a proxy reads passwords in Secrets Manager, but the logins that Vault makes are nowhere else", "set proxy: false, or database.masterUser: rds")
	}
}
