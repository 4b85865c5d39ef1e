package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/config"
)

// inDefaults is the place of a text in the sound defaults.
func inDefaults(t *testing.T, text string) string {
	t.Helper()
	const file = "defaults/utility.yaml"
	before, _, ok := strings.Cut(sound()[file], text)
	if !ok || strings.Count(sound()[file], text) > 1 {
		t.Fatalf("%q is not once in the sound %s", text, file)
	}
	return fmt.Sprintf("configs/%s:%d:%d", file, strings.Count(before, "\n")+1, len(before)-strings.LastIndex(before, "\n"))
}

func TestErrorsOfOkta(t *testing.T) {
	t.Parallel()
	utility := func(text string) map[string]string {
		return map[string]string{"accounts/prod/utility.yaml": text + "\n"}
	}
	checkWrong(t, []wrong{
		{"values", utility("okta: {orgName: https://x, baseURL: example.com, groups: [{name: A, description: ''}], signOn: {idleMinutes: 4, lifetimeMinutes: 1441}, threatInsight: {action: kill}}"), []string{
			`configs/accounts/prod/utility.yaml:1:17: okta.orgName: "https://x" is not valid, want the first part of the organization's URL`,
			`configs/accounts/prod/utility.yaml:1:37: okta.baseURL: "example.com" is not known, want one of okta.com, oktapreview.com, okta-emea.com, okta-gov.com, okta.mil`,
			`configs/accounts/prod/utility.yaml:1:66: okta.groups[A].name: "A" is not valid, want 2 to 50 lower-case letters, digits and dashes, starting with a letter and not ending with a dash`,
			`configs/accounts/prod/utility.yaml:1:82: okta.groups[A].description: "" is not valid, want 1 to 255 characters`,
			`configs/accounts/prod/utility.yaml:1:110: okta.signOn.idleMinutes: 4 is out of range, want 5 to 1440`,
			`configs/accounts/prod/utility.yaml:1:130: okta.signOn.lifetimeMinutes: 1441 is out of range, want 5 to 1440`,
			`configs/accounts/prod/utility.yaml:1:161: okta.threatInsight.action: "kill" is not known, want one of none, audit, block`,
		}},
		{"groups of clients' people", utility("okta: {enabled: true, groups: [{name: cell-acme-users, description: d}, {name: logs-client-acme, description: d}, {name: cellar, description: d}]}"), []string{
			`configs/accounts/prod/utility.yaml:1:39: okta.groups[cell-acme-users].name: the group cell-acme-users could be that of a client's people, since it begins with cell- (choose another name)`,
			`configs/accounts/prod/utility.yaml:1:80: okta.groups[logs-client-acme].name: the group logs-client-acme could be that of a client's people, since it begins with logs-client- (choose another name)`,
		}},
		{"names that nothing has", utility("okta: {enabled: true, apps: {jenkins: {groups: [platform-x], zones: [home]}, openSearch: {groups: []}}, threatInsight: {excludedZones: [home]}}"), []string{
			`configs/accounts/prod/utility.yaml:1:49: okta.apps.jenkins.groups[0]: there is no group "platform-x", want one of platform-administrators, logs-administrators`,
			`configs/accounts/prod/utility.yaml:1:70: okta.apps.jenkins.zones[0]: there is no zone "home", nor any other`,
			`configs/accounts/prod/utility.yaml:1:99: okta.apps.openSearch.groups: nobody may sign in, want at least one group (name groups, or set enabled: false)`,
			`configs/accounts/prod/utility.yaml:1:137: okta.threatInsight.excludedZones[0]: there is no zone "home", nor any other`,
		}},
		{"groups that the application never hears of", utility("okta: {enabled: true, apps: {vault: {groups: [logs-administrators, logs-administrators]}}}"), []string{
			`configs/accounts/prod/utility.yaml:1:47: okta.apps.vault.groups[0]: the application hears only of groups that begin with platform-, not of logs-administrators (rename the group, or change groupPrefix)`,
			`configs/accounts/prod/utility.yaml:1:68: okta.apps.vault.groups[1]: logs-administrators is already listed as groups[0] (list each once)`,
		}},
		{"networks", utility("okta: {enabled: true, zones: [{name: offices, cidrs: [0.0.0.0/0, 10.0.0.0/8, 198.51.100.0/24, 198.51.100.0/24]}]}"), []string{
			`configs/accounts/prod/utility.yaml:1:55: okta.zones[offices].cidrs[0]: 0.0.0.0/0 is everybody (leave the zone out where everybody may sign in)`,
			`configs/accounts/prod/utility.yaml:1:66: okta.zones[offices].cidrs[1]: 10.0.0.0/8 is private, and Okta sees public addresses only (use the addresses that your networks reach the Internet from)`,
			`configs/accounts/prod/utility.yaml:1:95: okta.zones[offices].cidrs[3]: 198.51.100.0/24 is already listed as cidrs[2] (list each once)`,
		}},
		{"sessions", utility("okta: {enabled: true, signOn: {idleMinutes: 60, lifetimeMinutes: 30}}"), []string{
			`configs/accounts/prod/utility.yaml:1:45: okta.signOn.idleMinutes: a session ends after 30 minutes, before it has been idle for 60 (lower idleMinutes or raise lifetimeMinutes)`,
		}},
		{"roles of AWS", utility("okta: {enabled: true, apps: {aws: {enabled: true, roles: [{name: admin, groups: [nobody], accounts: [staging]}, {name: root, groups: []}]}}}"), []string{
			`configs/accounts/prod/utility.yaml:1:82: okta.apps.aws.roles[admin].groups[0]: there is no group "nobody", want one of platform-administrators, logs-administrators`,
			`configs/accounts/prod/utility.yaml:1:102: okta.apps.aws.roles[admin].accounts[0]: there is no account "staging", want one of nonprod, prod`,
			`configs/accounts/prod/utility.yaml:1:120: okta.apps.aws.roles[root].name: "root" is not known, want one of admin, auditor, operator, support`,
			`configs/accounts/prod/utility.yaml:1:134: okta.apps.aws.roles[root].groups: 0 items are listed, want 1 to 20`,
		}},
		{"no roles of AWS", map[string]string{
			"defaults/utility.yaml":      strings.Replace(sound()["defaults/utility.yaml"], "roles: [{name: admin, groups: [platform-administrators]}]", "roles: []", 1),
			"accounts/prod/utility.yaml": "okta: {enabled: true, apps: {aws: {enabled: true}}}\n",
		}, []string{
			inDefaults(t, "[{name: admin") + `: okta.apps.aws.roles: nobody gets a role, want at least one (name roles, or set enabled: false)`,
		}},
		{"roles of Jenkins and OpenSearch", utility("okta: {enabled: true}\njenkins: {enabled: true, oidc: {clientID: x, readers: platform-readers, administrators: platform-administrators, deployers: platform-administrators, issuer: https://example.okta.com/oauth2/default}}\nelk: {enabled: true, people: {administrators: logs-administrators, operators: logs-operators}}"), []string{
			`configs/accounts/prod/utility.yaml:2:55: jenkins.oidc.readers: members of platform-readers cannot sign in: okta.apps.jenkins.groups (` + inDefaults(t, "[platform-administrators], groupPrefix: platform-, reauthenticateMinutes: 120") + `) does not name the group (add it there, or name one of platform-administrators)`,
			`configs/accounts/prod/utility.yaml:2:158: jenkins.oidc.issuer: https://example.okta.com/oauth2/default is not the issuer of the application that application okta makes for Jenkins, want https://example.okta.com`,
			`configs/accounts/prod/utility.yaml:3:79: elk.people.operators: members of logs-operators cannot sign in: okta.apps.openSearch.groups (` + inDefaults(t, "[logs-administrators], groupPrefix") + `) does not name the group (add it there, or name one of logs-administrators)`,
		}},
	})
}

