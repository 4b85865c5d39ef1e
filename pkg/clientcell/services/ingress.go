package services

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
)

const (
	// drainSeconds is how long a task that leaves the load balancer may finish its
	// requests; below stopTimeoutSeconds it would be cut off.
	drainSeconds = stopTimeoutSeconds

	scalableDimension = "ecs:service:DesiredCount"
	scalableNamespace = "ecs"
	// A burst must be met within minutes, and scaling in must not chase noise.
	scaleOutCooldownSeconds = 60
	scaleInCooldownSeconds  = 300
)

// expose gives a service its host name: target group, listener rule and record.
// The rule has no priority of its own. Rules match distinct host names, so their
// order decides nothing, and a priority computed from the list of services would
// collide with one in use when the list changes.
func (s *Services) expose(ctx *pulumi.Context, service config.Service, child pulumi.ResourceOption) (*lb.TargetGroup, *lb.ListenerRule, error) {
	name := s.name + "-" + service.Name
	balancer := s.args.Ingress.LoadBalancers[service.Expose.Scheme()]
	host := s.args.HostLabels[service.Name] + "." + s.args.Ingress.ZoneName
	target, err := lb.NewTargetGroup(ctx, name, &lb.TargetGroupArgs{
		VpcId:               pulumi.String(s.args.Cluster.VPCID),
		TargetType:          pulumi.String("ip"),
		Port:                pulumi.Int(service.Port),
		Protocol:            pulumi.String("HTTP"),
		DeregistrationDelay: pulumi.Int(drainSeconds),
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Path:    pulumi.String(service.HealthPath),
			Matcher: pulumi.String("200"),
		},
	}, child)
	if err != nil {
		return nil, nil, err
	}
	rule, err := lb.NewListenerRule(ctx, name, &lb.ListenerRuleArgs{
		ListenerArn: pulumi.String(balancer.ListenerARN),
		Actions: lb.ListenerRuleActionArray{lb.ListenerRuleActionArgs{
			Type:           pulumi.String("forward"),
			TargetGroupArn: target.Arn,
		}},
		Conditions: lb.ListenerRuleConditionArray{lb.ListenerRuleConditionArgs{
			HostHeader: lb.ListenerRuleConditionHostHeaderArgs{Values: pulumi.ToStringArray([]string{host})},
		}},
	}, child)
	if err != nil {
		return nil, nil, err
	}
	record, err := route53.NewRecord(ctx, name, &route53.RecordArgs{
		ZoneId: pulumi.String(s.args.Ingress.ZoneID),
		Name:   pulumi.String(host),
		Type:   pulumi.String("A"),
		Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
			Name:                 pulumi.String(balancer.DNSName),
			ZoneId:               pulumi.String(balancer.ZoneID),
			EvaluateTargetHealth: pulumi.Bool(true),
		}},
	}, child)
	if err != nil {
		return nil, nil, err
	}
	s.URLs[service.Name] = pulumi.Sprintf("https://%s", record.Fqdn)
	return target, rule, nil
}

// addScaling keeps the tasks' average CPU use at the target.
func (s *Services) addScaling(ctx *pulumi.Context, service config.Service, created *ecs.Service, child pulumi.ResourceOption) error {
	name := s.name + "-" + service.Name
	target, err := appautoscaling.NewTarget(ctx, name, &appautoscaling.TargetArgs{
		ResourceId:        pulumi.Sprintf("service/%s/%s", s.args.Cluster.Name, created.Name),
		ScalableDimension: pulumi.String(scalableDimension),
		ServiceNamespace:  pulumi.String(scalableNamespace),
		MinCapacity:       pulumi.Int(service.MinTasks),
		MaxCapacity:       pulumi.Int(service.MaxTasks),
	}, child)
	if err != nil {
		return err
	}
	_, err = appautoscaling.NewPolicy(ctx, name+"-cpu", &appautoscaling.PolicyArgs{
		PolicyType:        pulumi.String("TargetTrackingScaling"),
		ResourceId:        target.ResourceId,
		ScalableDimension: target.ScalableDimension,
		ServiceNamespace:  target.ServiceNamespace,
		TargetTrackingScalingPolicyConfiguration: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
			TargetValue:      pulumi.Float64(service.TargetCPUPercent),
			ScaleOutCooldown: pulumi.Int(scaleOutCooldownSeconds),
			ScaleInCooldown:  pulumi.Int(scaleInCooldownSeconds),
			PredefinedMetricSpecification: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs{
				PredefinedMetricType: pulumi.String("ECSServiceAverageCPUUtilization"),
			},
		},
	}, child)
	return err
}
