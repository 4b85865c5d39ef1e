package simcloud_test

import "strconv"

const (
	ddMonitor     = "datadog:index/monitor:Monitor"
	ddSLO         = "datadog:index/serviceLevelObjective:ServiceLevelObjective"
	ddDashboard   = "datadog:index/dashboardJson:DashboardJson"
	ddDowntime    = "datadog:index/downtimeSchedule:DowntimeSchedule"
	ddSynthetics  = "datadog:index/syntheticsTest:SyntheticsTest"
	ddRule        = "datadog:index/monitorNotificationRule:MonitorNotificationRule"
	ddIndex       = "datadog:index/logsIndex:LogsIndex"
	ddArchive     = "datadog:index/logsArchive:LogsArchive"
	ddScanRule    = "datadog:index/sensitiveDataScannerRule:SensitiveDataScannerRule"
	ddIntegration = "datadog:aws/integrationAccount:IntegrationAccount"
)

const board = `{"title":"Cell acme","layout_type":"ordered","widgets":[{"definition":{"type":"note","content":"hello"}}]}`

func cpuMonitor() props {
	return props{
		"name": "CPU of acme", "type": "query alert", "message": "CPU is high", "query": "avg(last_5m):avg:aws.ecs.service.cpuutilization{cell:acme} by {servicename} > 90",
		"monitorThresholds": props{"critical": "90", "warning": "80"}, "tags": []any{"cell:acme", "team:ops"}, "priority": "2", "requireFullWindow": false, "evaluationDelay": 900,
	}
}

func webTest() props {
	return props{
		"name": "Portal of acme", "type": "api", "subtype": "http", "status": "live", "locations": []any{"aws:us-east-1", "aws:eu-west-1"},
		"requestDefinition": props{"method": "GET", "url": "https://acme.clients.example.com/healthz"},
		"assertions":        []any{props{"type": "statusCode", "operator": "is", "target": "200"}},
		"optionsList":       props{"tickEvery": 300, "retry": props{"count": 2, "interval": 300}},
	}
}

func integration(externalID string) props {
	return props{
		"awsAccountId": accountA, "awsPartition": "aws", "awsRegions": props{"includeOnlies": []any{"us-east-1", "us-west-2"}},
		"authConfig":    props{"awsAuthConfigRole": props{"roleName": "datadog-integration", "externalId": externalID}},
		"metricsConfig": props{"namespaceFilters": props{"includeOnlies": []any{"AWS/ECS", "AWS/RDS"}}}, "resourcesConfig": props{"extendedCollection": true},
		"logsConfig": props{"lambdaForwarder": props{}}, "tracesConfig": props{"xrayServices": props{}},
	}
}

func (w *world) datadog() {
	w.datadogAccess()
	w.datadogWatch()
	w.datadogLogs()
}

func (w *world) datadogAccess() {
	role := w.add("datadog:index/role:Role", "responders", props{"name": "Responders"})
	team := w.add("datadog:index/team:Team", "ops", props{"name": "Operations", "handle": "ops", "description": "runs the cells"})
	w.add("datadog:index/authnMapping:AuthnMapping", "ops-role", props{"key": "groups", "value": "datadog-ops", "role": role.ID})
	w.add("datadog:index/authnMapping:AuthnMapping", "ops-team", props{"key": "groups", "value": "datadog-ops", "team": team.ID})
	account := w.add("datadog:index/serviceAccount:ServiceAccount", "ci", props{"email": "ci@example.com", "roles": []any{role.ID}})
	w.add("datadog:index/serviceAccountApplicationKey:ServiceAccountApplicationKey", "ci-key", props{"serviceAccountId": account.ID, "name": "ci", "scopes": []any{"monitors_read", "dashboards_read"}})
	w.add("datadog:index/apiKey:ApiKey", "agents", props{"name": "agents"})
	external := w.add("datadog:aws/integrationExternalId:IntegrationExternalId", "external", props{})
	w.add(ddIntegration, "aws", integration(external.ID))
}

func (w *world) datadogWatch() {
	cpu := w.add(ddMonitor, "cpu", cpuMonitor())
	w.add(ddMonitor, "logs-monitor", props{
		"name": "errors", "type": "log alert", "message": "errors", "query": `logs("service:web status:error").index("*").rollup("count").last("5m") > 100`, "monitorThresholds": props{"critical": "100"},
		"onMissingData": "resolve", "restrictedRoles": []any{w.res["responders"].ID},
	})
	other := w.add(ddMonitor, "check", props{"name": "agent", "type": "service check", "message": "m", "query": `"datadog.agent.up".over("cell:acme").by("host").last(3).count_by_status()`})
	w.add(ddMonitor, "both", props{"name": "both", "type": "composite", "message": "m", "query": cpu.ID + " && !" + other.ID})
	id, _ := strconv.Atoi(cpu.ID)
	slo := w.add(ddSLO, "uptime", props{"name": "uptime", "type": "monitor", "monitorIds": []any{id}, "thresholds": []any{props{"timeframe": "30d", "target": 99.9, "warning": 99.95}, props{"timeframe": "7d", "target": 99.5}}})
	w.add(ddSLO, "ratio", props{
		"name": "ratio", "type": "metric", "thresholds": []any{props{"timeframe": "30d", "target": 99.0}},
		"query": props{"numerator": "sum:requests.ok{cell:acme}.as_count()", "denominator": "sum:requests.all{cell:acme}.as_count()"},
	})
	w.add(ddMonitor, "budget", props{"name": "budget", "type": "slo alert", "message": "m", "query": `error_budget("` + slo.ID + `").over("30d") > 75`, "monitorThresholds": props{"critical": "75"}})
	w.add(ddRule, "route", props{"name": "acme to ops", "filter": props{"tags": []any{"cell:acme"}}, "recipients": []any{"slack-ops", "pagerduty-ops"}})
	w.add(ddDashboard, "board", props{"dashboard": board})
	w.add(ddDowntime, "window", props{
		"scope": "cell:acme", "monitorIdentifier": props{"monitorTags": []any{"cell:acme"}},
		"recurringSchedule": props{"timezone": "UTC", "recurrences": []any{props{"duration": "2h", "rrule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=SU"}}},
	})
	w.add(ddDowntime, "once", props{"scope": "env:prod", "monitorIdentifier": props{"monitorId": id}, "oneTimeSchedule": props{"start": "2030-01-01T00:00:00Z", "end": "2030-01-02T00:00:00Z"}})
	w.add(ddSynthetics, "portal", webTest())
}

func (w *world) datadogLogs() {
	w.add(ddArchive, "archive", props{"name": "all", "query": "*", "s3Archive": props{"bucket": "meridian-datadog", "accountId": accountA, "roleName": "datadog-integration", "path": "/logs"}})
	w.add(ddIndex, "index", props{
		"name": "acme", "filters": []any{props{"query": "cell:acme"}}, "retentionDays": 15, "dailyLimit": 1000000,
		"exclusionFilters": []any{props{"name": "health", "isEnabled": true, "filters": []any{props{"query": "@http.url:*healthz", "sampleRate": 1.0}}}},
	})
	group := w.add("datadog:index/sensitiveDataScannerGroup:SensitiveDataScannerGroup", "phi", props{"name": "phi", "isEnabled": true, "productLists": []any{"logs", "apm"}, "filter": props{"query": "*"}})
	w.add(ddScanRule, "mrn", props{"name": "medical record number", "groupId": group.ID, "pattern": `\bMRN[0-9]{8}\b`, "textReplacement": props{"type": "replacement_string", "replacementString": "[MRN]"}, "priority": 1})
}
