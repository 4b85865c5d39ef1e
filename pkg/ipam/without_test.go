package ipam_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"cellworks/pkg/ipam"
)

func prefixes(text string) []netip.Prefix {
	var all []netip.Prefix
	for _, field := range strings.Fields(text) {
		all = append(all, netip.MustParsePrefix(field))
	}
	return all
}

func TestWithoutLeavesEverythingElse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ block, holes, want string }{
		{"10.0.0.0/8", "", "[10.0.0.0/8]"},
		{"10.0.0.0/8", "192.168.0.0/16", "[10.0.0.0/8]"},
		{"10.0.0.0/8", "10.0.0.0/8", "[]"},
		{"10.16.0.0/17", "10.0.0.0/8", "[]"},
		{"10.0.0.0/24", "10.0.0.0/25", "[10.0.0.128/25]"},
		{"10.0.0.0/24", "10.0.0.0/25 10.0.0.128/25", "[]"},
		{"10.0.0.0/24", "10.0.0.64/26", "[10.0.0.0/26 10.0.0.128/25]"},
		{"0.0.0.0/0", "128.0.0.0/1", "[0.0.0.0/1]"},
		{"10.0.0.1/32", "10.0.0.0/32", "[10.0.0.1/32]"},
		{"10.16.0.0/14", "10.16.0.0/17 10.17.0.0/17 10.18.0.0/17 10.19.0.0/17", "[10.16.128.0/17 10.17.128.0/17 10.18.128.0/17 10.19.128.0/17]"},
	} {
		if got := fmt.Sprint(ipam.Without(netip.MustParsePrefix(tc.block), prefixes(tc.holes))); got != tc.want {
			t.Errorf("%s without %s = %s, want %s", tc.block, tc.holes, got, tc.want)
		}
	}
}

func TestAppTiersAreThoseOfEveryVPC(t *testing.T) {
	t.Parallel()
	got, err := ipam.AppTiers(1, 1)
	if want := "[10.20.0.0/17 10.21.0.0/17 10.22.0.0/17 10.23.0.0/17]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("app tiers = %v, %v, want %s", got, err, want)
	}
	if _, err := ipam.AppTiers(0, 1); err == nil {
		t.Error("an account without addresses has app tiers")
	}
}
