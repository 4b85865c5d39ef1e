package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

const (
	wafDuplicate  = "AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one."
	wafMissing    = "AWS WAF couldn’t perform the operation because your resource doesn’t exist."
	wafAssociated = "AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource."
	wafBadARN     = "The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes."
)

// wafInvalid is how WAF refuses a field of a request.
func wafInvalid(reason, field, value string) error {
	return resource.Faultf("WAFInvalidParameterException", "Error reason: %s, field: %s, parameter: %s", reason, field, value)
}

// identifyWAF gives a thing of WAF its id and ARN, which say whether it is regional or of CloudFront.
func identifyWAF(c *resource.Call, kind string) error {
	scope := "regional"
	if c.In.Str("scope") == "CLOUDFRONT" {
		if c.Region != "us-east-1" {
			return wafInvalid("The scope is not valid.", "SCOPE_VALUE", "CLOUDFRONT")
		}
		scope = "global"
	}
	name := c.In.Str("name")
	c.Obj.ID = c.UUID(kind)
	c.Obj.ARN = fmt.Sprintf("arn:aws:wafv2:%s:%s:%s/%s/%s/%s", c.Region, c.Account, scope, kind, name, c.Obj.ID)
	c.ImportAs(fmt.Sprintf("%s/%s/%s", c.Obj.ID, name, c.In.Str("scope")))
	c.Claim("waf/" + c.Obj.ARN)
	if !c.Claim(fmt.Sprintf("waf-name/%s/%s/%s/%s/%s", kind, c.Account, c.Region, scope, name)) {
		return resource.Faultf("WAFDuplicateItemException", "%s (a %s called %s already exists)", wafDuplicate, kind, name)
	}
	return nil
}

// wafByARN is a thing of WAF in the caller's account and region, or nil.
func wafByARN(c *resource.Call, typ, arn string) *store.Object {
	owner, ok := c.Tx.Owner("waf/" + arn)
	if !ok || owner.Type != typ {
		return nil
	}
	return c.Use(owner)
}

func checkWAFName(v *resource.Validation, property string) {
	if v.In.Known(property) && !regexp.MustCompile(`^[0-9A-Za-z_-]{1,128}$`).MatchString(v.In.Str(property)) {
		v.Fail(property, "invalid value for %s (must contain only alphanumeric hyphen and underscore characters, 128 at most)", property)
	}
}

func webACL() *resource.Kind {
	scopes := []string{"REGIONAL", "CLOUDFRONT"}
	return &resource.Kind{
		Token: tokWebACL, Service: "WAFV2", Noun: "WAFv2 WebACL", CreateOp: "CreateWebACL", UpdateOp: "UpdateWebACL", DeleteOp: "DeleteWebACL",
		Naming:  &resource.Naming{Property: "name", Max: 128, PrefixProperty: "namePrefix"},
		Derived: map[string][]string{"rules": {"capacity", "lockToken"}},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "namePrefix", "scope"}, Why: "they are the web ACL's ARN"}},
			Sets:     []string{"rules", "customResponseBodies", "tokenDomains", "rules.ruleLabels"},
			Enums: map[string][]string{
				"scope": scopes, "rules.statement.rateBasedStatement.aggregateKeyType": {"IP", "FORWARDED_IP", "CONSTANT", "CUSTOM_KEYS"},
				"rules.statement.geoMatchStatement.forwardedIpConfig.fallbackBehavior": {"MATCH", "NO_MATCH"},
			},
			Ranges: map[string]schema.Range{
				"rules.statement.rateBasedStatement.limit": {Min: 10, Max: 2000000000}, "rules.priority": {Min: 0, Max: 1 << 31},
				"defaultAction.block.customResponse.responseCode": {Min: 200, Max: 599}, "rules.action.block.customResponse.responseCode": {Min: 200, Max: 599},
			},
			Lengths:     map[string]schema.Range{"description": {Min: 1, Max: 256}, "rules.name": {Min: 1, Max: 128}},
			Formats:     map[string]schema.Format{"rules.statement.ipSetReferenceStatement.arn": schema.ARN},
			Conflicts:   [][]string{{"ruleJson", "rules"}},
			Unsimulated: map[string]string{"namePrefix": "", "ruleJson": "; use rules"},
		},
		Validate: checkWebACL,
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["web ACLs per region"] {
				return resource.Faultf("WAFLimitsExceededException", "AWS WAF couldn’t perform the operation because you exceeded your resource limit: maximum number of web ACLs (%d)", c.Limits["web ACLs per region"])
			}
			return identifyWAF(c, "webacl")
		},
		Apply: applyWebACL,
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokWebACLUse)) > 0 {
				return resource.Faultf("WAFAssociatedItemException", "%s", wafAssociated)
			}
			deleteAll(c, c.Users(tokWebACLLogging))
			return nil
		},
	}
}

