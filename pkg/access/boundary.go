package access

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// boundary is the most that a role of the utility and cell projects can do,
// whatever its own policies say. It lists what such roles do when they run, by
// verbs and not by whole services (FSBP IAM.21); deployments have roles of their
// own. A service that it lacks is refused when something runs, not when it is
// deployed: whoever adds one to a cell or application adds it here first.
//
// It must allow Decrypt for every key of the account, since a boundary cannot
// know the key of each client: AWS Config's rules on kms actions, admin access and
// full access are meant to leave boundaries out (excludePermissionBoundaryPolicy).
// What the client's own role and key allow decides.
func (a Args) boundary() []iampolicy.Statement {
	return append([]iampolicy.Statement{
		iampolicy.Allow("Run", runtimeActions()...).On("*"),
		iampolicy.Allow("UseKeys", "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:Sign", "kms:Verify").
			On(a.arn("kms", "key/*")),
		iampolicy.Allow("PassRoles", "iam:PassRole").On(a.iamARN("role"+naming.CellsPath+"*"), a.iamARN("role"+naming.UtilityPath+"*")),
		// GuardDuty and Backup make rules for buckets, in the name of a cell's role.
		iampolicy.Allow("ManagedRules", "events:*Rule", "events:*Targets").
			On(a.arn("events", "rule/DO-NOT-DELETE-AmazonGuardDuty*"), a.arn("events", "rule/AwsBackupManagedRule*")),
		// Agents of Jenkins deploy every project. Its controller starts them; no role of a
		// cell may.
		iampolicy.Allow("PassAgents", "iam:PassRole").On(a.iamARN("role"+naming.JenkinsPath+"*")).
			If("ArnLike", "aws:PrincipalArn", a.iamARN("role"+naming.UtilityPath+"*")).
			If("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
		iampolicy.Allow("MakeBoundRoles", roleActions()...).
			On(a.iamARN("role"+naming.CellsPath+"*"), a.iamARN("role"+naming.UtilityPath+"*")).
			If("StringEquals", "iam:PermissionsBoundary", naming.BoundaryARN(a.AccountID, a.Region)),
	}, a.boundaryDenials()...)
}

// roleActions are the actions on roles for which IAM knows the role's boundary
// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html).
func roleActions() []string {
	return []string{
		"iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy",
	}
}

// runtimeActions are what tasks, instances, agents and deliveries do.
func runtimeActions() []string {
	return []string{
		// Data.
		"s3:Abort*", "s3:DeleteObject*", "s3:Get*", "s3:List*", "s3:PutBucketN*", "s3:PutObject*",
		"s3:CreateBucket", "s3:PutBucketO*", "s3:PutBucketV*", "s3:PutInv*", "s3:Replicate*", "s3:RestoreObject",
		"sqs:ChangeMessage*", "sqs:DeleteMessage*", "sqs:Get*", "sqs:List*", "sqs:ReceiveMessage", "sqs:SendMessage*",
		"sns:Get*", "sns:List*", "sns:Publish", "events:PutEvents", "kinesis:Describe*", "kinesis:Get*", "kinesis:List*", "kinesis:Put*",
		"firehose:Describe*", "firehose:PutRecord*", "es:Describe*", "es:ESHttp*", "es:List*", "elasticache:Connect", "elasticache:Describe*",
		"elasticfilesystem:Backup", "elasticfilesystem:Client*", "elasticfilesystem:CreateF*", "elasticfilesystem:Describe*", "elasticfilesystem:Restore", "elasticfilesystem:Tag*",
		"rds:*Snapshot", "rds:AddTags*", "rds:Describe*", "rds:List*", "rds-db:connect",
		"secretsmanager:Describe*", "secretsmanager:Get*", "secretsmanager:List*", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretV*",
		"transfer:Describe*", "transfer:SendW*", "backup:Copy*", "backup:Describe*", "backup:List*", "events:ListRules", "lambda:Get*", "lambda:InvokeFunction", "lambda:List*",
		// What starts and finds tasks.
		"ecr:BatchCheck*", "ecr:BatchGet*", "ecr:Complete*", "ecr:Describe*", "ecr:Get*", "ecr:Initiate*", "ecr:List*", "ecr:PutImage", "ecr:Upload*",
		"ecs:*ContainerInstance*", "ecs:*Poll*", "ecs:Describe*", "ecs:List*",
		"ecs:RunTask", "ecs:StartTelemetrySession", "ecs:StopTask", "ecs:Submit*",
		"ecs:TagResource", "elasticloadbalancing:Describe*",
		"servicediscovery:*gisterInstance", "servicediscovery:Discover*", "servicediscovery:Get*", "servicediscovery:List*",
		// What instances and agents do.
		"autoscaling:*LifecycleAction*", "autoscaling:Describe*", "autoscaling:SetInstanceHealth",
		"ec2:*ssignPrivateIpAddresses", "ec2:AttachNetworkInterface", "ec2:AttachVolume", "ec2:CreateNetworkInterface*", "ec2:CreateTags",
		"ec2:DeleteNetworkInterface", "ec2:Describe*",
		"ec2messages:*Message", "ec2messages:Get*", "ec2messages:Send*",
		"ssm:Describe*", "ssm:Get*", "ssm:List*", "ssm:Put*", "ssm:UpdateAssociationStatus", "ssm:UpdateInstance*", "ssmmessages:Create*", "ssmmessages:Open*",
		// What is watched.
		"cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*", "cloudwatch:PutMetricData",
		"logs:CreateLog*", "logs:Describe*", "logs:FilterLogEvents", "logs:Get*", "logs:List*", "logs:PutLogEvents", "logs:PutRetentionPolicy", "logs:StartQuery", "logs:StopQuery",
		"xray:Get*", "xray:Put*", "tag:Get*", "health:Describe*", "ce:Get*", "budgets:View*", "organizations:Describe*", "organizations:List*",
		"cloudtrail:Describe*", "cloudtrail:Get*", "cloudtrail:LookupEvents", "config:Describe*", "config:Get*", "config:List*",
		"guardduty:Get*", "guardduty:List*", "inspector2:CreateFindings*", "securityhub:Get*", "acm:Describe*", "acm:List*", "route53:Get*", "route53:List*", "wafv2:Get*", "wafv2:List*",
		// Who it is, and who it may become.
		"iam:Get*", "iam:List*", "sts:AssumeRole", "sts:DecodeAuthorizationMessage", "sts:GetCallerIdentity", "sts:TagSession",
	}
}

// boundaryDenials are denied even where the policy of a resource would allow
// them, and whatever is added above.
func (a Args) boundaryDenials() []iampolicy.Statement {
	boundary := naming.BoundaryARN(a.AccountID, a.Region)
	return []iampolicy.Statement{
		// A role that could make roles without the boundary would be without it itself.
		iampolicy.Deny("UnboundRoles", roleActions()...).On("*").
			If("StringNotEquals", "iam:PermissionsBoundary", boundary),
		iampolicy.Deny("Escalation",
			"iam:Add*", "iam:AttachGroupPolicy", "iam:AttachUserPolicy", "iam:ChangePassword", "iam:CreateAccessKey", "iam:CreateGroup", "iam:CreateLoginProfile",
			"iam:CreateOpenIDConnectProvider", "iam:CreateSAMLProvider", "iam:CreateUser", "iam:Deactivate*", "iam:DeleteAccount*", "iam:DeleteRolePermissionsBoundary",
			"iam:DeleteUserPermissionsBoundary", "iam:PutGroupPolicy", "iam:PutUser*", "iam:Update*", "iam:Upload*",
		).On("*"),
		iampolicy.Deny("Boundary", "iam:CreatePolicyVersion", "iam:DeletePolicy*", "iam:SetDefaultPolicyVersion").On(boundary),
		iampolicy.Deny("Audit",
			"account:*", "access-analyzer:Delete*", "cloudtrail:Delete*", "cloudtrail:Put*", "cloudtrail:StopLogging", "cloudtrail:Update*",
			"config:Delete*", "config:Put*", "config:Stop*", "ec2:DeleteFlowLogs", "guardduty:Delete*", "guardduty:Disassociate*", "guardduty:Stop*", "guardduty:Update*",
			"kms:Disable*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "organizations:LeaveOrganization", "securityhub:Delete*", "securityhub:Disable*",
			"s3:PutAccountPublicAccessBlock", "s3:BypassGovernanceRetention",
		).On("*"),
		iampolicy.Deny("LogBuckets", "s3:Delete*", "s3:Put*").On(a.logBuckets()...),
		a.keepCellsApart("Cells", "aws:ResourceTag"),
	}
}
