package simcloud_test

import (
	"encoding/base64"
	"fmt"
)

const (
	templateType      = "aws:ec2/launchTemplate:LaunchTemplate"
	groupType         = "aws:autoscaling/group:Group"
	hookType          = "aws:autoscaling/lifecycleHook:LifecycleHook"
	profileType       = "aws:iam/instanceProfile:InstanceProfile"
	providerType      = "aws:ecs/capacityProvider:CapacityProvider"
	clusterType       = "aws:ecs/cluster:Cluster"
	providersType     = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
	serviceType       = "aws:ecs/service:Service"
	balancerType      = "aws:lb/loadBalancer:LoadBalancer"
	targetGroupType   = "aws:lb/targetGroup:TargetGroup"
	listenerType      = "aws:lb/listener:Listener"
	webACLType        = "aws:wafv2/webAcl:WebAcl"
	webACLUseType     = "aws:wafv2/webAclAssociation:WebAclAssociation"
	webACLLogType     = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
	ipSetType         = "aws:wafv2/ipSet:IpSet"
	namespaceType     = "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace"
	discoveryType     = "aws:servicediscovery/service:Service"
	secretType        = "aws:secretsmanager/secret:Secret"
	secretPolicyType  = "aws:secretsmanager/secretPolicy:SecretPolicy"
	secretVersionType = "aws:secretsmanager/secretVersion:SecretVersion"
	resolverType      = "aws:route53/resolverEndpoint:ResolverEndpoint"
	resolverRuleType  = "aws:route53/resolverRule:ResolverRule"
	resolverUseType   = "aws:route53/resolverRuleAssociation:ResolverRuleAssociation"
	parameterType     = "aws:ssm/parameter:Parameter"
	logPolicyType     = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
	repositoryType    = "aws:ecr/repository:Repository"
	imageRulesType    = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	repositoryUseType = "aws:ecr/repositoryPolicy:RepositoryPolicy"
	logGroupType      = "aws:cloudwatch/logGroup:LogGroup"
	reservationType   = "aws:ec2/subnetCidrReservation:SubnetCidrReservation"
	securityGroupType = "aws:ec2/securityGroup:SecurityGroup"
	subnetType        = "aws:ec2/subnet:Subnet"
	kmsKeyType        = "aws:kms/key:Key"
)

// servers adds what servers and clusters are made of.
func (w *world) servers() {
	w.parameters()
	w.networkBalancer()
	w.machines()
	w.machineCluster()
	w.firewall()
	w.discovery()
	w.resolver()
	w.images()
}

func (w *world) parameters() {
	w.add(parameterType, "image", props{"name": "/utility/images/consul", "type": "String", "insecureValue": "ami-0123456789abcdef0", "dataType": "aws:ec2:image", "overwrite": true})
	s := w.add(secretType, "gossip", props{"name": "utility/consul/gossip", "kmsKeyId": w.res["key"].str("arn"), "recoveryWindowInDays": 0})
	w.add(secretPolicyType, "gossip-policy", props{"secretArn": s.ID, "blockPublicPolicy": true, "policy": document(
		`{"Effect":"Deny","Principal":"*","Action":"secretsmanager:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"` + accountA + `"}}}`)})
	w.add(secretVersionType, "gossip-version", props{"secretId": s.ID, "secretString": "c2VjcmV0"})
}

func (w *world) networkBalancer() {
	group := w.add(securityGroupType, "nlb-group", props{"vpcId": w.res["vpc"].ID, "description": "network load balancer"})
	w.add(reservationType, "nlb-reserved", props{"subnetId": w.subnet("app0"), "cidrBlock": "10.16.16.192/28", "reservationType": "explicit", "description": "load balancer"})
	lb := w.add(balancerType, "nlb", props{
		"name": "vault", "loadBalancerType": "network", "internal": true, "securityGroups": []any{group.ID},
		"subnetMappings":               []any{props{"subnetId": w.subnet("app0"), "privateIpv4Address": "10.16.16.200"}, props{"subnetId": w.subnet("app1")}},
		"enableCrossZoneLoadBalancing": true,
	})
	tg := w.add(targetGroupType, "nlb-target", props{
		"name": "vault", "port": 8200, "protocol": "TLS", "targetType": "instance", "vpcId": w.res["vpc"].ID, "preserveClientIp": "false",
		"healthCheck": props{"protocol": "HTTPS", "path": "/v1/sys/health?standbyok=true", "matcher": "200"},
	})
	w.add(listenerType, "nlb-tls", props{
		"loadBalancerArn": lb.ID, "port": 443, "protocol": "TLS", "certificateArn": w.res["validation"].str("certificateArn"), "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
		"defaultActions": []any{props{"type": "forward", "targetGroupArn": tg.ID}},
	})
}

