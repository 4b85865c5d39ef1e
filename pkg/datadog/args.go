package datadog

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// Args says what to watch.
type Args struct {
	// OrganizationName names buckets.
	OrganizationName string
	// AccountName, AccountID and Region are what is watched.
	AccountName, AccountID, Region string
	// HomeRegion says whether the region has the integration of the account as a whole,
	// and Regions are those of the account that Datadog reads.
	HomeRegion bool
	Regions    []string
	// Config is what is configured.
	Config config.UtilityDatadog
	// Applications are those that are on in the account and region.
	Applications []string
	// SearchVolumeGiB is how large a volume of OpenSearch is, where that is on.
	SearchVolumeGiB int
	// LogKeyARN is the key of log groups.
	LogKeyARN string
	// DeployRoleARN is the role that deployments assume, which writes the secret.
	DeployRoleARN string
	// PermissionsBoundary is the boundary of the roles.
	PermissionsBoundary string
	// DeletionProtection makes Pulumi refuse to delete key, secret and bucket, and leaves
	// them in the account when the stack is destroyed all the same.
	DeletionProtection bool
}

// plan is what Args comes to, made before anything is registered.
type plan struct {
	site    site
	watches []watch
	// targets are those of the objectives by application, in percent.
	targets map[string]float64
	// permissions is the policy of Datadog's role.
	permissions string
	// failed is the bucket for lines that Datadog did not take; its key is made later.
	failed bucket.Args
	// dashboard is the page.
	dashboard string
}

// resolve checks args and works out what follows from its plain values.
func (a Args) resolve() (plan, error) {
	p, errs := plan{targets: map[string]float64{}}, a.validate()
	var ok bool
	if p.site, ok = sites()[a.Config.Site]; !ok {
		errs = append(errs, fmt.Errorf("site %q is not known", a.Config.Site))
	}
	for _, o := range a.Config.Objectives {
		target, err := strconv.ParseFloat(o.Target, 64)
		if err != nil || target <= 0 || target >= 100 {
			errs = append(errs, fmt.Errorf("objective %s: target %q is no percentage above 0 and below 100", o.Name, o.Target))
		}
		p.targets[o.Name] = target
	}
	p.watches = a.watches()
	var err error
	if p.permissions, err = permissions().JSONFor(iampolicy.Managed); err != nil {
		errs = append(errs, fmt.Errorf("policy of Datadog's role: %w", err))
	}
	if a.Config.Logs.Enabled {
		if p.failed, err = a.failed(); err != nil {
			errs = append(errs, err)
		}
	}
	if p.dashboard, err = a.dashboard(p.watches); err != nil {
		errs = append(errs, err)
	}
	return p, errors.Join(errs...)
}

func (a Args) validate() []error {
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"organization", a.OrganizationName}, {"account name", a.AccountName}, {"account id", a.AccountID}, {"region", a.Region},
		{"team", a.Config.Team}, {"log key", a.LogKeyARN}, {"deploy role", a.DeployRoleARN}, {"permissions boundary", a.PermissionsBoundary},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if a.HomeRegion && len(a.Regions) == 0 {
		errs = append(errs, errors.New("no region is read, want at least one"))
	}
	if partition := naming.Partition(a.Region); partition != "aws" {
		errs = append(errs, fmt.Errorf("partition %s is not supported, want aws", partition))
	}
	if a.has(config.ApplicationELK) && a.SearchVolumeGiB <= 0 {
		errs = append(errs, fmt.Errorf("volume of OpenSearch has %d GiB, want more than 0", a.SearchVolumeGiB))
	}
	for severity, handles := range a.handles() {
		if len(handles) == 0 {
			errs = append(errs, fmt.Errorf("nobody is told of what is %s, want at least one handle", severity))
		}
	}
	slices.SortFunc(errs, func(x, y error) int { return strings.Compare(x.Error(), y.Error()) })
	if l := a.Config.Logs; l.Enabled && len(l.Groups) == 0 {
		errs = append(errs, errors.New("logs are sent of no log group, want at least one"))
	}
	return errs
}

// has reports whether an application is on.
func (a Args) has(application string) bool { return slices.Contains(a.Applications, application) }

// reports reports whether an application sends metrics of its own to Datadog.
func (a Args) reports(application string) bool {
	return a.has(application) && slices.Contains(a.Config.OwnMetrics, application)
}

// place names the account and region in titles: prod us-east-1.
func (a Args) place() string { return a.AccountName + " " + a.Region }

// failed returns the bucket for lines that Datadog did not take, or everything that is
// wrong with it.
func (a Args) failed() (bucket.Args, error) {
	if a.OrganizationName == "" || a.AccountID == "" || a.Region == "" {
		return bucket.Args{}, nil // already a fault
	}
	name, errName := naming.UtilityBucket(a.OrganizationName, a.AccountID, a.Region, config.ApplicationDatadog, failedPurpose)
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
		Lifecycle:       bucket.Lifecycle{ExpireDays: a.Config.Logs.FailedDays, NoncurrentDays: 1},
		AccessLogBucket: pulumi.String(logs),
		Protect:         a.DeletionProtection,
		Retain:          a.DeletionProtection,
	}
	return args, args.Validate()
}
