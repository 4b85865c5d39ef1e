package monitoring_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/monitoring"
	"cellworks/pkg/config"
	"cellworks/pkg/datadogresource"
	"cellworks/pkg/provider/datadogprovider"
	"cellworks/pkg/pulumitest"
)

// args are those of a cell that has everything.
func args() monitoring.Args {
	return monitoring.Args{
		Cell: config.Cell{
			Client:  "acme",
			Account: config.Account{Name: "nonprod", ID: pulumitest.AccountID},
			Region:  config.Region{Name: "us-east-1"},
			Ingress: config.CellIngress{Enabled: true, Auth: config.AuthNone, VanityNames: []config.VanityName{{Name: "portal", Host: "portal.example.com", Service: "api"}}},
			Services: config.CellServices{Enabled: true, Items: []config.Service{
				{Name: "api", Expose: config.ExposePublic}, {Name: "worker", Expose: config.ExposeNone},
			}},
			Messaging: config.CellMessaging{Enabled: true, Queues: []config.Queue{{Name: "work"}, {Name: "ordered", FIFO: true}}},
			Database:  config.CellDatabase{Enabled: true, Engine: config.EngineRDS, ReadReplicas: 1},
			Files:     config.CellFiles{Enabled: true, Throughput: "elastic"},
			Schedules: config.CellSchedules{Enabled: true, Items: []config.CellSchedule{{Name: "nightly"}}},
			SFTP:      config.CellSFTP{Enabled: true, Mode: config.SFTPShared},
			Backup:    config.CellBackup{Enabled: true},
			Vault:     config.CellVault{Enabled: true, DatabaseRoles: []config.DatabaseRole{{Name: "app"}}},
			Monitoring: config.CellMonitoring{
				Enabled: true, Tier: config.TierGold, Availability: "99.95", Synthetics: true,
				Thresholds: config.CellThresholds{
					ErrorPercent: 2, LatencyMilliseconds: 1500, CPUPercent: 90, MemoryPercent: 91, QueueAgeSeconds: 900,
					DatabaseCPUPercent: 85, DatabaseFreeGiB: 10, DatabaseConnections: 400, ReplicaLagSeconds: 60,
				},
			},
		},
		Datadog: config.UtilityDatadog{
			Team: "platform", Thresholds: config.DatadogThresholds{CertificateDays: 30}, Notify: config.DatadogNotify{ReminderMinutes: 60},
			Logs: config.DatadogLogs{Enabled: true, Groups: []string{"/utility/sftp"}},
		},
		Urgent: []string{"@pagerduty-platform", "@slack-alerts"}, Others: []string{"@slack-alerts"},
		PublicURLs: map[string]string{"api": "https://acme.example.com/healthz"},
		VaultLines: true,
	}
}

func record(t *testing.T, a monitoring.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		provider, err := datadogprovider.New(ctx, "datadog", datadogprovider.Args{Site: "datadoghq.com", Cloud: config.Simulated})
		if err != nil {
			return err
		}
		_, err = monitoring.New(ctx, "acme", a, pulumi.Providers(provider))
		return err
	})
}

// names are the monitors of a recording, by the last part of their names.
func names(recording *pulumitest.Recording) []string {
	var got []string
	for _, res := range recording.OfType(datadogresource.TokenMonitor) {
		got = append(got, strings.TrimPrefix(res.Name, "acme-"))
	}
	slices.Sort(got)
	return got
}

func TestNewWatchesACellThatHasEverything(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "monitoring")
}

