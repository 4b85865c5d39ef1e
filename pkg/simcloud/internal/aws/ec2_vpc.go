package aws

import (
	"fmt"
	"net/netip"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func ec2ARN(c *resource.Call, kind, id string) string {
	return fmt.Sprintf("arn:aws:ec2:%s:%s:%s/%s", c.Region, c.Account, kind, id)
}

// identify is the identity of most EC2 things: <prefix>-0<16 hexadecimal digits>.
func identify(c *resource.Call, prefix, arnKind string) {
	c.Obj.ID = prefix + "-0" + c.Hex(prefix, 16)
	if arnKind != "" {
		c.Obj.ARN = ec2ARN(c, arnKind, c.Obj.ID)
	}
	c.Out("ownerId", c.Account)
}

// network is the prefix length that EC2 allows for VPCs and subnets.
func checkNetworkSize(v *resource.Validation, property string) {
	p, err := netip.ParsePrefix(v.In.Str(property))
	if err == nil && (p.Bits() < 16 || p.Bits() > 28) {
		v.Fail(property, "expected %q to contain a network Value with between 16 and 28 significant bits, got: %d", property, p.Bits())
	}
}

func vpc() *resource.Kind {
	return &resource.Kind{
		Token: tokVPC, Service: "EC2", Noun: "EC2 VPC", CreateOp: "CreateVpc", UpdateOp: "ModifyVpcAttribute", DeleteOp: "DeleteVpc",
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"cidrBlock"}, Why: "the primary block of a VPC cannot be changed or taken away"},
			},
			Computed: []string{"enableDnsHostnames", "enableNetworkAddressUsageMetrics"},
			Defaults: map[string]any{"enableDnsSupport": true, "instanceTenancy": "default"},
			Enums:    map[string][]string{"instanceTenancy": {"default", "dedicated"}},
			Formats:  map[string]schema.Format{"cidrBlock": schema.IPv4CIDR},
			Unsimulated: map[string]string{
				"ipv4IpamPoolId": "", "ipv4NetmaskLength": "", "ipv6CidrBlock": "", "ipv6IpamPoolId": "", "ipv6NetmaskLength": "",
				"ipv6CidrBlockNetworkBorderGroup": "", "assignGeneratedIpv6CidrBlock": "",
			},
		},
		Validate: func(v *resource.Validation) {
			if !v.In.Has("cidrBlock") {
				v.Fail("cidrBlock", "%q: one of `cidrBlock,ipv4IpamPoolId` must be specified", "cidrBlock")
			}
			checkNetworkSize(v, "cidrBlock")
		},
		Identify: identifyVPC,
		Apply: func(c *resource.Call) error {
			c.Default("enableDnsHostnames", false)
			c.Default("enableNetworkAddressUsageMetrics", false)
			return nil
		},
		Remove: removeVPC,
	}
}

func identifyVPC(c *resource.Call) error {
	if inRegion(c) >= c.Limits["VPCs per region"] {
		return resource.Faultf("VpcLimitExceeded", "The maximum number of VPCs has been reached.")
	}
	identify(c, "vpc", "vpc")
	group := c.Hex("default group", 16)
	acl, table := "acl-0"+c.Hex("default acl", 16), "rtb-0"+c.Hex("main table", 16)
	c.Out("defaultSecurityGroupId", "sg-0"+group)
	c.Out("defaultNetworkAclId", acl)
	c.Out("defaultRouteTableId", table)
	c.Out("mainRouteTableId", table)
	c.Out("dhcpOptionsId", "dopt-0"+shortHash(c.Account+c.Region, 16))
	c.Out("ipv6AssociationId", "")
	for typ, id := range map[string]string{tokGroup: "sg-0" + group, tokACL: acl, tokRouteTable: table} {
		c.Tx.Put(defaultOf(c, typ, id))
	}
	return nil
}

// defaultOf is a thing that comes with a VPC. No resource made it, so it has no URN; it goes with the VPC.
func defaultOf(c *resource.Call, typ, id string) *store.Object {
	kind := map[string]string{tokGroup: "security-group", tokACL: "network-acl", tokRouteTable: "route-table"}[typ]
	arn := ec2ARN(c, kind, id)
	out := map[string]any{"arn": arn, "vpcId": c.Obj.ID, "ownerId": c.Account}
	if typ == tokGroup {
		out["name"], out["description"] = "default", "default VPC security group"
	}
	return &store.Object{
		Key: store.Key{Type: typ, Account: c.Account, Region: c.Region, ID: id}, ARN: arn, Created: c.Now,
		Outputs: out, Refs: []store.Key{c.Obj.Key}, Names: []string{defaultName(c, typ, c.Obj.ID)},
	}
}

