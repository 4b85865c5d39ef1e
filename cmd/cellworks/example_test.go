package main

import (
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/randomcell"
)

// Beside the example there are clients whose files set everything to something.
func TestEveryStackOfTheExampleComesUpAndStaysUnchanged(t *testing.T) {
	t.Parallel()
	w := newField(t)
	var random []string
	w.configs, random = randomcell.Add(t, w.configs, 4)
	w.reconfigure(t, nil)
	all := []string{"base/*", "utility/*", "cell/*"}
	w.must(t, fleet.Up, all...)
	report := w.must(t, fleet.Preview, all...)
	if len(report.Stacks) != len(w.graph.Nodes()) || report.Changes().Any() {
		t.Errorf("preview = %+v", report)
	}
	w.refusesWhatIsProtected(t)
	w.refusesANewKey(t)
	w.goesWithoutATrace(t, random)
}

// goesWithoutATrace destroys the cells of those clients that are not protected. Their keys
// alone stay, until the days of waiting are over.
func (w *field) goesWithoutATrace(t *testing.T, clients []string) {
	t.Helper()
	tree, err := config.Load(w.configs)
	if err != nil {
		t.Fatal(err)
	}
	clients = slices.DeleteFunc(clients, func(client string) bool {
		cell, err := tree.Cell(client)
		return err != nil || cell.DeletionProtection
	})
	if len(clients) == 0 {
		t.Fatal("all random cells are protected: throw others")
	}
	w.must(t, fleet.Destroy, clients...)
	for _, client := range clients {
		for _, kind := range w.types(t, fleet.Stack{Project: "cell", Name: client}) {
			if !strings.HasPrefix(kind, "aws:kms/") {
				t.Errorf("after destroy the cloud has a %s of %s", kind, client)
			}
		}
	}
}
