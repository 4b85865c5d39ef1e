package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func groupRules() schema.Rules {
	r := schema.Rules{
		Computed: []string{"ingress", "egress", "vpcId", "name"},
		Sets:     []string{"ingress", "egress", "ingress.securityGroups", "egress.securityGroups"},
		Ranges:   map[string]schema.Range{},
		Formats:  map[string]schema.Format{},
	}
	for _, direction := range directions() {
		r.Formats[direction+".cidrBlocks"] = schema.IPv4CIDR
		r.Formats[direction+".ipv6CidrBlocks"] = schema.IPv6CIDR
	}
	return r
}

func securityGroup() *resource.Kind {
	rules := groupRules()
	rules.Replaces = []schema.Replace{
		{Properties: []string{"name", "namePrefix", "description"}, Why: "EC2 has no call that changes a group's name or description"},
		{Properties: []string{"vpcId"}, Why: "a group belongs to one VPC"},
	}
	rules.Defaults = map[string]any{"description": "Managed by Pulumi", "revokeRulesOnDelete": false}
	rules.Lengths = map[string]schema.Range{"name": {Min: 1, Max: 255}, "description": {Min: 1, Max: 255}}
	rules.Conflicts = [][]string{{"name", "namePrefix"}}
	return &resource.Kind{
		Token: tokGroup, Service: "EC2", Noun: "EC2 Security Group", CreateOp: "CreateSecurityGroup", UpdateOp: "AuthorizeSecurityGroupIngress", DeleteOp: "DeleteSecurityGroup",
		Naming: &resource.Naming{Property: "name", Max: 255, PrefixProperty: "namePrefix"},
		Rules:  rules,
		Validate: func(v *resource.Validation) {
			if strings.HasPrefix(v.In.Str("name"), "sg-") {
				v.Fail("name", "invalid value for name (cannot begin with sg-)")
			}
			checkInlineRules(v)
		},
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["groups per region"] {
				return resource.Faultf("SecurityGroupLimitExceeded", "The maximum number of security groups has been reached.")
			}
			identify(c, "sg", "security-group")
			return nil
		},
		Apply:  applyGroup,
		Remove: removeGroup,
	}
}

func applyGroup(c *resource.Call) error {
	vpcID, _ := c.Eff("vpcId").(string)
	if vpcID == "" {
		return resource.Faultf("VPCIdNotSpecified", "No default VPC for this user")
	}
	v, err := needVPC(c, vpcID)
	if err != nil {
		return err
	}
	name := c.In.Str("name")
	if prefix := c.In.Str("namePrefix"); name == "" {
		c.Default("name", prefix+c.Hex("name", 26))
		name, _ = c.Eff("name").(string)
	}
	if name == "default" || !c.Claim(fmt.Sprintf("group/%s/%s", v.Key, name)) {
		return resource.Faultf("InvalidGroup.Duplicate", "The security group '%s' already exists for VPC '%s'", name, vpcID)
	}
	return inlineRules(c, v)
}

