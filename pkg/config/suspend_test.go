package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cellworks/pkg/config"
)

// loaded returns a tree with a client acme whose file is text, and where that is.
func loaded(t *testing.T, text string) (tree *config.Tree, file string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "configs"))); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "clients", "acme", "cell.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return tree, file
}

func TestSetState(t *testing.T) {
	t.Parallel()
	const head = "# Acme.\naccount: nonprod # tried out\nregion: us-east-1\nslot: 0\nring: canary"
	for name, c := range map[string]struct{ text, suspended, active string }{
		"no state":           {head + "\n\nkms:\n  rotationDays: 90\n", head + "\nstate: suspended\n\nkms:\n  rotationDays: 90\n", head + "\n\nkms:\n  rotationDays: 90\n"},
		"no end of line":     {head, head + "\nstate: suspended\n", head},
		"ring with comment":  {head + " # first\nlabels: {a: b}\n", head + " # first\nstate: suspended\nlabels: {a: b}\n", head + " # first\nlabels: {a: b}\n"},
		"active, it says":    {"state: active # for now\n" + head + "\n", "state: suspended # for now\n" + head + "\n", "state: active # for now\n" + head + "\n"},
		"in quotes":          {"state: \"active\"\n" + head + "\n", "state: suspended\n" + head + "\n", "state: \"active\"\n" + head + "\n"},
		"suspended":          {head + "\nstate: suspended # they do not pay\nlabels: {}\n", head + "\nstate: suspended # they do not pay\nlabels: {}\n", head + "\nlabels: {}\n"},
		"suspended, the end": {head + "\nstate: suspended", head + "\nstate: suspended", head + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for state, want := range map[config.CellState]string{config.Suspended: c.suspended, config.Active: c.active} {
				tree, file := loaded(t, c.text)
				fixed, err := tree.SetState("acme", state)
				if err != nil {
					t.Fatalf("%s: %v", state, err)
				}
				if got := string(fixed.Text); got != want || fixed.Path != file {
					t.Errorf("%s: %q, want %q", state, got, want)
				}
				if err := os.WriteFile(file, fixed.Text, 0o600); err != nil {
					t.Fatal(err)
				}
				tree, err = config.Load(tree.Dir())
				if err != nil {
					t.Fatal(err)
				}
				if cell, err := tree.Cell("acme"); err != nil || cell.State != state {
					t.Errorf("the state is %q (%v), want %q", cell.State, err, state)
				}
			}
		})
	}
}

func TestAFileThatCannotBeChangedSafelyIsNot(t *testing.T) {
	t.Parallel()
	tree, file := loaded(t, "{account: nonprod, region: us-east-1, slot: 0, ring: canary}\n")
	if _, err := tree.SetState("acme", config.Suspended); err == nil || !strings.Contains(err.Error(), "that can be changed safely: write state: suspended by hand") {
		t.Errorf("in braces: %v", err)
	}
	if _, err := tree.SetState("nobody", config.Suspended); err == nil || !strings.Contains(err.Error(), `unknown client "nobody"`) {
		t.Errorf("unknown: %v", err)
	}
	other := filepath.Join(tree.Dir(), "shared.yaml")
	if err := os.Rename(file, other); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../../shared.yaml", file); err != nil {
		t.Fatal(err)
	}
	if _, err := tree.SetState("acme", config.Suspended); err == nil || !strings.Contains(err.Error(), "is a link") {
		t.Errorf("through a link: %v", err)
	}
}
