package simcloud_test

import (
	"fmt"
	"testing"
)

func TestRefusesWrongNetworkBalancers(t *testing.T) {
	t.Parallel()
	lb := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"name": "wrong", "loadBalancerType": "network", "internal": true, "subnets": []any{w.subnet("app0")}}, change)
		}
	}
	mapping := func(change props) func(*world) props {
		return func(w *world) props {
			return with(lb(nil)(w), props{"subnets": nil, "subnetMappings": []any{with(props{"subnetId": w.subnet("app0")}, change)}})
		}
	}
	refuses(t, []wrong{
		{"gateway", balancerType, lb(props{"loadBalancerType": "gateway"}), `loadBalancerType: the simulated cloud does not simulate load balancers of type "gateway"`},
		{"address outside the subnet", balancerType, mapping(props{"privateIpv4Address": "10.16.17.200"}), `The private IPv4 address '10.16.17.200' is not an address that the subnet`},
		{"address of AWS", balancerType, mapping(props{"privateIpv4Address": "10.16.16.3"}), `is not an address that the subnet`},
		{"address of another", balancerType, mapping(props{"privateIpv4Address": "10.16.16.200"}), `The private IPv4 address '10.16.16.200' is in use`},
		{"address of no form", balancerType, mapping(props{"privateIpv4Address": "10.16.16"}), `subnetMappings[0].privateIpv4Address: expected privateIpv4Address to contain a valid IPv4 address, got: 10.16.16`},
		{"private address in public", balancerType, func(w *world) props {
			return with(mapping(props{"privateIpv4Address": "10.16.16.99"})(w), props{"internal": false})
		},
			`A private IPv4 address can only be specified for an internal load balancer`},
		{"address of an application balancer", balancerType, func(w *world) props {
			return with(mapping(props{"privateIpv4Address": "10.16.16.99"})(w), props{"loadBalancerType": "application"})
		}, `can only be specified for network load balancers`},
		{"both ways of subnets", balancerType, func(w *world) props { return with(mapping(nil)(w), props{"subnets": []any{w.subnet("app1")}}) }, `"subnets": conflicts with subnetMappings`},
		{"routing policy as the SDK spells it", balancerType, lb(props{"dnsRecordClientRoutingPolicy": "anyAvailabilityZone"}), `to be one of ["any_availability_zone"`},
		{"logs to a bucket that lets application balancers in", balancerType, func(w *world) props {
			b := w.create(bucketType, "alb-logs", props{"bucket": "alb-logs"})
			w.create(policyType, "alb-logs", props{"bucket": b.ID, "policy": document(`{"Effect":"Allow","Principal":{"Service":"logdelivery.elasticloadbalancing.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::alb-logs/AWSLogs/` + accountA + `/*"}`)})
			return lb(props{"accessLogs": props{"bucket": "alb-logs", "enabled": true}})(w)
		}, `Access Denied for bucket: alb-logs. Please check S3bucket permission`},
		{"logs below another prefix", balancerType, func(w *world) props {
			return changed("lb", props{"name": "wrong", "accessLogs": props{"bucket": "alb-logs", "prefix": "mine", "enabled": true}})(w)
		}, `Access Denied for bucket: alb-logs. Please check S3bucket permission`},
		{"logs to a bucket of a key", balancerType, func(w *world) props {
			w.create(bucketType, "kms-logs", props{"bucket": "kms-logs"})
			w.create(policyType, "kms-logs", props{"bucket": "kms-logs", "policy": document(`{"Effect":"Allow","Principal":{"Service":"logdelivery.elasticloadbalancing.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::kms-logs/*"}`)})
			w.create("aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "kms-logs", props{
				"bucket": "kms-logs", "rules": []any{props{"applyServerSideEncryptionByDefault": props{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": w.res["key"].str("arn")}}}})
			return changed("lb", props{"name": "wrong", "accessLogs": props{"bucket": "kms-logs", "enabled": true}})(w)
		}, `Access Denied for bucket: kms-logs. Please check S3bucket permission`},
	})
}

func TestRefusesWrongNetworkTargets(t *testing.T) {
	t.Parallel()
	target := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"name": "wrong", "port": 8501, "protocol": "TCP", "vpcId": w.res["vpc"].ID}, change)
		}
	}
	listener := func(change props) func(*world) props {
		return changed("nlb-tls", and(props{"port": 8443}, change))
	}
	fixedAnswer := []any{props{"type": "fixed-response", "fixedResponse": props{"contentType": "text/plain", "statusCode": "404"}}}
	forward := func(w *world, name, protocol string) []any {
		tg := w.create(targetGroupType, name, props{"name": name, "port": 8501, "protocol": protocol, "vpcId": w.res["vpc"].ID})
		return []any{props{"type": "forward", "targetGroupArn": tg.ID}}
	}
	refuses(t, []wrong{
		{"TCP health with a path", targetGroupType, target(props{"healthCheck": props{"protocol": "TCP", "path": "/"}}), `healthCheck.path: Attribute "healthCheck.path" cannot be specified when "healthCheck.protocol" is "TCP".`},
		{"TCP health with a matcher", targetGroupType, target(props{"healthCheck": props{"protocol": "TCP", "matcher": "200"}}), `Attribute "healthCheck.matcher" cannot be specified when "healthCheck.protocol" is "TCP".`},
		{"TCP health of HTTP", targetGroupType, target(props{"protocol": "HTTP", "healthCheck": props{"protocol": "TCP"}}), `Attribute "healthCheck.protocol" cannot have value "TCP" when "protocol" is "HTTP".`},
		{"UDP health", targetGroupType, target(props{"healthCheck": props{"protocol": "UDP"}}), `healthCheck.protocol: expected healthCheck.protocol to be one of ["HTTP" "HTTPS" "TCP"], got UDP`},
		{"client address as a word", targetGroupType, target(props{"preserveClientIp": "no"}), `preserveClientIp: expected preserveClientIp to be one of ["" "true" "false"], got no`},
		{"client address of HTTP", targetGroupType, target(props{"protocol": "HTTP", "preserveClientIp": "true"}), `api error InvalidConfigurationRequest: The provided target group attribute is not supported`},
		{"client address of UDP", targetGroupType, target(props{"protocol": "TCP_UDP", "preserveClientIp": "false"}), `Client IP preservation cannot be disabled for target groups with the TCP_UDP protocol`},
		{"slow start of TCP", targetGroupType, target(props{"slowStart": 30}), `The provided target group attribute is not supported`},
		{"cookies of TCP", targetGroupType, target(props{"stickiness": props{"type": "lb_cookie"}}), `Stickiness type 'lb_cookie' is not supported for target groups with the TCP protocol`},
		{"HTTP on a network balancer", listenerType, listener(props{"protocol": "HTTP", "certificateArn": nil, "sslPolicy": nil}), `api error ValidationError: Listener protocol 'HTTP' must be one of 'TCP, TLS, UDP, TCP_UDP'`},
		{"TCP on an application balancer", listenerType, func(w *world) props {
			return listener(props{"protocol": "TCP", "certificateArn": nil, "sslPolicy": nil, "loadBalancerArn": w.res["lb"].ID})(w)
		}, `Listener protocol 'TCP' must be one of 'HTTP, HTTPS'`},
		{"answer of a network balancer", listenerType, listener(props{"defaultActions": fixedAnswer}), `api error InvalidLoadBalancerAction: The action type 'fixed-response' is not valid with network load balancer`},
		{"TLS without a certificate", listenerType, listener(props{"certificateArn": nil}), `certificateArn: ValidationError: A certificate must be specified for TLS listeners`},
		{"TCP with a certificate", listenerType, listener(props{"protocol": "TCP", "sslPolicy": nil}), `certificateArn: ValidationError: Certificates cannot be specified for TCP listeners`},
		{"TCP with a TLS policy", listenerType, listener(props{"protocol": "TCP", "certificateArn": nil}), `sslPolicy: InvalidConfigurationRequest: An SSL policy can only be specified`},
		{"TLS to HTTP", listenerType, func(w *world) props { return listener(props{"defaultActions": forward(w, "http", "HTTP")})(w) }, `api error IncompatibleProtocols: Listener protocol 'TLS' is not supported with a target group with protocol 'HTTP'`},
		{"both to TCP alone", listenerType, func(w *world) props {
			return listener(props{"protocol": "TCP_UDP", "certificateArn": nil, "sslPolicy": nil, "defaultActions": forward(w, "tcp", "TCP")})(w)
		}, `Listener protocol 'TCP_UDP' is not supported with a target group with protocol 'TCP'`},
		{"idle time of TLS", listenerType, listener(props{"tcpIdleTimeoutSeconds": 100}), `tcpIdleTimeoutSeconds: InvalidConfigurationRequest: Listener attribute key 'tcp.idle_timeout.seconds' is not supported on TLS listeners`},
		{"rule of a network balancer", "aws:lb/listenerRule:ListenerRule", func(w *world) props { return with(w.res["rule"].In, props{"listenerArn": w.res["nlb-tls"].ID}) }, `Rules are not supported for listeners of load balancers with type 'network'`},
	})
}

