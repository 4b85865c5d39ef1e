package simcloud_test

import (
	"strconv"
	"strings"
	"testing"
)

func number(t *testing.T, id string) int {
	t.Helper()
	n, err := strconv.Atoi(id)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDatadogRefusesWrongMonitors(t *testing.T) {
	t.Parallel()
	cpu := func(changes props) func(*world) props { return fixed(with(cpuMonitor(), changes)) }
	slo := func(changes props) func(*world) props {
		return func(w *world) props {
			return with(props{"name": "s", "type": "monitor", "monitorIds": []any{number(w.t.(*testing.T), w.res["cpu"].ID)}, "thresholds": []any{props{"timeframe": "30d", "target": 99.0}}}, changes)
		}
	}
	refusesOf(t, "datadog", []wrong{
		{"type", ddMonitor, cpu(props{"type": "metrics alert"}), `type: expected type to be one of ["composite"`},
		{"query without a number", ddMonitor, cpu(props{"query": "avg(last_5m):avg:system.cpu.user{*}"}), `query: error validating monitor from https://api.datadoghq.com/api/v1/monitor/validate: 400 Bad Request: {"errors":["The value provided for parameter 'query' is invalid: invalid operator specified: "]}`},
		{"query without a window", ddMonitor, cpu(props{"query": "avg:system.cpu.user{*} > 90"}), `{"errors":["The value provided for parameter 'query' is invalid"]}`},
		{"query without a scope", ddMonitor, cpu(props{"query": "avg(last_5m):avg:system.cpu.user > 90"}), `parameter 'query' is invalid"]}`},
		{"query with an open brace", ddMonitor, cpu(props{"query": "avg(last_5m):avg:system.cpu.user{* > 90"}), "unbalanced parentheses, braces or quotes"},
		{"log query of a metric monitor", ddMonitor, cpu(props{"query": `logs("x").index("*").rollup("count").last("5m") > 90`}), `parameter 'query' is invalid"]}`},
		{"threshold that is another", ddMonitor, cpu(props{"monitorThresholds": props{"critical": "95"}}), "Alert threshold (95.0) does not match that used in the query (90.0)."},
		{"warning above the alert", ddMonitor, cpu(props{"monitorThresholds": props{"critical": "90", "warning": "99"}}), "Warning threshold (99.0) must be less than alert threshold (90.0)."},
		{"warning without an alert", ddMonitor, cpu(props{"monitorThresholds": props{"warning": "80"}}), "Alert status is required."},
		{"threshold that is no number", ddMonitor, cpu(props{"monitorThresholds": props{"critical": "high"}}), `monitorThresholds.critical: critical should be a float: "high"`},
		{"priority", ddMonitor, cpu(props{"priority": "6"}), "priority: expected priority to be in the range (1 - 5), got 6"},
		{"missing data as the documentation spells it", ddMonitor, cpu(props{"onMissingData": "showNoData"}), `onMissingData: expected onMissingData to be one of ["show_no_data"`},
		{"missing data twice", ddMonitor, cpu(props{"onMissingData": "resolve", "notifyNoData": true}), `"notifyNoData": conflicts with onMissingData`},
		{"role that is none", ddMonitor, cpu(props{"restrictedRoles": []any{"00000000-0000-0000-0000-000000000000"}}), `error creating monitor from https://api.datadoghq.com/api/v1/monitor: 400 Bad Request: {"errors":["Invalid role(s): 00000000`},
		{"composite of nothing", ddMonitor, cpu(props{"type": "composite", "query": "1 && 2", "monitorThresholds": nil}), "monitor 1 does not exist"},
		{"alert on an objective that is none", ddMonitor, cpu(props{"type": "slo alert", "query": `error_budget("abc").over("30d") > 90`}), "SLO abc does not exist"},
		{"variables", ddMonitor, cpu(props{"variables": props{}}), `the simulated cloud does not simulate "variables"`},
		{"objective of no monitor", ddSLO, slo(props{"monitorIds": []any{42}}), "monitor 42 does not exist"},
		{"objective without monitors", ddSLO, slo(props{"monitorIds": nil}), "monitorIds: Invalid payload: monitorIds is required for SLOs of type monitor"},
		{"objective of 100 percent", ddSLO, slo(props{"thresholds": []any{props{"timeframe": "30d", "target": 100}}}), "thresholds[0].target: Invalid payload: target must be greater than 0 and less than 100, got 100"},
		{"warning below the target", ddSLO, slo(props{"thresholds": []any{props{"timeframe": "30d", "target": 99.9, "warning": 99.5}}}), "warning (99.5) must be greater than target (99.9)"},
		{"timeframe", ddSLO, slo(props{"thresholds": []any{props{"timeframe": "1y", "target": 99.0}}}), "thresholds[0].timeframe: expected thresholds.timeframe to be one of"},
		{"timeframe twice", ddSLO, slo(props{"thresholds": []any{props{"timeframe": "7d", "target": 99.0}, props{"timeframe": "7d", "target": 98.0}}}), "duplicate timeframe 7d"},
		{"monitors as text", ddSLO, slo(props{"monitorIds": []any{"one"}}), "monitorIds[0]: expected int type, got string type"},
		{"rule without a filter", ddRule, fixed(props{"name": "r", "filter": props{}, "recipients": []any{"slack-x"}}), "filter: a filter needs tags or a scope"},
		{"rule with a handle", ddRule, fixed(props{"name": "r", "filter": props{"tags": []any{"a:b"}}, "recipients": []any{"@slack-x"}}), "recipients are written without the @"},
		{"rule for nobody", ddRule, fixed(props{"name": "r", "filter": props{"tags": []any{"a:b"}}}), "one of recipients and conditional_recipients must be set"},
		{"dashboard that is no JSON", ddDashboard, fixed(props{"dashboard": "title"}), "dashboard: contains an invalid JSON"},
		{"dashboard without a title", ddDashboard, fixed(props{"dashboard": `{"layout_type":"ordered","widgets":[]}`}), `{"errors":["'title' is a required property"]}`},
		{"dashboard without a layout", ddDashboard, fixed(props{"dashboard": `{"title":"x","layout_type":"grid","widgets":[]}`}), "'layout_type' must be one of 'ordered' and 'free'"},
		{"dashboard with half a widget", ddDashboard, fixed(props{"dashboard": `{"title":"x","layout_type":"ordered","widgets":[{"definition":{}}]}`}), "Invalid widget at position 0"},
		{"downtime of a monitor that is none", ddDowntime, fixed(props{"scope": "*", "monitorIdentifier": props{"monitorId": 42}}), `404 Not Found: {"errors":["Monitor 42 not found"]}`},
		{"downtime of everything twice", ddDowntime, fixed(props{"scope": "*", "monitorIdentifier": props{"monitorId": 42, "monitorTags": []any{"a:b"}}}), "Exactly one of these attributes must be configured: [monitor_identifier.monitor_id"},
		{"downtime that ends before it starts", ddDowntime, fixed(props{"scope": "*", "monitorIdentifier": props{"monitorTags": []any{"*"}}, "oneTimeSchedule": props{"start": "2030-01-02T00:00:00Z", "end": "2030-01-01T00:00:00Z"}}), "End time must be after start time"},
		{"downtime without a rule", ddDowntime, fixed(props{"scope": "*", "monitorIdentifier": props{"monitorTags": []any{"*"}}, "recurringSchedule": props{"recurrences": []any{props{"duration": "2 hours", "rrule": "FREQ=DAILY"}}}}), "Invalid duration"},
	})
}

func TestDatadogRefusesWrongTestsLogsAndAccess(t *testing.T) {
	t.Parallel()
	probe := func(changes props) func(*world) props { return fixed(with(webTest(), changes)) }
	index := func(changes props) func(*world) props {
		return fixed(with(props{"name": "i", "filters": []any{props{"query": "*"}}}, changes))
	}
	scan := func(changes props) func(*world) props {
		return func(w *world) props {
			return with(props{"name": "r", "groupId": w.res["phi"].ID, "pattern": "[0-9]+"}, changes)
		}
	}
	aws := func(changes props) func(*world) props {
		return func(w *world) props {
			return with(with(integration(w.res["external"].ID), props{"awsAccountId": accountB}), changes)
		}
	}
	refusesOf(t, "datadog", []wrong{
		{"test from nowhere", ddSynthetics, probe(props{"locations": []any{"aws:moon-1"}}), "Invalid location: aws:moon-1 does not exist"},
		{"test every second", ddSynthetics, probe(props{"optionsList": props{"tickEvery": 1}}), "optionsList.tickEvery: expected options_list.0.tick_every to be in the range (30 - 604800), got 1"},
		{"test without assertions", ddSynthetics, probe(props{"assertions": nil}), "assertions must have at least one element"},
		{"test of a URL that is none", ddSynthetics, probe(props{"requestDefinition": props{"method": "GET", "url": "acme"}}), `url "acme" is invalid`},
		{"test of a kind that is none", ddSynthetics, probe(props{"type": "apis"}), "type: expected type to be one of"},
		{"index name", ddIndex, index(props{"name": "My_Index"}), `Invalid index name "My_Index"`},
		{"index name taken", ddIndex, index(props{"name": "acme"}), `409 Conflict: {"errors":["An index named \"acme\" exists already`},
		{"main index", ddIndex, index(props{"name": "main"}), `An index named \"main\" exists already`},
		{"retention", ddIndex, index(props{"retentionDays": 20}), "Invalid retention: 20 days"},
		{"limit and none", ddIndex, index(props{"dailyLimit": 5, "disableDailyLimit": true}), `"dailyLimit": conflicts with disableDailyLimit`},
		{"archive of an account that is none", ddArchive, fixed(props{"name": "a", "query": "*", "s3Archive": props{"bucket": "b-1", "accountId": accountB, "roleName": "r"}}), "AWS account 444455556666 with role r is not set up in the AWS integration"},
		{"archive to nowhere", ddArchive, fixed(props{"name": "a", "query": "*"}), "one of `s3Archive,azureArchive,gcsArchive` must be specified"},
		{"archive with an account that is none", ddArchive, fixed(props{"name": "a", "query": "*", "s3Archive": props{"bucket": "b-1", "accountId": "12", "roleName": "r"}}), `Invalid AWS account id "12", want 12 digits`},
		{"scanner rule of no group", ddScanRule, scan(props{"groupId": "nobody"}), "Scanning group nobody not found"},
		{"scanner rule with a broken pattern", ddScanRule, scan(props{"pattern": "["}), "pattern: Invalid regex"},
		{"scanner rule with nothing to find", ddScanRule, scan(props{"pattern": nil}), "one of `pattern,standard_pattern_id` must be specified"},
		{"scanner rule that replaces by nothing", ddScanRule, scan(props{"textReplacement": props{"type": "replacement_string"}}), "replacement_string is required"},
		{"product that is none", "datadog:index/sensitiveDataScannerGroup:SensitiveDataScannerGroup", fixed(props{"name": "g", "isEnabled": true, "filter": props{"query": "*"}, "productLists": []any{"metrics"}}), "productLists[0]: expected productLists to be one of"},
		{"mapping to nothing", "datadog:index/authnMapping:AuthnMapping", fixed(props{"key": "k", "value": "v"}), "one of `role,team` must be specified"},
		{"mapping to a role that is none", "datadog:index/authnMapping:AuthnMapping", fixed(props{"key": "k", "value": "v", "role": "nobody"}), "Role with id nobody does not exist"},
		{"team handle taken", "datadog:index/team:Team", fixed(props{"name": "x", "handle": "ops", "description": "x"}), `Team handle \"ops\" already exists`},
		{"team handle", "datadog:index/team:Team", fixed(props{"name": "x", "handle": "Ops Team", "description": "x"}), `Invalid handle "Ops Team"`},
		{"role name taken", "datadog:index/role:Role", fixed(props{"name": "Datadog Admin Role"}), `Role with name \"Datadog Admin Role\" already exists`},
		{"account address", "datadog:index/serviceAccount:ServiceAccount", fixed(props{"email": "ci"}), `Invalid email address: "ci"`},
		{"key of no account", "datadog:index/serviceAccountApplicationKey:ServiceAccountApplicationKey", fixed(props{"name": "k", "serviceAccountId": "nobody"}), "Service account with id nobody not found"},
		{"account id of eleven digits", ddIntegration, aws(props{"awsAccountId": "12345678901"}), "Attribute aws_account_id invalid AWS account ID, got: 12345678901"},
		{"account integrated already", ddIntegration, aws(props{"awsAccountId": accountA}), "AWS account 111122223333 is integrated already"},
		{"external id of somebody", ddIntegration, aws(props{"authConfig": props{"awsAuthConfigRole": props{"roleName": "r", "externalId": "mine"}}}), "Invalid external_id"},
		{"role by its ARN", ddIntegration, aws(props{"authConfig": props{"awsAuthConfigRole": props{"roleName": "arn:aws:iam::1:role/r"}}}), "is no role name"},
		{"no way in", ddIntegration, aws(props{"authConfig": nil}), "Block auth_config must have a configuration value"},
		{"metrics twice", ddIntegration, aws(props{"metricsConfig": props{"namespaceFilters": props{"includeOnlies": []any{"AWS/ECS"}, "excludeOnlies": []any{"AWS/SQS"}}}}), "[include_only,exclude_only]"},
		{"type that is not simulated", "datadog:index/dashboardList:DashboardList", fixed(props{"name": "x"}), "the simulated cloud does not simulate datadog:index/dashboardList:DashboardList"},
	})
}

func TestDatadogKeepsWhatIsReferenced(t *testing.T) {
	t.Parallel()
	w := serviceWorld(t, openCloud(t, optionsOf("test")), of("datadog"), nil)
	cpu, slo := w.res["cpu"], w.res["uptime"]
	if err := w.delete(cpu); err == nil || !strings.Contains(err.Error(), "error deleting monitor from https://api.datadoghq.com/api/v1/monitor/"+cpu.ID+": 409 Conflict") || !strings.Contains(err.Error(), "is referenced in") {
		t.Errorf("delete of a monitor in use: %v", err)
	}
	if err := w.delete(slo); err == nil || !strings.Contains(err.Error(), "is referenced by monitor") {
		t.Errorf("delete of an objective in use: %v", err)
	}
	if err := w.update(cpu, with(cpu.In, props{"forceDelete": true})); err != nil {
		t.Fatal(err)
	}
	if err := w.delete(cpu); err != nil {
		t.Errorf("forced delete: %v", err)
	}
	if d := w.diff(slo, with(slo.In, props{"type": "metric"})); len(d.GetReplaces()) != 1 {
		t.Errorf("another type replaces %v", d.GetReplaces())
	}
	index := w.res["index"]
	if err := w.delete(index); err != nil {
		t.Fatal(err)
	}
	if _, err := w.try(ddIndex, "again", index.In); err == nil || !strings.Contains(err.Error(), "names of deleted indexes are not free again") {
		t.Errorf("an index of a deleted one's name: %v", err)
	}
}

func TestDatadogFunctions(t *testing.T) {
	t.Parallel()
	w := serviceWorld(t, openCloud(t, optionsOf("test")), of("datadog"), nil)
	const getRole = "datadog:index/getRole:getRole"
	role, refused := w.invoke(getRole, props{"filter": "Responders"})
	if refused != "" || role["id"] != w.res["responders"].ID {
		t.Errorf("getRole: %v %s", role, refused)
	}
	admin, refused := w.invoke(getRole, props{"filter": "admin"})
	if refused != "" {
		t.Fatal(refused)
	}
	w.create("datadog:index/authnMapping:AuthnMapping", "admins", props{"key": "groups", "value": "admins", "role": admin["id"]})
	pattern, refused := w.invoke("datadog:index/getSensitiveDataScannerStandardPattern:getSensitiveDataScannerStandardPattern", props{"filter": "Social Security"})
	if refused != "" {
		t.Fatal(refused)
	}
	w.create(ddScanRule, "ssn", props{"groupId": w.res["phi"].ID, "standardPatternId": pattern["id"]})
	for want, call := range map[string][2]string{
		`no role found with name filter "nobody"`:                            {getRole, "nobody"},
		`returned more than one result for filter "datadog"`:                 {getRole, "datadog"},
		`no standard pattern matches the filter "horoscope"`:                 {"datadog:index/getSensitiveDataScannerStandardPattern:getSensitiveDataScannerStandardPattern", "horoscope"},
		`does not simulate the function datadog:index/getMonitor:getMonitor`: {"datadog:index/getMonitor:getMonitor", "x"},
	} {
		if _, refused := w.invoke(call[0], props{"filter": call[1]}); !strings.Contains(refused, want) {
			t.Errorf("%v: %s, want %s", call, refused, want)
		}
	}
}
