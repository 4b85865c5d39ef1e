package access

import (
	"slices"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// personHours is the longest session of a person: what AWS gives without being
// asked, and the most that a role takes that is reached through another
// (docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html).
const personHours = 1

// people returns the roles that people assume. Those of whom break-glass is not
// sign in with the identity provider when there is one; admin and operator only
// so. Break-glass is for the day on which the provider does not work.
func (a Args) people(w *writer) []role {
	direct, federated := []iampolicy.Statement{a.withSecondFactor()}, []iampolicy.Statement{a.signIn()}
	saml := a.Config.SAMLMetadata != ""
	person := func(name, description string, trust []iampolicy.Statement, policies ...string) role {
		r := role{
			key: name, name: name, path: naming.PeoplePath, description: description,
			trust: w.trust(name, trust), federated: saml && name != naming.PersonBreakGlass, hours: personHours,
		}
		for _, policy := range policies {
			r.aws = append(r.aws, a.awsPolicy(policy))
		}
		return r
	}
	both := direct
	if saml {
		both = slices.Concat(direct, federated)
	}
	auditor := person(naming.PersonAuditor, "Reads configuration, never data", both, "SecurityAudit", "job-function/ViewOnlyAccess")
	auditor.own = []policy{
		w.policy(naming.PeoplePath, naming.PersonAuditor+"-limits", "Keeps the auditor from data", a.noData()),
		w.policy(naming.PeoplePath, naming.PersonAuditor+"-trail", "Searches the audit trail", a.readTrail()),
	}
	roles := []role{
		auditor,
		person(naming.PersonBreakGlass, "Everything, when nothing else works; its use is an alarm", direct, "AdministratorAccess"),
		// FSBP IAM.18: somebody must be able to work with AWS on an incident.
		person(naming.PersonSupport, "Opens cases with AWS", both, "AWSSupportAccess"),
	}
	if saml {
		operator := person(naming.PersonOperator, "Looks, restarts and scales", federated, "job-function/ViewOnlyAccess")
		operator.own = []policy{
			w.policy(naming.PeoplePath, naming.PersonOperator+"-operate", "Restarts, scales and repeats what is deployed", a.operate()),
			w.policy(naming.PeoplePath, naming.PersonOperator+"-limits", "Keeps the operator from data", a.noData()),
		}
		roles = append(roles, person(naming.PersonAdmin, "Everything", federated, "AdministratorAccess"), operator)
	}
	return roles
}

// noData denies what reads clients' data, so that it stays so when AWS adds to
// its policies.
func (a Args) noData() []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Deny("NoData",
			"athena:GetQueryResults*", "backup:StartRestoreJob", "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan",
			"ec2:GetConsoleOutput", "ec2:GetConsoleScreenshot", "ec2:GetPasswordData", "ecs:ExecuteCommand", "elasticfilesystem:Client*",
			"kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "lambda:GetFunction", "rds-data:*", "rds-db:*", "rds:DownloadDBLogFilePortion",
			"s3:GetObject*", "secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue", "sqs:ReceiveMessage",
			"ssm:GetParameter", "ssm:GetParameterHistory", "ssm:GetParameters*", "ssm:SendCommand", "ssm:StartSession",
		).On("*"),
		iampolicy.Deny("NoLogsOfCells", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetLogRecord", "logs:StartLiveTail", "logs:StartQuery", "logs:Unmask").
			On(a.arn("logs", "log-group:"+naming.CellsPath+"*")),
	}
}

// readTrail reads the trail in CloudWatch. CloudTrail itself shows the last 90 days
// only, and the trail's files are objects, which noData denies.
func (a Args) readTrail() []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Allow("SearchTrail", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery").
			On(a.arn("logs", "log-group:"+naming.BaseLogGroup("*"))),
		// No resource-level permission.
		iampolicy.Allow("ReadResults", "logs:GetQueryResults", "logs:StopQuery").On("*"),
	}
}

// operate is what keeps things running and changes nothing that is deployed. What
// it scales is back where the configuration wants it at the next deployment.
func (a Args) operate() []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Allow("Restart", "ecs:StopTask", "ecs:UpdateService").
			On(a.arn("ecs", "service/*"), a.arn("ecs", "task/*")),
		iampolicy.Allow("RestartData", "elasticache:RebootCacheCluster", "elasticache:TestFailover", "rds:FailoverDBCluster", "rds:RebootDBInstance").
			On(a.arn("elasticache", "*"), a.arn("rds", "*")),
		iampolicy.Allow("ReplaceInstances", "autoscaling:SetDesiredCapacity", "autoscaling:StartInstanceRefresh", "autoscaling:CancelInstanceRefresh", "autoscaling:TerminateInstanceInAutoScalingGroup").
			On(a.arn("autoscaling", "autoScalingGroup:*")),
		iampolicy.Allow("Alarms", "cloudwatch:DisableAlarmActions", "cloudwatch:EnableAlarmActions", "cloudwatch:SetAlarmState").
			On(a.arn("cloudwatch", "alarm:*")),
		iampolicy.Allow("RepeatMessages", "sqs:CancelMessageMoveTask", "sqs:StartMessageMoveTask").On(a.arn("sqs", "*")),
		iampolicy.Allow("Backup", "backup:StartBackupJob", "backup:StopBackupJob").On(a.arn("backup", "*")),
		iampolicy.Allow("ReadLogs", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery").On(a.arn("logs", "log-group:*")),
		// No resource-level permission.
		iampolicy.Allow("Look", "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "ecs:DescribeServices", "ecs:DescribeTasks", "health:Describe*",
			"logs:GetQueryResults", "logs:StopQuery", "tag:GetResources").On("*"),
	}
}

// arn returns the ARN of something in the account, in whatever region.
func (a Args) arn(service, resource string) string {
	return naming.ARN(a.Region, service, "*", a.AccountID, resource)
}
