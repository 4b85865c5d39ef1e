package aws

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// scheduledAction is of docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html.
func scheduledAction() *resource.Kind {
	return &resource.Kind{
		Token: tokScheduledAction, Service: "Application Auto Scaling", Noun: "Application AutoScaling Scheduled Action",
		CreateOp: "PutScheduledAction", UpdateOp: "PutScheduledAction", DeleteOp: "DeleteScheduledAction",
		Upsert: true, // putting an action of the same name changes the one that is there
		Naming: &resource.Naming{Property: "name", Max: 1600},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "resourceId", "scalableDimension", "serviceNamespace"}, Why: "together they are what identifies an action"}},
			Defaults: map[string]any{"timezone": "UTC"},
			Enums:    map[string][]string{"serviceNamespace": {"ecs"}, "scalableDimension": {"ecs:service:DesiredCount"}},
			Lengths:  map[string]schema.Range{"name": {Min: 1, Max: 1600}},
		},
		Validate: checkScheduledAction,
		Identify: func(c *resource.Call) error {
			name, id := c.In.Str("name"), c.In.Str("resourceId")
			c.Obj.ID = strings.Join([]string{name, c.In.Str("serviceNamespace"), id}, "-")
			c.Obj.ARN = fmt.Sprintf("arn:aws:autoscaling:%s:%s:scheduledAction:%s:resource/ecs/%s:scheduledActionName/%s", c.Region, c.Account, c.UUID("action"), id, name)
			if there := c.Tx.Get(c.Obj.Key); there != nil {
				c.Obj.ARN = there.ARN
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			target := c.Regional(tokScalingTarget, c.In.Str("resourceId"))
			if target == nil {
				return resource.Faultf("ObjectNotFoundException", "No scalable target registered for service namespace: %s, resource ID: %s, scalable dimension: %s", c.In.Str("serviceNamespace"), c.In.Str("resourceId"), c.In.Str("scalableDimension"))
			}
			if most := c.Limits["scheduled actions per target"]; c.Tx.Get(c.Obj.Key) == nil && c.Tx.CountReferrers(target.Key, tokScheduledAction) >= most {
				return resource.Faultf("LimitExceededException", "The maximum number of scheduled actions of %s has been reached: %d", target.ID, most)
			}
			return nil
		},
	}
}

func checkScheduledAction(v *resource.Validation) {
	if name := v.In.Str("name"); v.In.Known("name") && !regexp.MustCompile(`^[^|:/]+$`).MatchString(name) {
		v.Fail("name", "ValidationException: the name of a scheduled action has no |, : and /: %q", name)
	}
	if text := v.In.Str("schedule"); v.In.Known("schedule") && !timesOf(text, "at", "rate", "cron") {
		v.Fail("schedule", "ValidationException: Invalid schedule expression: %s (want at(2025-01-31T10:00:00), rate(12 hours) or cron(0 6 ? * MON-FRI *))", text)
	}
	if _, err := time.LoadLocation(v.In.Str("timezone")); err != nil {
		v.Fail("timezone", "ValidationException: Invalid timezone: %s", v.In.Str("timezone"))
	}
	times := map[string]time.Time{}
	for _, end := range []string{"startTime", "endTime"} {
		if !v.In.Known(end) {
			continue
		}
		t, err := time.Parse(time.RFC3339, v.In.Str(end))
		if err != nil {
			v.Fail(end, "expected %q to be a valid RFC3339 date, got %q: %v", end, v.In.Str(end), err)
			continue
		}
		times[end] = t
	}
	if len(times) == 2 && !times["startTime"].Before(times["endTime"]) {
		v.Fail("endTime", "ValidationException: Start time must be before end time")
	}
	checkScheduledCapacity(v)
}

func checkScheduledCapacity(v *resource.Validation) {
	a := v.In.Obj("scalableTargetAction")
	if !a.Has("minCapacity") && !a.Has("maxCapacity") && !unknown(v.In, "scalableTargetAction") {
		v.Fail("scalableTargetAction", "%q: one of `scalableTargetAction.maxCapacity,scalableTargetAction.minCapacity` must be specified", "scalableTargetAction")
	}
	for _, end := range []string{"minCapacity", "maxCapacity"} {
		if a.Known(end) && a.Int(end) < 0 {
			v.Fail("scalableTargetAction."+end, "expected %s to be at least (0), got %d", end, a.Int(end))
		}
	}
	if a.Known("minCapacity") && a.Known("maxCapacity") && a.Int("minCapacity") > a.Int("maxCapacity") {
		v.Fail("scalableTargetAction.maxCapacity", "ValidationException: Maximum capacity cannot be less than minimum capacity")
	}
}