func TestErrorsOfVaultConfig(t *testing.T) {
	t.Parallel()
	utility := func(text string) map[string]string {
		return map[string]string{"accounts/prod/utility.yaml": text + "\n"}
	}
	const on = "vault: {enabled: true}\n"
	checkWrong(t, []wrong{
		{"values", utility("vaultConfig: {login: {mount: /aws, role: '', minutes: 10}, people: {groups: [{name: a-b, policies: [root]}, {name: c-d, policies: []}]}, transitRotationDays: 0, passwordLength: 8, limits: {requestsPerSecond: 1}}"), []string{
			`configs/accounts/prod/utility.yaml:1:30: vaultConfig.login.mount: "/aws" is not valid, want 1 to 31 lower-case letters, digits and dashes, starting with a letter`,
			`configs/accounts/prod/utility.yaml:1:42: vaultConfig.login.role: "" is not valid, want 1 to 63 lower-case letters, digits and dashes, starting with a letter`,
			`configs/accounts/prod/utility.yaml:1:55: vaultConfig.login.minutes: 10 is out of range, want 20 to 720`,
			`configs/accounts/prod/utility.yaml:1:101: vaultConfig.people.groups[a-b].policies[0]: "root" is not known, want one of administrator, auditor, cell-writer, operator, writer`,
			`configs/accounts/prod/utility.yaml:1:131: vaultConfig.people.groups[c-d].policies: 0 items are listed, want 1 to 5`,
			`configs/accounts/prod/utility.yaml:1:159: vaultConfig.transitRotationDays: 0 is out of range, want 1 to 3650`,
			`configs/accounts/prod/utility.yaml:1:178: vaultConfig.passwordLength: 8 is out of range, want 20 to 100`,
			`configs/accounts/prod/utility.yaml:1:209: vaultConfig.limits.requestsPerSecond: 1 is out of range, want 10 to 100000`,
		}},
		{"authorities", utility(on + "vaultConfig: {enabled: true, people: {enabled: false}, pki: {rootYears: 5, intermediateYears: 5}}"), []string{
			`configs/accounts/prod/utility.yaml:2:95: vaultConfig.pki.intermediateYears: the intermediate would be valid for 5 years, no less than the root (configs/accounts/prod/utility.yaml:2:73) (use a smaller number)`,
		}},
		{"the door that it makes", utility(on + "vaultConfig: {enabled: true, people: {enabled: false}, login: {mount: aws}}"), []string{
			`configs/accounts/prod/utility.yaml:2:71: vaultConfig.login.mount: the stack makes aws itself, and must not depend on what it makes (for example: mount: deploy)`,
		}},
		{"without Vault", utility("vaultConfig: {enabled: true, people: {enabled: false}}"), []string{
			`configs/accounts/prod/utility.yaml:1:24: vaultConfig.enabled: application vault-config needs vault, which is switched off (enable vault here too, or switch vault-config off)`,
		}},
		{"without Okta", utility(on + "vaultConfig: {enabled: true}"), []string{
			`configs/accounts/prod/utility.yaml:2:24: vaultConfig.enabled: application vault-config needs okta, which is switched off (enable okta here too, or switch vault-config off)`,
		}},
		{"without the application of Okta", utility(on + "okta: {enabled: true, apps: {vault: {enabled: false}}}\nvaultConfig: {enabled: true}"), []string{
			inDefaults(t, "true, groups: [{name: platform-administrators, policies") + `: vaultConfig.people.enabled: people log in by the application vault of Okta, which is switched off (set okta.apps.vault.enabled: true here too)`,
		}},
		{"groups that cannot log in", utility(on + "okta: {enabled: true}\nvaultConfig: {enabled: true, people: {groups: [{name: logs-administrators, policies: [auditor]}]}}"), []string{
			`configs/accounts/prod/utility.yaml:3:48: vaultConfig.people.groups[logs-administrators]: members of logs-administrators cannot log in: okta.apps.vault.groups (` + inDefaults(t, "[platform-administrators], groupPrefix: platform-, reauthenticateMinutes: 60") + `) does not name the group (add it there, or name one of platform-administrators)`,
		}},
	})
}

