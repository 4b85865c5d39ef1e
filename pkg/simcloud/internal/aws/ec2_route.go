package aws

import (
	"fmt"
	"hash/crc32"
	"net/netip"
	"slices"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func routeTable() *resource.Kind {
	return &resource.Kind{
		Token: tokRouteTable, Service: "EC2", Noun: "EC2 Route Table", CreateOp: "CreateRouteTable", UpdateOp: "CreateRoute", DeleteOp: "DeleteRouteTable",
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"vpcId"}, Why: "a route table belongs to one VPC"}},
			Sets:        []string{"routes"},
			Computed:    []string{"routes"},
			Formats:     map[string]schema.Format{"routes.cidrBlock": schema.IPv4CIDR},
			Unsimulated: map[string]string{"propagatingVgws": ""},
		},
		Validate: func(v *resource.Validation) { checkInlineRoutes(v) },
		Identify: func(c *resource.Call) error { identify(c, "rtb", "route-table"); return nil },
		Apply: func(c *resource.Call) error {
			v, err := needVPC(c, c.In.Str("vpcId"))
			if err != nil {
				return err
			}
			if c.Creating() && c.Tx.CountReferrers(v.Key, tokRouteTable) >= c.Limits["route tables per VPC"] {
				return resource.Faultf("RouteTableLimitExceeded", "The maximum number of route tables has been reached.")
			}
			c.Default("routes", resource.List[any]())
			c.Out("propagatingVgws", resource.List[any]())
			return inlineRoutes(c, v)
		},
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokRouteAssociation)) > 0 {
				return resource.Faultf("DependencyViolation", "The routeTable '%s' has dependencies and cannot be deleted.", c.Obj.ID)
			}
			deleteAll(c, c.Users(tokRoute))
			return nil
		},
	}
}

// deleteAll removes things that go with the one that is being deleted.
func deleteAll(c *resource.Call, keys []store.Key) {
	for _, k := range keys {
		c.Tx.Delete(k)
	}
}

func checkInlineRoutes(v *resource.Validation) {
	for i, r := range v.In.Objs("routes") {
		targets := 0
		for name := range r {
			if name != "cidrBlock" && name != "ipv6CidrBlock" && name != "destinationPrefixListId" && r[name] != "" {
				targets++
			}
		}
		if targets != 1 {
			v.Fail(fmt.Sprintf("routes[%d]", i), "exactly one target must be specified for a route, got %d", targets)
		}
	}
}

// inlineRoutes checks and claims the routes written in a table; on update those given up are released.
func inlineRoutes(c *resource.Call, v *store.Object) error {
	keep := c.Obj.Names[:0:0]
	for _, n := range c.Obj.Names {
		if n == defaultName(c, tokRouteTable, v.ID) {
			keep = append(keep, n)
		}
	}
	c.Obj.Names = keep
	if c.In.Len("routes") > c.Limits["routes per table"] {
		return resource.Faultf("RouteLimitExceeded", "The maximum number of routes has been reached.")
	}
	for _, r := range c.In.Objs("routes") {
		if err := checkTarget(c, r, v, c.Obj.ID); err != nil {
			return err
		}
		if err := claimRoute(c, c.Obj.ID, r.Str("cidrBlock"), v); err != nil {
			return err
		}
	}
	return nil
}

func routePrefix(c *resource.Call, table string) string {
	return fmt.Sprintf("route/%s/%s/%s/", c.Account, c.Region, table)
}

// within says whether a block is another one or a part of it.
func within(block, whole string) bool {
	b, errB := netip.ParsePrefix(block)
	w, errW := netip.ParsePrefix(whole)
	return errB == nil && errW == nil && w.Contains(b.Addr()) && b.Bits() >= w.Bits()
}

func claimRoute(c *resource.Call, table, destination string, v *store.Object) error {
	if within(destination, prop(v, "cidrBlock")) {
		return resource.Faultf("InvalidParameterValue", "The destination CIDR block %s is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.", destination)
	}
	if c.Creating() && c.Tx.CountNames(routePrefix(c, table)) >= c.Limits["routes per table"] {
		return resource.Faultf("RouteLimitExceeded", "The maximum number of routes has been reached.")
	}
	if !c.Claim(routePrefix(c, table) + destination) {
		return resource.Faultf("RouteAlreadyExists", "The route identified by %s already exists.", destination)
	}
	return nil
}

