package store

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsSealedIsReadByEveryProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{"swordfish", 7.5, true, nil, []any{"a", map[string]any{"b": "c"}}} {
		sealed, err := one.Seal(v)
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(sealed)
		if err != nil || strings.Contains(string(data), "swordfish") {
			t.Errorf("%v is sealed as %s (%v)", v, data, err)
		}
		var stored any
		if err := json.Unmarshal(data, &stored); err != nil {
			t.Fatal(err)
		}
		two, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		got, err := two.Unseal(stored)
		if diff := cmp.Diff(v, got); diff != "" || err != nil {
			t.Errorf("another process reads (-want +got), %v:\n%s", err, diff)
		}
		if again, err := two.Seal(stored); err != nil || !cmp.Equal(again, stored) {
			t.Errorf("sealing twice: %v (%v)", again, err)
		}
	}
	for _, v := range []any{"plain", map[string]any{"$sealed": "x", "more": 1.0}} {
		if got, err := one.Unseal(v); err != nil || !cmp.Equal(got, v) {
			t.Errorf("%v, which is not sealed, is read as %v (%v)", v, got, err)
		}
	}
}

func TestSealsThatAreDamaged(t *testing.T) {
	t.Parallel()
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"not base 64", "AAAA", strings.Repeat("A", 64)} {
		if _, err := s.Unseal(map[string]any{"$sealed": text}); !errors.Is(err, ErrUnusable) {
			t.Errorf("%s: %v", text, err)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, keyFile), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Seal("x"); !errors.Is(err, ErrUnusable) {
		t.Errorf("a key that is none: %v", err)
	}
}
