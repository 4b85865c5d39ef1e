package config_test

import (
	"slices"
	"testing"

	"cellworks/pkg/config"
)

func TestErrorsOfDatadog(t *testing.T) {
	t.Parallel()
	utility := func(text string) map[string]string {
		return map[string]string{"accounts/prod/utility.yaml": text + "\n"}
	}
	checkWrong(t, []wrong{
		{"values", utility(`datadog: {site: example.com, team: Platform, metrics: {namespaces: [""]}, ownMetrics: [okta], notify: {critical: ["platform"], warning: [], reminderMinutes: 2000}}`), []string{
			`configs/accounts/prod/utility.yaml:1:17: datadog.site: "example.com" is not known, want one of datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, ap1.datadoghq.com, ap2.datadoghq.com`,
			`configs/accounts/prod/utility.yaml:1:36: datadog.team: "Platform" is not valid, want 1 to 50 lower-case letters, digits and dashes, starting with a letter and not ending with a dash`,
			`configs/accounts/prod/utility.yaml:1:69: datadog.metrics.namespaces[0]: "" is not valid, want a namespace of CloudWatch, such as AWS/ECS`,
			`configs/accounts/prod/utility.yaml:1:88: datadog.ownMetrics[0]: "okta" is not known, want one of consul, jenkins, vault`,
			`configs/accounts/prod/utility.yaml:1:115: datadog.notify.critical[0]: "platform" is not valid, want @pagerduty-service, @slack-channel, @teams-channel or @ and an e-mail address`,
			`configs/accounts/prod/utility.yaml:1:137: datadog.notify.warning: 0 items are listed, want 1 to 20`,
			`configs/accounts/prod/utility.yaml:1:158: datadog.notify.reminderMinutes: 2000 is out of range, want 0 to 1440`,
		}},
		{"thresholds", utility(`datadog: {thresholds: {certificateDays: 61, serverErrors: 0, jenkinsQueue: 0, searchFreePercent: 4, searchMemoryPercent: 96, vaultLeases: 1, logDelayMinutes: 1}}`), []string{
			`configs/accounts/prod/utility.yaml:1:41: datadog.thresholds.certificateDays: 61 is out of range, want 1 to 60`,
			`configs/accounts/prod/utility.yaml:1:59: datadog.thresholds.serverErrors: 0 is out of range, want 1 to 100000`,
			`configs/accounts/prod/utility.yaml:1:76: datadog.thresholds.jenkinsQueue: 0 is out of range, want 1 to 1000`,
			`configs/accounts/prod/utility.yaml:1:98: datadog.thresholds.searchFreePercent: 4 is out of range, want 5 to 50`,
			`configs/accounts/prod/utility.yaml:1:122: datadog.thresholds.searchMemoryPercent: 96 is out of range, want 50 to 95`,
			`configs/accounts/prod/utility.yaml:1:139: datadog.thresholds.vaultLeases: 1 is out of range, want 1000 to 10000000`,
			`configs/accounts/prod/utility.yaml:1:159: datadog.thresholds.logDelayMinutes: 1 is out of range, want 5 to 1440`,
		}},
		{"objectives and downtimes", utility(`datadog: {objectives: [{name: okta, target: "100", days: 31}], downtimes: [{name: A, applications: [okta], rule: weekly, duration: 4, timezone: EST5, reason: "@all"}]}`), []string{
			`configs/accounts/prod/utility.yaml:1:31: datadog.objectives[okta].name: "okta" is not known, want one of consul, ecs, elk, jenkins, vault`,
			`configs/accounts/prod/utility.yaml:1:45: datadog.objectives[okta].target: "100" is not valid, want a percentage from 90 to 99.999 in quotes, such as "99.9"`,
			`configs/accounts/prod/utility.yaml:1:58: datadog.objectives[okta].days: 31 is not known, want one of 7, 30, 90`,
			`configs/accounts/prod/utility.yaml:1:83: datadog.downtimes[A].name: "A" is not valid, want lower-case letters, digits and single dashes`,
			`configs/accounts/prod/utility.yaml:1:101: datadog.downtimes[A].applications[0]: "okta" is not known, want one of baseline, consul, ecs, elk, jenkins, logs, vault`,
			`configs/accounts/prod/utility.yaml:1:114: datadog.downtimes[A].rule: "weekly" is not valid, want a recurrence rule, such as FREQ=WEEKLY;BYDAY=SU;BYHOUR=4`,
			`configs/accounts/prod/utility.yaml:1:132: datadog.downtimes[A].duration: 4 is an integer, want a number with m, h, d or w (put it in quotes: "4")`,
			`configs/accounts/prod/utility.yaml:1:145: datadog.downtimes[A].timezone: "EST5" is not valid, want UTC or a name such as America/New_York`,
			`configs/accounts/prod/utility.yaml:1:159: datadog.downtimes[A].reason: "@all" is not valid, want 10 to 500 characters without @`,
		}},
		{"logs", utility(`datadog: {logs: {groups: [/cell/acme/api], failedDays: 0, scanner: {library: [""], patterns: [{name: A, pattern: ""}]}}}`), []string{
			`configs/accounts/prod/utility.yaml:1:27: datadog.logs.groups[0]: "/cell/acme/api" is not valid, want a log group below /base or /utility, or one that begins with aws-waf-logs-`,
			`configs/accounts/prod/utility.yaml:1:56: datadog.logs.failedDays: 0 is out of range, want 1 to 3650`,
			`configs/accounts/prod/utility.yaml:1:79: datadog.logs.scanner.library[0]: "" is not valid, want the name of a pattern of Datadog's library`,
			`configs/accounts/prod/utility.yaml:1:102: datadog.logs.scanner.patterns[A].name: "A" is not valid, want lower-case letters, digits and single dashes`,
			`configs/accounts/prod/utility.yaml:1:114: datadog.logs.scanner.patterns[A].pattern: "" is not valid, want a regular expression of at most 1000 characters`,
		}},
		{"handles", utility(`datadog: {enabled: true, notify: {critical: ["@slack-a", "@teams-b", "@pagerduty", "@on-call@example.com", "@slack-a"], warning: ["@hipchat-x"]}}`), []string{
			`configs/accounts/prod/utility.yaml:1:108: datadog.notify.critical[4]: @slack-a is already listed as critical[0] (list each once)`,
			`configs/accounts/prod/utility.yaml:1:131: datadog.notify.warning[0]: "@hipchat-x" is not valid, want @pagerduty-service, @slack-channel, @teams-channel or @ and an e-mail address`,
		}},
		{"namespaces that nobody reads", utility("datadog: {enabled: true, metrics: {namespaces: [AWS/ApplicationELB, AWS/Backup, AWS/Backup]}}\nvault: {enabled: true}"), []string{
			`configs/accounts/prod/utility.yaml:1:48: datadog.metrics.namespaces: AWS/CertificateManager is not listed, and monitors of baseline read it (add it)`,
			`configs/accounts/prod/utility.yaml:1:48: datadog.metrics.namespaces: AWS/Logs is not listed, and monitors of baseline read it (add it)`,
			`configs/accounts/prod/utility.yaml:1:48: datadog.metrics.namespaces: AWS/NATGateway is not listed, and monitors of baseline read it (add it)`,
			`configs/accounts/prod/utility.yaml:1:48: datadog.metrics.namespaces: AWS/NetworkELB is not listed, and monitors of vault read it (add it)`,
			`configs/accounts/prod/utility.yaml:1:81: datadog.metrics.namespaces[2]: AWS/Backup is already listed as namespaces[1] (list each once)`,
		}},
		{"applications that are not there", utility(`datadog: {enabled: true, ownMetrics: [vault]}`), []string{
			`configs/accounts/prod/utility.yaml:1:39: datadog.ownMetrics[0]: application vault is switched off (enable vault here too, or take it out of the list)`,
		}},
		{"rules", utility(`datadog: {enabled: true, downtimes: [` +
			`{name: a, applications: [vault, vault], rule: FREQ=HOURLY, duration: 1h, timezone: UTC, reason: because of the test}, ` +
			`{name: b, applications: [vault], rule: BYDAY=SU, duration: 1h, timezone: UTC, reason: because of the test}, ` +
			`{name: c, applications: [vault], rule: FREQ=DAILY;WKST=SU, duration: 1h, timezone: UTC, reason: because of the test}, ` +
			`{name: d, applications: [vault], rule: FREQ=DAILY;FREQ=DAILY, duration: 1h, timezone: UTC, reason: because of the test}]}`), []string{
			`configs/accounts/prod/utility.yaml:1:70: datadog.downtimes[a].applications[1]: vault is already listed as applications[0] (list each once)`,
			`configs/accounts/prod/utility.yaml:1:84: datadog.downtimes[a].rule: FREQ is "HOURLY", want one of DAILY, WEEKLY, MONTHLY, YEARLY (for example: FREQ=WEEKLY;BYDAY=SU;BYHOUR=4)`,
			`configs/accounts/prod/utility.yaml:1:195: datadog.downtimes[b].rule: FREQ is missing: it says how often (for example: FREQ=WEEKLY;BYDAY=SU;BYHOUR=4)`,
			`configs/accounts/prod/utility.yaml:1:303: datadog.downtimes[c].rule: "WKST" is no part of a rule here, want one of BYDAY, BYHOUR, BYMINUTE, BYMONTH, BYMONTHDAY, BYSETPOS, COUNT, FREQ, INTERVAL (for example: FREQ=WEEKLY;BYDAY=SU;BYHOUR=4)`,
			`configs/accounts/prod/utility.yaml:1:421: datadog.downtimes[d].rule: FREQ is there twice (for example: FREQ=WEEKLY;BYDAY=SU;BYHOUR=4)`,
		}},
		{"lines that nothing scans", utility("datadog: {enabled: true, metrics: {namespaces: [AWS/ApplicationELB, AWS/Backup, AWS/CertificateManager, AWS/Firehose, AWS/Logs, AWS/NATGateway]}, logs: {enabled: true, groups: [], scanner: {library: [], patterns: []}}}"), []string{
			`configs/accounts/prod/utility.yaml:1:177: datadog.logs.groups: no log group is listed, want at least one (for example: groups: [/base/trail], or set enabled: false)`,
			inDefaults(t, "{}}") + `: datadog.logs.scanner: lines would be sent without being scanned, want at least one pattern (for example: library: [US Social Security Number Scanner])`,
		}},
		{"patterns", utility(`datadog: {enabled: true, metrics: {namespaces: [AWS/ApplicationELB, AWS/Backup, AWS/CertificateManager, AWS/Firehose, AWS/Logs, AWS/NATGateway]}, logs: {enabled: true, groups: [/base/trail, /base/trail], scanner: {library: [Bearer Token, Bearer Token], patterns: [{name: a, pattern: "("}]}}}`), []string{
			`configs/accounts/prod/utility.yaml:1:191: datadog.logs.groups[1]: /base/trail is already listed as groups[0] (list each once)`,
			`configs/accounts/prod/utility.yaml:1:239: datadog.logs.scanner.library[1]: Bearer Token is already listed as library[0] (list each once)`,
			"configs/accounts/prod/utility.yaml:1:284: datadog.logs.scanner.patterns[a].pattern: not a regular expression: error parsing regexp: missing closing ): `(`",
		}},
	})
}

