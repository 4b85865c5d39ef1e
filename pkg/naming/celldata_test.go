package naming_test

import (
	"testing"

	"cellworks/pkg/naming"
)

func TestNamesOfWhatKeepsData(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		naming.CellDeadLetterQueue("acme", "work", false): "acme-work-dead",
		naming.CellDeadLetterQueue("acme", "work", true):  "acme-work-dead.fifo",
		naming.CellTopic("acme", "events", false):         "acme-events",
		naming.CellCache("acme"):                          "cell-acme",
		naming.CellTopic("acme", "events", true):          "acme-events.fifo",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
