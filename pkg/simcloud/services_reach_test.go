package simcloud_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/simcloud"
)

// TestAVaultExistsWhenItsNameLeadsToALoadBalancer brings up what a Vault is reached by, step by step.
func TestAVaultExistsWhenItsNameLeadsToALoadBalancer(t *testing.T) {
	t.Parallel()
	server := serve(t, openCloud(t, simcloud.Options{}))
	a := connect(t, server, "dev", accountA, "us-east-1")
	v := dialTo(t, server, "vault", "dev")
	if err := v.set(props{"address": "https://Vault.Clients.example.com", "token": "x"}); err != nil {
		t.Fatal(err)
	}
	try := func(want string) {
		t.Helper()
		_, err := v.try(vaultPolicy, "p", props{"name": "p", "policy": cellPolicy})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Fatalf("a call: %v, want %q", err, want)
		}
	}
	try("dial tcp: lookup vault.clients.example.com: no such host")
	w := &world{client: a, res: map[string]*made{}}
	w.network()
	w.security()
	w.names()
	lb := w.add("aws:lb/loadBalancer:LoadBalancer", "lb", props{
		"name": "vault", "internal": true, "subnets": []any{w.byURN("aws:ec2/subnet:Subnet", "app1").ID, w.byURN("aws:ec2/subnet:Subnet", "app0").ID}, "securityGroups": []any{w.res["lb-group"].ID},
	})
	record := w.add("aws:route53/record:Record", "vault", props{
		"zoneId": w.res["zone"].ID, "name": "vault.clients.example.com", "type": "A", "aliases": []any{props{"name": lb.str("dnsName"), "zoneId": lb.str("zoneId"), "evaluateTargetHealth": true}},
	})
	try("dial tcp: tcp vault.clients.example.com:443: i/o timeout")
	w.add("aws:lb/listener:Listener", "https", props{
		"loadBalancerArn": lb.ID, "port": 443, "protocol": "HTTPS", "certificateArn": w.res["validation"].str("certificateArn"),
		"defaultActions": []any{props{"type": "fixed-response", "fixedResponse": props{"contentType": "text/plain", "statusCode": "404"}}},
	})
	try("")
	away := connectTo2(t, server)
	w.create("aws:iam/role:Role", "here", props{"name": "here", "assumeRolePolicy": trustPolicy})
	away.create("aws:iam/role:Role", "there", props{"name": "there", "assumeRolePolicy": trustPolicy})
	away.create("aws:iam/role:Role", "reader", props{"name": "vault-auth-reader", "assumeRolePolicy": trustPolicy})
	v.create(vaultAuth, "aws", props{"type": "aws"})
	bind := func(name, arn string) error {
		_, err := v.try(awsAuthRole, name, props{"role": name, "boundIamPrincipalArns": []any{arn}})
		return err
	}
	const there = "arn:aws:iam::" + accountB + ":role/there"
	if err := bind("here", "arn:aws:iam::"+accountA+":role/here"); err != nil {
		t.Errorf("a role of Vault's own account: %v", err)
	}
	if err := bind("there", there); err == nil || !strings.Contains(err.Error(), "Vault runs in account "+accountA+" and has no STS role for account "+accountB) {
		t.Errorf("a role of another account: %v", err)
	}
	sts := v.create("vault:aws/authBackendStsRole:AuthBackendStsRole", "sts", props{"accountId": accountB, "stsRole": "arn:aws:iam::" + accountB + ":role/nobody"})
	if err := bind("there", there); err == nil || !strings.Contains(err.Error(), "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::"+accountB+":role/nobody") {
		t.Errorf("an STS role that is none: %v", err)
	}
	if err := v.update(sts, props{"accountId": accountB, "stsRole": "arn:aws:iam::" + accountB + ":role/vault-auth-reader"}); err != nil {
		t.Fatal(err)
	}
	if err := bind("there", there); err != nil {
		t.Errorf("a role of another account with an STS role: %v", err)
	}
	if err := a.delete(record); err != nil {
		t.Fatal(err)
	}
	try("no such host")
	if err := v.delete(sts); err == nil || !strings.Contains(err.Error(), "no such host") {
		t.Errorf("a delete in a Vault that is gone: %v", err)
	}
}

