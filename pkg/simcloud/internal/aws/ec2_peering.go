package aws

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// The states of a peering connection that the simulated cloud has.
const (
	peeringActive  = "active"
	peeringPending = "pending-acceptance"
	peeringExpired = "expired"
)

// peeringLife is how long a request waits to be accepted.
// Source: docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html, "VPC peering connection lifecycle".
const peeringLife = 7 * 24 * time.Hour

func peering() *resource.Kind {
	return &resource.Kind{
		Token: tokPeering, Service: "EC2", Noun: "EC2 VPC Peering Connection",
		CreateOp: "CreateVpcPeeringConnection", UpdateOp: "ModifyVpcPeeringConnectionOptions", DeleteOp: "DeleteVpcPeeringConnection",
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"vpcId", "peerVpcId", "peerOwnerId", "peerRegion"}, Why: "a peering connection is between two VPCs"},
			},
			Computed: []string{"peerOwnerId", "peerRegion", "accepter", "requester"},
		},
		Identify: identifyPeering,
		Apply: func(c *resource.Call) error {
			c.Regional(tokVPC, c.In.Str("vpcId"))
			c.Use(peerVPC(c.Obj))
			if c.In.Bool("autoAccept") {
				if err := accept(c, c.Obj); err != nil {
					return err
				}
			}
			return inlineOptions(c, c.Obj)
		},
		Remove: removePeering,
	}
}

// peerVPC is the VPC of the accepter.
func peerVPC(p *store.Object) store.Key {
	return store.Key{Type: tokVPC, Account: prop(p, "peerOwnerId"), Region: prop(p, "peerRegion"), ID: prop(p, "peerVpcId")}
}

func identifyPeering(c *resource.Call) error {
	if c.In.Has("peerRegion") && c.In.Bool("autoAccept") {
		return fmt.Errorf("`peer_region` cannot be set whilst `auto_accept` is `true` when creating an EC2 VPC Peering Connection")
	}
	v, err := needVPC(c, c.In.Str("vpcId"))
	if err != nil {
		return err
	}
	identify(c, "pcx", "vpc-peering-connection")
	delete(c.Obj.Outputs, "ownerId")
	c.Default("peerOwnerId", c.Account)
	c.Default("peerRegion", c.Region)
	for _, name := range []string{"peerOwnerId", "peerRegion", "peerVpcId"} {
		c.Out(name, c.Eff(name))
	}
	c.Out("vpcId", v.ID)
	peer := c.Find(peerVPC(c.Obj))
	if peer == nil && prop(c.Obj, "peerOwnerId") == c.Account && prop(c.Obj, "peerRegion") == c.Region {
		return resource.Faultf("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", c.In.Str("peerVpcId"))
	}
	if peer == nil || overlap(prop(v, "cidrBlock"), prop(peer, "cidrBlock")) {
		return fmt.Errorf("waiting for EC2 VPC Peering Connection (%s) create: unexpected state 'failed', wanted target 'active, pending-acceptance'. last error: Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range", c.Obj.ID)
	}
	if err := claimPeering(c, v, peer); err != nil {
		return err
	}
	c.Out("acceptStatus", peeringPending)
	c.Out("requester", map[string]any{"allowRemoteVpcDnsResolution": false})
	c.Out("accepter", map[string]any{"allowRemoteVpcDnsResolution": false})
	return nil
}

func overlap(a, b string) bool {
	pa, errA := netip.ParsePrefix(a)
	pb, errB := netip.ParsePrefix(b)
	return errA == nil && errB == nil && pa.Overlaps(pb)
}

// claimPeering takes the one place for a connection between two VPCs and one of the requester's open requests.
func claimPeering(c *resource.Call, v, peer *store.Object) error {
	ends := []string{v.ID, peer.ID}
	slices.Sort(ends)
	name := fmt.Sprintf("peering/%s/%s", ends[0], ends[1])
	if owner, taken := c.Tx.Owner(name); taken {
		other := c.Tx.Get(owner)
		if peeringState(c, other) != peeringExpired {
			return resource.Faultf("VpcPeeringConnectionAlreadyExists", "A VPC peering connection between %s and %s already exists: %s", v.ID, peer.ID, other.ID)
		}
		other.Names = nil
		c.Tx.Put(other)
	}
	open := openRequests(c.Account, c.Region)
	if c.Tx.CountNames(open) >= c.Limits["outstanding peering requests"] {
		return resource.Faultf("OutstandingVpcPeeringConnectionLimitExceeded", "You've reached the limit on the number of VPC peering connection requests that you can create for the specified VPC.")
	}
	c.Claim(name)
	c.Claim(open + c.Obj.ID)
	return nil
}

// openRequests begins what requests that nobody has accepted claim.
func openRequests(account, region string) string {
	return fmt.Sprintf("peering-request/%s/%s/", account, region)
}

