package trail_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/trail"
)

const trailARN = "arn:aws:cloudtrail:us-east-1:111111111111:trail/meridian-nonprod"

func nonprod() trail.Args {
	return trail.Args{
		OrganizationName: "meridian",
		AccountName:      "nonprod",
		AccountID:        "111111111111",
		Region:           "us-east-1",
		Config: config.BaseAudit{
			RetentionDays: 2192, ObjectLock: config.LockCompliance, ColdDays: 90, ArchiveDays: 365, LogGroupDays: 365,
			DataEvents: true, Insights: true, Alarms: true, RetainOnDestroy: true,
		},
		KeyARN:             pulumi.String("arn:aws:kms:us-east-1:111111111111:key/1"),
		AccessLogBucket:    pulumi.String("meridian-111111111111-us-east-1-logs-access"),
		AlertTopicARN:      pulumi.String("arn:aws:sns:us-east-1:111111111111:alerts"),
		DeletionProtection: true,
	}
}

func record(t *testing.T, args trail.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := trail.New(ctx, "trail", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheTrail(t *testing.T) {
	t.Parallel()
	record(t, nonprod()).Golden(t, "trail")
}

func TestWhatIsOffIsNotBuilt(t *testing.T) {
	t.Parallel()
	args := nonprod()
	args.Config = config.BaseAudit{RetentionDays: 90, ObjectLock: config.LockNone, LogGroupDays: 30}
	args.AlertTopicARN, args.DeletionProtection = nil, false
	recording := record(t, args)
	for _, token := range []string{
		"aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/logMetricFilter:LogMetricFilter",
		"aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
	} {
		for _, res := range recording.OfType(token) {
			t.Errorf("%s is built though it is off", res.URN)
		}
	}
	built := recording.OfType("aws:cloudtrail/trail:Trail")[0]
	if built.Inputs.HasValue("insightSelectors") || len(built.Inputs["advancedEventSelectors"].ArrayValue()) != 1 {
		t.Errorf("trail = %v, want management events alone", built.Inputs)
	}
	for _, res := range recording.Resources {
		if res.Protect {
			t.Errorf("%s is protected though deletion protection is off", res.URN)
		}
	}
}

func TestTheTrailAndItsBucketAreProtected(t *testing.T) {
	t.Parallel()
	recording := record(t, nonprod())
	for _, token := range []string{"aws:cloudtrail/trail:Trail", "aws:s3/bucketV2:BucketV2"} {
		if found := recording.OfType(token); len(found) != 1 || !found[0].Protect {
			t.Errorf("%s: got %v, want one that is protected", token, found)
		}
	}
}

func TestOnlyThisTrailUsesBucketAndKey(t *testing.T) {
	t.Parallel()
	key, err := iampolicy.NewDocument(trail.KeyStatements("us-east-1", "111111111111", "meridian", "nonprod")...).JSONFor(iampolicy.Key)
	if err != nil {
		t.Fatal(err)
	}
	bucket := record(t, nonprod()).Strings("aws:s3/bucketPolicy:BucketPolicy", "policy")[0]
	for what, policy := range map[string]string{"key": key, "bucket": bucket} {
		allowed := strings.Count(policy, `"Service":["cloudtrail.amazonaws.com"]`)
		if named := strings.Count(policy, `"aws:SourceArn":["`+trailARN+`"]`); allowed != 2 || named != allowed {
			t.Errorf("%s: %d statements of CloudTrail, %d of them for this trail alone, want 2 and 2: %s", what, allowed, named, policy)
		}
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const bucket = `bucket "meridian-111111111111-us-east-1-logs-trail": `
	for _, tc := range []struct {
		want   string
		change func(*trail.Args)
	}{
		{`trail "trail": organization, account, account id and region must be set`, func(a *trail.Args) { a.AccountName = "" }},
		{"trail \"trail\": access log bucket is not set\nalert topic is not set, but there are alarms to tell it\n" + bucket + "key is not set", func(a *trail.Args) {
			a.AccessLogBucket, a.AlertTopicARN, a.KeyARN = nil, nil, nil
		}},
		{`trail "trail": ` + bucket + "lifecycle: expire after 98 days is not later than archive after 365", func(a *trail.Args) { a.Config.RetentionDays = 90 }},
		{`trail "trail": ` + bucket + "object lock of 2192 days needs a mode, want governance or compliance", func(a *trail.Args) { a.Config.ObjectLock = "" }},
	} {
		args := nonprod()
		tc.change(&args)
		if _, err := trail.New(nil, "trail", args); err == nil || err.Error() != tc.want {
			t.Errorf("error = %v\nwant    %s", err, tc.want)
		}
	}
}