func TestRefusesWrongFirewalls(t *testing.T) {
	t.Parallel()
	acl := func(rules ...any) func(*world) props {
		return changed("web-acl", props{"name": "wrong", "rules": rules})
	}
	geo := props{"geoMatchStatement": props{"countryCodes": []any{"US"}}}
	override := func(rule string) props {
		m := managed("AWSManagedRulesCommonRuleSet", 0)
		m["statement"].(props)["managedRuleGroupStatement"].(props)["ruleActionOverrides"] = []any{props{"name": rule, "actionToUse": props{"count": props{}}}}
		return m
	}
	const several = `WAFInvalidParameterException: Error reason: Your statement has multiple values set for a field that requires exactly one value., field: `
	use := func(change props) func(*world) props { return changed("web-acl-use", change) }
	logging := func(destination string) func(*world) props {
		return changed("web-acl-log", props{"logDestinationConfigs": []any{destination}})
	}
	refuses(t, []wrong{
		{"priority twice", webACLType, acl(blocking("a", 1, geo), blocking("b", 1, geo)), `rules[1].priority: WAFInvalidParameterException`},
		{"name twice", webACLType, acl(blocking("a", 1, geo), blocking("a", 2, geo)), `rules[1].name: WAFDuplicateItemException`},
		{"group with an action", webACLType, acl(with(managed("AWSManagedRulesSQLiRuleSet", 0), props{"action": props{"block": props{}}, "overrideAction": nil})), `rules[0].overrideAction: ` + several + `RULE`},
		{"group without override", webACLType, acl(with(managed("AWSManagedRulesSQLiRuleSet", 0), props{"overrideAction": nil})), `rules[0].overrideAction: ` + several},
		{"rule with an override", webACLType, acl(with(blocking("a", 0, geo), props{"overrideAction": props{"none": props{}}})), `rules[0].action: ` + several},
		{"rule without action", webACLType, acl(with(blocking("a", 0, geo), props{"action": nil})), `rules[0].action: ` + several},
		{"two statements", webACLType, acl(blocking("a", 0, with(geo, props{"labelMatchStatement": props{"scope": "LABEL", "key": "x"}}))), `rules[0].statement: ` + several + `STATEMENT`},
		{"no statement", webACLType, acl(blocking("a", 0, props{})), `rules[0].statement: ` + several},
		{"and of one", webACLType, acl(blocking("a", 0, props{"andStatement": props{"statements": []any{geo}}})), `rules[0].statement.andStatement.statements: WAFInvalidParameterException`},
		{"group inside and", webACLType, acl(blocking("a", 0, props{"andStatement": props{"statements": []any{geo, props{"managedRuleGroupStatement": props{"name": "AWSManagedRulesSQLiRuleSet", "vendorName": "AWS"}}}}})), `managedRuleGroupStatement cannot be nested`},
		{"group that is none", webACLType, acl(managed("AWSManagedRulesCommonRuleset", 0)), `api error WAFNonexistentItemException: AWS WAF couldn’t perform the operation because your resource doesn’t exist. (managed rule group AWSManagedRulesCommonRuleset)`},
		{"rule that the group has not", webACLType, acl(override("SizeRestriction_BODY")), `field: RULE_ACTION_OVERRIDE, parameter: SizeRestriction_BODY`},
		{"IP set that is none", webACLType, acl(blocking("a", 0, props{"ipSetReferenceStatement": props{"arn": "arn:aws:wafv2:us-east-1:111122223333:regional/ipset/x/1"}})), `WAFNonexistentItemException`},
		{"limit too low", webACLType, acl(blocking("a", 0, props{"rateBasedStatement": props{"limit": 5}})), `to be in the range (10 - 2000000000), got 5`},
		{"window of another length", webACLType, acl(blocking("a", 0, props{"rateBasedStatement": props{"limit": 500, "evaluationWindowSec": 90}})), `to be one of [60 120 300 600], got 90`},
		{"allow and block", webACLType, changed("web-acl", props{"name": "wrong", "defaultAction": props{"allow": props{}, "block": props{}}}), `defaultAction: ` + several + `DEFAULT_ACTION`},
		{"neither", webACLType, changed("web-acl", props{"name": "wrong", "defaultAction": props{}}), `defaultAction: ` + several},
		{"metric with a blank", webACLType, changed("web-acl", props{"name": "wrong", "visibilityConfig": visible("my acl")}), `visibilityConfig.metricName: WAFInvalidParameterException`},
		{"metric of WAF's own", webACLType, acl(with(blocking("a", 0, geo), props{"visibilityConfig": visible("Default_Action")})), `rules[0].visibilityConfig.metricName`},
		{"scope that is none", webACLType, changed("web-acl", props{"name": "wrong", "scope": "GLOBAL"}), `scope: expected scope to be one of ["REGIONAL" "CLOUDFRONT"], got GLOBAL`},
		{"name with a dot", webACLType, changed("web-acl", props{"name": "shared.acl"}), `name: invalid value for name`},
		{"association with no web ACL", webACLUseType, use(props{"webAclArn": "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/x/1"}), `api error WAFNonexistentItemException`},
		{"association of no load balancer", webACLUseType, use(props{"resourceArn": "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/x/1"}), `api error WAFNonexistentItemException`},
		{"association of a network balancer", webACLUseType, func(w *world) props { return use(props{"resourceArn": w.res["nlb"].ID})(w) }, `The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: RESOURCE_ARN`},
		{"association of CloudFront's", webACLUseType, func(w *world) props {
			global := w.create(webACLType, "global", with(w.res["web-acl"].In, props{"name": "global", "scope": "CLOUDFRONT", "rules": nil}))
			return use(props{"webAclArn": global.str("arn")})(w)
		}, `field: WEB_ACL_ARN`},
		{"logs to a group of another name", webACLLogType, logging("arn:aws:logs:us-east-1:111122223333:log-group:/cell/acme/web"), `The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: LOG_DESTINATION`},
		{"logs to no group", webACLLogType, logging("arn:aws:logs:us-east-1:111122223333:log-group:aws-waf-logs-none"), `api error WAFLogDestinationPermissionIssueException: Unable to deliver logs to the configured destination.`},
		{"logs in another region", webACLLogType, logging("arn:aws:logs:us-west-2:111122223333:log-group:aws-waf-logs-shared"), `field: LOG_DESTINATION`},
		{"logs to two", webACLLogType, changed("web-acl-log", props{"logDestinationConfigs": []any{"arn:aws:s3:::aws-waf-logs-a", "arn:aws:s3:::aws-waf-logs-b"}}), `You must specify exactly one logging destination.`},
		{"logs of no web ACL", webACLLogType, changed("web-acl-log", props{"resourceArn": "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/x/1"}), `api error WAFNonexistentItemException`},
		{"logs without two parts at once", webACLLogType, changed("web-acl-log", props{"redactedFields": []any{props{"method": props{}, "uriPath": props{}}}}), `redactedFields[0]: ` + several + `FIELD_TO_MATCH`},
		{"addresses with host bits", ipSetType, changed("blocked", props{"name": "wrong", "addresses": []any{"192.0.2.1/24"}}), `addresses[0]: WAFInvalidParameterException: Error reason: The parameter contains formatting that is not valid.`},
		{"address alone", ipSetType, changed("blocked", props{"name": "wrong", "addresses": []any{"192.0.2.1"}}), `field: IP_ADDRESS, parameter: 192.0.2.1`},
		{"everybody", ipSetType, changed("blocked", props{"name": "wrong", "addresses": []any{"0.0.0.0/0"}}), `field: IP_ADDRESS, parameter: 0.0.0.0/0`},
		{"addresses of the other version", ipSetType, changed("blocked", props{"name": "wrong", "ipAddressVersion": "IPV6"}), `field: IP_ADDRESS, parameter: 192.0.2.0/24`},
	})
}

