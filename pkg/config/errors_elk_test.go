package config_test

import (
	"strings"
	"testing"

	"cellworks/pkg/config"
)

func TestErrorsOfLogs(t *testing.T) {
	t.Parallel()
	utility := func(text string) map[string]string {
		return map[string]string{"accounts/prod/utility.yaml": "elk:\n  enabled: true\n" + text}
	}
	const file = "configs/accounts/prod/utility.yaml"
	checkWrong(t, []wrong{
		{"values", utility("  engineVersion: \"2.19\"\n  data: {count: 4, instanceType: t3.medium.search, volumeGiB: 1}\n  masterInstanceType: m7g.large\n  searchableDays: 7\n  windowHour: 24\n  people: {administrators: \"a b\", sessionMinutes: 1}\n"), []string{
			file + `:3:18: elk.engineVersion: "2.19" is not valid, want a version, such as OpenSearch_2.19`,
			file + `:4:17: elk.data.count: 4 is not known, want one of 3, 6, 9, 12, 15, 18, 21, 24, 27, 30`,
			file + `:4:34: elk.data.instanceType: "t3.medium.search" is not valid, want an instance type of OpenSearch without bursts, such as r7g.large.search`,
			file + `:4:63: elk.data.volumeGiB: 1 is out of range, want 10 to 12288`,
			file + `:5:23: elk.masterInstanceType: "m7g.large" is not valid, want an instance type of OpenSearch without bursts, such as m7g.large.search`,
			file + `:6:19: elk.searchableDays: 7 is out of range, want 30 to 730`,
			file + `:7:15: elk.windowHour: 24 is out of range, want 0 to 23`,
			file + `:8:28: elk.people.administrators: "a b" is not valid, want 1 to 63 letters, digits, dots, dashes and underscores`,
			file + `:8:51: elk.people.sessionMinutes: 1 is out of range, want 5 to 1440`,
		}},
		{"disks, ages and groups", utility("  data: {instanceType: r6gd.large.search}\n  warm: {enabled: true, afterDays: 60}\n  archive: {coldDays: 365, archiveDays: 90}\n  people: {administrators: logs-client-acme, operators: logs-client-acme}\n"), []string{
			file + `:3:24: elk.data.instanceType: r6gd.large.search has disks of its own and takes no volumes (for example: instanceType: r7g.large.search)`,
			file + `:4:36: elk.warm.afterDays: logs move to the warm nodes after 60 days, when they are deleted after 60 (configs/defaults/utility.yaml:` + lineOf("searchableDays: 60") + `:19) (use a smaller number, or switch the warm nodes off)`,
			file + `:5:41: elk.archive.archiveDays: files move to the archive at 90 days, before they move to cold storage at 365 (use at least 366, or 0 for never)`,
			file + `:6:28: elk.people.administrators: the group logs-client-acme could be that of a client's people, since it begins with logs-client- (choose another group)`,
			file + `:6:57: elk.people.operators: operators and administrators are one group, so that whoever reads logs could change who does (choose another group for one of them)`,
			file + `:6:57: elk.people.operators: the group logs-client-acme could be that of a client's people, since it begins with logs-client- (choose another group)`,
		}},
		{"metadata of nobody", utility("  people: {samlMetadata: <EntityDescriptor/>}\n"), []string{
			file + `:3:26: elk.people.samlMetadata: the document states no entityID (paste the metadata document that the identity provider offers for the application)`,
		}},
		{"metadata of something else", utility("  people: {samlMetadata: <html/>}\n"), []string{
			file + `:3:26: elk.people.samlMetadata: the document is a "html", want an EntityDescriptor (paste the metadata document that the identity provider offers for the application)`,
		}},
	})
}

// lineOf returns the number of the line of the defaults that holds text.
func lineOf(text string) string {
	before, _, _ := strings.Cut(sound()["defaults/utility.yaml"], text)
	_, number, _ := strings.Cut(behind("defaults/utility.yaml", 1-strings.Count(sound()["defaults/utility.yaml"], "\n")+strings.Count(before, "\n")), ":")
	return number
}

func TestLogsNeedThreeZones(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{{"two zones", map[string]string{"accounts/nonprod/us-east-1/utility.yaml": "elk: {enabled: true}\n"}, []string{
		`configs/accounts/nonprod/us-east-1/utility.yaml:1:16: elk.enabled: the domain spreads over 3 zones, but us-east-1 of account nonprod has 2 (enable it in a region with more)`,
	}}})
}

func TestLogsThatAreOffAreNotChecked(t *testing.T) {
	t.Parallel()
	mustLoad(t, map[string]string{"accounts/nonprod/utility.yaml": "elk: {warm: {enabled: true, afterDays: 90}, people: {samlMetadata: <html/>}}\n"})
}

func TestIdentityProviderIsWhatTheMetadataState(t *testing.T) {
	t.Parallel()
	people := config.UtilitySearchPeople{SAMLMetadata: `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="http://www.okta.com/exk1"><md:IDPSSODescriptor/></md:EntityDescriptor>`}
	if got, err := people.IdentityProvider(); err != nil || got != "http://www.okta.com/exk1" {
		t.Errorf("IdentityProvider = %q, %v, want http://www.okta.com/exk1", got, err)
	}
	people.SAMLMetadata = `<EntityDescriptor entityID="x">` + strings.Repeat(" ", 1_048_576) + `</EntityDescriptor>`
	if _, err := people.IdentityProvider(); err == nil || !strings.Contains(err.Error(), "want at most 1048576") {
		t.Errorf("IdentityProvider of a long document: error %v, want the limit", err)
	}
}
