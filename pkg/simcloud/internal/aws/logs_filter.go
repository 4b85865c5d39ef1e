package aws

import (
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// mostFilterDimensions is how many dimensions a filter's metric may have. Source:
// docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html.
const mostFilterDimensions = 3

func metricFilter() *resource.Kind {
	return &resource.Kind{
		Token: tokMetricFilter, Service: "CloudWatch Logs", Noun: "CloudWatch Logs Metric Filter", CreateOp: "PutMetricFilter", UpdateOp: "PutMetricFilter", DeleteOp: "DeleteMetricFilter",
		Upsert: true, // putting a filter of the same name changes the one that is there
		Naming: &resource.Naming{Property: "name", Max: 512},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "logGroupName"}, Why: "together they are the filter"}},
			Enums:    map[string][]string{"metricTransformation.unit": metricUnits()},
			Lengths: map[string]schema.Range{
				"name": {Min: 1, Max: 512}, "logGroupName": {Min: 1, Max: 512}, "pattern": {Min: 0, Max: 1024},
				"metricTransformation.name": {Min: 0, Max: 255}, "metricTransformation.namespace": {Min: 0, Max: 255}, "metricTransformation.value": {Min: 0, Max: 100},
			},
		},
		Validate: checkMetricFilter,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("logGroupName") + ":" + c.In.Str("name")
			return nil
		},
		Apply: func(c *resource.Call) error {
			g := c.Regional(tokLogGroup, c.In.Str("logGroupName"))
			if g == nil {
				return resource.Faultf("ResourceNotFoundException", "The specified log group does not exist.")
			}
			if class := prop(g, "logGroupClass"); class != "STANDARD" {
				return resource.Faultf("ValidationException", "Operation is not supported with specified log group, as log group class is %s", class)
			}
			if c.Creating() && c.Tx.Get(c.Obj.Key) == nil && c.Tx.CountReferrers(g.Key, tokMetricFilter) >= c.Limits["metric filters per log group"] {
				return resource.Faultf("LimitExceededException", "Resource limit exceeded.")
			}
			return nil
		},
	}
}

// mostSubscriptions is how many subscription filters a log group may have. Source:
// docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html.
const mostSubscriptions = 2

func subscriptionFilter() *resource.Kind {
	return &resource.Kind{
		Token: tokLogSubscription, Service: "CloudWatch Logs", Noun: "CloudWatch Logs Subscription Filter", CreateOp: "PutSubscriptionFilter", UpdateOp: "PutSubscriptionFilter", DeleteOp: "DeleteSubscriptionFilter",
		Upsert: true, // putting a filter of the same name changes the one that is there
		Naming: &resource.Naming{Property: "name", Max: 512},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "logGroup", "destinationArn"}, Why: "together they are the filter"}},
			Strings:  []string{"logGroup"},
			Enums:    map[string][]string{"distribution": {"ByLogStream", "Random"}},
			Lengths:  map[string]schema.Range{"name": {Min: 1, Max: 512}, "filterPattern": {Min: 0, Max: 1024}},
			Formats:  map[string]schema.Format{"destinationArn": schema.ARN, "roleArn": schema.ARN},
			Computed: []string{"roleArn"},
			Defaults: map[string]any{"distribution": "ByLogStream"},
		},
		Validate: func(v *resource.Validation) {
			if problem := filterPatternProblem(v.In.Str("filterPattern")); v.In.Known("filterPattern") && problem != "" {
				v.Fail("filterPattern", "InvalidParameterException: Invalid filter pattern: %s", problem)
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("logGroup") + "|" + c.In.Str("name")
			return nil
		},
		Apply: applyLogSubscription,
	}
}

