package snapshots_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/snapshots"
)

func typical() snapshots.Args {
	return snapshots.Args{
		OrganizationName: "meridian", Application: "vault", AccountID: pulumitest.AccountID, Region: "us-east-1",
		Config: config.UtilitySnapshots{EveryHours: 1, RetentionDays: 35, ObjectLock: config.LockGovernance}, DeletionProtection: true,
	}
}

func run(t *testing.T, args snapshots.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		made, err := snapshots.New(ctx, "vault-snapshots", args, pulumitest.AWS(t, ctx))
		if err == nil && made.BucketName != "meridian-utility-111122223333-us-east-1-vault-snapshots" {
			t.Errorf("bucket %s, want the name that servers are told", made.BucketName)
		}
		return err
	})
}

func TestNewBuildsALockedBucket(t *testing.T) {
	t.Parallel()
	run(t, typical()).Golden(t, "snapshots")
}

func TestSnapshotsNeedNoLock(t *testing.T) {
	t.Parallel()
	args := typical()
	args.Config.ObjectLock, args.DeletionProtection = config.LockNone, false
	recording := run(t, args)
	if locks := recording.OfType("aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"); len(locks) != 0 {
		t.Errorf("%d locks, want none", len(locks))
	}
	for _, res := range recording.Resources {
		if res.Protect {
			t.Errorf("%s is protected", res.URN)
		}
	}
}

func TestServersCanAddSnapshotsAndNothingElse(t *testing.T) {
	t.Parallel()
	text, err := iampolicy.NewDocument(snapshots.Write("vault")([]string{"arn:aws:s3:::bucket", "arn:aws:kms:us-east-1:111122223333:key/1"})...).JSONFor(iampolicy.Managed)
	const want = `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"AddSnapshots","Effect":"Allow","Action":["s3:AbortMultipartUpload","s3:PutObject"],"Resource":["arn:aws:s3:::bucket/vault/*"]},` +
		`{"Sid":"EncryptSnapshots","Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":["arn:aws:kms:us-east-1:111122223333:key/1"]}]}`
	if err != nil || text != want {
		t.Errorf("policy %s, %v, want %s", text, err, want)
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	bad := typical()
	bad.Config = config.UtilitySnapshots{ObjectLock: "maybe"}
	for want, args := range map[string]snapshots.Args{
		`snapshots "x": organization, application, account id and region must be set`:                                                                                {},
		"snapshots \"x\": bucket \"meridian-utility-111122223333-us-east-1-vault-snapshots\": object lock \"maybe\" is unknown, want none, governance or compliance": bad,
	} {
		if _, err := snapshots.New(nil, "x", args); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}
