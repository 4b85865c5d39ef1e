package access

import (
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// utilityThemes returns the policies of the role that deploys the applications of
// operations. What is theirs carries the project's tag.
func (a Args) utilityThemes() []theme {
	own := owner{tag: naming.TagProject, value: naming.ProjectUtility}
	network, compute, operations, data, security := utilityNetwork(), utilityCompute(), utilityOperations(), utilityData(), utilitySecurity()
	return []theme{
		{"compute", "Makes and manages what runs applications", append(own.statements(compute), a.utilityComputeByName()...)},
		{"data", "Makes and manages where applications keep data", append(own.statements(data), a.utilityDataByName()...)},
		{"identity", "Makes the roles of applications", a.utilityIdentity()},
		{"limits", "Keeps deployments of applications from everything else", a.utilityLimits(tagging(network, compute, operations, data, security))},
		{"network", "Makes and manages what leads to applications", append(own.statements(network), a.utilityNetworkByName()...)},
		{"operations", "Makes and manages what watches applications and does their chores", append(own.statements(operations), a.utilityOperationsByName()...)},
		{"read", "Looks at what applications are made of", []iampolicy.Statement{reads(network, compute, operations, data, security)}},
		{"security", "Makes and manages what looks after accounts", append(own.statements(security), a.utilitySecurityByName()...)},
	}
}

// utilityIdentity makes the roles of applications and of the services that they use.
func (a Args) utilityIdentity() []iampolicy.Statement {
	const search = "opensearchservice.amazonaws.com"
	made := a.roles(naming.UtilityPath, []string{
		"ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "firehose.amazonaws.com", "lambda.amazonaws.com", "logs.amazonaws.com", "scheduler.amazonaws.com",
	}, "service-role/AmazonEC2ContainerServiceforEC2Role", "AmazonSSMManagedInstanceCore")
	return append(
		// Datadog knows a role by its name alone: the one role without the project's path.
		append(made, a.boundRoles("Datadog", naming.UtilityPath, a.iamARN("role/"+naming.DatadogRole))...),
		a.serviceLinked("autoscaling.amazonaws.com", "ecs.amazonaws.com", "elasticfilesystem.amazonaws.com", "elasticloadbalancing.amazonaws.com", search, "ssm.amazonaws.com", "wafv2.amazonaws.com"),
		// The one such role that is a resource of an application, with tags and all.
		iampolicy.Allow("SearchRole", "iam:DeleteServiceLinkedRole", "iam:GetRole", "iam:GetServiceLinkedRoleDeletionStatus", "iam:TagRole", "iam:UntagRole", "iam:UpdateRole").
			On(a.iamARN("role/aws-service-role/"+search+"/*")),
		a.instanceProfiles(),
	)
}

// instanceProfiles are how instances get their roles.
func (a Args) instanceProfiles() iampolicy.Statement {
	return iampolicy.Allow("InstanceProfiles",
		"iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:GetInstanceProfile", "iam:RemoveRoleFromInstanceProfile",
		"iam:TagInstanceProfile", "iam:UntagInstanceProfile",
	).On(a.iamARN("instance-profile" + naming.UtilityPath + "*"))
}

// utilityNetwork is what leads to applications.
func utilityNetwork() map[string]service {
	return map[string]service{
		"acm": {
			create: []string{"RequestCertificate"}, manage: []string{"DeleteCertificate", "UpdateCertificateOptions"},
			tag: []string{"AddTagsToCertificate"}, untag: []string{"RemoveTagsFromCertificate"}, read: []string{"Describe*", "List*"},
		},
		"elasticloadbalancing": {
			create: []string{"CreateListener", "CreateLoadBalancer", "CreateRule", "CreateTargetGroup"},
			manage: []string{
				"CreateListener", "DeleteListener", "DeleteLoadBalancer", "DeleteRule", "DeleteTargetGroup", "Modify*", "Set*",
			},
			tag: []string{"AddTags"}, untag: []string{"RemoveTags"}, read: []string{"Describe*"},
		},
		"route53": {read: []string{"GetChange", "GetHostedZone", "List*"}},
		"route53resolver": {
			create: []string{"CreateResolverEndpoint", "CreateResolverRule"},
			manage: []string{
				"AssociateResolverEndpointIpAddress", "AssociateResolverRule", "DeleteResolverEndpoint", "DeleteResolverRule", "DisassociateResolverEndpointIpAddress", "DisassociateResolverRule", "UpdateResolverEndpoint", "UpdateResolverRule",
			},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Get*", "List*"},
		},
		"servicediscovery": {
			create: []string{"CreatePrivateDnsNamespace", "CreateService"},
			manage: []string{"DeleteNamespace", "DeleteService", "DeregisterInstance", "UpdatePrivateDnsNamespace", "UpdateService"},
			tag:    []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Get*", "List*"},
		},
		"transfer": {
			create: []string{"CreateServer"}, manage: []string{"DeleteServer", "StartServer", "StopServer", "UpdateServer"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"DescribeServer"},
		},
		"wafv2": {
			create: []string{"CreateWebACL"},
			manage: []string{"AssociateWebACL", "DeleteLoggingConfiguration", "DeleteWebACL", "DisassociateWebACL", "PutLoggingConfiguration", "UpdateWebACL"},
			tag:    []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "Get*", "List*"},
		},
	}
}

