package access

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// cellThemes returns the policies of the role that deploys cells. What knows tags
// is a cell's when it carries the tag cell; what does not, by its name or path.
//
// A session that carries the tag cell itself is that client's: "limits" then
// denies what is another's by tag, by name or by path. A session without the tag
// may deploy every cell.
func (a Args) cellThemes() []theme {
	own := owner{tag: naming.TagCell, value: "?*"}
	compute, data, exchange, network := cellCompute(), cellData(), cellExchange(), cellVPC()
	return []theme{
		{"compute", "Makes and manages what runs in cells", append(own.statements(compute), a.cellComputeByName()...)},
		{"data", "Makes and manages where cells keep data", append(own.statements(data), a.cellDataByName()...)},
		{"exchange", "Makes and manages how cells exchange data", append(own.statements(exchange), a.cellExchangeByName()...)},
		{"identity", "Makes the roles of cells", append(
			append(a.roles(naming.CellsPath, []string{"ecs-tasks.amazonaws.com", "rds.amazonaws.com", "scheduler.amazonaws.com", "transfer.amazonaws.com"}), a.serviceRoles()...),
			// The roles that the account has for the databases and backups of all cells.
			iampolicy.Allow("PassMonitoring", "iam:PassRole").On(naming.ServiceRoleARN(a.AccountID, a.Region, naming.ServiceRDSMonitoring)).
				If("StringEquals", "iam:PassedToService", "monitoring.rds.amazonaws.com"),
			iampolicy.Allow("PassBackup", "iam:PassRole").On(naming.ServiceRoleARN(a.AccountID, a.Region, naming.ServiceBackup)).
				If("StringEquals", "iam:PassedToService", "backup.amazonaws.com"),
			a.serviceLinked("ecs.amazonaws.com", "ecs.application-autoscaling.amazonaws.com", "elasticache.amazonaws.com", "elasticfilesystem.amazonaws.com", "elasticloadbalancing.amazonaws.com", "mrk.kms.amazonaws.com", "rds.amazonaws.com"),
		)},
		{"limits", "Keeps deployments of cells from everything else", a.cellLimits(tagging(compute, data, exchange, network))},
		{"read", "Looks at what cells are made of", []iampolicy.Statement{reads(compute, data, exchange, network)}},
		{"vpc", "Makes and manages VPCs of cells of their own", append(own.statements(network), a.cellVPCByName()...)},
	}
}

// cellCompute is what runs in cells and leads to it.
func cellCompute() map[string]service {
	return map[string]service{
		"acm": {
			create: []string{"RequestCertificate"}, manage: []string{"DeleteCertificate", "UpdateCertificateOptions"},
			tag: []string{"AddTagsToCertificate"}, untag: []string{"RemoveTagsFromCertificate"}, read: []string{"Describe*", "List*"},
		},
		"application-autoscaling": {
			create: []string{"RegisterScalableTarget"},
			manage: []string{"DeleteScalingPolicy", "DeleteScheduledAction", "DeregisterScalableTarget", "PutScalingPolicy", "PutScheduledAction", "RegisterScalableTarget"},
			tag:    []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "ListTagsForResource"},
		},
		"cloudwatch": {
			create: []string{"PutMetricAlarm"}, manage: []string{"DeleteAlarms", "PutMetricAlarm"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "List*"},
		},
		"ec2": {
			create: []string{"AllocateAddress", "CreateNetworkAcl", "CreateSecurityGroup", "CreateSubnet"},
			manage: []string{
				"AssociateRouteTable", "AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateNetworkAclEntry", "CreateTags", "DeleteNetworkAcl*",
				"DeleteSecurityGroup", "DeleteSubnet", "DeleteTags", "DisassociateRouteTable", "ModifySecurityGroupRules", "ModifySubnetAttribute", "ReleaseAddress",
				"ReplaceNetworkAcl*", "ReplaceRouteTableAssociation",
				"RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress", "UpdateSecurityGroupRuleDescriptions*",
			},
			read: []string{"Describe*"},
		},
		"ecs": {
			create: []string{"CreateService", "RegisterTaskDefinition"}, manage: []string{"DeleteService", "DeleteTaskDefinitions", "UpdateService"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "List*"},
		},
		"elasticloadbalancing": {
			create: []string{"CreateRule", "CreateTargetGroup"},
			manage: []string{"DeleteRule", "DeleteTargetGroup", "ModifyRule", "ModifyTargetGroup*", "SetRulePriorities"},
			tag:    []string{"AddTags"}, untag: []string{"RemoveTags"}, read: []string{"Describe*"},
		},
		"events": {
			create: []string{"PutRule"}, manage: []string{"DeleteRule", "DisableRule", "EnableRule", "PutRule", "PutTargets", "RemoveTargets"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "List*"},
		},
		"logs":    {read: []string{"Describe*", "GetDataProtectionPolicy", "ListTags*"}},
		"route53": {read: []string{"GetChange", "GetHostedZone", "List*"}},
		"scheduler": {
			create: []string{"CreateScheduleGroup"}, manage: []string{"DeleteScheduleGroup"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Get*", "List*"},
		},
		"servicediscovery": {
			create: []string{"CreateService"}, manage: []string{"DeleteService", "DeregisterInstance", "UpdateService"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Get*", "List*"},
		},
		"wafv2": {
			create: []string{"CreateIPSet", "CreateRegexPatternSet", "CreateRuleGroup", "CreateWebACL"},
			manage: []string{"Delete*", "Put*", "Update*"},
			tag:    []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "Get*", "List*"},
		},
	}
}

