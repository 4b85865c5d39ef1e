// Package trail builds an account's audit trail: CloudTrail over all regions, the
// bucket that keeps its files, the log group in which they can be searched, and
// the alarms of CIS AWS Foundations on it. Once per account, in its home region.
package trail

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudtrail"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":trail:Trail"

	// service is the principal that CloudTrail is.
	service = "cloudtrail.amazonaws.com"
)

// Args says what trail to build.
type Args struct {
	// OrganizationName and AccountName are names in the configuration; they make the
	// names of the trail and its bucket.
	OrganizationName, AccountName string
	// AccountID is the account; Region is its home region.
	AccountID, Region string
	// Config says what is recorded and how long it is kept.
	Config config.BaseAudit
	// KeyARN is the key that encrypts files and log group; its policy holds
	// KeyStatements.
	KeyARN pulumi.StringInput
	// AccessLogBucket is the name of the bucket that takes the server access logs of
	// the trail's bucket.
	AccessLogBucket pulumi.StringInput
	// AlertTopicARN is the topic that the alarms tell; nil without alarms.
	AlertTopicARN pulumi.StringInput
	// DeletionProtection makes Pulumi refuse to delete the trail and its bucket.
	DeletionProtection bool
}

// arn is the trail's ARN, known before it exists.
func (a Args) arn() string {
	return naming.TrailARN(a.Region, a.AccountID, a.OrganizationName, a.AccountName)
}

// bucket returns what bucket to add. It fails with everything that is wrong with
// args.
func (a Args) bucket() (bucket.Args, error) {
	var errs []error
	if a.OrganizationName == "" || a.AccountName == "" || a.AccountID == "" || a.Region == "" {
		return bucket.Args{}, errors.New("organization, account, account id and region must be set")
	}
	if a.AccessLogBucket == nil {
		errs = append(errs, errors.New("access log bucket is not set"))
	}
	if a.Config.Alarms && a.AlertTopicARN == nil {
		errs = append(errs, errors.New("alert topic is not set, but there are alarms to tell it"))
	}
	name, err := naming.LogBucket(a.OrganizationName, a.AccountID, a.Region, contract.LogsTrail)
	if err != nil {
		return bucket.Args{}, errors.Join(append(errs, err)...)
	}
	args := bucket.Args{
		Name:            name,
		AccountID:       a.AccountID,
		Region:          a.Region,
		Kind:            bucket.TrailLogs,
		KeyARN:          a.KeyARN,
		Versioning:      true,
		Lifecycle:       bucket.LogLifecycle(a.Config),
		Lock:            a.Config.ObjectLock,
		AccessLogBucket: a.AccessLogBucket,
		Statements:      a.bucketStatements(bucket.ARN(a.Region, name)),
		Protect:         a.DeletionProtection,
		Retain:          a.Config.RetainOnDestroy,
	}
	if args.Lock != config.LockNone {
		args.LockDays = a.Config.RetentionDays
	}
	return args, errors.Join(append(errs, args.Validate())...)
}

// Trail is an account's audit trail.
type Trail struct {
	pulumi.ResourceState

	// ARN is the trail's ARN.
	ARN pulumi.StringOutput
	// Bucket keeps the trail's files.
	Bucket *bucket.Bucket
	// LogGroupName is the log group in which the trail can be searched.
	LogGroupName pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the trail's ARN, bucket and log group.
func (t *Trail) Outputs() pulumi.Map {
	return pulumi.Map{"trailArn": t.ARN, "bucketName": t.Bucket.ID, "logGroupName": t.LogGroupName}
}

// New builds the trail that args describes. It fails, naming all that is wrong
// before any resource is registered, when a field that must be set is empty, or
// the days of Config cannot be those of a bucket: files must be kept longer than
// they are locked and than it takes until they move to colder storage.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Trail, error) {
	bucketArgs, err := args.bucket()
	if err != nil {
		return nil, fmt.Errorf("trail %q: %w", name, err)
	}
	t := &Trail{name: name, args: args}
	return component.Register(ctx, token, name, t, opts, func(child pulumi.ResourceOption) error {
		if t.Bucket, err = bucket.Add(ctx, name, bucketArgs, child); err != nil {
			return err
		}
		group, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(logGroup()),
			RetentionInDays: pulumi.Int(args.Config.LogGroupDays),
			KmsKeyId:        args.KeyARN,
		}, child)
		if err != nil {
			return err
		}
		t.LogGroupName = group.Name
		if err := t.addTrail(ctx, group, child); err != nil {
			return err
		}
		if !args.Config.Alarms {
			return nil
		}
		return t.addAlarms(ctx, child)
	})
}

