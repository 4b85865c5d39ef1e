package aws

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func resolverARN(c *resource.Call, rest string) string {
	return fmt.Sprintf("arn:aws:route53resolver:%s:%s:%s", c.Region, c.Account, rest)
}

func checkResolverName(v *resource.Validation) {
	name := v.In.Str("name")
	if v.In.Known("name") && (!regexp.MustCompile(`^[0-9A-Za-z_' -]{1,64}$`).MatchString(name) || regexp.MustCompile(`^[0-9]+$`).MatchString(name)) {
		v.Fail("name", "invalid value for name (must contain letters, digits, spaces, _, - and ' only, 64 at most, and not digits alone)")
	}
}

func resolverEndpoint() *resource.Kind {
	return &resource.Kind{
		Token: tokResolver, Service: "Route53Resolver", Noun: "Route53 Resolver Endpoint", CreateOp: "CreateResolverEndpoint", UpdateOp: "UpdateResolverEndpoint", DeleteOp: "DeleteResolverEndpoint",
		Naming: &resource.Naming{Property: "name", Max: 64},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"direction", "securityGroupIds"}, Why: "UpdateResolverEndpoint does not take them"}},
			Sets:     []string{"ipAddresses", "protocols", "securityGroupIds"},
			Computed: []string{"protocols", "resolverEndpointType"},
			Enums: map[string][]string{
				"direction": {"INBOUND", "OUTBOUND", "INBOUND_DELEGATION"}, "protocols": {"Do53", "DoH", "DoH-FIPS"}, "resolverEndpointType": {"IPV4", "IPV6", "DUALSTACK"},
			},
		},
		Validate: checkResolver,
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["resolver endpoints per region"] {
				return resource.Faultf("LimitExceededException", "Account has reached the limit of resolver endpoints: %d", c.Limits["resolver endpoints per region"])
			}
			way := "in"
			if c.In.Str("direction") == "OUTBOUND" {
				way = "out"
			}
			c.Obj.ID = fmt.Sprintf("rslvr-%s-%s", way, c.Hex("resolver", 17))
			c.Obj.ARN = resolverARN(c, "resolver-endpoint/"+c.Obj.ID)
			return nil
		},
		Apply:  applyResolver,
		Report: reportResolver,
		Remove: func(c *resource.Call) error {
			if rules := c.Users(tokResolverRule); len(rules) > 0 {
				return resource.Faultf("InvalidRequestException", "[RSLVR-00600] Cannot delete resolver endpoint unless its related resolver rules are deleted. The following rules still exist for this resolver endpoint: \"%s\"", rules[0].ID)
			}
			return nil
		},
	}
}

func checkResolver(v *resource.Validation) {
	checkResolverName(v)
	if typ := v.In.Str("resolverEndpointType"); typ != "" && typ != "IPV4" {
		v.Fail("resolverEndpointType", "the simulated cloud does not simulate resolver endpoints with IPv6")
	}
	if n := v.In.Len("ipAddresses"); v.In.Known("ipAddresses") && n < 2 {
		v.Fail("ipAddresses", "ipAddresses: attribute requires 2 item minimum, but config has only %d declared", n)
	}
	if n := v.In.Len("securityGroupIds"); v.In.Known("securityGroupIds") && n < 1 {
		v.Fail("securityGroupIds", "securityGroupIds: attribute requires 1 item minimum, but config has only 0 declared")
	}
	for i, a := range v.In.Objs("ipAddresses") {
		if ip := a.Str("ip"); ip != "" {
			if addr, err := netip.ParseAddr(ip); err != nil || !addr.Is4() {
				v.Fail(fmt.Sprintf("ipAddresses[%d].ip", i), "expected ipAddresses.ip to contain a valid IPv4 address, got: %s", ip)
			}
		}
	}
}

