package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// What PutMetricAlarm allows. Source: docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html.
const (
	mostAlarmActions = 5
	day              = 86400
)

// actionLists are an alarm's lists of what it does.
func actionLists() []string { return []string{"alarmActions", "insufficientDataActions", "okActions"} }

func metricAlarm() *resource.Kind {
	statistics := []string{"SampleCount", "Average", "Sum", "Minimum", "Maximum"}
	return &resource.Kind{
		Token: tokAlarm, Service: "CloudWatch", Noun: "CloudWatch Metric Alarm", CreateOp: "PutMetricAlarm", UpdateOp: "PutMetricAlarm", DeleteOp: "DeleteAlarms",
		Upsert: true, // putting an alarm of the same name changes the one that is there
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "the name is the alarm's ARN"}},
			Sets:     append(actionLists(), "metricQueries"),
			Computed: []string{"evaluateLowSampleCountPercentiles"},
			Defaults: map[string]any{"actionsEnabled": true, "treatMissingData": "missing"},
			Enums: map[string][]string{
				"comparisonOperator": {"GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "GreaterThanUpperThreshold", "LessThanLowerOrGreaterThanUpperThreshold",
					"LessThanLowerThreshold", "LessThanOrEqualToThreshold", "LessThanThreshold"},
				"statistic": statistics, "treatMissingData": {"breaching", "ignore", "missing", "notBreaching"},
				"evaluateLowSampleCountPercentiles": {"evaluate", "ignore"}, "unit": metricUnits(), "metricQueries.metric.unit": metricUnits(),
			},
			Lengths: map[string]schema.Range{
				"name": {Min: 1, Max: 255}, "alarmDescription": {Min: 0, Max: 1024}, "metricName": {Min: 1, Max: 255}, "namespace": {Min: 1, Max: 255},
				"metricQueries.id": {Min: 1, Max: 255}, "metricQueries.expression": {Min: 1, Max: 1024}, "thresholdMetricId": {Min: 1, Max: 255},
			},
			Conflicts: [][]string{
				{"metricName", "metricQueries"}, {"dimensions", "metricQueries"}, {"namespace", "metricQueries"}, {"period", "metricQueries"},
				{"extendedStatistic", "statistic"}, {"metricQueries", "statistic"}, {"extendedStatistic", "metricQueries"}, {"threshold", "thresholdMetricId"},
			},
		},
		Validate: func(v *resource.Validation) {
			checkAlarmMetric(v)
			checkAlarmTimes(v)
			checkAlarmQueries(v)
			for _, list := range actionLists() {
				if v.In.Len(list) > mostAlarmActions {
					v.Fail(list, "Too many list items: Attribute %s supports %d item maximum, but config has %d declared", list, mostAlarmActions, v.In.Len(list))
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			if c.Tx.Get(c.Obj.Key) == nil && inRegion(c) >= c.Limits["alarms per region"] {
				return resource.Faultf("LimitExceeded", "The maximum number of alarms has been reached: %d", c.Limits["alarms per region"])
			}
			c.Obj.ARN = fmt.Sprintf("arn:aws:cloudwatch:%s:%s:alarm:%s", c.Region, c.Account, c.Obj.ID)
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("evaluateLowSampleCountPercentiles", "")
			for _, list := range actionLists() {
				for _, arn := range c.In.Strs(list) {
					if err := checkAlarmAction(c, arn); err != nil {
						return err
					}
				}
			}
			return nil
		},
	}
}

