package elk

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	domainMetrics   = "AWS/ES"
	deliveryMetrics = "AWS/Firehose"

	atLeast, below = "GreaterThanOrEqualToThreshold", "LessThanThreshold"

	mibPerGiB = 1024
	// freePart is the part of a volume that should be free: a quarter
	// (docs.aws.amazon.com/opensearch-service/latest/developerguide/cloudwatch-alarms.html).
	freePart = 4
	// staleSeconds is how old the oldest record that was not archived may be: some times
	// what it gathers.
	staleSeconds = 4 * archiveSeconds
)

// alarm is a metric and when it is one too many.
type alarm struct {
	description, metric, statistic, comparison string
	threshold                                  float64
	seconds, periods                           int
}

// domainAlarms are those that AWS recommends for what loses or hides logs
// (docs.aws.amazon.com/opensearch-service/latest/developerguide/cloudwatch-alarms.html).
func (a Args) domainAlarms() map[string]alarm {
	free := float64(a.Config.Data.VolumeGiB * mibPerGiB / freePart)
	return map[string]alarm{
		"red":       {"Logs are missing: a shard and its copy are on no node", "ClusterStatus.red", "Maximum", atLeast, 1, 60, 1},
		"blocked":   {"The domain takes no logs, for want of space or memory", "ClusterIndexWritesBlocked", "Maximum", atLeast, 1, 300, 1},
		"space":     {"A node's volume is three quarters full", "FreeStorageSpace", "Minimum", below, free, 60, 1},
		"memory":    {"A node is short of memory", "JVMMemoryPressure", "Maximum", atLeast, 95, 60, 3},
		"key":       {"The domain cannot use its key, and will be lost", "KMSKeyInaccessible", "Maximum", atLeast, 1, 60, 1},
		"snapshots": {"The domain's own snapshots fail", "AutomatedSnapshotFailure", "Maximum", atLeast, 1, 60, 1},
	}
}

// deliveryAlarms are about one stream
// (docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html).
func deliveryAlarms() map[string]alarm {
	return map[string]alarm{
		"search":  {"Logs do not reach OpenSearch", "DeliveryToAmazonOpenSearchService.Success", "Average", below, 1, 300, 3},
		"archive": {"Logs do not reach the archive", "BackupToS3.DataFreshness", "Maximum", atLeast, staleSeconds, 300, 3},
	}
}

// addAlarms adds an alarm for each way in which logs are lost or cannot be read. No
// data is no alarm: a stream without records has none.
func (e *ELK) addAlarms(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	alarms := e.args.domainAlarms()
	domain := pulumi.StringMap{"DomainName": e.DomainName, "ClientId": pulumi.String(e.args.AccountID)}
	for _, name := range slices.Sorted(maps.Keys(alarms)) {
		if err := e.addAlarm(ctx, "domain-"+name, domainMetrics, alarms[name], domain, child); err != nil {
			return err
		}
	}
	alarms = deliveryAlarms()
	for _, account := range slices.Sorted(maps.Keys(e.Streams)) {
		stream := pulumi.StringMap{"DeliveryStreamName": e.Streams[account].Name}
		for _, name := range slices.Sorted(maps.Keys(alarms)) {
			if err := e.addAlarm(ctx, account+"-"+name, deliveryMetrics, alarms[name], stream, child); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *ELK) addAlarm(ctx *pulumi.Context, name, namespace string, a alarm, of pulumi.StringMap, child pulumi.ResourceOption) error {
	topic := pulumi.Array{pulumi.String(e.args.AlertTopicARN)}
	_, err := cloudwatch.NewMetricAlarm(ctx, e.name+"-"+name, &cloudwatch.MetricAlarmArgs{
		AlarmDescription:        pulumi.String(a.description),
		Namespace:               pulumi.String(namespace),
		MetricName:              pulumi.String(a.metric),
		Dimensions:              of,
		Statistic:               pulumi.String(a.statistic),
		ComparisonOperator:      pulumi.String(a.comparison),
		Threshold:               pulumi.Float64(a.threshold),
		Period:                  pulumi.Int(a.seconds),
		EvaluationPeriods:       pulumi.Int(a.periods),
		TreatMissingData:        pulumi.String("notBreaching"),
		AlarmActions:            topic,
		InsufficientDataActions: topic,
	}, child)
	return err
}
