package utility_test

import (
	"maps"
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
	"cellworks/utility"
)

const jenkinsStack = "ops-us-east-1-jenkins"

// published returns what the stacks publish that others read.
func published(t *testing.T, tree *config.Tree) pulumitest.Stacks {
	t.Helper()
	stacks := pulumitest.Bases(t, tree)
	maps.Copy(stacks, pulumitest.Clusters(t, tree))
	return stacks
}

func TestJenkinsIsBuiltInOps(t *testing.T) {
	t.Parallel()
	tree := load(t)
	recording := pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: jenkinsStack, References: published(t, tree)}, utility.Program(tree))
	recording.Golden(t, jenkinsStack)

	// The project's own deployment role must not be able to make agents.
	providers := map[string]string{}
	for _, p := range recording.OfType("pulumi:providers:aws") {
		providers[p.Name] = p.Inputs["assumeRole"].ObjectValue()["roleArn"].StringValue()
	}
	ops, ok := tree.Account("ops")
	if !ok {
		t.Fatal("no account ops")
	}
	for name, want := range map[string]string{
		"aws":        naming.DeployRoleARN(ops.ID, "us-east-1", naming.ProjectUtility),
		"aws-agents": naming.ARN("us-east-1", "iam", "", ops.ID, "role/"+ops.Role),
	} {
		if got := providers[name]; got != want {
			t.Errorf("%s assumes %s, want %s", name, got, want)
		}
	}
	for _, role := range recording.OfType("aws:iam/role:Role") {
		agent := role.Inputs["path"].StringValue() == naming.JenkinsPath
		if own := strings.Contains(role.Provider, "::aws-agents::"); agent && !own {
			t.Errorf("%s is made by %s", role.URN, role.Provider)
		}
	}
}

func TestJenkinsSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	tree := load(t)
	noCluster, noBalancer, noSubnet := published(t, tree), published(t, tree), published(t, tree)
	delete(noCluster, "utility/ops-us-east-1-ecs")
	noBalancer["utility/ops-us-east-1-ecs"]["loadBalancers"] = map[string]any{}
	delete(noSubnet["base/ops-us-east-1"]["subnetIds"].(map[string]any)["data"].(map[string]any), "use1-az2")
	for want, references := range map[string]pulumitest.Stacks{
		"bring it up first (cellctl up utility/ops-us-east-1-ecs)":                                                                noCluster,
		"stack utility/ops-us-east-1-ecs has no internal load balancer: bring it up again (cellctl up utility/ops-us-east-1-ecs)": noBalancer,
		"has no data subnet in zone use1-az2":                                                                                     noSubnet,
	} {
		_, err := pulumitest.Record(pulumitest.Target{Project: "utility", Stack: jenkinsStack, References: references}, utility.Program(tree))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want it to contain %q", err, want)
		}
	}
}
