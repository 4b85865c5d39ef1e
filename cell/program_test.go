package cell_test

import (
	"maps"
	"strings"
	"testing"

	"cellworks/cell"
	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
)

func load(t *testing.T) *config.Tree {
	t.Helper()
	tree, err := config.Load("../configs")
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// stacks are the stacks below the cells, as they look when they are up.
func stacks(t *testing.T, tree *config.Tree) pulumitest.Stacks {
	t.Helper()
	all := pulumitest.Bases(t, tree)
	maps.Copy(all, pulumitest.Clusters(t, tree))
	maps.Copy(all, pulumitest.Oktas(t, tree))
	maps.Copy(all, pulumitest.Datadogs(t, tree))
	maps.Copy(all, pulumitest.Vaults(t, tree))
	maps.Copy(all, pulumitest.Logs(t, tree))
	maps.Copy(all, pulumitest.Senders(t, tree))
	maps.Copy(all, pulumitest.Consuls(t, tree))
	return all
}

func TestProgramBuildsTheCellOfEveryClient(t *testing.T) {
	t.Parallel()
	tree := load(t)
	below := stacks(t, tree)
	for _, client := range tree.Clients() {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			target := pulumitest.Target{Project: "cell", Stack: client, References: below}
			pulumitest.Run(t, target, cell.Program(tree)).Golden(t, client)
		})
	}
}

func TestProgramSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for stack, want := range map[string]string{
		"acne": "acme",
		"acme": `stack base/nonprod-us-east-1 does not publish "boundaryArn", `,
	} {
		_, err := pulumitest.Record(pulumitest.Target{Project: "cell", Stack: stack}, cell.Program(load(t)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("stack %s: error = %v, want it to contain %q", stack, err, want)
		}
	}
}