// metricUnits are CloudWatch's units.
func metricUnits() []string {
	units := []string{"Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "Count/Second", "None"}
	for _, of := range []string{"Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Bits", "Kilobits", "Megabits", "Gigabits", "Terabits"} {
		units = append(units, of, of+"/Second")
	}
	return units
}

func checkAlarmMetric(v *resource.Validation) {
	in := v.In
	if !in.Has("metricName") && !in.Has("metricQueries") {
		v.Fail("metricName", "ValidationError: Alarms need a metric: metricName or metricQueries")
	}
	if in.Has("metricName") {
		if !in.Has("statistic") && !in.Has("extendedStatistic") {
			v.Fail("statistic", "One of `statistic` or `extended_statistic` must be set for a cloudwatch metric alarm")
		}
		for _, needed := range []string{"namespace", "period"} {
			if !in.Has(needed) {
				v.Fail(needed, "ValidationError: The parameter %s is required for an alarm on one metric", needed)
			}
		}
	}
	if strings.HasPrefix(in.Str("namespace"), ":") {
		v.Fail("namespace", "invalid value for namespace (must not contain colon characters)")
	}
	extended := `^((p|tm|wm|tc|ts)(\d{1,2}(\.\d{1,2})?|100)|IQM|(TM|WM|PR|TC|TS)\((\d+(\.\d+)?%?)?:(\d+(\.\d+)?%?)?\))$`
	if in.Known("extendedStatistic") && !regexp.MustCompile(extended).MatchString(in.Str("extendedStatistic")) {
		v.Fail("extendedStatistic", "invalid value for extendedStatistic (invalid statistic, see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html)")
	}
	band := strings.Contains(in.Str("comparisonOperator"), "Lower") || strings.Contains(in.Str("comparisonOperator"), "Upper")
	if in.Known("comparisonOperator") && band != in.Has("thresholdMetricId") {
		v.Fail("thresholdMetricId", "ValidationError: thresholdMetricId goes with the comparison operators of anomaly detection, and they with it")
	}
	if !in.Has("threshold") && !in.Has("thresholdMetricId") {
		v.Fail("threshold", "ValidationError: threshold or thresholdMetricId must be specified")
	}
}

func checkAlarmTimes(v *resource.Validation) {
	period, times := v.In.Int("period"), v.In.Int("evaluationPeriods")
	if v.In.Known("period") && !slices.Contains([]int{10, 20, 30}, period) && (period < 1 || period%60 != 0) {
		v.Fail("period", "expected period to be one of [10 20 30], or divisible by 60, got: %d", period)
	}
	if v.In.Known("evaluationPeriods") && times < 1 {
		v.Fail("evaluationPeriods", "expected evaluationPeriods to be at least (1), got %d", times)
	}
	if v.In.Known("datapointsToAlarm") && (v.In.Int("datapointsToAlarm") < 1 || v.In.Known("evaluationPeriods") && v.In.Int("datapointsToAlarm") > times) {
		v.Fail("datapointsToAlarm", "ValidationError: DatapointsToAlarm must be between 1 and EvaluationPeriods (%d), got %d", times, v.In.Int("datapointsToAlarm"))
	}
	longest := day
	if period >= 3600 {
		longest = 7 * day
	}
	if period*times > longest {
		v.Fail("evaluationPeriods", "ValidationError: Metrics cannot be checked across more than %d seconds (EvaluationPeriods * Period is %d)", longest, period*times)
	}
}

func checkAlarmQueries(v *resource.Validation) {
	returned := 0
	for i, q := range v.In.Objs("metricQueries") {
		path := fmt.Sprintf("metricQueries[%d]", i)
		switch {
		case q.Has("expression") && q.Has("metric"):
			v.Fail(path, "No metric_query may have both `expression` and a `metric` specified")
		case !q.Has("expression") && !q.Has("metric"):
			v.Fail(path, "ValidationError: Exactly one of expression and metric must be specified")
		}
		if q.Known("id") && !regexp.MustCompile(`^[a-z][0-9A-Za-z_]*$`).MatchString(q.Str("id")) {
			v.Fail(path+".id", "ValidationError: Invalid metrics list: an id begins with a lower-case letter and has letters, digits and underscores, got %q", q.Str("id"))
		}
		if q.Bool("returnData") {
			returned++
		}
	}
	if v.In.Len("metricQueries") > 0 && !unknown(v.In, "metricQueries") && returned != 1 && !v.In.Has("thresholdMetricId") {
		v.Fail("metricQueries", "ValidationError: Exactly one element of the metrics list should return data. (%d do)", returned)
	}
}

// checkAlarmAction looks at what an alarm does. CloudWatch itself does not ask whether a topic exists; the alarm would
// be silent.
func checkAlarmAction(c *resource.Call, arn string) error {
	part := strings.SplitN(arn, ":", 6)
	if len(part) < 6 || part[0] != "arn" {
		return resource.Faultf("ValidationError", "Invalid arn syntax: %s", arn)
	}
	if part[3] != c.Region {
		return resource.Faultf("ValidationError", "Invalid region %s specified. Only %s is supported.", part[3], c.Region)
	}
	switch {
	case part[1] == "aws" && part[2] == "automate": // stop, terminate, reboot or recover an instance
		return nil
	case part[2] == "autoscaling":
		if c.Regional(tokScalingPolicy, arn) != nil {
			return nil
		}
	case part[2] == "sns":
		if findTopic(c, arn) != nil {
			return nil
		}
	default:
		return resource.Faultf("ValidationError", "Invalid arn syntax: %s (actions are topics, scaling policies and instance actions)", arn)
	}
	return resource.Faultf("ValidationError", "The action %s does not exist in %s of account %s", arn, c.Region, c.Account)
}
