package servergroup

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// Watch says how servers are watched.
type Watch struct {
	// LogGroup is the name of the log group that takes their logs.
	LogGroup string
	// LogRetentionDays is how long logs are kept: one of the values that CloudWatch
	// takes.
	LogRetentionDays int
	// LogKeyARN is the key of the log group. Its policy must name the group.
	LogKeyARN string
	// MetricNamespace is the namespace in which their agents report how full disks are.
	MetricNamespace string
	// Disks are the mount points that must not fill up.
	Disks []string
	// AlertTopicARN is the topic that hears of a disk that does.
	AlertTopicARN string
}

const (
	// diskMetric is what the CloudWatch agent calls used_percent of a disk
	// (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/metrics-collected-by-CloudWatch-agent.html).
	diskMetric = "disk_used_percent"
	// diskPercent leaves people time to react.
	diskPercent = 80
	// diskPeriodSeconds is over how long the fullest server counts.
	diskPeriodSeconds = 300
)

func (w Watch) validate() []error {
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"log group", w.LogGroup},
		{"log key", w.LogKeyARN},
		{"metric namespace", w.MetricNamespace},
		{"alert topic", w.AlertTopicARN},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if w.LogRetentionDays < 1 {
		errs = append(errs, fmt.Errorf("log retention: %d days is out of range, want 1 or more", w.LogRetentionDays))
	}
	return errs
}

// own returns what every server's role allows: to tell its group that it serves, to
// find its volumes, and to be watched.
func (a Args) own() []iampolicy.Statement {
	logs := naming.ARN(a.Region, "logs", a.Region, a.AccountID, "log-group:"+a.Watch.LogGroup)
	return []iampolicy.Statement{
		iampolicy.Allow("CompleteLaunch", "autoscaling:CompleteLifecycleAction").
			On(naming.ARN(a.Region, "autoscaling", a.Region, a.AccountID, "autoScalingGroup:*:autoScalingGroupName/"+a.GroupName)),
		// No resource-level permission.
		iampolicy.Allow("LookAround", "ec2:DescribeInstances", "ec2:DescribeTags", "ec2:DescribeVolumes").On("*"),
		iampolicy.Allow("WriteLogs", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents").On(logs, logs+":*"),
		iampolicy.Allow("WriteMetrics", "cloudwatch:PutMetricData").On("*").If("StringEquals", "cloudwatch:namespace", a.Watch.MetricNamespace),
	}
}

// addWatch makes the log group, and an alarm for each disk. The fullest server
// counts, and so does one that no longer reports.
func (g *Group) addWatch(ctx *pulumi.Context, child pulumi.ResourceOption) (pulumi.Resource, error) {
	watch := g.args.Watch
	logs, err := cloudwatch.NewLogGroup(ctx, g.name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(watch.LogGroup),
		KmsKeyId:        pulumi.String(watch.LogKeyARN),
		RetentionInDays: pulumi.Int(watch.LogRetentionDays),
	}, child)
	if err != nil {
		return nil, err
	}
	for _, disk := range watch.Disks {
		topic := pulumi.Array{pulumi.String(watch.AlertTopicARN)}
		if _, err := cloudwatch.NewMetricAlarm(ctx, g.name+"-"+diskName(disk), &cloudwatch.MetricAlarmArgs{
			AlarmDescription:        pulumi.String(fmt.Sprintf("%s: %s is filling up", g.args.Description, disk)),
			Namespace:               pulumi.String(watch.MetricNamespace),
			MetricName:              pulumi.String(diskMetric),
			Dimensions:              pulumi.StringMap{"AutoScalingGroupName": pulumi.String(g.args.GroupName), "path": pulumi.String(disk)},
			Statistic:               pulumi.String("Maximum"),
			Period:                  pulumi.Int(diskPeriodSeconds),
			EvaluationPeriods:       pulumi.Int(1),
			ComparisonOperator:      pulumi.String("GreaterThanOrEqualToThreshold"),
			Threshold:               pulumi.Float64(diskPercent),
			AlarmActions:            topic,
			OkActions:               topic,
			InsufficientDataActions: topic,
		}, child); err != nil {
			return nil, err
		}
	}
	return logs, nil
}

// diskName names a mount point in the name of a resource.
func diskName(mountPoint string) string {
	if name := strings.ReplaceAll(strings.Trim(mountPoint, "/"), "/", "-"); name != "" {
		return name
	}
	return "root"
}