func TestRefusesWrongResolvers(t *testing.T) {
	t.Parallel()
	addresses := func(list ...props) props {
		out := []any{}
		for _, a := range list {
			out = append(out, a)
		}
		return props{"name": "wrong", "ipAddresses": out}
	}
	endpoint := func(change func(w *world) props) func(*world) props {
		return func(w *world) props { return with(w.res["outbound"].In, change(w)) }
	}
	rule := func(change props) func(*world) props {
		return changed("consul-rule", and(props{"name": "wrong", "domainName": "other"}, change))
	}
	refuses(t, []wrong{
		{"one address", resolverType, endpoint(func(w *world) props { return addresses(props{"subnetId": w.subnet("app0")}) }), `ipAddresses: attribute requires 2 item minimum, but config has only 1 declared`},
		{"no subnet", resolverType, endpoint(func(w *world) props {
			return addresses(props{"subnetId": w.subnet("app0")}, props{"subnetId": "subnet-1"})
		}), `api error InvalidParameterException: Could not find the subnet with ID "subnet-1".`},
		{"address of another subnet", resolverType, endpoint(func(w *world) props {
			return addresses(props{"subnetId": w.subnet("app0")}, props{"subnetId": w.subnet("app1"), "ip": "10.16.16.10"})
		}), `The IP address 10.16.16.10 is not a free address of the subnet`},
		{"address of no form", resolverType, endpoint(func(w *world) props {
			return addresses(props{"subnetId": w.subnet("app0")}, props{"subnetId": w.subnet("app1"), "ip": "10.16.16"})
		}), `ipAddresses[1].ip: expected ipAddresses.ip to contain a valid IPv4 address, got: 10.16.16`},
		{"group of another VPC", resolverType, endpoint(func(w *world) props {
			return props{"name": "wrong", "securityGroupIds": []any{w.res["far"].str("defaultSecurityGroupId")}}
		}), `Could not find the security group with ID "sg-`},
		{"no group", resolverType, endpoint(func(*world) props { return props{"name": "wrong", "securityGroupIds": []any{}} }), `securityGroupIds: attribute requires 1 item minimum`},
		{"direction in small letters", resolverType, endpoint(func(*world) props { return props{"name": "wrong", "direction": "outbound"} }), `direction: expected direction to be one of ["INBOUND"`},
		{"name with a dot", resolverType, endpoint(func(*world) props { return props{"name": "out.bound"} }), `name: invalid value for name`},
		{"forward to nobody", resolverRuleType, rule(props{"targetIps": nil}), `TargetIps must be specified for a rule of type FORWARD`},
		{"forward from nowhere", resolverRuleType, rule(props{"resolverEndpointId": nil}), `ResolverEndpointId must be specified for a rule of type FORWARD`},
		{"forward from no endpoint", resolverRuleType, rule(props{"resolverEndpointId": "rslvr-out-1"}), `api error ResourceNotFoundException: Resolver endpoint with ID "rslvr-out-1" does not exist.`},
		{"forward from an inbound one", resolverRuleType, func(w *world) props {
			in := w.create(resolverType, "inbound", with(w.res["outbound"].In, props{"name": "inbound", "direction": "INBOUND", "ipAddresses": []any{props{"subnetId": w.subnet("app0")}, props{"subnetId": w.subnet("app1")}}}))
			return rule(props{"resolverEndpointId": in.ID})(w)
		}, `is not an outbound endpoint.`},
		{"system rule with targets", resolverRuleType, rule(props{"ruleType": "SYSTEM"}), `A rule of type SYSTEM has neither a resolver endpoint nor target IPs`},
		{"recursive rule", resolverRuleType, rule(props{"ruleType": "RECURSIVE"}), `Rules of type RECURSIVE cannot be created`},
		{"target of no form", resolverRuleType, rule(props{"targetIps": []any{props{"ip": "consul"}}}), `targetIps[0].ip: expected targetIps.ip to contain a valid IPv4 address, got: consul`},
		{"second rule of a domain", resolverUseType, func(w *world) props {
			second := w.create(resolverRuleType, "second", with(w.res["consul-rule"].In, props{"name": "second", "domainName": "CONSUL."}))
			return props{"resolverRuleId": second.ID, "vpcId": w.res["vpc"].ID}
		}, `api error ResourceExistsException: Cannot associate rules with same domain name with same VPC. Conflict with resolver rule 'rslvr-rr-`},
		{"association of no rule", resolverUseType, func(w *world) props { return props{"resolverRuleId": "rslvr-rr-1", "vpcId": w.res["far"].ID} }, `Resolver rule with ID "rslvr-rr-1" does not exist.`},
		{"association with no VPC", resolverUseType, func(w *world) props { return props{"resolverRuleId": w.res["consul-rule"].ID, "vpcId": "vpc-1"} }, `Could not find the VPC with ID "vpc-1".`},
		{"namespace of a zone's name", namespaceType, func(w *world) props { return props{"name": "int.example.com", "vpc": w.res["vpc"].ID} }, `CANNOT_CREATE_HOSTED_ZONE: The VPC that you chose, vpc-`},
		{"namespace in no VPC", namespaceType, fixed(props{"name": "x.example.com", "vpc": "vpc-1"}), `CANNOT_CREATE_HOSTED_ZONE: The VPC: vpc-1 you specified was not found in the region us-east-1.`},
		{"zone of a namespace's name", zoneType, func(w *world) props {
			return props{"name": "svc.example.com", "vpcs": []any{props{"vpcId": w.res["vpc"].ID}}}
		}, `ConflictingDomainExists`},
		{"service in no namespace", discoveryType, changed("discovered", props{"name": "wrong", "dnsConfig": props{"namespaceId": "ns-1", "dnsRecords": []any{props{"type": "A", "ttl": 1}}}}), `api error NamespaceNotFound: ns-1 can't be found.`},
		{"service twice", discoveryType, changed("discovered", props{"name": "WEB"}), `api error ServiceAlreadyExists: Service already exists.`},
		{"record type twice", discoveryType, changed("discovered", props{"name": "wrong", "dnsConfig": props{"namespaceId": "ns-1", "dnsRecords": []any{props{"type": "A", "ttl": 1}, props{"type": "A", "ttl": 2}}}}), `InvalidInput: duplicate DNS record type A`},
		{"record type that is none", discoveryType, changed("discovered", props{"name": "wrong", "dnsConfig": props{"namespaceId": "ns-1", "dnsRecords": []any{props{"type": "TXT", "ttl": 1}}}}), `to be one of ["SRV" "A" "AAAA" "CNAME"], got TXT`},
		{"public health check", discoveryType, changed("discovered", props{"name": "wrong", "healthCheckCustomConfig": nil, "healthCheckConfig": props{"type": "HTTP"}}), `Health check configurations are only supported for public DNS namespaces`},
	})
}