func inlineRules(c *resource.Call, v *store.Object) error {
	for _, direction := range directions() {
		c.Default(direction, resource.List[any]())
		if most := c.Limits["rules per group, a direction"]; c.In.Len(direction) > most {
			return resource.Faultf("RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")
		}
		for _, r := range c.In.Objs(direction) {
			for _, id := range r.Strs("securityGroups") {
				if err := needPeerGroup(c, id, v.ID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// checkInlineRules checks the rules written in a group.
func checkInlineRules(v *resource.Validation) {
	for _, direction := range directions() {
		for i, r := range v.In.Objs(direction) {
			path := fmt.Sprintf("%s[%d]", direction, i)
			if r.Known("protocol") && !knownProtocol(r.Str("protocol")) {
				v.Fail(path+".protocol", "expected protocol to be one of [tcp udp icmp icmpv6 all -1] or a protocol number, got %s", r.Str("protocol"))
			}
			if allProtocols(r.Str("protocol")) && (r.Int("fromPort") != 0 || r.Int("toPort") != 0) {
				v.Fail(path, `fromPort (%d) and toPort (%d) must both be 0 to use the 'ALL' "-1" protocol!`, r.Int("fromPort"), r.Int("toPort"))
			}
			if r.Len("cidrBlocks")+r.Len("ipv6CidrBlocks")+r.Len("prefixListIds")+r.Len("securityGroups") == 0 && !r.Bool("self") &&
				!unknown(r, "cidrBlocks") && !unknown(r, "securityGroups") && !unknown(r, "prefixListIds") && !unknown(r, "self") {
				v.Fail(path, "one of `cidrBlocks,ipv6CidrBlocks,prefixListIds,securityGroups,self` must be specified")
			}
		}
	}
}

// needGroup returns the group that a property names.
func needGroup(c *resource.Call, id string) (*store.Object, error) {
	if o := c.Regional(tokGroup, id); o != nil {
		return o, nil
	}
	return nil, resource.Faultf("InvalidGroup.NotFound", "The security group '%s' does not exist", id)
}

// needPeerGroup checks a group that a rule of a group in a VPC lets in.
func needPeerGroup(c *resource.Call, id, vpcID string) error {
	o, err := needGroup(c, id)
	if err != nil {
		return err
	}
	if prop(o, "vpcId") != vpcID {
		return resource.Faultf("InvalidGroup.NotFound", "You have specified two resources that belong to different networks.")
	}
	return nil
}

// removeGroup refuses while an interface or another group's rule uses the group. Its own rules go with it.
func removeGroup(c *resource.Call) error {
	var own []store.Key
	for _, k := range c.Users(tokIngressRule, tokEgressRule) {
		if prop(c.Tx.Get(k), "securityGroupId") != c.Obj.ID {
			return groupInUse(c)
		}
		own = append(own, k)
	}
	for _, k := range c.Users(tokGroup) {
		if k != c.Obj.Key {
			return groupInUse(c)
		}
	}
	if len(c.Users(tokLoadBalancer, tokService, tokEndpoint, tokResolver, tokMountTarget)) > 0 || hasMachines(c) || hasInterfaces(c) {
		return groupInUse(c)
	}
	deleteAll(c, own)
	return nil
}

func groupInUse(c *resource.Call) error {
	return resource.Faultf("DependencyViolation", "resource %s has a dependent object", c.Obj.ID)
}

func defaultSecurityGroup() *resource.Kind {
	rules := groupRules()
	rules.Replaces = []schema.Replace{{Properties: []string{"vpcId"}, Why: "it is the management of one VPC's default group"}}
	// The provider removes every rule that is not written: no rules means none, not any.
	rules.Computed = []string{"vpcId"}
	rules.Defaults = map[string]any{"revokeRulesOnDelete": false}
	return &resource.Kind{
		Token: tokDefaultGroup, Service: "EC2", Noun: "EC2 Default Security Group", CreateOp: "DescribeSecurityGroups", UpdateOp: "AuthorizeSecurityGroupIngress", DeleteOp: "RevokeSecurityGroupIngress",
		Upsert: true, Rules: rules, Validate: checkInlineRules,
		Identify: func(c *resource.Call) error {
			v, err := needVPC(c, c.In.Str("vpcId"))
			if err != nil {
				return err
			}
			owner, ok := c.Tx.Owner(defaultName(c, tokGroup, v.ID))
			o := c.Tx.Get(owner)
			if !ok || o == nil {
				return resource.Faultf("InvalidGroup.NotFound", "The security group 'default' does not exist in VPC '%s'", v.ID)
			}
			adopt(c, o)
			c.Out("name", "default")
			c.Out("namePrefix", "")
			c.Out("description", "default VPC security group")
			return nil
		},
		Apply: func(c *resource.Call) error {
			v, err := needVPC(c, prop(c.Obj, "vpcId"))
			if err != nil {
				return err
			}
			if _, err := needGroup(c, c.Obj.ID); err != nil {
				return err
			}
			return inlineRules(c, v)
		},
	}
}