// applyResolver checks where an endpoint has its addresses.
func applyResolver(c *resource.Call) error {
	addresses := c.In.Objs("ipAddresses")
	if most := c.Limits["addresses per resolver endpoint"]; len(addresses) > most {
		return resource.Faultf("LimitExceededException", "A resolver endpoint can have at most %d IP addresses, got %d", most, len(addresses))
	}
	vpcID, taken := "", map[string]bool{}
	for _, a := range addresses {
		s := c.Regional(tokSubnet, a.Str("subnetId"))
		if s == nil {
			return resource.Faultf("InvalidParameterException", "Could not find the subnet with ID \"%s\".", a.Str("subnetId"))
		}
		if vpcID != "" && vpcID != prop(s, "vpcId") {
			return resource.Faultf("InvalidRequestException", "The subnets of a resolver endpoint must be in one VPC: %s, %s", vpcID, prop(s, "vpcId"))
		}
		vpcID = prop(s, "vpcId")
		ip := a.Str("ip")
		if ip == "" {
			continue
		}
		block, _ := netip.ParsePrefix(prop(s, "cidrBlock")) // EC2 has refused what cannot be read
		if addr, _ := netip.ParseAddr(ip); !block.Contains(addr) || taken[ip] {
			return resource.Faultf("InvalidRequestException", "The IP address %s is not a free address of the subnet %s (%s)", ip, s.ID, block)
		}
		taken[ip] = true
	}
	groups := c.In.Strs("securityGroupIds")
	if most := c.Limits["groups per interface"]; len(groups) > most {
		return resource.Faultf("InvalidParameterException", "A resolver endpoint can have at most %d security groups, got %d", most, len(groups))
	}
	for _, id := range groups {
		if g := c.Regional(tokGroup, id); g == nil || prop(g, "vpcId") != vpcID {
			return resource.Faultf("InvalidParameterException", "Could not find the security group with ID \"%s\" in VPC %s.", id, vpcID)
		}
	}
	c.Out("hostVpcId", vpcID)
	c.Default("protocols", resource.List("Do53"))
	c.Default("resolverEndpointType", "IPV4")
	return nil
}

// reportResolver gives each address its id, and those that the program leaves to AWS an address of the subnet.
func reportResolver(c *resource.Call) {
	var out []any
	for i, a := range c.In.Objs("ipAddresses") {
		s := c.Regional(tokSubnet, a.Str("subnetId"))
		if s == nil {
			return // Apply has found it
		}
		ip := a.Str("ip")
		if ip == "" {
			ip = addrIn(prop(s, "cidrBlock"), shortHash(fmt.Sprint(c.Obj.ID, s.ID, i), 7))
		}
		out = append(out, map[string]any{"subnetId": s.ID, "ip": ip, "ipId": "rni-" + shortHash(fmt.Sprint("ip", c.Obj.ID, s.ID, i), 17), "ipv6": ""})
	}
	c.Out("ipAddresses", out)
}

func resolverRule() *resource.Kind {
	return &resource.Kind{
		Token: tokResolverRule, Service: "Route53Resolver", Noun: "Route53 Resolver Rule", CreateOp: "CreateResolverRule", UpdateOp: "UpdateResolverRule", DeleteOp: "DeleteResolverRule",
		Naming: &resource.Naming{Property: "name", Max: 64},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"domainName", "ruleType"}, Why: "UpdateResolverRule does not take them"}},
			Sets:     []string{"targetIps"},
			Enums:    map[string][]string{"ruleType": {"FORWARD", "SYSTEM", "RECURSIVE", "DELEGATE"}, "targetIps.protocol": {"Do53", "DoH", "DoH-FIPS"}},
			Ranges:   map[string]schema.Range{"targetIps.port": {Min: 1, Max: 65535}},
			Lengths:  map[string]schema.Range{"domainName": {Min: 1, Max: 256}},
		},
		Forces: func(old, next resource.Props) []string {
			if old.Has("resolverEndpointId") && !next.Has("resolverEndpointId") {
				return []string{"resolverEndpointId"}
			}
			return nil
		},
		ForcesWhen: "resolverEndpointId taken away",
		Validate: func(v *resource.Validation) {
			checkResolverName(v)
			for i, t := range v.In.Objs("targetIps") {
				if ip := t.Str("ip"); ip != "" {
					if addr, err := netip.ParseAddr(ip); err != nil || !addr.Is4() {
						v.Fail(fmt.Sprintf("targetIps[%d].ip", i), "expected targetIps.ip to contain a valid IPv4 address, got: %s", ip)
					}
				}
			}
		},
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["resolver rules per region"] {
				return resource.Faultf("LimitExceededException", "Account has reached the limit of resolver rules: %d", c.Limits["resolver rules per region"])
			}
			c.Obj.ID = "rslvr-rr-" + c.Hex("resolver rule", 17)
			c.Obj.ARN = resolverARN(c, "resolver-rule/"+c.Obj.ID)
			c.Out("ownerId", c.Account)
			c.Out("shareStatus", "NOT_SHARED")
			return nil
		},
		Apply: applyResolverRule,
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokResolverRuleUse)) > 0 {
				return resource.Faultf("ResourceInUseException", "Please disassociate this resolver rule from VPC first before deleting")
			}
			return nil
		},
	}
}

