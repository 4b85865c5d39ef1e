package access

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// boundary is the most that a workload of the utility and cell projects can do:
// tasks, instances, agents, deliveries and what starts them, whatever the own
// policies of their roles say. It lists what such roles do when they run, by
// verbs and not by whole services (FSBP IAM.21); deployments have roles of their
// own, and so have services of AWS that work on what a cell keeps: see
// serviceBoundary. A service that it lacks is refused when something runs, not when
// it is deployed: whoever adds one to a cell or application adds it here first.
//
// It must allow Decrypt for every key of the account, since a boundary cannot
// know the key of each client: AWS Config's rules on kms actions, admin access and
// full access are meant to leave boundaries out (excludePermissionBoundaryPolicy).
// What the client's own role and key allow decides.
func (a Args) boundary() []iampolicy.Statement {
	return append([]iampolicy.Statement{
		iampolicy.Allow("Run", runtimeActions()...).On("*"),
		iampolicy.Allow("UseKeys", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*").
			On(a.arn("kms", "key/*")),
		// None of them takes the role of a service of AWS: those trust neither.
		iampolicy.Allow("PassRoles", "iam:PassRole").On(a.iamARN("role"+naming.CellsPath+"*"), a.iamARN("role"+naming.UtilityPath+"*")).
			If("StringEquals", "iam:PassedToService", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com"),
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
		"s3:Abort*", "s3:DeleteObject*", "s3:Get*", "s3:List*", "s3:PutObject*",
		"sqs:ChangeMessage*", "sqs:DeleteMessage*", "sqs:Get*", "sqs:List*", "sqs:ReceiveMessage", "sqs:SendMessage*",
		"sns:Get*", "sns:List*", "sns:Publish", "events:PutEvents",
		"firehose:Describe*", "firehose:PutRecord*", "es:Describe*", "es:ESHttp*", "es:List*", "elasticache:Connect", "elasticache:Describe*",
		"elasticfilesystem:Client*", "elasticfilesystem:Describe*", "rds:Describe*", "rds:List*", "rds-db:connect",
		"secretsmanager:Describe*", "secretsmanager:Get*", "secretsmanager:List*", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretV*",
		"backup:Describe*", "backup:List*", "lambda:Get*", "lambda:InvokeFunction", "lambda:List*",
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
		"xray:Get*", "xray:Put*", "tag:Get*", "health:Describe*", "ce:Get*", "budgets:View*",
		"cloudtrail:Describe*", "cloudtrail:Get*", "cloudtrail:LookupEvents",
		"inspector2:CreateFindings*", "acm:Describe*", "acm:List*", "route53:Get*", "route53:List*", "wafv2:Get*", "wafv2:List*",
		// Who it is, and who it may become.
		"iam:Get*", "iam:List*", "sts:AssumeRole", "sts:DecodeAuthorizationMessage", "sts:GetCallerIdentity", "sts:TagSession",
	}
}

// boundaryDenials are denied even where the policy of a resource would allow
// them, and whatever is added above.
func (a Args) boundaryDenials() []iampolicy.Statement {
	return []iampolicy.Statement{
		// A role that could make roles without the boundary would be without it itself.
		// The other boundary is none for it: that allows what this one does not.
		iampolicy.Deny("UnboundRoles", roleActions()...).On("*").
			If("StringNotEquals", "iam:PermissionsBoundary", naming.BoundaryARN(a.AccountID, a.Region)),
		iampolicy.Deny("Escalation",
			"iam:Add*", "iam:AttachG*", "iam:AttachU*", "iam:ChangePassword", "iam:CreateA*", "iam:CreateG*", "iam:CreateL*", "iam:CreateO*", "iam:CreateSAML*",
			"iam:CreateU*", "iam:Deactivate*", "iam:Delete*Boundary", "iam:DeleteAccount*", "iam:PutGroup*", "iam:PutUser*", "iam:Update*", "iam:Upload*",
		).On("*"),
		iampolicy.Deny("Boundary", "iam:CreatePolicyVersion", "iam:DeletePolicy*", "iam:SetDefaultPolicyVersion").
			On(naming.BoundaryARN(a.AccountID, a.Region), naming.ServiceBoundaryARN(a.AccountID, a.Region)),
		auditDenied(),
		iampolicy.Deny("LogBuckets", "s3:Delete*", "s3:Put*").On(a.logBuckets()...),
		a.keepCellsApart("Cells", "aws:ResourceTag"),
	}
}

// auditDenied keeps what a role does on record, and keys as they are.
func auditDenied() iampolicy.Statement {
	return iampolicy.Deny("Audit",
		"account:*", "access-analyzer:Delete*", "cloudtrail:Delete*", "cloudtrail:Put*", "cloudtrail:StopLogging", "cloudtrail:Update*",
		"config:Delete*", "config:Put*", "config:Stop*", "ec2:DeleteFlowLogs", "guardduty:Delete*", "guardduty:Disassociate*", "guardduty:Stop*", "guardduty:Update*",
		"kms:Disable*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "organizations:LeaveOrganization", "securityhub:Delete*", "securityhub:Disable*",
		"s3:PutAccountPublicAccessBlock", "s3:BypassGovernanceRetention",
	).On("*")
}
