package simcloud_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"cellworks/pkg/simcloud"
)

// TestEveryConnectionIsAProviderOfItsOwn uses one port from two provider instances at once.
func TestEveryConnectionIsAProviderOfItsOwn(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	s := serve(t, cloud)
	where := map[string][2]string{"a": {accountA, "us-east-1"}, "b": {accountB, "us-west-2"}}
	var wg sync.WaitGroup
	for stack, at := range where {
		c := connect(t, s, stack, at[0], at[1])
		for worker := range 8 {
			wg.Go(func() {
				own := &client{t: t, rpc: c.rpc, stack: stack}
				for i := range 5 {
					m, err := own.try("aws:cloudwatch/logGroup:LogGroup", fmt.Sprintf("g%d-%d", worker, i), props{})
					if err != nil {
						t.Error(err)
						return
					}
					if want := fmt.Sprintf("arn:aws:logs:%s:%s:log-group:", at[1], at[0]); !strings.HasPrefix(m.str("arn"), want) {
						t.Errorf("stack %s got %s, want %s...", stack, m.str("arn"), want)
					}
				}
			})
		}
	}
	wg.Wait()
	for stack, at := range where {
		objects, err := cloud.Objects(context.Background(), simcloud.Filter{Project: "cell", Stack: stack})
		if err != nil || len(objects) != 40 {
			t.Fatalf("stack %s has %d objects (%v), want 40", stack, len(objects), err)
		}
		for _, o := range objects {
			if o.Account != at[0] || o.Region != at[1] {
				t.Errorf("stack %s has an object in %s %s", stack, o.Account, o.Region)
			}
		}
	}
}

func TestAnUnconfiguredConnectionIsRefused(t *testing.T) {
	t.Parallel()
	c := dial(t, serve(t, openCloud(t, simcloud.Options{})), "dev")
	_, err := c.try("aws:cloudwatch/logGroup:LogGroup", "g", props{})
	if err == nil || !strings.Contains(err.Error(), "the aws provider was not configured on this connection") {
		t.Errorf("a call without configuration: %v", err)
	}
}

