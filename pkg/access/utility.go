package access

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// utilityThemes returns the policies of the role that deploys the applications of
// operations. What is theirs carries the project's tag.
func (a Args) utilityThemes() []theme {
	own := owner{tag: naming.TagProject, value: naming.ProjectUtility}
	network, compute, operations, data := utilityNetwork(), utilityCompute(), utilityOperations(), utilityData()
	return []theme{
		{"compute", "Makes and manages what runs applications", append(own.statements(compute), a.utilityComputeByName()...)},
		{"data", "Makes and manages where applications keep data", append(own.statements(data), a.utilityDataByName()...)},
		{"identity", "Makes the roles of applications", append(append(
			a.roles(naming.UtilityPath, []string{
				"backup.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "ecs.amazonaws.com", "events.amazonaws.com", "firehose.amazonaws.com",
				"lambda.amazonaws.com", "logs.amazonaws.com", "scheduler.amazonaws.com", "ssm.amazonaws.com", "transfer.amazonaws.com",
			}, "service-role/AmazonEC2ContainerServiceforEC2Role", "AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy"),
			a.serviceLinked("autoscaling.amazonaws.com", "ecs.amazonaws.com", "ecs.application-autoscaling.amazonaws.com", "elasticfilesystem.amazonaws.com",
				"elasticloadbalancing.amazonaws.com", "opensearchservice.amazonaws.com", "wafv2.amazonaws.com")), a.instanceProfiles())},
		{"limits", "Keeps deployments of applications from everything else", a.utilityLimits(tagging(network, compute, operations, data))},
		{"network", "Makes and manages what leads to applications", append(own.statements(network), a.utilityNetworkByName()...)},
		{"operations", "Makes and manages what watches applications and does their chores", append(own.statements(operations), a.utilityOperationsByName()...)},
		{"read", "Looks at what applications are made of", []iampolicy.Statement{reads(network, compute, operations, data)}},
	}
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
			create: []string{"CreateListener", "CreateLoadBalancer", "CreateRule", "CreateTargetGroup", "CreateTrustStore"},
			manage: []string{
				"AddListenerCertificates", "CreateListener", "DeleteListener", "DeleteLoadBalancer", "DeleteRule", "DeleteTargetGroup", "DeleteTrustStore", "DeregisterTargets",
				"Modify*", "RegisterTargets", "RemoveListenerCertificates", "Set*",
			},
			tag: []string{"AddTags"}, untag: []string{"RemoveTags"}, read: []string{"Describe*"},
		},
		"route53": {read: []string{"GetChange", "GetHostedZone", "List*"}},
		"servicediscovery": {
			create: []string{"CreateHttpNamespace", "CreatePrivateDnsNamespace", "CreateService"}, manage: []string{"DeleteNamespace", "DeleteService", "Update*"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Get*", "List*"},
		},
		"wafv2": {
			create: []string{"CreateIPSet", "CreateRegexPatternSet", "CreateRuleGroup", "CreateWebACL"},
			manage: []string{"AssociateWebACL", "Delete*", "DisassociateWebACL", "Put*", "Update*"},
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
				"CreateSecurityGroup", "CreateVolume", "RunInstances"),
		iampolicy.Allow("MountTargets", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface").
			On(a.arn("ec2", "network-interface/*"), a.arn("ec2", "security-group/*"), a.arn("ec2", "subnet/*")),
		iampolicy.Allow("Records", "route53:ChangeResourceRecordSets").On(naming.ARN(a.Region, "route53", "", "", "hostedzone/*")).
			If("ForAllValues:StringEquals", "route53:ChangeResourceRecordSetsRecordTypes", "A", "AAAA", "CNAME"),
		// Namespaces of Cloud Map bring a zone of their own.
		iampolicy.Allow("NamespaceZones", "route53:AssociateVPCWithHostedZone", "route53:CreateHostedZone", "route53:DeleteHostedZone").On("*").
			If("ForAnyValue:StringEquals", "aws:CalledVia", "servicediscovery.amazonaws.com"),
	}
}

