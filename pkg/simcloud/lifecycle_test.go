package simcloud_test

import (
	"context"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"cellworks/pkg/simcloud"
	"cellworks/pkg/simcloud/internal/aws"
)

const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// TestEveryTypeLivesAndDies creates one of everything, finds every one unchanged, deletes all in reverse order, and
// leaves nothing but keys in their deletion windows.
func TestEveryTypeLivesAndDies(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{Seed: "test"})
	c := connect(t, serve(t, cloud), "dev", accountA, "us-east-1")
	seen := map[string]bool{}
	w := buildWorld(c, func(m *made, in props) {
		c.steady(m, in)
		seen[strings.Split(m.URN, "::")[2]] = true
	})
	for token := range aws.Kinds() {
		if !seen[token] {
			t.Errorf("%s is simulated and not in the world that this test builds", token)
		}
	}
	// What was made later must not have changed what was made before.
	for _, m := range w.made {
		if got := c.read(m.URN, m.ID); got.ID != m.ID {
			t.Errorf("%s: read finds nothing", m.URN)
		}
	}
	c.destroy()
	left, err := cloud.Objects(context.Background(), simcloud.Filter{IncludePendingDeletion: true})
	if err != nil {
		t.Fatal(err)
	}
	keys := w.count(kmsKeyType) + w.count(replicaKeyType)
	for _, m := range w.abroad().made {
		if strings.Contains(m.URN, "::"+kmsKeyType+"::") {
			keys++
		}
	}
	for _, o := range left {
		if !strings.HasPrefix(o.Type, "aws:kms/") || o.State != "PendingDeletion" {
			t.Errorf("after destroy the cloud has %v", o)
		}
	}
	if len(left) != keys {
		t.Errorf("after destroy the cloud has %d things, want the %d keys pending deletion", len(left), keys)
	}
	c.destroy() // deleting what is gone is no error
}

// TestPreviewKnowsInputsAndNothingElse asks for a create that is not made.
func TestPreviewKnowsInputsAndNothingElse(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	c := connect(t, serve(t, cloud), "dev", accountA, "us-east-1")
	urn := c.urn("aws:ec2/subnet:Subnet", "app")
	in, refused := c.check(urn, nil, props{"vpcId": unknownValue, "cidrBlock": "10.0.0.0/24", "availabilityZoneId": "use1-az1"})
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	resp, err := c.rpc.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urn, Properties: message(t, in), Preview: true})
	if err != nil {
		t.Fatal(err)
	}
	out := resp.GetProperties().AsMap()
	wants := props{
		"vpcId": unknownValue, "arn": unknownValue, "ownerId": unknownValue, "availabilityZone": unknownValue,
		"cidrBlock": "10.0.0.0/24", "availabilityZoneId": "use1-az1", "mapPublicIpOnLaunch": false,
	}
	for property, want := range wants {
		if out[property] != want {
			t.Errorf("preview of %s = %v, want %v", property, out[property], want)
		}
	}
	if objects, err := cloud.Objects(context.Background(), simcloud.Filter{}); err != nil || len(objects) > 0 {
		t.Errorf("a preview made %v (%v)", objects, err)
	}
}
