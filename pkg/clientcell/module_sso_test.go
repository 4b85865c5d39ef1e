package clientcell_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/provider/oktaprovider"
	"cellworks/pkg/pulumitest"
)

// signOn is a cell whose people sign in, with changes.
func signOn(t *testing.T, change func(*config.Cell)) *pulumitest.Recording {
	t.Helper()
	args := cell("acme")
	args.Config.Vault.Enabled, args.Config.Database.Enabled = false, false
	args.Config.SSO = config.CellSSO{Enabled: true, Groups: []string{"users"}, SessionHours: 8, Inbound: config.CellInbound{Type: config.InboundNone}}
	args.Config.Ingress = config.CellIngress{Enabled: true, Auth: config.AuthOIDC}
	args.Okta = &contract.Okta{Issuer: "https://example.okta.com", AppIDs: map[string]string{config.OktaAppOpenSearch: "0oalogs"}}
	change(&args.Config)
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		okta, err := oktaprovider.New(ctx, "okta", oktaprovider.Args{OrgName: "example", BaseURL: "okta.com", Cloud: config.Simulated})
		if err != nil {
			return err
		}
		_, err = clientcell.New(ctx, "acme", args, pulumitest.AWS(t, ctx), pulumi.Providers(okta))
		return err
	})
}

func TestPeopleComeBackToEveryHostThatAsksWhoTheyAre(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*config.Cell)
		want   []string
	}{
		"hosts":                   {func(*config.Cell) {}, []string{"https://acme.us-east-1.nonprod.example.com/oauth2/idpresponse"}},
		"services ask themselves": {func(c *config.Cell) { c.Ingress.Auth = config.AuthNone }, nil},
		"no ingress":              {func(c *config.Cell) { c.Ingress.Enabled = false }, nil},
		"nothing exposed":         {func(c *config.Cell) { c.Services.Items[0].Expose = config.ExposeNone }, nil},
	} {
		var got []string
		for _, app := range signOn(t, tc.change).OfType("okta:app/oAuth:OAuth") {
			for _, url := range app.Inputs["redirectUris"].ArrayValue() {
				got = append(got, url.StringValue())
			}
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: people come back to %q, want %q", name, got, tc.want)
		}
	}
}

func TestSignOnNeedsOktaAndMonitoringDatadog(t *testing.T) {
	t.Parallel()
	args := cell("acme")
	args.Config.SSO.Enabled, args.Config.Monitoring.Enabled = true, true
	const want = "cell \"acme\": sso: there is no Okta\nmonitoring: there is no Datadog"
	if _, err := clientcell.New(nil, "acme", args); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestDeploymentsDecryptTheSecretForTheClientsProviderAndNothingElse(t *testing.T) {
	t.Parallel()
	const grant = `{"Sid":"ReadSignInSecret","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::` + pulumitest.AccountID + `:role/deploy/pulumi-cell"]},"Action":["kms:Decrypt"],"Resource":["*"],` +
		`"Condition":{"ArnLike":{"kms:EncryptionContext:SecretARN":["arn:aws:secretsmanager:us-east-1:` + pulumitest.AccountID + `:secret:cell/acme/sso/*"]},"StringEquals":{"kms:ViaService":["secretsmanager.us-east-1.amazonaws.com"]}}}`
	inbound := func(c *config.Cell) {
		c.SSO.Inbound = config.CellInbound{
			Type: config.InboundOIDC, State: config.InboundPending, Issuer: "https://idp.example.org", AuthorizeURL: "https://idp.example.org/authorize",
			TokenURL: "https://idp.example.org/token", KeysURL: "https://idp.example.org/keys", ClientID: "us", ClientSecret: config.SecretRef{Store: config.SecretsManager, Name: "sso/idp"},
		}
	}
	for name, tc := range map[string]struct {
		change func(*config.Cell)
		want   bool
	}{"with OpenID Connect": {inbound, true}, "without": {func(*config.Cell) {}, false}} {
		policy := signOn(t, tc.change).Strings("aws:kms/key:Key", "policy")[0]
		if strings.Contains(policy, grant) != tc.want || strings.Contains(policy, "ReadSignInSecret") != tc.want {
			t.Errorf("%s: the key's policy has the grant: %v, want %v: %s", name, !tc.want, tc.want, policy)
		}
	}
}

// TestLoadBalancersAskTheClientsApplication holds that what sso makes is what ingress asks.
func TestLoadBalancersAskTheClientsApplication(t *testing.T) {
	t.Parallel()
	rules := signOn(t, func(*config.Cell) {}).OfType("aws:lb/listenerRule:ListenerRule")
	if len(rules) != 1 {
		t.Fatalf("%d rules, want one", len(rules))
	}
	ask := rules[0].Inputs["actions"].ArrayValue()[0].ObjectValue()["authenticateOidc"].ObjectValue()
	for property, want := range map[resource.PropertyKey]string{
		"issuer": "https://example.okta.com", "authorizationEndpoint": "https://example.okta.com/oauth2/v1/authorize", "tokenEndpoint": "https://example.okta.com/oauth2/v1/token",
		"userInfoEndpoint": "https://example.okta.com/oauth2/v1/userinfo", "clientId": "acme-clientId", "sessionCookieName": "cell-acme",
	} {
		if got := ask[property].StringValue(); got != want {
			t.Errorf("%s is %s, want %s", property, got, want)
		}
	}
	if secret := ask["clientSecret"]; !secret.IsSecret() || ask["sessionTimeout"].NumberValue() != 8*3600 {
		t.Errorf("the secret is %v, want it secret; the session lasts %v s", secret, ask["sessionTimeout"])
	}
}
