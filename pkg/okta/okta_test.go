package okta_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/okta"
	"cellworks/pkg/provider/oktaprovider"
	"cellworks/pkg/pulumitest"
)

const (
	group       = "okta:group/group:Group"
	rule        = "okta:group/rule:Rule"
	openID      = "okta:app/oAuth:OAuth"
	saml        = "okta:app/saml:Saml"
	assignments = "okta:index/appGroupAssignments:AppGroupAssignments"
	assignment  = "okta:app/groupAssignment:GroupAssignment"
	policy      = "okta:index/appSignonPolicy:AppSignonPolicy"
	policyRule  = "okta:index/appSignonPolicyRule:AppSignonPolicyRule"
	session     = "okta:policy/ruleSignon:RuleSignon"
)

// args are those of an organization that uses all there is.
func args() okta.Args {
	app := func(prefix string, groups ...string) config.OktaApp {
		return config.OktaApp{Enabled: true, Groups: groups, GroupPrefix: prefix, ReauthenticateMinutes: 120}
	}
	vault := app("platform-", "platform-administrators")
	vault.ReauthenticateMinutes, vault.Zones = 0, []string{"offices"}
	return okta.Args{
		OrganizationName: "meridian",
		AccountID:        "333333333333",
		Region:           "us-east-1",
		Config: config.UtilityOkta{
			OrgName: "example", BaseURL: "okta.com",
			Groups: []config.OktaGroup{
				{Name: "platform-administrators", Description: "Run the platform"},
				{Name: "platform-readers", Description: "Look at the platform", Rule: `user.department == "Engineering"`},
				{Name: "logs-operators", Description: "Read logs"},
			},
			Zones:  []config.OktaZone{{Name: "offices", CIDRs: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}}},
			SignOn: config.OktaSignOn{IdleMinutes: 30, LifetimeMinutes: 720, PhishingResistant: true},
			Apps: config.OktaApps{
				Jenkins:    app("platform-", "platform-readers", "platform-administrators"),
				Vault:      vault,
				OpenSearch: app("logs-", "logs-operators"),
				AWS: config.OktaAWS{Enabled: true, ReauthenticateMinutes: 90, Roles: []config.OktaAWSRole{
					{Name: "admin", Groups: []string{"platform-administrators"}, Accounts: []string{"nonprod"}},
					{Name: "auditor", Groups: []string{"platform-readers", "platform-administrators"}},
				}},
			},
			ThreatInsight: config.OktaThreatInsight{Action: config.ThreatBlock, ExcludedZones: []string{"offices"}},
			LogStream:     true,
		},
		AccountIDs:         map[string]string{"nonprod": "111111111111", "prod": "222222222222"},
		Hosts:              map[string]string{config.OktaAppJenkins: "jenkins.example.com", config.OktaAppVault: "vault.example.com", config.OktaAppOpenSearch: "logs.example.com"},
		DeletionProtection: true,
	}
}

// small returns args with the least that there can be.
func small() okta.Args {
	a := args()
	a.Config.Apps, a.Config.Zones, a.Config.LogStream = config.OktaApps{}, nil, false
	a.Config.ThreatInsight = config.OktaThreatInsight{Action: config.ThreatNone}
	return a
}

func build(t *testing.T, args okta.Args) pulumi.RunFunc {
	t.Helper()
	return func(ctx *pulumi.Context) error {
		provider, err := oktaprovider.New(ctx, "okta", oktaprovider.Args{OrgName: "example", BaseURL: "okta.com", Cloud: config.AWS})
		if err != nil {
			return err
		}
		directory, err := okta.New(ctx, "okta", args, pulumi.Providers(provider), pulumitest.Marked())
		if err != nil {
			return err
		}
		for key, secret := range directory.ClientSecrets {
			ctx.Export(key, secret)
			if !pulumi.IsSecret(secret) {
				t.Errorf("the secret of %s is not secret", key)
			}
		}
		return nil
	}
}

func record(t *testing.T, args okta.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, build(t, args))
}

func TestNewBuildsTheDirectory(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "okta")
}

