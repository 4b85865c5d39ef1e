package simcloud_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"cellworks/pkg/simcloud"
	"cellworks/pkg/simcloud/internal/datadog"
	"cellworks/pkg/simcloud/internal/okta"
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/vault"
)

// service is one of the providers beside aws, with settings that work.
type service struct {
	name     string
	settings props
	kinds    func() map[string]*resource.Kind
	build    func(*world)
}

const (
	vaultHost  = "vault.int.example.com"
	apiKeyText = "0123456789abcdef0123456789abcdef"
	appKeyText = "0123456789abcdef0123456789abcdef01234567"
)

func services() []service {
	return []service{
		{"vault", props{"address": "https://" + vaultHost + ":8200", "token": "hvs.root"}, vault.Kinds, (*world).vault},
		{"datadog", props{"apiKey": apiKeyText, "appKey": appKeyText}, datadog.Kinds, (*world).datadog},
		{"okta", props{"orgName": "meridian", "baseUrl": "okta.com", "apiToken": "00token"}, okta.Kinds, (*world).okta},
	}
}

// of is the service of a name.
func of(name string) service {
	for _, s := range services() {
		if s.name == name {
			return s
		}
	}
	panic("no service " + name)
}

// set configures a provider instance.
func (c *client) set(settings props) error {
	_, err := c.rpc.Configure(context.Background(), &pulumirpc.ConfigureRequest{Args: message(c.t, settings)})
	return err
}

// connectTo is a configured client of a service, in a cloud that has what the service needs beside it.
func connectTo(t testing.TB, cloud *simcloud.Cloud, s service) *client {
	t.Helper()
	if err := cloud.AllowVault(vaultHost); err != nil {
		t.Fatal(err)
	}
	server := serve(t, cloud)
	a := connect(t, server, "dev", accountA, "us-east-1")
	for _, name := range []string{"acme-web", "vault-reader"} {
		a.create("aws:iam/role:Role", name, props{"name": name, "path": "/cell/acme/", "assumeRolePolicy": trustPolicy})
	}
	c := dialTo(t, server, s.name, "dev")
	if err := c.set(s.settings); err != nil {
		t.Fatal(err)
	}
	return c
}

// serviceWorld builds one of everything of a service.
func serviceWorld(t testing.TB, cloud *simcloud.Cloud, s service, each func(*made, props)) *world {
	t.Helper()
	w := &world{client: connectTo(t, cloud, s), each: each, res: map[string]*made{}}
	s.build(w)
	return w
}

// refusesOf is refuses for a service.
func refusesOf(t *testing.T, service string, table []wrong) {
	t.Helper()
	refusesIn(t, serviceWorld(t, openCloud(t, simcloud.Options{Seed: "test"}), of(service), nil), table)
}

// TestEveryTypeOfEveryServiceLivesAndDies is TestEveryTypeLivesAndDies for the other providers.
func TestEveryTypeOfEveryServiceLivesAndDies(t *testing.T) {
	t.Parallel()
	for _, s := range services() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			cloud := openCloud(t, simcloud.Options{Seed: "test"})
			seen := map[string]bool{}
			var w *world
			w = &world{client: connectTo(t, cloud, s), res: map[string]*made{}, each: func(m *made, in props) {
				w.steady(m, in)
				seen[strings.Split(m.URN, "::")[2]] = true
			}}
			s.build(w)
			for token := range s.kinds() {
				if !seen[token] {
					t.Errorf("%s is simulated and not in the world that this test builds", token)
				}
			}
			for _, m := range w.made {
				if got := w.read(m.URN, m.ID); got.ID != m.ID {
					t.Errorf("%s: read finds nothing", m.URN)
				}
			}
			w.destroy()
			left, err := cloud.Objects(context.Background(), simcloud.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range left {
				if strings.HasPrefix(o.Type, s.name+":") {
					t.Errorf("after destroy the cloud has %s %s", o.Type, o.ID)
				}
			}
			w.destroy() // deleting what is gone is no error
		})
	}
}

// TestServicesAreReproducible builds two worlds from one seed.
func TestServicesAreReproducible(t *testing.T) {
	t.Parallel()
	for _, s := range services() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			ids := map[string]string{}
			for range 2 {
				w := serviceWorld(t, openCloud(t, simcloud.Options{Seed: "same"}), s, nil)
				for _, m := range w.made {
					if id, again := ids[m.URN]; again && id != m.ID {
						t.Errorf("%s is %s, then %s", m.URN, id, m.ID)
					}
					ids[m.URN] = m.ID
				}
			}
		})
	}
}

