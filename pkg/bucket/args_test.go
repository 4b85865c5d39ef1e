package bucket_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
)

const inBucket = `bucket "` + name + `": `

func TestBadArgsAreRefusedBeforeAnythingIsRegistered(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		want   string
		change func(*bucket.Args)
	}{
		{`bucket "Logs": name "Logs" is not valid, want 3 to 63 lower-case letters, digits and inner dashes`, func(a *bucket.Args) {
			a.Name, a.Statements = "Logs", nil
		}},
		{inBucket + "account id and region must be set", func(a *bucket.Args) { a.AccountID = "" }},
		{inBucket + `kind "public" is unknown, want "private", "trail logs", "recorder logs", "load balancer logs" or "access logs"`, func(a *bucket.Args) {
			a.Kind = "public"
		}},
		{inBucket + "key is not set", func(a *bucket.Args) { a.KeyARN = nil }},
		{inBucket + `a bucket for recorder logs cannot have object lock "compliance": nothing could be delivered`, func(a *bucket.Args) {
			a.Kind = bucket.RecorderLogs
		}},
		{inBucket + "a bucket for load balancer logs cannot have a key, want none: S3 encrypts it\n" +
			"a bucket for load balancer logs has no key, so other keys cannot be denied\n" +
			`a bucket for load balancer logs cannot have object lock "none": nothing could be delivered`, func(a *bucket.Args) {
			a.Kind, a.Lock, a.LockDays = bucket.LoadBalancerLogs, config.LockNone, 0
		}},
		{inBucket + "a bucket for access logs cannot be logged itself, want no access log bucket", func(a *bucket.Args) {
			a.Kind, a.KeyARN, a.DenyOtherKeys, a.Lock, a.LockDays = bucket.AccessLogs, nil, false, "", 0
		}},
		{inBucket + "logs to itself, want another access log bucket", func(a *bucket.Args) { a.AccessLogBucket = pulumi.String(name) }},
		{inBucket + `object lock "forever" is unknown, want none, governance or compliance`, func(a *bucket.Args) { a.Lock = "forever" }},
		{inBucket + "object lock of 2192 days needs a mode, want governance or compliance", func(a *bucket.Args) { a.Lock = config.LockNone }},
		{inBucket + "object lock of 0 days is out of range, want 1 to 36500", func(a *bucket.Args) { a.LockDays = 0 }},
		{inBucket + "objects expire after 2192 days but are locked for 2192, want a later expiry", func(a *bucket.Args) { a.Lifecycle.ExpireDays = 2192 }},
		{inBucket + "object lock needs versioning\nlifecycle: a bucket without versioning has no old versions, want 0 days", func(a *bucket.Args) {
			a.Versioning = false
		}},
		{inBucket + "lifecycle: old versions are kept for 0 days, want at least 1: they would stay for ever", func(a *bucket.Args) {
			a.Lifecycle.NoncurrentDays = 0
		}},
		{inBucket + "lifecycle: archive after 90 days is not later than cold after 90", func(a *bucket.Args) { a.Lifecycle.GlacierDays, a.Lifecycle.ArchiveDays = 0, 90 }},
		{inBucket + "lifecycle: expire after 60 days is not later than cold after 90", func(a *bucket.Args) {
			a.Lock, a.LockDays, a.Lifecycle.GlacierDays, a.Lifecycle.ArchiveDays, a.Lifecycle.ExpireDays = "", 0, 0, 0, 60
		}},
		{inBucket + "lifecycle: glacier after 80 days is not later than cold after 90", func(a *bucket.Args) { a.Lifecycle.GlacierDays = 80 }},
		{inBucket + "lifecycle: cold after -1 days is out of range, want 0 (never) or more", func(a *bucket.Args) { a.Lifecycle.ColdDays = -1 }},
		{inBucket + "bucket policy: statement 7 (X): no principals, want those whom the statement is about", func(a *bucket.Args) {
			a.Statements = []iampolicy.Statement{iampolicy.Allow("X", "s3:GetObject").On("*")}
		}},
	} {
		args := locked()
		tc.change(&args)
		if _, err := bucket.Add(nil, "logs", args, nil); err == nil || err.Error() != tc.want {
			t.Errorf("error = %v\nwant    %s", err, tc.want)
		}
	}
}

func TestExpiryMayBeNever(t *testing.T) {
	t.Parallel()
	args := locked()
	args.Lifecycle.ExpireDays = 0
	if err := args.Validate(); err != nil {
		t.Errorf("error = %v, want none: what never expires outlives every lock", err)
	}
}
