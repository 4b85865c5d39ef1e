package config_test

import (
	"strings"
	"testing"
	"time"

	"cellworks/pkg/config"
)

func TestErrorsOfModules(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"a module that is off and needed", cell("storage: {enabled: false}", "messaging: {enabled: true, queues: [{name: ingest, buckets: [inbound]}]}", "sftp: {enabled: true}",
			"schedules: {enabled: true}", "services: {enabled: false}"), []string{
			`configs/clients/acme/cell.yaml:6:61: messaging.queues[ingest].buckets: module messaging needs storage, which is switched off at configs/clients/acme/cell.yaml:5:20 (set storage.enabled: true, or change messaging.queues[ingest].buckets)`,
			`configs/clients/acme/cell.yaml:7:17: sftp.enabled: module sftp needs storage, which is switched off at configs/clients/acme/cell.yaml:5:20 (set storage.enabled: true, or sftp.enabled: false)`,
			`configs/clients/acme/cell.yaml:7:17: sftp.enabled: module sftp of cells in nonprod us-east-1 needs application sftp, which is disabled there (enable it in the utility.yaml of an account, or set sftp.enabled: false)`,
			`configs/clients/acme/cell.yaml:7:17: sftp.enabled: no user is listed, want at least one (list who sends files in sftp.users, or set sftp.enabled: false)`,
			`configs/clients/acme/cell.yaml:8:22: schedules.enabled: module schedules needs services, which is switched off at configs/clients/acme/cell.yaml:9:21 (set services.enabled: true, or schedules.enabled: false)`,
		}},
		{"what services need", cell("services: {items: [{name: api, scaleOnQueue: work, volumes: [{name: reports, path: /data}]}]}"), []string{
			`configs/clients/acme/cell.yaml:5:46: services.items[api].scaleOnQueue: module services needs messaging, which is switched off at configs/defaults/cell.yaml:17:22 (set messaging.enabled: true, or change services.items[api].scaleOnQueue)`,
			`configs/clients/acme/cell.yaml:5:61: services.items[api].volumes: module services needs files, which is switched off at configs/defaults/cell.yaml:18:18 (set files.enabled: true, or change services.items[api].volumes)`,
		}},
		{"sign-in without sso", cell("ingress: {auth: oidc}"), []string{
			`configs/clients/acme/cell.yaml:5:17: ingress.auth: module ingress needs sso, which is switched off at configs/defaults/cell.yaml:49:16 (set sso.enabled: true, or change ingress.auth)`,
		}},
		{"applications that are nowhere", cell("vault: {enabled: true}", "sso: {enabled: true}"), []string{
			`configs/clients/acme/cell.yaml:5:18: vault.enabled: module vault of cells in nonprod us-east-1 needs application vault, which is enabled nowhere (enable it in the utility.yaml of an account, or set vault.enabled: false)`,
			`configs/clients/acme/cell.yaml:5:18: vault.enabled: module vault of cells in nonprod us-east-1 needs application vault-config, which is enabled nowhere (enable it in the utility.yaml of an account, or set vault.enabled: false)`,
			`configs/clients/acme/cell.yaml:6:16: sso.enabled: module sso of cells in nonprod us-east-1 needs application okta, which is enabled nowhere (enable it in the utility.yaml of an account, or set sso.enabled: false)`,
		}},
		{"a policy without quotes", cell(`iam: {extraPolicies: [arn:aws:iam::111111111111:policy/cell/reports]}`), []string{
			`configs/clients/acme/cell.yaml:5:23: iam.extraPolicies[0]: this is a map, want the ARN of a managed policy in the path /cell/<client>/extra/ (put a text with colons in quotes)`,
		}},
		{"budget", cell("budget: {monthlyUSD: 0, alertPercents: [80, 100, 80]}"), []string{
			`configs/clients/acme/cell.yaml:5:22: budget.monthlyUSD: 0 is out of range, want 1 to 1000000`,
			`configs/clients/acme/cell.yaml:5:50: budget.alertPercents[2]: 80 is already listed (name each share once)`,
		}},
		{"decommission", cell("decommission:", "  - {name: kms, reason: the contract ended, date: \"2026-12-31\"}", "  - {name: database, reason: gone, date: \"2026-02-30\"}", "  - {name: files, reason: the contract ended, date: 31.12.2026}", "state: paused"), []string{
			`configs/clients/acme/cell.yaml:6:12: decommission[kms].name: "kms" is not known, want one of storage, database, files, backup, cache, vault, sso, sftp`,
			`configs/clients/acme/cell.yaml:7:30: decommission[database].reason: "gone" is not valid, want 10 to 500 characters on one line`,
			`configs/clients/acme/cell.yaml:7:42: decommission[database].date: "2026-02-30" is not a day of the calendar (write it as YYYY-MM-DD)`,
			`configs/clients/acme/cell.yaml:8:53: decommission[files].date: "31.12.2026" is not valid, want a date YYYY-MM-DD in quotes`,
			`configs/clients/acme/cell.yaml:9:8: state: "paused" is not known, want one of active, suspended`,
		}},
	})
}