func TestWhatIsOffIsNotWatched(t *testing.T) {
	t.Parallel()
	all := names(record(t, args()))
	for name, tc := range map[string]struct {
		change func(*monitoring.Args)
		gone   []string
	}{
		"ingress":       {func(a *monitoring.Args) { a.Cell.Ingress.Enabled = false }, []string{"certificate", "errors", "latency", "targets"}},
		"no exposed":    {func(a *monitoring.Args) { a.Cell.Services.Items[0].Expose = config.ExposeNone }, []string{"certificate", "errors", "latency", "targets"}},
		"vanity names":  {func(a *monitoring.Args) { a.Cell.Ingress.VanityNames = nil }, []string{"certificate"}},
		"services":      {func(a *monitoring.Args) { a.Cell.Services.Enabled = false }, []string{"certificate", "cpu", "errors", "latency", "memory", "targets", "tasks"}},
		"messaging":     {func(a *monitoring.Args) { a.Cell.Messaging.Enabled = false }, []string{"queue-age", "queue-dead"}},
		"schedules":     {func(a *monitoring.Args) { a.Cell.Schedules.Enabled = false }, []string{"schedules-dropped"}},
		"no schedule":   {func(a *monitoring.Args) { a.Cell.Schedules.Items = nil }, []string{"schedules-dropped"}},
		"database":      {func(a *monitoring.Args) { a.Cell.Database.Enabled = false }, []string{"database-connections", "database-cpu", "database-lag", "database-storage", "vault-logins"}},
		"aurora":        {func(a *monitoring.Args) { a.Cell.Database.Engine = config.EngineAurora }, []string{"database-storage"}},
		"no replicas":   {func(a *monitoring.Args) { a.Cell.Database.ReadReplicas = 0 }, []string{"database-lag"}},
		"files":         {func(a *monitoring.Args) { a.Cell.Files.Enabled = false }, []string{"files"}},
		"sftp":          {func(a *monitoring.Args) { a.Cell.SFTP.Enabled = false }, []string{"sftp-logins"}},
		"own server":    {func(a *monitoring.Args) { a.Cell.SFTP.Mode = config.SFTPDedicated }, []string{"sftp-logins"}},
		"no SFTP lines": {func(a *monitoring.Args) { a.Datadog.Logs.Groups = nil }, []string{"sftp-logins"}},
		"no lines":      {func(a *monitoring.Args) { a.Datadog.Logs.Enabled, a.VaultLines = false, false }, []string{"sftp-logins", "vault-logins"}},
		"backup":        {func(a *monitoring.Args) { a.Cell.Backup.Enabled = false }, []string{"backup"}},
		"vault":         {func(a *monitoring.Args) { a.Cell.Vault.Enabled = false }, []string{"vault-logins"}},
	} {
		a := args()
		tc.change(&a)
		want := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return slices.Contains(tc.gone, name) })
		if got := names(record(t, a)); !slices.Equal(got, want) || len(want) != len(all)-len(tc.gone) {
			t.Errorf("%s: monitors %v, want %v", name, got, want)
		}
	}
}

// TestNoMonitorSeesAnotherCell holds that every query is narrowed to the cell.
func TestNoMonitorSeesAnotherCell(t *testing.T) {
	t.Parallel()
	for _, query := range record(t, args()).Strings(datadogresource.TokenMonitor, "query") {
		scopes := strings.Count(query, "{") - strings.Count(query, "by {")
		if own := strings.Count(query, "{cell:acme") + strings.Count(query, "backupvaultname:cell-acme}"); scopes != own && !strings.HasPrefix(query, "logs(") {
			t.Errorf("%s: %d of %d scopes are the cell's", query, own, scopes)
		}
		if strings.HasPrefix(query, "logs(") && !strings.Contains(query, "@user:acme-*") && !strings.Contains(query, `cells\/acme\/`) {
			t.Errorf("%s is not narrowed to the cell", query)
		}
	}
}

func TestTheTierSaysWhoIsWoken(t *testing.T) {
	t.Parallel()
	// by level: what Requests fail (broken), Answers are slow (degraded) and CPU (notable) do
	for tier, want := range map[config.MonitoringTier]map[string]string{
		config.TierGold:   {"errors": "1 @pagerduty-platform @slack-alerts 60", "latency": "2 @pagerduty-platform @slack-alerts 60", "cpu": "3 @slack-alerts 0"},
		config.TierSilver: {"errors": "3 @slack-alerts 0", "latency": "3 @slack-alerts 0", "cpu": "4 @slack-alerts 0"},
	} {
		a := args()
		a.Cell.Monitoring.Tier = tier
		checkWho(t, a, want)
	}
	a := args()
	a.Cell.Monitoring.Notify = []string{"@slack-acme"}
	checkWho(t, a, map[string]string{"errors": "1 @slack-acme 60", "cpu": "3 @slack-acme 0"})
}

