package simcloud_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"cellworks/pkg/simcloud"
)

// TestDeleteIsBlockedByDependents deletes things that others need, and finds them still there.
func TestDeleteIsBlockedByDependents(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	for name, want := range map[string]string{
		"aws:ec2/vpc:Vpc vpc":                                                 "api error DependencyViolation: The vpc 'vpc-",
		"aws:ec2/subnet:Subnet public0":                                       "api error DependencyViolation: The subnet 'subnet-",
		"aws:ec2/subnet:Subnet app0":                                          "has dependencies and cannot be deleted.",
		"aws:ec2/internetGateway:InternetGateway igw":                         "has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.",
		"aws:ec2/eip:Eip eip":                                                 "api error InvalidIPAddress.InUse",
		"aws:ec2/routeTable:RouteTable public":                                "api error DependencyViolation: The routeTable 'rtb-",
		"aws:ec2/securityGroup:SecurityGroup lb-group":                        "api error DependencyViolation: resource sg-",
		"aws:ec2/securityGroup:SecurityGroup web-group":                       "has a dependent object",
		"aws:iam/role:Role exec":                                              "api error DeleteConflict: Cannot delete entity, must detach all policies first.",
		"aws:iam/policy:Policy policy":                                        "api error DeleteConflict: Cannot delete a policy attached to entities.",
		"aws:route53/zone:Zone zone":                                          "api error HostedZoneNotEmpty",
		"aws:acm/certificate:Certificate cert":                                "api error ResourceInUseException",
		"aws:lb/targetGroup:TargetGroup target":                               "api error ResourceInUse: Target group",
		"aws:ecs/cluster:Cluster cluster":                                     "api error ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.",
		"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders providers": "api error ResourceInUseException: The specified capacity provider is in use",
	} {
		typ, logical, _ := strings.Cut(name, " ")
		m := w.byURN(typ, logical)
		err := w.delete(m)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("delete %s: %v, want %s", name, err, want)
		}
		if got := w.read(m.URN, m.ID); got.ID == "" {
			t.Errorf("%s is gone after a refused delete", name)
		}
	}
}

// TestDeletionProtectionHoldsUntilItIsTakenAway follows a load balancer's protection.
func TestDeletionProtectionHoldsUntilItIsTakenAway(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	lb := w.res["lb"]
	in := with(lb.In, props{"enableDeletionProtection": true})
	if err := w.update(lb, in); err != nil {
		t.Fatal(err)
	}
	err := w.delete(lb)
	if err == nil || !strings.Contains(err.Error(), "api error OperationNotPermitted: Load balancer '"+lb.ID+"' cannot be deleted because deletion protection is enabled") {
		t.Errorf("delete of a protected load balancer: %v", err)
	}
	if err := w.update(lb, with(in, props{"enableDeletionProtection": false})); err != nil {
		t.Fatal(err)
	}
	if err := w.delete(lb); err != nil {
		t.Errorf("delete after the protection was taken away: %v", err)
	}
	if got := w.read(w.res["rule"].URN, w.res["rule"].ID); got.ID != "" {
		t.Errorf("a listener rule outlives its load balancer")
	}
}

// TestBoundaryOfARoleChangesInPlace follows a role that gets another boundary: it keeps what
// is attached to it.
func TestBoundaryOfARoleChangesInPlace(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	role, other := w.res["exec"], w.add("aws:iam/policy:Policy", "boundary", props{"policy": readPolicy})
	for _, arn := range []string{w.res["policy"].str("arn"), other.str("arn")} {
		if err := w.update(role, with(role.In, props{"permissionsBoundary": arn})); err != nil {
			t.Fatalf("another boundary: %v", err)
		}
		if got := w.read(role.URN, role.ID); got.str("permissionsBoundary") != arn {
			t.Errorf("the boundary is %q, want %s", got.str("permissionsBoundary"), arn)
		}
	}
	none := "arn:aws:iam::" + accountA + ":policy/none"
	if err := w.update(role, with(role.In, props{"permissionsBoundary": none})); err == nil || !strings.Contains(err.Error(), "api error NoSuchEntity: Policy "+none) {
		t.Errorf("a boundary that is none: %v", err)
	}
	for _, name := range []string{"attach", "attach-managed"} {
		if got := w.read(w.res[name].URN, w.res[name].ID); got.ID == "" {
			t.Errorf("%s is gone with the boundary that was before", name)
		}
	}
}

