package config

import "slices"

// UtilitySecurity is what looks after the security of an account and region beyond
// its baseline: what people read, what is patched, and who is told.
type UtilitySecurity struct {
	// Enabled says whether the stack <account>-<region>-security exists.
	Enabled bool `yaml:"enabled" example:"true"`
	// CentralAccount gathers what AWS Config records in every account, in its home
	// region.
	CentralAccount string `yaml:"centralAccount" match:"^[a-z][a-z0-9]{1,11}$" hint:"the name of an account" example:"ops"`
	// OrganizationAdmin makes this account, which must be CentralAccount, switch
	// GuardDuty, Security Hub, Inspector and Macie on in every account of the
	// organization of AWS. The management account must have named it the delegated
	// administrator of all four, in every region.
	OrganizationAdmin bool `yaml:"organizationAdmin" example:"false"`
	// DetectorID is GuardDuty's detector of the region, which OrganizationAdmin needs:
	// naming the administrator makes it, outside of every stack, so that
	// detection.guardDuty.enabled of the baseline is false there.
	DetectorID string `yaml:"detectorID,optional" match:"^([0-9a-f]{32})?$" hint:"32 hexadecimal digits" example:"12abc34d567e8fa901bc2d34e56789f0"`
	// Macie looks for personal data where only some should be.
	Macie UtilityMacie `yaml:"macie"`
	// VulnerabilityReport lists what Inspector found.
	VulnerabilityReport UtilityVulnerabilityReport `yaml:"vulnerabilityReport"`
	// ReportRetentionDays is how long what Macie and Inspector report is kept, 90 to
	// 3653. HIPAA's six years are 2192 days.
	ReportRetentionDays int `yaml:"reportRetentionDays" range:"90..3653" example:"2192"`
	// Patching keeps instances up to date.
	Patching UtilityPatching `yaml:"patching"`
	// Routes say who is told of findings, besides the e-mail of the baseline; a named
	// list. Optional.
	Routes []FindingRoute `yaml:"routes,optional"`
}

// Cadence is how often something happens.
type Cadence string

const (
	// Daily is every day.
	Daily Cadence = "daily"
	// Weekly is every Monday.
	Weekly Cadence = "weekly"
	// Monthly is the first of every month.
	Monthly Cadence = "monthly"
)

// UtilityMacie is the job of Macie that reads the buckets of cells: those that are
// marked as holding health data, new ones included.
type UtilityMacie struct {
	// Enabled says whether there is a job. It needs detection.macie of the baseline.
	Enabled bool `yaml:"enabled" example:"true"`
	// Every is how often it runs; it reads what is new since the last time.
	Every Cadence `yaml:"every" oneof:"daily|weekly|monthly" example:"weekly"`
	// SamplingPercent is how many of the objects it reads, 1 to 100. Macie charges by
	// what it reads.
	SamplingPercent int `yaml:"samplingPercent" range:"1..100" example:"10"`
}

// UtilityVulnerabilityReport is a file with the vulnerabilities that are not mended.
type UtilityVulnerabilityReport struct {
	// Enabled says whether it is written. It needs detection.inspector of the baseline.
	Enabled bool `yaml:"enabled" example:"true"`
	// Every is how often.
	Every Cadence `yaml:"every" oneof:"daily|weekly|monthly" example:"weekly"`
	// Severities are those that it lists; at least one.
	Severities []string `yaml:"severities" oneof:"CRITICAL|HIGH|MEDIUM|LOW|INFORMATIONAL|UNTRIAGED" example:"[CRITICAL, HIGH]"`
}

// PatchOperation is what a maintenance window does.
type PatchOperation string

const (
	// PatchScan reports what is missing. Servers are then replaced with newer images.
	PatchScan PatchOperation = "scan"
	// PatchInstall installs it, one instance after the other, and restarts those that
	// need it.
	PatchInstall PatchOperation = "install"
)

// UtilityPatching is how Systems Manager patches instances that this project made.
type UtilityPatching struct {
	// Enabled says whether there is a baseline and a maintenance window.
	Enabled bool `yaml:"enabled" example:"true"`
	// Operation is what the window does.
	Operation PatchOperation `yaml:"operation" oneof:"scan|install" example:"scan"`
	// ApproveAfterDays is how old a patch is before it counts, 0 to 100. Security
	// patches of critical severity count at once.
	ApproveAfterDays int `yaml:"approveAfterDays" range:"0..100" example:"7"`
	// Weekday is the day of the window.
	Weekday string `yaml:"weekday" oneof:"MON|TUE|WED|THU|FRI|SAT|SUN" example:"SUN"`
	// Hour is when it begins, in UTC, 0 to 23.
	Hour int `yaml:"hour" range:"0..23" example:"4"`
	// DurationHours is how long it lasts, 2 to 24. Nothing new begins in the last one.
	DurationHours int `yaml:"durationHours" range:"2..24" example:"4"`
	// Inventory lists what is installed, every day. A region has one inventory of all
	// its instances: false where something else makes it.
	Inventory bool `yaml:"inventory" example:"true"`
}

// FindingRoute leads findings of Security Hub to a topic of its own.
type FindingRoute struct {
	// Name is the route's.
	Name string `yaml:"name" match:"^[a-z][a-z0-9]*(-[a-z0-9]+)*$" hint:"lower-case letters, digits and single dashes" example:"pager"`
	// Severities are those that it leads; at least one.
	Severities []string `yaml:"severities" oneof:"CRITICAL|HIGH|MEDIUM|LOW|INFORMATIONAL" example:"[CRITICAL]"`
	// Accounts are those whose findings it leads. Empty: every account's.
	Accounts []string `yaml:"accounts,optional" example:"[prod]"`
	// Emails are subscribed to the topic, at most 10; each has to confirm. A chat or a
	// pager is subscribed to it where its secrets are kept, never here. Optional.
	Emails []string `yaml:"emails,optional" match:"^[^\\s@]+@[^\\s@]+[.][^\\s@]+$" hint:"an e-mail address" count:"0..10" example:"[on-call@example.com]"`
}

// RoutesOf returns the routes that lead findings of an account.
func (s UtilitySecurity) RoutesOf(account string) []FindingRoute {
	return slices.DeleteFunc(slices.Clone(s.Routes), func(r FindingRoute) bool {
		return len(r.Accounts) > 0 && !slices.Contains(r.Accounts, account)
	})
}
