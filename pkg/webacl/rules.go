package webacl

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// managedRules are the rule groups that AWS keeps up to date, in the order in which
// they are asked: the cheap one first. With the rule on requests they need 1127 of the
// 1500 capacity units that the basic price covers
// (docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html).
func managedRules() []string {
	return []string{
		"AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet",
	}
}

// counted are the rules of managedRules that are only counted, by group. Uploads are
// longer than the 8 KB beyond which the common rules would block every body.
func counted() map[string][]string {
	return map[string][]string{"AWSManagedRulesCommonRuleSet": {"SizeRestrictions_BODY"}}
}

// rules are the web ACL's rules. Priorities are positions, so that a rule in the
// middle moves those behind it; AWS WAF changes them all at once.
func (a Args) rules() wafv2.WebAclRuleArray {
	rules := wafv2.WebAclRuleArray{wafv2.WebAclRuleArgs{
		Name:     pulumi.String("RequestLimit"),
		Priority: pulumi.Int(0),
		Action:   wafv2.WebAclRuleActionArgs{Block: wafv2.WebAclRuleActionBlockArgs{}},
		Statement: wafv2.WebAclRuleStatementArgs{RateBasedStatement: wafv2.WebAclRuleStatementRateBasedStatementArgs{
			AggregateKeyType: pulumi.String("IP"),
			Limit:            pulumi.Int(a.RequestLimit),
		}},
		VisibilityConfig: wafv2.WebAclRuleVisibilityConfigArgs(visibility("RequestLimit")),
	}}
	for i, group := range managedRules() {
		var overrides wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArray
		for _, rule := range counted()[group] {
			overrides = append(overrides, wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArgs{
				Name: pulumi.String(rule),
				ActionToUse: wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseArgs{
					Count: wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseCountArgs{},
				},
			})
		}
		rules = append(rules, wafv2.WebAclRuleArgs{
			Name:           pulumi.String(group),
			Priority:       pulumi.Int(i + 1),
			OverrideAction: wafv2.WebAclRuleOverrideActionArgs{None: wafv2.WebAclRuleOverrideActionNoneArgs{}},
			Statement: wafv2.WebAclRuleStatementArgs{ManagedRuleGroupStatement: wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs{
				VendorName:          pulumi.String("AWS"),
				Name:                pulumi.String(group),
				RuleActionOverrides: overrides,
			}},
			VisibilityConfig: wafv2.WebAclRuleVisibilityConfigArgs(visibility(group)),
		})
	}
	return rules
}

// visibility counts requests under a metric and keeps no samples of them: samples
// show headers and queries that the log leaves out.
func visibility(metric string) wafv2.WebAclVisibilityConfigArgs {
	return wafv2.WebAclVisibilityConfigArgs{
		CloudwatchMetricsEnabled: pulumi.Bool(true),
		MetricName:               pulumi.String(metric),
		SampledRequestsEnabled:   pulumi.Bool(false),
	}
}