func TestProviderConfiguration(t *testing.T) {
	t.Parallel()
	s := serve(t, openCloud(t, simcloud.Options{}))
	for name, tc := range map[string]struct {
		region string
		more   props
		want   string
	}{
		"another account":   {"us-east-1", props{"allowedAccountIds": asJSON([]any{accountB})}, "AWS account ID not allowed: " + accountA},
		"forbidden account": {"us-east-1", props{"forbiddenAccountIds": asJSON([]any{accountA})}, "AWS account ID not allowed: " + accountA},
		"no region":         {"", nil, "missing region"},
		"no such region":    {"us-east-9", nil, "invalid AWS Region: us-east-9"},
		"no role":           {"us-east-1", props{"assumeRole": "{}"}, `assumeRole.roleArn is "", want arn:aws:iam::<12 digits>:role/<name>`},
		"plain values":      {"us-east-1", props{"assumeRole": props{"roleArn": "arn:aws:iam::" + accountA + ":role/OrganizationAccountAccessRole"}, "allowedAccountIds": []any{accountA}}, ""},
		"list of roles":     {"us-east-1", props{"assumeRole": asJSON([]any{props{"roleArn": "arn:aws:iam::" + accountA + ":role/OrganizationAccountAccessRole"}})}, ""},
	} {
		err := dial(t, s, "dev").configure(accountA, tc.region, tc.more)
		if (err == nil) != (tc.want == "") || (err != nil && !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
	resp, err := dial(t, s, "dev").rpc.CheckConfig(context.Background(), &pulumirpc.CheckRequest{News: message(t, props{"regoin": "us-east-1"})})
	if err != nil || len(resp.GetFailures()) != 1 || !strings.Contains(resp.GetFailures()[0].GetReason(), `Did you mean "region"?`) {
		t.Errorf("a misspelt setting: %v (%v)", resp, err)
	}
}

func TestDefaultTagsAreMerged(t *testing.T) {
	t.Parallel()
	c := dial(t, serve(t, openCloud(t, simcloud.Options{})), "dev")
	if err := c.configure(accountA, "us-east-1", props{"defaultTags": asJSON(props{"tags": props{"cell": "acme", "owner": "ops"}})}); err != nil {
		t.Fatal(err)
	}
	m := c.create("aws:cloudwatch/logGroup:LogGroup", "g", props{"tags": props{"owner": "data"}})
	want := props{"cell": "acme", "owner": "data"}
	if diff := cmp.Diff(want, m.Out["tagsAll"]); diff != "" {
		t.Errorf("tagsAll (-want +got):\n%s", diff)
	}
	c.steady(m, props{"tags": props{"owner": "data"}})
}

// TestReferencesStayInTheirAccountAndRegion uses one account's things from another's provider.
func TestReferencesStayInTheirAccountAndRegion(t *testing.T) {
	t.Parallel()
	s := serve(t, openCloud(t, simcloud.Options{}))
	home := connect(t, s, "home", accountA, "us-east-1")
	v := home.create("aws:ec2/vpc:Vpc", "vpc", props{"cidrBlock": "10.16.0.0/16"})
	home.create("aws:iam/role:Role", "role", props{"name": "r", "assumeRolePolicy": trustPolicy})
	home.create("aws:s3/bucketV2:BucketV2", "b", props{"bucket": "shared-name"})
	for _, away := range []*client{connect(t, s, "other", accountB, "us-east-1"), connect(t, s, "other", accountA, "us-west-2")} {
		if _, err := away.try("aws:ec2/subnet:Subnet", "s", props{"vpcId": v.ID, "cidrBlock": "10.16.0.0/24"}); err == nil || !strings.Contains(err.Error(), "InvalidVpcID.NotFound") {
			t.Errorf("a subnet in a VPC of elsewhere: %v", err)
		}
		if got := away.read(v.URN, v.ID); got.ID != "" {
			t.Errorf("a read finds a VPC of elsewhere")
		}
	}
	other := connect(t, s, "other", accountB, "us-east-1")
	other.create("aws:iam/role:Role", "role", props{"name": "r", "assumeRolePolicy": trustPolicy}) // names are per account
	if _, err := other.try("aws:s3/bucketV2:BucketV2", "b", props{"bucket": "shared-name"}); err == nil || !strings.Contains(err.Error(), "api error BucketAlreadyExists") {
		t.Errorf("a bucket name of another account: %v", err)
	}
	west := connect(t, s, "west", accountA, "us-west-2")
	west.create("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "x", props{"role": "r", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}) // IAM is global
}

// TestManyCloudsOnOneFolder is what several processes do: each has the store open, all write.
func TestManyCloudsOnOneFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var wg sync.WaitGroup
	for n := range 4 {
		c := connect(t, serve(t, openCloud(t, simcloud.Options{Dir: dir})), fmt.Sprint("stack", n), accountA, "us-east-1")
		wg.Go(func() {
			for i := range 20 {
				if _, err := c.try("aws:cloudwatch/logGroup:LogGroup", fmt.Sprintf("g%d", i), props{"name": fmt.Sprintf("g%d-%d", n, i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	objects, err := openCloud(t, simcloud.Options{Dir: dir}).Objects(context.Background(), simcloud.Filter{})
	if err != nil || len(objects) != 80 {
		t.Errorf("%d objects (%v), want 80", len(objects), err)
	}
}

// TestOnlyOneGetsAName races for one bucket.
func TestOnlyOneGetsAName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	won := make(chan string, 8)
	var wg sync.WaitGroup
	for n := range 8 {
		c := connect(t, serve(t, openCloud(t, simcloud.Options{Dir: dir})), fmt.Sprint("stack", n), accountA, "us-east-1")
		wg.Go(func() {
			if _, err := c.try("aws:s3/bucketV2:BucketV2", "b", props{"bucket": "only-one"}); err == nil {
				won <- c.stack
			}
		})
	}
	wg.Wait()
	close(won)
	if n := len(won); n != 1 {
		t.Errorf("%d stacks made the bucket, want 1", n)
	}
}

// TestIdsFollowFromSeedAndURN builds the same world twice.
func TestIdsFollowFromSeedAndURN(t *testing.T) {
	t.Parallel()
	ids := func(seed string) map[string]string {
		out := map[string]string{}
		w := buildWorld(connect(t, serve(t, openCloud(t, simcloud.Options{Seed: seed})), "dev", accountA, "us-east-1"), nil)
		for _, m := range w.made {
			out[m.URN] = m.ID
		}
		return out
	}
	first := ids("one")
	if diff := cmp.Diff(first, ids("one")); diff != "" {
		t.Errorf("two clouds with one seed differ:\n%s", diff)
	}
	if maps.Equal(first, ids("two")) {
		t.Error("two seeds give the same ids")
	}
	c := connect(t, serve(t, openCloud(t, simcloud.Options{})), "dev", accountA, "us-east-1")
	a := c.create("aws:ec2/vpc:Vpc", "v", props{"cidrBlock": "10.16.0.0/16"})
	b := c.create("aws:ec2/vpc:Vpc", "v", props{"cidrBlock": "10.20.0.0/16"}) // its replacement, made before it is deleted
	if a.ID == b.ID {
		t.Error("a replacement has the id of what it replaces")
	}
}

// TestWhatAStateHasNotCanBeFoundAndAdopted is a create whose answer was lost.
func TestWhatAStateHasNotCanBeFoundAndAdopted(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	c := connect(t, serve(t, cloud), "dev", accountA, "us-east-1")
	m := c.create("aws:ec2/vpc:Vpc", "vpc", props{"cidrBlock": "10.16.0.0/16"})
	objects, err := cloud.Objects(context.Background(), simcloud.Filter{Project: "cell", Stack: "dev"})
	if err != nil || len(objects) != 1 || objects[0].URN != m.URN || objects[0].ID != m.ID {
		t.Fatalf("objects of the stack: %v (%v), want the VPC", objects, err)
	}
	c.steady(m, props{"cidrBlock": "10.16.0.0/16"}) // what a read of its id gives is what the state lacks
	if other, err := cloud.Objects(context.Background(), simcloud.Filter{Project: "cell", Stack: "de"}); err != nil || len(other) != 0 {
		t.Errorf("objects of a stack with a shorter name: %v (%v)", other, err)
	}
	if err := cloud.Delete(context.Background(), objects[0]); err != nil {
		t.Fatal(err)
	}
	if left, err := cloud.Objects(context.Background(), simcloud.Filter{}); err != nil || len(left) != 0 {
		t.Errorf("after the delete the cloud has %v (%v)", left, err)
	}
}

func TestForgetAsksNobody(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	w := buildWorld(connect(t, serve(t, cloud), "dev", accountA, "us-east-1"), nil)
	v := simcloud.Object{Type: "aws:ec2/vpc:Vpc", ID: w.res["vpc"].ID, Account: accountA, Region: "us-east-1"}
	if err := cloud.Delete(context.Background(), v); err == nil || !strings.Contains(err.Error(), "DependencyViolation") {
		t.Errorf("Delete of a VPC in use: %v", err)
	}
	if err := cloud.Forget(context.Background(), v); err != nil {
		t.Fatal(err)
	}
	if got := w.read(w.res["vpc"].URN, v.ID); got.ID != "" {
		t.Error("a forgotten VPC can still be read")
	}
}

func TestImportTakesTheProvidersIDs(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	table, subnet := w.byURN("aws:ec2/routeTable:RouteTable", "public").ID, w.byURN("aws:ec2/subnet:Subnet", "public0").ID
	for name, id := range map[string]string{
		"aws:ec2/routeTableAssociation:RouteTableAssociation public0": subnet + "/" + table,
		"aws:ec2/route:Route public":                                  table + "_0.0.0.0/0",
		"aws:iam/rolePolicyAttachment:RolePolicyAttachment attach":    "acme-exec/" + w.res["policy"].ID,
		"aws:ecs/cluster:Cluster cluster":                             "shared",
		"aws:ecs/service:Service service":                             "shared/acme-web",
	} {
		typ, logical, _ := strings.Cut(name, " ")
		m := w.byURN(typ, logical)
		if got := w.read(m.URN, id); got.ID != m.ID {
			t.Errorf("import of %s by %q finds %q, want %q", name, id, got.ID, m.ID)
		}
	}
}

func TestTheEngineIsToldWhatIsServed(t *testing.T) {
	t.Parallel()
	s := serve(t, openCloud(t, simcloud.Options{}))
	before := s.LastCall()
	c := dial(t, s, "dev")
	info, err := c.rpc.GetPluginInfo(context.Background(), nil)
	if err != nil || info.GetVersion() != "6.83.0" {
		t.Errorf("plugin info %v (%v), want the version of the pinned SDK", info, err)
	}
	if _, err := c.rpc.Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: "aws:ec2/getAmi:getAmi"}); err == nil || !strings.Contains(err.Error(), "the simulated cloud does not simulate the function aws:ec2/getAmi:getAmi") {
		t.Errorf("an unknown function: %v", err)
	}
	if !s.LastCall().After(before) || time.Since(s.LastCall()) > time.Minute {
		t.Errorf("LastCall = %v, started %v", s.LastCall(), before)
	}
	if list := strings.Split(s.DebugProviders(), ","); len(list) != 4 || !strings.HasPrefix(list[0], "aws:") || !strings.HasPrefix(list[3], "vault:") {
		t.Errorf("DebugProviders = %q, want aws:PORT and three more", s.DebugProviders())
	}
}
