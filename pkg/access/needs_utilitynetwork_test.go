package access_test

// utilityNetworkNeeds are the calls for what leads to applications.
func utilityNetworkNeeds() map[string][]need {
	fresh, own := newUtility(), ownUtility()
	group, balancer := arn("ec2", "security-group/sg-1"), arn("elasticloadbalancing", "loadbalancer/app/cells/1")
	listener, rule, targets := arn("elasticloadbalancing", "listener/app/cells/1/2"), arn("elasticloadbalancing", "listener-rule/app/cells/1/2/3"), arn("elasticloadbalancing", "targetgroup/jenkins/1")
	acl := arn("wafv2", "regional/webacl/cells/1")
	rules := func(direction string) []need {
		return []need{
			{group, own, []string{"ec2:AuthorizeSecurityGroup" + direction, "ec2:RevokeSecurityGroup" + direction, "ec2:ModifySecurityGroupRules"}},
			{arn("ec2", "security-group-rule/*"), fresh, []string{"ec2:AuthorizeSecurityGroup" + direction}},
			{arn("ec2", "security-group-rule/sgr-1"), created("AuthorizeSecurityGroup" + direction), []string{"ec2:CreateTags"}},
			{"*", nil, []string{"ec2:DescribeSecurityGroupRules"}},
		}
	}
	return map[string][]need{
		"aws:ec2/securityGroup:SecurityGroup": {
			{arn("ec2", "security-group/*"), fresh, []string{"ec2:CreateSecurityGroup"}},
			{arn("ec2", "vpc/vpc-1"), nil, []string{"ec2:CreateSecurityGroup"}},
			{group, created("CreateSecurityGroup"), []string{"ec2:CreateTags"}},
			{group, own, []string{"ec2:RevokeSecurityGroupEgress", "ec2:DeleteSecurityGroup", "ec2:CreateTags", "ec2:DeleteTags"}},
			// Lambda leaves interfaces behind, which the provider deletes with the group.
			{arn("ec2", "network-interface/eni-1"), nil, []string{"ec2:DeleteNetworkInterface"}},
			{"*", nil, []string{"ec2:DescribeSecurityGroups", "ec2:DescribeNetworkInterfaces"}},
		},
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rules("Ingress"),
		"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":   rules("Egress"),
		"aws:lb/loadBalancer:LoadBalancer": {
			{balancer, fresh, []string{"elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:AddTags"}},
			{balancer, own, []string{"elasticloadbalancing:ModifyLoadBalancerAttributes", "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets", "elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:RemoveTags"}},
			{"*", nil, []string{"elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeTags"}},
			{iamResource("role/aws-service-role/elasticloadbalancing.amazonaws.com/x"), with("iam:AWSServiceName", "elasticloadbalancing.amazonaws.com"), []string{"iam:CreateServiceLinkedRole"}},
		},
		"aws:lb/listener:Listener": {
			{balancer, fresh, []string{"elasticloadbalancing:CreateListener"}},
			{listener, fresh, []string{"elasticloadbalancing:AddTags"}},
			{listener, own, []string{"elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyListenerAttributes", "elasticloadbalancing:DeleteListener", "elasticloadbalancing:DescribeListenerAttributes"}},
		},
		"aws:lb/listenerRule:ListenerRule": {
			{listener, fresh, []string{"elasticloadbalancing:CreateRule"}},
			{rule, fresh, []string{"elasticloadbalancing:AddTags"}},
			{rule, own, []string{"elasticloadbalancing:ModifyRule", "elasticloadbalancing:DeleteRule", "elasticloadbalancing:SetRulePriorities"}},
		},
		"aws:lb/targetGroup:TargetGroup": {
			{targets, fresh, []string{"elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:AddTags"}},
			{targets, own, []string{"elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:ModifyTargetGroupAttributes", "elasticloadbalancing:DeleteTargetGroup", "elasticloadbalancing:RemoveTags"}},
		},
		"aws:ec2/eip:Eip": {
			{arn("ec2", "elastic-ip/*"), fresh, []string{"ec2:AllocateAddress"}},
			{arn("ec2", "elastic-ip/eipalloc-1"), created("AllocateAddress"), []string{"ec2:CreateTags"}},
			{arn("ec2", "elastic-ip/eipalloc-1"), own, []string{"ec2:ReleaseAddress", "ec2:DeleteTags"}},
			{"*", nil, []string{"ec2:DescribeAddresses", "ec2:DescribeAddressesAttribute"}},
		},
		"aws:transfer/server:Server": {
			{arn("transfer", "server/*"), fresh, []string{"transfer:CreateServer", "transfer:TagResource"}},
			{arn("transfer", "server/s-1"), own, []string{"transfer:UpdateServer", "transfer:StopServer", "transfer:StartServer", "transfer:DeleteServer", "transfer:DescribeServer", "transfer:UntagResource"}},
			{"*", nil, []string{"logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"}},
		},
		"aws:wafv2/webAcl:WebAcl": {
			{acl, fresh, []string{"wafv2:CreateWebACL", "wafv2:TagResource"}},
			{acl, own, []string{"wafv2:UpdateWebACL", "wafv2:DeleteWebACL", "wafv2:GetWebACL", "wafv2:ListTagsForResource", "wafv2:UntagResource"}},
			{arn("wafv2", "regional/managedruleset/AWS/AWSManagedRulesCommonRuleSet"), nil, []string{"wafv2:CreateWebACL", "wafv2:UpdateWebACL"}},
			{"*", nil, []string{"wafv2:DescribeManagedRuleGroup"}},
		},
		"aws:wafv2/webAclAssociation:WebAclAssociation": {
			{acl, own, []string{"wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"}},
			{balancer, nil, []string{"wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"}},
			{balancer, own, []string{"elasticloadbalancing:SetWebACL"}},
			{"*", nil, []string{"wafv2:GetWebACLForResource"}},
		},
		"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
			{acl, own, []string{"wafv2:PutLoggingConfiguration", "wafv2:GetLoggingConfiguration", "wafv2:DeleteLoggingConfiguration"}},
			{"*", nil, []string{"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"}},
			{iamResource("role/aws-service-role/wafv2.amazonaws.com/x"), with("iam:AWSServiceName", "wafv2.amazonaws.com"), []string{"iam:CreateServiceLinkedRole"}},
		},
		"aws:acm/certificate:Certificate": {
			{"*", fresh, []string{"acm:RequestCertificate", "acm:AddTagsToCertificate"}},
			{arn("acm", "certificate/1"), own, []string{"acm:UpdateCertificateOptions", "acm:DeleteCertificate", "acm:DescribeCertificate", "acm:ListTagsForCertificate", "acm:RemoveTagsFromCertificate"}},
		},
		"aws:acm/certificateValidation:CertificateValidation": {{arn("acm", "certificate/1"), nil, []string{"acm:DescribeCertificate"}}},
		"aws:ec2/subnetCidrReservation:SubnetCidrReservation": {
			{"*", nil, []string{"ec2:CreateSubnetCidrReservation", "ec2:DeleteSubnetCidrReservation", "ec2:GetSubnetCidrReservations"}},
		},
	}
}

