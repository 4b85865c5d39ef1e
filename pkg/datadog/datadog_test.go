package datadog_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/datadog"
	"cellworks/pkg/naming"
	"cellworks/pkg/provider/datadogprovider"
	"cellworks/pkg/pulumitest"
)

// args are those of an account where everything is on.
func args() datadog.Args {
	return datadog.Args{
		OrganizationName: "meridian", AccountName: "ops", AccountID: pulumitest.AccountID, Region: "us-east-1", HomeRegion: true, Regions: []string{"us-east-1", "us-west-2"},
		Config: config.UtilityDatadog{
			Enabled: true, Site: "ap1.datadoghq.com", Team: "platform",
			Metrics:    config.DatadogMetrics{Namespaces: []string{"AWS/ECS"}},
			OwnMetrics: []string{config.ApplicationConsul, config.ApplicationJenkins, config.ApplicationVault},
			Notify:     config.DatadogNotify{Critical: []string{"@pagerduty-x", "@on-call@example.com"}, Warning: []string{"@slack-x"}, ReminderMinutes: 30},
			Thresholds: config.DatadogThresholds{CertificateDays: 20, ServerErrors: 30, JenkinsQueue: 5, SearchFreePercent: 25, SearchMemoryPercent: 90, VaultLeases: 5000, LogDelayMinutes: 10},
			Dashboards: true,
			Objectives: []config.DatadogObjective{{Name: config.ApplicationVault, Target: "99.95", Days: 30}, {Name: config.ApplicationELK, Target: "99.5", Days: 7}},
			Downtimes: []config.DatadogDowntime{{
				Name: "patching", Applications: []string{config.ApplicationVault, config.ApplicationConsul}, Rule: "FREQ=WEEKLY;BYDAY=SU", Duration: "2h", Timezone: "UTC", Reason: "Servers are replaced",
			}},
			Logs: config.DatadogLogs{
				Enabled: true, Groups: []string{"/base/trail", "/utility/vault"}, FailedDays: 30,
				Scanner: config.DatadogScanner{Library: []string{"Bearer Token"}, Patterns: []config.DatadogPattern{{Name: "record", Pattern: `\bMRN[0-9]{8}\b`}}},
			},
		},
		Applications:    []string{config.ApplicationConsul, config.ApplicationECS, config.ApplicationELK, config.ApplicationJenkins, config.ApplicationVault},
		SearchVolumeGiB: 100, LogKeyARN: naming.ARN("us-east-1", "kms", "us-east-1", pulumitest.AccountID, "key/logs"),
		DeployRoleARN:       naming.DeployRoleARN(pulumitest.AccountID, "us-east-1", naming.ProjectUtility),
		PermissionsBoundary: naming.BoundaryARN(pulumitest.AccountID, "us-east-1"), DeletionProtection: true,
	}
}

var target = pulumitest.Target{Project: "utility", Stack: "test"}

func program(t *testing.T, args datadog.Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		provider, err := datadogprovider.New(ctx, "datadog", datadogprovider.Args{Site: args.Config.Site, Cloud: config.Simulated})
		if err != nil {
			return err
		}
		_, err = datadog.New(ctx, "datadog", args, pulumitest.AWS(t, ctx), pulumi.Providers(provider))
		return err
	}
}

func TestEverythingThatIsOnIsWatched(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, target, program(t, args())).Golden(t, "datadog")
}

func TestMonitorsFollowWhatIsOn(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*datadog.Args)
		gone   []string
	}{
		"no applications": {func(a *datadog.Args) { a.Applications = nil }, []string{"vault", "consul", "jenkins", "search", "balancer"}},
		"no own metrics":  {func(a *datadog.Args) { a.Config.OwnMetrics = nil }, []string{"vault-leader", "vault-audit", "consul-autopilot", "jenkins-queue"}},
		"another region":  {func(a *datadog.Args) { a.HomeRegion = false }, []string{"trail-silent"}},
		"no lines":        {func(a *datadog.Args) { a.Config.Logs = config.DatadogLogs{} }, []string{"trail-stopped", "recorder-stopped", "lines-late"}},
		"not the trail's": {func(a *datadog.Args) { a.Config.Logs.Groups = []string{"/utility/vault"} }, []string{"trail-stopped", "recorder-stopped"}},
	} {
		changed := args()
		tc.change(&changed)
		all, some := pulumitest.Run(t, target, program(t, args())), pulumitest.Run(t, target, program(t, changed))
		for _, gone := range tc.gone {
			has := func(r *pulumitest.Recording) bool {
				return slices.ContainsFunc(r.OfType("datadog:index/monitor:Monitor"), func(m pulumitest.Resource) bool { return strings.HasPrefix(m.Name, "datadog-"+gone) })
			}
			if !has(all) || has(some) {
				t.Errorf("%s: monitor %s exists with everything: %v, so: %v", name, gone, has(all), has(some))
			}
		}
	}
}

