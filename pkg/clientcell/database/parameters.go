package database

import (
	"maps"
	"slices"

	"cellworks/pkg/config"
)

// parameter is a parameter as RDS takes it.
type parameter struct{ name, value, method string }

// parameters are the parameters of the database, sorted by name. Those that PostgreSQL
// reads when it starts wait for a restart, which RDS makes in the maintenance window only
// when somebody asks for it.
func (a Args) parameters() []parameter {
	all := a.Config.AllParameters()
	list := make([]parameter, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		method := "immediate"
		if all[name].Restart {
			method = "pending-reboot"
		}
		list = append(list, parameter{name, all[name].Value, method})
	}
	return list
}

// family is the family of the parameters.
func (a Args) family() string {
	if a.Config.Engine == config.EngineAurora {
		return "aurora-postgresql" + a.Config.Version
	}
	return "postgres" + a.Config.Version
}
