package toolchain_test

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestTheLanguageHostOnPathIsUsed(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	want := filepath.Join(r.bin, "pulumi-language-go")
	write(t, want, "#!/bin/sh\n", 0o755)
	if got, err := r.LanguageHost(t.Context()); err != nil || got != want {
		t.Errorf("LanguageHost = %s, %v, want %s", got, err, want)
	}
	if calls := r.called(t); len(calls) > 0 {
		t.Errorf("go commands %v, want none", calls)
	}
}

func TestTheLanguageHostIsBuiltOnce(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	write(t, filepath.Join(r.root, "tools", "languagehost", "go.mod"), "module x\n", 0o644)
	want := filepath.Join(r.root, ".cellworks", "bin", "pulumi-language-go")
	for range 2 {
		if got, err := r.LanguageHost(t.Context()); err != nil || got != want {
			t.Fatalf("LanguageHost = %s, %v, want %s", got, err, want)
		}
	}
	calls := r.called(t)
	if len(calls) != 2 || !strings.HasSuffix(calls[1], "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go") {
		t.Errorf("go commands %v, want one list and one build of the language host", calls)
	}
}
