package simcloud_test

import (
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"cellworks/pkg/simcloud"
)

// twoNetworks are VPCs of two accounts and regions, with the provider of each.
func twoNetworks(t *testing.T, s *simcloud.Server) (near, far *client, nearVPC, farVPC *made) {
	t.Helper()
	near, far = connect(t, s, "near", accountA, "us-east-1"), connect(t, s, "far", accountB, "us-west-2")
	nearVPC = near.create(vpcType, "vpc", props{"cidrBlock": "10.16.0.0/16", "enableDnsHostnames": true})
	farVPC = far.create(vpcType, "vpc", props{"cidrBlock": "10.32.0.0/16", "enableDnsHostnames": true})
	return near, far, nearVPC, farVPC
}

func wantRefused(t *testing.T, what string, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %s", what, err, want)
	}
}

// TestPeeringBetweenAccountsAndRegions does what the stack of a link does, with what goes wrong on the way.
func TestPeeringBetweenAccountsAndRegions(t *testing.T) {
	t.Parallel()
	s := serve(t, openCloud(t, simcloud.Options{}))
	near, far, nearVPC, farVPC := twoNetworks(t, s)
	request := near.create(peeringType, "link", props{"vpcId": nearVPC.ID, "peerVpcId": farVPC.ID, "peerOwnerId": accountB, "peerRegion": "us-west-2"})
	if request.str("acceptStatus") != "pending-acceptance" {
		t.Errorf("a request is %q", request.str("acceptStatus"))
	}
	route := near.create(routeType, "out", props{
		"routeTableId": nearVPC.str("defaultRouteTableId"), "destinationCidrBlock": "10.32.0.0/16", "vpcPeeringConnectionId": request.ID,
	})
	if route.str("state") != "blackhole" {
		t.Errorf("a route over a pending link is %q", route.str("state"))
	}
	_, err := near.try(accepterType, "own", props{"vpcPeeringConnectionId": request.ID, "autoAccept": true})
	wantRefused(t, "the requester accepts", err, "OperationNotPermitted: User "+accountA+" cannot accept peering "+request.ID)
	third := connect(t, s, "third", accountB, "us-east-1")
	_, err = third.try(accepterType, "elsewhere", props{"vpcPeeringConnectionId": request.ID, "autoAccept": true})
	wantRefused(t, "another region accepts", err, "InvalidVpcPeeringConnectionID.NotFound")

	accepter := far.create(accepterType, "link", props{"vpcPeeringConnectionId": request.ID, "autoAccept": true})
	for output, want := range map[string]string{
		"acceptStatus": "active", "vpcId": farVPC.ID, "peerVpcId": nearVPC.ID, "peerOwnerId": accountA, "peerRegion": "us-west-2",
	} {
		if accepter.str(output) != want {
			t.Errorf("the accepter's %s is %q, want %q", output, accepter.str(output), want)
		}
	}
	if got := near.read(request.URN, request.ID); got.str("acceptStatus") != "active" {
		t.Errorf("the requester sees the accepted link as %q", got.str("acceptStatus"))
	}
	if got := near.read(route.URN, route.ID); got.str("state") != "active" {
		t.Errorf("the route over the accepted link is %q", got.str("state"))
	}
	sides(t, near, far, request)
	far.create(routeType, "back", props{
		"routeTableId": farVPC.str("defaultRouteTableId"), "destinationCidrBlock": "10.16.0.0/16", "vpcPeeringConnectionId": accepter.ID,
	})
	wantRefused(t, "delete of a peered VPC", far.delete(farVPC), "DependencyViolation")
	if err := far.delete(accepter); err != nil {
		t.Fatal(err)
	}
	if got := near.read(request.URN, request.ID); got.str("acceptStatus") != "active" {
		t.Error("forgetting the accepter ended the link")
	}
	if err := near.delete(request); err != nil {
		t.Fatal(err)
	}
	if got := near.read(route.URN, route.ID); got.str("state") != "blackhole" {
		t.Errorf("the route over the deleted link is %q", got.str("state"))
	}
}

// sides sets the options of both sides of a link, each from where it belongs.
func sides(t *testing.T, near, far *client, link *made) {
	t.Helper()
	on := props{"allowRemoteVpcDnsResolution": true}
	_, err := near.try(peerOptionsType, "both", props{"vpcPeeringConnectionId": link.ID, "requester": on, "accepter": on})
	wantRefused(t, "options of the other side", err, "OperationNotPermitted: User "+accountA+" cannot modify the options of the accepter VPC")
	options := near.create(peerOptionsType, "near", props{"vpcPeeringConnectionId": link.ID, "requester": on})
	far.create(peerOptionsType, "far", props{"vpcPeeringConnectionId": link.ID, "accepter": on})
	got := near.read(link.URN, link.ID)
	for _, side := range []string{"requester", "accepter"} {
		if o, _ := got.Out[side].(props); o["allowRemoteVpcDnsResolution"] != true {
			t.Errorf("the %s's option is %v", side, got.Out[side])
		}
	}
	near.steady(options, props{"vpcPeeringConnectionId": link.ID, "requester": on})
}