func applyWebACL(c *resource.Call) error {
	capacity := 0
	for _, rule := range c.In.Objs("rules") {
		statement := rule.Obj("statement")
		if err := checkStatement(c, statement); err != nil {
			return err
		}
		if group := statement.Obj("managedRuleGroupStatement"); len(group) > 0 {
			for _, o := range group.Objs("ruleActionOverrides") {
				if known := managedRules()[group.Str("name")]; known != "" && !hasWord(known, o.Str("name")) {
					return wafInvalid("The rule that the override names isn't in the rule group.", "RULE_ACTION_OVERRIDE", o.Str("name"))
				}
			}
		}
		capacity += capacityOf(statement)
	}
	if most := c.Limits["WCU per web ACL"]; capacity > most {
		return resource.Faultf("WAFLimitsExceededException", "AWS WAF couldn’t perform the operation because you exceeded your resource limit: the rules need %d web ACL capacity units of at most %d", capacity, most)
	}
	c.Out("capacity", capacity)
	c.Out("applicationIntegrationUrl", "")
	c.Out("lockToken", c.UUID("lock"))
	return nil
}

func webACLAssociation() *resource.Kind {
	return &resource.Kind{
		Token: tokWebACLUse, Service: "WAFV2", Noun: "WAFv2 WebACL Association", CreateOp: "AssociateWebACL", UpdateOp: "AssociateWebACL", DeleteOp: "DisassociateWebACL",
		Rules: schema.Rules{
			Immutable: "an association is one web ACL and one resource",
			Formats:   map[string]schema.Format{"resourceArn": schema.ARN, "webAclArn": schema.ARN},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("webAclArn") + "," + c.In.Str("resourceArn")
			return nil
		},
		Apply: func(c *resource.Call) error {
			arn, target := c.In.Str("webAclArn"), c.In.Str("resourceArn")
			if strings.Contains(arn, ":global/webacl/") {
				return wafInvalid("A web ACL of the scope CLOUDFRONT is associated by the distribution. "+wafBadARN, "WEB_ACL_ARN", arn)
			}
			if wafByARN(c, tokWebACL, arn) == nil {
				return resource.Faultf("WAFNonexistentItemException", "%s (%s)", wafMissing, arn)
			}
			if !strings.Contains(target, ":loadbalancer/app/") {
				if strings.Contains(target, ":loadbalancer/") || !strings.Contains(target, ":elasticloadbalancing:") {
					return wafInvalid(wafBadARN, "RESOURCE_ARN", target)
				}
			}
			if c.Regional(tokLoadBalancer, target) == nil {
				return resource.Faultf("WAFNonexistentItemException", "%s (%s)", wafMissing, target)
			}
			// The new one takes the place of the one that was there, whose resource now stands for the new one.
			for _, k := range wafUsesOf(c, target) {
				o := c.Tx.Get(k)
				o.Outputs["webAclArn"], o.Inputs["webAclArn"] = arn, arn
				o.Refs = slices.DeleteFunc(o.Refs, func(r store.Key) bool { return r.Type == tokWebACL })
				c.Tx.Put(o)
			}
			c.Claim("waf-of/" + target + "|" + c.Obj.ID)
			return nil
		},
		// The provider disassociates the resource, whichever web ACL it has by then. Source: github.com/pulumi/pulumi-aws/issues/4782.
		Remove: func(c *resource.Call) error {
			deleteAll(c, wafUsesOf(c, c.In.Str("resourceArn")))
			return nil
		},
	}
}

// wafUsesOf are the other associations of a resource.
func wafUsesOf(c *resource.Call, target string) (others []store.Key) {
	for _, k := range c.Tx.Named("waf-of/" + target + "|") {
		if k != c.Obj.Key {
			others = append(others, k)
		}
	}
	return others
}

func ipSet() *resource.Kind {
	return &resource.Kind{
		Token: tokIPSet, Service: "WAFV2", Noun: "WAFv2 IPSet", CreateOp: "CreateIPSet", UpdateOp: "UpdateIPSet", DeleteOp: "DeleteIPSet",
		Naming: &resource.Naming{Property: "name", Max: 128, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name", "namePrefix", "scope", "ipAddressVersion"}, Why: "UpdateIPSet does not take them"}},
			Sets:        []string{"addresses"},
			Enums:       map[string][]string{"scope": {"REGIONAL", "CLOUDFRONT"}, "ipAddressVersion": {"IPV4", "IPV6"}},
			Lengths:     map[string]schema.Range{"description": {Min: 1, Max: 256}},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: func(v *resource.Validation) {
			checkWAFName(v, "name")
			for i, a := range v.In.Strs("addresses") {
				if !wafRange(a, v.In.Str("ipAddressVersion")) {
					v.Fail(fmt.Sprintf("addresses[%d]", i), "WAFInvalidParameterException: Error reason: The parameter contains formatting that is not valid., field: IP_ADDRESS, parameter: %s", a)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["IP sets per region"] {
				return resource.Faultf("WAFLimitsExceededException", "AWS WAF couldn’t perform the operation because you exceeded your resource limit: maximum number of IP sets (%d)", c.Limits["IP sets per region"])
			}
			return identifyWAF(c, "ipset")
		},
		Apply: func(c *resource.Call) error {
			if most := c.Limits["addresses per IP set"]; c.In.Len("addresses") > most {
				return resource.Faultf("WAFLimitsExceededException", "AWS WAF couldn’t perform the operation because you exceeded your resource limit: maximum number of addresses in an IP set (%d)", most)
			}
			c.Out("lockToken", c.UUID("lock"))
			return nil
		},
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokWebACL)) > 0 {
				return resource.Faultf("WAFAssociatedItemException", "%s", wafAssociated)
			}
			return nil
		},
	}
}