func TestTheTrailIsInTheHomeRegion(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{{"the trail elsewhere", map[string]string{
		"accounts/nonprod/utility.yaml": "datadog: {enabled: true, metrics: {namespaces: [AWS/ApplicationELB, AWS/Backup, AWS/CertificateManager, AWS/Firehose, AWS/Logs, AWS/NATGateway]}, logs: {enabled: true, groups: [/base/trail], scanner: {library: [Bearer Token]}}}\n",
	}, []string{
		`configs/accounts/nonprod/utility.yaml:1:178: datadog.logs.groups[0]: /base/trail is in us-east-1 only, the home region of nonprod (list it in accounts/nonprod/us-east-1/utility.yaml)`,
	}}})
}

func TestLinesNeedTheApplicationsThatWriteThem(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, map[string]string{
		"accounts/prod/utility.yaml": "datadog: {logs: {enabled: true, groups: [/base/trail, /utility/vault, /utility/security/patching, /utility/security/x, aws-waf-logs-cells]}}\n",
	})
	utility, err := tree.Utility("prod", "us-west-2")
	if err != nil {
		t.Fatal(err)
	}
	for _, app := range utility.Applications() {
		if want := []string{config.ApplicationVault, config.ApplicationSecurity, config.ApplicationECS}; app.Name == config.ApplicationDatadog && !slices.Equal(app.Needs, want) {
			t.Errorf("needs %v, want %v", app.Needs, want)
		}
	}
}

func TestDatadogThatIsOffIsNotChecked(t *testing.T) {
	t.Parallel()
	mustLoad(t, map[string]string{
		"accounts/prod/utility.yaml": "datadog: {ownMetrics: [vault], metrics: {namespaces: [AWS/ECS]}, logs: {enabled: true}}\n",
	})
}

func TestNamespacesFollowWhatIsOn(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, map[string]string{
		"accounts/prod/utility.yaml": "consul: {enabled: true}\necs: {enabled: false}\ndatadog: {logs: {enabled: true}}\n",
	})
	utility, err := tree.Utility("prod", "us-west-2")
	if err != nil {
		t.Fatal(err)
	}
	needed := utility.DatadogNamespaces()
	for who, want := range map[string][]string{
		config.ApplicationConsul: {config.NamespaceNLB}, config.ApplicationECS: nil, config.ApplicationELK: nil, config.DatadogOfLogs: {config.NamespaceFirehose},
	} {
		if !slices.Equal(needed[who], want) {
			t.Errorf("%s needs %v, want %v", who, needed[who], want)
		}
	}
}
