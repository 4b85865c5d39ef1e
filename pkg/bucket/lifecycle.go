package bucket

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
)

const (
	// abortUploadDays is when parts of an upload that never finished are removed.
	abortUploadDays = 7

	// minimumSize is what S3 does by default: objects under 128 KB move to no colder
	// class. It is written out so that a change of the default is not one of the
	// bucket. Small files are left where they are on purpose: a move costs as much
	// for one of 1 KB as for one of 1 GB, Glacier Instant Retrieval bills at least
	// 128 KB, and Deep Archive adds 40 KB to each object
	// (docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html).
	minimumSize = "all_storage_classes_128K"
)

const (
	// expiryMargin is how many days longer than their retention log files are kept,
	// so that none expires while its lock, which begins with its delivery, holds.
	expiryMargin = 8
	// logVersionDays is how long a version of a log file is kept after it was
	// replaced or deleted: time to notice and to restore it.
	logVersionDays = 30
)

// LogLifecycle returns the lifecycle of a bucket of log files that are kept as
// audit says.
func LogLifecycle(audit config.BaseAudit) Lifecycle {
	return Lifecycle{
		ColdDays:       audit.ColdDays,
		ArchiveDays:    audit.ArchiveDays,
		ExpireDays:     audit.RetentionDays + expiryMargin,
		NoncurrentDays: logVersionDays,
	}
}

func (b *builder) addLifecycle() error {
	l := b.args.Lifecycle
	args := &s3.BucketLifecycleConfigurationV2Args{Bucket: b.bucket.Bucket, Rules: l.rules()}
	if l.ColdDays > 0 || l.GlacierDays > 0 || l.ArchiveDays > 0 {
		args.TransitionDefaultMinimumObjectSize = pulumi.String(minimumSize)
	}
	lifecycle, err := s3.NewBucketLifecycleConfigurationV2(b.ctx, b.name, args, b.options()...)
	b.last = lifecycle
	return err
}

// rules returns the lifecycle rules. Each has an empty filter, which S3 wants for
// "every object".
func (l Lifecycle) rules() s3.BucketLifecycleConfigurationV2RuleArray {
	unfinished := rule("unfinished-uploads")
	unfinished.AbortIncompleteMultipartUpload = s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
		DaysAfterInitiation: pulumi.Int(abortUploadDays),
	}
	rules := s3.BucketLifecycleConfigurationV2RuleArray{unfinished}
	if l.NoncurrentDays > 0 {
		old := rule("old-versions")
		old.NoncurrentVersionExpiration = s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
			NoncurrentDays: pulumi.Int(l.NoncurrentDays),
		}
		rules = append(rules, old)
	}
	for _, move := range []struct {
		id, class string
		days      int
	}{{"infrequent-access", "STANDARD_IA", l.InfrequentDays}, {"cold", "GLACIER_IR", l.ColdDays}, {"glacier", "GLACIER", l.GlacierDays}, {"archive", "DEEP_ARCHIVE", l.ArchiveDays}} {
		if move.days > 0 {
			moved := rule(move.id)
			moved.Transitions = s3.BucketLifecycleConfigurationV2RuleTransitionArray{s3.BucketLifecycleConfigurationV2RuleTransitionArgs{
				Days:         pulumi.Int(move.days),
				StorageClass: pulumi.String(move.class),
			}}
			rules = append(rules, moved)
		}
	}
	if l.ExpireDays > 0 {
		expired := rule("expire")
		expired.Expiration = s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Days: pulumi.Int(l.ExpireDays)}
		rules = append(rules, expired)
	}
	return rules
}

func rule(id string) s3.BucketLifecycleConfigurationV2RuleArgs {
	return s3.BucketLifecycleConfigurationV2RuleArgs{
		Id:     pulumi.String(id),
		Status: pulumi.String("Enabled"),
		Filter: s3.BucketLifecycleConfigurationV2RuleFilterArgs{},
	}
}
