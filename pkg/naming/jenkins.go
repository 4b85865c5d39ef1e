package naming

// JenkinsPath holds the roles of Jenkins's agents. It is neither of the project that
// builds Jenkins nor of any other: the deployment role of a project that could make
// roles here could give itself those of all projects.
const JenkinsPath = "/jenkins/"

// AgentCheck is the kind of agent that runs what nobody has approved yet; its role
// may do nothing. The other kinds are the projects.
const AgentCheck = "check"

// JenkinsAgents returns the kinds of agents, as a fresh list.
func JenkinsAgents() []string {
	return []string{ProjectBase, ProjectCell, AgentCheck, ProjectUtility}
}

// JenkinsAgentRole returns the name with its path, jenkins/agent-<kind>, of the role
// of a kind of agent.
func JenkinsAgentRole(kind string) string { return inPath(JenkinsPath, "agent-"+kind) }

// JenkinsAgentRoleARN returns the ARN of JenkinsAgentRole in an account.
func JenkinsAgentRoleARN(accountID, region, kind string) string {
	return roleARN(accountID, region, JenkinsAgentRole(kind))
}

// JenkinsAgentFamily returns the family jenkins-agent-<kind> of the task definitions
// of a kind of agent. The configuration in the controller's image names it.
func JenkinsAgentFamily(kind string) string { return "jenkins-agent-" + kind }

// JenkinsAgentExecutionRole returns the name with its path of the role with which ECS
// starts agents.
func JenkinsAgentExecutionRole() string { return inPath(UtilityPath, "jenkins-agent-execution") }

// JenkinsAgentExecutionRoleARN returns the ARN of JenkinsAgentExecutionRole in an
// account.
func JenkinsAgentExecutionRoleARN(accountID, region string) string {
	return roleARN(accountID, region, JenkinsAgentExecutionRole())
}

// The repositories of the images of Jenkins, in ECR.
const (
	// RepositoryController holds the image of the controller.
	RepositoryController = "jenkins-controller"
	// RepositoryAgent holds the image of the agents.
	RepositoryAgent = "pulumi-agent"
)
