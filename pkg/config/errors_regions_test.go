package config_test

import (
	"slices"
	"testing"
)

func TestErrorsOfCopiesInOtherRegions(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"no such region, and the cell's own", cell("storage: {buckets: [{name: inbound, replicateTo: us-west-1}]}", "backup: {enabled: true, copyRegion: us-east-1}"), []string{
			`configs/clients/acme/cell.yaml:5:50: storage.buckets[inbound].replicateTo: account nonprod has no region "us-west-1" (did you mean "us-west-2"? its regions: us-east-1, us-west-2)`,
			`configs/clients/acme/cell.yaml:6:37: backup.copyRegion: us-east-1 is the cell's own region, want another one of account nonprod (remove it, or name another region)`,
		}},
		{"a key of one region", cell("database: {enabled: true, backupRegion: us-west-2}", "backup: {enabled: true, copyRegion: us-west-2}"), []string{
			`configs/clients/acme/cell.yaml:5:41: database.backupRegion: a copy in us-west-2 needs a key that both regions have, but kms.multiRegion is false at configs/defaults/cell.yaml:2:63 (set kms.multiRegion: true, which makes another key where there is one, or remove this)`,
			`configs/clients/acme/cell.yaml:6:37: backup.copyRegion: a copy in us-west-2 needs a key that both regions have, but kms.multiRegion is false at configs/defaults/cell.yaml:2:63 (set kms.multiRegion: true, which makes another key where there is one, or remove this)`,
		}},
	})
}

func TestCellsKnowWhereTheyKeepCopies(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, cell("kms: {multiRegion: true}", "storage: {buckets: [{name: inbound, replicateTo: us-west-2}]}", "backup: {enabled: true, copyRegion: us-west-2}", "database: {enabled: false, backupRegion: us-west-2}"))
	if got := mustCell(t, tree, "acme").CopyRegions(); !slices.Equal(got, []string{"us-west-2"}) {
		t.Errorf("copies are in %v, want us-west-2 once", got)
	}
	tree = mustLoad(t, cell("database: {enabled: false, backupRegion: us-east-1}"))
	if got := mustCell(t, tree, "acme").CopyRegions(); len(got) != 0 {
		t.Errorf("a cell without copies keeps some in %v", got)
	}
}