// utilityNameNeeds are the calls for what is found by name.
func utilityNameNeeds() map[string][]need {
	fresh, own := newUtility(), ownUtility()
	zone, change := "arn:aws:route53:::hostedzone/Z1", "arn:aws:route53:::change/C1"
	endpoint, rule := arn("route53resolver", "resolver-endpoint/rslvr-out-1"), arn("route53resolver", "resolver-rule/rslvr-rr-1")
	service := arn("servicediscovery", "service/srv-1")
	return map[string][]need{
		"aws:route53/record:Record": {
			{zone, with("route53:ChangeResourceRecordSetsRecordTypes", "{type}"), []string{"route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets", "route53:GetHostedZone"}},
			{change, nil, []string{"route53:GetChange"}},
		},
		"aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
			{"*", fresh, []string{"servicediscovery:CreatePrivateDnsNamespace", "servicediscovery:TagResource"}},
			{arn("servicediscovery", "namespace/ns-1"), own, []string{"servicediscovery:UpdatePrivateDnsNamespace", "servicediscovery:DeleteNamespace", "servicediscovery:UntagResource"}},
			{"*", nil, []string{"servicediscovery:GetOperation", "servicediscovery:GetNamespace", "servicediscovery:ListTagsForResource", "route53:ListHostedZonesByName", "ec2:DescribeVpcs", "ec2:DescribeRegions"}},
			{"*", with("route53:VPCs", "VPCId=vpc-1,VPCRegion=us-east-1"), []string{"route53:CreateHostedZone", "route53:AssociateVPCWithHostedZone"}},
			{zone, nil, []string{"route53:GetHostedZone", "route53:DeleteHostedZone"}},
		},
		"aws:servicediscovery/service:Service": {
			{"*", fresh, []string{"servicediscovery:CreateService", "servicediscovery:TagResource"}},
			{service, own, []string{"servicediscovery:UpdateService", "servicediscovery:DeleteService", "servicediscovery:DeregisterInstance", "servicediscovery:UntagResource"}},
			{"*", nil, []string{"servicediscovery:GetService", "servicediscovery:ListInstances"}},
		},
		"aws:route53/resolverEndpoint:ResolverEndpoint": {
			{"*", fresh, []string{"route53resolver:CreateResolverEndpoint", "route53resolver:TagResource"}},
			{endpoint, own, []string{
				"route53resolver:UpdateResolverEndpoint", "route53resolver:AssociateResolverEndpointIpAddress", "route53resolver:DisassociateResolverEndpointIpAddress",
				"route53resolver:DeleteResolverEndpoint", "route53resolver:GetResolverEndpoint", "route53resolver:ListResolverEndpointIpAddresses", "route53resolver:ListTagsForResource", "route53resolver:UntagResource",
			}},
			{arn("ec2", "network-interface/*"), nil, []string{"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"}},
			{arn("ec2", "subnet/subnet-1"), nil, []string{"ec2:CreateNetworkInterface"}},
			{arn("ec2", "security-group/sg-1"), nil, []string{"ec2:CreateNetworkInterface"}},
			{arn("ec2", "network-interface/eni-1"), with("aws:ViaAWSService", "true"), []string{"ec2:CreateNetworkInterfacePermission", "ec2:ModifyNetworkInterfaceAttribute"}},
			{"*", nil, []string{"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeVpcs", "ec2:DescribeAvailabilityZones"}},
		},
		"aws:route53/resolverRule:ResolverRule": {
			{"*", fresh, []string{"route53resolver:CreateResolverRule", "route53resolver:TagResource"}},
			{rule, own, []string{"route53resolver:UpdateResolverRule", "route53resolver:DeleteResolverRule", "route53resolver:GetResolverRule"}},
		},
		"aws:route53/resolverRuleAssociation:ResolverRuleAssociation": {
			{rule, own, []string{"route53resolver:AssociateResolverRule", "route53resolver:DisassociateResolverRule", "route53resolver:GetResolverRuleAssociation"}},
		},
	}
}
