package config

import "net/netip"

// VaultStorage says where Vault keeps what it stores.
type VaultStorage string

const (
	// VaultOnRaft keeps it on the servers themselves.
	VaultOnRaft VaultStorage = "raft"
	// VaultOnConsul keeps it in the Consul cluster of the same account and region.
	VaultOnConsul VaultStorage = "consul"
)

// VaultTLS says with whom the clients of Vault speak TLS.
type VaultTLS string

const (
	// VaultReencrypt ends TLS at the load balancer, with a certificate that every client
	// trusts, and begins it again towards the servers.
	VaultReencrypt VaultTLS = "reencrypt"
	// VaultPassthrough ends TLS at the servers, with certificates of a private
	// authority that clients must know. It lets clients log in with certificates.
	VaultPassthrough VaultTLS = "passthrough"
)

// UtilityVault is the Vault cluster: secrets, keys and short-lived credentials. It
// belongs into the account that base.access.vaultAccount names.
type UtilityVault struct {
	// Enabled says whether the stack <account>-<region>-vault exists.
	Enabled bool `yaml:"enabled" example:"false"`
	// Servers are the servers.
	Servers UtilityServers `yaml:"servers"`
	// AuditVolumeGiB is the size of each of the two volumes for audit logs, 10 to 16384.
	// Vault stops when both are full.
	AuditVolumeGiB int `yaml:"auditVolumeGiB" range:"10..16384" example:"50"`
	// Storage says where Vault keeps what it stores. It cannot be changed later: what
	// is stored does not move.
	Storage VaultStorage `yaml:"storage" oneof:"raft|consul" example:"raft"`
	// TLS says with whom clients speak TLS.
	TLS VaultTLS `yaml:"tls" oneof:"reencrypt|passthrough" example:"reencrypt"`
	// AllowedCIDRs are the networks that may connect on port 443; at least one.
	AllowedCIDRs []netip.Prefix `yaml:"allowedCIDRs" example:"[10.0.0.0/8]"`
	// Seal is the key that Vault unseals itself with.
	Seal VaultSeal `yaml:"seal"`
	// LogRetentionDays is how long CloudWatch keeps the servers' logs and a copy of the
	// audit log: one of the values that PutRetentionPolicy takes.
	LogRetentionDays int `yaml:"logRetentionDays" oneof:"1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1096|1827|2192|2557|2922|3288|3653" example:"2192"`
	// Snapshots says how what is stored is saved. A snapshot can be restored only with
	// the same seal key.
	Snapshots UtilitySnapshots `yaml:"snapshots"`
}

// VaultSeal is the key that Vault unseals itself with. Whoever loses it loses every
// secret: the keys of recovery cannot replace it.
type VaultSeal struct {
	// MultiRegion makes a key that can be replicated to another region, to restore
	// snapshots there. It cannot be changed later.
	MultiRegion bool `yaml:"multiRegion" example:"true"`
	// DeletionWindowDays is how long the deleted key can be restored, 7 to 30.
	DeletionWindowDays int `yaml:"deletionWindowDays" range:"7..30" example:"30"`
}

// needs are the applications whose outputs the stack reads.
func (v UtilityVault) needs() []string {
	if v.Storage == VaultOnConsul {
		return []string{ApplicationConsul}
	}
	return nil
}
