package config

import "net/netip"

// UtilityConsul is the Consul cluster: service discovery by API and DNS. It belongs
// into the account that operations run in.
type UtilityConsul struct {
	// Enabled says whether the stack <account>-<region>-consul exists.
	Enabled bool `yaml:"enabled" example:"false"`
	// Servers are the servers. Their count never changes: all must know the same one
	// when they elect their first leader.
	Servers UtilityServers `yaml:"servers"`
	// AllowedCIDRs are the networks that may call the API on port 8501; at least one.
	AllowedCIDRs []netip.Prefix `yaml:"allowedCIDRs" example:"[10.0.0.0/8]"`
	// DNS says whether names below .consul are resolved in the VPC.
	DNS bool `yaml:"dns" example:"true"`
	// LogRetentionDays is how long CloudWatch keeps the servers' logs: one of the values
	// that PutRetentionPolicy takes.
	LogRetentionDays int `yaml:"logRetentionDays" oneof:"1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1096|1827|2192|2557|2922|3288|3653" example:"365"`
	// Snapshots says how what is stored is saved.
	Snapshots UtilitySnapshots `yaml:"snapshots"`
}
