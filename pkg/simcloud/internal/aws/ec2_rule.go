package aws

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func ingressRule() *resource.Kind {
	return groupRule(tokIngressRule, "VPC Security Group Ingress Rule", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress")
}

func egressRule() *resource.Kind {
	return groupRule(tokEgressRule, "VPC Security Group Egress Rule", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress")
}

func groupRule(token, noun, create, remove string) *resource.Kind {
	return &resource.Kind{
		Token: token, Service: "EC2", Noun: noun, CreateOp: create, UpdateOp: "ModifySecurityGroupRules", DeleteOp: remove,
		Rules: schema.Rules{
			Replaces:   []schema.Replace{{Properties: []string{"securityGroupId"}, Why: "a rule belongs to one group"}},
			Formats:    map[string]schema.Format{"cidrIpv4": schema.IPv4CIDR, "cidrIpv6": schema.IPv6CIDR},
			Ranges:     map[string]schema.Range{"fromPort": {Min: -1, Max: 65535}, "toPort": {Min: -1, Max: 65535}},
			Lengths:    map[string]schema.Range{"description": {Min: 0, Max: 255}},
			ExactlyOne: [][]string{{"cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"}},
		},
		Validate: checkGroupRule,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "sgr-0" + c.Hex("sgr", 16)
			c.Obj.ARN = ec2ARN(c, "security-group-rule", c.Obj.ID)
			c.Out("securityGroupRuleId", c.Obj.ID)
			return nil
		},
		Apply: applyGroupRule,
	}
}

func checkGroupRule(v *resource.Validation) {
	if !v.In.Known("ipProtocol") {
		return
	}
	protocol := v.In.Str("ipProtocol")
	switch {
	case !knownProtocol(protocol):
		v.Fail("ipProtocol", "expected ipProtocol to be one of [tcp udp icmp icmpv6 -1] or a protocol number, got %s", protocol)
	case allProtocols(protocol):
		for _, port := range []string{"fromPort", "toPort"} {
			if v.In.Has(port) {
				v.Fail(port, `%q must not be set when ipProtocol is "-1": the rule is for all ports, and the API answers without any`, port)
			}
		}
	case protocol == "tcp" || protocol == "udp":
		if !v.In.Has("fromPort") || !v.In.Has("toPort") {
			v.Fail("fromPort", "InvalidParameterValue: Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.")
		} else if v.In.Known("fromPort") && v.In.Known("toPort") && v.In.Int("fromPort") > v.In.Int("toPort") {
			v.Fail("fromPort", "InvalidParameterValue: Invalid TCP/UDP port range (%d:%d)", v.In.Int("fromPort"), v.In.Int("toPort"))
		}
	}
}

func applyGroupRule(c *resource.Call) error {
	group, err := needGroup(c, c.In.Str("securityGroupId"))
	if err != nil {
		return err
	}
	peer := c.In.Str("cidrIpv4") + c.In.Str("cidrIpv6")
	if id := c.In.Str("referencedSecurityGroupId"); id != "" {
		// Another account's group is written account/sg-...; peered VPCs are not simulated.
		if err := needPeerGroup(c, id, prop(group, "vpcId")); err != nil {
			return err
		}
		peer = id
	}
	if id := c.In.Str("prefixListId"); id != "" {
		// Those that AWS manages; lists of one's own are not simulated. Each counts as one rule.
		if !slices.ContainsFunc(gatewayServices(), func(service string) bool { return prefixListOf(service, c.Region) == id }) {
			return resource.Faultf("InvalidPrefixListID.NotFound", "The prefix list ID '%s' does not exist", id)
		}
		peer = id
	}
	prefix := fmt.Sprintf("rule/%s/%s/", c.Obj.Type, group.Key)
	c.Release()
	if c.Creating() && c.Tx.CountNames(prefix) >= c.Limits["rules per group, a direction"] {
		return resource.Faultf("RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")
	}
	protocol := strings.ToUpper(c.In.Str("ipProtocol"))
	ports := fmt.Sprintf("from port: %d, to port: %d, ", c.In.Int("fromPort"), c.In.Int("toPort"))
	if protocol == "-1" || protocol == "ALL" {
		protocol, ports = "ALL", ""
	}
	text := fmt.Sprintf("peer: %s, %s, %sALLOW", peer, protocol, ports)
	if !c.Claim(prefix + text) {
		return resource.Faultf("InvalidPermission.Duplicate", `the specified rule "%s" already exists`, text)
	}
	return nil
}
