package lock_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/fleet/lock"
)

func TestTheSecondIsToldWhoHoldsIt(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "cell", "acme.lock")
	since := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	first, err := lock.Acquire(file, "cell/acme", lock.Holder{PID: 42, Command: "cellctl up acme", Since: since})
	if err != nil {
		t.Fatal(err)
	}
	_, err = lock.Acquire(file, "cell/acme", lock.Holder{PID: 43})
	var held *lock.HeldError
	if !errors.As(err, &held) || held.Holder.PID != 42 {
		t.Fatalf("second Acquire: %v, want a HeldError of pid 42", err)
	}
	if want := `cell/acme is being worked on by "cellctl up acme" (pid 42) since 2024-05-06T07:08:09Z: wait for it to end`; err.Error() != want {
		t.Errorf("error = %s\nwant    %s", err, want)
	}
	if holder, ok := lock.Held(file); !ok || holder.PID != 42 {
		t.Errorf("Held = %v, %v, want pid 42", holder, ok)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	if _, ok := lock.Held(file); ok {
		t.Error("Held after Release = true")
	}
	third, err := lock.Acquire(file, "cell/acme", lock.Holder{PID: 44})
	if err != nil {
		t.Fatalf("Acquire after Release: %v", err)
	}
	if err := third.Release(); err != nil {
		t.Fatal(err)
	}
}

func TestAnUnknownHolderIsStillAnError(t *testing.T) {
	t.Parallel()
	err := &lock.HeldError{What: "cell/acme"}
	if !strings.Contains(err.Error(), "another process") {
		t.Errorf("error = %q", err)
	}
}

func TestHeldOfAFileThatNeverWas(t *testing.T) {
	t.Parallel()
	if _, ok := lock.Held(filepath.Join(t.TempDir(), "none.lock")); ok {
		t.Error("Held = true")
	}
}