func TestOneApplicationIsAssignedInOneWay(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	whole, single := recording.Strings(assignments, "appId"), recording.Strings(assignment, "appId")
	seen := map[string]bool{}
	for _, app := range whole {
		if slices.Contains(single, app) || seen[app] {
			t.Errorf("%s is assigned in two ways: %q and %q", app, whole, single)
		}
		seen[app] = true
	}
	if got, want := len(whole)+len(slices.Compact(single)), len(recording.OfType(openID))+len(recording.OfType(saml)); got != want {
		t.Errorf("%d applications are assigned, want %d", got, want)
	}
}

func TestEveryApplicationHasRulesWithTwoFactorsAndNoOthers(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	policies := recording.OfType(policy)
	for _, app := range slices.Concat(recording.OfType(openID), recording.OfType(saml)) {
		id := app.Inputs["authenticationPolicy"]
		if !id.IsString() || !slices.ContainsFunc(policies, func(p pulumitest.Resource) bool { return p.Name+"-id" == id.StringValue() }) {
			t.Errorf("%s has no policy of its own: %v", app.URN, id)
		}
	}
	for _, p := range policies {
		if p.Inputs["catchAll"].BoolValue() {
			t.Errorf("%s lets in whom no rule names", p.URN)
		}
	}
	for _, r := range recording.OfType(policyRule) {
		if r.Inputs["factorMode"].StringValue() != "2FA" {
			t.Errorf("%s lets in with one factor: %v", r.URN, r.Inputs)
		}
		// Cells assign groups of their own to OpenSearch.
		if groups, ok := r.Inputs["groupsIncludeds"]; (ok && len(groups.ArrayValue()) > 0) == (r.Name == "okta-openSearch") {
			t.Errorf("%s is for the groups %v", r.URN, groups)
		}
		if !strings.Contains(r.Inputs["constraints"].ArrayValue()[0].StringValue(), `"phishingResistant":"REQUIRED"`) {
			t.Errorf("%s takes any factor", r.URN)
		}
	}
	for _, r := range recording.OfType(session) {
		if !r.Inputs["mfaRequired"].BoolValue() {
			t.Errorf("%s asks for no second factor", r.URN)
		}
	}
}

