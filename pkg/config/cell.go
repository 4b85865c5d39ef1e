package config

import (
	"cmp"
	"net/netip"
)

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
	// Services is what runs in the cell.
	Services CellServices `yaml:"services"`
}

// CellKMS is the client's customer managed key.
type CellKMS struct {
	// DeletionWindowDays is how long a deleted key can be restored, 7 to 30
	// (docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html).
	DeletionWindowDays int `yaml:"deletionWindowDays" range:"7..30" example:"30"`
	// RotationDays is the rotation period, 90 to 2560
	// (docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html).
	RotationDays int `yaml:"rotationDays" range:"90..2560" example:"365"`
}

// CellIAM holds what the client's roles have in common.
type CellIAM struct {
	// MaxSessionHours is the longest session of a role, 1 to 12
	// (docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html, MaxSessionDuration).
	MaxSessionHours int `yaml:"maxSessionHours" range:"1..12" example:"1"`
}

// CellNetwork is what the cell may reach.
type CellNetwork struct {
	// Egress lists the destinations that services of the cell may connect to; a
	// named list. Empty: none but the account's own endpoints.
	Egress []Egress `yaml:"egress,optional"`
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

// CellStorage is the client's buckets.
type CellStorage struct {
	// Enabled says whether the cell has buckets.
	Enabled bool `yaml:"enabled" example:"true"`
	// Buckets is a named list.
	Buckets []Bucket `yaml:"buckets,optional"`
}

// Bucket is one S3 bucket of a client. Encryption with the client's key, the
// block on public access and the TLS-only policy are not options.
type Bucket struct {
	// Name is the last part of the bucket's name, unique in the cell, 1 to 20
	// characters so that <org>-<client>-<region>-<name> fits S3's 63.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"archive"`
	// Versioning keeps overwritten and deleted objects. Default true.
	Versioning bool `yaml:"versioning" default:"true"`
	// NoncurrentDays is how long a replaced or deleted version is kept, 1 to 3650.
	// Default 90. Without Versioning it has no effect.
	NoncurrentDays int `yaml:"noncurrentDays" default:"90" range:"1..3650"`
	// InfrequentAccessDays is the age at which objects move to STANDARD_IA: 0
	// (never), or 30 to 3650, because S3 refuses a younger transition
	// (docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html).
	// Default 0.
	InfrequentAccessDays int `yaml:"infrequentAccessDays" default:"0" range:"0..3650"`
	// ExpireDays is the age at which objects are deleted: 0 (never), or 1 to 3650
	// and later than InfrequentAccessDays. Default 0.
	ExpireDays int `yaml:"expireDays" default:"0" range:"0..3650"`
}

// CellServices is what runs in the cell.
type CellServices struct {
	// Enabled says whether the cell runs services. It needs the utility stack ecs
	// of the account and region.
	Enabled bool `yaml:"enabled" example:"true"`
	// LogRetentionDays is how long CloudWatch keeps the logs of the services: one of
	// the values that PutRetentionPolicy takes.
	LogRetentionDays int `yaml:"logRetentionDays" oneof:"1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1096|1827|2192|2557|2922|3288|3653" example:"90"`
	// Items is a named list.
	Items []Service `yaml:"items,optional"`
}

// Arch is the processor architecture of a service's image.
type Arch string

const (
	// ARM64 runs on Graviton.
	ARM64 Arch = "ARM64"
	// X8664 runs on Intel and AMD.
	X8664 Arch = "X86_64"
)

// Expose says how a service is reached from outside its cell.
type Expose string

const (
	// ExposeNone keeps a service inside the cell.
	ExposeNone Expose = "none"
	// ExposeInternal puts a service behind the account's internal load balancer under
	// its host name.
	ExposeInternal Expose = "internal"
	// ExposePublic puts it behind the one that faces the Internet.
	ExposePublic Expose = "public"
)

// Scheme returns the load balancer that a service is exposed on, or "" for one that is
// not exposed.
func (e Expose) Scheme() LoadBalancerScheme {
	switch e {
	case ExposeInternal:
		return Internal
	case ExposePublic:
		return Public
	default:
		return ""
	}
}

// Service is one service of a cell, run by ECS on Fargate.
type Service struct {
	// Name is unique in the cell, 1 to 19 characters so that <client>-<name> fits the
	// 32 of a target group.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,17}[a-z0-9])?$" hint:"1 to 19 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"api"`
	// Image is a container image by digest, never by tag alone: registry/repository@sha256:<64 hex digits>.
	Image string `yaml:"image" example:"registry.example.com/api@sha256:<64 hex digits>"`
	// CPU is in units of 1/1024 vCPU; with Memory one of the pairs that Fargate
	// offers (FargateMemory). Default 512.
	CPU int `yaml:"cpu" default:"512"`
	// Memory is in MiB. Default 1024.
	Memory int `yaml:"memory" default:"1024"`
	// Arch is the architecture of Image. Default ARM64.
	Arch Arch `yaml:"arch" default:"ARM64" oneof:"ARM64|X86_64"`
	// Port is the TCP port that the container listens on, 1 to 65535.
	Port int `yaml:"port" range:"1..65535" example:"8080"`
	// HealthPath is the HTTP path that answers 200 when the service is well; it
	// starts with a slash. Default /healthz.
	HealthPath string `yaml:"healthPath" default:"/healthz" match:"^/[^\\s?#]{0,999}$" hint:"a path of at most 1000 characters that starts with a slash, without query or blanks"`
	// MinTasks is the least number of tasks, 0 to 100. Default 2.
	MinTasks int `yaml:"minTasks" default:"2" range:"0..100"`
	// MaxTasks is the most, 1 to 100 and at least MinTasks. Default 6.
	MaxTasks int `yaml:"maxTasks" default:"6" range:"1..100"`
	// TargetCPUPercent is the average CPU use that scaling holds, 10 to 90. Default 60.
	TargetCPUPercent int `yaml:"targetCPUPercent" default:"60" range:"10..90"`
	// Expose says how the service is reached from outside the cell. The load balancer
	// must be enabled in the utility configuration of the account and region. Default none.
	Expose Expose `yaml:"expose" default:"none" oneof:"none|internal|public"`
	// Host is the first label of the service's host name below
	// <region>.<account>.<domain>; only of an exposed service; unique in the account and
	// region. Default: the client's name (HostLabel).
	Host string `yaml:"host,optional" match:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" hint:"one lower-case DNS label of 1 to 63 characters"`
	// Environment holds the container's environment variables by name. No secrets.
	// Optional.
	Environment map[string]string `yaml:"environment,optional"`
	// Secrets are environment variables whose values ECS reads, when a task starts,
	// from where the reference says: secretsmanager:<name>, secretsmanager:<name>#<key>
	// or ssm:<name>, with names relative to the cell (SecretRef). A name is in
	// Environment or here, never in both. Optional.
	Secrets map[string]SecretRef `yaml:"secrets,optional"`
}

// HostLabel returns the first label of the host name of an exposed service of
// client.
func (s Service) HostLabel(client string) string { return cmp.Or(s.Host, client) }
