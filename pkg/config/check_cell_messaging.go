package config

import (
	"fmt"
	"slices"
	"strings"
)

// deadSuffix ends the names of dead-letter queues.
const deadSuffix = "-dead"

// messaging reports queues and topics that do not fit each other or the buckets.
func (c *cellChecker) messaging() {
	cfg := c.cell.Messaging
	queues := names(cfg.Queues, func(q Queue) string { return q.Name })
	buckets := names(c.cell.Storage.Buckets, func(b Bucket) string { return b.Name })
	for i, q := range cfg.Queues {
		path := itemPath("messaging.queues", q.Name, i)
		if c.bad(path, path+".name") {
			continue
		}
		if strings.HasSuffix(q.Name, deadSuffix) {
			c.problem(path+".name", fmt.Sprintf("%s ends with %s, as the names of dead-letter queues do", show(q.Name), deadSuffix), "choose another name")
		}
		if q.FIFO && len(q.Buckets) > 0 && !c.bad(path+".fifo", path+".buckets") {
			c.problem(path+".buckets", "a FIFO queue cannot hear of new objects: EventBridge gives their messages no group", "set fifo: false, or remove the buckets")
		}
		c.refersTo(path+".buckets", q.Buckets, buckets, "bucket", "storage.buckets")
	}
	for i, t := range cfg.Topics {
		path := itemPath("messaging.topics", t.Name, i)
		if c.bad(path, path+".name") {
			continue
		}
		c.refersTo(path+".queues", t.Queues, queues, "queue", "messaging.queues")
		for j, name := range t.Queues {
			at := slices.Index(queues, name)
			if item := fmt.Sprintf("%s.queues[%d]", path, j); at >= 0 && cfg.Queues[at].FIFO != t.FIFO && !c.bad(item) {
				c.problem(item, fmt.Sprintf("queue %s has fifo: %v, but the topic fifo: %v", name, cfg.Queues[at].FIFO, t.FIFO), "SNS sends from FIFO topics to FIFO queues and from others to others here: make both alike")
			}
		}
	}
}

// refersTo reports items of a list of names that are not among known, or there twice.
func (c *cellChecker) refersTo(path string, list, known []string, what, where string) {
	seen := map[string]bool{}
	for i, name := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case c.bad(path, at):
		case !slices.Contains(known, name):
			c.problem(at, fmt.Sprintf("the cell has no %s %s", what, show(name)), didYouMean(name, known, where))
		case seen[name]:
			c.problem(at, fmt.Sprintf("%s is already listed", show(name)), "name each once")
		}
		seen[name] = true
	}
}
