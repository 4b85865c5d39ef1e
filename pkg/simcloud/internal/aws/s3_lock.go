package aws

import (
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// The longest default retention. Source: docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html, "maximum
// retention period is 100 years".
const (
	longestLockDays  = 36500
	longestLockYears = 100
)

func bucketObjectLock() *resource.Kind {
	k := ownedPart(bucketPart(tokBucketLock, "S3 Bucket Object Lock Configuration", "PutObjectLockConfiguration", "PutObjectLockConfiguration"))
	k.Rules.Defaults = map[string]any{"objectLockEnabled": "Enabled"}
	k.Rules.Enums = map[string][]string{"objectLockEnabled": {"Enabled"}, "rule.defaultRetention.mode": {"COMPLIANCE", "GOVERNANCE"}}
	k.Validate = func(v *resource.Validation) {
		if !v.In.Known("rule") {
			return
		}
		const path = "rule.defaultRetention"
		r := v.In.Obj("rule").Obj("defaultRetention")
		switch {
		case r.Has("days") && r.Has("years"):
			v.Fail(path+".days", "%q: conflicts with %s.years", path+".days", path)
		case !r.Has("mode") || !r.Has("days") && !r.Has("years"):
			v.Fail(path, "MalformedXML: The XML you provided was not well-formed or did not validate against our published schema (a default retention has a mode and days or years)")
		case r.Has("days") && r.Int("days") < 1 || r.Has("years") && r.Int("years") < 1:
			v.Fail(path, "InvalidArgument: Default retention period must be a positive integer value.")
		case r.Int("days") > longestLockDays || r.Int("years") > longestLockYears:
			v.Fail(path, "InvalidArgument: Default retention period too large (%d days or %d years at most)", longestLockDays, longestLockYears)
		}
	}
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		if err := apply(c); err != nil {
			return err
		}
		b := c.Tx.Get(store.Key{Type: tokBucket, Account: c.Account, Region: c.Region, ID: c.In.Str("bucket")})
		versioned := resource.Props(b.Outputs).Bool("objectLockEnabled") || versioningOf(c.Tx, b) == "Enabled"
		if !versioned {
			return s3Fault(409, "InvalidBucketState", "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
		}
		return nil
	}
	return k
}

// versioningOf is the versioning that a bucket was given; empty when it was given none.
func versioningOf(tx *store.Tx, b *store.Object) string {
	o := partOf(tx, tokBucketVersioning, b)
	if o == nil {
		return ""
	}
	return resource.Props(o.Outputs).Obj("versioningConfiguration").Str("status")
}

// partOf is a configuration of a bucket, whether its resource names the bucket's owner or not; nil when there is none.
func partOf(tx *store.Tx, token string, b *store.Object) *store.Object {
	k := store.Key{Type: token, Account: b.Account, Region: b.Region, ID: b.ID}
	if o := tx.Get(k); o != nil {
		return o
	}
	k.ID += "," + b.Account
	return tx.Get(k)
}

// lock is how long objects of a bucket are kept from deletion when they say nothing themselves.
type lock struct {
	// Enabled says that objects can be locked, Mode that they are by default: COMPLIANCE or GOVERNANCE.
	Enabled bool
	Mode    string
	// Until is the end of the retention of an object that is made now.
	Until time.Time
}

// lockOf is the object lock of a bucket.
func lockOf(tx *store.Tx, b *store.Object, now time.Time) lock {
	l := lock{Enabled: resource.Props(b.Outputs).Bool("objectLockEnabled")}
	o := partOf(tx, tokBucketLock, b)
	if o == nil {
		return l
	}
	l.Enabled = true
	r := resource.Props(o.Outputs).Obj("rule").Obj("defaultRetention")
	l.Mode, l.Until = r.Str("mode"), now.AddDate(r.Int("years"), 0, r.Int("days"))
	return l
}

// keepVersioning refuses to suspend the versioning that an object lock relies on.
func keepVersioning(c *resource.Call) error {
	b := c.Tx.Get(store.Key{Type: tokBucket, Account: c.Account, Region: c.Region, ID: c.In.Str("bucket")})
	if b == nil || c.In.Obj("versioningConfiguration").Str("status") == "Enabled" || !lockOf(c.Tx, b, c.Now).Enabled {
		return nil
	}
	return s3Fault(409, "InvalidBucketState", "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.")
}

// lockedUntil refuses to delete an object in its retention. Whoever may bypass GOVERNANCE can, and the provider does so
// when it is to destroy by force; nobody can bypass COMPLIANCE.
func lockedUntil(o *store.Object, now time.Time, force bool) error {
	p := resource.Props(o.Outputs)
	until, err := time.Parse(time.RFC3339, p.Str("objectLockRetainUntilDate"))
	held := p.Str("objectLockLegalHoldStatus") == "ON" && !force
	if err == nil && now.Before(until) && (p.Str("objectLockMode") == "COMPLIANCE" || !force) {
		held = true
	}
	if !held {
		return nil
	}
	return s3Fault(403, "AccessDenied", "Access Denied because object protected by object lock. (%s)", o.ID)
}

func bucketLogging() *resource.Kind {
	k := ownedPart(bucketPart(tokBucketLogging, "S3 Bucket Logging", "PutBucketLogging", "PutBucketLogging"))
	k.Rules.Unsimulated = map[string]string{"targetGrants": ", which bucket owner enforced forbids; use a bucket policy"}
	k.Rules.Lengths = map[string]schema.Range{"targetBucket": {Min: 3, Max: 63}}
	k.Validate = func(v *resource.Validation) {
		format := v.In.Obj("targetObjectKeyFormat")
		if format.Has("partitionedPrefix") && format.Has("simplePrefix") {
			v.Fail("targetObjectKeyFormat.partitionedPrefix", "%q: only one of `partitionedPrefix,simplePrefix` can be specified", "targetObjectKeyFormat.partitionedPrefix")
		}
	}
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		if err := apply(c); err != nil {
			return err
		}
		return checkLogTarget(c, c.In.Str("targetBucket"))
	}
	return k
}

// checkLogTarget refuses a bucket into which S3 does not write its access logs. Source:
// docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html.
func checkLogTarget(c *resource.Call, name string) error {
	const code = "InvalidTargetBucketForLogging"
	target := findBucket(c, name)
	if target == nil || target.Account != c.Account {
		return s3Fault(400, code, "The target bucket for logging does not exist, is not owned by you, or does not have the appropriate grants for the log-delivery group.")
	}
	if target.Region != c.Region {
		return s3Fault(403, "CrossLocationLoggingProhibited", "Cross S3 location logging not allowed. The source bucket is in %s and the target bucket in %s", c.Region, target.Region)
	}
	if lockOf(c.Tx, target, c.Now).Enabled {
		return s3Fault(400, code, "The target bucket for logging can not have object lock enabled: %s", name)
	}
	call := newServiceCall(c, "logging.s3.amazonaws.com", "s3:PutObject", "arn:aws:s3:::"+name+"/"+c.In.Str("targetPrefix")+"log", "arn:aws:s3:::"+c.In.Str("bucket"))
	if !call.allowedBy(bucketPolicyOf(c, target)) {
		return s3Fault(400, code, "The target bucket for logging does not exist, is not owned by you, or does not have the appropriate grants for the log-delivery group. (the policy of %s lets logging.s3.amazonaws.com not write below %q)", name, c.In.Str("targetPrefix"))
	}
	return nil
}