// TestPeeringOverlapsAreFound asks for links between networks that cannot be told apart.
func TestPeeringOverlapsAreFound(t *testing.T) {
	t.Parallel()
	near, far, nearVPC, _ := twoNetworks(t, serve(t, openCloud(t, simcloud.Options{})))
	same := far.create(vpcType, "same", props{"cidrBlock": "10.16.64.0/18"})
	_, err := near.try(peeringType, "link", props{"vpcId": nearVPC.ID, "peerVpcId": same.ID, "peerOwnerId": accountB, "peerRegion": "us-west-2"})
	wantRefused(t, "overlapping networks", err, "unexpected state 'failed'")
	_, err = near.try(peeringType, "link", props{"vpcId": nearVPC.ID, "peerVpcId": same.ID, "peerOwnerId": accountB, "peerRegion": "us-east-1"})
	wantRefused(t, "a VPC of another region", err, "unexpected state 'failed'")
}

// TestZoneOfAnotherAccount joins a network to a zone that its account does not own.
func TestZoneOfAnotherAccount(t *testing.T) {
	t.Parallel()
	near, far, nearVPC, farVPC := twoNetworks(t, serve(t, openCloud(t, simcloud.Options{})))
	inline := props{"name": "int.example.com", "vpcs": []any{props{"vpcId": nearVPC.ID}}}
	zone := near.create(zoneType, "zone", inline)
	join := props{"zoneId": zone.ID, "vpcId": farVPC.ID}
	_, err := far.try(zoneJoinType, "join", join)
	wantRefused(t, "joining without authorization", err, "NotAuthorizedException: The VPC: "+farVPC.ID+" has not authorized to associate with your hosted zone.")
	_, err = near.try(zoneJoinType, "join", with(join, props{"vpcRegion": "us-west-2"}))
	wantRefused(t, "joining another's VPC", err, "NotAuthorizedException: User: arn:aws:iam::"+accountA+":root is not authorized to perform: route53:AssociateVPCWithHostedZone")
	_, err = far.try(authorizeType, "own", join)
	wantRefused(t, "authorizing for another's zone", err, "AccessDenied")
	_, err = near.try(authorizeType, "here", join)
	wantRefused(t, "authorizing a VPC of another region", err, "InvalidVPCId: The VPC: "+farVPC.ID+" you specified was not found in the region us-east-1.")

	near.create(authorizeType, "far", with(join, props{"vpcRegion": "us-west-2"}))
	joined := far.create(zoneJoinType, "join", join)
	if joined.str("owningAccount") != accountA || joined.ID != zone.ID+":"+farVPC.ID+":us-west-2" {
		t.Errorf("joined as %s of %s", joined.ID, joined.str("owningAccount"))
	}
	_, err = far.try(zoneType, "mine", props{"name": "int.example.com", "vpcs": []any{props{"vpcId": farVPC.ID}}})
	wantRefused(t, "a second zone of the name", err, "ConflictingDomainExists")

	// The zone lists both now: a program that does not ignore changes of the list takes the other one out.
	found := near.read(zone.URN, zone.ID)
	if d := near.diff(found, zone.In); d.GetChanges() != pulumirpc.DiffResponse_DIFF_SOME {
		t.Error("a refreshed zone does not list the VPC that joined it")
	}
	if err := near.update(found, found.In); err != nil {
		t.Errorf("a change that ignores the list: %v", err)
	}
	if got := far.read(joined.URN, joined.ID); got.ID == "" {
		t.Error("a change that keeps the list took the VPC out")
	}
	if err := near.update(found, inline); err != nil {
		t.Fatal(err)
	}
	if got := far.read(joined.URN, joined.ID); got.ID != "" {
		t.Error("the VPC that the program took out of the list is still joined")
	}
}

// TestRulesNameListsOfAWS holds that a rule of a group names the list of a gateway endpoint
// of its region, and no other.
func TestRulesNameListsOfAWS(t *testing.T) {
	t.Parallel()
	s := serve(t, openCloud(t, simcloud.Options{}))
	near, far, nearVPC, farVPC := twoNetworks(t, s)
	endpoint := func(c *client, vpc *made, region string) string {
		return c.create("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", props{"vpcId": vpc.ID, "vpcEndpointType": "Gateway", "serviceName": "com.amazonaws." + region + ".s3"}).str("prefixListId")
	}
	here, there := endpoint(near, nearVPC, "us-east-1"), endpoint(far, farVPC, "us-west-2")
	group := near.create("aws:ec2/securityGroup:SecurityGroup", "tasks", props{"vpcId": nearVPC.ID, "description": "tasks"})
	const rule = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	to := func(list string) props {
		return props{"securityGroupId": group.ID, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "prefixListId": list}
	}
	near.create(rule, "s3", to(here))
	_, err := near.try(rule, "again", to(here))
	wantRefused(t, "the same rule twice", err, "InvalidPermission.Duplicate")
	for _, list := range []string{there, "pl-00000000"} {
		_, err := near.try(rule, list, to(list))
		wantRefused(t, "the list "+list, err, "InvalidPrefixListID.NotFound: The prefix list ID '"+list+"' does not exist")
	}
}
