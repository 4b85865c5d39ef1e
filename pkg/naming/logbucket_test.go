package naming_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/naming"
)

func TestNamesOfTheAuditLog(t *testing.T) {
	t.Parallel()
	bucket, err := naming.LogBucket("meridian", "111111111111", "us-east-1", "trail")
	if err != nil {
		t.Fatal(err)
	}
	got := []string{
		bucket, naming.BaseKeyAlias("logs"), naming.BaseLogGroup("trail"), naming.UtilityLogGroup("ecs"), naming.Trail("meridian", "nonprod"),
		naming.TrailARN("us-gov-west-1", "111111111111", "meridian", "nonprod"),
	}
	want := []string{
		"meridian-111111111111-us-east-1-logs-trail", "alias/base/logs", "/base/trail", "/utility/ecs", "meridian-nonprod",
		"arn:aws-us-gov:cloudtrail:us-gov-west-1:111111111111:trail/meridian-nonprod",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names differ (-want +got):\n%s", diff)
	}
}

func TestLongestLogBucketFitsWithoutShortening(t *testing.T) {
	t.Parallel()
	bucket, err := naming.LogBucket("a"+strings.Repeat("b", 11), "111111111111", "ap-southeast-1", "loadbalancer")
	if err != nil || !strings.HasSuffix(bucket, "-logs-loadbalancer") || len(bucket) > naming.MaxBucket {
		t.Errorf("bucket %q, %v; want at most %d characters, unshortened", bucket, err, naming.MaxBucket)
	}
}

func TestLogBucketsAreNeverBucketsOfCells(t *testing.T) {
	t.Parallel()
	log, err := naming.LogBucket("meridian", "111111111111", "us-east-1", "trail")
	if err != nil {
		t.Fatal(err)
	}
	cell, err := naming.Bucket("meridian", "prod", "us-east-1", "logs-trail")
	if err != nil {
		t.Fatal(err)
	}
	if log == cell {
		t.Errorf("a client called prod may own the log bucket %s", log)
	}
}

func TestBadLogBucketsAreRefused(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		`log bucket: part 2 of name "meridian--us-east-1-logs-trail": is empty, want lower-case letters, digits and dashes`: errOf(naming.LogBucket("meridian", "", "us-east-1", "trail")),
		`log bucket: name "meridian-1-us-east-1-logs-x--ol-s3" ends with --ol-s3, which S3 reserves`:                        errOf(naming.LogBucket("meridian", "1", "us-east-1", "x--ol-s3")),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
