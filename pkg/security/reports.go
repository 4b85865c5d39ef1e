package security

import (
	"encoding/json"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/macie2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/scheduler"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/key"
	"cellworks/pkg/naming"
)

const (
	macieService     = "macie.amazonaws.com"
	inspectorService = "inspector2.amazonaws.com"
	schedulerService = "scheduler.amazonaws.com"

	// The folders of the bucket.
	macieFolder, inspectorFolder = "macie/", "inspector/"

	// scheduleGroup is the group of the schedule. The trust of its role names it before
	// it exists.
	scheduleGroup = "utility-security"
	// askForReport is the call that the schedule makes
	// (docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html).
	askForReport = "aws-sdk:inspector2:createFindingsReport"
	// flexibleMinutes is within which time of its hour the report is asked for: Inspector
	// writes one at a time.
	flexibleMinutes = 60
	// retries is how often it is asked for again within maximumAgeSeconds.
	retries           = 5
	maximumAgeSeconds = 6 * 3600
)

// cadence is how EventBridge Scheduler and Macie say how often.
type cadence struct {
	cron  string
	macie macie2.ClassificationJobScheduleFrequencyArgs
}

// schedules returns how often things happen. Reports are asked for at five o'clock,
// UTC, when Macie and Inspector are done with what the night brought.
func schedules() map[config.Cadence]cadence {
	return map[config.Cadence]cadence{
		config.Daily:   {"cron(0 5 * * ? *)", macie2.ClassificationJobScheduleFrequencyArgs{DailySchedule: pulumi.Bool(true)}},
		config.Weekly:  {"cron(0 5 ? * MON *)", macie2.ClassificationJobScheduleFrequencyArgs{WeeklySchedule: pulumi.String("MONDAY")}},
		config.Monthly: {"cron(0 5 1 * ? *)", macie2.ClassificationJobScheduleFrequencyArgs{MonthlySchedule: pulumi.Int(1)}},
	}
}

// macieSources and inspectorSources are what the services write reports for
// (docs.aws.amazon.com/macie/latest/user/discovery-results-repository-s3.html,
// docs.aws.amazon.com/inspector/latest/user/findings-managing-exporting-reports.html).
func (a Args) macieSources() []string {
	return []string{
		naming.ARN(a.Region, "macie2", a.Region, a.AccountID, "classification-job/*"),
		naming.ARN(a.Region, "macie2", a.Region, a.AccountID, "export-configuration:*"),
	}
}

func (a Args) inspectorSources() []string {
	return []string{naming.ARN(a.Region, "inspector2", a.Region, a.AccountID, "report/*")}
}

// writers lets the services write their folders of the bucket.
func (a Args) writers(bucketARN string) []iampolicy.Statement {
	by := func(s iampolicy.Statement, service string, sources []string) iampolicy.Statement {
		return s.By(iampolicy.ByService(service)).If("StringEquals", "aws:SourceAccount", a.AccountID).If("ArnLike", "aws:SourceArn", sources...)
	}
	return []iampolicy.Statement{
		by(iampolicy.Allow("FindMacieBucket", "s3:GetBucketLocation").On(bucketARN), macieService, a.macieSources()),
		by(iampolicy.Allow("WriteMacieResults", "s3:PutObject").On(bucketARN+"/"+macieFolder+"*"), macieService, a.macieSources()),
		by(iampolicy.Allow("WriteVulnerabilities", "s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl").On(bucketARN+"/"+inspectorFolder+"*"),
			inspectorService, a.inspectorSources()),
	}
}

// addReports makes the bucket of reports and its key. Reports say what is where and how
// to get at it, so that they have a key of their own.
func (s *Security) addReports(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	a := s.args
	made, err := key.New(ctx, s.name+"-"+purpose, key.Args{
		Description: "Reports of Macie and Inspector",
		Alias:       naming.UtilityKeyAlias(config.ApplicationSecurity, purpose),
		AccountID:   a.AccountID,
		Region:      a.Region,
		Statements: []iampolicy.Statement{
			key.ByServices("WriteMacieResults", a.AccountID, []string{macieService}, "kms:Encrypt", "kms:GenerateDataKey").If("ArnLike", "aws:SourceArn", a.macieSources()...),
			key.ByServices("WriteVulnerabilities", a.AccountID, []string{inspectorService}).If("ArnLike", "aws:SourceArn", a.inspectorSources()...),
			key.ViaServices("ReadReports", a.Region, a.AccountID, []string{"s3"}, "kms:Decrypt", "kms:DescribeKey"),
		},
		DeletionWindowDays: keyDeletionDays,
		Protect:            a.DeletionProtection,
		Retain:             a.DeletionProtection,
	}, child)
	if err != nil {
		return err
	}
	args := s.plan.reports
	args.KeyARN = made.ARN
	if s.reports, err = bucket.Add(ctx, s.name+"-"+purpose, args, child); err != nil {
		return err
	}
	s.ReportBucket, s.ReportKeyARN = s.reports.ID, made.ARN
	return nil
}