func TestRulesFollowTheConfiguration(t *testing.T) {
	t.Parallel()
	got := map[string][]string{}
	for _, r := range record(t, args()).OfType(policyRule) {
		got[r.Name] = []string{r.Inputs["reAuthenticationFrequency"].StringValue(), r.Inputs["networkConnection"].StringValue()}
	}
	for name, want := range map[string][]string{
		"okta-jenkins": {"PT2H", "ANYWHERE"}, "okta-vault": {"PT0S", "ZONE"}, "okta-openSearch": {"PT2H", "ANYWHERE"}, "okta-aws": {"PT90M", "ANYWHERE"},
	} {
		if !slices.Equal(got[name], want) {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	plain := args()
	plain.Config.SignOn.PhishingResistant = false
	for _, r := range record(t, plain).OfType(policyRule) {
		if _, ok := r.Inputs["constraints"]; ok {
			t.Errorf("%s has constraints", r.URN)
		}
	}
}

func TestOnlyTheSecretThatAStackNeedsIsKept(t *testing.T) {
	t.Parallel()
	for _, app := range record(t, args()).OfType(openID) {
		if omitted := app.Inputs["omitSecret"].BoolValue(); omitted != (app.Name == "okta-jenkins") {
			t.Errorf("%s: omitSecret is %v", app.Name, omitted)
		}
	}
}

func TestAWSGroupsAreFilledByTheGroupsOfPeople(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	var names []string
	for _, g := range recording.OfType(group) {
		if name := g.Inputs["name"].StringValue(); strings.HasPrefix(name, "aws#") {
			names = append(names, name)
		}
	}
	want := []string{"aws#nonprod#admin#111111111111", "aws#nonprod#auditor#111111111111", "aws#prod#auditor#222222222222"}
	if !slices.Equal(names, want) {
		t.Errorf("groups %q, want %q", names, want)
	}
	rules := map[string]string{}
	for _, r := range recording.OfType(rule) {
		rules[r.Inputs["name"].StringValue()] = r.Inputs["expressionValue"].StringValue()
	}
	if got, want := rules["aws#prod#auditor#222222222222"], `isMemberOfAnyGroup("okta-platform-administrators-id", "okta-platform-readers-id")`; got != want {
		t.Errorf("rule = %s, want %s", got, want)
	}
	if got, want := rules["platform-readers"], `user.department == "Engineering"`; got != want || len(rules) != 4 {
		t.Errorf("rules = %q, want %s for platform-readers and 3 of AWS", rules, want)
	}
}

func TestWhatIsOffIsNotBuilt(t *testing.T) {
	t.Parallel()
	recording := record(t, small())
	for _, res := range recording.Resources {
		for _, part := range []string{":app/", "AppSignon", "AppGroup", ":network/", "logStream", "#"} {
			if strings.Contains(res.Type+res.Name, part) {
				t.Errorf("%s is built", res.URN)
			}
		}
	}
	if got := len(recording.OfType(group)); got != 3 {
		t.Errorf("%d groups, want 3", got)
	}
}

func TestDeletionProtectionGuardsGroupsAndApplications(t *testing.T) {
	t.Parallel()
	for _, protect := range []bool{true, false} {
		a := args()
		a.DeletionProtection = protect
		recording := record(t, a)
		for _, res := range slices.Concat(recording.OfType(openID), recording.OfType(saml)) {
			if res.Protect != protect {
				t.Errorf("%s: protect is %v, want %v", res.URN, res.Protect, protect)
			}
		}
	}
}

func TestNewRefusesBadArgs(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change func(*okta.Args)
		want   []string
	}{
		{"empty", func(a *okta.Args) { *a = okta.Args{} }, []string{"account id is empty", "organization name is empty", "region is empty", "groups: got none, want at least one"}},
		{"hosts", func(a *okta.Args) { a.Hosts = nil }, []string{"jenkins: host is empty", "openSearch: host is empty", "vault: host is empty"}},
		{"nobody", func(a *okta.Args) { a.Config.Apps.Vault.Groups = nil }, []string{"vault: groups: got none, want at least one"}},
		{"unknown names", func(a *okta.Args) {
			a.Config.Apps.Jenkins.Groups, a.Config.Apps.Jenkins.Zones = []string{"strangers"}, []string{"home"}
			a.Config.ThreatInsight.ExcludedZones = []string{"home"}
		}, []string{
			`jenkins: there is no group "strangers", want one of [platform-administrators platform-readers logs-operators]`,
			`jenkins: there is no zone "home", want one of [offices]`,
			`threat insight: there is no zone "home", want one of [offices]`,
		}},
		{"aws", func(a *okta.Args) {
			a.Region = "us-gov-west-1"
			a.Config.Apps.AWS.Roles = []config.OktaAWSRole{{Name: "admin", Accounts: []string{"staging"}}}
		}, []string{
			"aws: partition aws-us-gov is not supported, want aws",
			"aws role admin: groups: got none, want at least one",
			`aws role admin: there is no account "staging", want one of [nonprod prod]`,
		}},
		{"aws without roles", func(a *okta.Args) { a.Config.Apps.AWS.Roles = nil }, []string{"aws: got 0 roles and 2 accounts, want at least one of each"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			bad := args()
			tc.change(&bad)
			_, err := pulumitest.Record(pulumitest.Target{Project: "utility", Stack: "test"}, build(t, bad))
			if want := "okta \"okta\": " + strings.Join(tc.want, "\n"); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error = %v, want it to contain %q", err, want)
			}
		})
	}
}

func TestNoSecretIsInTheInputs(t *testing.T) {
	t.Parallel()
	for _, res := range record(t, args()).Resources {
		for _, key := range []resource.PropertyKey{"clientBasicSecret", "apiToken", "privateKey"} {
			if _, ok := res.Inputs[key]; ok {
				t.Errorf("%s is given %s", res.URN, key)
			}
		}
	}
}