// applyLogSubscription refuses what CloudWatch Logs refuses: it sends a message to the destination before it agrees.
func applyLogSubscription(c *resource.Call) error {
	const invalid = "InvalidParameterException"
	g := c.Regional(tokLogGroup, c.In.Str("logGroup"))
	if g == nil {
		return resource.Faultf("ResourceNotFoundException", "The specified log group does not exist.")
	}
	if class := prop(g, "logGroupClass"); class != "STANDARD" {
		return resource.Faultf("ValidationException", "Operation is not supported with specified log group, as log group class is %s", class)
	}
	if c.Creating() && c.Tx.Get(c.Obj.Key) == nil && c.Tx.CountReferrers(g.Key, tokLogSubscription) >= mostSubscriptions {
		return resource.Faultf("LimitExceededException", "Resource limit exceeded.")
	}
	destination := c.In.Str("destinationArn")
	if !strings.Contains(destination, ":firehose:") {
		return resource.Faultf(invalid, "the simulated cloud sends lines to delivery streams of Firehose only, not to %s", destination)
	}
	role := roleByARN(c, c.In.Str("roleArn"))
	if role == nil || !trusts(role, "logs.amazonaws.com") {
		return resource.Faultf(invalid, "Could not assume role %s. Check that the role exists and trusts logs.amazonaws.com", c.In.Str("roleArn"))
	}
	if c.Regional(tokFirehose, destination) == nil || !roleMay(c, role, "firehose:PutRecord", destination) {
		return resource.Faultf(invalid, "Could not deliver test message to specified Firehose stream. Check if the given Firehose stream is in ACTIVE state.")
	}
	return nil
}

func checkMetricFilter(v *resource.Validation) {
	const invalid = "InvalidParameterException: "
	if v.In.Known("name") && strings.ContainsAny(v.In.Str("name"), ":*") {
		v.Fail("name", "%q must not contain colons nor stars: %q", "name", v.In.Str("name"))
	}
	if problem := filterPatternProblem(v.In.Str("pattern")); v.In.Known("pattern") && problem != "" {
		v.Fail("pattern", invalid+"Invalid metric filter pattern: %s", problem)
	}
	t := v.In.Obj("metricTransformation")
	const path = "metricTransformation."
	if t.Has("defaultValue") && len(t.Obj("dimensions")) > 0 {
		v.Fail(path+"defaultValue", invalid+"Invalid metric transformation: dimensions and default value are mutually exclusive properties.")
	}
	if len(t.Obj("dimensions")) > mostFilterDimensions {
		v.Fail(path+"dimensions", invalid+"Invalid metric transformation: at most %d dimensions, got %d", mostFilterDimensions, len(t.Obj("dimensions")))
	}
	if strings.HasPrefix(t.Str("namespace"), "AWS/") || strings.HasPrefix(t.Str("namespace"), ":") {
		v.Fail(path+"namespace", invalid+"Invalid metric transformation: the namespace %s is reserved or begins with a colon", t.Str("namespace"))
	}
	for _, name := range []string{"name", "namespace"} {
		if strings.ContainsAny(t.Str(name), "*$:") && t.Known(name) {
			v.Fail(path+name, "invalid value for %s (must not contain *, $ or colons): %q", name, t.Str(name))
		}
	}
	number := regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	if d := t.Str("defaultValue"); d != "" && !number.MatchString(d) {
		v.Fail(path+"defaultValue", "%q must be a number, got %q", path+"defaultValue", d)
	}
	if value := t.Str("value"); t.Known("value") && !number.MatchString(value) && !strings.HasPrefix(value, "$") {
		v.Fail(path+"value", invalid+"Invalid metric transformation: the value %q is neither a number nor a field such as $.latency", value)
	}
}

// filterPatternProblem finds brackets and quotes that do not match. Source:
// docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html.
func filterPatternProblem(pattern string) string {
	closing := map[rune]rune{'{': '}', '(': ')', '[': ']'}
	var open []rune
	quoted, escaped, expression := false, false, false // %expression% may hold any bracket
	for _, r := range pattern {
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		case r == '%' && !quoted:
			expression = !expression
		case quoted || expression:
		case closing[r] != 0:
			open = append(open, closing[r])
		case r == '}' || r == ')' || r == ']':
			if len(open) == 0 || open[len(open)-1] != r {
				return "unmatched " + string(r)
			}
			open = open[:len(open)-1]
		}
	}
	switch {
	case quoted:
		return "unmatched quote"
	case len(open) > 0:
		return "missing " + string(open[len(open)-1])
	}
	return ""
}