// addMacie adds the job that looks for personal data in buckets that are marked as
// holding health data, those of later cells included. What it finds where is kept for
// longer than Macie itself does, which is 90 days. A job cannot be changed: one with
// other properties takes its place.
func (s *Security) addMacie(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	c := s.args.Config.Macie
	if !c.Enabled {
		return nil
	}
	results, err := macie2.NewClassificationExportConfiguration(ctx, s.name, &macie2.ClassificationExportConfigurationArgs{
		S3Destination: macie2.ClassificationExportConfigurationS3DestinationArgs{
			BucketName: s.ReportBucket,
			KeyPrefix:  pulumi.String(macieFolder),
			KmsKeyArn:  s.ReportKeyARN,
		},
	}, child)
	if err != nil {
		return err
	}
	marked := naming.TagSet{Client: "any"}.Tags()[naming.TagDataClassification]
	_, err = macie2.NewClassificationJob(ctx, s.name+"-cells", &macie2.ClassificationJobArgs{
		Description:        pulumi.String("Personal data in the buckets of cells"),
		JobType:            pulumi.String("SCHEDULED"),
		ScheduleFrequency:  schedules()[c.Every].macie,
		InitialRun:         pulumi.Bool(true),
		SamplingPercentage: pulumi.Int(c.SamplingPercent),
		S3JobDefinition:    markedBuckets(naming.TagDataClassification, marked),
	}, child, after(results))
	return err
}

// markedBuckets returns the job definition for the buckets that have a tag.
func markedBuckets(tag, value string) macie2.ClassificationJobS3JobDefinitionArgs {
	return macie2.ClassificationJobS3JobDefinitionArgs{
		BucketCriteria: macie2.ClassificationJobS3JobDefinitionBucketCriteriaArgs{
			Includes: macie2.ClassificationJobS3JobDefinitionBucketCriteriaIncludesArgs{
				Ands: macie2.ClassificationJobS3JobDefinitionBucketCriteriaIncludesAndArray{
					macie2.ClassificationJobS3JobDefinitionBucketCriteriaIncludesAndArgs{
						TagCriterion: macie2.ClassificationJobS3JobDefinitionBucketCriteriaIncludesAndTagCriterionArgs{
							Comparator: pulumi.String("EQ"),
							TagValues: macie2.ClassificationJobS3JobDefinitionBucketCriteriaIncludesAndTagCriterionTagValueArray{
								macie2.ClassificationJobS3JobDefinitionBucketCriteriaIncludesAndTagCriterionTagValueArgs{
									Key: pulumi.String(tag), Value: pulumi.String(value),
								},
							},
						},
					},
				},
			},
		},
	}
}

// findingsReport is the request for a report of Inspector. A schedule begins the names
// of its parts with capitals.
type findingsReport struct {
	ReportFormat   string
	S3Destination  reportDestination
	FilterCriteria reportFilter
}

type reportDestination struct{ BucketName, KeyPrefix, KmsKeyArn string }

type reportFilter struct{ FindingStatus, Severity []reportCriterion }

type reportCriterion struct{ Comparison, Value string }

// request returns the request as JSON.
func (a Args) request(bucketName, keyARN string) (string, error) {
	r := findingsReport{
		ReportFormat:   "CSV",
		S3Destination:  reportDestination{bucketName, inspectorFolder, keyARN},
		FilterCriteria: reportFilter{FindingStatus: []reportCriterion{{"EQUALS", "ACTIVE"}}},
	}
	for _, severity := range slices.Sorted(slices.Values(a.Config.VulnerabilityReport.Severities)) {
		r.FilterCriteria.Severity = append(r.FilterCriteria.Severity, reportCriterion{"EQUALS", severity})
	}
	text, err := json.Marshal(r)
	return string(text), err
}

// schedulePolicies return who may assume the role of the schedule, and what it may do:
// ask for a report, which has no resource-level permission.
func (a Args) schedulePolicies() (trust, permissions string, err error) {
	trust, err = iampolicy.NewDocument(iampolicy.Allow("Schedule", "sts:AssumeRole").By(iampolicy.ByService(schedulerService)).
		If("StringEquals", "aws:SourceAccount", a.AccountID).
		If("ArnLike", "aws:SourceArn", naming.ARN(a.Region, "scheduler", a.Region, a.AccountID, "schedule-group/"+scheduleGroup))).
		JSONFor(iampolicy.Trust)
	if err != nil {
		return "", "", err
	}
	permissions, err = iampolicy.NewDocument(iampolicy.Allow("AskForReport", "inspector2:CreateFindingsReport").On("*")).JSONFor(iampolicy.Managed)
	return trust, permissions, err
}

