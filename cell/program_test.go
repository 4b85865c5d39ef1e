package cell_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"cellworks/cell"
	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
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

// Commands refuse what a cell that is up must not become by what it publishes of itself.
func TestCellsPublishWhatTheyAreHeldTo(t *testing.T) {
	t.Parallel()
	tree := load(t)
	for client, cell := range builtAll(t, tree) {
		published := map[string]any{}
		for _, res := range cell.recording.OfType(outputsType) {
			published = res.Inputs.Mappable()
		}
		if got, want := fleet.HomeOf(published), (fleet.Home{Account: cell.Account.Name, Region: cell.Region.Name, Slot: cell.Slot, Placement: cell.Placement()}); got != want {
			t.Errorf("%s publishes that it is at %+v, want %+v", client, got, want)
		}
		var want []string
		for _, m := range cell.Modules() {
			if m.Enabled {
				want = append(want, m.Name)
			}
		}
		got := fleet.ModulesOf(published)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s publishes the modules %v, want %v", client, got, want)
		}
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