// TestNamespacesAreThoseThatTheConfigurationAsksFor compares the metrics of monitors with
// the namespaces that the configuration says they need.
func TestNamespacesAreThoseThatTheConfigurationAsksFor(t *testing.T) {
	t.Parallel()
	prefixes := map[string]string{
		config.NamespaceBackup: "aws.backup.", config.NamespaceCertificate: "aws.certificatemanager.", config.NamespaceALB: "aws.applicationelb.", config.NamespaceNLB: "aws.networkelb.",
		config.NamespaceNAT: "aws.natgateway.", config.NamespaceLogs: "aws.logs.", config.NamespaceFirehose: "aws.firehose.", config.NamespaceSearch: "aws.es.",
	}
	u := config.Utility{Datadog: args().Config}
	u.ECS.Enabled, u.Consul.Enabled, u.Vault.Enabled, u.Jenkins.Enabled, u.ELK.Enabled = true, true, true, true, true
	needed := u.DatadogNamespaces()
	for _, m := range pulumitest.Run(t, target, program(t, args())).OfType("datadog:index/monitor:Monitor") {
		query, application := m.Inputs["query"].StringValue(), ""
		for _, tag := range m.Inputs["tags"].ArrayValue() {
			if name, ok := strings.CutPrefix(tag.StringValue(), "application:"); ok {
				application = name
			}
		}
		of := ""
		for namespace, prefix := range prefixes {
			if strings.Contains(query, prefix) {
				of = namespace
			}
		}
		if strings.Contains(query, "aws.") != (of != "") || of != "" && !slices.Contains(needed[application], of) {
			t.Errorf("%s of %s reads %s, but the configuration asks for %v", m.Name, application, query, needed[application])
		}
	}
}

func TestMonitorsNameNobody(t *testing.T) {
	t.Parallel()
	recording := pulumitest.Run(t, target, program(t, args()))
	for _, m := range recording.OfType("datadog:index/monitor:Monitor") {
		if strings.Contains(m.Inputs["message"].StringValue(), "@") {
			t.Errorf("%s names somebody: %s", m.Name, m.Inputs["message"].StringValue())
		}
	}
	for _, rule := range recording.OfType("datadog:index/monitorNotificationRule:MonitorNotificationRule") {
		for _, recipient := range rule.Inputs["recipients"].ArrayValue() {
			if strings.HasPrefix(recipient.StringValue(), "@") {
				t.Errorf("%s: recipient %s has its @", rule.Name, recipient.StringValue())
			}
		}
	}
}

func TestTheDashboardShowsWhatMonitorsSee(t *testing.T) {
	t.Parallel()
	recording := pulumitest.Run(t, target, program(t, args()))
	page := recording.Strings("datadog:index/dashboardJson:DashboardJson", "dashboard")[0]
	var document struct {
		Widgets []struct {
			Definition struct {
				Widgets []struct {
					Definition struct{ Requests []struct{ Q string } }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(page), &document); err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, group := range document.Widgets {
		for _, widget := range group.Definition.Widgets {
			shown = append(shown, widget.Definition.Requests[0].Q)
		}
	}
	for _, m := range recording.OfType("datadog:index/monitor:Monitor") {
		query := m.Inputs["query"].StringValue()
		if m.Inputs["type"].StringValue() == "query alert" && !slices.ContainsFunc(shown, func(q string) bool { return strings.Contains(query, ":"+q+" ") }) {
			t.Errorf("%s is not shown: %s", m.Name, query)
		}
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	wrong := args()
	wrong.AccountName, wrong.LogKeyARN, wrong.Regions, wrong.SearchVolumeGiB = "", "", nil, 0
	wrong.Config.Site, wrong.Config.Notify.Warning, wrong.Config.Objectives[0].Target, wrong.Config.Logs.Groups = "example.com", nil, "100", nil
	_, err := pulumitest.Record(target, func(ctx *pulumi.Context) error {
		_, err := datadog.New(ctx, "datadog", wrong)
		return err
	})
	for _, want := range []string{
		`datadog "datadog": account name is empty`, "log key is empty", "no region is read, want at least one", "nobody is told of what is warning, want at least one handle",
		`volume of OpenSearch has 0 GiB, want more than 0`, `site "example.com" is not known`, fmt.Sprintf("objective %s: target %q is no percentage", config.ApplicationVault, "100"),
		"logs are sent of no log group, want at least one",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want it to contain %q", err, want)
		}
	}
}
