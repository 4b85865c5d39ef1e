package naming_test

import (
	"testing"

	"cellworks/pkg/naming"
)

func TestNamesOfCellsInVault(t *testing.T) {
	t.Parallel()
	if got, want := naming.CellVaultPath("acme", naming.VaultCellKV), "cells/acme/kv"; got != want {
		t.Errorf("path %s, want %s", got, want)
	}
	if got, want := naming.CellVaultRole("acme", "api"), "cell-acme-api"; got != want {
		t.Errorf("role %s, want %s", got, want)
	}
}
