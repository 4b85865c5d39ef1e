package config_test

import (
	"fmt"
	"strings"
	"testing"
)

// manyItems are n items of a list that merges by name.
func manyItems(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("{name: n%d}", i)
	}
	return strings.Join(all, ", ")
}

func TestErrorsOfMessaging(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"more than the policies of roles have room for", cell("storage: {buckets: ["+manyItems(51)+"]}", "messaging: {enabled: true, queues: ["+manyItems(81)+"], topics: ["+manyItems(51)+"]}"), []string{
			`configs/clients/acme/cell.yaml:5:20: storage.buckets: 52 items are listed, want 0 to 50`,
			`configs/clients/acme/cell.yaml:6:36: messaging.queues: 81 items are listed, want 0 to 80`,
			`configs/clients/acme/cell.yaml:6:1089: messaging.topics: 51 items are listed, want 0 to 50`,
		}},
		{"queues", cell("messaging:", "  enabled: true", "  queues:", "    - {name: work-dead}", "    - {name: in, buckets: [inbond, inbound, inbound]}",
			"    - {name: ordered, fifo: true, buckets: [inbound]}", "    - {name: Q, visibilitySeconds: 50000}", "    - {name: slow, retentionSeconds: 59, maxReceives: 0}"), []string{
			`configs/clients/acme/cell.yaml:8:14: messaging.queues[work-dead].name: "work-dead" ends with -dead, as the names of dead-letter queues do (choose another name)`,
			`configs/clients/acme/cell.yaml:9:28: messaging.queues[in].buckets[0]: the cell has no bucket "inbond" (did you mean "inbound"? storage.buckets: inbound)`,
			`configs/clients/acme/cell.yaml:9:45: messaging.queues[in].buckets[2]: "inbound" is already listed (name each once)`,
			`configs/clients/acme/cell.yaml:10:44: messaging.queues[ordered].buckets: a FIFO queue cannot hear of new objects: EventBridge gives their messages no group (set fifo: false, or remove the buckets)`,
			`configs/clients/acme/cell.yaml:11:14: messaging.queues[Q].name: "Q" is not valid, want 1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash`,
			`configs/clients/acme/cell.yaml:11:36: messaging.queues[Q].visibilitySeconds: 50000 is out of range, want 0 to 43200`,
			`configs/clients/acme/cell.yaml:12:38: messaging.queues[slow].retentionSeconds: 59 is out of range, want 60 to 1209600`,
			`configs/clients/acme/cell.yaml:12:55: messaging.queues[slow].maxReceives: 0 is out of range, want 1 to 1000`,
		}},
		{"topics", cell("messaging:", "  enabled: true", "  queues: [{name: work}, {name: ordered, fifo: true}]", "  topics:", "    - {name: events, queues: [wrk, ordered]}"), []string{
			`configs/clients/acme/cell.yaml:9:31: messaging.topics[events].queues[0]: the cell has no queue "wrk" (did you mean "work"? messaging.queues: work, ordered)`,
			`configs/clients/acme/cell.yaml:9:36: messaging.topics[events].queues[1]: queue ordered has fifo: true, but the topic fifo: false (SNS sends from FIFO topics to FIFO queues and from others to others here: make both alike)`,
		}},
	})
}
