package bucket

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// Kind says what a bucket is for, and with it what S3 and the services that
// write to it allow.
type Kind string

const (
	// Private is encrypted with a key of the account. It may be locked.
	Private Kind = "private"
	// TrailLogs is Private, but each object is encrypted on its own: a bucket key
	// would take the encryption context away (docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html)
	// to which key policies bind CloudTrail.
	TrailLogs Kind = "trail logs"
	// RecorderLogs is encrypted with a key of the account. It cannot have a default
	// retention: AWS Config does not deliver to such a bucket
	// (docs.aws.amazon.com/config/latest/developerguide/manage-delivery-channel.html).
	RecorderLogs Kind = "recorder logs"
	// LoadBalancerLogs is encrypted by S3 itself, all that load balancers can write to
	// (docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html),
	// and has no lock.
	LoadBalancerLogs Kind = "load balancer logs"
	// AccessLogs takes the server access logs of other buckets. It is encrypted by
	// S3 itself, has no lock, and is not logged, which would never end
	// (docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html).
	AccessLogs Kind = "access logs"
)

// lockLimit is how far a bucket may be locked.
type lockLimit int

const (
	noLock lockLimit = iota
	noRetention
	anyLock
)

// kindRules are what a kind allows.
type kindRules struct {
	key, bucketKey, accessLog bool
	lock                      lockLimit
}

// rules returns what the kind allows; false when it is not a kind.
func (k Kind) rules() (kindRules, bool) {
	switch k {
	case Private:
		return kindRules{key: true, bucketKey: true, accessLog: true, lock: anyLock}, true
	case TrailLogs:
		return kindRules{key: true, accessLog: true, lock: anyLock}, true
	case RecorderLogs:
		return kindRules{key: true, bucketKey: true, accessLog: true, lock: noRetention}, true
	case LoadBalancerLogs:
		return kindRules{accessLog: true}, true
	case AccessLogs:
		return kindRules{}, true
	}
	return kindRules{}, false
}

// maxLockDays is the longest default retention, 100 years
// (docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html).
const maxLockDays = 36500

// minInfrequentDays is the youngest age of objects in STANDARD_IA.
const minInfrequentDays = 30

// Args says what bucket to add.
type Args struct {
	// Name is the bucket's physical name, as package naming makes it.
	Name string
	// AccountID and Region are where the bucket is.
	AccountID, Region string
	// Kind is what the bucket is for.
	Kind Kind
	// KeyARN is the key of Private, TrailLogs and RecorderLogs; nil for other kinds.
	KeyARN pulumi.StringInput
	// Versioning keeps overwritten and deleted objects.
	Versioning bool
	// Lifecycle is what happens to objects as they age.
	Lifecycle Lifecycle
	// Lock is how objects are kept from being deleted. Empty: Object Lock is off, for
	// ever. LockNone: it is on without a default retention, so that one can be set
	// later without a new bucket. It needs Versioning.
	Lock config.ObjectLock
	// LockDays is the default retention, 1 to 36500; 0 without one.
	LockDays int
	// AccessLogBucket is the name of the bucket that takes the server access logs,
	// under the prefix <Name>/. Optional; never for AccessLogs.
	AccessLogBucket pulumi.StringInput
	// EventBridge tells the account's default event bus of every object.
	EventBridge bool
	// Statements are added to the policy; ARN names the bucket in them.
	Statements []iampolicy.Statement
	// DenyOtherKeys refuses to store objects under any other key than KeyARN. A
	// request that names no key gets the bucket's default, which is that key. Not for
	// buckets that services deliver to: what is refused is lost.
	DenyOtherKeys bool
	// Protect makes Pulumi refuse to delete the bucket.
	Protect bool
	// Retain leaves the bucket, with everything that closes it, in the account when
	// the stack is destroyed.
	Retain bool
}

// Lifecycle is what happens to objects as they age, in days; 0 means never. The
// days of what is set grow in the order of the fields, but for NoncurrentDays.
type Lifecycle struct {
	// InfrequentDays is the age at which objects move to STANDARD_IA, 30 or more:
	// S3 refuses a younger transition
	// (docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html).
	InfrequentDays int
	// ColdDays is the age at which objects move to Glacier Instant Retrieval.
	ColdDays int
	// GlacierDays is the age at which objects move to Glacier Flexible Retrieval.
	GlacierDays int
	// ArchiveDays is the age at which objects move to Glacier Deep Archive.
	ArchiveDays int
	// ExpireDays is the age at which objects are deleted. It is later than the end of
	// their lock.
	ExpireDays int
	// NoncurrentDays is how long a replaced or deleted version is kept. Required
	// with Versioning; 0 without.
	NoncurrentDays int
}

// ARN returns the ARN of the bucket called name in a region.
func ARN(region, name string) string { return naming.ARN(region, "s3", "", "", name) }