func TestBucketWithObjectsStays(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	c := connect(t, serve(t, cloud), "dev", accountA, "us-east-1")
	kept := c.create("aws:s3/bucketV2:BucketV2", "kept", props{"bucket": "kept-data"})
	forced := c.create("aws:s3/bucketV2:BucketV2", "forced", props{"bucket": "forced-data", "forceDestroy": true})
	for _, b := range []string{kept.ID, forced.ID} {
		if err := cloud.PutBucketObject(context.Background(), b, "report.csv"); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.delete(kept); err == nil || !strings.Contains(err.Error(), "api error BucketNotEmpty: The bucket you tried to delete is not empty") {
		t.Errorf("delete of a bucket with an object: %v", err)
	}
	if err := c.delete(forced); err != nil {
		t.Errorf("delete with forceDestroy: %v", err)
	}
	if err := cloud.PutBucketObject(context.Background(), "nobody", "x"); err == nil {
		t.Error("an object was put into a bucket that does not exist")
	}
}

// TestChangesReplaceOrUpdate asks what the engine asks when a program changes one property.
func TestChangesReplaceOrUpdate(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	for _, tc := range []struct {
		typ, name, property string
		value               any
		replaces            bool
	}{
		{"aws:ec2/vpc:Vpc", "vpc", "cidrBlock", "10.20.0.0/16", true},
		{"aws:ec2/vpc:Vpc", "vpc", "enableDnsHostnames", false, false},
		{"aws:ec2/vpc:Vpc", "vpc", "tags", props{"Name": "other"}, false},
		{"aws:ec2/subnet:Subnet", "app0", "cidrBlock", "10.16.40.0/24", true},
		{"aws:ec2/subnet:Subnet", "app0", "availabilityZoneId", "use1-az3", true},
		{"aws:ec2/subnet:Subnet", "app0", "mapPublicIpOnLaunch", true, false},
		{"aws:ec2/route:Route", "public", "destinationCidrBlock", "1.0.0.0/8", true},
		{"aws:ec2/networkAcl:NetworkAcl", "acl", "vpcId", "vpc-other", true},
		{"aws:ec2/networkAcl:NetworkAcl", "acl", "egress", []any{}, false},
		{"aws:ec2/securityGroup:SecurityGroup", "web-group", "description", "other", true},
		{"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "lb-in", "fromPort", 80, false},
		{"aws:kms/key:Key", "key", "multiRegion", true, true},
		{"aws:kms/key:Key", "key", "deletionWindowInDays", 30, false},
		{"aws:kms/alias:Alias", "alias", "name", "alias/other", true},
		{"aws:cloudwatch/logGroup:LogGroup", "logs", "name", "other", true},
		{"aws:cloudwatch/logGroup:LogGroup", "logs", "retentionInDays", 30, false},
		{"aws:iam/role:Role", "exec", "path", "/", true},
		{"aws:iam/role:Role", "exec", "maxSessionDuration", 7200, false},
		{"aws:iam/policy:Policy", "policy", "policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`, false},
		{"aws:s3/bucketV2:BucketV2", "bucket", "bucket", "other-data", true},
		{"aws:lb/targetGroup:TargetGroup", "target", "port", 9090, true},
		{"aws:lb/targetGroup:TargetGroup", "target", "deregistrationDelay", 5, false},
		{"aws:lb/loadBalancer:LoadBalancer", "lb", "internal", false, true},
		{"aws:lb/loadBalancer:LoadBalancer", "lb", "idleTimeout", 120, false},
		{"aws:lb/listenerRule:ListenerRule", "rule", "priority", 7, false},
		{"aws:ecs/taskDefinition:TaskDefinition", "task", "cpu", "512", true},
		{"aws:ecs/taskDefinition:TaskDefinition", "task", "tags", props{"a": "b"}, false},
		{"aws:ecs/service:Service", "service", "desiredCount", 3, false},
		{"aws:ecs/service:Service", "service", "cluster", "other", true},
		{"aws:route53/record:Record", "proof", "ttl", 300, false},
		{"aws:route53/record:Record", "proof", "name", "other", true},
	} {
		m := w.byURN(tc.typ, tc.name)
		d := w.diff(m, with(m.In, props{tc.property: tc.value}))
		if d.GetChanges() != pulumirpc.DiffResponse_DIFF_SOME || !slices.Contains(d.GetDiffs(), tc.property) {
			t.Errorf("%s %s: a change makes no diff: %v", tc.typ, tc.property, d)
		}
		if got := slices.Contains(d.GetReplaces(), tc.property); got != tc.replaces {
			t.Errorf("%s: a change of %s replaces = %v, want %v", tc.typ, tc.property, got, tc.replaces)
		}
	}
}

// TestOrderInSetsAndWritingOfJSONMakeNoDiff changes what means the same.
func TestOrderInSetsAndWritingOfJSONMakeNoDiff(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	reversed := func(v any) any { l := slices.Clone(v.([]any)); slices.Reverse(l); return l }
	acl, lb, role := w.res["acl"], w.res["lb"], w.res["exec"]
	for m, next := range map[*made]props{
		acl:  with(acl.In, props{"ingress": reversed(acl.In["ingress"]), "subnetIds": reversed(acl.In["subnetIds"])}),
		lb:   with(lb.In, props{"subnets": reversed(lb.In["subnets"])}),
		role: with(role.In, props{"assumeRolePolicy": `{"Statement":{"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{"Service":["ecs-tasks.amazonaws.com"]}}, "Version":"2012-10-17"}`}),
	} {
		if d := w.diff(m, next); d.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE {
			t.Errorf("%s: %v", m.URN, d.GetDetailedDiff())
		}
	}
	if d := w.diff(acl, with(acl.In, props{"subnetIds": []any{acl.In["subnetIds"].([]any)[0]}})); d.GetChanges() != pulumirpc.DiffResponse_DIFF_SOME {
		t.Error("a set that lost an element makes no diff")
	}
}

// TestFixedNamesAreReplacedInPlaceOfThemselves says when the engine must delete before it creates.
func TestFixedNamesAreReplacedInPlaceOfThemselves(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	fixed := w.res["lb"] // the program names it
	if d := w.diff(fixed, with(fixed.In, props{"internal": false})); !d.GetDeleteBeforeReplace() {
		t.Error("a named load balancer would be created beside itself")
	}
	auto := w.res["target"] // the provider names it
	if d := w.diff(auto, with(auto.In, props{"port": 9090})); d.GetDeleteBeforeReplace() {
		t.Error("an auto-named target group would be deleted first")
	}
}

func TestAutoNamesStayOnUpdate(t *testing.T) {
	t.Parallel()
	c := oneCloud(t)
	m := c.create("aws:cloudwatch/logGroup:LogGroup", "web", props{})
	name := m.str("name")
	if !strings.HasPrefix(name, "web-") || len(name) != len("web-")+7 {
		t.Errorf("auto-name %q, want web-<7 hexadecimal digits>", name)
	}
	if err := c.update(m, props{"retentionInDays": 30}); err != nil {
		t.Fatal(err)
	}
	if m.str("name") != name {
		t.Errorf("update renamed %q to %q", name, m.str("name"))
	}
	if _, refused := c.check(c.urn("aws:lb/targetGroup:TargetGroup", strings.Repeat("x", 30)), nil, props{"port": 80, "protocol": "HTTP", "vpcId": "vpc-1"}); len(refused) != 1 || !strings.Contains(refused[0], "plus 7 random chars is longer than maximum length 32") {
		t.Errorf("a logical name too long for an auto-name: %v", refused)
	}
}

// TestKeyInItsDeletionWindow is out of reach and out of sight, and its alias is free again.
func TestKeyInItsDeletionWindow(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	c := connect(t, serve(t, cloud), "dev", accountA, "us-east-1")
	key := c.create("aws:kms/key:Key", "key", props{"deletionWindowInDays": 7})
	alias := c.create("aws:kms/alias:Alias", "alias", props{"name": "alias/x", "targetKeyId": key.ID})
	for _, m := range []*made{alias, key} {
		if err := c.delete(m); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.try("aws:kms/alias:Alias", "again", props{"name": "alias/x", "targetKeyId": key.ID}); err == nil || !strings.Contains(err.Error(), "KMSInvalidStateException") {
		t.Errorf("an alias of a key pending deletion: %v", err)
	}
	if got := c.read(key.URN, key.ID); got.ID != "" {
		t.Error("a refresh finds a key that is pending deletion")
	}
	c.create("aws:kms/alias:Alias", "other", props{"name": "alias/x", "targetKeyId": c.create("aws:kms/key:Key", "key", props{}).ID})
	keys, err := cloud.Objects(context.Background(), simcloud.Filter{Type: "aws:kms/key:Key"})
	if err != nil || len(keys) != 1 {
		t.Errorf("keys %v (%v), want the new one only", keys, err)
	}
	all, err := cloud.Objects(context.Background(), simcloud.Filter{Type: "aws:kms/key:Key", IncludePendingDeletion: true})
	if err != nil || len(all) != 2 {
		t.Errorf("keys with those pending deletion: %v (%v), want 2", all, err)
	}
}
