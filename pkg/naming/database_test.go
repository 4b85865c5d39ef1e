package naming_test

import (
	"path"
	"testing"

	"cellworks/pkg/naming"
)

func TestNamesOfDatabases(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		naming.CellDatabase("acme"):                                       "cell-acme",
		naming.CellDatabaseReader("acme", 2):                              "cell-acme-reader-2",
		naming.CellDatabaseWriter("acme"):                                 "cell-acme-writer",
		naming.CellFinalSnapshot("acme", 3):                               "cell-acme-final-3",
		naming.InstanceLogGroup(naming.CellDatabase("acme"), "upgrade"):   "/aws/rds/instance/cell-acme/upgrade",
		naming.ClusterLogGroup(naming.CellDatabase("acme"), "postgresql"): "/aws/rds/cluster/cell-acme/postgresql",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if id := naming.CellDatabaseReader("abcdefghijkl", 15); len(id) > naming.MaxDatabase {
		t.Errorf("identifier %s is longer than %d", id, naming.MaxDatabase)
	}
}

func TestLogGroupsOfADatabaseAreOneClients(t *testing.T) {
	t.Parallel()
	for group, want := range map[string]bool{
		naming.InstanceLogGroup(naming.CellDatabase("acme"), "postgresql"):          true,
		naming.InstanceLogGroup(naming.CellDatabaseReader("acme", 1), "postgresql"): true,
		naming.ClusterLogGroup(naming.CellDatabase("acme"), "postgresql"):           true,
		naming.InstanceLogGroup(naming.CellDatabase("acmex"), "postgresql"):         false,
		naming.InstanceLogGroup(naming.CellDatabaseReader("acmex", 1), "upgrade"):   false,
	} {
		matched := false
		for _, pattern := range naming.CellDatabaseLogGroups("acme") {
			ok, err := path.Match(pattern, group)
			if err != nil {
				t.Fatal(err)
			}
			matched = matched || ok
		}
		if matched != want {
			t.Errorf("%s is one of client acme's: %v, want %v", group, matched, want)
		}
	}
}