// peeringState is the state of a connection: a request that nobody accepts expires.
func peeringState(c *resource.Call, p *store.Object) string {
	state := prop(p, "acceptStatus")
	if state == peeringPending && c.Now.Sub(p.Created) > peeringLife {
		return peeringExpired
	}
	return state
}

// findPeering returns the connection that an id names, if the caller's account and region is at one of its ends.
func findPeering(c *resource.Call, id string) *store.Object {
	for _, k := range c.Tx.ByID(id) {
		if k.Type != tokPeering {
			continue
		}
		p := c.Tx.Get(k)
		if k.Account == c.Account && k.Region == c.Region || isAccepter(c, p) {
			return c.Use(k)
		}
	}
	return nil
}

func isRequester(c *resource.Call, p *store.Object) bool {
	return p.Account == c.Account && p.Region == c.Region
}

func isAccepter(c *resource.Call, p *store.Object) bool {
	return prop(p, "peerOwnerId") == c.Account && prop(p, "peerRegion") == c.Region
}

func needPeering(c *resource.Call, id string) (*store.Object, error) {
	if p := findPeering(c, id); p != nil {
		return p, nil
	}
	return nil, resource.Faultf("InvalidVpcPeeringConnectionID.NotFound", "The vpcPeeringConnection ID '%s' does not exist", id)
}

// accept makes a pending connection active; one that is active already stays so. Only the accepter's account and
// region can. The caller writes p, unless it is the thing of the call.
func accept(c *resource.Call, p *store.Object) error {
	switch state := peeringState(c, p); {
	case state == peeringActive:
		return nil
	case state == peeringExpired:
		return resource.Faultf("InvalidStateTransition", "Invalid state transition for %s, attempted to transition from %s to %s", p.ID, state, peeringActive)
	case !isAccepter(c, p):
		return resource.Faultf("OperationNotPermitted", "User %s cannot accept peering %s", c.Account, p.ID)
	}
	for _, vpcID := range []string{prop(p, "vpcId"), prop(p, "peerVpcId")} {
		ofVPC := fmt.Sprintf("peering-of/%s/", vpcID)
		if c.Tx.CountNames(ofVPC) >= c.Limits["peerings per VPC"] {
			return resource.Faultf("VpcPeeringConnectionsPerVpcLimitExceeded", "You've reached the limit on the number of VPC peering connections that you can have for the specified VPC (%s).", vpcID)
		}
		p.Names = append(p.Names, ofVPC+p.ID)
	}
	request := openRequests(p.Account, p.Region) + p.ID
	p.Names = slices.DeleteFunc(p.Names, func(n string) bool { return n == request })
	p.Outputs["acceptStatus"] = peeringActive
	setRoutes(c, p, "active")
	return nil
}

// setRoutes changes the state of the routes that lead over a connection.
func setRoutes(c *resource.Call, p *store.Object, state string) {
	for _, k := range c.Tx.Referrers(p.Key, tokRoute) {
		if r := c.Tx.Get(k); r != nil {
			r.Outputs["state"] = state
			c.Tx.Put(r)
		}
	}
}

// inlineOptions are the options written in a connection or its accepter.
func inlineOptions(c *resource.Call, p *store.Object) error {
	if !c.In.Has("accepter") && !c.In.Has("requester") {
		return nil
	}
	if state := peeringState(c, p); state != peeringActive {
		return fmt.Errorf("Unable to modify EC2 VPC Peering Connection Options. EC2 VPC Peering Connection (%s) is not active (current status: %s). "+
			"Please set the `auto_accept` attribute to `true` or activate the EC2 VPC Peering Connection manually.", p.ID, state)
	}
	return setPeeringOptions(c, p)
}

// setPeeringOptions sets the options of the sides that the inputs name; each side is its owner's, in its region.
func setPeeringOptions(c *resource.Call, p *store.Object) error {
	owns := map[string]bool{"requester": isRequester(c, p), "accepter": isAccepter(c, p)}
	for _, side := range []string{"requester", "accepter"} {
		if !c.In.Has(side) {
			continue
		}
		if !owns[side] {
			return resource.Faultf("OperationNotPermitted", "User %s cannot modify the options of the %s VPC of peering %s from %s: they are its owner's, in its region", c.Account, side, p.ID, c.Region)
		}
		p.Outputs[side] = map[string]any{"allowRemoteVpcDnsResolution": c.In.Obj(side).Bool("allowRemoteVpcDnsResolution")}
	}
	return nil
}

// removePeering takes what manages the connection with it; routes over it stay and lead nowhere.
func removePeering(c *resource.Call) error {
	setRoutes(c, c.Obj, "blackhole")
	for _, k := range c.Tx.Referrers(c.Obj.Key, tokRoute) {
		r := c.Tx.Get(k)
		r.Refs = slices.DeleteFunc(r.Refs, func(ref store.Key) bool { return ref == c.Obj.Key })
		c.Tx.Put(r)
	}
	deleteAll(c, c.Users(tokPeeringAccepter, tokPeeringOptions))
	return nil
}