func applyResolverRule(c *resource.Call) error {
	typ, endpoint, targets := c.In.Str("ruleType"), c.In.Str("resolverEndpointId"), c.In.Objs("targetIps")
	switch {
	case typ == "RECURSIVE" || typ == "DELEGATE":
		return resource.Faultf("InvalidParameterException", "Rules of type %s cannot be created", typ)
	case typ == "SYSTEM" && (endpoint != "" || len(targets) > 0):
		return resource.Faultf("InvalidParameterException", "A rule of type SYSTEM has neither a resolver endpoint nor target IPs")
	case typ == "SYSTEM":
		return nil
	case endpoint == "":
		return resource.Faultf("InvalidParameterException", "ResolverEndpointId must be specified for a rule of type FORWARD")
	case len(targets) == 0:
		return resource.Faultf("InvalidParameterException", "TargetIps must be specified for a rule of type FORWARD")
	case len(targets) > c.Limits["target addresses per resolver rule"]:
		return resource.Faultf("LimitExceededException", "A resolver rule can have at most %d target IPs, got %d", c.Limits["target addresses per resolver rule"], len(targets))
	}
	e := c.Regional(tokResolver, endpoint)
	if e == nil {
		return resource.Faultf("ResourceNotFoundException", "Resolver endpoint with ID \"%s\" does not exist.", endpoint)
	}
	if prop(e, "direction") != "OUTBOUND" {
		return resource.Faultf("InvalidRequestException", "Resolver endpoint \"%s\" is not an outbound endpoint.", endpoint)
	}
	return nil
}

func resolverRuleAssociation() *resource.Kind {
	return &resource.Kind{
		Token: tokResolverRuleUse, Service: "Route53Resolver", Noun: "Route53 Resolver Rule Association", CreateOp: "AssociateResolverRule", UpdateOp: "AssociateResolverRule", DeleteOp: "DisassociateResolverRule",
		Naming:   &resource.Naming{Property: "name", Max: 64},
		Rules:    schema.Rules{Immutable: "an association is one rule and one VPC"},
		Validate: checkResolverName,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "rslvr-rrassoc-" + c.Hex("resolver rule association", 17)
			return nil
		},
		Apply: func(c *resource.Call) error {
			id, vpcID := c.In.Str("resolverRuleId"), c.In.Str("vpcId")
			rule := c.Regional(tokResolverRule, id)
			if rule == nil {
				return resource.Faultf("ResourceNotFoundException", "Resolver rule with ID \"%s\" does not exist.", id)
			}
			if c.Regional(tokVPC, vpcID) == nil {
				return resource.Faultf("InvalidParameterException", "Could not find the VPC with ID \"%s\".", vpcID)
			}
			if most := c.Limits["resolver rule associations per region"]; c.Creating() && inRegion(c) >= most {
				return resource.Faultf("LimitExceededException", "Account has reached the limit of associations between resolver rules and VPCs: %d", most)
			}
			domain := fmt.Sprintf("resolver-rule/%s/%s", vpcID, strings.ToLower(zoneName(prop(rule, "domainName"))))
			if owner, _ := c.Tx.Owner(domain); !c.Claim(domain) {
				other := c.Tx.Get(owner)
				return resource.Faultf("ResourceExistsException", "Cannot associate rules with same domain name with same VPC. Conflict with resolver rule '%s'; it is already associated", prop(other, "resolverRuleId"))
			}
			return nil
		},
	}
}
