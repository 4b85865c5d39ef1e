package datadog

import (
	"cmp"
	"fmt"
	"slices"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
)

// severity says whom a monitor wakes.
type severity string

const (
	critical severity = "critical"
	warning  severity = "warning"
)

// watch is a monitor: what it looks at, and when that is one too many.
type watch struct {
	// name is unique in the stack, application what it watches.
	name, application string
	// title is that of its alerts, advice what to do about them.
	title, advice string
	severity      severity
	// kind is the monitor's type.
	kind string
	// namespace is that of CloudWatch that the metric comes from; empty for others.
	namespace string
	// window is what is evaluated, such as min(last_15m), and series what is seen; a log
	// monitor has its whole query in series.
	window, series string
	// comparison and limit say what is one too many.
	comparison string
	limit      float64
	// missing is what happens without data (docs.datadoghq.com/monitors/configuration,
	// "No data").
	missing string
	// available says that the application is not there while the monitor alerts.
	available bool
}

const (
	kindMetric = "query alert"
	kindLogs   = "log alert"

	// Most metrics are there only while something happens.
	quiet = "default"
	// silence is told like an alert.
	silence = "show_and_notify_no_data"
)

// query is the monitor's query.
func (w watch) query() string {
	text := fmt.Sprintf("%s %s %s", w.series, w.comparison, number(w.limit))
	if w.window != "" {
		text = w.window + ":" + text
	}
	return text
}

// watches are the standard monitors of what is on, by name.
func (a Args) watches() []watch {
	all := slices.Concat(a.baselineWatches(), a.auditWatches(), a.clusterWatches(), a.vaultWatches(), a.consulWatches(), a.jenkinsWatches(), a.searchWatches(), a.logWatches())
	for i := range all {
		all[i].kind, all[i].missing = cmp.Or(all[i].kind, kindMetric), cmp.Or(all[i].missing, quiet)
	}
	slices.SortFunc(all, func(x, y watch) int { return cmp.Compare(x.name, y.name) })
	return all
}

// of is a metric of the account and region, with further tags; by, where not empty,
// makes an alert of each of a tag's values.
func (a Args) of(metric, by string, tags ...string) string {
	scope := fmt.Sprintf("account:%s,region:%s", a.AccountName, a.Region)
	for _, tag := range tags {
		scope += "," + tag
	}
	text := fmt.Sprintf("%s{%s}", metric, scope)
	if by != "" {
		text += " by {" + by + "}"
	}
	return text
}

// baselineWatches are about the account itself. Metrics:
// docs.datadoghq.com/integrations/amazon_nat_gateway, amazon_certificate_manager,
// amazon_backup, amazon_cloudwatch (AWS/Logs).
func (a Args) baselineWatches() []watch {
	days := float64(a.Config.Thresholds.CertificateDays)
	list := []watch{
		{
			name: "nat-ports", application: config.DatadogBaseline, title: "A NAT gateway has no ports left", severity: critical,
			advice:    "New connections to the Internet fail. See which tasks open many to one address, and let them keep connections.",
			namespace: config.NamespaceNAT, window: "sum(last_15m)", series: a.of("sum:aws.natgateway.error_port_allocation", "natgatewayid") + ".as_count()", comparison: ">",
		},
		{
			name: "certificate", application: config.DatadogBaseline, title: "A certificate ends soon", severity: warning,
			advice:    "ACM renews by itself 60 days before. See why it could not: the record that proves the name may be gone.",
			namespace: config.NamespaceCertificate, window: "min(last_1d)", series: a.of("min:aws.certificatemanager.days_to_expiry", "certificatearn"), comparison: "<", limit: days,
		},
		{
			name: "backup", application: config.DatadogBaseline, title: "A backup failed", severity: warning,
			advice:    "See the job in AWS Backup. Until one succeeds, the newest point to go back to is the one before.",
			namespace: config.NamespaceBackup, window: "sum(last_1d)", series: a.of("sum:aws.backup.number_of_backup_jobs_failed", "backupvaultname") + ".as_count()", comparison: ">",
		},
	}
	if a.HomeRegion { // the trail of all regions writes there
		list = append(list, watch{
			name: "trail-silent", application: config.DatadogBaseline, title: "CloudTrail writes nothing", severity: critical,
			advice:    "An account is never that silent. See whether the trail logs, and who stopped it.",
			namespace: config.NamespaceLogs, window: "sum(last_1h)", series: a.of("sum:aws.logs.incoming_log_events", "", "loggroupname:"+trailGroup()) + ".as_count()", comparison: "<", limit: 1,
			missing: silence,
		})
	}
	return list
}

func trailGroup() string { return naming.BaseLogGroup(contract.LogsTrail) }

// auditWatches are about who stops what records. They read the lines of the trail, and
// exist where those are sent.
func (a Args) auditWatches() []watch {
	if l := a.Config.Logs; !l.Enabled || !slices.Contains(l.Groups, trailGroup()) {
		return nil
	}
	events := func(names string) string {
		return fmt.Sprintf(`logs("account:%s (@eventName:(%s) OR @evt.name:(%s))").index("*").rollup("count").last("10m")`, a.AccountName, names, names)
	}
	return []watch{
		{
			name: "trail-stopped", application: config.DatadogBaseline, title: "Somebody stops CloudTrail", severity: critical, kind: kindLogs,
			advice: "Nobody does that in the course of their work. Take it for an incident until it is known who did it and why.",
			series: events("StopLogging OR DeleteTrail OR UpdateTrail OR PutEventSelectors"), comparison: ">",
		},
		{
			name: "recorder-stopped", application: config.DatadogBaseline, title: "Somebody stops AWS Config", severity: critical, kind: kindLogs,
			advice: "Without the recorder no rule is evaluated. Take it for an incident until it is known who did it and why.",
			series: events("StopConfigurationRecorder OR DeleteConfigurationRecorder OR DeleteDeliveryChannel"), comparison: ">",
		},
	}
}

// logWatches are about the way of lines to Datadog. Metrics:
// docs.datadoghq.com/integrations/amazon_firehose.
func (a Args) logWatches() []watch {
	if !a.Config.Logs.Enabled {
		return nil
	}
	return []watch{{
		name: "lines-late", application: config.DatadogOfLogs, title: "Lines do not reach Datadog", severity: warning,
		advice:    "See the log group " + errorGroup() + ". After two hours lines are put aside in the bucket for failed ones.",
		namespace: config.NamespaceFirehose, window: "min(last_15m)",
		series: a.of("max:aws.firehose.delivery_to_http_endpoint_data_freshness", "", "deliverystreamname:"+deliveryName()), comparison: ">",
		limit: float64(a.Config.Thresholds.LogDelayMinutes * 60),
	}}
}
