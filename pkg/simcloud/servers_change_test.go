package simcloud_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"cellworks/pkg/simcloud"
)

// TestLaunchTemplatesHaveVersions counts them, and follows the group that says which.
func TestLaunchTemplatesHaveVersions(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{Quotas: map[string]int{"versions per launch template": 2}})
	w := buildWorld(connect(t, serve(t, cloud), "dev", accountA, "us-east-1"), nil)
	template := w.res["node-template"]
	versions := func() string { return fmt.Sprint(template.Out["latestVersion"], template.Out["defaultVersion"]) }
	if got := versions(); got != "1 1" {
		t.Fatalf("a new launch template has the versions %s", got)
	}
	if err := w.update(template, with(template.In, props{"tags": props{"a": "b"}})); err != nil || versions() != "1 1" {
		t.Errorf("a tag made a version: %s (%v)", versions(), err)
	}
	data := func(text string) props {
		return props{"userData": base64.StdEncoding.EncodeToString([]byte(text)), "updateDefaultVersion": nil}
	}
	if err := w.update(template, with(template.In, data("one"))); err != nil || versions() != "2 1" {
		t.Errorf("other user data: versions %s (%v), want 2 1", versions(), err)
	}
	group := w.res["node-group"]
	if err := w.update(group, with(group.In, props{"launchTemplate": props{"id": template.ID, "version": "2"}})); err != nil {
		t.Errorf("a group takes the new version: %v", err)
	}
	if got := group.Out["launchTemplate"].(props)["name"]; got != template.str("name") {
		t.Errorf("the group does not name its template: %v", group.Out["launchTemplate"])
	}
	wantRefused(t, "a third version", w.update(template, with(template.In, data("two"))), "LaunchTemplateVersionLimitExceeded")
	wantRefused(t, "a default version that is none", w.update(template, with(template.In, props{"defaultVersion": 9})), "Could not find launch template version: 9")
}

func TestServerDeletesAreBlocked(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	for name, want := range map[string]string{
		"node-capacity":  "api error DELETE_FAILED: The capacity provider cannot be deleted because it is associated with cluster: machines.",
		"web-acl":        "api error WAFAssociatedItemException",
		"blocked":        "api error WAFAssociatedItemException",
		"namespace":      "api error ResourceInUse: The namespace ns-",
		"outbound":       "api error InvalidRequestException: [RSLVR-00600] Cannot delete resolver endpoint unless its related resolver rules are deleted.",
		"consul-rule":    "api error ResourceInUseException: Please disassociate this resolver rule from VPC first",
		"resolver-group": "api error DependencyViolation",
		"nlb-group":      "api error DependencyViolation",
		"web-group":      "api error DependencyViolation",
		"node-group":     "waiting for Auto Scaling Group (node-group-",
	} {
		m := w.res[name]
		err := w.delete(m)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("delete %s: %v, want %s", name, err, want)
		}
		if got := w.read(m.URN, m.ID); got.ID == "" {
			t.Errorf("%s is gone after a refused delete", name)
		}
	}
	group := w.res["node-group"]
	if err := w.update(group, with(group.In, props{"forceDelete": true})); err != nil {
		t.Fatal(err)
	}
	if err := w.delete(group); err != nil {
		t.Errorf("delete of a group by force: %v", err)
	}
	if got := w.read(w.res["leave"].URN, w.res["leave"].ID); got.ID != "" {
		t.Error("a lifecycle hook outlived its group")
	}
}

