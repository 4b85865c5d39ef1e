package naming

import "strings"

// JenkinsPath holds the roles of Jenkins's agents. It is neither of the project that
// builds Jenkins nor of any other: the deployment role of a project that could make
// roles here could give itself those of all projects.
const JenkinsPath = "/jenkins/"

// AgentCheck is the kind of agent that runs what nobody has approved yet; its role
// may do nothing. The other kinds are the projects, whose agents deploy, and
// JenkinsPreviewAgent of each, whose agents only look.
const AgentCheck = "check"

// previewAgent begins the kinds of agents that only look.
const previewAgent = "preview-"

// JenkinsAgents returns the kinds of agents, sorted, as a fresh list.
func JenkinsAgents() []string {
	return []string{
		ProjectBase, ProjectCell, AgentCheck,
		JenkinsPreviewAgent(ProjectBase), JenkinsPreviewAgent(ProjectCell), JenkinsPreviewAgent(ProjectUtility),
		ProjectUtility,
	}
}

// JenkinsPreviewAgent returns the kind preview-<project> of the agents that show what
// would change in a project's stacks.
func JenkinsPreviewAgent(project string) string { return previewAgent + project }

// JenkinsAgentProject returns the project of a kind of agent, and whether its agents only
// look. AgentCheck has no project.
func JenkinsAgentProject(kind string) (project string, previews bool) {
	if kind == AgentCheck {
		return "", false
	}
	return strings.TrimPrefix(kind, previewAgent), strings.HasPrefix(kind, previewAgent)
}

// JenkinsKeySecret returns the name of the secret, an application's own as in
// UtilitySecret, that holds the keys of agents for a system outside of AWS:
// <system>-preview for those that only look, <system>-deploy for those that deploy.
func JenkinsKeySecret(system string, previews bool) string {
	if previews {
		return system + "-preview"
	}
	return system + "-deploy"
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

// JenkinsAgentExecutionRole returns the name with its path,
// utility/jenkins-agent-execution-<kind>, of the role with which ECS starts a kind of
// agent and gives it its keys.
func JenkinsAgentExecutionRole(kind string) string {
	return inPath(UtilityPath, "jenkins-agent-execution-"+kind)
}

// JenkinsAgentExecutionRoleARN returns the ARN of JenkinsAgentExecutionRole in an
// account.
func JenkinsAgentExecutionRoleARN(accountID, region, kind string) string {
	return roleARN(accountID, region, JenkinsAgentExecutionRole(kind))
}

// The repositories of the images of Jenkins, in ECR.
const (
	// RepositoryController holds the image of the controller.
	RepositoryController = "jenkins-controller"
	// RepositoryAgent holds the image of the agents.
	RepositoryAgent = "pulumi-agent"
)