func (w *world) machines() {
	role := w.add(roleType, "node-role", props{"name": "node", "path": "/utility/", "assumeRolePolicy": serviceTrust("ec2.amazonaws.com")})
	profile := w.add(profileType, "node-profile", props{"path": "/utility/", "role": role.str("name")})
	template := w.add(templateType, "node-template", props{
		"imageId": "resolve:ssm:/utility/images/consul", "instanceType": "m7g.large", "iamInstanceProfile": props{"arn": profile.str("arn")},
		"userData": base64.StdEncoding.EncodeToString([]byte("#cloud-config\n")), "vpcSecurityGroupIds": []any{w.res["web-group"].ID}, "updateDefaultVersion": true, "ebsOptimized": "true",
		"blockDeviceMappings": []any{props{"deviceName": "/dev/xvda", "ebs": props{"encrypted": "true", "deleteOnTermination": "true", "kmsKeyId": w.res["key"].str("arn"), "volumeType": "gp3", "volumeSize": 30}}},
		"metadataOptions":     props{"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1},
		"tagSpecifications":   []any{props{"resourceType": "instance", "tags": props{"Name": "node"}}, props{"resourceType": "volume", "tags": props{"Name": "node"}}},
	})
	w.add(groupType, "node-group", props{
		"minSize": 1, "maxSize": 4, "vpcZoneIdentifiers": []any{w.subnet("app0"), w.subnet("app1")}, "targetGroupArns": []any{w.res["nlb-target"].ID},
		"launchTemplate": props{"id": template.ID, "version": fmt.Sprint(template.Out["latestVersion"])}, "protectFromScaleIn": true, "healthCheckType": "EC2",
		"suspendedProcesses": []any{"AZRebalance"}, "instanceMaintenancePolicy": props{"minHealthyPercentage": 100, "maxHealthyPercentage": 134},
		"initialLifecycleHooks": []any{props{"name": "launch", "lifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING", "defaultResult": "ABANDON", "heartbeatTimeout": 1800}},
		"instanceRefresh":       props{"strategy": "Rolling", "preferences": props{"minHealthyPercentage": 100, "maxHealthyPercentage": 134, "instanceWarmup": "300"}},
		"tags": []any{
			props{"key": "Name", "value": "node", "propagateAtLaunch": true}, props{"key": "AmazonECSManaged", "value": "true", "propagateAtLaunch": true},
		},
	})
	w.add(hookType, "leave", props{"autoscalingGroupName": w.res["node-group"].str("name"), "name": "leave", "lifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING", "heartbeatTimeout": 300})
}

func (w *world) machineCluster() {
	w.add(providerType, "node-capacity", props{"name": "cells-nodes", "autoScalingGroupProvider": props{
		"autoScalingGroupArn": w.res["node-group"].str("arn"), "managedTerminationProtection": "ENABLED", "managedDraining": "ENABLED",
		"managedScaling": props{"status": "ENABLED", "targetCapacity": 90, "instanceWarmupPeriod": 120},
	}})
	w.add(clusterType, "machines", props{"name": "machines", "configuration": props{"managedStorageConfiguration": props{"fargateEphemeralStorageKmsKeyId": w.res["key"].str("arn")}}})
	w.add(providersType, "machine-providers", props{
		"clusterName": "machines", "capacityProviders": []any{"FARGATE", "cells-nodes"},
		"defaultCapacityProviderStrategies": []any{props{"capacityProvider": "cells-nodes", "weight": 1, "base": 1}},
	})
}

// visible is the visibility of a rule or a web ACL.
func visible(metric string) props {
	return props{"cloudwatchMetricsEnabled": true, "metricName": metric, "sampledRequestsEnabled": false}
}

// managed is a rule that uses a rule group of AWS.
func managed(group string, priority int) props {
	return props{
		"name": group, "priority": priority, "overrideAction": props{"none": props{}}, "visibilityConfig": visible(group),
		"statement": props{"managedRuleGroupStatement": props{"name": group, "vendorName": "AWS"}},
	}
}

// blocking is a rule that blocks what a statement finds.
func blocking(name string, priority int, statement props) props {
	return props{"name": name, "priority": priority, "action": props{"block": props{}}, "visibilityConfig": visible(name), "statement": statement}
}

func (w *world) firewall() {
	set := w.add(ipSetType, "blocked", props{"name": "blocked", "scope": "REGIONAL", "ipAddressVersion": "IPV4", "addresses": []any{"192.0.2.0/24", "198.51.100.7/32"}})
	common := managed("AWSManagedRulesCommonRuleSet", 2)
	common["statement"].(props)["managedRuleGroupStatement"].(props)["ruleActionOverrides"] = []any{props{"name": "SizeRestrictions_BODY", "actionToUse": props{"count": props{}}}}
	acl := w.add(webACLType, "web-acl", props{
		"name": "shared", "scope": "REGIONAL", "description": "shared load balancer", "defaultAction": props{"allow": props{}}, "visibilityConfig": visible("shared"),
		"rules": []any{
			blocking("Blocked", 0, props{"ipSetReferenceStatement": props{"arn": set.str("arn")}}),
			blocking("RequestLimit", 1, props{"rateBasedStatement": props{"limit": 2000, "aggregateKeyType": "IP"}}),
			common, managed("AWSManagedRulesSQLiRuleSet", 3),
			blocking("Elsewhere", 4, props{"andStatement": props{"statements": []any{
				props{"geoMatchStatement": props{"countryCodes": []any{"US"}}},
				props{"notStatement": props{"statements": []any{props{"geoMatchStatement": props{"countryCodes": []any{"CA"}}}}}},
			}}}),
		},
	})
	w.add(webACLUseType, "web-acl-use", props{"webAclArn": acl.str("arn"), "resourceArn": w.res["lb"].ID})
	group := w.add(logGroupType, "waf-logs", props{"name": "aws-waf-logs-shared", "retentionInDays": 90})
	w.add(logPolicyType, "waf-logs-policy", props{"policyName": "aws-waf-logs-shared", "policyDocument": document(fmt.Sprintf(
		`{"Effect":"Allow","Principal":{"Service":"delivery.logs.amazonaws.com"},"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"%s:*"}`, group.str("arn")))})
	w.add(webACLLogType, "web-acl-log", props{"resourceArn": acl.str("arn"), "logDestinationConfigs": []any{group.str("arn")}, "redactedFields": []any{props{"singleHeader": props{"name": "authorization"}}, props{"queryString": props{}}}})
}

func (w *world) discovery() {
	ns := w.add(namespaceType, "namespace", props{"name": "svc.example.com", "vpc": w.res["vpc"].ID, "description": "services"})
	w.add(discoveryType, "discovered", props{
		"name": "web", "dnsConfig": props{"namespaceId": ns.ID, "dnsRecords": []any{props{"type": "A", "ttl": 10}}, "routingPolicy": "MULTIVALUE"},
		"healthCheckCustomConfig": props{"failureThreshold": 1},
	})
}

func (w *world) resolver() {
	group := w.add(securityGroupType, "resolver-group", props{"vpcId": w.res["vpc"].ID, "description": "resolver"})
	e := w.add(resolverType, "outbound", props{
		"name": "outbound", "direction": "OUTBOUND", "securityGroupIds": []any{group.ID}, "ipAddresses": []any{props{"subnetId": w.subnet("app0")}, props{"subnetId": w.subnet("app1"), "ip": "10.16.17.10"}},
	})
	rule := w.add(resolverRuleType, "consul-rule", props{
		"name": "consul", "domainName": "consul", "ruleType": "FORWARD", "resolverEndpointId": e.ID, "targetIps": []any{props{"ip": "10.16.16.5", "port": 8600}},
	})
	w.add(resolverUseType, "consul-use", props{"name": "consul", "resolverRuleId": rule.ID, "vpcId": w.res["vpc"].ID})
}

const imageRules = `{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":14},"action":{"type":"expire"}},
	{"rulePriority":2,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":50},"action":{"type":"expire"}}]}`

func (w *world) images() {
	w.add(repositoryType, "agent", props{
		"name": "utility/agent", "imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": props{"scanOnPush": true},
		"encryptionConfigurations": []any{props{"encryptionType": "KMS", "kmsKey": w.res["key"].str("arn")}},
	})
	w.add(imageRulesType, "agent-rules", props{"repository": "utility/agent", "policy": imageRules})
	w.add(repositoryUseType, "agent-policy", props{"repository": "utility/agent", "policy": document(
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + accountB + `:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`)})
}