// cellComputeByName is what tags do not decide.
func (a Args) cellComputeByName() []iampolicy.Statement {
	requested := "aws:RequestTag/" + naming.TagCell
	return []iampolicy.Statement{
		// EC2 asks for each thing that a call names. A new rule is one, but the group that
		// it is added to must be the cell's all the same; likewise a new group and its VPC,
		// and the account's route tables and a cell's own subnets that are put into them.
		iampolicy.Allow("AddRules", "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress").On(a.arn("ec2", "security-group-rule/*")),
		iampolicy.Allow("CreateInVPC", "ec2:CreateNetworkAcl", "ec2:CreateSecurityGroup", "ec2:CreateSubnet").On(a.arn("ec2", "vpc/*")),
		iampolicy.Allow("RouteSubnets", "ec2:AssociateRouteTable", "ec2:DisassociateRouteTable", "ec2:ReplaceRouteTableAssociation").On(a.arn("ec2", "route-table/*")).
			If("StringLike", "aws:ResourceTag/Name", naming.BaseNetwork+"-app-*", naming.BaseNetwork+"-data-*"),
		// A subnet that leaves its network ACL falls back to the VPC's default one, which
		// lets nothing through.
		iampolicy.Allow("SealSubnets", "ec2:ReplaceNetworkAclAssociation").On(a.arn("ec2", "network-acl/*")).
			If("StringEquals", "aws:ResourceTag/Name", naming.BaseNetwork+"-default-sealed"),
		iampolicy.Allow("TagNew", "ec2:CreateTags").On(a.arn("ec2", "*")).
			If("StringLike", requested, "?*").
			If("StringEquals", "ec2:CreateAction", "AllocateAddress", "AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateNetworkAcl", "CreateSecurityGroup", "CreateSubnet"),
		// What elasticfilesystem makes for mount targets in the caller's name. Changing the
		// groups of interfaces is not among it: interfaces of tasks carry no tags.
		iampolicy.Allow("MountTargets", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface").
			On(a.arn("ec2", "network-interface/*"), a.arn("ec2", "security-group/*"), a.arn("ec2", "subnet/*")),
		// No resource-level permission. The next deployment of the other registers anew.
		iampolicy.Allow("Deregister", "ecs:DeregisterTaskDefinition").On("*"),
		// Listeners are the account's, and take the certificates of clients' own names.
		iampolicy.Allow("ListenerCertificates", "elasticloadbalancing:AddListenerCertificates", "elasticloadbalancing:RemoveListenerCertificates").
			On(a.arn("elasticloadbalancing", "listener/app/*")),
		iampolicy.Allow("LogGroups",
			"logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:DeleteDataProtectionPolicy", "logs:DeleteLogGroup", "logs:DeleteMetricFilter", "logs:DeleteRetentionPolicy",
			"logs:DeleteSubscriptionFilter", "logs:DisassociateKmsKey", "logs:PutDataProtectionPolicy", "logs:PutMetricFilter", "logs:PutRetentionPolicy",
			"logs:PutSubscriptionFilter", "logs:TagResource", "logs:UntagResource",
		).On(a.arn("logs", "log-group:"+naming.CellsPath+"*"), a.arn("logs", "log-group:/aws/rds/*")),
		// Addresses and proofs for certificates; never name servers or mail.
		iampolicy.Allow("Records", "route53:ChangeResourceRecordSets").On(naming.ARN(a.Region, "route53", "", "", "hostedzone/*")).
			If("ForAllValues:StringEquals", "route53:ChangeResourceRecordSetsRecordTypes", "A", "AAAA", "CNAME"),
		iampolicy.Allow("Schedules", "scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule").
			On(a.arn("scheduler", "schedule/"+naming.CellScheduleGroup("*")+"/*")),
	}
}

// cellData is where cells keep data.
func cellData() map[string]service {
	return map[string]service{
		"backup": {
			create: []string{"CreateBackupPlan", "CreateBackupVault", "CreateReportPlan", "CreateRestoreTestingPlan"},
			manage: []string{
				"CreateBackupSelection", "CreateRestoreTestingSelection", "DeleteBackupPlan", "DeleteBackupSelection", "DeleteBackupVault*",
				"DeleteReportPlan", "DeleteRestoreTesting*", "PutBackupVault*", "UpdateBackupPlan", "UpdateReportPlan", "UpdateRestoreTesting*",
			},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "Get*", "List*"},
		},
		"elasticache": {
			create: []string{"CreateCacheParameterGroup", "CreateCacheSubnetGroup", "CreateReplicationGroup", "CreateUser", "CreateUserGroup"},
			manage: []string{
				"DecreaseReplicaCount", "DeleteCacheParameterGroup", "DeleteCacheSubnetGroup", "DeleteReplicationGroup", "DeleteUser", "DeleteUserGroup",
				"IncreaseReplicaCount", "Modify*",
			},
			tag: []string{"AddTagsToResource"}, untag: []string{"RemoveTagsFromResource"}, read: []string{"Describe*", "ListTagsForResource"},
		},
		"elasticfilesystem": {
			create: []string{"CreateFileSystem"},
			manage: []string{
				"CreateAccessPoint", "CreateMountTarget", "DeleteAccessPoint", "DeleteFileSystem", "DeleteFileSystemPolicy", "DeleteMountTarget",
				"ModifyMountTargetSecurityGroups", "PutBackupPolicy", "PutFileSystemPolicy", "PutLifecycleConfiguration", "UpdateFileSystem*",
			},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "ListTagsForResource"},
		},
		"guardduty": {
			create: []string{"CreateMalwareProtectionPlan"}, manage: []string{"DeleteMalwareProtectionPlan", "UpdateMalwareProtectionPlan"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"GetMalwareProtectionPlan", "ListMalwareProtectionPlans", "ListTagsForResource"},
		},
		"kms": {
			create: []string{"CreateKey"},
			manage: []string{
				"CancelKeyDeletion", "CreateAlias", "DeleteAlias", "DisableKey", "DisableKeyRotation", "EnableKey", "EnableKeyRotation", "PutKeyPolicy",
				"ReplicateKey", "RevokeGrant", "ScheduleKeyDeletion", "UpdateAlias", "UpdateKeyDescription",
			},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "Get*", "List*"},
		},
		"rds": {
			create: []string{
				"CreateBlueGreenDeployment", "CreateDBCluster", "CreateDBClusterParameterGroup", "CreateDBInstance", "CreateDBInstanceReadReplica", "CreateDBParameterGroup",
				"CreateDBProxy", "CreateDBSnapshot", "CreateDBSubnetGroup", "CreateOptionGroup", "RestoreDB*",
			},
			manage: []string{
				"CreateDBInstance", "CreateDBSnapshot", "DeleteBlueGreenDeployment", "DeleteDBCluster", "DeleteDBClusterParameterGroup", "DeleteDBInstance",
				"DeleteDBParameterGroup", "DeleteDBProxy", "DeleteDBSubnetGroup",
				// Subscriptions are the account's; a cell gives one up that it still has.
				"DeleteEventSubscription", "DeleteOptionGroup", "DeregisterDBProxyTargets", "ModifyDB*",
				"ModifyOptionGroup", "PromoteReadReplica", "RebootDB*", "RegisterDBProxyTargets", "ResetDB*",
				"SwitchoverBlueGreenDeployment",
			},
			tag: []string{"AddTagsToResource"}, untag: []string{"RemoveTagsFromResource"}, read: []string{"Describe*", "ListTagsForResource"},
		},
	}
}

