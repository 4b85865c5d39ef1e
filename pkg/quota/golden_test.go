package quota

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/servicequota"
)

// recorded are the resources of a program's golden: what each type has as inputs.
type recorded map[string][]map[string]any

func readGolden(t *testing.T, path string) recorded {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	resources := map[string]struct{ Inputs map[string]any }{}
	if err := yaml.Unmarshal(data, &resources); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	out := recorded{}
	for urn, r := range resources {
		typ := strings.Split(urn, "::")[2]
		typ = typ[strings.LastIndexByte(typ, '$')+1:]
		out[typ] = append(out[typ], r.Inputs)
	}
	return out
}

// oneByOne are the quotas of which counted is exact.
func oneByOne() []string {
	return []string{servicequota.Roles, servicequota.Policies, servicequota.SecurityGroups, servicequota.Keys, servicequota.Buckets, servicequota.ListenerRules, servicequota.TargetGroups, servicequota.EventRules}
}

// counted is what a golden uses of the quotas that count resources one by one.
func (r recorded) counted() use {
	u := use{}
	for quota, typ := range map[string]string{
		servicequota.Roles: "aws:iam/role:Role", servicequota.Policies: "aws:iam/policy:Policy", servicequota.SecurityGroups: "aws:ec2/securityGroup:SecurityGroup",
		servicequota.Keys: "aws:kms/key:Key", servicequota.Buckets: "aws:s3/bucketV2:BucketV2", servicequota.ListenerRules: "aws:lb/listenerRule:ListenerRule",
		servicequota.EventRules: "aws:cloudwatch/eventRule:EventRule",
	} {
		if n := len(r[typ]); n > 0 {
			u[quota] = float64(n)
		}
	}
	// Target groups and rules of load balancers that the stack has for itself are not on the shared ones.
	if own := len(r["aws:lb/loadBalancer:LoadBalancer"]) > 0; own {
		delete(u, servicequota.ListenerRules)
	} else if n := len(r["aws:lb/targetGroup:TargetGroup"]); n > 0 {
		u[servicequota.TargetGroups] = float64(n)
	}
	return u
}

// interfaces is how many network interfaces the resources of a golden have.
func (r recorded) interfaces() (n int) {
	items := func(in map[string]any, name string) int { list, _ := in[name].([]any); return len(list) }
	object := func(in map[string]any, name string) map[string]any { m, _ := in[name].(map[string]any); return m }
	whole := func(in map[string]any, name string) int { v, _ := in[name].(uint64); return int(v) }
	for typ, of := range map[string]func(map[string]any) int{
		"aws:ec2/natGateway:NatGateway":                 func(map[string]any) int { return 1 },
		"aws:ec2/vpcEndpoint:VpcEndpoint":               func(in map[string]any) int { return items(in, "subnetIds") },
		"aws:efs/mountTarget:MountTarget":               func(map[string]any) int { return 1 },
		"aws:route53/resolverEndpoint:ResolverEndpoint": func(in map[string]any) int { return items(in, "ipAddresses") },
		"aws:lb/loadBalancer:LoadBalancer":              func(in map[string]any) int { return items(in, "subnets") + items(in, "subnetMappings") },
		"aws:autoscaling/group:Group":                   func(in map[string]any) int { return whole(in, "maxSize") },
		"aws:ecs/service:Service":                       func(in map[string]any) int { return whole(in, "desiredCount") },
		"aws:opensearch/domain:Domain": func(in map[string]any) int {
			c := object(in, "clusterConfig")
			return whole(c, "instanceCount") + whole(c, "dedicatedMasterCount") + whole(c, "warmCount")
		},
		"aws:lambda/function:Function": func(in map[string]any) int { return items(object(in, "vpcConfig"), "subnetIds") },
		"aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": func(in map[string]any) int {
			return items(object(object(in, "opensearchConfiguration"), "vpcConfig"), "subnetIds")
		},
	} {
		for _, in := range r[typ] {
			n += of(in)
		}
	}
	return n
}

