package config_test

import (
	"strings"
	"testing"

	"cellworks/pkg/config"
)

// watched is a client's file in an account that Datadog watches.
func watched(lines ...string) map[string]string {
	files := cell(lines...)
	files["accounts/nonprod/utility.yaml"] = "datadog: {enabled: true}\n"
	return files
}

// allNamespaces are those that monitors of a cell read.
const allNamespaces = "AWS/ApplicationELB, AWS/Backup, AWS/CertificateManager, AWS/ECS, AWS/EFS, AWS/Logs, AWS/NATGateway, AWS/RDS, AWS/SQS"

func TestErrorsOfMonitoring(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"without Datadog", cell("monitoring: {enabled: true}"), []string{
			`configs/clients/acme/cell.yaml:5:23: monitoring.enabled: module monitoring of cells in nonprod us-east-1 needs application datadog, which is disabled there (enable it in the utility.yaml of an account, or set monitoring.enabled: false)`,
		}},
		{"values", watched("monitoring: {tier: platinum, availability: \"100\", notify: [nobody, \"@slack-acme\", \"@slack-acme\"], thresholds: {errorPercent: 0, databaseFreeGiB: 1001}}"), []string{
			`configs/clients/acme/cell.yaml:5:20: monitoring.tier: "platinum" is not known, want one of gold, silver`,
			`configs/clients/acme/cell.yaml:5:44: monitoring.availability: "100" is not valid, want a percentage from 90 to 99.999 in quotes`,
			`configs/clients/acme/cell.yaml:5:60: monitoring.notify[0]: "nobody" is not valid, want a handle of Datadog, such as @pagerduty-platform or @team@example.com`,
			`configs/clients/acme/cell.yaml:5:83: monitoring.notify[2]: @slack-acme is already listed as notify[1] (list each once)`,
			`configs/clients/acme/cell.yaml:5:126: monitoring.thresholds.errorPercent: 0 is out of range, want 1 to 100`,
			`configs/clients/acme/cell.yaml:5:146: monitoring.thresholds.databaseFreeGiB: 1001 is out of range, want 1 to 1000`,
		}},
		{"metrics that Datadog does not read", watched("monitoring: {enabled: true}", "messaging: {enabled: true, queues: [{name: work}]}", "database: {enabled: true}", "files: {enabled: true, accessPoints: [{name: reports}]}"), []string{
			`configs/clients/acme/cell.yaml:5:23: monitoring.enabled: monitors of module database read AWS/RDS, which application datadog of account nonprod does not (add it to datadog.metrics.namespaces in a utility.yaml, or set monitoring.enabled: false)`,
			`configs/clients/acme/cell.yaml:5:23: monitoring.enabled: monitors of module files read AWS/EFS, which application datadog of account nonprod does not (add it to datadog.metrics.namespaces in a utility.yaml, or set monitoring.enabled: false)`,
			`configs/clients/acme/cell.yaml:5:23: monitoring.enabled: monitors of module messaging read AWS/SQS, which application datadog of account nonprod does not (add it to datadog.metrics.namespaces in a utility.yaml, or set monitoring.enabled: false)`,
			`configs/clients/acme/cell.yaml:5:23: monitoring.enabled: monitors of module services read AWS/ECS, which application datadog of account nonprod does not (add it to datadog.metrics.namespaces in a utility.yaml, or set monitoring.enabled: false)`,
		}},
	})
}

func TestMonitoringIsAcceptedWhereDatadogReadsWhatItNeeds(t *testing.T) {
	t.Parallel()
	files := watched("monitoring: {enabled: true, tier: gold, notify: [\"@pagerduty-acme\", \"@care@example.com\"]}", "messaging: {enabled: true, queues: [{name: work}]}")
	files["accounts/nonprod/utility.yaml"] = "datadog: {enabled: true, metrics: {namespaces: [" + allNamespaces + "]}}\n"
	monitoring := mustCell(t, mustLoad(t, files), "acme").Monitoring
	if monitoring.Tier != config.TierGold || strings.Join(monitoring.Notify, " ") != "@pagerduty-acme @care@example.com" {
		t.Errorf("monitoring is %+v", monitoring)
	}
}
