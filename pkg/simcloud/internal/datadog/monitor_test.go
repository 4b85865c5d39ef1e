package datadog

import (
	"testing"

	"cellworks/pkg/simcloud/internal/resource"
)

// TestQueriesOfTheDocumentationPass: what Datadog's documentation shows must not be refused.
// Source: docs.datadoghq.com/api/latest/monitors, "Create a monitor".
func TestQueriesOfTheDocumentationPass(t *testing.T) {
	t.Parallel()
	for query, typ := range map[string]string{
		"avg(last_5m):sum:system.net.bytes_rcvd{host:host0} > 100":                                                                                                          "metric alert",
		"avg(last_1h):avg:system.cpu.user{env:prod} by {host} / avg:system.cpu.system{env:prod} by {host} >= 0.5":                                                           "query alert",
		"avg(last_1h):anomalies(avg:system.cpu.system{name:cassandra}, 'basic', 3, direction='above', alert_window='last_5m', interval=20, count_default_zero='true') >= 1": "query alert",
		"change(avg(last_5m),last_1h):sum:aws.applicationelb.httpcode_elb_5xx{cell:acme}.as_count() > 10":                                                                   "query alert",
		"pct_change(avg(last_5m),last_1h):avg:system.load.1{*} by {host} > 50":                                                                                              "query alert",
		"sum(last_10m):sum:aws.sqs.approximate_number_of_messages_visible{queuename:x-dlq}.as_count() > 0":                                                                  "metric alert",
		"min(next_1w):forecast(avg:system.disk.free{*}, 'linear', 1, interval='60m') <= 0":                                                                                  "query alert",
		"percentile(last_5m):p95:trace.http.request{service:web} > 1.5":                                                                                                     "query alert",
		`logs("service:foo AND type:error").index("main").rollup("count").by("source").last("5m") > 5`:                                                                      "log alert",
		`formula("query1 / query2 * 100").last("15m") >= 0.8`:                                                                                                               "log alert",
		`events("sources:nagios status:error").rollup("count").last("1h") > 10`:                                                                                             "event-v2 alert",
		`rum("*").rollup("count").last("10m") > 3`:                                                                                                                          "rum alert",
		`processes("java AND elasticsearch").over("#test").rollup("count").last("1h") > 5`:                                                                                  "process alert",
		`error_budget("slo_id").over("7d") > 75`:                                                                                                                            "slo alert",
		`burn_rate("slo_id").over("30d").long_window("1h").short_window("5m") > 14.4`:                                                                                       "slo alert",
		`"ntp.in_sync".over("role:master,mongo-server").last(5).count_by_status()`:                                                                                          "service check",
		`12345 && (67890 || !111)`: "composite",
		`audits("status:error").rollup("cardinality", "@usr.id").last("5m") > 250`: "audit alert",
		`trace-analytics("service:web").rollup("count").last("5m") > 1`:            "trace-analytics alert",
		`ci-pipelines("ci_level:pipeline").rollup("count").last("5m") > 1`:         "ci-pipelines alert",
	} {
		if reason := monitorProblem(resource.Props{"type": typ, "query": query}); reason != "" {
			t.Errorf("%s: %s: %s", typ, query, reason)
		}
	}
}

func TestThresholds(t *testing.T) {
	t.Parallel()
	for want, tc := range map[string]struct {
		operator, number string
		thresholds       resource.Props
	}{
		"": {">", "90", resource.Props{"critical": "90", "warning": "80", "criticalRecovery": "85", "warningRecovery": "75"}},
		"Warning threshold (5.0) must be greater than alert threshold (10.0).":        {"<", "10", resource.Props{"critical": "10", "warning": "5"}},
		"CriticalRecovery threshold (95.0) must be less than alert threshold (90.0).": {">=", "90", resource.Props{"critical": "90.0", "criticalRecovery": "95"}},
		"WarningRecovery threshold (85.5) must be less than alert threshold (80.0).":  {">", "90", resource.Props{"critical": "90", "warning": "80", "warningRecovery": "85.5"}},
		"Alert threshold (0.66) does not match that used in the query (0.65).":        {">", "0.65", resource.Props{"critical": "0.66"}},
		"Alert status is required.": {">", "1", resource.Props{"ok": "0"}},
	} {
		if got := thresholdProblem(tc.thresholds, tc.operator, tc.number); got != want {
			t.Errorf("%v: %q, want %q", tc.thresholds, got, want)
		}
	}
}
