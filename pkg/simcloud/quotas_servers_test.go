package simcloud_test

import "fmt"

// beyondServerQuotas is beyondQuotas for the quotas of what servers and clusters are made of.
func beyondServerQuotas() map[string]beyond {
	addresses := func(n int) (list []any) {
		for i := range n {
			list = append(list, fmt.Sprintf("192.0.2.%d/32", i+1))
		}
		return list
	}
	more := func(name string, change props) func(*world) props {
		return func(w *world) props { return with(w.res[name].In, change) }
	}
	limits := func(what string) string {
		return "WAFLimitsExceededException: AWS WAF couldn’t perform the operation because you exceeded your resource limit: " + what
	}
	return map[string]beyond{
		"launch templates per region":    {0, templateType, more("node-template", props{"name": "one-more"}), "LaunchTemplateLimitExceeded"},
		"versions per launch template":   {1, templateType, nil, ""}, // TestLaunchTemplatesHaveVersions fills it
		"Auto Scaling groups per region": {0, groupType, more("node-group", props{"name": "one-more"}), "LimitExceeded: You have reached the maximum number of Auto Scaling groups: 1"},
		"lifecycle hooks per group": {2, hookType, func(w *world) props {
			return props{"autoscalingGroupName": w.res["node-group"].str("name"), "name": "third", "lifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING"}
		}, "LimitExceeded: You have reached the maximum number of lifecycle hooks"},
		"target groups per Auto Scaling group": {1, groupType, func(w *world) props {
			second := w.create(targetGroupType, "second", with(w.res["nlb-target"].In, props{"name": "second"}))
			return with(w.res["node-group"].In, props{"name": "registering", "targetGroupArns": []any{second.ID, w.res["nlb-target"].ID}})
		}, "LimitExceeded: You have reached the maximum number of target groups"},
		"instance profiles per account":  {0, profileType, fixed(props{"name": "one-more"}), "LimitExceeded: Cannot exceed quota for InstanceProfilesPerAccount: 1"},
		"capacity providers per cluster": {2, providersType, fixed(props{"clusterName": "machines", "capacityProviders": []any{"FARGATE", "FARGATE_SPOT", "cells-nodes"}}), "A cluster can have at most 2 capacity providers, got 3"},
		"web ACLs per region":            {0, webACLType, more("web-acl", props{"name": "one-more"}), limits("maximum number of web ACLs (1)")},
		"WCU per web ACL":                {908, webACLType, more("web-acl", props{"name": "dearer", "rules": []any{managed("AWSManagedRulesCommonRuleSet", 0), managed("AWSManagedRulesSQLiRuleSet", 1), managed("AWSManagedRulesAmazonIpReputationList", 2)}}), limits("the rules need 925 web ACL capacity units of at most 908")},
		"IP sets per region":             {0, ipSetType, more("blocked", props{"name": "one-more"}), limits("maximum number of IP sets (1)")},
		"addresses per IP set":           {2, ipSetType, more("blocked", props{"name": "longer", "addresses": addresses(3)}), limits("maximum number of addresses in an IP set (2)")},
		"namespaces per region":          {0, namespaceType, more("namespace", props{"name": "one-more.example.com"}), "ResourceLimitExceeded: The maximum number of namespaces has been reached: 1"},
		"secrets per region":             {0, secretType, fixed(props{"name": "one-more", "recoveryWindowInDays": 0}), "LimitExceededException: You've exceeded the quota of secrets"},
		"parameters per region":          {0, parameterType, fixed(props{"name": "/one-more", "type": "String", "insecureValue": "x"}), "ParameterLimitExceeded"},
		"resolver endpoints per region":  {0, resolverType, more("outbound", props{"name": "one-more"}), "LimitExceededException: Account has reached the limit of resolver endpoints: 1"},
		"addresses per resolver endpoint": {2, resolverType, func(w *world) props {
			return with(w.res["outbound"].In, props{"name": "wider", "ipAddresses": []any{props{"subnetId": w.subnet("app0")}, props{"subnetId": w.subnet("app1")}, props{"subnetId": w.subnet("app1"), "ip": "10.16.17.9"}}})
		}, "A resolver endpoint can have at most 2 IP addresses, got 3"},
		"resolver rules per region": {0, resolverRuleType, more("consul-rule", props{"name": "one-more", "domainName": "more"}), "LimitExceededException: Account has reached the limit of resolver rules: 1"},
		"target addresses per resolver rule": {1, resolverRuleType, more("consul-rule", props{"name": "more-targets", "targetIps": []any{props{"ip": "10.0.0.1"}, props{"ip": "10.0.0.2"}}}),
			"A resolver rule can have at most 1 target IPs, got 2"},
		"resolver rule associations per region": {0, resolverUseType, func(w *world) props {
			return props{"resolverRuleId": w.res["consul-rule"].ID, "vpcId": w.res["far"].ID}
		}, "LimitExceededException: Account has reached the limit of associations"},
		"log resource policies per region": {0, logPolicyType, more("waf-logs-policy", props{"policyName": "one-more"}), "LimitExceededException: Resource limit exceeded."},
		"repositories per region":          {0, repositoryType, more("agent", props{"name": "one-more"}), "LimitExceededException: The maximum number of repositories has been reached: 1"},
	}
}
