package sso_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/sso"
	"cellworks/pkg/config"
	"cellworks/pkg/provider/oktaprovider"
	"cellworks/pkg/pulumitest"
)

const (
	group  = "okta:group/group:Group"
	app    = "okta:app/oAuth:OAuth"
	rule   = "okta:index/appSignonPolicyRule:AppSignonPolicyRule"
	saml   = "okta:idp/saml:Saml"
	openID = "okta:idp/oidc:Oidc"
	route  = "okta:policy/ruleIdpDiscovery:RuleIdpDiscovery"
	reader = "okta:app/groupAssignment:GroupAssignment"
)

func args() sso.Args {
	return sso.Args{
		Client: "acme",
		Config: config.CellSSO{
			Enabled: true, Groups: []string{"users", "admins"}, SessionHours: 8,
			Inbound: config.CellInbound{
				Type: config.InboundSAML, State: config.InboundActive, Issuer: "urn:idp", SSOURL: "https://idp.example.org/saml", Certificate: "MIID\nab==",
				MailDomains: []string{"example.org", "mail.example.org"},
			},
		},
		Issuer:             "https://example.okta.com",
		Hosts:              []string{"acme.example.com", "portal.acme.example.com"},
		LogsAppID:          "0oalogs",
		DeletionProtection: true,
	}
}

func openIDArgs() sso.Args {
	a := args()
	a.Config.Inbound = config.CellInbound{
		Type: config.InboundOIDC, State: config.InboundActive, Issuer: "https://idp.example.org", AuthorizeURL: "https://idp.example.org/authorize",
		TokenURL: "https://idp.example.org/token", KeysURL: "https://idp.example.org/keys", ClientID: "cellworks",
		ClientSecret: config.SecretRef{Store: config.SecretsManager, Name: "sso/idp", Key: "key"}, MailDomains: []string{"example.org"},
	}
	return a
}

func record(t *testing.T, a sso.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		provider, err := oktaprovider.New(ctx, "okta", oktaprovider.Args{OrgName: "example", BaseURL: "okta.com", Cloud: config.Simulated})
		if err != nil {
			return err
		}
		_, err = sso.New(ctx, "acme", a, pulumitest.AWS(t, ctx), pulumi.Providers(provider))
		return err
	})
}

func TestNewBuildsSignOn(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "saml")
	record(t, openIDArgs()).Golden(t, "oidc")
}

func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	inputs := record(t, openIDArgs()).OfType(openID)[0].Inputs
	if secret := inputs["clientSecret"]; !secret.IsSecret() || secret.SecretValue().Element.StringValue() != "recorded-secret" {
		t.Errorf("clientSecret is %v, want the key of the secret, and secret", secret)
	}
}

// TestTheClientsProviderSpeaksForNobodyElse holds what keeps one client's identity provider
// from naming people of another, or of the platform.
func TestTheClientsProviderSpeaksForNobodyElse(t *testing.T) {
	t.Parallel()
	for typ, a := range map[string]sso.Args{saml: args(), openID: openIDArgs()} {
		inputs := record(t, a).OfType(typ)[0].Inputs
		for property, want := range map[string]string{
			"accountLinkGroupIncludes": "acme-admins-id acme-users-id", "groupsAssignments": "acme-users-id",
		} {
			var got []string
			for _, id := range inputs[resource.PropertyKey(property)].ArrayValue() {
				got = append(got, id.StringValue())
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %s is %q, want %q", typ, property, got, want)
			}
		}
		for property, want := range map[string]string{"accountLinkAction": "AUTO", "groupsAction": "ASSIGN", "deprovisionedAction": "NONE", "suspendedAction": "NONE"} {
			if got := inputs[resource.PropertyKey(property)].StringValue(); got != want {
				t.Errorf("%s: %s is %s, want %s", typ, property, got, want)
			}
		}
	}
	filter := regexp.MustCompile(record(t, args()).Strings(saml, "subjectFilter")[0])
	for subject, want := range map[string]bool{
		"a.b@example.org": true, "a@mail.example.org": true, "a@evilexample.org": false, "a@exampleXorg": false, "a@example.org.evil.org": false, "a@b@example.org": false, "root": false,
	} {
		if filter.MatchString(subject) != want {
			t.Errorf("%s may be named: %v, want %v", subject, !want, want)
		}
	}
}

