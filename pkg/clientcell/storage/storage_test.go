package storage_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/storage"
	"cellworks/pkg/config"
	"cellworks/pkg/provider"
	"cellworks/pkg/pulumitest"
)

const west = "us-west-2"

func complete() storage.Args {
	return storage.Args{
		Client: "acme", AccountID: pulumitest.AccountID, Region: "us-east-1", DeployRole: "deploy/pulumi-cell",
		KeyARN:              pulumi.String("arn:aws:kms:us-east-1:111122223333:key/mrk-1"),
		PermissionsBoundary: pulumi.String("arn:aws:iam::111122223333:policy/platform-service-boundary"),
		Buckets: map[string]config.Bucket{
			"meridian-acme-us-east-1-inbound": {Name: "inbound", Versioning: true, NoncurrentDays: 30, MalwareScan: true, AccessLogs: true, ReplicateTo: west},
			"meridian-acme-us-east-1-archive": {Name: "archive", Versioning: true, NoncurrentDays: 90, GlacierDays: 30, ExpireDays: 2200, ObjectLockDays: 2192},
		},
		AccessLogBucket:    "base-logs-access",
		Copies:             map[string]string{"meridian-acme-us-east-1-inbound": "meridian-acme-us-west-2-inbound"},
		DeletionProtection: true,
	}
}

func record(t *testing.T, args storage.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		there, err := provider.AWS(ctx, "aws-"+west, provider.Args{Account: config.Account{Name: "nonprod", ID: args.AccountID}, Role: args.DeployRole, Region: west})
		if err != nil {
			return err
		}
		args.Regions = map[string]storage.Region{west: {
			Provider: there, KeyARN: pulumi.String("arn:aws:kms:us-west-2:111122223333:key/mrk-1"), AccessLogBucket: "west-logs-access",
		}}
		_, err = storage.New(ctx, "acme", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestBucketsAreScannedLockedAndCopied(t *testing.T) {
	t.Parallel()
	record(t, complete()).Golden(t, "storage")
}

// policies returns the bucket policies by bucket.
func policies(recording *pulumitest.Recording) map[string]string {
	all := map[string]string{}
	for _, res := range recording.OfType("aws:s3/bucketPolicy:BucketPolicy") {
		all[res.Inputs["bucket"].StringValue()] = res.Inputs["policy"].StringValue()
	}
	return all
}

func TestOnlyBreakGlassUnlocks(t *testing.T) {
	t.Parallel()
	all := policies(record(t, complete()))
	const statement = `{"Sid":"DenyUnlocking","Effect":"Deny","Principal":"*","Action":["s3:BypassGovernanceRetention"],"Resource":["arn:aws:s3:::meridian-acme-us-east-1-archive/*"],` +
		`"Condition":{"ArnNotEquals":{"aws:PrincipalArn":["arn:aws:iam::111122223333:role/people/break-glass"]}}}`
	if !strings.Contains(all["meridian-acme-us-east-1-archive"], statement) {
		t.Errorf("policy = %s, want it to contain %s", all["meridian-acme-us-east-1-archive"], statement)
	}
	for name, policy := range all {
		if !strings.Contains(policy, `"arn:aws:iam::111122223333:role/cell/acme/*"`) || strings.Contains(policy, `"Allow"`) {
			t.Errorf("policy of %s = %s, want it to deny those outside of the cell and to allow nobody", name, policy)
		}
	}
}

func TestServicesReadWhatWasFoundClean(t *testing.T) {
	t.Parallel()
	all := policies(record(t, complete()))
	for name, want := range map[string]bool{"meridian-acme-us-east-1-inbound": true, "meridian-acme-us-west-2-inbound": true, "meridian-acme-us-east-1-archive": false} {
		if got := strings.Contains(all[name], `"StringNotEquals":{"s3:ExistingObjectTag/GuardDutyMalwareScanStatus":["NO_THREATS_FOUND"]}`); got != want {
			t.Errorf("%s keeps services from what was not scanned: %t, want %t", name, got, want)
		}
	}
}

func TestWhatIsSwitchedOffMakesNoRoles(t *testing.T) {
	t.Parallel()
	args := complete()
	args.Buckets = map[string]config.Bucket{"meridian-acme-us-east-1-work": {Name: "work", Versioning: true, NoncurrentDays: 1}}
	recording := record(t, args)
	for _, token := range []string{"aws:iam/role:Role", "aws:guardduty/malwareProtectionPlan:MalwareProtectionPlan", "aws:s3/bucketReplicationConfig:BucketReplicationConfig", "aws:s3/bucketLoggingV2:BucketLoggingV2"} {
		if n := len(recording.OfType(token)); n != 0 {
			t.Errorf("%d of %s, want none", n, token)
		}
	}
	if got := recording.Strings("aws:s3/bucketNotification:BucketNotification", "bucket"); !slices.Equal(got, []string{"meridian-acme-us-east-1-work"}) {
		t.Errorf("buckets that tell the event bus: %v, want all", got)
	}
}

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	bad := func(change func(*storage.Args)) storage.Args {
		args := complete()
		args.Regions = map[string]storage.Region{}
		change(&args)
		return args
	}
	for want, args := range map[string]storage.Args{
		`storage "acme": client, account id, region and deployment role must be set`: {},
		`storage "acme": key and permissions boundary must be set`:                   bad(func(a *storage.Args) { a.KeyARN = nil }),
		`storage "acme": bucket "meridian-acme-us-east-1-inbound": us-east-1 has no bucket for access logs` + "\n" +
			`bucket "meridian-acme-us-east-1-inbound": name, provider and key of its copy in us-west-2 must be set`: bad(func(a *storage.Args) { a.AccessLogBucket = "" }),
		`storage "acme": bucket "meridian-acme-us-east-1-inbound": the copy would be in the bucket's own region us-east-1, want another`: bad(func(a *storage.Args) {
			b := a.Buckets["meridian-acme-us-east-1-inbound"]
			b.ReplicateTo = a.Region
			a.Buckets["meridian-acme-us-east-1-inbound"] = b
		}),
	} {
		if _, err := storage.New(nil, "acme", args); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}