// TestModulesComeAfterWhatTheyNeed holds the order in which a cell is built.
func TestModulesComeAfterWhatTheyNeed(t *testing.T) {
	t.Parallel()
	cell := config.Cell{
		Messaging: config.CellMessaging{Queues: []config.Queue{{Name: "q", Buckets: []string{"b"}}}},
		Ingress:   config.CellIngress{Auth: config.AuthOIDC},
		Services:  config.CellServices{Items: []config.Service{{ScaleOnQueue: "q", Volumes: []config.Volume{{Name: "v"}}}}},
	}
	seen := map[string]bool{}
	for _, m := range cell.Modules() {
		for _, need := range m.Needs {
			if !seen[need] {
				t.Errorf("%s comes before %s, which it needs", m.Name, need)
			}
		}
		seen[m.Name] = true
	}
}

func TestWhatIsDecommissionedIsNotProtected(t *testing.T) {
	t.Parallel()
	cell := config.Cell{DeletionProtection: true, Decommission: []config.Decommission{{Name: config.ModuleDatabase, Date: "2027-01-31"}}}
	if cell.Protects(config.ModuleDatabase) || !cell.Protects(config.ModuleStorage) {
		t.Error("want the database alone unprotected")
	}
	cell.DeletionProtection = false
	if cell.Protects(config.ModuleStorage) {
		t.Error("a cell without deletion protection protects its storage")
	}
	due := cell.Decommission[0]
	for at, want := range map[string]bool{"2027-01-30T23:59:59Z": false, "2027-01-31T00:00:00Z": true, "2027-02-01T01:00:00+02:00": true, "2027-01-31T01:00:00+02:00": false} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := due.Due(now); got != want {
			t.Errorf("due at %s: %v, want %v", at, got, want)
		}
	}
}

// TestCellsAreServedFromTheNearestPlace covers the rule of Tree.Serving.
func TestCellsAreServedFromTheNearestPlace(t *testing.T) {
	t.Parallel()
	on := "okta: {enabled: true}\n"
	for name, tc := range map[string]struct {
		files map[string]string
		want  string // account/region that serves nonprod us-east-1, or none
	}{
		"nowhere":             {nil, ""},
		"its own":             {map[string]string{"accounts/nonprod/us-east-1/utility.yaml": on, "accounts/prod/utility.yaml": on}, "nonprod/us-east-1"},
		"the only one":        {map[string]string{"accounts/prod/utility.yaml": on}, "prod/us-west-2"},
		"two in other places": {map[string]string{"accounts/prod/utility.yaml": on, "accounts/nonprod/us-west-2/utility.yaml": on}, ""},
	} {
		account, region, ok := mustLoad(t, tc.files).Serving(config.ApplicationOkta, "nonprod", "us-east-1")
		if got := strings.Trim(account.Name+"/"+region.Name, "/"); got != tc.want || ok != (tc.want != "") {
			t.Errorf("%s: served by %q %v, want %q", name, got, ok, tc.want)
		}
	}
}
