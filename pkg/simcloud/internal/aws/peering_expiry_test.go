package aws_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/simcloud/internal/aws"
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// TestPeeringRequestsExpire lets seven days go by.
func TestPeeringRequestsExpire(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	e := &resource.Engine{
		Plugin: &resource.Plugin{Schema: load(t), Kinds: aws.Kinds(), Explain: func(r resource.Refusal) error { return r.Fault }},
		Store:  s, Limits: aws.Limits(), Now: func() time.Time { return now }, Wait: func(context.Context, time.Duration) error { return nil },
	}
	session := resource.Session{Account: "111122223333", Region: "us-east-1"}
	make := func(name, typ string, in map[string]any) (map[string]any, string, error) {
		token := "aws:ec2/" + typ
		id, out, err := e.Create(context.Background(), session, aws.Kinds()[token], "urn:pulumi:dev::cell::"+token+"::"+name, in, 0)
		return out, id, err
	}
	near, nearID, err := make("near", "vpc:Vpc", map[string]any{"cidrBlock": "10.16.0.0/16"})
	if err != nil {
		t.Fatal(err)
	}
	_, farID, _ := make("far", "vpc:Vpc", map[string]any{"cidrBlock": "10.32.0.0/16"})
	request := map[string]any{"vpcId": nearID, "peerVpcId": farID}
	_, id, err := make("first", "vpcPeeringConnection:VpcPeeringConnection", request)
	if err != nil {
		t.Fatal(err)
	}
	route := map[string]any{"routeTableId": near["defaultRouteTableId"], "destinationCidrBlock": "10.32.0.0/16", "vpcPeeringConnectionId": id}

	now = now.Add(7*24*time.Hour + time.Second)
	_, _, err = make("late", "vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter", map[string]any{"vpcPeeringConnectionId": id, "autoAccept": true})
	if err == nil || !strings.Contains(err.Error(), "InvalidStateTransition: Invalid state transition for "+id+", attempted to transition from expired to active") {
		t.Errorf("accepting a request of eight days: %v", err)
	}
	if _, _, err = make("route", "route:Route", route); err == nil || !strings.Contains(err.Error(), "is in state expired") {
		t.Errorf("a route over an expired request: %v", err)
	}
	if _, _, err = make("second", "vpcPeeringConnection:VpcPeeringConnection", request); err != nil {
		t.Errorf("a second request after the first has expired: %v", err)
	}
}