// utilityCompute is what runs applications.
func utilityCompute() map[string]service {
	return map[string]service{
		"application-autoscaling": {
			create: []string{"RegisterScalableTarget"},
			manage: []string{"DeleteScalingPolicy", "DeleteScheduledAction", "DeregisterScalableTarget", "PutScalingPolicy", "PutScheduledAction", "RegisterScalableTarget"},
			tag:    []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "ListTagsForResource"},
		},
		"autoscaling": {
			create: []string{"CreateAutoScalingGroup"},
			manage: []string{
				"AttachLoadBalancerTargetGroups", "AttachTrafficSources", "CancelInstanceRefresh", "DeleteAutoScalingGroup", "DeleteLifecycleHook", "DeleteNotificationConfiguration",
				"DeletePolicy", "DetachLoadBalancerTargetGroups", "DetachTrafficSources", "DisableMetricsCollection", "EnableMetricsCollection", "PutLifecycleHook",
				"PutNotificationConfiguration", "PutScalingPolicy", "ResumeProcesses", "SetDesiredCapacity", "SetInstanceProtection", "StartInstanceRefresh", "SuspendProcesses",
				"TerminateInstanceInAutoScalingGroup", "UpdateAutoScalingGroup",
			},
			tag: []string{"CreateOrUpdateTags"}, untag: []string{"DeleteTags"}, read: []string{"Describe*"},
		},
		"ec2": {
			create: []string{"AllocateAddress", "CreateLaunchTemplate", "CreateSecurityGroup", "CreateVolume"},
			manage: []string{
				"AttachVolume", "AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateLaunchTemplateVersion", "CreateTags", "DeleteLaunchTemplate*", "DeleteSecurityGroup",
				"DeleteTags", "DeleteVolume", "DetachVolume", "ModifyLaunchTemplate", "ModifySecurityGroupRules", "ModifyVolume", "ReleaseAddress", "RevokeSecurityGroup*",
				"TerminateInstances", "UpdateSecurityGroupRuleDescriptions*",
			},
			read: []string{"Describe*", "GetLaunchTemplateData"},
		},
		"ecr": {
			create: []string{"CreateRepository"},
			manage: []string{"DeleteLifecyclePolicy", "DeleteRepository", "DeleteRepositoryPolicy", "PutImageScanningConfiguration", "PutImageTagMutability", "PutLifecyclePolicy", "SetRepositoryPolicy"},
			tag:    []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "GetLifecyclePolicy", "GetRepositoryPolicy", "List*"},
		},
		"ecs": {
			create: []string{"CreateCapacityProvider", "CreateCluster", "CreateService", "RegisterTaskDefinition"},
			manage: []string{
				"DeleteCapacityProvider", "DeleteCluster", "DeleteService", "DeleteTaskDefinitions", "PutClusterCapacityProviders", "UpdateCapacityProvider", "UpdateCluster*", "UpdateService",
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
			manage: []string{"AddPermission", "DeleteFunction", "InvokeFunction", "PublishVersion", "PutFunctionConcurrency", "RemovePermission", "UpdateFunctionCode", "UpdateFunctionConfiguration"},
			tag:    []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"GetFunction*", "GetPolicy", "List*"},
		},
		"logs": {read: []string{"Describe*", "ListTags*"}},
		"ssm": {
			create: []string{"CreateAssociation", "CreateDocument", "CreateMaintenanceWindow", "CreatePatchBaseline"},
			manage: []string{
				"DeleteAssociation", "DeleteDocument", "DeleteMaintenanceWindow", "DeletePatchBaseline", "DeregisterPatch*", "DeregisterTa*", "RegisterPatch*", "RegisterTa*",
				"UpdateAssociation", "UpdateDocument", "UpdateMaintenanceWindow*", "UpdatePatchBaseline",
			},
			tag: []string{"AddTagsToResource"}, untag: []string{"RemoveTagsFromResource"}, read: []string{"Describe*", "GetDocument", "GetMaintenanceWindow*", "GetPatchBaseline*", "ListTagsForResource"},
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
		// No resource-level permission.
		iampolicy.Allow("Unscoped", "ecr:GetAuthorizationToken", "ecs:DeregisterTaskDefinition").On("*"),
	}
}

// utilityOperationsByName is what tags do not decide.
func (a Args) utilityOperationsByName() []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Allow("LogGroups",
			"logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:Delete*", "logs:DisassociateKmsKey", "logs:PutDataProtectionPolicy", "logs:PutMetricFilter",
			"logs:PutResourcePolicy", "logs:PutRetentionPolicy", "logs:PutSubscriptionFilter", "logs:TagResource", "logs:UntagResource",
		).On(a.arn("logs", "log-group:"+naming.UtilityPath+"*"), a.arn("logs", "log-group:/aws/lambda/*"), a.arn("logs", "log-group:/aws/opensearch/*"), a.arn("logs", "log-group:/ecs/*")),
	}
}
