package utility_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
	"cellworks/utility"
)

// with loads the example organization with text in place of one file, or as a new one.
// withoutClients takes the clients out of a copy of the configuration: what they need of
// applications is not what is tested here.
func withoutClients(t *testing.T, dir string) {
	t.Helper()
	clients := filepath.Join(dir, "clients")
	if err := errors.Join(os.RemoveAll(clients), os.Mkdir(clients, 0o700)); err != nil {
		t.Fatal(err)
	}
}

func with(t *testing.T, file, text string) *config.Tree {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, os.DirFS("../configs")); err != nil {
		t.Fatal(err)
	}
	withoutClients(t, dir)
	if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(file)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return loadAlone(t, dir)
}

// loadAlone loads the tree in dir with cells that use nothing of the utility level, so
// that it may be without any application.
func loadAlone(t *testing.T, dir string) *config.Tree {
	t.Helper()
	file := filepath.Join(dir, "defaults", "cell.yaml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	uses := regexp.MustCompile(`(?m)^((?:database|vault|monitoring|sso):.*\n  enabled: )true`)
	if n := len(uses.FindAll(data, -1)); n != 4 {
		t.Fatalf("%d of 4 modules are on in %s", n, file)
	}
	if err := os.WriteFile(file, uses.ReplaceAll(data, []byte("${1}false")), 0o600); err != nil {
		t.Fatal(err)
	}
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func recordECS(t *testing.T, tree *config.Tree) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "nonprod-us-east-1-ecs", References: pulumitest.Bases(t, tree)}, utility.Program(tree))
}

func TestECSWithBothLoadBalancersAndInstances(t *testing.T) {
	t.Parallel()
	tree := with(t, "accounts/nonprod/utility.yaml", "ecs: {ec2: {enabled: true}, loadBalancers: {public: {enabled: true}}}\n")
	recording := recordECS(t, tree)
	recording.Golden(t, "nonprod-us-east-1-ecs-all")
	for token, want := range map[string]int{
		"aws:acm/certificate:Certificate": 1, "aws:lb/loadBalancer:LoadBalancer": 2, "aws:lb/listener:Listener": 2,
		"aws:wafv2/webAcl:WebAcl": 2, "aws:wafv2/webAclAssociation:WebAclAssociation": 2, "aws:ecs/capacityProvider:CapacityProvider": 1,
	} {
		if got := len(recording.OfType(token)); got != want {
			t.Errorf("%d of %s, want %d", got, token, want)
		}
	}
	for _, balancer := range recording.OfType("aws:lb/loadBalancer:LoadBalancer") {
		tier := map[bool]string{true: "subnet-app-", false: "subnet-public-"}[balancer.Inputs["internal"].BoolValue()]
		for _, subnet := range balancer.Inputs["subnets"].ArrayValue() {
			if !strings.HasPrefix(subnet.StringValue(), tier) {
				t.Errorf("%s has a node in %s, want %s*", balancer.URN, subnet.StringValue(), tier)
			}
		}
	}
}

func TestECSWithoutLoadBalancersHasNothingOfThem(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, os.DirFS("../configs")); err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{
		"accounts/nonprod/utility.yaml": "ecs: {loadBalancers: {internal: {enabled: false}}}\n",
		"accounts/nonprod/cell.yaml":    "services: {enabled: false}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree := loadAlone(t, dir)
	for _, res := range recordECS(t, tree).Resources {
		for _, module := range []string{":acm/", ":lb/", ":wafv2/", ":ec2/"} {
			if strings.Contains(res.Type, module) {
				t.Errorf("%s is built without load balancers and instances", res.URN)
			}
		}
	}
}

func TestEveryLoadBalancerIsBehindAWebACLThatIsLogged(t *testing.T) {
	t.Parallel()
	recording := recordECS(t, load(t))
	resources := recording.Strings("aws:wafv2/webAclAssociation:WebAclAssociation", "resourceArn")
	for _, balancer := range recording.OfType("aws:lb/loadBalancer:LoadBalancer") {
		if !slices.Contains(resources, "arn:aws:lb:us-east-1:111122223333:"+balancer.Name) {
			t.Errorf("%s is behind no web ACL: %q", balancer.URN, resources)
		}
	}
	logged := recording.Strings("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "resourceArn")
	for _, acl := range recording.OfType("aws:wafv2/webAcl:WebAcl") {
		if !slices.Contains(logged, "arn:aws:wafv2:us-east-1:111122223333:"+acl.Name) {
			t.Errorf("%s is not logged: %q", acl.URN, logged)
		}
	}
}

func TestECSNamesEveryZoneWithoutASubnet(t *testing.T) {
	t.Parallel()
	tree := load(t)
	bases := pulumitest.Bases(t, tree)
	delete(bases["base/prod-us-east-1"]["subnetIds"].(map[string]any)["app"].(map[string]any), "use1-az2")
	_, err := pulumitest.Record(pulumitest.Target{Project: "utility", Stack: "prod-us-east-1-ecs", References: bases}, utility.Program(tree))
	const want = "base stack of prod in us-east-1 has no app subnet in zone use1-az2: run it first (cellctl up base/prod-us-east-1)"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want it to contain %q", err, want)
	}
}

func TestECSWithShardsKeepsTheFirst(t *testing.T) {
	t.Parallel()
	tree := with(t, "accounts/nonprod/utility.yaml", "ecs: {loadBalancers: {internal: {shards: 3, signIn: true}}}\n")
	recording := recordECS(t, tree)
	var names []string
	for _, balancer := range recording.OfType("aws:lb/loadBalancer:LoadBalancer") {
		names = append(names, balancer.Name)
	}
	if want := []string{"cells-internal", "cells-internal-1", "cells-internal-2"}; !slices.Equal(names, want) {
		t.Errorf("load balancers %q, want %q", names, want)
	}
	if acls, uses := len(recording.OfType("aws:wafv2/webAcl:WebAcl")), len(recording.OfType("aws:wafv2/webAclAssociation:WebAclAssociation")); acls != 1 || uses != 3 {
		t.Errorf("%d web ACLs in front of %d load balancers, want 1 in front of 3", acls, uses)
	}
	out := 0
	for _, rule := range recording.OfType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule") {
		if rule.Inputs["cidrIpv4"].StringValue() == "0.0.0.0/0" && rule.Inputs["toPort"].NumberValue() == 443 {
			out++
		}
	}
	if out != 3 {
		t.Errorf("%d load balancers reach Okta, want all 3", out)
	}
}
