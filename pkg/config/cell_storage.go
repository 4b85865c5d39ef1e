package config

// CellStorage is the client's buckets.
type CellStorage struct {
	// Enabled says whether the cell has buckets.
	Enabled bool `yaml:"enabled" example:"true"`
	// Buckets is a named list of at most 50: the policies of a service's role name each.
	Buckets []Bucket `yaml:"buckets,optional" count:"0..50"`
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
	// GlacierDays is the age at which objects move to GLACIER, from which reading takes
	// hours: 0 (never), or 1 to 3650 and at least 30 days later than
	// InfrequentAccessDays. Default 0.
	GlacierDays int `yaml:"glacierDays" default:"0" range:"0..3650"`
	// ExpireDays is the age at which objects are deleted: 0 (never), or 1 to 3650
	// and later than InfrequentAccessDays and GlacierDays. Default 0.
	ExpireDays int `yaml:"expireDays" default:"0" range:"0..3650"`
	// ObjectLockDays is for how long nobody but break-glass can delete a version, 0
	// (not at all) to 3650; shorter than ExpireDays. It needs Versioning and cannot be
	// added to or taken from a bucket that exists without replacing it. Default 0.
	ObjectLockDays int `yaml:"objectLockDays" default:"0" range:"0..3650"`
	// MalwareScan lets GuardDuty scan each new object and tag it with what it found.
	// Services read only what was found clean, so not what was there before. Default false.
	MalwareScan bool `yaml:"malwareScan" default:"false"`
	// ReplicateTo is another region of the account that gets a copy of every object. It
	// needs Versioning, and kms.multiRegion for a key that both regions have. Default: none.
	ReplicateTo string `yaml:"replicateTo,optional" example:"us-west-2"`
	// AccessLogs writes every request into the account's access log bucket. Default true.
	AccessLogs bool `yaml:"accessLogs" default:"true"`
}