// defaultName is claimed by the default thing of a type of a VPC.
func defaultName(c *resource.Call, typ, vpcID string) string {
	return fmt.Sprintf("default/%s/%s/%s/%s", c.Account, c.Region, vpcID, typ)
}

func isDefault(o *store.Object) bool { return o != nil && o.URN == "" }

// removeVPC refuses while anything but the defaults lives in the VPC.
func removeVPC(c *resource.Call) error {
	var defaults []store.Key
	for _, k := range c.Users(tokSubnet, tokInternetGateway, tokRouteTable, tokGroup, tokACL, tokNAT, tokLoadBalancer, tokEndpoint, tokPeering, tokTransferServer) {
		if !isDefault(c.Tx.Get(k)) {
			return resource.Faultf("DependencyViolation", "The vpc '%s' has dependencies and cannot be deleted.", c.Obj.ID)
		}
		defaults = append(defaults, k)
	}
	for _, k := range defaults {
		for _, user := range c.Tx.Referrers(k, "") {
			c.Tx.Delete(user)
		}
		c.Tx.Delete(k)
	}
	return nil
}

// needVPC returns the VPC that a property names.
func needVPC(c *resource.Call, id string) (*store.Object, error) {
	if o := c.Regional(tokVPC, id); o != nil {
		return o, nil
	}
	return nil, resource.Faultf("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", id)
}

// prop reads a property of a stored thing.
func prop(o *store.Object, name string) string { return resource.Props(o.Outputs).Str(name) }

func internetGateway() *resource.Kind {
	return &resource.Kind{
		Token: tokInternetGateway, Service: "EC2", Noun: "EC2 Internet Gateway",
		CreateOp: "AttachInternetGateway", UpdateOp: "AttachInternetGateway", DeleteOp: "DetachInternetGateway",
		Rules: schema.Rules{Computed: []string{"vpcId"}},
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["gateways per region"] {
				return resource.Faultf("InternetGatewayLimitExceeded", "The maximum number of internet gateways has been reached.")
			}
			identify(c, "igw", "internet-gateway")
			return nil
		},
		Apply: func(c *resource.Call) error {
			vpcID, _ := c.Eff("vpcId").(string)
			if vpcID == "" {
				return nil
			}
			if c.Old.Has("vpcId") && c.Old.Str("vpcId") != vpcID {
				if err := checkDetach(c, c.Old.Str("vpcId")); err != nil {
					return err
				}
				c.Release()
			}
			if _, err := needVPC(c, vpcID); err != nil {
				return err
			}
			if !c.Claim(gatewayName(c, vpcID)) {
				return resource.Faultf("InvalidParameterValue", "Network %s already has an internet gateway attached", vpcID)
			}
			return nil
		},
		Remove: func(c *resource.Call) error { return checkDetach(c, prop(c.Obj, "vpcId")) },
	}
}

// gatewayName is claimed by the internet gateway of a VPC.
func gatewayName(c *resource.Call, vpcID string) string {
	return fmt.Sprintf("igw/%s/%s/%s", c.Account, c.Region, vpcID)
}

func hasGateway(c *resource.Call, vpcID string) bool {
	_, ok := c.Tx.Owner(gatewayName(c, vpcID))
	return ok
}

// checkDetach refuses while something in the VPC has a public address.
func checkDetach(c *resource.Call, vpcID string) error {
	vpcKey := store.Key{Type: tokVPC, Account: c.Account, Region: c.Region, ID: vpcID}
	for _, k := range resource.UsersOf(c.Tx, vpcKey, tokNAT, tokLoadBalancer, tokTransferServer) {
		o := resource.Props(c.Tx.Get(k).Outputs)
		addressed := o.Str("publicIp") != "" || o.Obj("endpointDetails").Len("addressAllocationIds") > 0
		if addressed || (k.Type == tokLoadBalancer && !o.Bool("internal")) {
			return resource.Faultf("DependencyViolation", "Network %s has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.", vpcID)
		}
	}
	return nil
}
