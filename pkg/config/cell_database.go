package config

// Engine is what runs a client's database.
type Engine string

const (
	// EngineRDS is one PostgreSQL instance with a standby, and read replicas.
	EngineRDS Engine = "rds"
	// EngineAurora is an Aurora PostgreSQL cluster: a writer and readers on shared storage.
	EngineAurora Engine = "aurora"
)

// MasterUser says who holds the password of a database's master user.
type MasterUser string

const (
	// MasterByVault lets Vault change the first password, so that it alone knows it.
	MasterByVault MasterUser = "vault"
	// MasterByRDS lets RDS keep and change it in Secrets Manager.
	MasterByRDS MasterUser = "rds"
)

// ServerlessClass is the instance class of Aurora that grows and shrinks by itself.
const ServerlessClass = "db.serverless"

// DatabasePort is where PostgreSQL listens.
const DatabasePort = 5432

// CellDatabase is the client's PostgreSQL database: encrypted with the client's key,
// reached over TLS only, never from outside the VPC and Vault.
type CellDatabase struct {
	// Enabled says whether the cell has a database.
	Enabled bool `yaml:"enabled" example:"true"`
	// Engine is rds (one instance and its standby) or aurora (a cluster). Changing it
	// makes another database.
	Engine Engine `yaml:"engine" oneof:"rds|aurora" example:"rds"`
	// Version is the major version of PostgreSQL; RDS picks the newest minor one and
	// raises it in maintenance windows. It can be raised, never lowered.
	Version string `yaml:"version" oneof:"14|15|16|17" example:"\"16\""`
	// Class is the instance class, such as db.m7g.large; db.serverless with Aurora only.
	Class string `yaml:"class" match:"^db[.][a-z0-9-]+([.][a-z0-9]+)?$" hint:"an instance class, such as db.m7g.large" example:"db.m7g.large"`
	// StorageGiB is the storage that the instance starts with, 20 to 65536. Not of
	// Aurora, which takes what it needs
	// (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html).
	StorageGiB int `yaml:"storageGiB" range:"20..65536" example:"100"`
	// MaxStorageGiB is what RDS may grow it to by itself: at least a tenth more than
	// StorageGiB, or 0: it never grows. Not of Aurora.
	MaxStorageGiB int `yaml:"maxStorageGiB" range:"0..65536" example:"500"`
	// MinCapacity and MaxCapacity are Aurora capacity units of class db.serverless, 1 to
	// 256 (docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html).
	MinCapacity int `yaml:"minCapacity" range:"1..256" example:"1"`
	// MaxCapacity is the most, at least MinCapacity.
	MaxCapacity int `yaml:"maxCapacity" range:"1..256" example:"8"`
	// MultiAZ keeps a standby in another zone, which takes over when the first fails.
	// Aurora has it when it has a reader.
	MultiAZ bool `yaml:"multiAZ" example:"true"`
	// ReadReplicas is the number of instances that only read: 0 to 5 of RDS, 0 to 15 of
	// Aurora.
	ReadReplicas int `yaml:"readReplicas" range:"0..15" example:"0"`
	// BackupDays is how far back the database can be restored to any second, 1 to 35
	// (docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html).
	BackupDays int `yaml:"backupDays" range:"1..35" example:"35"`
	// BackupRegion is another region of the account that holds a copy of these backups;
	// of rds only. Default: none.
	BackupRegion string `yaml:"backupRegion,optional" example:"us-west-2"`
	// BackupWindow is when the daily snapshot is made, in UTC, at least half an hour,
	// outside of MaintenanceWindow.
	BackupWindow string `yaml:"backupWindow" match:"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$" hint:"hours in UTC, such as 04:00-05:00" example:"\"04:00-05:00\""`
	// MaintenanceWindow is when AWS may restart the database, in UTC, at least half an hour.
	MaintenanceWindow string `yaml:"maintenanceWindow" match:"^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$" hint:"a day and hours in UTC, such as sun:06:00-sun:07:00" example:"sun:06:00-sun:07:00"`
	// MasterUser is vault (Vault changes the first password of the master user and alone
	// knows it; it needs module vault) or rds (RDS keeps it in Secrets Manager).
	MasterUser MasterUser `yaml:"masterUser" oneof:"vault|rds" example:"vault"`
	// Proxy puts an RDS Proxy, which shares connections, in front of the database.
	Proxy bool `yaml:"proxy" example:"false"`
	// Parameters are parameters of PostgreSQL that differ from the platform's, by name.
	// Those that encryption and the audit log rest on cannot be changed. Optional.
	Parameters map[string]string `yaml:"parameters,optional"`
	// FinalSnapshotGeneration is part of the name of the snapshot that is taken when the
	// database goes, 1 to 999: raise it after a restore, because names are taken once.
	FinalSnapshotGeneration int `yaml:"finalSnapshotGeneration" range:"1..999" example:"1"`
}
