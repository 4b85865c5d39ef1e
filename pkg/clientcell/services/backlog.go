package services

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// backlog holds the number of messages that wait for each task
// (docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html).
// Without a task all messages wait for the first one: a division by nothing would be no
// value, and nothing would ever start.
func (a Args) backlog(service config.Service) appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs {
	waiting := metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", map[string]string{"QueueName": a.Queues[service.ScaleOnQueue]})
	running := metric("ECS/ContainerInsights", "RunningTaskCount", map[string]string{
		"ClusterName": a.Cluster.Name, "ServiceName": naming.CellService(a.Client, service.Name),
	})
	return appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
		TargetValue: pulumi.Float64(service.BacklogPerTask),
		CustomizedMetricSpecification: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgs{
			Metrics: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArray{
				term("waiting", "messages that wait", waiting, "Sum"),
				term("running", "tasks that run", running, "Average"),
				appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs{
					Id:         pulumi.String("backlog"),
					Label:      pulumi.String("messages that wait for each task"),
					Expression: pulumi.String("waiting / IF(running > 0, running, 1)"),
					ReturnData: pulumi.Bool(true),
				},
			},
		},
	}
}

type measured = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricArgs

func metric(namespace, name string, dimensions map[string]string) measured {
	var list appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArray
	for _, dimension := range slices.Sorted(maps.Keys(dimensions)) {
		list = append(list, appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArgs{
			Name: pulumi.String(dimension), Value: pulumi.String(dimensions[dimension]),
		})
	}
	return measured{Namespace: pulumi.String(namespace), MetricName: pulumi.String(name), Dimensions: list}
}

// term is a metric that only the expression sees.
func term(id, label string, of measured, statistic string) appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs {
	return appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs{
		Id:    pulumi.String(id),
		Label: pulumi.String(label),
		MetricStat: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatArgs{
			Metric: of, Stat: pulumi.String(statistic),
		},
		ReturnData: pulumi.Bool(false),
	}
}
