package aws

import (
	"fmt"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// aclRules are the rules of both kinds of network ACL.
func aclRules() schema.Rules {
	r := schema.Rules{
		Sets:     []string{"ingress", "egress", "subnetIds"},
		Computed: []string{"subnetIds", "ingress", "egress"},
		Enums:    map[string][]string{},
		Ranges:   map[string]schema.Range{},
		Formats:  map[string]schema.Format{},
	}
	for _, direction := range directions() {
		r.Enums[direction+".action"] = []string{"allow", "deny"}
		r.Ranges[direction+".ruleNo"] = schema.Range{Min: 1, Max: 32766}
		r.Ranges[direction+".fromPort"] = schema.Range{Min: 0, Max: 65535}
		r.Ranges[direction+".toPort"] = schema.Range{Min: 0, Max: 65535}
		r.Formats[direction+".cidrBlock"] = schema.IPv4CIDR
		r.Formats[direction+".ipv6CidrBlock"] = schema.IPv6CIDR
	}
	return r
}

func directions() []string { return []string{"ingress", "egress"} }

func networkACL() *resource.Kind {
	rules := aclRules()
	rules.Replaces = []schema.Replace{{Properties: []string{"vpcId"}, Why: "an ACL belongs to one VPC"}}
	return &resource.Kind{
		Token: tokACL, Service: "EC2", Noun: "EC2 Network ACL", CreateOp: "CreateNetworkAcl", UpdateOp: "ReplaceNetworkAclEntry", DeleteOp: "DeleteNetworkAcl",
		Rules: rules, Validate: checkEntries,
		Identify: func(c *resource.Call) error { identify(c, "acl", "network-acl"); return nil },
		Apply: func(c *resource.Call) error {
			v, err := needVPC(c, c.In.Str("vpcId"))
			if err != nil {
				return err
			}
			if c.Creating() && c.Tx.CountReferrers(v.Key, tokACL) >= c.Limits["ACLs per VPC"] {
				return resource.Faultf("NetworkAclLimitExceeded", "The maximum number of network ACLs has been reached.")
			}
			return applyACL(c, v)
		},
	}
}

func defaultNetworkACL() *resource.Kind {
	rules := aclRules()
	rules.Replaces = []schema.Replace{{Properties: []string{"defaultNetworkAclId"}, Why: "it is the management of one VPC's default ACL"}}
	// The provider removes every rule that is not written: no rules means none, not any.
	rules.Computed = []string{"subnetIds"}
	return &resource.Kind{
		Token: tokDefaultACL, Service: "EC2", Noun: "EC2 Default Network ACL", CreateOp: "DescribeNetworkAcls", UpdateOp: "ReplaceNetworkAclEntry", DeleteOp: "DeleteNetworkAclEntry",
		Upsert: true, Rules: rules, Validate: checkEntries,
		Identify: func(c *resource.Call) error {
			id := c.In.Str("defaultNetworkAclId")
			o := c.Regional(tokACL, id)
			if o == nil {
				return resource.Faultf("InvalidNetworkAclID.NotFound", "The networkAcl ID '%s' does not exist", id)
			}
			if !isDefault(o) {
				return resource.Faultf("InvalidParameterValue", "%s is not the default network ACL of a VPC", id)
			}
			adopt(c, o)
			return nil
		},
		Apply: func(c *resource.Call) error {
			v, err := needVPC(c, prop(c.Obj, "vpcId"))
			if err != nil {
				return err
			}
			if c.Regional(tokACL, c.Obj.ID) == nil {
				return resource.Faultf("InvalidNetworkAclID.NotFound", "The networkAcl ID '%s' does not exist", c.Obj.ID)
			}
			return applyACL(c, v)
		},
	}
}

func applyACL(c *resource.Call, v *store.Object) error {
	for _, id := range c.In.Strs("subnetIds") {
		s, err := needSubnet(c, id)
		if err != nil {
			return err
		}
		if prop(s, "vpcId") != v.ID {
			return resource.Faultf("InvalidParameterValue", "Network ACL %s and subnet %s belong to different networks", c.Obj.ID, id)
		}
	}
	c.Default("subnetIds", resource.List[any]())
	for _, direction := range directions() {
		c.Default(direction, resource.List[any]())
		// The rule that denies the rest counts too.
		if most := c.Limits["entries per ACL, a direction"]; c.In.Len(direction)+1 > most {
			return resource.Faultf("NetworkAclEntryLimitExceeded", "The maximum number of network acl entries has been reached. (%s: %d rules and the implicit deny, quota %d)", direction, c.In.Len(direction), most)
		}
	}
	return nil
}

// checkEntries checks what the ACL's rules say by themselves.
func checkEntries(v *resource.Validation) {
	for _, direction := range directions() {
		seen := map[int]bool{}
		for i, e := range v.In.Objs(direction) {
			path := fmt.Sprintf("%s[%d]", direction, i)
			if e.Known("ruleNo") && seen[e.Int("ruleNo")] {
				v.Fail(path+".ruleNo", "NetworkAclEntryAlreadyExists: The network acl entry identified by %d already exists.", e.Int("ruleNo"))
			}
			seen[e.Int("ruleNo")] = true
			checkEntry(v, path, e)
		}
	}
}

func checkEntry(v *resource.Validation, path string, e resource.Props) {
	protocol := e.Str("protocol")
	switch {
	case !e.Known("protocol"):
	case !knownProtocol(protocol):
		v.Fail(path+".protocol", "unsupported protocol: %s", protocol)
	case allProtocols(protocol):
		if e.Int("fromPort") != 0 || e.Int("toPort") != 0 {
			v.Fail(path, `fromPort (%d) and toPort (%d) must both be 0 to use the 'ALL' "-1" protocol!`, e.Int("fromPort"), e.Int("toPort"))
		}
	}
	if e.Known("fromPort") && e.Known("toPort") && e.Int("fromPort") > e.Int("toPort") {
		v.Fail(path, "InvalidParameterValue: Invalid port range: fromPort %d is greater than toPort %d", e.Int("fromPort"), e.Int("toPort"))
	}
	if e.Str("cidrBlock") == "" && e.Str("ipv6CidrBlock") == "" && !unknown(e, "cidrBlock") && !unknown(e, "ipv6CidrBlock") {
		v.Fail(path, "MissingParameter: The request must contain the parameter cidrBlock or ipv6CidrBlock")
	}
}

// unknown says whether a property is set to a value that is not known yet.
func unknown(p resource.Props, name string) bool { return p.Has(name) && !p.Known(name) }

func allProtocols(p string) bool { return p == "-1" || p == "all" }

// knownProtocol says whether EC2 knows a protocol: by name, or by its number.
func knownProtocol(p string) bool {
	switch p {
	case "-1", "all", "tcp", "udp", "icmp", "icmpv6", "ah", "esp", "gre":
		return true
	}
	var n int
	_, err := fmt.Sscanf(p, "%d", &n)
	return err == nil && n >= 0 && n <= 255 && fmt.Sprint(n) == p
}