func shipped(t *testing.T) *config.Tree {
	t.Helper()
	tree, err := config.Load("../../configs")
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestBelowIsWhatProgramsBuild compares the table with the programs' goldens: with the
// most that any golden of an application has.
func TestBelowIsWhatProgramsBuild(t *testing.T) {
	t.Parallel()
	goldens := map[string][]string{naming.ProjectBase: {"../../base/testdata/prod-us-east-1.yaml"}}
	for _, a := range (config.Utility{}).Applications() {
		paths, err := filepath.Glob("../../utility/testdata/*-us-east-1-" + a.Name + "*.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			name := strings.TrimSuffix(filepath.Base(path), ".yaml")
			if strings.HasSuffix(name, "-"+a.Name) || strings.HasSuffix(name, "-"+a.Name+"-all") {
				goldens[a.Name] = append(goldens[a.Name], path)
			}
		}
		if len(goldens[a.Name]) == 0 {
			t.Errorf("application %s has no golden", a.Name)
		}
	}
	want := map[string]use{}
	for stack, paths := range goldens {
		most := use{}
		for _, path := range paths {
			r := readGolden(t, path)
			for quota, n := range r.counted() {
				most[quota] = max(most[quota], n)
			}
			// Those of the base stack and of ECS follow from the configuration.
			if n := float64(r.interfaces()); n > 0 && stack != naming.ProjectBase && stack != config.ApplicationECS {
				most[servicequota.NetworkInterfaces] = max(most[servicequota.NetworkInterfaces], n)
			}
		}
		if len(most) > 0 {
			want[stack] = most
		}
	}
	if diff := cmp.Diff(want, below()); diff != "" {
		t.Errorf("the goldens and the table differ (-goldens +table):\n%s", diff)
	}
}

// TestInterfacesBelowAreThoseOfTheGoldens compares what follows from the configuration.
func TestInterfacesBelowAreThoseOfTheGoldens(t *testing.T) {
	t.Parallel()
	census, err := Take(shipped(t), time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	s := *census.sites[ipam.Place{Account: "prod", Region: "us-east-1"}]
	s.utility = config.Utility{}
	if got, want := interfacesBelow(&s), readGolden(t, "../../base/testdata/prod-us-east-1.yaml").interfaces(); got != float64(want) {
		t.Errorf("the base stack of prod/us-east-1 has %g network interfaces, its golden %d", got, want)
	}
	before := interfacesBelow(&s)
	s.utility.ECS.Enabled, s.utility.ECS.LoadBalancers.Internal.Enabled, s.utility.ECS.LoadBalancers.Public.Enabled = true, true, true
	s.utility.ECS.EC2 = config.UtilityEC2{Enabled: true, MaxSize: 6}
	if got, want := interfacesBelow(&s)-before, readGolden(t, "../../utility/testdata/nonprod-us-east-1-ecs-all.yaml").interfaces(); got != float64(want) {
		t.Errorf("ECS with everything has %g network interfaces, its golden %d", got, want)
	}
}

// TestCellsUseWhatTheirGoldensHave compares every shipped client with its golden.
func TestCellsUseWhatTheirGoldensHave(t *testing.T) {
	t.Parallel()
	tree := shipped(t)
	for _, client := range tree.Clients() {
		cell, err := tree.Cell(client)
		if err != nil {
			t.Fatal(err)
		}
		got := use{}
		for _, c := range counters() {
			if !slices.Contains(oneByOne(), c.quota) {
				continue
			}
			if n := c.cell(cell); n > 0 {
				got[c.quota] += n
			}
		}
		golden := readGolden(t, "../../cell/testdata/"+client+".yaml")
		want := golden.counted()
		if cell.State == config.Suspended {
			// There must be room for the way in that it gets back.
			for _, q := range []string{servicequota.TargetGroups, servicequota.ListenerRules} {
				want[q] = max(want[q], got[q])
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-golden +counted): change what one cell uses in cells.go\n%s", client, diff)
		}
		// What is counted is the most; a golden has the tasks that start with.
		if n := golden.interfaces(); interfacesOf(cell) < float64(n) {
			t.Errorf("%s: %g network interfaces are counted, the golden has %d: change interfacesOf", client, interfacesOf(cell), n)
		}
		for _, own := range []struct {
			token   string
			counted float64
		}{
			{"aws:ec2/vpc:Vpc", vpcsOf(cell)}, {"aws:ec2/natGateway:NatGateway", natsOf(cell)}, {"aws:ec2/eip:Eip", addressesOf(cell)}, {"aws:lb/loadBalancer:LoadBalancer", balancersOf(cell)},
		} {
			if n := len(golden[own.token]); own.counted != float64(n) {
				t.Errorf("%s: %g of %s are counted, the golden has %d", client, own.counted, own.token, n)
			}
		}
		if n := len(golden["aws:rds/instance:Instance"]) + len(golden["aws:rds/clusterInstance:ClusterInstance"]); databasesOf(cell) < float64(n) {
			t.Errorf("%s: %g RDS instances are counted, the golden has %d: change databasesOf", client, databasesOf(cell), n)
		}
	}
}

// TestEveryQuotaIsCounted finds the quota of the list that nobody counts.
func TestEveryQuotaIsCounted(t *testing.T) {
	t.Parallel()
	counted := map[string]int{}
	for _, c := range counters() {
		if c.cell == nil || c.own == nil {
			t.Errorf("%s: what cells use, or what is below them, is not counted", c.quota)
		}
		counted[c.quota]++
	}
	for _, q := range servicequota.All() {
		want := 1
		if q.Scope == servicequota.PerBalancer {
			want = 2 // the internal and the public one
		}
		if counted[q.Name] != want {
			t.Errorf("%s is counted %d times, want %d", q.Name, counted[q.Name], want)
		}
	}
}
