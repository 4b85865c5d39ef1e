package config

import "slices"

// regionUse is a region beside its own that a cell keeps copies in.
type regionUse struct {
	// module keeps them there, because of the value at path.
	module, path string
	region       string
	// item is the index in the named list storage.buckets, or -1.
	item int
}

// regionUses are the regions beside its own that the cell keeps copies in.
func (c Cell) regionUses() []regionUse {
	var uses []regionUse
	use := func(on bool, u regionUse) {
		if on && u.region != "" {
			uses = append(uses, u)
		}
	}
	for i, b := range c.Storage.Buckets {
		use(c.Storage.Enabled, regionUse{ModuleStorage, itemPath("storage.buckets", b.Name, i) + ".replicateTo", b.ReplicateTo, i})
	}
	use(c.Database.Enabled, regionUse{ModuleDatabase, "database.backupRegion", c.Database.BackupRegion, -1})
	use(c.Backup.Enabled, regionUse{ModuleBackup, "backup.copyRegion", c.Backup.CopyRegion, -1})
	return uses
}

// CopyRegions returns the regions beside its own that the cell keeps copies in, sorted.
// Its key has a replica in each.
func (c Cell) CopyRegions() []string {
	var regions []string
	for _, use := range c.regionUses() {
		regions = append(regions, use.region)
	}
	slices.Sort(regions)
	return slices.Compact(regions)
}