func TestRefusesWrongSecretsAndParameters(t *testing.T) {
	t.Parallel()
	parameter := func(change props) func(*world) props {
		return fixed(with(props{"name": "/wrong", "type": "String", "value": "x"}, change))
	}
	secretDoc := func(service, action string) string {
		return document(fmt.Sprintf(`{"Effect":"Allow","Principal":%s,"Action":"%s","Resource":"*"}`, service, action))
	}
	refuses(t, []wrong{
		{"secret with a colon", secretType, fixed(props{"name": "a:b"}), `name: invalid value for name (must contain only alphanumeric characters and the characters /_+=.@-)`},
		{"recovery of three days", secretType, fixed(props{"name": "wrong", "recoveryWindowInDays": 3}), `recoveryWindowInDays: expected recoveryWindowInDays to be one of [0] or in the range (7 - 30), got 3`},
		{"secret of no key", secretType, fixed(props{"name": "wrong", "kmsKeyId": "alias/none"}), `api error InvalidParameterException: The KMS key alias/none does not exist or cannot be used`},
		{"policy for a queue", secretPolicyType, changed("gossip-policy", props{"policy": secretDoc(`{"AWS":"`+accountA+`"}`, "sqs:*")}), `policy: MalformedPolicyDocumentException: This resource policy contains an unsupported action`},
		{"policy for nobody", secretPolicyType, changed("gossip-policy", props{"policy": secretDoc(`{"AWS":"arn:aws:iam::111122223333:role/nobody"}`, "secretsmanager:GetSecretValue")}), `api error MalformedPolicyDocumentException: This resource policy contains an unsupported principal`},
		{"policy for everybody", secretPolicyType, changed("gossip-policy", props{"policy": secretDoc(`"*"`, "secretsmanager:GetSecretValue")}), `api error PublicPolicyException`},
		{"policy of no secret", secretPolicyType, changed("gossip-policy", props{"secretArn": "arn:aws:secretsmanager:us-east-1:111122223333:secret:x-1"}), `api error ResourceNotFoundException: Secrets Manager can't find the specified secret.`},
		{"version of no secret", secretVersionType, fixed(props{"secretId": "nobody", "secretString": "x"}), `api error ResourceNotFoundException: Secrets Manager can't find the specified secret.`},
		{"version of nothing", secretVersionType, fixed(props{"secretId": "utility/consul/gossip"}), `You must provide either SecretString or SecretBinary.`},
		{"version of both", secretVersionType, fixed(props{"secretId": "utility/consul/gossip", "secretString": "x", "secretBinary": "eA=="}), `"secretBinary": conflicts with secretString`},
		{"binary in clear", secretVersionType, fixed(props{"secretId": "utility/consul/gossip", "secretBinary": "not base64"}), `the secret's binary value is not base64`},
		{"parameter of AWS", parameterType, parameter(props{"name": "/aws/service/mine"}), `name: AccessDeniedException: No access to reserved parameter name: /aws/service/mine.`},
		{"parameter of SSM", parameterType, parameter(props{"name": "SSM-mine"}), `name: ValidationException: Parameter name: can't be prefixed with "ssm" (case-insensitive).`},
		{"path without its slash", parameterType, parameter(props{"name": "utility/images/x"}), `Parameter name must be a fully qualified name.`},
		{"path with two slashes", parameterType, parameter(props{"name": "/utility//x"}), `name: ValidationException: Parameter name: `},
		{"path too deep", parameterType, parameter(props{"name": "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16"}), `HierarchyLevelLimitExceededException`},
		{"taken name", parameterType, changed("image", props{"overwrite": false}), `api error ParameterAlreadyExists: The parameter already exists. To overwrite this value, set the overwrite option in the request to true.`},
		{"two values", parameterType, parameter(props{"insecureValue": "y"}), "only one of `value,insecureValue` can be specified"},
		{"no value", parameterType, parameter(props{"value": nil}), "one of `value,insecureValue` must be specified"},
		{"secure and not", parameterType, parameter(props{"type": "SecureString", "value": nil, "insecureValue": "x"}), `insecureValue: invalid configuration, cannot set type = SecureString and insecureValue`},
		{"pattern not met", parameterType, parameter(props{"allowedPattern": "^[0-9]+$"}), `api error ParameterPatternMismatchException: Parameter value, cannot be validated against allowedPattern: ^[0-9]+$`},
		{"image that is none", parameterType, parameter(props{"dataType": "aws:ec2:image"}), `must be the id of an image, got x`},
		{"key that is none", parameterType, parameter(props{"type": "SecureString", "keyId": "alias/none"}), `api error InvalidKeyId: Invalid keyId alias/none`},
		{"type in other letters", parameterType, parameter(props{"type": "secureString"}), `type: expected type to be one of ["String" "StringList" "SecureString"], got secureString`},
		{"log policy for another service", logPolicyType, changed("waf-logs-policy", props{"policyName": "wrong", "policyDocument": secretDoc(`{"Service":"delivery.logs.amazonaws.com"}`, "s3:PutObject")}), `policyDocument: InvalidParameterException: Policy statement contains actions of another service`},
		{"log policy for nobody", logPolicyType, changed("waf-logs-policy", props{"policyName": "wrong", "policyDocument": secretDoc(`{"Service":"logs.delivery.amazonaws.com"}`, "logs:PutLogEvents")}), `Invalid principal in policy: "SERVICE":"logs.delivery.amazonaws.com"`},
		{"log policy that is no JSON", logPolicyType, changed("waf-logs-policy", props{"policyName": "wrong", "policyDocument": "allow all"}), `policyDocument: contains an invalid JSON`},
	})
}