// utilityNetworkByName is what tags do not decide.
func (a Args) utilityNetworkByName() []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Allow("AddRules", "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress").On(a.arn("ec2", "security-group-rule/*")),
		iampolicy.Allow("CreateInVPC", "ec2:CreateSecurityGroup").On(a.arn("ec2", "vpc/*")),
		iampolicy.Allow("TagNew", "ec2:CreateTags").On(a.arn("ec2", "*")).
			If("StringEquals", "aws:RequestTag/"+naming.TagProject, naming.ProjectUtility).
			If("StringEquals", "ec2:CreateAction", "AllocateAddress", "AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateLaunchTemplate",
				"CreateSecurityGroup", "RunInstances"),
		// Mount targets and resolver endpoints have interfaces, which their services make
		// in the caller's name. Such interfaces carry no tags, and nor do those of others:
		// nobody but a service of AWS may change one.
		iampolicy.Allow("Interfaces", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface").
			On(a.arn("ec2", "network-interface/*"), a.arn("ec2", "security-group/*"), a.arn("ec2", "subnet/*")),
		iampolicy.Allow("InterfacesOfServices", "ec2:CreateNetworkInterfacePermission", "ec2:ModifyNetworkInterfaceAttribute").
			On(a.arn("ec2", "network-interface/*"), a.arn("ec2", "security-group/*")).
			If("Bool", "aws:ViaAWSService", "true"),
		// Addresses that load balancers keep, in subnets of the base project. Who frees them
		// names the reservation, for which there is no resource-level permission.
		iampolicy.Allow("ReserveAddresses", "ec2:CreateSubnetCidrReservation", "ec2:DeleteSubnetCidrReservation").On("*"),
		iampolicy.Allow("Records", "route53:ChangeResourceRecordSets").On(naming.ARN(a.Region, "route53", "", "", "hostedzone/*")).
			If("ForAllValues:StringEquals", "route53:ChangeResourceRecordSetsRecordTypes", "A", "AAAA", "CNAME"),
		// Namespaces of Cloud Map bring a zone of their own, which it makes in the
		// caller's name (docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-api-permissions-ref.html),
		// without saying so in aws:CalledVia. A zone that is made with a VPC is private.
		iampolicy.Allow("NamespaceZones", "route53:AssociateVPCWithHostedZone", "route53:CreateHostedZone").On("*").
			If("Null", "route53:VPCs", "false"),
		iampolicy.Allow("DeleteZones", "route53:DeleteHostedZone").On(naming.ARN(a.Region, "route53", "", "", "hostedzone/*")),
		// The load balancer that an ACL goes to and the rules of AWS in it have no tags
		// that AWS WAF looks at; the ACL itself has.
		iampolicy.Allow("ProtectBalancers", "wafv2:AssociateWebACL", "wafv2:DisassociateWebACL").On(a.arn("elasticloadbalancing", "loadbalancer/app/*")),
		iampolicy.Allow("RulesOfAWS", "wafv2:CreateWebACL", "wafv2:UpdateWebACL").On(a.arn("wafv2", "*/managedruleset/*")),
	}
}

