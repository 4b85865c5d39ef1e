package config

import "slices"

// The modules of a cell, in the order of their dependencies.
const (
	ModuleKMS        = "kms"
	ModuleIAM        = "iam"
	ModuleNetwork    = "network"
	ModuleStorage    = "storage"
	ModuleMessaging  = "messaging"
	ModuleFiles      = "files"
	ModuleLogging    = "logging"
	ModuleDatabase   = "database"
	ModuleCache      = "cache"
	ModuleVault      = "vault"
	ModuleSSO        = "sso"
	ModuleIngress    = "ingress"
	ModuleServices   = "services"
	ModuleSFTP       = "sftp"
	ModuleSchedules  = "schedules"
	ModuleBackup     = "backup"
	ModuleMonitoring = "monitoring"
	ModuleBudget     = "budget"
)

// OutputModules is the output of a cell's stack with the names of the modules that it has.
const OutputModules = "modules"

// OutputPlacement is the output of a cell's stack with its Placement, and the others are
// those with the account, the region and the slot that the client's file says.
const (
	OutputPlacement = "placement"
	OutputAccount   = "account"
	OutputRegion    = "region"
	OutputSlot      = "slot"
)

// Module is one part of a cell that can be switched on and off, or is in every cell.
type Module struct {
	// Name is the module's key in a cell's configuration.
	Name string
	// Enabled says whether the cell has it.
	Enabled bool
	// Stateful says that it keeps data of the client: it cannot be switched off once it is
	// up, unless the client's decommission names it.
	Stateful bool
	// Needs are the modules that it cannot be without.
	Needs []string
	// switchedBy is the path of the key that enables it; empty for those of every cell.
	switchedBy string
}

// Modules returns the modules of the cell, those that are switched off as well, each
// after those that it needs.
func (c Cell) Modules() []Module {
	always := func(name string, needs ...string) Module { return Module{Name: name, Enabled: true, Needs: needs} }
	when := func(name string, on bool, needs ...string) Module {
		return Module{Name: name, Enabled: on, Needs: needs, switchedBy: name + ".enabled"}
	}
	modules := []Module{
		always(ModuleKMS),
		always(ModuleIAM, ModuleKMS),
		always(ModuleNetwork),
		when(ModuleStorage, c.Storage.Enabled, ModuleKMS, ModuleIAM),
		when(ModuleMessaging, c.Messaging.Enabled, ModuleKMS),
		when(ModuleFiles, c.Files.Enabled, ModuleKMS, ModuleNetwork),
		when(ModuleLogging, c.Logging.Enabled, ModuleKMS),
		when(ModuleDatabase, c.Database.Enabled, ModuleKMS, ModuleNetwork),
		when(ModuleCache, c.Cache.Enabled, ModuleKMS, ModuleNetwork),
		when(ModuleVault, c.Vault.Enabled, ModuleIAM),
		when(ModuleSSO, c.SSO.Enabled),
		when(ModuleIngress, c.Ingress.Enabled),
		when(ModuleServices, c.Services.Enabled, ModuleIAM, ModuleNetwork),
		when(ModuleSFTP, c.SFTP.Enabled, ModuleStorage),
		when(ModuleSchedules, c.Schedules.Enabled, ModuleServices),
		when(ModuleBackup, c.Backup.Enabled, ModuleKMS),
		when(ModuleMonitoring, c.Monitoring.Enabled),
		when(ModuleBudget, c.Budget.Enabled),
	}
	asked := c.asked()
	for i := range modules {
		modules[i].Needs = append(modules[i].Needs, sortedKeys(asked[modules[i].Name])...)
		modules[i].Stateful = slices.Contains([]string{ModuleStorage, ModuleDatabase, ModuleFiles, ModuleBackup}, modules[i].Name)
	}
	return modules
}

// Protects reports whether what a module keeps must not be deleted: unless the whole
// cell, or the module in decommission, may be.
func (c Cell) Protects(module string) bool {
	leaves := func(d Decommission) bool { return d.Name == module }
	return c.DeletionProtection && !slices.ContainsFunc(c.Decommission, leaves)
}

// asked are needs that only some values bring with them, by module, each with the path of
// the value.
func (c Cell) asked() map[string]map[string]string {
	asked := map[string]map[string]string{ModuleMessaging: {}, ModuleServices: {}, ModuleIngress: {}}
	for i, q := range c.Messaging.Queues {
		if len(q.Buckets) > 0 {
			asked[ModuleMessaging][ModuleStorage] = itemPath("messaging.queues", q.Name, i) + ".buckets"
		}
	}
	for i, s := range c.Services.Items {
		path := itemPath("services.items", s.Name, i)
		if s.ScaleOnQueue != "" {
			asked[ModuleServices][ModuleMessaging] = path + ".scaleOnQueue"
		}
		if len(s.Volumes) > 0 {
			asked[ModuleServices][ModuleFiles] = path + ".volumes"
		}
	}
	if c.Ingress.Auth == AuthOIDC {
		asked[ModuleIngress][ModuleSSO] = "ingress.auth"
	}
	return asked
}