func TestRefusesWrongRepositories(t *testing.T) {
	t.Parallel()
	rules := func(rule string) func(*world) props {
		return changed("agent-rules", props{"policy": `{"rules":[` + rule + `]}`})
	}
	const expire = `,"action":{"type":"expire"}}`
	const anyImage = `{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":5}` + expire
	const failure = `policy: InvalidParameterException: Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: `
	refuses(t, []wrong{
		{"name with a capital", repositoryType, changed("agent", props{"name": "utility/Agent"}), `name: InvalidParameterException: Invalid parameter at 'repositoryName' failed to satisfy constraint`},
		{"name with a slash at its end", repositoryType, changed("agent", props{"name": "utility/"}), `Invalid parameter at 'repositoryName'`},
		{"taken name", repositoryType, changed("agent", nil), `api error RepositoryAlreadyExistsException: The repository with name 'utility/agent' already exists in the registry with id '111122223333'`},
		{"key for AES256", repositoryType, func(w *world) props {
			return with(w.res["agent"].In, props{"name": "wrong", "encryptionConfigurations": []any{props{"encryptionType": "AES256", "kmsKey": w.res["key"].str("arn")}}})
		}, `kmsKey must not be set with encryption type AES256`},
		{"key that is none", repositoryType, changed("agent", props{"name": "wrong", "encryptionConfigurations": []any{props{"encryptionType": "KMS", "kmsKey": "arn:aws:kms:us-east-1:111122223333:key/1"}}}), `api error KmsException`},
		{"tags that half change", repositoryType, changed("agent", props{"name": "wrong", "imageTagMutability": "FIXED"}), `imageTagMutability: expected imageTagMutability to be one of`},
		{"rules of no repository", imageRulesType, changed("agent-rules", props{"repository": "nobody"}), `api error RepositoryNotFoundException: The repository with name 'nobody' does not exist in the registry with id '111122223333'`},
		{"no rules", imageRulesType, rules(``), failure + `a policy needs at least one rule`},
		{"any image first", imageRulesType, rules(anyImage + `,{"rulePriority":2,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":5}` + expire), `the rule for any tag status (priority 1) must have the highest priority number (2)`},
		{"priority twice", imageRulesType, rules(anyImage + "," + anyImage), failure + `rule priority 1 is used twice`},
		{"tagged without tags", imageRulesType, rules(`{"rulePriority":1,"selection":{"tagStatus":"tagged","countType":"imageCountMoreThan","countNumber":5}` + expire), `tagPrefixList or tagPatternList is required when tagStatus is tagged`},
		{"days without a unit", imageRulesType, rules(`{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countNumber":5}` + expire), `countUnit days is required when countType is sinceImagePushed`},
		{"another action", imageRulesType, rules(`{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":5},"action":{"type":"archive"}}`), `action type "archive" is not expire`},
		{"misspelt rule", imageRulesType, rules(`{"priority":1}`), failure + `unknown field "priority"`},
		{"policy with a resource", repositoryUseType, changed("agent-policy", props{"policy": document(`{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage","Resource":"*"}`)}), `Invalid repository policy provided`},
		{"policy for a bucket", repositoryUseType, changed("agent-policy", props{"policy": document(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject"}`)}), `Invalid repository policy provided`},
		{"policy for nobody", repositoryUseType, changed("agent-policy", props{"policy": document(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/nobody"},"Action":"ecr:BatchGetImage"}`)}), `Invalid repository policy provided': "AWS":"arn:aws:iam::111122223333:role/nobody"`},
	})
}
