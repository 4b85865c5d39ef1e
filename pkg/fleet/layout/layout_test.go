package layout_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"cellworks/pkg/fleet/layout"
)

func TestThePassphraseIsMadeOnceAndForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	l := layout.New(t.TempDir())
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if err := l.EnsurePassphrase(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	first, err := os.ReadFile(l.Passphrase())
	if err != nil || len(strings.TrimSpace(string(first))) < 40 {
		t.Fatalf("passphrase of %d bytes, %v", len(first), err)
	}
	if info, err := os.Stat(l.Passphrase()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, %v, want 0600", info.Mode(), err)
	}
	if err := l.EnsurePassphrase(); err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(l.Passphrase()); err != nil || string(again) != string(first) {
		t.Errorf("the passphrase changed (%v)", err)
	}
	entries, err := os.ReadDir(l.Work())
	if err != nil || len(entries) != 1 {
		t.Errorf("work folder holds %v, %v, want the passphrase alone", entries, err)
	}
}

func TestBackendFolder(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "a folder with 100% odd?names")
	l := layout.New(root)
	if dir, ok := layout.BackendFolder(l.Backend("")); !ok || dir != l.State() {
		t.Errorf("BackendFolder of the default = %q, %v, want %q", dir, ok, l.State())
	}
	if got := l.Backend("s3://bucket"); got != "s3://bucket" {
		t.Errorf("Backend = %q", got)
	}
	if dir, ok := layout.BackendFolder("s3://bucket"); ok {
		t.Errorf("BackendFolder of s3 = %q", dir)
	}
}