// checkTarget checks what a route leads to.
func checkTarget(c *resource.Call, r resource.Props, v *store.Object, table string) error {
	if id := r.Str("gatewayId"); id != "" && id != "local" {
		g := c.Regional(tokInternetGateway, id)
		if g == nil {
			return resource.Faultf("InvalidInternetGatewayID.NotFound", "The internetGateway ID '%s' does not exist", id)
		}
		if prop(g, "vpcId") != v.ID {
			return resource.Faultf("InvalidParameterValue", "route table %s and network gateway %s belong to different networks", table, id)
		}
	}
	if id := r.Str("natGatewayId"); id != "" {
		n := c.Regional(tokNAT, id)
		if n == nil {
			return resource.Faultf("InvalidNatGatewayID.NotFound", "The natGateway ID '%s' does not exist", id)
		}
		s := c.Tx.Get(store.Key{Type: tokSubnet, Account: c.Account, Region: c.Region, ID: prop(n, "subnetId")})
		if s == nil || prop(s, "vpcId") != v.ID {
			return resource.Faultf("InvalidParameterValue", "route table %s and interface %s belong to different networks", table, prop(n, "networkInterfaceId"))
		}
	}
	if id := r.Str("vpcPeeringConnectionId"); id != "" {
		return checkPeeringTarget(c, id, v, table)
	}
	return nil
}

func checkPeeringTarget(c *resource.Call, id string, v *store.Object, table string) error {
	p, err := needPeering(c, id)
	if err != nil {
		return err
	}
	ends := []store.Key{{Type: tokVPC, Account: p.Account, Region: p.Region, ID: prop(p, "vpcId")}, peerVPC(p)}
	if !slices.Contains(ends, v.Key) {
		return resource.Faultf("InvalidParameterValue", "route table %s and vpc peering connection %s belong to different networks", table, id)
	}
	if state := peeringState(c, p); state == peeringExpired {
		return resource.Faultf("InvalidParameterValue", "The vpc peering connection '%s' is in state %s", id, state)
	}
	return nil
}

func unsimulatedTargets() map[string]string {
	return map[string]string{
		"carrierGatewayId": "", "coreNetworkArn": "", "egressOnlyGatewayId": "", "localGatewayId": "", "networkInterfaceId": "",
		"transitGatewayId": "", "vpcEndpointId": "", "destinationPrefixListId": "", "destinationIpv6CidrBlock": "",
	}
}

func route() *resource.Kind {
	return &resource.Kind{
		Token: tokRoute, Service: "EC2", Noun: "Route", CreateOp: "CreateRoute", UpdateOp: "ReplaceRoute", DeleteOp: "DeleteRoute",
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"routeTableId", "destinationCidrBlock"}, Why: "a route is identified by its table and destination"},
			},
			Formats:     map[string]schema.Format{"destinationCidrBlock": schema.IPv4CIDR},
			ExactlyOne:  [][]string{{"destinationCidrBlock"}, {"gatewayId", "natGatewayId", "vpcPeeringConnectionId"}},
			Unsimulated: unsimulatedTargets(),
		},
		Identify: func(c *resource.Call) error {
			destination := c.In.Str("destinationCidrBlock")
			c.Obj.ID = fmt.Sprintf("r-%s%d", c.In.Str("routeTableId"), crc32.ChecksumIEEE([]byte(destination)))
			c.ImportAs(c.In.Str("routeTableId") + "_" + destination)
			c.Out("origin", "CreateRoute")
			c.Out("state", "active")
			c.Out("instanceId", "")
			c.Out("instanceOwnerId", "")
			if other := c.Tx.Get(c.Obj.Key); other != nil {
				return resource.Faultf("RouteAlreadyExists", "The route identified by %s already exists.", destination)
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			t, v, err := needRouteTable(c, c.In.Str("routeTableId"))
			if err != nil {
				return err
			}
			if err := checkTarget(c, c.In, v, t.ID); err != nil {
				return err
			}
			c.Out("state", routeState(c, c.In.Str("vpcPeeringConnectionId")))
			return claimRoute(c, t.ID, c.In.Str("destinationCidrBlock"), v)
		},
	}
}