func TestAPendingProviderExistsAndNobodyIsSentThere(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*sso.Args){
		"pending":                 func(a *sso.Args) { a.Config.Inbound.State = config.InboundPending },
		"pending without domains": func(a *sso.Args) { a.Config.Inbound.State, a.Config.Inbound.MailDomains = config.InboundPending, nil },
		"suspended":               func(a *sso.Args) { a.Suspended = true },
	} {
		for typ, a := range map[string]sso.Args{saml: args(), openID: openIDArgs()} {
			change(&a)
			recording := record(t, a)
			if got := recording.Strings(typ, "status"); len(got) != 1 || got[0] != "INACTIVE" || len(recording.OfType(route)) != 0 {
				t.Errorf("%s %s: status %v and %d rules, want it inactive and no rule", typ, name, got, len(recording.OfType(route)))
			}
		}
	}
	if got := record(t, args()).OfType(route); len(got) != 1 {
		t.Errorf("active: %d rules, want one", len(got))
	}
}

func TestASuspendedClientKeepsItsPeopleAndLetsNobodyIn(t *testing.T) {
	t.Parallel()
	a := args()
	a.Suspended = true
	recording := record(t, a)
	if got := recording.Strings(app, "status"); !slices.Equal(got, []string{"INACTIVE"}) {
		t.Errorf("application is %v, want it inactive", got)
	}
	if n := len(recording.OfType(reader)); n != 0 {
		t.Errorf("%d groups read logs, want none", n)
	}
	if got := recording.Strings(group, "name"); len(got) != 3 {
		t.Errorf("groups %v, want all of them", got)
	}
}

func TestPartsThatAreNotAskedForAreNotMade(t *testing.T) {
	t.Parallel()
	a := args()
	a.Hosts, a.LogsAppID, a.Config.Inbound = nil, "", config.CellInbound{Type: config.InboundNone}
	recording := record(t, a)
	for _, res := range recording.Resources {
		if strings.HasPrefix(res.Type, "okta:") && res.Type != group {
			t.Errorf("%s is made", res.URN)
		}
	}
	if got := recording.Strings(group, "name"); !slices.Equal(slices.Sorted(slices.Values(got)), []string{"cell-acme-admins", "cell-acme-users"}) {
		t.Errorf("groups %v", got)
	}
}

func TestOnlyTheClientsGroupsSignInWithTwoFactors(t *testing.T) {
	t.Parallel()
	inputs := record(t, args()).OfType(rule)[0].Inputs
	if inputs["factorMode"].StringValue() != "2FA" || inputs["reAuthenticationFrequency"].StringValue() != "PT8H" || len(inputs["groupsIncludeds"].ArrayValue()) != 2 {
		t.Errorf("rule is %v", inputs)
	}
}

func TestNewRefusesBadArgs(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change func(*sso.Args)
		want   []string
	}{
		{"empty", func(a *sso.Args) { *a = sso.Args{} }, []string{
			"client and issuer must be set", "groups: got none, want at least one", "session of 0 hours, want at least 1", `inbound: type "" is not known, want none, saml or oidc`,
		}},
		{"saml", func(a *sso.Args) { a.Config.Inbound.Certificate, a.Config.Inbound.MailDomains = "", nil }, []string{
			"inbound: something that type saml needs is missing", "inbound: an active provider needs mail domains",
		}},
		{"oidc", func(a *sso.Args) { a.Config.Inbound.Type = config.InboundOIDC }, []string{"inbound: something that type oidc needs is missing"}},
	} {
		bad := args()
		tc.change(&bad)
		_, err := sso.New(nil, "acme", bad)
		if want := `sign-on "acme": ` + strings.Join(tc.want, "\n"); err == nil || err.Error() != want {
			t.Errorf("%s: error = %v, want %s", tc.name, err, want)
		}
	}
}
