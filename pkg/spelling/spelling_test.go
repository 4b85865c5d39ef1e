package spelling_test

import (
	"strings"
	"testing"

	"cellworks/pkg/spelling"
)

func TestNearestFindsSlipsOnly(t *testing.T) {
	t.Parallel()
	known := []string{"storage", "services", "slot", "acme", "cidrBlock", "instanceTenancy"}
	for name, want := range map[string]string{
		"storge": "storage", "Services": "services", "slto": "slot", "acne": "acme", "cidrBlok": "cidrBlock", "cdirBlock": "cidrBlock",
		"x": "", "network": "", "subnet": "", "": "",
	} {
		if got := spelling.Nearest(name, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestNearestDoesNotCompareNamesOfAnyLength(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 129)
	if got := spelling.Nearest(long, []string{long}); got != "" {
		t.Errorf("Nearest of %d bytes = %q, want nothing", len(long), got)
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 problems", 1: "1 problem", 2: "2 problems"} {
		if got := spelling.Count(n, "problem"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}
