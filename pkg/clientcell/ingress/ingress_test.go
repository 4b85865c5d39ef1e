package ingress_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/ingress"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
)

func args() ingress.Args {
	return ingress.Args{
		VPCID: pulumi.String("vpc-1"), ZoneID: "Z1", ZoneName: "us-east-1.nonprod.example.com",
		LoadBalancers: map[config.LoadBalancerScheme]contract.LoadBalancerOutputs{config.Public: {
			DNSName: pulumi.String("public.lb.example.com"), ZoneID: pulumi.String("Z2"),
			ListenerARN: pulumi.String("arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/cells-public/1/2"),
		}},
		Services:    map[string]ingress.Service{"portal": {Port: 8080, HealthPath: "/healthz", Scheme: config.Public, Host: "acme.us-east-1.nonprod.example.com"}},
		VanityNames: map[string]ingress.Vanity{"www": {Host: "www.acme.us-east-1.nonprod.example.com", Service: "portal"}},
	}
}

func record(t *testing.T, args ingress.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		_, err := ingress.New(ctx, "acme", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsWhatLeadsToServices(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "ingress")
}

// TestLongNamesOfServicesFit holds that a service may be called whatever the
// configuration takes.
func TestLongNamesOfServicesFit(t *testing.T) {
	t.Parallel()
	const client, longest = "willowclinic", "abcdefghijklmnopqrs"
	named := func(service string, port int) string {
		a := args()
		a.Services = map[string]ingress.Service{service: {Port: port, HealthPath: "/", Scheme: config.Public, Host: "acme.us-east-1.nonprod.example.com"}}
		a.VanityNames = nil
		names := pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: client}, func(ctx *pulumi.Context) error {
			_, err := ingress.New(ctx, client, a, pulumitest.AWS(t, ctx))
			return err
		}).Strings("aws:lb/targetGroup:TargetGroup", "name")
		if len(names) != 1 || len(names[0]) > naming.MaxTargetGroup {
			t.Fatalf("target groups %q, want one of at most %d characters", names, naming.MaxTargetGroup)
		}
		return names[0]
	}
	if got := named("portal", 8080); got != "" {
		t.Errorf("target group %q, want a name that Pulumi makes, as it always did", got)
	}
	if one, other := named(longest, 8080), named(longest, 8081); one == "" || one == other {
		t.Errorf("target groups %q and %q: the second must be made while the first is there", one, other)
	}
}

func TestPeopleSignInBeforeTheyGetThrough(t *testing.T) {
	t.Parallel()
	a := args()
	a.OIDC = &ingress.OIDC{
		Issuer: pulumi.String("https://example.okta.com"), AuthorizationEndpoint: pulumi.String("https://example.okta.com/oauth2/v1/authorize"),
		TokenEndpoint: pulumi.String("https://example.okta.com/oauth2/v1/token"), UserInfoEndpoint: pulumi.String("https://example.okta.com/oauth2/v1/userinfo"),
		ClientID: pulumi.String("0oa1"), ClientSecret: pulumi.ToSecret(pulumi.String("hidden")).(pulumi.StringOutput), Cookie: "cell-acme", SessionSeconds: 28800,
	}
	rules := record(t, a).OfType("aws:lb/listenerRule:ListenerRule")
	if len(rules) != 2 {
		t.Fatalf("%d rules, want one for each host", len(rules))
	}
	for _, rule := range rules {
		actions := rule.Inputs["actions"].ArrayValue()
		if len(actions) != 2 || actions[0].ObjectValue()["type"].StringValue() != "authenticate-oidc" || actions[1].ObjectValue()["type"].StringValue() != "forward" {
			t.Fatalf("%s does %v, want sign-in and then forward", rule.URN, actions)
		}
		if cookie := actions[0].ObjectValue()["authenticateOidc"].ObjectValue()["sessionCookieName"]; !cookie.IsString() || cookie.StringValue() != "cell-acme" {
			t.Errorf("%s knows people by the cookie %v, want the client's own, cell-acme", rule.URN, cookie)
		}
		secret := actions[0].ObjectValue()["authenticateOidc"].ObjectValue()["clientSecret"]
		if !secret.IsSecret() {
			t.Errorf("%s shows the client's secret", rule.URN)
		}
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	a := args()
	a.VPCID = nil
	a.LoadBalancers = nil
	a.VanityNames["other"] = ingress.Vanity{Host: "www.acme.example", Service: "api"}
	a.OIDC = &ingress.OIDC{}
	const want = `ingress "acme": vpc and hosted zone must be set
service portal is exposed, but there is no public load balancer
host name www.acme.example leads to service api, which is not exposed
host name www.acme.example is not below us-east-1.nonprod.example.com, so that its certificate cannot be proved
sign-in: issuer, endpoints, client id and secret must be set`
	if _, err := ingress.New(nil, "acme", a); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
	a = args()
	url := pulumi.String("https://example.okta.com")
	a.OIDC = &ingress.OIDC{Issuer: url, AuthorizationEndpoint: url, TokenEndpoint: url, UserInfoEndpoint: url, ClientID: url, ClientSecret: url}
	if _, err := ingress.New(nil, "acme", a); err == nil || !strings.Contains(err.Error(), "sign-in: the name of the cookie must be set") {
		t.Errorf("error = %v", err)
	}
	a.OIDC.Cookie = "cell-acme"
	if _, err := ingress.New(nil, "acme", a); err == nil || !strings.Contains(err.Error(), "a session of 0 s is out of range, want 1 to 604800") {
		t.Errorf("error = %v", err)
	}
}
