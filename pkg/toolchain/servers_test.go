package toolchain_test

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestServersOnPathAreUsed(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	if consul, vault := r.FindConsul(), r.FindVault(); consul != "" || vault != "" {
		t.Errorf("found %q and %q, want none", consul, vault)
	}
	want := filepath.Join(r.bin, "consul")
	write(t, want, "#!/bin/sh\n", 0o755)
	if got, err := r.Consul(t.Context()); err != nil || got != want || r.FindConsul() != want {
		t.Errorf("Consul = %s, %v, FindConsul = %s, want %s", got, err, r.FindConsul(), want)
	}
	if calls := r.called(t); len(calls) > 0 {
		t.Errorf("go commands %v, want none", calls)
	}
}

func TestServersAreBuiltOnce(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	write(t, filepath.Join(r.root, "tools", "vault", "go.mod"), "module x\n", 0o644)
	want := filepath.Join(r.root, ".cellworks", "bin", "vault")
	for range 2 {
		if got, err := r.Vault(t.Context()); err != nil || got != want {
			t.Fatalf("Vault = %s, %v, want %s", got, err, want)
		}
	}
	if got := r.FindVault(); got != want {
		t.Errorf("FindVault = %s, want %s", got, want)
	}
	calls := r.called(t)
	if len(calls) != 2 || !strings.HasSuffix(calls[1], "github.com/hashicorp/vault") {
		t.Errorf("go commands %v, want one list and one build of Vault", calls)
	}
}