// utilityCompute is what runs applications.
func utilityCompute() map[string]service {
	return map[string]service{
		"autoscaling": {
			create: []string{"CreateAutoScalingGroup"},
			manage: []string{
				"AttachLoadBalancerTargetGroups", "AttachTrafficSources", "CancelInstanceRefresh", "DeleteAutoScalingGroup", "DeleteLifecycleHook", "DetachLoadBalancerTargetGroups",
				"DetachTrafficSources", "DisableMetricsCollection", "EnableMetricsCollection", "PutLifecycleHook", "ResumeProcesses", "SetInstanceProtection",
				"StartInstanceRefresh", "SuspendProcesses", "TerminateInstanceInAutoScalingGroup", "UpdateAutoScalingGroup",
			},
			tag: []string{"CreateOrUpdateTags"}, untag: []string{"DeleteTags"}, read: []string{"Describe*"},
		},
		"ec2": {
			create: []string{"AllocateAddress", "CreateLaunchTemplate", "CreateSecurityGroup"},
			manage: []string{
				"AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateLaunchTemplateVersion", "CreateTags", "DeleteLaunchTemplate", "DeleteSecurityGroup",
				"DeleteTags", "ModifyLaunchTemplate", "ModifySecurityGroupRules", "ReleaseAddress", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress",
			},
			read: []string{"Describe*", "GetSubnetCidrReservations"},
		},
		"ecr": {
			create: []string{"CreateRepository"},
			manage: []string{"DeleteLifecyclePolicy", "DeleteRepository", "PutImageScanningConfiguration", "PutImageTagMutability", "PutLifecyclePolicy"},
			tag:    []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"DescribeRepositories", "GetLifecyclePolicy", "ListTagsForResource"},
		},
		"ecs": {
			create: []string{"CreateCapacityProvider", "CreateCluster", "CreateService", "RegisterTaskDefinition"},
			manage: []string{
				"DeleteCapacityProvider", "DeleteCluster", "DeleteService", "PutClusterCapacityProviders", "UpdateCapacityProvider", "UpdateCluster*", "UpdateService",
			},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "List*"},
		},
	}
}

// utilityOperations is what watches applications and does their chores.
func utilityOperations() map[string]service {
	return map[string]service{
		"cloudwatch": {
			create: []string{"PutMetricAlarm"}, manage: []string{"DeleteAlarms", "PutMetricAlarm"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "List*"},
		},
		"events": {
			create: []string{"PutRule"}, manage: []string{"DeleteRule", "DisableRule", "EnableRule", "PutRule", "PutTargets", "RemoveTargets"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "List*"},
		},
		"lambda": {
			create: []string{"CreateFunction"},
			manage: []string{"DeleteFunction", "DeleteFunctionConcurrency", "PutFunctionConcurrency", "UpdateFunctionCode", "UpdateFunctionConfiguration"},
			tag:    []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"GetFunction*", "List*"},
		},
		"logs": {read: []string{"Describe*", "ListTags*"}},
		"ssm": {
			create: []string{"CreateAssociation", "CreateMaintenanceWindow", "CreatePatchBaseline"},
			manage: []string{
				"DeleteAssociation", "DeleteMaintenanceWindow", "DeletePatchBaseline", "DeregisterTa*", "RegisterTa*", "UpdateAssociation", "UpdateMaintenanceWindow*", "UpdatePatchBaseline",
			},
			tag: []string{"AddTagsToResource"}, untag: []string{"RemoveTagsFromResource"},
			read: []string{"Describe*", "GetDefaultPatchBaseline", "GetMaintenanceWindow*", "GetPatchBaseline", "ListTagsForResource"},
		},
	}
}

