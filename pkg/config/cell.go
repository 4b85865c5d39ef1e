package config

import "net/netip"

// Cell is the configuration of one client's cell. The smallest client file sets
// account, region, slot and ring; everything else has a default.
type Cell struct {
	// Client is the name of the client's directory, filled by Load: 3 to 12 lower-case
	// letters and digits, starting with a letter, so that names built from it fit
	// (load balancers and target groups allow 32 characters).
	Client string `yaml:"-"`
	// Account is one of the organization's accounts, written by its name. Client file
	// only.
	Account Account `yaml:"account" layer:"client" ref:"account" example:"nonprod"`
	// Region is one of the account's regions, written by its name. Client file only.
	Region Region `yaml:"region" layer:"client" ref:"region" example:"us-east-1"`
	// Slot fixes the cell's addresses within the VPC and its load balancer rules, 0 to
	// 63; unique in its account and region. Client file only.
	Slot int `yaml:"slot" layer:"client" range:"0..63" example:"7"`
	// Ring is one of the organization's rings: when a rollout reaches the client.
	// Client file only.
	Ring string `yaml:"ring" layer:"client" example:"early"`
	// Profiles are named sets of values, profiles/<name>.yaml, that lie between the
	// region's layer and the client's own file, in this order: a later one wins. Each
	// at most once. Optional. Client file only.
	Profiles []string `yaml:"profiles,optional" layer:"client" match:"^[a-z][a-z0-9-]{0,29}$" hint:"the name of a profile: 1 to 30 lower-case letters, digits and dashes, starting with a letter" example:"[gold]"`
	// State is active, or suspended: ingress is closed and no service runs, while all data
	// is kept. Default active. Client file only.
	State CellState `yaml:"state" layer:"client" default:"active" oneof:"active|suspended"`
	// Decommission lists modules whose data may be deleted; a named list. Without it a
	// module that keeps data and is up cannot be switched off. Optional. Client file only.
	Decommission []Decommission `yaml:"decommission,optional" layer:"client"`
	// DeletionProtection keeps the cell's stateful resources from being destroyed.
	DeletionProtection bool `yaml:"deletionProtection" example:"true"`
	// Labels are for selecting clients; they reach no resource. Optional.
	Labels map[string]string `yaml:"labels,optional"`
	// KMS is the client's key.
	KMS CellKMS `yaml:"kms"`
	// IAM holds what the client's roles have in common.
	IAM CellIAM `yaml:"iam"`
	// Network is what the cell may reach.
	Network CellNetwork `yaml:"network"`
	// Storage is the client's buckets.
	Storage CellStorage `yaml:"storage"`
	// Messaging is the client's queues and topics.
	Messaging CellMessaging `yaml:"messaging"`
	// Files is the client's file system.
	Files CellFiles `yaml:"files"`
	// Logging is where the client's logs are kept, and for how long.
	Logging CellLogging `yaml:"logging"`
	// Database is the client's PostgreSQL database.
	Database CellDatabase `yaml:"database"`
	// Cache is the client's in-memory cache.
	Cache CellCache `yaml:"cache"`
	// Vault is what the client has in Vault.
	Vault CellVault `yaml:"vault"`
	// Services is what runs in the cell.
	Services CellServices `yaml:"services"`
	// Ingress is how the client's exposed services are reached.
	Ingress CellIngress `yaml:"ingress"`
	// SFTP is how the client sends files.
	SFTP CellSFTP `yaml:"sftp"`
	// Schedules are tasks that run at set times.
	Schedules CellSchedules `yaml:"schedules"`
	// Backup is the client's backups.
	Backup CellBackup `yaml:"backup"`
	// Monitoring is what watches the cell, and who is told.
	Monitoring CellMonitoring `yaml:"monitoring"`
	// SSO is how the client's people sign in.
	SSO CellSSO `yaml:"sso"`
	// Budget is what the cell may cost.
	Budget CellBudget `yaml:"budget"`
}

// CellState says whether a client is served.
type CellState string

const (
	// Active cells serve their client.
	Active CellState = "active"
	// Suspended cells keep the client's data and run nothing.
	Suspended CellState = "suspended"
)

// Decommission says that what a module keeps may be deleted.
type Decommission struct {
	// Name is the module: one that keeps data, or another of which something is protected
	// (cache, vault, sso, sftp).
	Name string `yaml:"name" oneof:"storage|database|files|backup|cache|vault|sso|sftp" example:"database"`
	// Reason says why, for whoever audits it: 10 to 500 characters.
	Reason string `yaml:"reason" match:"^\\S.{8,498}\\S$" hint:"10 to 500 characters on one line" example:"the contract ended; data was handed over"`
	// Date is the first day, in UTC, on which the data may be deleted: YYYY-MM-DD.
	Date string `yaml:"date" match:"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$" hint:"a date YYYY-MM-DD in quotes" example:"\"2027-01-31\""`
}

// CellKMS is the client's customer managed key.
type CellKMS struct {
	// DeletionWindowDays is how long a deleted key can be restored, 7 to 30
	// (docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html).
	DeletionWindowDays int `yaml:"deletionWindowDays" range:"7..30" example:"30"`
	// RotationDays is the rotation period, 90 to 2560
	// (docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html).
	RotationDays int `yaml:"rotationDays" range:"90..2560" example:"365"`
	// MultiRegion lets the key have a replica in another region, which replication and
	// backups in other regions need. It is decided when the key is made: changing it
	// makes another key.
	MultiRegion bool `yaml:"multiRegion" example:"false"`
}

