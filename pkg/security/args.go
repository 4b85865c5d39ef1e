package security

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
)

const (
	// keyDeletionDays is the longest window that KMS offers before a key is gone.
	keyDeletionDays = 30
	// reportVersionDays is how long a report is kept after it was replaced or deleted:
	// time to notice.
	reportVersionDays = 30
	// purpose ends the names of key and bucket.
	purpose = "reports"
)

// Args says what to build.
type Args struct {
	// OrganizationName and AccountName are names in the configuration.
	OrganizationName, AccountName string
	// AccountID and Region are what is looked after.
	AccountID, Region string
	// Config is the application's configuration, and Detection what the baseline of the
	// account and region detects.
	Config    config.UtilitySecurity
	Detection config.BaseDetection
	// Center is where AWS Config of every account is gathered.
	Center Place
	// Members are the ids of the accounts that are gathered, by name, and Regions the
	// regions of all of them. They matter in Center only.
	Members map[string]string
	Regions []string
	// LogKeyARN is the key of the region's log groups and alert topics: its policy lets
	// CloudWatch Logs use it for groups below /utility/, and events for topics.
	LogKeyARN string
	// AlertTopicARN is the topic that hears when a report is not written.
	AlertTopicARN string
	// PermissionsBoundary is the boundary of the roles.
	PermissionsBoundary string
	// DeletionProtection makes Pulumi refuse to delete reports and their key, and leaves
	// both in the account when the stack is destroyed all the same.
	DeletionProtection bool
}

// Place is an account and region.
type Place struct{ AccountID, Region string }

// plan is what Args comes to, made before anything is registered.
type plan struct {
	// reports is the bucket; its key is made later.
	reports bucket.Args
	// routes are the patterns of events by route.
	routes map[string]string
	// scheduleTrust and schedulePermissions are the policies of the role that asks for
	// the vulnerability report.
	scheduleTrust, schedulePermissions string
}

// resolve checks args and works out what follows from its plain values.
func (a Args) resolve() (plan, error) {
	p := plan{routes: map[string]string{}}
	errs := a.validate()
	var err error
	if p.reports, err = a.reports(); err != nil {
		errs = append(errs, err)
	}
	for _, route := range a.Config.RoutesOf(a.AccountName) {
		if _, twice := p.routes[route.Name]; twice {
			errs = append(errs, fmt.Errorf("route %q is given twice, want it once", route.Name))
		}
		if p.routes[route.Name], err = a.pattern(route); err != nil {
			errs = append(errs, fmt.Errorf("route %q: %w", route.Name, err))
		}
	}
	if p.scheduleTrust, p.schedulePermissions, err = a.schedulePolicies(); err != nil {
		errs = append(errs, fmt.Errorf("role of the vulnerability report: %w", err))
	}
	return p, errors.Join(errs...)
}

func (a Args) validate() []error {
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"organization", a.OrganizationName}, {"account", a.AccountName}, {"account id", a.AccountID}, {"region", a.Region},
		{"center's account id", a.Center.AccountID}, {"center's region", a.Center.Region}, {"log key", a.LogKeyARN},
		{"alert topic", a.AlertTopicARN}, {"permissions boundary", a.PermissionsBoundary},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if a.central() {
		if len(a.Members) == 0 || len(a.Regions) == 0 {
			errs = append(errs, errors.New("accounts or regions to gather are empty"))
		}
		for _, name := range slices.Sorted(maps.Keys(a.Members)) {
			if a.Members[name] == "" {
				errs = append(errs, fmt.Errorf("account %q has no id", name))
			}
		}
	}
	if a.Config.OrganizationAdmin && a.Config.DetectorID == "" {
		errs = append(errs, errors.New("the organization's administrator has no detector, want its id"))
	}
	if a.Config.VulnerabilityReport.Enabled && len(a.Config.VulnerabilityReport.Severities) == 0 {
		errs = append(errs, errors.New("the vulnerability report lists no severity, want at least one"))
	}
	for _, job := range []struct {
		what    string
		enabled bool
		every   config.Cadence
	}{
		{"macie", a.Config.Macie.Enabled, a.Config.Macie.Every},
		{"vulnerability report", a.Config.VulnerabilityReport.Enabled, a.Config.VulnerabilityReport.Every},
	} {
		if _, ok := schedules()[job.every]; job.enabled && !ok {
			errs = append(errs, fmt.Errorf("%s: cadence %q is unknown, want daily, weekly or monthly", job.what, job.every))
		}
	}
	return errs
}

// central says whether this is where AWS Config of every account is gathered.
func (a Args) central() bool { return a.Center == Place{a.AccountID, a.Region} }

// reports returns the bucket, or everything that is wrong with it. It has no default
// retention, which Macie does not deliver to.
func (a Args) reports() (bucket.Args, error) {
	if a.OrganizationName == "" || a.AccountID == "" || a.Region == "" {
		return bucket.Args{}, nil // already a fault
	}
	name, errName := naming.UtilityBucket(a.OrganizationName, a.AccountID, a.Region, config.ApplicationSecurity, purpose)
	logs, errLogs := naming.LogBucket(a.OrganizationName, a.AccountID, a.Region, contract.LogsAccess)
	if err := errors.Join(errName, errLogs); err != nil {
		return bucket.Args{}, err
	}
	args := bucket.Args{
		Name:            name,
		AccountID:       a.AccountID,
		Region:          a.Region,
		Kind:            bucket.Private,
		KeyARN:          pulumi.String(naming.ARN(a.Region, "kms", a.Region, a.AccountID, "key/any")),
		Versioning:      true,
		Lifecycle:       bucket.Lifecycle{ExpireDays: a.Config.ReportRetentionDays, NoncurrentDays: reportVersionDays},
		Lock:            config.LockNone,
		AccessLogBucket: pulumi.String(logs),
		Statements:      a.writers(bucket.ARN(a.Region, name)),
		Protect:         a.DeletionProtection,
		Retain:          a.DeletionProtection,
	}
	return args, args.Validate()
}
