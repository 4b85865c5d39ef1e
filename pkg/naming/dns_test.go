package naming_test

import (
	"testing"

	"cellworks/pkg/naming"
)

func TestZonesNameRegionAndAccount(t *testing.T) {
	t.Parallel()
	if got, want := naming.Zone("us-east-1", "nonprod", "example.com"), "us-east-1.nonprod.example.com"; got != want {
		t.Errorf("public zone = %s, want %s", got, want)
	}
	if got, want := naming.PrivateZone("us-east-1", "nonprod", "example.com"), "us-east-1.nonprod.int.example.com"; got != want {
		t.Errorf("private zone = %s, want %s", got, want)
	}
}