// routeState says whether a route leads anywhere: one over a connection that is not accepted yet is taken and leads
// nowhere until it is. Source: docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html.
func routeState(c *resource.Call, peeringID string) string {
	if p := findPeering(c, peeringID); p != nil && peeringState(c, p) != peeringActive {
		return "blackhole"
	}
	return "active"
}

// needRouteTable returns a table and its VPC.
func needRouteTable(c *resource.Call, id string) (table, v *store.Object, err error) {
	if table = c.Regional(tokRouteTable, id); table == nil {
		return nil, nil, resource.Faultf("InvalidRouteTableID.NotFound", "The routeTable ID '%s' does not exist", id)
	}
	v = c.Tx.Get(store.Key{Type: tokVPC, Account: c.Account, Region: c.Region, ID: prop(table, "vpcId")})
	if v == nil {
		return nil, nil, resource.Faultf("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", prop(table, "vpcId"))
	}
	return table, v, nil
}

func routeTableAssociation() *resource.Kind {
	return &resource.Kind{
		Token: tokRouteAssociation, Service: "EC2", Noun: "EC2 Route Table Association",
		CreateOp: "AssociateRouteTable", UpdateOp: "ReplaceRouteTableAssociation", DeleteOp: "DisassociateRouteTable",
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"subnetId"}, Why: "an association is the subnet's; only its table can be exchanged"}},
			ExactlyOne:  [][]string{{"subnetId"}},
			Unsimulated: map[string]string{"gatewayId": ""},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "rtbassoc-0" + c.Hex("association", 16)
			return nil
		},
		Apply: func(c *resource.Call) error {
			t, v, err := needRouteTable(c, c.In.Str("routeTableId"))
			if err != nil {
				return err
			}
			s, err := needSubnet(c, c.In.Str("subnetId"))
			if err != nil {
				return err
			}
			if prop(s, "vpcId") != v.ID {
				return resource.Faultf("InvalidParameterValue", "Route table %s and subnet %s belong to different networks", t.ID, s.ID)
			}
			c.Release()
			if !c.Claim("association/" + c.Account + "/" + c.Region + "/" + s.ID) {
				return resource.Faultf("Resource.AlreadyAssociated", "the specified association for route table %s conflicts with an existing association", t.ID)
			}
			c.ImportAs(s.ID + "/" + t.ID)
			return nil
		},
	}
}

func defaultRouteTable() *resource.Kind {
	return &resource.Kind{
		Token: tokDefaultTable, Service: "EC2", Noun: "EC2 Default Route Table", CreateOp: "DescribeRouteTables", UpdateOp: "CreateRoute", DeleteOp: "DeleteRoute",
		Upsert: true, // it takes over what the VPC came with
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"defaultRouteTableId"}, Why: "it is the management of one VPC's main table"}},
			Sets:        []string{"routes"},
			Computed:    []string{"routes"},
			Formats:     map[string]schema.Format{"routes.cidrBlock": schema.IPv4CIDR},
			Unsimulated: map[string]string{"propagatingVgws": ""},
		},
		Validate: func(v *resource.Validation) { checkInlineRoutes(v) },
		Identify: func(c *resource.Call) error {
			t, v, err := needRouteTable(c, c.In.Str("defaultRouteTableId"))
			if err != nil {
				return err
			}
			if owner, ok := c.Tx.Owner(defaultName(c, tokRouteTable, v.ID)); !ok || owner.ID != t.ID {
				return resource.Faultf("InvalidRouteTableID.NotFound", "The routeTable ID '%s' is not a main route table", t.ID)
			}
			adopt(c, t)
			c.ImportAs(v.ID)
			return nil
		},
		Apply: func(c *resource.Call) error {
			t, v, err := needRouteTable(c, c.In.Str("defaultRouteTableId"))
			if err != nil {
				return err
			}
			c.Default("routes", resource.List[any]())
			for _, r := range c.In.Objs("routes") {
				if err := checkTarget(c, r, v, t.ID); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// adopt makes the called thing the management of one that the VPC came with: same id, same ARN.
func adopt(c *resource.Call, o *store.Object) {
	c.Obj.ID, c.Obj.ARN = o.ID, o.ARN
	for _, name := range []string{"vpcId", "ownerId"} {
		c.Out(name, prop(o, name))
	}
}
