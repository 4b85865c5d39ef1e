package main

import (
	"strings"
	"testing"
)

// TestSimParameter puts a parameter that the listing then shows, and refuses what is no account.
func TestSimParameter(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	if code := s.do(t, "sim", "parameter", "333333333333", "us-east-1", "/utility/images/consul", "ami-0123456789abcdef0"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "sim", "ls"); code != 0 || !strings.Contains(s.out.String(), "/utility/images/consul") {
		t.Errorf("sim ls: exit code %d: %s", code, s.out.String())
	}
	if code := s.do(t, "sim", "parameter", "ops", "us-east-1", "/x", "y"); code == 0 || !strings.Contains(s.err.String(), `account "ops" is not an id of 12 digits`) {
		t.Errorf("an account by name: exit code %d: %s", code, s.err.String())
	}
}