// TestServerChangesReplaceOrUpdate asks what the engine asks when a program changes one property.
func TestServerChangesReplaceOrUpdate(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	provider := w.res["node-capacity"].In["autoScalingGroupProvider"].(props)
	dns := w.res["discovered"].In["dnsConfig"].(props)
	mappings := w.res["nlb"].In["subnetMappings"].([]any)
	w.create(parameterType, "dear", props{"name": "/dear", "type": "String", "value": "x", "tier": "Advanced"})
	for _, tc := range []struct {
		name, property string
		value          any
		replaces       bool
	}{
		{"node-template", "instanceType", "m7g.xlarge", false},
		{"node-template", "name", "other", true},
		{"node-group", "maxSize", 6, false},
		{"node-group", "initialLifecycleHooks", []any{}, true},
		{"leave", "heartbeatTimeout", 60, false},
		{"node-profile", "path", "/", true},
		{"node-profile", "role", "acme-exec", false},
		{"node-capacity", "autoScalingGroupProvider", with(provider, props{"managedDraining": "DISABLED"}), false},
		{"node-capacity", "autoScalingGroupProvider", with(provider, props{"autoScalingGroupArn": "arn:aws:autoscaling:us-east-1:1:autoScalingGroup:1:autoScalingGroupName/x"}), true},
		{"nlb", "subnetMappings", append(slices.Clone(mappings), props{"subnetId": w.subnet("public0")}), false},
		{"nlb", "subnetMappings", mappings[:1], true},
		{"nlb", "securityGroups", []any{w.res["nlb-group"].ID, w.res["web-group"].ID}, false},
		{"nlb", "securityGroups", []any{}, true},
		{"lb", "securityGroups", []any{w.res["web-group"].ID}, false},
		{"nlb-target", "protocol", "TCP", true},
		{"web-acl", "rules", []any{}, false},
		{"web-acl", "scope", "CLOUDFRONT", true},
		{"blocked", "addresses", []any{"203.0.113.0/24"}, false},
		{"web-acl-log", "logDestinationConfigs", []any{"arn:aws:s3:::aws-waf-logs-x"}, true},
		{"namespace", "vpc", w.res["far"].ID, true},
		{"discovered", "dnsConfig", with(dns, props{"dnsRecords": []any{props{"type": "A", "ttl": 60}}}), false},
		{"discovered", "dnsConfig", with(dns, props{"dnsRecords": []any{props{"type": "SRV", "ttl": 10}}}), true},
		{"gossip", "description", "key", false},
		{"gossip", "recoveryWindowInDays", 7, false},
		{"gossip-version", "secretString", "other", true},
		{"outbound", "name", "other", false},
		{"outbound", "securityGroupIds", []any{w.res["web-group"].ID}, true},
		{"consul-rule", "targetIps", []any{props{"ip": "10.0.0.9", "port": 53}}, false},
		{"consul-rule", "resolverEndpointId", nil, true},
		{"image", "insecureValue", "ami-11111111", false},
		{"dear", "tier", "Standard", true},
		{"agent", "imageTagMutability", "MUTABLE", false},
		{"agent", "encryptionConfigurations", []any{}, true},
		{"nlb-reserved", "description", "other", true},
	} {
		m := w.res[tc.name]
		if m == nil {
			m = w.byURN(parameterType, tc.name)
		}
		d := w.diff(m, with(m.In, props{tc.property: tc.value}))
		if d.GetChanges() != pulumirpc.DiffResponse_DIFF_SOME || !slices.Contains(d.GetDiffs(), tc.property) {
			t.Errorf("%s %s: a change makes no diff: %v", tc.name, tc.property, d)
		}
		if got := slices.Contains(d.GetReplaces(), tc.property); got != tc.replaces {
			t.Errorf("%s: a change of %s to %v replaces = %v, want %v", tc.name, tc.property, tc.value, got, tc.replaces)
		}
	}
}

// TestASecretKeepsItsNameInItsWindow deletes a secret with a window, and wants another of its name.
func TestASecretKeepsItsNameInItsWindow(t *testing.T) {
	t.Parallel()
	c := oneCloud(t)
	s := c.create(secretType, "s", props{"name": "utility/vault/tls", "recoveryWindowInDays": 7})
	version := c.create(secretVersionType, "v", props{"secretId": "utility/vault/tls", "secretString": "x"})
	if version.str("secretString") != "x" || !strings.HasPrefix(version.ID, s.ID+"|") {
		t.Errorf("version %s: %v", version.ID, version.Out)
	}
	if err := c.delete(s); err != nil {
		t.Fatal(err)
	}
	if got := c.read(s.URN, s.ID); got.ID != "" {
		t.Error("a refresh finds a secret that is marked for deletion")
	}
	_, err := c.try(secretType, "s", props{"name": "utility/vault/tls"})
	wantRefused(t, "the same name", err, "api error InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.")
	_, err = c.try(secretVersionType, "w", props{"secretId": s.ID, "secretString": "y"})
	wantRefused(t, "a value", err, "api error InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.")
	gone := c.create(secretType, "g", props{"name": "utility/vault/other", "recoveryWindowInDays": 0})
	if err := c.delete(gone); err != nil {
		t.Fatal(err)
	}
	c.create(secretType, "g", props{"name": "utility/vault/other", "recoveryWindowInDays": 0})
}