// CellIAM holds what the client's roles have in common.
type CellIAM struct {
	// MaxSessionHours is the longest session of a role, 1 to 12
	// (docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html, MaxSessionDuration).
	MaxSessionHours int `yaml:"maxSessionHours" range:"1..12" example:"1"`
	// ExtraPolicies are the ARNs of managed policies that every service's role gets too,
	// within the permissions boundary, at most 5: a role takes ten. They are in the client's
	// own path /cell/<client>/extra/ of its account, where somebody who administers it makes
	// them: what deployments attach to a client's roles is that client's. Optional.
	ExtraPolicies []string `yaml:"extraPolicies,optional" match:"^arn:aws[a-z-]*:iam::[0-9]{12}:policy/cell/[a-z][a-z0-9]{2,11}/extra/[A-Za-z0-9+=,.@_-]{1,128}$" hint:"the ARN of a managed policy in the path /cell/<client>/extra/" count:"0..5" example:"[\"arn:aws:iam::111122223333:policy/cell/acme/extra/reports\"]"`
}

// NetworkMode says which addresses a cell has.
type NetworkMode string

const (
	// SharedSubnets puts a cell into the app and data subnets of the account.
	SharedSubnets NetworkMode = "shared"
	// OwnSubnets gives a cell subnets of its own, behind network ACLs that let no other
	// cell in.
	OwnSubnets NetworkMode = "ownSubnets"
	// OwnVPC gives a cell a VPC of its own, connected with those that reach the account's.
	OwnVPC NetworkMode = "ownVPC"
)

// CellNetwork is where the cell is and what it may reach.
type CellNetwork struct {
	// Mode is shared (subnets of the account, divided by security groups), ownSubnets
	// (subnets and network ACLs of its own, from the cell's slot) or ownVPC (a VPC of its
	// own, connected with the hubs of the account's). Changing it moves everything: it is
	// for new cells. Default shared.
	Mode NetworkMode `yaml:"mode" default:"shared" oneof:"shared|ownSubnets|ownVPC"`
	// VPCSlot fixes the addresses of a cell's own VPC within the region: 2 or 3, unique in
	// the account and region, and not that of the account's VPC. Only with mode ownVPC.
	// Default: none.
	VPCSlot int `yaml:"vpcSlot" default:"0" range:"0..3"`
	// NAT says how the tasks of a cell with its own VPC reach the Internet; none is for
	// cells that run nothing. Only with mode ownVPC. Default single.
	NAT NATMode `yaml:"nat" default:"single" oneof:"perZone|single|none"`
	// InterfaceEndpoints are the services of AWS that a cell's own VPC reaches by
	// endpoints of its own, at most 50, beside S3 and DynamoDB, whose endpoints it always
	// has: those of the account's VPC cannot be reached from another. Only with mode ownVPC.
	// Optional.
	InterfaceEndpoints []string `yaml:"interfaceEndpoints,optional" match:"^[a-z][a-z0-9]*([.-][a-z0-9]+)*$" hint:"the name of a service as its endpoint has it, such as logs or ecr.api" count:"0..50" example:"[kms, logs, secretsmanager]"`
	// AccountPeering connects a cell's own VPC with the account's too, where other cells
	// are: for a cell that the account's own Vault serves. Only with mode ownVPC. Default
	// false.
	AccountPeering bool `yaml:"accountPeering" default:"false"`
	// Egress lists the destinations that services of the cell may connect to, at most 50:
	// a security group has 60 rules, and some are the platform's
	// (docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html); a named list.
	// Empty: none but the account's own endpoints.
	Egress []Egress `yaml:"egress,optional" count:"0..50"`
	// AllowFromPeers lists private networks of connected VPCs that may connect to services
	// of the cell beside its load balancer, while the cell is not suspended, at most 50; a
	// named list. Optional.
	AllowFromPeers []PeerAccess `yaml:"allowFromPeers,optional" count:"0..50"`
}

// PeerAccess is a private network that may connect to services of a cell.
type PeerAccess struct {
	// Name is unique in the cell: 1 to 20 lower-case letters, digits and dashes.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"operations"`
	// CIDR is the network in its canonical form, within the app tier of a VPC that
	// peering.reach connects with the cell's: no network ACL lets others through.
	CIDR netip.Prefix `yaml:"cidr" example:"10.48.0.0/17"`
	// Port is the TCP port that a service listens on, 443 or 1024 to 65535.
	Port int `yaml:"port" range:"1..65535" example:"8080"`
}

// Egress is one destination that services of a cell may connect to.
type Egress struct {
	// Name is unique in the cell: 1 to 20 lower-case letters, digits and dashes.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"lab"`
	// CIDR is the destination network in its canonical form (host bits zero), IPv4.
	CIDR netip.Prefix `yaml:"cidr" example:"203.0.113.0/24"`
	// Port is the TCP port, 1 to 65535.
	Port int `yaml:"port" range:"1..65535" example:"443"`
}