func checkWho(t *testing.T, a monitoring.Args, want map[string]string) {
	t.Helper()
	for _, res := range record(t, a).OfType(datadogresource.TokenMonitor) {
		line, ok := want[strings.TrimPrefix(res.Name, "acme-")]
		if !ok {
			continue
		}
		reminder := 0.0
		if minutes, ok := res.Inputs["renotifyInterval"]; ok {
			reminder = minutes.NumberValue()
		}
		message := res.Inputs["message"].StringValue()
		got := fmt.Sprintf("%s %s %v", res.Inputs["priority"].StringValue(), message[strings.LastIndexByte(message, '\n')+1:], reminder)
		if got != line {
			t.Errorf("tier %s: %s is %q, want %q", a.Cell.Monitoring.Tier, res.Name, got, line)
		}
	}
}

// TestASuspendedClientAlertsNobody holds that everything is silent, and nothing is lost.
func TestASuspendedClientAlertsNobody(t *testing.T) {
	t.Parallel()
	active := record(t, args())
	if len(active.OfType(datadogresource.TokenDowntime)) != 0 {
		t.Error("an active client is silent")
	}
	a := args()
	a.Cell.State = config.Suspended
	recording := record(t, a)
	downtimes := recording.OfType(datadogresource.TokenDowntime)
	if len(downtimes) != 1 || len(downtimes[0].Inputs["monitorIdentifier"].ObjectValue()["monitorTags"].ArrayValue()) != 1 {
		t.Fatalf("downtimes %v, want one", downtimes)
	}
	silent := downtimes[0].Inputs["monitorIdentifier"].ObjectValue()["monitorTags"].ArrayValue()[0].StringValue()
	for _, token := range []string{datadogresource.TokenMonitor, datadogresource.TokenSyntheticsTest} {
		for _, res := range recording.OfType(token) {
			if !strings.Contains(fmt.Sprint(res.Inputs["tags"]), silent) {
				t.Errorf("%s lacks the tag %s, by which it is silent", res.URN, silent)
			}
		}
	}
	if got := recording.Strings(datadogresource.TokenSyntheticsTest, "status"); !slices.Equal(got, []string{"paused"}) {
		t.Errorf("tests are %v, want paused", got)
	}
	if got, want := names(recording), names(active); !slices.Equal(got, want) {
		t.Errorf("monitors %v, want all of them: %v", got, want)
	}
}

func TestPublicServicesAreAskedFromOutside(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*monitoring.Args)
		want   []string
	}{
		"open":       {func(*monitoring.Args) {}, []string{"200"}},
		"signing in": {func(a *monitoring.Args) { a.Cell.Ingress.Auth = config.AuthOIDC }, []string{"302"}},
		"off":        {func(a *monitoring.Args) { a.Cell.Monitoring.Synthetics = false }, nil},
		"not public": {func(a *monitoring.Args) { a.PublicURLs = nil }, nil},
	} {
		a := args()
		tc.change(&a)
		var got []string
		for _, test := range record(t, a).OfType(datadogresource.TokenSyntheticsTest) {
			got = append(got, test.Inputs["assertions"].ArrayValue()[0].ObjectValue()["target"].StringValue())
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: tests expect %v, want %v", name, got, tc.want)
		}
	}
}

func TestNewRefusesBadArgs(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change func(*monitoring.Args)
		want   []string
	}{
		{"empty", func(a *monitoring.Args) { *a = monitoring.Args{} }, []string{
			"account is empty", `availability "" is no percentage from 90 to below 100`, "client is empty",
			"nobody is told of what is broken, want at least one handle", "nobody is told of what is degraded, want at least one handle",
			"nobody is told of what is notable, want at least one handle", "region is empty", "team is empty",
		}},
		{"values", func(a *monitoring.Args) {
			a.Cell.Monitoring.Availability, a.PublicURLs = "100", map[string]string{"api": "http://acme.example.com"}
		}, []string{`availability "100" is no percentage from 90 to below 100`, `service api: "http://acme.example.com" is no https URL`}},
		{"nobody is woken", func(a *monitoring.Args) { a.Urgent = nil }, []string{
			"nobody is told of what is broken, want at least one handle", "nobody is told of what is degraded, want at least one handle",
		}},
	} {
		bad := args()
		tc.change(&bad)
		_, err := monitoring.New(nil, "acme", bad)
		if want := `monitoring "acme": ` + strings.Join(tc.want, "\n"); err == nil || err.Error() != want {
			t.Errorf("%s: error = %v, want %s", tc.name, err, want)
		}
	}
}
