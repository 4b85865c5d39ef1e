//go:build unix

package autoengine

import (
	"syscall"
	"testing"
)

// mkfifo makes a file that a reader waits at until somebody writes.
func mkfifo(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
}