// TestALoadBalancerHasOneWebACL: the second takes the place of the first, and the first's delete takes the second away.
func TestALoadBalancerHasOneWebACL(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	old := w.res["web-acl-use"]
	second := w.create(webACLType, "second", with(w.res["web-acl"].In, props{"name": "second"}))
	next := w.create(webACLUseType, "second", props{"webAclArn": second.str("arn"), "resourceArn": w.res["lb"].ID})
	if got := w.read(old.URN, old.ID); got.str("webAclArn") != second.str("arn") {
		t.Errorf("the load balancer has the web ACL %s, want the second", got.str("webAclArn"))
	}
	if err := w.delete(w.res["web-acl"]); err != nil {
		t.Errorf("delete of the web ACL that nothing has any more: %v", err)
	}
	wantRefused(t, "the web ACL in use", w.delete(second), "WAFAssociatedItemException")
	if err := w.delete(old); err != nil {
		t.Fatal(err)
	}
	if got := w.read(next.URN, next.ID); got.ID != "" {
		t.Error("the load balancer still has a web ACL after the old association was deleted")
	}
	if err := w.delete(second); err != nil {
		t.Errorf("delete of the second web ACL: %v", err)
	}
}

// TestAProfileLosesItsRole: the provider takes a role out of its profiles before it deletes it.
func TestAProfileLosesItsRole(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	if err := w.delete(w.res["node-role"]); err != nil {
		t.Fatal(err)
	}
	profile := w.res["node-profile"]
	if got := w.read(profile.URN, profile.ID); got.ID == "" || got.str("role") != "" {
		t.Errorf("the profile of a deleted role: %v", got.Out)
	}
	_, err := w.try(groupType, "roleless", with(w.res["node-group"].In, props{"name": "roleless"}))
	wantRefused(t, "a group of a profile without role", err, "has no associated IAM Roles")
}

// TestANamespaceIsAZone makes records in the zone that came with a namespace, and loses both with it.
func TestANamespaceIsAZone(t *testing.T) {
	t.Parallel()
	c := oneCloud(t)
	v := c.create(vpcType, "vpc", props{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true})
	ns := c.create(namespaceType, "ns", props{"name": "svc.example.com", "vpc": v.ID})
	record := c.create("aws:route53/record:Record", "r", props{"zoneId": ns.str("hostedZone"), "name": "a.svc.example.com", "type": "A", "ttl": 60, "records": []any{"10.0.0.9"}})
	if err := c.delete(ns); err != nil {
		t.Fatal(err)
	}
	if got := c.read(record.URN, record.ID); got.ID != "" {
		t.Error("a record outlived its namespace")
	}
	c.create(zoneType, "z", props{"name": "svc.example.com", "vpcs": []any{props{"vpcId": v.ID}}})
}

// TestServicesAreEnteredWhereTheyAreFound gives a service of ECS a registry, which then cannot be deleted.
func TestServicesAreEnteredWhereTheyAreFound(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	svc := w.create(serviceType, "found", with(w.res["service"].In, props{"name": "found", "loadBalancers": nil, "serviceRegistries": props{"registryArn": w.res["discovered"].str("arn")}}))
	wantRefused(t, "a registry with tasks", w.delete(w.res["discovered"]), "api error ResourceInUse: Service contains registered instances")
	if err := w.delete(svc); err != nil {
		t.Fatal(err)
	}
	if err := w.delete(w.res["discovered"]); err != nil {
		t.Errorf("delete of an empty registry: %v", err)
	}
}

// TestParametersCountTheirVersions and overwrite only when they are told to.
func TestParametersCountTheirVersions(t *testing.T) {
	t.Parallel()
	c := oneCloud(t)
	p := c.create(parameterType, "p", props{"name": "/utility/x", "type": "SecureString", "value": "one"})
	if p.Out["version"] != 1.0 || p.str("keyId") != "alias/aws/ssm" || p.str("arn") != "arn:aws:ssm:us-east-1:"+accountA+":parameter/utility/x" {
		t.Errorf("a new parameter: %v", p.Out)
	}
	if err := c.update(p, with(p.In, props{"value": "two"})); err != nil || p.Out["version"] != 2.0 {
		t.Errorf("another value: version %v (%v), want 2", p.Out["version"], err)
	}
	over := c.create(parameterType, "q", props{"name": "/utility/x", "type": "String", "value": "three", "overwrite": true})
	if over.Out["version"] != 3.0 {
		t.Errorf("an overwritten parameter has version %v, want 3", over.Out["version"])
	}
}

