package naming

// The permissions boundaries of the roles that the utility and cell projects make.
// Their policies are in the account's root path.
const (
	// BoundaryName bounds workloads: tasks, instances, agents and what starts them.
	BoundaryName = "platform-boundary"
	// ServiceBoundaryName bounds the roles that services of AWS work with by themselves;
	// see CellServiceRoles.
	ServiceBoundaryName = "platform-service-boundary"
)

// The paths of IAM. Policies and trust name them: they never change.
const (
	// DeployPath holds the roles that deployments assume, and their policies.
	DeployPath = "/deploy/"
	// PeoplePath holds the roles that people assume, and their policies.
	PeoplePath = "/people/"
	// ServicePath holds the roles that are made once per account for services.
	ServicePath = "/service/"
	// CellsPath holds the roles and policies of all cells; see CellRolePath.
	CellsPath = "/cell/"
	// UtilityPath holds the roles and policies of the utility project.
	UtilityPath = "/utility/"
)

// The roles that people assume, by name without the path.
const (
	// PersonAdmin may do everything.
	PersonAdmin = "admin"
	// PersonOperator looks, restarts and scales.
	PersonOperator = "operator"
	// PersonAuditor reads configuration and logs of what was done, and no data.
	PersonAuditor = "auditor"
	// PersonBreakGlass may do everything when nothing else works; its use is an alarm.
	PersonBreakGlass = "break-glass"
	// PersonSupport opens cases with AWS.
	PersonSupport = "support"
)

// The purposes of the roles that are made once per account for services.
const (
	// ServiceRDSMonitoring is enhanced monitoring of databases.
	ServiceRDSMonitoring = "rds-monitoring"
	// ServiceBackup is AWS Backup.
	ServiceBackup = "backup"
	// ServiceVaultAuth lets Vault look up who logs in to it.
	ServiceVaultAuth = "vault-auth-reader"
)

// DatadogRole is the role that Datadog assumes to read the account. Datadog knows roles
// by their names alone, so that this one is in no project's path.
const DatadogRole = "datadog-integration"

// VaultServers matches the roles of the Vault servers, with their path.
const VaultServers = "utility/vault*"

// Service-linked roles that other things name before the service would have made
// them by itself.
const (
	// LinkedAutoScaling launches instances; the key of volumes names it.
	LinkedAutoScaling = "autoscaling"
	// LinkedECS runs services.
	LinkedECS = "ecs"
	// LinkedLoadBalancing runs load balancers.
	LinkedLoadBalancing = "elasticloadbalancing"
	// LinkedRecorder records for AWS Config.
	LinkedRecorder = "config"
)

// ServiceLinkedRoles returns the service principal of each of the service-linked
// roles above, as a fresh map.
func ServiceLinkedRoles() map[string]string {
	return map[string]string{
		LinkedAutoScaling:   "autoscaling.amazonaws.com",
		LinkedECS:           "ecs.amazonaws.com",
		LinkedLoadBalancing: "elasticloadbalancing.amazonaws.com",
		LinkedRecorder:      "config.amazonaws.com",
	}
}

// AutoScalingRoleARN returns the ARN of EC2 Auto Scaling's service-linked role
// (docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html).
func AutoScalingRoleARN(accountID, region string) string {
	return roleARN(accountID, region, "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling")
}

// RecorderRoleARN returns the ARN of AWS Config's service-linked role
// (docs.aws.amazon.com/config/latest/developerguide/using-service-linked-roles.html).
func RecorderRoleARN(accountID, region string) string {
	return roleARN(accountID, region, "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig")
}

// BoundaryARN returns the ARN of the account's permissions boundary of workloads. region is
// any of the account's: it decides the partition.
func BoundaryARN(accountID, region string) string {
	return ARN(region, "iam", "", accountID, "policy/"+BoundaryName)
}

// ServiceBoundaryARN is BoundaryARN for the boundary of CellServiceRoles.
func ServiceBoundaryARN(accountID, region string) string {
	return ARN(region, "iam", "", accountID, "policy/"+ServiceBoundaryName)
}

// DeployRole returns the name with its path, deploy/pulumi-<project>, of the role
// that deployments of a project assume.
func DeployRole(project string) string { return inPath(DeployPath, "pulumi-"+project) }

// DeployRoleARN returns the ARN of DeployRole in an account.
func DeployRoleARN(accountID, region, project string) string {
	return roleARN(accountID, region, DeployRole(project))
}

// PersonRole returns the name with its path of a role that people assume, such
// as people/auditor.
func PersonRole(person string) string { return inPath(PeoplePath, person) }

// PersonRoleARN returns the ARN of PersonRole in an account.
func PersonRoleARN(accountID, region, person string) string {
	return roleARN(accountID, region, PersonRole(person))
}

// ServiceRole returns the name with its path of the role for a service, such as
// service/backup.
func ServiceRole(purpose string) string { return inPath(ServicePath, purpose) }

// ServiceRoleARN returns the ARN of ServiceRole in an account.
func ServiceRoleARN(accountID, region, purpose string) string {
	return roleARN(accountID, region, ServiceRole(purpose))
}

// AccountAlias returns the alias <org>-<account> that an account has unless its
// configuration says otherwise.
func AccountAlias(org, account string) string { return org + "-" + account }

// AccountBudget returns the name <account>-monthly-<kind> of a budget of an
// account.
func AccountBudget(account, kind string) string { return account + "-monthly-" + kind }

// CellScheduleGroup returns the group cell-<client> of a cell's schedules, which
// carry no tags of their own.
func CellScheduleGroup(client string) string { return "cell-" + client }

// CellBudget returns the name cell-<client> of a cell's budget.
func CellBudget(client string) string { return "cell-" + client }

func roleARN(accountID, region, role string) string {
	return ARN(region, "iam", "", accountID, "role/"+role)
}

// inPath returns a path and a name as they follow the slash of an ARN.
func inPath(path, name string) string { return path[1:] + name }
