package aws

import (
	"net/netip"
	"strconv"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// noDHCPOptions is the set of a VPC that has none.
const noDHCPOptions = "default"

func dhcpOptions() *resource.Kind {
	return &resource.Kind{
		Token: tokDHCPOptions, Service: "EC2", Noun: "EC2 DHCP Options Set", CreateOp: "CreateDhcpOptions", UpdateOp: "CreateTags", DeleteOp: "DeleteDhcpOptions",
		Rules: schema.Rules{
			Immutable: "EC2 has no call that changes a set of options",
			Mutable:   []string{"tags"},
			Enums:     map[string][]string{"netbiosNodeType": {"1", "2", "4", "8"}},
		},
		Validate: func(v *resource.Validation) {
			lease, err := strconv.Atoi(v.In.Str("ipv6AddressPreferredLeaseTime"))
			if v.In.Known("ipv6AddressPreferredLeaseTime") && (err != nil || lease < 140 || lease > 2147483647) {
				v.Fail("ipv6AddressPreferredLeaseTime", "expected ipv6AddressPreferredLeaseTime to be in the range (140 - 2147483647), got %s", v.In.Str("ipv6AddressPreferredLeaseTime"))
			}
		},
		Identify: func(c *resource.Call) error { identify(c, "dopt", "dhcp-options"); return nil },
		Apply:    checkDHCPOptions,
		// The provider gives the VPCs that have the options the default ones first.
		Remove: func(c *resource.Call) error {
			for _, k := range c.Users(tokDHCPAssociation) {
				setDHCPOptions(c, prop(c.Tx.Get(k), "vpcId"), noDHCPOptions)
				c.Tx.Delete(k)
			}
			return nil
		},
	}
}

// checkDHCPOptions checks what EC2 says of the lists: at most four servers each, addresses of IPv4.
// Source: docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSet.html.
func checkDHCPOptions(c *resource.Call) error {
	options := 0
	for _, name := range []string{"domainName", "domainNameServers", "ntpServers", "netbiosNameServers", "netbiosNodeType", "ipv6AddressPreferredLeaseTime"} {
		if c.In.Has(name) && c.In[name] != "" {
			options++
		}
	}
	if options == 0 {
		return resource.Faultf("MissingParameter", "The request must contain the parameter dhcpConfiguration")
	}
	for _, name := range []string{"domainNameServers", "ntpServers", "netbiosNameServers"} {
		servers := c.In.Strs(name)
		if len(servers) > 4 {
			return resource.Faultf("InvalidParameterValue", "Value (%v) for parameter value is invalid. %s takes at most 4 servers, got %d", servers, name, len(servers))
		}
		for _, s := range servers {
			if name == "domainNameServers" && s == "AmazonProvidedDNS" {
				continue
			}
			if _, err := netip.ParseAddr(s); err != nil {
				return resource.Faultf("InvalidParameterValue", "Value (%s) for parameter value is invalid. Invalid IP address in %s", s, name)
			}
		}
	}
	return nil
}

func dhcpAssociation() *resource.Kind {
	return &resource.Kind{
		Token: tokDHCPAssociation, Service: "EC2", Noun: "EC2 VPC DHCP Options Set Association",
		CreateOp: "AssociateDhcpOptions", UpdateOp: "AssociateDhcpOptions", DeleteOp: "AssociateDhcpOptions",
		Upsert: true, // associating again changes nothing
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"vpcId"}, Why: "it is the VPC's"}},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("dhcpOptionsId") + "-" + c.In.Str("vpcId")
			return nil
		},
		Apply: func(c *resource.Call) error {
			id, vpcID := c.In.Str("dhcpOptionsId"), c.In.Str("vpcId")
			if id != noDHCPOptions && c.Regional(tokDHCPOptions, id) == nil {
				return resource.Faultf("InvalidDhcpOptionID.NotFound", "The dhcpOption ID '%s' does not exist", id)
			}
			if _, err := needVPC(c, vpcID); err != nil {
				return err
			}
			for _, k := range resource.UsersOf(c.Tx, store.Key{Type: tokVPC, Account: c.Account, Region: c.Region, ID: vpcID}, tokDHCPAssociation) {
				if k != c.Obj.Key {
					c.Tx.Delete(k) // a VPC has one set: the last one wins
				}
			}
			c.ImportAs(vpcID)
			setDHCPOptions(c, vpcID, id)
			return nil
		},
		Remove: func(c *resource.Call) error {
			setDHCPOptions(c, c.In.Str("vpcId"), noDHCPOptions)
			return nil
		},
	}
}

// setDHCPOptions changes what a VPC says of itself.
func setDHCPOptions(c *resource.Call, vpcID, id string) {
	v := c.Tx.Get(store.Key{Type: tokVPC, Account: c.Account, Region: c.Region, ID: vpcID})
	if v != nil {
		v.Outputs["dhcpOptionsId"] = id
		c.Tx.Put(v)
	}
}
