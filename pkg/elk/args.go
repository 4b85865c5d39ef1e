package elk

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
)

const (
	// Zones is over how many zones the domain spreads. With three, it elects a leader
	// when one is lost
	// (docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-dedicatedmasternodes.html).
	Zones = 3
	// keyDeletionDays is the longest window that KMS offers before a key is gone.
	keyDeletionDays = 30
	// archiveVersionDays is how long a file of the archive is kept after it was replaced
	// or deleted: time to notice.
	archiveVersionDays = 30
	// expiryMargin is how many days longer than their retention files are kept, so that
	// none expires while its lock, which begins with its delivery, holds.
	expiryMargin = 8
	// host is the first label of the name that the domain is reached by.
	host = "logs"
	// The purposes that end the names of key and bucket.
	keyPurpose, archivePurpose = "logs", "archive"
)

// Args says what to build.
type Args struct {
	// OrganizationName is the organization's name in the configuration.
	OrganizationName string
	// AccountID and Region are where the domain is.
	AccountID, Region string
	// Config is the application's configuration.
	Config config.UtilityELK
	// VPCID is the VPC of the domain.
	VPCID string
	// DataSubnetIDs are the domain's subnets, in three zones, one in each.
	DataSubnetIDs []string
	// AppSubnetIDs are where deliveries and the configurator reach it from.
	AppSubnetIDs []string
	// AppCIDR is the block from which people and tasks may connect to the domain.
	AppCIDR netip.Prefix
	// ZoneID and ZoneName are the public hosted zone of the domain's name.
	ZoneID, ZoneName string
	// Senders are the ids of the accounts whose logs are taken, by name.
	Senders map[string]string
	// LogKeyARN is the key of the region's log groups; its policy lets CloudWatch Logs
	// use it for those below /utility/.
	LogKeyARN string
	// AlertTopicARN is the topic that hears when logs are not kept.
	AlertTopicARN string
	// PermissionsBoundary is the boundary of the roles.
	PermissionsBoundary string
	// DeletionProtection makes Pulumi refuse to delete domain, key and archive, and
	// leaves key and archive in the account when the stack is destroyed all the same.
	DeletionProtection bool
}

// plan is what Args comes to, made before anything is registered.
type plan struct {
	// domain is the domain's name and domainARN its ARN, which policies need before it
	// exists.
	domain, domainARN string
	// endpoint is the name that the domain is reached by.
	endpoint string
	// archive is the bucket; its key is made later.
	archive bucket.Args
	// identityProvider is the entity id of Config.People's metadata; empty without.
	identityProvider string
	// access and publishers are the policies of the domain and of its log groups.
	access, publishers string
	// document is the configuration of the domain but for what only AWS knows.
	document document
}

// resolve checks args and works out what follows from its plain values.
func (a Args) resolve() (plan, error) {
	p := plan{domain: naming.SearchDomain(config.ApplicationELK), endpoint: host + "." + a.ZoneName}
	p.domainARN = naming.ARN(a.Region, "es", a.Region, a.AccountID, "domain/"+p.domain)
	errs := a.validate()
	if len(p.endpoint) > naming.MaxCertificateName {
		errs = append(errs, fmt.Errorf("name %s has %d characters, want at most %d", p.endpoint, len(p.endpoint), naming.MaxCertificateName))
	}
	if a.Config.People.SAMLMetadata != "" {
		id, err := a.Config.People.IdentityProvider()
		if err != nil {
			errs = append(errs, fmt.Errorf("metadata of the identity provider: %w", err))
		}
		p.identityProvider = id
	}
	var err error
	if p.archive, err = a.archive(); err != nil {
		errs = append(errs, err)
	}
	if p.access, err = a.domainPolicy(p.domainARN).JSON(); err != nil {
		errs = append(errs, fmt.Errorf("policy of the domain: %w", err))
	}
	if p.publishers, err = a.publishers(p.domainARN).JSON(); err != nil {
		errs = append(errs, fmt.Errorf("policy of the domain's logs: %w", err))
	}
	errs = append(errs, a.checkRoles(p)...)
	p.document = a.document()
	return p, errors.Join(errs...)
}

func (a Args) validate() []error {
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"organization", a.OrganizationName}, {"account id", a.AccountID}, {"region", a.Region}, {"vpc", a.VPCID},
		{"zone id", a.ZoneID}, {"zone name", a.ZoneName}, {"log key", a.LogKeyARN}, {"alert topic", a.AlertTopicARN},
		{"permissions boundary", a.PermissionsBoundary},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if got := len(slices.Compact(slices.Sorted(slices.Values(a.DataSubnetIDs)))); got != Zones || len(a.DataSubnetIDs) != Zones {
		errs = append(errs, fmt.Errorf("data subnets %v are not %d different ones, want one in each of %d zones", a.DataSubnetIDs, Zones, Zones))
	}
	if len(a.AppSubnetIDs) == 0 {
		errs = append(errs, errors.New("app subnets are empty"))
	}
	if !a.AppCIDR.IsValid() {
		errs = append(errs, errors.New("app block is not set"))
	}
	if count := a.Config.Data.Count; count < Zones || count%Zones != 0 {
		errs = append(errs, fmt.Errorf("%d data nodes do not spread over %d zones, want a multiple of %d", count, Zones, Zones))
	}
	if len(a.Senders) == 0 {
		errs = append(errs, errors.New("no account sends logs, want at least one"))
	}
	for _, account := range slices.Sorted(maps.Keys(a.Senders)) {
		if a.Senders[account] == "" {
			errs = append(errs, fmt.Errorf("account %q has no id", account))
		}
	}
	return errs
}

// archive returns the bucket, or everything that is wrong with it. Files are locked as
// they are delivered: whoever takes over the role that delivers can add lines, and
// change none.
func (a Args) archive() (bucket.Args, error) {
	if a.OrganizationName == "" || a.AccountID == "" || a.Region == "" {
		return bucket.Args{}, nil // already a fault
	}
	name, errName := naming.UtilityBucket(a.OrganizationName, a.AccountID, a.Region, config.ApplicationELK, archivePurpose)
	logs, errLogs := naming.LogBucket(a.OrganizationName, a.AccountID, a.Region, contract.LogsAccess)
	if err := errors.Join(errName, errLogs); err != nil {
		return bucket.Args{}, err
	}
	c := a.Config.Archive
	args := bucket.Args{
		Name:       name,
		AccountID:  a.AccountID,
		Region:     a.Region,
		Kind:       bucket.Private,
		KeyARN:     pulumi.String(naming.ARN(a.Region, "kms", a.Region, a.AccountID, "key/any")),
		Versioning: true,
		Lifecycle: bucket.Lifecycle{
			ColdDays: c.ColdDays, ArchiveDays: c.ArchiveDays, ExpireDays: c.RetentionDays + expiryMargin, NoncurrentDays: archiveVersionDays,
		},
		Lock:            c.ObjectLock,
		AccessLogBucket: pulumi.String(logs),
		Protect:         a.DeletionProtection,
		Retain:          a.DeletionProtection,
	}
	if args.Lock != config.LockNone {
		args.LockDays = c.RetentionDays
	}
	return args, args.Validate()
}