// Validate returns everything that is wrong with the plain values of a, and nil
// when Add would take them. A component that adds buckets calls it before it
// registers itself.
func (a Args) Validate() error {
	var errs []error
	if a.AccountID == "" || a.Region == "" {
		errs = append(errs, errors.New("account id and region must be set"))
	}
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`).MatchString(a.Name) {
		errs = append(errs, fmt.Errorf("name %q is not valid, want 3 to %d lower-case letters, digits and inner dashes", a.Name, naming.MaxBucket))
	}
	if rules, ok := a.Kind.rules(); ok {
		errs = append(errs, a.checkKind(rules)...)
	} else {
		errs = append(errs, fmt.Errorf("kind %q is unknown, want %q, %q, %q, %q or %q",
			a.Kind, Private, TrailLogs, RecorderLogs, LoadBalancerLogs, AccessLogs))
	}
	errs = append(errs, a.checkLock()...)
	errs = append(errs, a.checkLifecycle()...)
	if _, err := a.policy(naming.ARN(a.Region, "kms", a.Region, a.AccountID, "key/any")).JSONFor(iampolicy.Bucket); err != nil {
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("bucket %q: %w", a.Name, err)
	}
	return nil
}

func (a Args) checkKind(rules kindRules) []error {
	var errs []error
	switch {
	case rules.key && a.KeyARN == nil:
		errs = append(errs, errors.New("key is not set"))
	case !rules.key && a.KeyARN != nil:
		errs = append(errs, fmt.Errorf("a bucket for %s cannot have a key, want none: S3 encrypts it", a.Kind))
	}
	if a.DenyOtherKeys && !rules.key {
		errs = append(errs, fmt.Errorf("a bucket for %s has no key, so other keys cannot be denied", a.Kind))
	}
	retention := a.Lock != "" && a.Lock != config.LockNone
	if a.Lock != "" && rules.lock == noLock || retention && rules.lock == noRetention {
		errs = append(errs, fmt.Errorf("a bucket for %s cannot have object lock %q: nothing could be delivered", a.Kind, a.Lock))
	}
	if a.AccessLogBucket != nil && !rules.accessLog {
		errs = append(errs, fmt.Errorf("a bucket for %s cannot be logged itself, want no access log bucket", a.Kind))
	}
	if target, ok := a.AccessLogBucket.(pulumi.String); ok && string(target) == a.Name {
		errs = append(errs, errors.New("logs to itself, want another access log bucket"))
	}
	return errs
}

func (a Args) checkLock() []error {
	var errs []error
	switch a.Lock {
	case "", config.LockNone:
		if a.LockDays != 0 {
			errs = append(errs, fmt.Errorf("object lock of %d days needs a mode, want %s or %s", a.LockDays, config.LockGovernance, config.LockCompliance))
		}
	case config.LockGovernance, config.LockCompliance:
		if a.LockDays < 1 || a.LockDays > maxLockDays {
			errs = append(errs, fmt.Errorf("object lock of %d days is out of range, want 1 to %d", a.LockDays, maxLockDays))
		}
	default:
		errs = append(errs, fmt.Errorf("object lock %q is unknown, want %s, %s or %s", a.Lock, config.LockNone, config.LockGovernance, config.LockCompliance))
	}
	if a.Lock != "" && !a.Versioning {
		errs = append(errs, errors.New("object lock needs versioning"))
	}
	if days := a.Lifecycle.ExpireDays; days > 0 && days <= a.LockDays {
		errs = append(errs, fmt.Errorf("objects expire after %d days but are locked for %d, want a later expiry", days, a.LockDays))
	}
	return errs
}

func (a Args) checkLifecycle() []error {
	var errs []error
	l := a.Lifecycle
	steps := []struct {
		what string
		days int
	}{{"infrequent access", l.InfrequentDays}, {"cold", l.ColdDays}, {"glacier", l.GlacierDays}, {"archive", l.ArchiveDays}, {"expire", l.ExpireDays}}
	last := steps[0]
	for i, step := range steps {
		if step.days < 0 {
			errs = append(errs, fmt.Errorf("lifecycle: %s after %d days is out of range, want 0 (never) or more", step.what, step.days))
		}
		if i > 0 && step.days > 0 && step.days <= last.days {
			errs = append(errs, fmt.Errorf("lifecycle: %s after %d days is not later than %s after %d", step.what, step.days, last.what, last.days))
		}
		if step.days > 0 {
			last = step
		}
	}
	if l.InfrequentDays > 0 && l.InfrequentDays < minInfrequentDays {
		errs = append(errs, fmt.Errorf("lifecycle: infrequent access after %d days is too early, want at least %d", l.InfrequentDays, minInfrequentDays))
	}
	switch {
	case a.Versioning && l.NoncurrentDays < 1:
		errs = append(errs, fmt.Errorf("lifecycle: old versions are kept for %d days, want at least 1: they would stay for ever", l.NoncurrentDays))
	case !a.Versioning && l.NoncurrentDays != 0:
		errs = append(errs, errors.New("lifecycle: a bucket without versioning has no old versions, want 0 days"))
	}
	return errs
}
