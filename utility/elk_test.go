package utility_test

import (
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
	"cellworks/utility"
)

func TestProgramBuildsLogsOfOperations(t *testing.T) {
	t.Parallel()
	tree := load(t)
	recording := pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "ops-us-east-1-elk", References: pulumitest.Bases(t, tree)}, utility.Program(tree))
	recording.Golden(t, "ops-us-east-1-elk")
	var roles []string
	for _, role := range recording.OfType("aws:iam/role:Role") {
		if sender, ok := strings.CutPrefix(role.Name, "elk-sender-"); ok {
			roles = append(roles, sender)
		}
	}
	var accounts []string
	for _, account := range tree.Organization().Accounts {
		accounts = append(accounts, account.Name)
	}
	slices.Sort(accounts)
	slices.Sort(roles)
	if !slices.Equal(roles, accounts) {
		t.Errorf("%v may send logs, want the tasks of every account: %v", roles, accounts)
	}
}

// Whoever adds a client brings up its cell and nothing else.
func TestNewClientChangesNothingOfLogs(t *testing.T) {
	t.Parallel()
	document := func(tree *config.Tree) []string {
		recording := pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "ops-us-east-1-elk", References: pulumitest.Bases(t, tree)}, utility.Program(tree))
		return recording.Strings("aws:lambda/invocation:Invocation", "input")
	}
	newcomer := with(t, "clients/newcomer/cell.yaml", "account: nonprod\nregion: us-east-1\nslot: 63\nring: canary\n")
	if !slices.Contains(newcomer.Clients(), "newcomer") {
		t.Fatalf("clients are %v, want newcomer among them", newcomer.Clients())
	}
	before, after := document(load(t)), document(newcomer)
	if !slices.Equal(before, after) {
		t.Errorf("the configuration changes with a client:\n%s\n%s", before, after)
	}
}

func TestLogsWantASubnetInEveryZone(t *testing.T) {
	t.Parallel()
	tree := load(t)
	bases := pulumitest.Bases(t, tree)
	delete(bases["base/ops-us-east-1"]["subnetIds"].(map[string]any)["data"].(map[string]any), "use1-az4")
	_, err := pulumitest.Record(pulumitest.Target{Project: "utility", Stack: "ops-us-east-1-elk", References: bases}, utility.Program(tree))
	const want = "base stack of ops in us-east-1 has no data subnet in zone use1-az4: run it first (cellctl up base/ops-us-east-1)"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want it to contain %q", err, want)
	}
}
