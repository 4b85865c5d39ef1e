package contract

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// Jenkins is what the jenkins application's stack publishes.
type Jenkins struct {
	// URL is where people and agents reach it.
	URL string `json:"url"`
	// Running says whether there is a controller. Without images there is none yet.
	Running bool `json:"running"`
	// RepositoryURLs are where images are pushed, by repository:
	// naming.RepositoryController and naming.RepositoryAgent.
	RepositoryURLs map[string]string `json:"repositoryUrls"`
	// SecretARNs are the secrets whose values are written by people, by name.
	SecretARNs map[string]string `json:"secretArns"`
	// AgentRoleARNs are the roles of the agents, by kind: the projects, and
	// naming.AgentCheck.
	AgentRoleARNs map[string]string `json:"agentRoleArns"`
	// ControllerSecurityGroupID and AgentSecurityGroupID are the groups that their
	// traffic comes from.
	ControllerSecurityGroupID string `json:"controllerSecurityGroupId"`
	AgentSecurityGroupID      string `json:"agentSecurityGroupId"`
	// FileSystemID is the file system that holds the controller's home.
	FileSystemID string `json:"fileSystemId"`
}

// JenkinsOutputs is Jenkins as the jenkins application's stack makes it.
type JenkinsOutputs struct {
	URL                       pulumi.StringInput    `json:"url"`
	Running                   pulumi.BoolInput      `json:"running"`
	RepositoryURLs            pulumi.StringMapInput `json:"repositoryUrls"`
	SecretARNs                pulumi.StringMapInput `json:"secretArns"`
	AgentRoleARNs             pulumi.StringMapInput `json:"agentRoleArns"`
	ControllerSecurityGroupID pulumi.StringInput    `json:"controllerSecurityGroupId"`
	AgentSecurityGroupID      pulumi.StringInput    `json:"agentSecurityGroupId"`
	FileSystemID              pulumi.StringInput    `json:"fileSystemId"`
}

// Export publishes o as the outputs of the running stack.
func (o JenkinsOutputs) Export(ctx *pulumi.Context) { export(ctx, o) }

// ReadJenkins reads the jenkins application's stack of account and region. It fails
// like ReadBase.
func ReadJenkins(ctx *pulumi.Context, account, region string) (Jenkins, error) {
	stack := naming.StackUtility(account, region, config.ApplicationJenkins)
	ref, err := reference(ctx, naming.ProjectUtility, stack)
	if err != nil {
		return Jenkins{}, err
	}
	return read[Jenkins](ref, naming.ProjectUtility, stack)
}