// cellExchange is how cells exchange data: messages, files, secrets.
func cellExchange() map[string]service {
	return map[string]service{
		"secretsmanager": {read: []string{"DescribeSecret", "GetResourcePolicy", "ListSecrets"}},
		"sns": {
			create: []string{"CreateTopic"}, manage: []string{"AddPermission", "DeleteTopic", "RemovePermission", "SetTopicAttributes", "Subscribe"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Get*", "List*"},
		},
		"sqs": {
			create: []string{"CreateQueue"}, manage: []string{"AddPermission", "DeleteQueue", "RemovePermission", "SetQueueAttributes"},
			tag: []string{"TagQueue"}, untag: []string{"UntagQueue"}, read: []string{"Get*", "List*"},
		},
		"ssm": {read: []string{"DescribeParameters", "ListTagsForResource"}},
		"transfer": {
			create: []string{"CreateServer", "CreateUser", "CreateWorkflow"},
			manage: []string{"Delete*", "Import*", "StartServer", "StopServer", "Update*"},
			tag:    []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Describe*", "List*"},
		},
	}
}

// cellDataByName is what tags do not decide.
func (a Args) cellDataByName() []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Allow("Aliases", "kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias").On(a.arn("kms", naming.CellKeyAlias("*"))),
		iampolicy.Allow("GrantToServices", "kms:CreateGrant").On(a.arn("kms", "key/*")).
			If("StringLike", "aws:ResourceTag/"+naming.TagCell, "?*").
			If("Bool", "kms:GrantIsForAWSResource", "true"),
		a.buckets("Buckets"),
		// RDS makes the target group of a proxy with an id of its own and without tags.
		iampolicy.Allow("ProxyTargets", "rds:DeregisterDBProxyTargets", "rds:ModifyDBProxyTargetGroup", "rds:RegisterDBProxyTargets").On(a.arn("rds", "target-group:*")),
		// Asked for in the region that backups are copied to, where the tags of a database
		// are not known.
		iampolicy.Allow("CopyBackups", copyBackups()...).On(a.arn("rds", "auto-backup:*"), a.arn("rds", "db:"+naming.CellDatabase("*"))),
		// No resource-level permission.
		iampolicy.Allow("Unscoped", "backup-storage:MountCapsule").On("*"),
	}
}

