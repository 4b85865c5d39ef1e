package config

// BackupLock says who can delete a client's backups.
type BackupLock string

const (
	// BackupLockNone lets whoever may delete them.
	BackupLockNone BackupLock = "none"
	// BackupLockGovernance lets who may take the lock away first.
	BackupLockGovernance BackupLock = "governance"
	// BackupLockCompliance lets nobody, and the lock can never be taken away.
	BackupLockCompliance BackupLock = "compliance"
)

// CellBackup is the client's backups: of its database, buckets and file system, in a
// vault of its own, encrypted with the client's key.
type CellBackup struct {
	// Enabled says whether there are backups.
	Enabled bool `yaml:"enabled" example:"true"`
	// DailyDays is how long a daily backup is kept, 1 to 35
	// (docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html).
	DailyDays int `yaml:"dailyDays" range:"1..35" example:"35"`
	// MonthlyDays is how long that of a month is, 31 to 3650, or 0: none is made.
	MonthlyDays int `yaml:"monthlyDays" range:"0..3650" example:"365"`
	// YearlyDays is how long that of a year is, 366 to 36500, or 0: none is made.
	YearlyDays int `yaml:"yearlyDays" range:"0..36500" example:"2192"`
	// CopyRegion is another region of the account that gets a copy of each. It needs
	// kms.multiRegion. Default: none.
	CopyRegion string `yaml:"copyRegion,optional" example:"us-west-2"`
	// Lock is governance, compliance (nobody can ever delete a backup early, nor the
	// vault: not for trying out) or none.
	Lock BackupLock `yaml:"lock" oneof:"governance|compliance|none" example:"governance"`
	// RestoreTest restores the newest backups once a week, and deletes what it restored.
	RestoreTest bool `yaml:"restoreTest" example:"true"`
}
