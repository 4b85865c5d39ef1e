package config_test

import (
	"slices"
	"testing"

	"cellworks/pkg/config"
)

func TestErrorsOfSecurity(t *testing.T) {
	t.Parallel()
	const file = "configs/accounts/nonprod/utility.yaml"
	utility := func(text string) map[string]string {
		return map[string]string{
			"accounts/nonprod/utility.yaml": "security:\n" + text + "  enabled: true\n",
			"accounts/nonprod/base.yaml":    "deletionProtection: false\ndetection: {inspector: [EC2], guardDuty: {enabled: false}}\n",
		}
	}
	unwatched := utility("  macie: {samplingPercent: 5}\n")
	unwatched["accounts/nonprod/base.yaml"] = "deletionProtection: false\n"
	unwatched["accounts/nonprod/us-east-1/base.yaml"] = "detection: {macie: false}\n"
	unwatched["accounts/nonprod/us-west-2/base.yaml"] = "detection: {inspector: [ECR]}\n"
	checkWrong(t, []wrong{
		{"values", utility("  macie: {every: hourly, samplingPercent: 0}\n  vulnerabilityReport: {severities: [BAD]}\n  reportRetentionDays: 30\n  patching: {operation: all, approveAfterDays: 101, weekday: Sunday, hour: 24, durationHours: 1}\n  routes: [{name: Pager, severities: [WORST], emails: [nobody]}]\n"), []string{
			file + `:2:18: security.macie.every: "hourly" is not known, want one of daily, weekly, monthly`,
			file + `:2:43: security.macie.samplingPercent: 0 is out of range, want 1 to 100`,
			file + `:3:38: security.vulnerabilityReport.severities[0]: "BAD" is not known, want one of CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL, UNTRIAGED`,
			file + `:4:24: security.reportRetentionDays: 30 is out of range, want 90 to 3653`,
			file + `:5:25: security.patching.operation: "all" is not known, want one of scan, install`,
			file + `:5:48: security.patching.approveAfterDays: 101 is out of range, want 0 to 100`,
			file + `:5:62: security.patching.weekday: "Sunday" is not known, want one of MON, TUE, WED, THU, FRI, SAT, SUN`,
			file + `:5:76: security.patching.hour: 24 is out of range, want 0 to 23`,
			file + `:5:95: security.patching.durationHours: 1 is out of range, want 2 to 24`,
			file + `:6:19: security.routes[Pager].name: "Pager" is not valid, want lower-case letters, digits and single dashes`,
			file + `:6:39: security.routes[Pager].severities[0]: "WORST" is not known, want one of CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL`,
			file + `:6:56: security.routes[Pager].emails[0]: "nobody" is not valid, want an e-mail address`,
		}},
		{"who gathers, and who is told of what", utility("  centralAccount: prd\n  vulnerabilityReport: {severities: []}\n  routes:\n    - {name: pager, severities: []}\n    - {name: chat, severities: [HIGH, HIGH], accounts: [nonprod, staging]}\n"), []string{
			file + `:2:19: security.centralAccount: unknown account "prd" (did you mean "prod"? known accounts: nonprod, prod)`,
			file + `:3:37: security.vulnerabilityReport.severities: no severity is listed, want at least one (for example: severities: [CRITICAL])`,
			file + `:5:33: security.routes[pager].severities: no severity is listed, want at least one (for example: severities: [CRITICAL])`,
			file + `:6:39: security.routes[chat].severities[1]: HIGH is already listed as severities[0] (list each once)`,
			file + `:6:66: security.routes[chat].accounts[1]: unknown account "staging", want one of nonprod, prod`,
		}},
		{"an administrator that is not central", utility("  organizationAdmin: true\n  detectorID: 12abc34d567e8fa901bc2d34e56789f0\n"), []string{
			file + `:2:22: security.organizationAdmin: nonprod is not the central account, which is prod (an organization has one administrator: set it in accounts/prod/utility.yaml)`,
		}},
		{"an administrator without its detector, and one with another", map[string]string{
			"accounts/prod/utility.yaml": "security:\n  enabled: true\n  organizationAdmin: true\n  vulnerabilityReport: {enabled: false}\n",
		}, []string{
			"configs/accounts/prod/utility.yaml:3:22: security.organizationAdmin: the administrator's detector in prod us-west-2 is not named (set security.detectorID in accounts/prod/us-west-2/utility.yaml to what `aws guardduty list-detectors` shows there)",
			`configs/accounts/prod/utility.yaml:3:22: security.organizationAdmin: the baseline of prod us-west-2 makes a detector of GuardDuty, but the administrator has one already (set detection.guardDuty.enabled: false in the base.yaml of the account)`,
		}},
		{"what the baseline does not look for", unwatched, []string{
			`configs/defaults/utility.yaml:` + lineOf("  macie: {enabled: true, every: weekly") + `:20: security.macie.enabled: Macie is off in nonprod us-east-1 (set detection.macie: true in the base.yaml of the account, or security.macie.enabled: false here)`,
			`configs/defaults/utility.yaml:` + lineOf("  vulnerabilityReport: {enabled: true") + `:34: security.vulnerabilityReport.enabled: Inspector scans nothing in nonprod us-east-1 (set detection.inspector in the base.yaml of the account, or security.vulnerabilityReport.enabled: false here)`,
		}},
	})
}

func TestSecurityThatIsOffIsNotChecked(t *testing.T) {
	t.Parallel()
	mustLoad(t, map[string]string{"accounts/nonprod/utility.yaml": "security: {centralAccount: mars, vulnerabilityReport: {severities: []}}\n"})
}

func TestRoutesAreThoseOfTheAccount(t *testing.T) {
	t.Parallel()
	s := config.UtilitySecurity{Routes: []config.FindingRoute{{Name: "all"}, {Name: "some", Accounts: []string{"prod"}}}}
	for account, want := range map[string][]string{"prod": {"all", "some"}, "nonprod": {"all"}} {
		var got []string
		for _, r := range s.RoutesOf(account) {
			got = append(got, r.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("routes of %s = %v, want %v", account, got, want)
		}
	}
	if len(s.Routes) != 2 || s.Routes[1].Name != "some" {
		t.Errorf("RoutesOf changed the routes: %v", s.Routes)
	}
}