// copyBackups are the actions with which RDS copies the backups of a database to another
// region.
func copyBackups() []string {
	return []string{"rds:StartDBInstanceAutomatedBackupsReplication", "rds:StopDBInstanceAutomatedBackupsReplication"}
}

// cellExchangeByName is what tags do not decide.
func (a Args) cellExchangeByName() []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Allow("Secrets", secretActions()...).On(a.arn("secretsmanager", "secret:"+naming.CellSecret("*", "*")), a.arn("secretsmanager", "secret:rds!*")),
		iampolicy.Allow("Parameters", parameterActions()...).On(a.arn("ssm", "parameter"+naming.CellParameter("*", "*"))),
		// What a deployment reads of a cell: secrets by which its sign-in knows the client's
		// own identity provider. The cell's key lets it decrypt them, and nothing else.
		iampolicy.Allow("ReadSignInSecrets", "secretsmanager:GetSecretValue").On(a.arn("secretsmanager", "secret:"+naming.CellSecret("*", naming.CellSignInSecrets+"*"))),
		// What Transfer does in the caller's name to deliver the log of a server. No
		// resource-level permission.
		iampolicy.Allow("LogDelivery", "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery").On("*"),
		// No resource-level permission.
		iampolicy.Allow("Unscoped", "sns:SetSubscriptionAttributes", "sns:Unsubscribe").On("*"),
		iampolicy.Allow("Budgets", "budgets:ListTagsForResource", "budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource", "budgets:ViewBudget").
			On(naming.ARN(a.Region, "budgets", "", a.AccountID, "budget/"+naming.CellBudget("*"))),
	}
}

