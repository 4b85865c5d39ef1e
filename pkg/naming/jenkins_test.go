package naming_test

import (
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/naming"
)

func TestAgentsAreInAPathOfTheirOwn(t *testing.T) {
	t.Parallel()
	kinds := naming.JenkinsAgents()
	if !slices.IsSorted(kinds) || !slices.Contains(kinds, naming.AgentCheck) || len(kinds) != 7 {
		t.Errorf("agents = %v, want the three projects, each twice, and check, sorted", kinds)
	}
	for _, kind := range kinds {
		want := "arn:aws-us-gov:iam::111111111111:role/jenkins/agent-" + kind
		if got := naming.JenkinsAgentRoleARN("111111111111", "us-gov-west-1", kind); got != want {
			t.Errorf("role = %s, want %s", got, want)
		}
		if got, want := naming.JenkinsAgentFamily(kind), "jenkins-agent-"+kind; got != want {
			t.Errorf("family = %s, want %s", got, want)
		}
	}
	for _, path := range []string{naming.UtilityPath, naming.CellsPath, naming.DeployPath} {
		if strings.HasPrefix(naming.JenkinsPath, path) {
			t.Errorf("%s is in %s, where deployments make roles", naming.JenkinsPath, path)
		}
	}
	const execution = "arn:aws:iam::111111111111:role/utility/jenkins-agent-execution-cell"
	if got := naming.JenkinsAgentExecutionRoleARN("111111111111", "us-east-1", "cell"); got != execution {
		t.Errorf("execution role = %s, want %s", got, execution)
	}
}

func TestAgentsLookOrDeploy(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]struct {
		project  string
		previews bool
		secret   string
	}{
		naming.ProjectCell: {"cell", false, "okta-deploy"},
		naming.JenkinsPreviewAgent(naming.ProjectUtility): {"utility", true, "okta-preview"},
		naming.AgentCheck: {"", false, "okta-deploy"},
	} {
		project, previews := naming.JenkinsAgentProject(kind)
		if project != want.project || previews != want.previews || naming.JenkinsKeySecret("okta", previews) != want.secret {
			t.Errorf("%s = %q, %v, want %+v", kind, project, previews, want)
		}
	}
}
