package config

import (
	"fmt"
	"slices"
	"strings"
)

// monitoring reports handles that are there twice, and metrics that the cell's monitors
// read and Datadog does not.
func (c *cellChecker) monitoring() {
	const switchedBy = "monitoring.enabled"
	if path := "monitoring.notify"; !c.known(path) {
		c.onceWhereSound(path, c.cell.Monitoring.Notify)
	}
	if !c.cell.Monitoring.Enabled || c.datadog == nil || c.bad("monitoring", switchedBy) {
		return
	}
	needed := c.cell.DatadogNamespaces()
	for _, namespace := range sortedKeys(needed) {
		if slices.Contains(c.datadog.Metrics.Namespaces, namespace) {
			continue
		}
		modules := strings.Join(needed[namespace], ", ")
		c.problem(switchedBy, fmt.Sprintf("monitors of module %s read %s, which application datadog of account %s does not", modules, namespace, c.at.account),
			"add it to datadog.metrics.namespaces in a utility.yaml, or set monitoring.enabled: false")
	}
}
