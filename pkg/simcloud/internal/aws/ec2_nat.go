package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func eip() *resource.Kind {
	return &resource.Kind{
		Token: tokEIP, Service: "EC2", Noun: "EC2 EIP", CreateOp: "AllocateAddress", UpdateOp: "AssociateAddress", DeleteOp: "ReleaseAddress",
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"domain", "vpc", "publicIpv4Pool", "networkBorderGroup", "address"}, Why: "an address is allocated once, from one pool"},
			},
			Computed: []string{"domain", "vpc", "networkBorderGroup", "publicIpv4Pool"},
			Enums:    map[string][]string{"domain": {"vpc", "standard"}},
			Unsimulated: map[string]string{
				"instance": "", "networkInterface": "", "associateWithPrivateIp": "", "customerOwnedIpv4Pool": "", "ipamPoolId": "", "address": "",
			},
		},
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["addresses per region"] {
				return resource.Faultf("AddressLimitExceeded", "The maximum number of addresses has been reached.")
			}
			c.Obj.ID = "eipalloc-0" + c.Hex("eip", 16)
			c.Obj.ARN = ec2ARN(c, "elastic-ip", c.Obj.ID)
			ip := publicAddr(c)
			c.Out("allocationId", c.Obj.ID)
			c.Out("publicIp", ip)
			c.Out("publicDns", "ec2-"+strings.ReplaceAll(ip, ".", "-")+"."+computeDomain(c.Region))
			for _, none := range []string{"associationId", "carrierIp", "customerOwnedIp", "privateIp", "ptrRecord", "privateDns"} {
				c.Out(none, "")
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("domain", "vpc")
			c.Default("networkBorderGroup", c.Region)
			c.Default("publicIpv4Pool", "amazon")
			return nil
		},
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokNAT, tokLoadBalancer, tokTransferServer)) > 0 {
				return resource.Faultf("InvalidIPAddress.InUse", "Address %s is in use.", prop(c.Obj, "publicIp"))
			}
			return nil
		},
	}
}

// publicAddr is an address in a block of Amazon's that EC2 hands out.
func publicAddr(c *resource.Call) string {
	var a, b, d int
	_, _ = fmt.Sscanf(c.Hex("public address", 6), "%2x%2x%2x", &a, &b, &d)
	return fmt.Sprintf("52.%d.%d.%d", a, b, 1+d%254)
}

func computeDomain(region string) string {
	if region == "us-east-1" {
		return "compute-1.amazonaws.com"
	}
	return region + ".compute.amazonaws.com"
}

func natGateway() *resource.Kind {
	return &resource.Kind{
		Token: tokNAT, Service: "EC2", Noun: "EC2 NAT Gateway", CreateOp: "CreateNatGateway", UpdateOp: "AssociateNatGatewayAddress", DeleteOp: "DeleteNatGateway",
		Rules: schema.Rules{
			Immutable: "EC2 has no call that changes a NAT gateway's place or primary address",
			Mutable:   []string{"tags"},
			Computed:  []string{"privateIp"},
			Defaults:  map[string]any{"connectivityType": "public"},
			Enums:     map[string][]string{"connectivityType": {"public", "private"}},
			Unsimulated: map[string]string{
				"secondaryAllocationIds": "", "secondaryPrivateIpAddresses": "", "secondaryPrivateIpAddressCount": "",
			},
		},
		Validate: func(v *resource.Validation) {
			public := v.In.Str("connectivityType") == "public"
			if public && !v.In.Has("allocationId") {
				v.Fail("allocationId", "%q: required when connectivityType is public", "allocationId")
			}
			if !public && v.In.Known("connectivityType") && v.In.Has("allocationId") {
				v.Fail("allocationId", "%q: not supported when connectivityType is private", "allocationId")
			}
		},
		Identify: func(c *resource.Call) error { identify(c, "nat", ""); delete(c.Obj.Outputs, "ownerId"); return nil },
		Apply:    applyNAT,
	}
}

func applyNAT(c *resource.Call) error {
	s, err := needSubnet(c, c.In.Str("subnetId"))
	if err != nil {
		return err
	}
	vpcID := prop(s, "vpcId")
	if _, err := needVPC(c, vpcID); err != nil {
		return err
	}
	zone := fmt.Sprintf("nat-in/%s/%s/", c.Account, prop(s, "availabilityZoneId"))
	if c.Creating() && c.Tx.CountNames(zone) >= c.Limits["NAT gateways per zone"] {
		return resource.Faultf("NatGatewayLimitExceeded", "Performing this operation would exceed the limit of %d NAT gateways", c.Limits["NAT gateways per zone"])
	}
	c.Claim(zone + c.Obj.ID)
	c.Default("privateIp", hostAddr(c, "nat", prop(s, "cidrBlock")))
	c.Default("networkInterfaceId", "eni-0"+c.Hex("eni", 16))
	allocation := c.In.Str("allocationId")
	if allocation == "" {
		c.Out("publicIp", "")
		c.Out("associationId", "")
		return nil
	}
	address := c.Regional(tokEIP, allocation)
	if address == nil {
		return resource.Faultf("InvalidAllocationID.NotFound", "The allocation ID '%s' does not exist", allocation)
	}
	if !c.Claim("eip/" + c.Account + "/" + c.Region + "/" + allocation) {
		return resource.Faultf("Resource.AlreadyAssociated", "resource %s is already associated with another network interface", allocation)
	}
	if !hasGateway(c, vpcID) {
		return resource.Faultf("Gateway.NotAttached", "Network %s has no Internet gateway attached", vpcID)
	}
	c.Out("publicIp", prop(address, "publicIp"))
	c.Default("associationId", "eipassoc-0"+c.Hex("association", 16))
	return nil
}
