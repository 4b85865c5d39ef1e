package main

import (
	"strings"
	"testing"
)

// TestSimSecret puts a secret that the listing then names and does not show, and refuses what is no account.
func TestSimSecret(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.stdin = strings.NewReader("correct-horse\n")
	if code := s.do(t, "sim", "secret", "111111111111", "us-east-1", "cell/acme/sso/idp"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "sim", "ls", "--json"); code != 0 || !strings.Contains(s.out.String(), "secret:cell/acme/sso/idp-") || strings.Contains(s.out.String(), "horse") {
		t.Errorf("sim ls: exit code %d: %s", code, s.out.String())
	}
	s.stdin = strings.NewReader("")
	if code := s.do(t, "sim", "secret", "111111111111", "us-east-1", "x"); code == 0 || !strings.Contains(s.err.String(), "got a value of 0 bytes") {
		t.Errorf("no value: exit code %d: %s", code, s.err.String())
	}
	s.stdin = strings.NewReader("x")
	if code := s.do(t, "sim", "secret", "ops", "us-east-1", "x"); code == 0 || !strings.Contains(s.err.String(), `account "ops" is not an id of 12 digits`) {
		t.Errorf("an account by name: exit code %d: %s", code, s.err.String())
	}
}