func TestOktaAndVaultConfigThatAreOffAreNotChecked(t *testing.T) {
	t.Parallel()
	mustLoad(t, map[string]string{
		"accounts/prod/utility.yaml": "okta: {apps: {jenkins: {groups: []}}, signOn: {idleMinutes: 1440}}\nvaultConfig: {pki: {rootYears: 5, intermediateYears: 10}}\n",
	})
}

func TestVaultConfigNeedsOktaForPeopleOnly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"okta: {enabled: true}\nvaultConfig: {enabled: true}":    {config.ApplicationVault, config.ApplicationOkta},
		"vaultConfig: {enabled: true, people: {enabled: false}}": {config.ApplicationVault},
	} {
		tree := mustLoad(t, map[string]string{"accounts/prod/utility.yaml": "vault: {enabled: true}\n" + text + "\n"})
		utility, err := tree.Utility("prod", "us-west-2")
		if err != nil {
			t.Fatal(err)
		}
		for _, app := range utility.Applications() {
			if app.Name == config.ApplicationVaultConfig && !slices.Equal(app.Needs, want) {
				t.Errorf("%q: needs %v, want %v", text, app.Needs, want)
			}
		}
	}
}

func TestIssuerIsTheOrganizationItself(t *testing.T) {
	t.Parallel()
	okta := config.UtilityOkta{OrgName: "example", BaseURL: "okta-emea.com"}
	if got, want := okta.Issuer(), "https://example.okta-emea.com"; got != want {
		t.Errorf("Issuer = %s, want %s", got, want)
	}
}
