package logbuckets_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/logbuckets"
	"cellworks/pkg/pulumitest"
)

const prefix = "meridian-111111111111-us-east-1-logs-"

func nonprod() logbuckets.Args {
	return logbuckets.Args{
		OrganizationName: "meridian",
		AccountID:        "111111111111",
		Region:           "us-east-1",
		Config:           config.BaseAudit{RetentionDays: 2192, ObjectLock: config.LockCompliance, ColdDays: 90, ArchiveDays: 365, RetainOnDestroy: true},
		KeyARN:           pulumi.String("arn:aws:kms:us-east-1:111111111111:key/1"),
		NetworkStatements: []iampolicy.Statement{
			iampolicy.Allow("WriteFlowLogs", "s3:PutObject").By(iampolicy.ByService("delivery.logs.amazonaws.com")).
				On(bucket.ARN("us-east-1", prefix+"network")+"/AWSLogs/111111111111/*").
				If("StringEquals", "aws:SourceAccount", "111111111111"),
		},
		DeletionProtection: true,
	}
}

func record(t *testing.T, args logbuckets.Args) (*pulumitest.Recording, *logbuckets.LogBuckets) {
	t.Helper()
	var built *logbuckets.LogBuckets
	recording := pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		var err error
		built, err = logbuckets.New(ctx, "logs", args, pulumitest.AWS(t, ctx))
		return err
	})
	return recording, built
}

func TestNewBuildsTheBuckets(t *testing.T) {
	t.Parallel()
	recording, built := record(t, nonprod())
	recording.Golden(t, "logbuckets")
	want := map[string]string{"access": prefix + "access", "loadbalancer": prefix + "loadbalancer", "network": prefix + "network"}
	if diff := cmp.Diff(want, built.Names); diff != "" {
		t.Errorf("names differ (-want +got):\n%s", diff)
	}
	for purpose := range want {
		if built.Buckets[purpose] == nil || built.Buckets[purpose].Policy == nil {
			t.Errorf("nothing can depend on bucket %s", purpose)
		}
	}
}

func TestAllButTheAccessLogsAreLoggedThere(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, nonprod())
	logged := recording.Strings("aws:s3/bucketLoggingV2:BucketLoggingV2", "bucket")
	if diff := cmp.Diff([]string{prefix + "loadbalancer", prefix + "network"}, logged); diff != "" {
		t.Errorf("logged buckets differ (-want +got):\n%s", diff)
	}
	for _, target := range recording.Strings("aws:s3/bucketLoggingV2:BucketLoggingV2", "targetBucket") {
		if target != prefix+"access" {
			t.Errorf("access logs go to %s, want %saccess", target, prefix)
		}
	}
}

func TestEveryServiceWritesForThisAccountOnly(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, nonprod())
	for _, policy := range recording.Strings("aws:s3/bucketPolicy:BucketPolicy", "policy") {
		if strings.Count(policy, `"Service":[`) != 1 {
			t.Errorf("policy lets not exactly one service write: %s", policy)
		}
		if !strings.Contains(policy, `"aws:SourceAccount":["111111111111"]`) && !strings.Contains(policy, `"aws:SourceArn":["arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/*"]`) {
			t.Errorf("policy lets a service write for other accounts: %s", policy)
		}
	}
}

func TestReadersDecryptThroughS3Only(t *testing.T) {
	t.Parallel()
	policy, err := iampolicy.NewDocument(logbuckets.KeyStatements("us-east-1", "111111111111")...).JSONFor(iampolicy.Key)
	if err != nil || !strings.Contains(policy, `"kms:ViaService":["s3.us-east-1.amazonaws.com"]`) || strings.Contains(policy, "Encrypt") {
		t.Errorf("policy = %s, %v; want decryption through S3 alone", policy, err)
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	short := nonprod()
	short.Config.RetentionDays, short.KeyARN = 300, nil
	const late = "lifecycle: expire after 308 days is not later than archive after 365"
	for want, args := range map[string]logbuckets.Args{
		`log buckets "logs": organization, account id and region must be set`: {},
		`log buckets "logs": bucket "` + prefix + `access": ` + late + "\n" +
			`bucket "` + prefix + `loadbalancer": ` + late + "\n" +
			`bucket "` + prefix + `network": ` + "key is not set\n" + late: short,
	} {
		if _, err := logbuckets.New(nil, "logs", args); err == nil || err.Error() != want {
			t.Errorf("error = %v\nwant    %s", err, want)
		}
	}
}
