package trail

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// namespace is where Security Hub wants the metrics of CIS
	// (docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html).
	namespace = "LogMetrics"
	// period is over how many seconds events are counted: what CloudTrail takes to
	// deliver them, about five minutes.
	period = 300
)

// addAlarms adds a metric and an alarm for each of Watches. One event raises the
// alarm. No events are no missing data, so that a quiet account is a sound one;
// the action for missing data is there because cloudwatch-alarm-action-check
// wants one.
func (t *Trail) addAlarms(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	for _, watch := range Watches() {
		name := t.name + "-" + watch.Name
		filter, err := cloudwatch.NewLogMetricFilter(ctx, name, &cloudwatch.LogMetricFilterArgs{
			LogGroupName: t.LogGroupName,
			Pattern:      pulumi.String(watch.Pattern),
			MetricTransformation: cloudwatch.LogMetricFilterMetricTransformationArgs{
				Namespace:    pulumi.String(namespace),
				Name:         pulumi.String(watch.Metric),
				Value:        pulumi.String("1"),
				DefaultValue: pulumi.String("0"),
			},
		}, child)
		if err != nil {
			return err
		}
		if _, err := cloudwatch.NewMetricAlarm(ctx, name, &cloudwatch.MetricAlarmArgs{
			AlarmDescription:        pulumi.String(fmt.Sprintf("%s (CIS AWS Foundations %s, %s)", watch.Title, watch.Section, watch.Control)),
			Namespace:               pulumi.String(namespace),
			MetricName:              filter.MetricTransformation.Name(),
			Statistic:               pulumi.String("Sum"),
			Period:                  pulumi.Int(period),
			EvaluationPeriods:       pulumi.Int(1),
			ComparisonOperator:      pulumi.String("GreaterThanOrEqualToThreshold"),
			Threshold:               pulumi.Float64(1),
			TreatMissingData:        pulumi.String("notBreaching"),
			AlarmActions:            pulumi.Array{t.args.AlertTopicARN},
			InsufficientDataActions: pulumi.Array{t.args.AlertTopicARN},
		}, child); err != nil {
			return err
		}
	}
	return nil
}