// logGroup is the name of the trail's log group, which policies name before it
// exists.
func logGroup() string { return naming.BaseLogGroup(contract.LogsTrail) }

// addTrail adds the trail. CloudTrail tries to write to the bucket and to the log
// group when a trail is made, so their policies must be there first.
func (t *Trail) addTrail(ctx *pulumi.Context, group *cloudwatch.LogGroup, child pulumi.ResourceOption) error {
	role, attached, err := t.addRole(ctx, child)
	if err != nil {
		return err
	}
	args := &cloudtrail.TrailArgs{
		Name:                       pulumi.String(naming.Trail(t.args.OrganizationName, t.args.AccountName)),
		S3BucketName:               t.Bucket.ID,
		KmsKeyId:                   t.args.KeyARN,
		EnableLogging:              pulumi.Bool(true),
		EnableLogFileValidation:    pulumi.Bool(true),
		IsMultiRegionTrail:         pulumi.Bool(true),
		IncludeGlobalServiceEvents: pulumi.Bool(true),
		// CloudTrail wants the form of the ARN that means the group's streams.
		CloudWatchLogsGroupArn: pulumi.Sprintf("%s:*", group.Arn),
		CloudWatchLogsRoleArn:  role.Arn,
		AdvancedEventSelectors: t.args.eventSelectors(),
	}
	if t.args.Config.Insights {
		args.InsightSelectors = cloudtrail.TrailInsightSelectorArray{
			cloudtrail.TrailInsightSelectorArgs{InsightType: pulumi.String("ApiCallRateInsight")},
			cloudtrail.TrailInsightSelectorArgs{InsightType: pulumi.String("ApiErrorRateInsight")},
		}
	}
	trail, err := cloudtrail.NewTrail(ctx, t.name, args, child,
		pulumi.Protect(t.args.DeletionProtection),
		pulumi.DependsOn([]pulumi.Resource{t.Bucket.Policy, attached}))
	if err != nil {
		return err
	}
	t.ARN = trail.Arn
	return nil
}

// eventSelectors records all management events and, if wanted, every access to an
// object of any bucket: a selector that names buckets would not satisfy
// cloudtrail-s3-dataevents-enabled.
func (a Args) eventSelectors() cloudtrail.TrailAdvancedEventSelectorArray {
	selectors := cloudtrail.TrailAdvancedEventSelectorArray{selector("Management events", [2]string{"eventCategory", "Management"})}
	if a.Config.DataEvents {
		selectors = append(selectors, selector("Objects of all buckets",
			[2]string{"eventCategory", "Data"}, [2]string{"resources.type", "AWS::S3::Object"}))
	}
	return selectors
}

// selector returns the selector of events whose fields, each a name and a value,
// all match.
func selector(name string, fields ...[2]string) cloudtrail.TrailAdvancedEventSelectorArgs {
	var selected cloudtrail.TrailAdvancedEventSelectorFieldSelectorArray
	for _, field := range fields {
		selected = append(selected, cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs{
			Field:  pulumi.String(field[0]),
			Equals: pulumi.StringArray{pulumi.String(field[1])},
		})
	}
	return cloudtrail.TrailAdvancedEventSelectorArgs{Name: pulumi.String(name), FieldSelectors: selected}
}
