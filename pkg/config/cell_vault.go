package config

import "slices"

// CellVault is what the client has in the organization's Vault: mounts of its own below
// cells/<client>/, and for each service an identity that reaches nothing else and a login.
type CellVault struct {
	// Enabled says whether the client has mounts. The organization needs application
	// vault-config somewhere.
	Enabled bool `yaml:"enabled" example:"true"`
	// KV is a store of secrets with versions.
	KV bool `yaml:"kv" example:"true"`
	// Transit encrypts for services that must not hold the key.
	Transit bool `yaml:"transit" example:"true"`
	// DatabaseRoles are logins to the client's database that Vault makes on demand; a
	// named list. Without module database they have no effect.
	DatabaseRoles []DatabaseRole `yaml:"databaseRoles,optional"`
}

// DatabaseRole is a login to a client's database that Vault makes and takes away.
type DatabaseRole struct {
	// Name is unique in the cell, 1 to 20 characters.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"app"`
	// Access is readwrite (data of the application's schema) or readonly. Default
	// readwrite.
	Access string `yaml:"access" default:"readwrite" oneof:"readwrite|readonly"`
	// TTLSeconds is how long a login lives unless it is renewed, 60 to 86400. Default 3600.
	TTLSeconds int `yaml:"ttlSeconds" default:"3600" range:"60..86400"`
	// MaxTTLSeconds is how long it lives at most, 60 to 2592000 and at least TTLSeconds.
	// Default 86400.
	MaxTTLSeconds int `yaml:"maxTTLSeconds" default:"86400" range:"60..2592000"`
	// Services are the services of the cell that get such logins; empty: all. Each asks
	// Vault for <service>.<name>.
	Services []string `yaml:"services,optional" example:"[reports]"`
}

// For reports whether a service gets such logins.
func (r DatabaseRole) For(service string) bool {
	return len(r.Services) == 0 || slices.Contains(r.Services, service)
}