// addVulnerabilityReport has Inspector write a table of what is not mended, again and
// again, and tells people when it did not.
func (s *Security) addVulnerabilityReport(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	c := s.args.Config.VulnerabilityReport
	if !c.Enabled {
		return nil
	}
	name := s.name + "-vulnerabilities"
	role, ready, err := s.addScheduleRole(ctx, name, child)
	if err != nil {
		return err
	}
	group, err := scheduler.NewScheduleGroup(ctx, name, &scheduler.ScheduleGroupArgs{Name: pulumi.String(scheduleGroup)}, child)
	if err != nil {
		return err
	}
	if _, err := scheduler.NewSchedule(ctx, name, &scheduler.ScheduleArgs{
		Description:                pulumi.String("Vulnerabilities that are not mended"),
		GroupName:                  group.Name,
		ScheduleExpression:         pulumi.String(schedules()[c.Every].cron),
		ScheduleExpressionTimezone: pulumi.String("UTC"),
		FlexibleTimeWindow: scheduler.ScheduleFlexibleTimeWindowArgs{
			Mode: pulumi.String("FLEXIBLE"), MaximumWindowInMinutes: pulumi.Int(flexibleMinutes),
		},
		Target: scheduler.ScheduleTargetArgs{
			Arn:     pulumi.String(naming.ARN(s.args.Region, "scheduler", "", "", askForReport)),
			RoleArn: role.Arn,
			Input: pulumi.All(s.ReportBucket, s.ReportKeyARN).ApplyT(func(all []any) (string, error) {
				return s.args.request(all[0].(string), all[1].(string))
			}).(pulumi.StringOutput),
			RetryPolicy: scheduler.ScheduleTargetRetryPolicyArgs{
				MaximumRetryAttempts: pulumi.Int(retries), MaximumEventAgeInSeconds: pulumi.Int(maximumAgeSeconds),
			},
		},
	}, child, after(ready)); err != nil {
		return err
	}
	return s.addReportAlarm(ctx, name, group.Name, child)
}

func (s *Security) addScheduleRole(ctx *pulumi.Context, name string, child pulumi.ResourceOption) (*iam.Role, pulumi.Resource, error) {
	const description = "Asks Inspector for reports of vulnerabilities"
	role, err := iam.NewRole(ctx, name, &iam.RoleArgs{
		Path:                pulumi.String(naming.UtilityPath),
		Description:         pulumi.String(description),
		AssumeRolePolicy:    pulumi.String(s.plan.scheduleTrust),
		PermissionsBoundary: pulumi.String(s.args.PermissionsBoundary),
	}, child)
	if err != nil {
		return nil, nil, err
	}
	policy, err := iam.NewPolicy(ctx, name, &iam.PolicyArgs{
		Path:        pulumi.String(naming.UtilityPath),
		Description: pulumi.String(description),
		Policy:      pulumi.String(s.plan.schedulePermissions),
	}, child)
	if err != nil {
		return nil, nil, err
	}
	attached, err := iam.NewRolePolicyAttachment(ctx, name, &iam.RolePolicyAttachmentArgs{Role: role.Name, PolicyArn: policy.Arn}, child)
	return role, attached, err
}

// addReportAlarm tells of requests that Inspector refused
// (docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html).
func (s *Security) addReportAlarm(ctx *pulumi.Context, name string, group pulumi.StringInput, child pulumi.ResourceOption) error {
	topic := pulumi.Array{pulumi.String(s.args.AlertTopicARN)}
	_, err := cloudwatch.NewMetricAlarm(ctx, name, &cloudwatch.MetricAlarmArgs{
		AlarmDescription:        pulumi.String("The vulnerability report cannot be asked for"),
		Namespace:               pulumi.String("AWS/Scheduler"),
		MetricName:              pulumi.String("TargetErrorCount"),
		Dimensions:              pulumi.StringMap{"ScheduleGroup": group},
		Statistic:               pulumi.String("Sum"),
		ComparisonOperator:      pulumi.String("GreaterThanOrEqualToThreshold"),
		Threshold:               pulumi.Float64(1),
		Period:                  pulumi.Int(300),
		EvaluationPeriods:       pulumi.Int(1),
		TreatMissingData:        pulumi.String("notBreaching"),
		AlarmActions:            topic,
		InsufficientDataActions: topic,
	}, child)
	return err
}
