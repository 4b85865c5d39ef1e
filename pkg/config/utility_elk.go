package config

// UtilityELK is where logs are searched and kept: an OpenSearch domain, and what
// delivers logs of every account to it and to an archive. It belongs into the
// account that operations run in.
type UtilityELK struct {
	// Enabled says whether the stack <account>-<region>-elk exists.
	Enabled bool `yaml:"enabled" example:"false"`
	// EngineVersion is the version of OpenSearch. It can be raised, never lowered.
	EngineVersion string `yaml:"engineVersion" match:"^OpenSearch_[0-9]+[.][0-9]+$" hint:"a version, such as OpenSearch_2.19" example:"OpenSearch_2.19"`
	// Data are the nodes that hold what can be searched.
	Data UtilitySearchNodes `yaml:"data"`
	// MasterInstanceType is the type of the three nodes that only lead the others.
	MasterInstanceType string `yaml:"masterInstanceType" match:"^[a-su-z][a-z]*[0-9][a-z0-9]*[.][a-z0-9]+[.]search$" hint:"an instance type of OpenSearch without bursts, such as m7g.large.search" example:"m7g.large.search"`
	// Warm are nodes that hold older logs, which nobody writes to, at a lower price.
	Warm UtilityWarmNodes `yaml:"warm"`
	// SearchableDays is for how many days at least a line can be searched, 30 to 730.
	// The archive keeps it longer.
	SearchableDays int `yaml:"searchableDays" range:"30..730" example:"60"`
	// WindowHour is the hour, in UTC, at which AWS may change nodes and software, 0 to
	// 23. The window lasts ten hours.
	WindowHour int `yaml:"windowHour" range:"0..23" example:"3"`
	// ServiceLinkedRole makes the role with which OpenSearch Service places nodes in
	// VPCs. An account has one: false where something made it already, such as the same
	// application in another region.
	ServiceLinkedRole bool `yaml:"serviceLinkedRole" example:"true"`
	// LogRetentionDays is how long CloudWatch keeps the domain's own logs, audit log
	// included: one of the values that PutRetentionPolicy takes.
	LogRetentionDays int `yaml:"logRetentionDays" oneof:"1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1096|1827|2192|2557|2922|3288|3653" example:"2192"`
	// Archive is the bucket that takes every line besides.
	Archive UtilityLogArchive `yaml:"archive"`
	// People are who signs in.
	People UtilitySearchPeople `yaml:"people"`
}

// UtilitySearchNodes are the data nodes of an OpenSearch domain.
type UtilitySearchNodes struct {
	// Count is how many there are: as many in each of three zones.
	Count int `yaml:"count" oneof:"3|6|9|12|15|18|21|24|27|30" example:"3"`
	// InstanceType is their type. It has no disks of its own: logs are on volumes, which
	// can grow.
	InstanceType string `yaml:"instanceType" match:"^[a-su-z][a-z]*[0-9][a-z0-9]*[.][a-z0-9]+[.]search$" hint:"an instance type of OpenSearch without bursts, such as r7g.large.search" example:"r7g.large.search"`
	// VolumeGiB is the size of each node's volume, 10 to 12288. What an instance type
	// takes may be less (docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html).
	VolumeGiB int `yaml:"volumeGiB" range:"10..12288" example:"200"`
}

// UtilityWarmNodes are the UltraWarm nodes of an OpenSearch domain.
type UtilityWarmNodes struct {
	// Enabled says whether there are any. They cannot be switched off while they hold
	// logs.
	Enabled bool `yaml:"enabled" example:"false"`
	// Count is how many there are, 3 to 150.
	Count int `yaml:"count" range:"3..150" example:"3"`
	// InstanceType is their type.
	InstanceType string `yaml:"instanceType" oneof:"ultrawarm1.medium.search|ultrawarm1.large.search" example:"ultrawarm1.medium.search"`
	// AfterDays is after how many days at least a line moves there, 1 to 730 and less
	// than SearchableDays.
	AfterDays int `yaml:"afterDays" range:"1..730" example:"14"`
}

// UtilityLogArchive is the bucket in which every line of log is kept.
type UtilityLogArchive struct {
	// RetentionDays is how long, 90 to 3653. HIPAA's six years
	// (45 CFR 164.316(b)(2)(i)) are 2192 days.
	RetentionDays int `yaml:"retentionDays" range:"90..3653" example:"2192"`
	// ObjectLock says how files are kept from being deleted before that. It can be
	// strengthened later, never weakened.
	ObjectLock ObjectLock `yaml:"objectLock" oneof:"compliance|governance|none" example:"compliance"`
	// ColdDays is the age at which files move to Glacier Instant Retrieval, 0 (never)
	// to 3650.
	ColdDays int `yaml:"coldDays" range:"0..3650" example:"90"`
	// ArchiveDays is the age at which they move to Glacier Deep Archive, 0 (never) to
	// 3650, and later than ColdDays.
	ArchiveDays int `yaml:"archiveDays" range:"0..3650" example:"365"`
}

// UtilitySearchPeople is who signs in to OpenSearch Dashboards. The people of a client
// are in the group logs-client-<client>, which needs no mention here.
type UtilitySearchPeople struct {
	// SAMLMetadata is the XML that the identity provider publishes for the application.
	// Without it nobody signs in. Optional.
	SAMLMetadata string `yaml:"samlMetadata,optional"`
	// Administrators is the group at the identity provider whose members may do
	// everything.
	Administrators string `yaml:"administrators" match:"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$" hint:"1 to 63 letters, digits, dots, dashes and underscores" example:"logs-administrators"`
	// Operators is the group whose members read the logs of every client.
	Operators string `yaml:"operators" match:"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$" hint:"1 to 63 letters, digits, dots, dashes and underscores" example:"logs-operators"`
	// SessionMinutes is after how long people sign in again, 5 to 1440
	// (docs.aws.amazon.com/opensearch-service/latest/developerguide/saml.html).
	SessionMinutes int `yaml:"sessionMinutes" range:"5..1440" example:"60"`
}
