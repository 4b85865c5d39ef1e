package naming_test

import (
	"strings"
	"testing"

	"cellworks/pkg/naming"
)

func TestNamesOfWhatRunsInACell(t *testing.T) {
	t.Parallel()
	role, err := naming.CellRunRole("acme")
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		naming.CellQueue("acme", "work", false): "acme-work",
		naming.CellQueue("acme", "work", true):  "acme-work.fifo",
		naming.CellService("acme", "api"):       "acme-api",
		naming.CellDiscovery("acme", "api"):     "api.acme",
		naming.CellConsulService("acme", "api"): "acme-api",
		naming.CellScheduleQueue("acme"):        "acme-schedules_dropped",
		naming.ConsulHost("acme-api", "consul"): "acme-api.service.consul",
		role:                                    "acme-schedules-run",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestLongestQueueFits holds the limit of SQS: 80 characters with the suffix.
func TestLongestQueueFits(t *testing.T) {
	t.Parallel()
	longest := naming.CellQueue(strings.Repeat("a", 12), strings.Repeat("b", 20), true)
	if len(longest) > 80 {
		t.Errorf("%q has %d characters, want at most 80", longest, len(longest))
	}
}