// utilityComputeByName is what tags do not decide.
func (a Args) utilityComputeByName() []iampolicy.Statement {
	return []iampolicy.Statement{
		// Auto Scaling asks whether the caller could start the instances itself. They
		// carry the tag; what they are made of need not.
		iampolicy.Allow("RunTagged", "ec2:RunInstances").On(a.arn("ec2", "instance/*"), a.arn("ec2", "network-interface/*"), a.arn("ec2", "volume/*")).
			If("StringEquals", "aws:RequestTag/"+naming.TagProject, naming.ProjectUtility),
		iampolicy.Allow("RunWith", "ec2:RunInstances").On(
			naming.ARN(a.Region, "ec2", "*", "", "image/*"), naming.ARN(a.Region, "ec2", "*", "", "snapshot/*"),
			a.arn("ec2", "launch-template/*"), a.arn("ec2", "security-group/*"), a.arn("ec2", "subnet/*")),
		// A launch template may name a parameter that holds the image; it is read in the
		// caller's name (docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html).
		iampolicy.Allow("Images", "ssm:GetParameter", "ssm:GetParameters").On(
			naming.ARN(a.Region, "ssm", "*", "", "parameter/aws/service/*"), a.arn("ssm", "parameter"+naming.UtilityPath+"images/*")),
		// No resource-level permission.
		iampolicy.Allow("Unscoped", "ecs:DeregisterTaskDefinition").On("*"),
	}
}

// utilityOperationsByName is what tags do not decide.
func (a Args) utilityOperationsByName() []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Allow("LogGroups",
			"logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:DeleteRetentionPolicy",
			"logs:DisassociateKmsKey", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource",
		).On(a.arn("logs", "log-group:"+naming.UtilityPath+"*"), a.arn("logs", "log-group:"+naming.FirewallLogGroup("*"))),
		// Lines of these groups, and never those of cells, may go to Datadog.
		iampolicy.Allow("Subscribe", "logs:DeleteSubscriptionFilter", "logs:PutSubscriptionFilter").On(
			a.arn("logs", "log-group:"+naming.BaseLogGroup("*")), a.arn("logs", "log-group:"+naming.UtilityPath+"*"), a.arn("logs", "log-group:"+naming.FirewallLogGroup("*"))),
		// The provider names the version $LATEST, and versions have no tags.
		iampolicy.Allow("Invoke", "lambda:InvokeFunction").On(a.arn("lambda", "function:"+config.ApplicationELK+"-*")),
		// Parts of maintenance windows and what belongs to AWS have no tags of the project.
		// What runs where is decided by the window or association, which have.
		iampolicy.Allow("WindowParts", "ssm:DeregisterTa*", "ssm:RegisterTa*", "ssm:UpdateMaintenanceWindowTa*").On(a.arn("ssm", "windowtarget/*"), a.arn("ssm", "windowtask/*")),
		iampolicy.Allow("DocumentsOfAWS", "ssm:DeleteAssociation", "ssm:UpdateAssociation").On(naming.ARN(a.Region, "ssm", "*", "", "document/AWS-*")),
		iampolicy.Allow("DefaultPatches", "ssm:RegisterDefaultPatchBaseline").On(naming.ARN(a.Region, "ssm", "*", "*", "patchbaseline/*")),
		// No resource-level permission. AWS WAF delivers its logs to a log group in this
		// way (docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html).
		iampolicy.Allow("LogDelivery", "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DeleteResourcePolicy", "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery").On("*"),
	}
}