// connectTo2 is a client in another account.
func connectTo2(t *testing.T, server *simcloud.Server) *client {
	t.Helper()
	return connect(t, server, "dev", accountB, "us-east-1")
}

// TestServicesAreKeptApart: each Vault, site and organization has its own things.
func TestServicesAreKeptApart(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	for _, host := range []string{"one.example.com", "two.example.com"} {
		if err := cloud.AllowVault(host); err != nil {
			t.Fatal(err)
		}
	}
	server := serve(t, cloud)
	for typ, tc := range map[string]struct {
		in       props
		settings [2]props
	}{
		vaultMount: {props{"path": "kv", "type": "kv"}, [2]props{{"address": "https://one.example.com", "token": "t"}, {"address": "https://two.example.com", "token": "t"}}},
		"datadog:index/team:Team": {props{"name": "ops", "handle": "ops", "description": "x"}, [2]props{
			{"apiKey": apiKeyText, "appKey": appKeyText}, {"apiKey": apiKeyText, "appKey": appKeyText, "apiUrl": "https://api.datadoghq.eu/"},
		}},
		oktaGroup: {props{"name": "ops"}, [2]props{{"orgName": "one", "apiToken": "t"}, {"orgName": "one", "baseUrl": "oktapreview.com", "apiToken": "t"}}},
	} {
		provider, _, _ := strings.Cut(typ, ":")
		for _, settings := range tc.settings {
			c := dialTo(t, server, provider, "dev")
			if err := c.set(settings); err != nil {
				t.Fatal(err)
			}
			c.create(typ, "thing", tc.in)
			if _, err := c.try(typ, "again", tc.in); err == nil {
				t.Errorf("%s: a name is taken twice in %v", typ, settings)
			}
		}
	}
	if err := cloud.AllowVault("https://three.example.com"); err == nil {
		t.Error("a URL is allowed as a host")
	}
}

// TestFaultsStrikeServices lets calls of each service go wrong, in its own words.
func TestFaultsStrikeServices(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		typ       string
		in        props
		throttled string
		failed    string
	}{
		"vault":   {vaultPolicy, props{"name": "x", "policy": cellPolicy}, "error writing to Vault: Error making API request.\n\nURL: PUT https://vault.int.example.com:8200/v1/sys/policies/acl/x\nCode: 429.", "Code: 500. Errors:\n\n* boom"},
		"datadog": {"datadog:index/apiKey:ApiKey", props{"name": "x"}, `error creating api key from https://api.datadoghq.com/api/v2/api_keys: 429 Too Many Requests: {"errors":["Rate limit exceeded"]}`, `500 Internal Server Error: {"errors":["boom"]}`},
		"okta":    {oktaGroup, props{"name": "x"}, "failed to create group: the API returned an error: API call exceeded rate limit due to too many requests.", "the API returned an error: boom"},
	} {
		cloud := openCloud(t, simcloud.Options{Wait: func(context.Context, time.Duration) error { return nil }})
		c := connectTo(t, cloud, of(name))
		fault, err := cloud.AddFault(simcloud.Fault{Kind: simcloud.FaultThrottle, Type: name + ":*", Attempts: 2})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.try(tc.typ, "patient", with(tc.in, props{"name": "patient"})); err != nil {
			t.Errorf("%s does not try again: %v", name, err)
		}
		if err := cloud.RemoveFaults(fault.ID); err != nil {
			t.Fatal(err)
		}
		for _, f := range []simcloud.Fault{
			{Kind: simcloud.FaultThrottle, Type: name + ":*", Attempts: 10, Count: 1},
			{Kind: simcloud.FaultError, Type: name + ":*", Code: "Internal", Message: "boom", Status: 500},
		} {
			if _, err := cloud.AddFault(f); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range []string{tc.throttled, tc.failed} {
			if _, err := c.try(tc.typ, "x", tc.in); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
	}
}
