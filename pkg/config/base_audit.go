package config

// ObjectLock says how log files are kept from being deleted before their time.
type ObjectLock string

const (
	// LockCompliance lets nobody delete or shorten, not even the root user.
	LockCompliance ObjectLock = "compliance"
	// LockGovernance lets those delete who have the permission to bypass it.
	LockGovernance ObjectLock = "governance"
	// LockNone locks nothing.
	LockNone ObjectLock = "none"
)

// BaseAudit is CloudTrail and the buckets that logs are kept in.
type BaseAudit struct {
	// RetentionDays is how long log files are kept, 90 to 3653. HIPAA's six years
	// (45 CFR 164.316(b)(2)(i)) are 2192 days.
	RetentionDays int `yaml:"retentionDays" range:"90..3653" example:"2192"`
	// ObjectLock says how the files of the trail are kept from being deleted before
	// that. It can be strengthened later, never weakened.
	ObjectLock ObjectLock `yaml:"objectLock" oneof:"compliance|governance|none" example:"compliance"`
	// ColdDays is the age at which log files move to Glacier Instant Retrieval, 0
	// (never) to 3650.
	ColdDays int `yaml:"coldDays" range:"0..3650" example:"90"`
	// ArchiveDays is the age at which they move to Glacier Deep Archive, 0 (never) to
	// 3650, and later than ColdDays.
	ArchiveDays int `yaml:"archiveDays" range:"0..3650" example:"365"`
	// LogGroupDays is how long CloudWatch keeps a searchable copy of the trail: one of
	// the values that PutRetentionPolicy takes.
	LogGroupDays int `yaml:"logGroupDays" oneof:"1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1096|1827|2192|2557|2922|3288|3653" example:"365"`
	// DataEvents records every read and write of an object in S3.
	DataEvents bool `yaml:"dataEvents" example:"true"`
	// Insights records unusual rates of calls and errors.
	Insights bool `yaml:"insights" example:"true"`
	// Alarms are CloudWatch alarms on the trail: the ones of CIS AWS Foundations.
	Alarms bool `yaml:"alarms" example:"true"`
	// RetainOnDestroy leaves log buckets and their key in the account when the stack
	// is destroyed.
	RetainOnDestroy bool `yaml:"retainOnDestroy" example:"true"`
}

// BaseRecorder is AWS Config.
type BaseRecorder struct {
	// Enabled says whether the stack records; false where something else, such as
	// Control Tower, already does: there can be only one recorder in a region.
	Enabled bool `yaml:"enabled" example:"true"`
	// DeliveryHours is how often a snapshot is delivered.
	DeliveryHours int `yaml:"deliveryHours" oneof:"1|3|6|12|24" example:"24"`
	// RetentionDays is how long Config keeps what it recorded, 30 to 2557
	// (docs.aws.amazon.com/config/latest/APIReference/API_RetentionConfiguration.html).
	RetentionDays int `yaml:"retentionDays" range:"30..2557" example:"2557"`
	// ConformancePack evaluates the rules of the HIPAA conformance pack; each
	// evaluation costs.
	ConformancePack bool `yaml:"conformancePack" example:"true"`
}

// BaseDetection is what looks for threats, vulnerabilities and mistakes.
type BaseDetection struct {
	// GuardDuty finds threats in logs.
	GuardDuty BaseGuardDuty `yaml:"guardDuty"`
	// SecurityHub gathers findings and checks standards.
	SecurityHub BaseSecurityHub `yaml:"securityHub"`
	// Inspector are the kinds of resources that are scanned for vulnerabilities.
	// Empty: none.
	Inspector []string `yaml:"inspector,optional" oneof:"EC2|ECR|LAMBDA|LAMBDA_CODE" example:"[EC2, ECR, LAMBDA]"`
	// Macie looks for personal data in buckets.
	Macie bool `yaml:"macie" example:"true"`
	// UnusedAccessDays is the age at which access that nobody used is a finding, 1 to
	// 365. Home region only.
	UnusedAccessDays int `yaml:"unusedAccessDays" range:"1..365" example:"90"`
	// Alerts is who hears of findings.
	Alerts BaseAlerts `yaml:"alerts"`
}

// BaseGuardDuty is the region's detector.
type BaseGuardDuty struct {
	// Enabled says whether the stack makes the detector; false where a delegated
	// administrator makes it.
	Enabled bool `yaml:"enabled" example:"true"`
	// Features are the protections beyond the foundation. Empty: none.
	Features []string `yaml:"features,optional" oneof:"S3_DATA_EVENTS|EBS_MALWARE_PROTECTION|RDS_LOGIN_EVENTS|LAMBDA_NETWORK_LOGS|RUNTIME_MONITORING" example:"[S3_DATA_EVENTS, RUNTIME_MONITORING]"`
}

// BaseSecurityHub is the region's hub.
type BaseSecurityHub struct {
	// Enabled says whether the stack makes the hub; false where a delegated
	// administrator makes it.
	Enabled bool `yaml:"enabled" example:"true"`
	// Standards are those that are checked: fsbp (AWS Foundational Security Best
	// Practices), cis-1.4, cis-3.0 (CIS AWS Foundations), nist-800-53 (revision 5),
	// pci-dss.
	Standards []string `yaml:"standards,optional" oneof:"fsbp|cis-1.4|cis-3.0|nist-800-53|pci-dss" example:"[fsbp, cis-3.0]"`
	// Disabled are controls that do not apply, each with the reason; a named list.
	// Optional.
	Disabled []DisabledControl `yaml:"disabled,optional"`
}

// DisabledControl is a control of Security Hub that is not evaluated.
type DisabledControl struct {
	// Name is the id of the control.
	Name string `yaml:"name" match:"^[A-Z][A-Za-z0-9]*[.][0-9]+$" hint:"the id of a control, such as S3.11" example:"S3.11"`
	// Reason is recorded with the control; it is what an auditor reads.
	Reason string `yaml:"reason" match:"^[^\\x00-\\x1f]{10,1000}$" hint:"10 to 1000 characters" example:"log buckets send no notifications"`
}

// BaseAlerts is who hears of findings, of the use of break-glass and of the root
// user.
type BaseAlerts struct {
	// Emails are subscribed to the region's alert topic, at most 10; each has to
	// confirm. Optional.
	Emails []string `yaml:"emails,optional" match:"^[^\\s@]+@[^\\s@]+[.][^\\s@]+$" hint:"an e-mail address" count:"0..10" example:"[security@example.com]"`
	// MinimumSeverity is the least severe finding that is sent.
	MinimumSeverity string `yaml:"minimumSeverity" oneof:"LOW|MEDIUM|HIGH|CRITICAL" example:"HIGH"`
}
