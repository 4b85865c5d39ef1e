package bucket_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/pulumitest"
)

const (
	name    = "meridian-111111111111-us-east-1-logs-trail"
	account = "111111111111"
	region  = "us-east-1"
	keyARN  = "arn:aws:kms:us-east-1:111111111111:key/1"
)

// locked is a bucket that has everything.
func locked() bucket.Args {
	return bucket.Args{
		Name:            name,
		AccountID:       account,
		Region:          region,
		Kind:            bucket.Private,
		KeyARN:          pulumi.String(keyARN),
		Versioning:      true,
		Lifecycle:       bucket.Lifecycle{InfrequentDays: 30, ColdDays: 90, GlacierDays: 180, ArchiveDays: 365, ExpireDays: 2200, NoncurrentDays: 30},
		Lock:            config.LockCompliance,
		LockDays:        2192,
		AccessLogBucket: pulumi.String("meridian-111111111111-us-east-1-logs-access"),
		Statements: []iampolicy.Statement{
			iampolicy.Allow("Write", "s3:PutObject").By(iampolicy.ByService("cloudtrail.amazonaws.com")).On(bucket.ARN(region, name) + "/*"),
		},
		EventBridge:   true,
		DenyOtherKeys: true,
		Protect:       true,
		Retain:        true,
	}
}

// open is a bucket that has only what every bucket has.
func open() bucket.Args {
	return bucket.Args{Name: "meridian-111111111111-us-east-1-logs-access", AccountID: account, Region: region, Kind: bucket.AccessLogs}
}

// box is a component that holds buckets.
type box struct{ pulumi.ResourceState }

func (*box) Outputs() pulumi.Map { return pulumi.Map{} }

func addTo(ctx *pulumi.Context, args bucket.Args, opts ...pulumi.ResourceOption) error {
	_, err := component.Register(ctx, component.TokenPrefix+":test:Box", "box", &box{}, opts, func(child pulumi.ResourceOption) error {
		_, err := bucket.Add(ctx, "box-logs", args, child)
		return err
	})
	return err
}

func record(t *testing.T, args bucket.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		return addTo(ctx, args, pulumitest.AWS(t, ctx))
	})
}

func TestAddBuildsALockedBucket(t *testing.T) {
	t.Parallel()
	record(t, locked()).Golden(t, "locked")
}

func TestAddBuildsABucketForAccessLogs(t *testing.T) {
	t.Parallel()
	record(t, open()).Golden(t, "access")
}

func TestKindsDecideTheEncryption(t *testing.T) {
	t.Parallel()
	for kind, want := range map[bucket.Kind]string{
		bucket.Private:          "aws:kms with bucket key",
		bucket.TrailLogs:        "aws:kms",
		bucket.RecorderLogs:     "aws:kms with bucket key",
		bucket.LoadBalancerLogs: "AES256",
		bucket.AccessLogs:       "AES256",
	} {
		args := open()
		args.Kind = kind
		if strings.HasPrefix(want, "aws:kms") {
			args.KeyARN = pulumi.String(keyARN)
		}
		found := record(t, args).OfType("aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2")
		rule := found[0].Inputs["rules"].ArrayValue()[0].ObjectValue()
		got := rule["applyServerSideEncryptionByDefault"].ObjectValue()["sseAlgorithm"].StringValue()
		if on, ok := rule["bucketKeyEnabled"]; ok && on.BoolValue() {
			got += " with bucket key"
		}
		if got != want {
			t.Errorf("%s: encrypted with %s, want %s", kind, got, want)
		}
	}
}

func TestLockWithoutRetentionCanGetOneLater(t *testing.T) {
	t.Parallel()
	args := locked()
	args.Lock, args.LockDays = config.LockNone, 0
	recording := record(t, args)
	if on, ok := recording.OfType("aws:s3/bucketV2:BucketV2")[0].Inputs["objectLockEnabled"]; !ok || !on.BoolValue() {
		t.Error("object lock is off: it could be turned on only with a new bucket")
	}
	if found := recording.OfType("aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"); len(found) > 0 {
		t.Errorf("%s sets a retention though none is wanted", found[0].URN)
	}
}

func TestEveryPolicyWantsModernTLS(t *testing.T) {
	t.Parallel()
	for _, args := range []bucket.Args{locked(), open()} {
		policy := record(t, args).Strings("aws:s3/bucketPolicy:BucketPolicy", "policy")[0]
		for _, want := range []string{`{"Bool":{"aws:SecureTransport":["false"]}}`, `{"NumericLessThan":{"s3:TlsVersion":["1.2"]}}`} {
			if !strings.Contains(policy, want) {
				t.Errorf("policy of %s lacks %s: %s", args.Name, want, policy)
			}
		}
	}
}

func TestLifecycleRulesHaveAFilter(t *testing.T) {
	t.Parallel()
	found := record(t, locked()).OfType("aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2")
	rules := found[0].Inputs["rules"].ArrayValue()
	if len(rules) != 7 {
		t.Fatalf("%d rules, want 7", len(rules))
	}
	for _, rule := range rules {
		if _, ok := rule.ObjectValue()[resource.PropertyKey("filter")]; !ok {
			t.Errorf("rule %v has no filter, which S3 refuses", rule)
		}
	}
}

func TestLogLifecycleOutlivesTheRetention(t *testing.T) {
	t.Parallel()
	got := bucket.LogLifecycle(config.BaseAudit{RetentionDays: 2192, ColdDays: 90, ArchiveDays: 365})
	if want := (bucket.Lifecycle{ColdDays: 90, ArchiveDays: 365, ExpireDays: 2200, NoncurrentDays: 30}); got != want {
		t.Errorf("lifecycle = %+v, want %+v", got, want)
	}
}
