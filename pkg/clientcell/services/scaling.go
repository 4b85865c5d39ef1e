package services

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
)

const (
	scalableDimension = "ecs:service:DesiredCount"
	scalableNamespace = "ecs"
	// A burst must be met within minutes, and scaling in must not chase noise.
	scaleOutCooldownSeconds = 60
	scaleInCooldownSeconds  = 300

	// boundsSchedule is how often the number of tasks is brought within its bounds.
	boundsSchedule = "rate(5 minutes)"
)

// addScaling lets the number of tasks follow what they have to do.
func (s *Services) addScaling(ctx *pulumi.Context, service config.Service, created *ecs.Service, child pulumi.ResourceOption) error {
	name := s.name + "-" + service.Name
	least, most := service.MinTasks, service.MaxTasks
	if s.args.Suspended {
		least, most = 0, 0
	}
	target, err := appautoscaling.NewTarget(ctx, name, &appautoscaling.TargetArgs{
		ResourceId:        pulumi.Sprintf("service/%s/%s", s.args.Cluster.Name, created.Name),
		ScalableDimension: pulumi.String(scalableDimension),
		ServiceNamespace:  pulumi.String(scalableNamespace),
		MinCapacity:       pulumi.Int(least),
		MaxCapacity:       pulumi.Int(most),
	}, child)
	if err != nil {
		return err
	}
	if err := s.holdBounds(ctx, name, target, least, most, child); err != nil {
		return err
	}
	for suffix, tracking := range s.args.tracking(service) {
		tracking.ScaleOutCooldown = pulumi.Int(scaleOutCooldownSeconds)
		tracking.ScaleInCooldown = pulumi.Int(scaleInCooldownSeconds)
		if _, err = appautoscaling.NewPolicy(ctx, name+"-"+suffix, &appautoscaling.PolicyArgs{
			PolicyType:                               pulumi.String("TargetTrackingScaling"),
			ResourceId:                               target.ResourceId,
			ScalableDimension:                        target.ScalableDimension,
			ServiceNamespace:                         target.ServiceNamespace,
			TargetTrackingScalingPolicyConfiguration: tracking,
		}, child); err != nil {
			return err
		}
	}
	return nil
}

// holdBounds brings the number of tasks within its bounds again and again. New bounds
// alone move nothing: Application Auto Scaling looks at them when an alarm or a schedule
// wakes it, and a service without tasks, as one that was suspended, raises no alarm
// (docs.aws.amazon.com/autoscaling/application/APIReference/API_ScheduledAction.html).
func (s *Services) holdBounds(ctx *pulumi.Context, name string, target *appautoscaling.Target, least, most int, child pulumi.ResourceOption) error {
	_, err := appautoscaling.NewScheduledAction(ctx, name+"-bounds", &appautoscaling.ScheduledActionArgs{
		ResourceId:        target.ResourceId,
		ScalableDimension: target.ScalableDimension,
		ServiceNamespace:  target.ServiceNamespace,
		Schedule:          pulumi.String(boundsSchedule),
		ScalableTargetAction: appautoscaling.ScheduledActionScalableTargetActionArgs{
			MinCapacity: pulumi.Int(least), MaxCapacity: pulumi.Int(most),
		},
	}, child)
	return err
}

// tracking returns what scaling holds, by the end of the policy's name. With several,
// the one that wants the most tasks wins.
func (a Args) tracking(service config.Service) map[string]appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs {
	average := func(metric string, percent int) appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs {
		return appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
			TargetValue: pulumi.Float64(percent),
			PredefinedMetricSpecification: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs{
				PredefinedMetricType: pulumi.String(metric),
			},
		}
	}
	policies := map[string]appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
		"cpu": average("ECSServiceAverageCPUUtilization", service.TargetCPUPercent),
	}
	if service.TargetMemoryPercent > 0 {
		policies["memory"] = average("ECSServiceAverageMemoryUtilization", service.TargetMemoryPercent)
	}
	if service.ScaleOnQueue != "" {
		policies["backlog"] = a.backlog(service)
	}
	return policies
}