// checkTrackedMetric holds the metric that a policy follows: one of its own namespace, or a calculation of several. Source:
// docs.aws.amazon.com/autoscaling/application/APIReference/API_CustomizedMetricSpecification.html.
func checkTrackedMetric(v *resource.Validation, path string, m resource.Props) {
	if len(m) == 0 {
		return
	}
	var missing []string
	for _, name := range []string{"metricName", "namespace", "statistic"} {
		if !m.Has(name) {
			missing = append(missing, name)
		}
	}
	metrics := m.Objs("metrics")
	if len(metrics) == 0 && !unknown(m, "metrics") {
		if len(missing) > 0 {
			v.Fail(path, "ValidationException: Either metrics, or metricName, namespace and statistic must be specified (missing: %s)", strings.Join(missing, ", "))
		}
		return
	}
	if len(missing) < 3 || m.Has("dimensions") || m.Has("unit") {
		v.Fail(path, "ValidationException: metrics cannot be specified beside metricName, namespace, statistic, dimensions and unit")
	}
	ids, returned := map[string]bool{}, 0
	for i, q := range metrics {
		at := fmt.Sprintf("%s.metrics[%d]", path, i)
		if q.Has("expression") == q.Has("metricStat") {
			v.Fail(at, "ValidationException: Exactly one of expression and metricStat must be specified")
		}
		if id := q.Str("id"); q.Known("id") && (!regexp.MustCompile(`^[a-z][0-9A-Za-z_]*$`).MatchString(id) || ids[id]) {
			v.Fail(at+".id", "ValidationException: the id of a metric begins with a lower-case letter, has letters, digits and underscores and is given once: %q", id)
		}
		ids[q.Str("id")] = true
		if !q.Has("returnData") || q.Bool("returnData") {
			returned++
		}
	}
	if returned != 1 && !unknown(m, "metrics") {
		v.Fail(path+".metrics", "ValidationException: Exactly one element of the metrics list should return data. (%d do, returnData is true unless it is set)", returned)
	}
}

// checkRequestLabel holds the label that says of which load balancer and target group a policy counts requests. Source:
// docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html.
func checkRequestLabel(c *resource.Call) error {
	label := c.In.Obj("targetTrackingScalingPolicyConfiguration").Obj("predefinedMetricSpecification").Str("resourceLabel")
	if label == "" {
		return nil
	}
	refuse := func(why string) error {
		return resource.Faultf("ValidationException", "The resource label %s is not valid: %s", label, why)
	}
	m := regexp.MustCompile(`^(app/[^/]+/[0-9a-f]+)/(targetgroup/[^/]+/[0-9a-f]+)$`).FindStringSubmatch(label)
	if m == nil {
		return refuse("it is app/<load balancer>/<id>/targetgroup/<target group>/<id>, the ends of both ARNs")
	}
	before := fmt.Sprintf("arn:aws:elasticloadbalancing:%s:%s:", c.Region, c.Account)
	lb, tg := c.Regional(tokLoadBalancer, before+"loadbalancer/"+m[1]), c.Regional(tokTargetGroup, before+m[2])
	if lb == nil || tg == nil {
		return refuse("the load balancer or the target group does not exist")
	}
	for _, name := range c.Tx.NamesUnder("target-balancer/" + tg.ARN + "|") {
		if strings.HasPrefix(name, lb.ARN+"|") {
			return serves(c, tg, refuse)
		}
	}
	return refuse("the target group is not attached to the load balancer")
}

// serves refuses a target group that is not one of the policy's service.
func serves(c *resource.Call, tg *store.Object, refuse func(string) error) error {
	s := needServiceByID(c, c.In.Str("resourceId"))
	if s == nil {
		return refuse("the service does not exist")
	}
	for _, k := range c.Tx.Referrers(tg.Key, tokService) {
		if k == s.Key {
			return nil
		}
	}
	return refuse("the target group is not one of " + c.In.Str("resourceId"))
}