// cellLimits denies what the other policies would let through.
func (a Args) cellLimits(tagActions []string) []iampolicy.Statement {
	tag := "${aws:PrincipalTag/" + naming.TagCell + "}"
	ownNames := iampolicy.Deny("OwnNamesOnly",
		"iam:*", "kms:CreateAlias", "logs:CreateLogG*", "logs:CreateLogS*", "logs:Delete*Filter", "logs:DeleteD*", "logs:DeleteLogG*",
		"logs:DeleteRet*", "logs:Put*Filter", "logs:PutD*", "logs:PutRet*", "s3:*", "scheduler:CreateSchedule", "secretsmanager:Create*", "secretsmanager:Delete*",
		"secretsmanager:GetSecretValue", "secretsmanager:Put*", "secretsmanager:Update*", "ssm:Delete*", "ssm:Put*",
	).If("Null", "aws:PrincipalTag/"+naming.TagCell, "false")
	ownNames.NotResources = []string{
		a.iamARN("role" + naming.CellRolePath(tag) + "*"), a.iamARN("policy" + naming.CellRolePath(tag) + "*"), a.iamARN("role/aws-service-role/*"),
		naming.ServiceRoleARN(a.AccountID, a.Region, naming.ServiceRDSMonitoring), naming.ServiceRoleARN(a.AccountID, a.Region, naming.ServiceBackup),
		a.arn("kms", naming.CellKeyAlias(tag)), a.arn("kms", "key/*"), a.arn("logs", "log-group:"+naming.CellLogGroup(tag, "*")),
		naming.ARN(a.Region, "s3", "", "", a.OrganizationName+"-"+tag+"-*"), a.arn("scheduler", "schedule/"+naming.CellScheduleGroup(tag)+"/*"),
		a.arn("secretsmanager", "secret:"+naming.CellSecret(tag, "*")), a.arn("secretsmanager", "secret:rds!*"), a.arn("ssm", "parameter"+naming.CellParameter(tag, "*")),
	}
	for _, pattern := range naming.CellDatabaseLogGroups(tag) {
		ownNames.NotResources = append(ownNames.NotResources, a.arn("logs", "log-group:"+pattern))
	}
	ownBackups := iampolicy.Deny("OwnBackupsOnly", copyBackups()...).If("Null", "aws:PrincipalTag/"+naming.TagCell, "false")
	ownBackups.NotResources = []string{a.arn("rds", "auto-backup:*"), a.arn("rds", "db:"+naming.CellDatabase(tag))}
	return []iampolicy.Statement{
		notOthers(tagActions, naming.ProjectBase, naming.ProjectUtility),
		a.keepCellsApart("OwnResourcesOnly", "aws:ResourceTag"),
		a.keepCellsApart("OwnRequestsOnly", "aws:RequestTag"),
		ownNames,
		ownBackups,
		iampolicy.Deny("NoLogBuckets", "s3:*").On(append(a.logBuckets(), naming.ARN(a.Region, "s3", "", "", a.OrganizationName+"-"+naming.ProjectUtility+"-*"))...),
		a.dataDenied(),
	}
}