// TestDriftOfServers changes what servers are made of at the console, and finds it read.
func TestDriftOfServers(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	w := buildWorld(connect(t, serve(t, cloud), "dev", accountA, "us-east-1"), nil)
	for name, change := range map[string]simcloud.Change{
		"node-group": {Path: "desiredCapacity", Value: 3.0}, "node-template": {Path: "instanceType", Value: "m7g.2xlarge"}, "web-acl": {Path: "description", Value: "changed"},
		"image": {Path: "insecureValue", Value: "ami-22222222"}, "gossip": {Path: "description", Value: "changed"}, "nlb": {Path: "enableDeletionProtection", Value: true},
		"agent": {Path: "imageTagMutability", Value: "MUTABLE"}, "blocked": {Path: "addresses[0]", Value: "203.0.113.0/24"}, "leave": {Path: "heartbeatTimeout", Value: 60.0},
	} {
		m := w.res[name]
		if _, err := cloud.Drift(context.Background(), m.URN, change); err != nil {
			t.Errorf("drift of %s: %v", name, err)
			continue
		}
		property, _, _ := strings.Cut(change.Path, "[")
		got := w.read(m.URN, m.ID)
		if d := w.diff(got, m.In); !slices.Contains(d.GetDiffs(), property) && name != "node-group" { // whose program leaves the capacity open
			t.Errorf("%s: the changed %s is not seen: %v", name, property, d)
		}
	}
	if got := w.read(w.res["node-group"].URN, w.res["node-group"].ID); got.Out["desiredCapacity"] != 3.0 {
		t.Errorf("the group that somebody made larger has %v machines", got.Out["desiredCapacity"])
	}
	_, err := cloud.Drift(context.Background(), w.res["nlb"].URN, simcloud.Change{Path: "securityGroups", Value: []any{}})
	wantRefused(t, "a network balancer that loses its groups", err, "securityGroups")
	_, err = cloud.Drift(context.Background(), w.res["node-group"].URN, simcloud.Change{Path: "desiredCapacity", Value: 9.0})
	wantRefused(t, "more than the group allows", err, "must be between the specified min size")
}

// TestAWebACLCountsItsCapacity also above what the price includes, which is a warning only.
func TestAWebACLCountsItsCapacity(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	groups := []any{}
	for i, group := range []string{"AWSManagedRulesCommonRuleSet", "AWSManagedRulesSQLiRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesLinuxRuleSet", "AWSManagedRulesWindowsRuleSet", "AWSManagedRulesPHPRuleSet"} {
		groups = append(groups, managed(group, i))
	}
	dear := w.create(webACLType, "dear", with(w.res["web-acl"].In, props{"name": "dear", "rules": groups}))
	if dear.Out["capacity"] != 1600.0 {
		t.Errorf("the rules need %v capacity units, want 1600", dear.Out["capacity"])
	}
}

// TestAPersonPutsAParameter that a program then looks an image up in.
func TestAPersonPutsAParameter(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	w := buildWorld(connect(t, serve(t, cloud), "dev", accountA, "us-east-1"), nil)
	put := func(account, region, name string) error {
		return cloud.PutParameter(context.Background(), account, region, name, "ami-33333333")
	}
	if err := put(accountA, "us-east-1", "/utility/images/vault"); err != nil {
		t.Fatal(err)
	}
	template := w.create(templateType, "vault", with(w.res["node-template"].In, props{"name": "vault", "imageId": "resolve:ssm:/utility/images/vault"}))
	w.create(groupType, "vault", with(w.res["node-group"].In, props{"name": "vault", "launchTemplate": props{"id": template.ID, "version": "1"}}))
	_, err := w.try(parameterType, "p", props{"name": "/utility/images/vault", "type": "String", "value": "x"})
	wantRefused(t, "a program's parameter of the name", err, "ParameterAlreadyExists")
	wantRefused(t, "a program's parameter", put(accountA, "us-east-1", "/utility/images/consul"), "has made it")
	wantRefused(t, "a region without data", put(accountA, "mars-1", "/x"), `no data of region "mars-1"`)
	wantRefused(t, "an account by name", put("ops", "us-east-1", "/x"), `account "ops" is not an id of 12 digits`)
}