// TestSettingsOfServices configures providers with what is wrong. Some of it the real providers find out with their
// first call only.
func TestSettingsOfServices(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	if err := cloud.AllowVault(vaultHost); err != nil {
		t.Fatal(err)
	}
	server := serve(t, cloud)
	probes := map[string]string{"vault": "vault:index/policy:Policy", "datadog": "datadog:index/apiKey:ApiKey", "okta": "okta:group/group:Group"}
	inputs := map[string]props{"vault": {"name": "p", "policy": `path "a" { capabilities = ["read"] }`}, "datadog": {"name": "k"}, "okta": {"name": "g"}}
	for want, tc := range map[string]struct {
		service string
		change  props
	}{
		"": {"vault", nil},
		`namespace "team": the simulated Vault is the community edition`: {"vault", props{"namespace": "team"}},
		`"authLoginAws": conflicts with authLoginUserpass`:               {"vault", props{"authLoginAws": props{"role": "r"}, "authLoginUserpass": props{"username": "u"}}},
		`failed to configure Vault address`:                              {"vault", props{"address": ""}},
		`address "vault" is no URL`:                                      {"vault", props{"address": "vault"}},
		`no vault token set on Client`:                                   {"vault", props{"token": ""}},
		`Client sent an HTTP request to an HTTPS server.`:                {"vault", props{"address": "http://" + vaultHost + ":8200"}},
		`Get "https://vault.example.org/v1/auth/token/lookup-self": dial tcp: lookup vault.example.org: no such host`: {"vault", props{"address": "https://vault.example.org"}},
		`api_key and app_key must be set unless validate = false`:                                                     {"datadog", props{"appKey": nil}},
		`Invalid or missing credentials provided to the Datadog Provider`:                                             {"datadog", props{"apiKey": "secret-that-is-none"}},
		`missing protocol or host: api.datadoghq.eu`:                                                                  {"datadog", props{"apiUrl": "api.datadoghq.eu"}},
		`must not end with the /api/ path`:                                                                            {"datadog", props{"apiUrl": "https://api.datadoghq.eu/api/"}},
		`lookup api.datadog.com: no such host`:                                                                        {"datadog", props{"apiUrl": "https://api.datadog.com"}},
		`the simulated cloud does not simulate "defaultTags"`:                                                         {"datadog", props{"defaultTags": props{"tags": props{"a": "b"}}}},
		`your Okta URL is missing`:                                                                                    {"okta", props{"orgName": nil}},
		`your Okta API token is missing`:                                                                              {"okta", props{"apiToken": nil}},
		`"api_token": conflicts with client_id`:                                                                       {"okta", props{"clientId": "0oa"}},
		`your Okta API scopes are missing`:                                                                            {"okta", props{"apiToken": nil, "clientId": "0oa", "privateKey": "x", "privateKeyId": "k"}},
		`the private key is no PEM-encoded private key`:                                                               {"okta", props{"apiToken": nil, "clientId": "0oa", "privateKey": "hidden", "privateKeyId": "k", "scopes": []any{"okta.groups.manage"}}},
		`orgName "https://meridian" is no name of an organization`:                                                    {"okta", props{"orgName": "https://meridian"}},
		`Get "https://meridian.example.com/api/v1/org": dial tcp: lookup meridian.example.com: no such host: Okta's domains`: {"okta", props{"baseUrl": "example.com"}},
		`expected max_api_capacity to be in the range (1 - 100), got 500`:                                                    {"okta", props{"maxApiCapacity": 500}},
	} {
		c := dialTo(t, server, tc.service, "dev")
		settings := maps.Clone(of(tc.service).settings)
		for k, v := range tc.change {
			if settings[k] = v; v == nil {
				delete(settings, k)
			}
		}
		err := c.set(settings)
		if err == nil {
			_, err = c.try(probes[tc.service], "probe", inputs[tc.service])
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s %v: %v, want %q", tc.service, tc.change, err, want)
		}
		for _, secret := range []string{"secret-that-is-none", "hidden", apiKeyText, "hvs.root"} {
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("%s %v: the error tells a secret: %v", tc.service, tc.change, err)
			}
		}
	}
}

func TestCheckConfigOfServices(t *testing.T) {
	t.Parallel()
	server := serve(t, openCloud(t, simcloud.Options{}))
	for want, tc := range map[string]struct {
		service  string
		settings props
	}{
		`Did you mean "address"?`: {"vault", props{"addresss": "https://v", "address": "https://v", "token": ""}},
		`Missing required property 'token'. Either set it explicitly or configure it with 'pulumi config set vault:token <value>'.`: {"vault", props{"address": "https://v"}},
		`Did you mean "apiKey"?`:  {"datadog", props{"apikey": "x"}},
		`Did you mean "orgName"?`: {"okta", props{"orgname": "x"}},
	} {
		resp, err := dialTo(t, server, tc.service, "dev").rpc.CheckConfig(context.Background(), &pulumirpc.CheckRequest{News: message(t, tc.settings)})
		if err != nil || len(resp.GetFailures()) != 1 || !strings.Contains(resp.GetFailures()[0].GetReason(), want) {
			t.Errorf("%s: %v (%v), want %q", tc.service, resp.GetFailures(), err, want)
		}
	}
}

// TestProvidersAreToldApart: each port serves its own types and nothing else.
func TestProvidersAreToldApart(t *testing.T) {
	t.Parallel()
	server := serve(t, openCloud(t, simcloud.Options{}))
	for _, s := range services() {
		if server.Address(s.name) == "" || !strings.Contains(server.DebugProviders(), s.name+":"+strings.TrimPrefix(server.Address(s.name), "127.0.0.1:")) {
			t.Errorf("%s is not in %q", s.name, server.DebugProviders())
		}
		c := dialTo(t, server, s.name, "dev")
		if err := c.set(s.settings); err != nil {
			t.Fatal(err)
		}
		if _, err := c.try("aws:ec2/vpc:Vpc", "vpc", props{"cidrBlock": "10.0.0.0/16"}); err == nil || !strings.Contains(err.Error(), "does not simulate aws:ec2/vpc:Vpc") {
			t.Errorf("%s makes a VPC: %v", s.name, err)
		}
		if _, err := dialTo(t, server, s.name, "dev").try("x", "x", nil); err == nil {
			t.Errorf("%s works without configuration", s.name)
		}
	}
	if server.Address("consul") != "" {
		t.Error("consul has an address")
	}
}

func optionsOf(seed string) simcloud.Options { return simcloud.Options{Seed: seed} }
