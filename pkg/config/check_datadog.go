package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/naming"
)

const (
	datadogKey = "datadog"
	// logsOfTrail is the purpose of the trail's log group.
	logsOfTrail = "trail"
)

// datadog checks what the tags of UtilityDatadog cannot say. accounts are those of the
// organization.
func (c *checker) datadog(u Utility, accounts []Account, at place) {
	d := u.Datadog
	if !d.Enabled || c.bad(datadogKey) {
		return
	}
	c.datadogNamespaces(u)
	c.onceWhereSound(datadogKey+".ownMetrics", d.OwnMetrics)
	c.datadogOwnMetrics(u)
	c.onceWhereSound(datadogKey+".notify.critical", d.Notify.Critical)
	c.onceWhereSound(datadogKey+".notify.warning", d.Notify.Warning)
	for i, downtime := range d.Downtimes {
		at := itemPath(datadogKey+".downtimes", downtime.Name, i)
		c.onceWhereSound(at+".applications", downtime.Applications)
		path := at + ".rule"
		if problem := ruleProblem(downtime.Rule); problem != "" && !c.bad(path) && !c.badAbove(path) {
			c.problem(path, problem, "for example: FREQ=WEEKLY;BYDAY=SU;BYHOUR=4")
		}
	}
	c.datadogLogs(d.Logs)
	for _, account := range accounts {
		if account.Name == at.account && at.region != "" && at.region != account.HomeRegion {
			c.datadogTrail(d.Logs, account)
		}
	}
}

// datadogTrail reports the log group of the trail where it is not.
func (c *checker) datadogTrail(l DatadogLogs, account Account) {
	const list = datadogKey + ".logs.groups"
	for i, group := range l.Groups {
		if path := fmt.Sprintf("%s[%d]", list, i); l.Enabled && group == naming.BaseLogGroup(logsOfTrail) && !c.bad(list, path) && !c.badAbove(list) {
			c.problem(path, fmt.Sprintf("%s is in %s only, the home region of %s", group, account.HomeRegion, account.Name), fmt.Sprintf("list it in accounts/%s/%s/utility.yaml", account.Name, account.HomeRegion))
		}
	}
}

// onceWhereSound reports what a list has twice, unless it is reported already.
func (c *checker) onceWhereSound(path string, values []string) {
	if !c.bad(path) && !c.badAbove(path) {
		c.once(path, values)
	}
}

// datadogNamespaces reports namespaces that monitors read and Datadog does not.
func (c *checker) datadogNamespaces(u Utility) {
	path := datadogKey + ".metrics.namespaces"
	if c.bad(path) || c.badAbove(path) {
		return
	}
	c.once(path, u.Datadog.Metrics.Namespaces)
	needed := u.DatadogNamespaces()
	missing := map[string][]string{}
	for _, who := range sortedKeys(needed) {
		for _, namespace := range needed[who] {
			if !slices.Contains(u.Datadog.Metrics.Namespaces, namespace) {
				missing[namespace] = append(missing[namespace], who)
			}
		}
	}
	for _, namespace := range sortedKeys(missing) {
		c.problem(path, fmt.Sprintf("%s is not listed, and monitors of %s read it", namespace, strings.Join(missing[namespace], ", ")), "add it")
	}
}

// datadogOwnMetrics reports applications that report to Datadog although they are not
// there.
func (c *checker) datadogOwnMetrics(u Utility) {
	for i, name := range u.Datadog.OwnMetrics {
		item := fmt.Sprintf("%s.ownMetrics[%d]", datadogKey, i)
		on := slices.ContainsFunc(u.Applications(), func(a Application) bool { return a.Name == name && a.Enabled })
		if !on && !c.bad(item) && !c.badAbove(item) {
			c.problem(item, "application "+name+" is switched off", "enable "+name+" here too, or take it out of the list")
		}
	}
}

// datadogLogs reports logs that send nothing, or what nobody has looked through.
func (c *checker) datadogLogs(l DatadogLogs) {
	const key = datadogKey + ".logs"
	if !l.Enabled || c.bad(key) {
		return
	}
	if path := key + ".groups"; !c.bad(path) {
		if len(l.Groups) == 0 {
			c.problem(path, "no log group is listed, want at least one", "for example: groups: [/base/trail], or set enabled: false")
		}
		c.once(path, l.Groups)
	}
	scanner := key + ".scanner"
	if c.bad(scanner) {
		return
	}
	if len(l.Scanner.Library)+len(l.Scanner.Patterns) == 0 && !c.bad(scanner+".library", scanner+".patterns") {
		c.problem(scanner, "lines would be sent without being scanned, want at least one pattern", "for example: library: [US Social Security Number Scanner]")
	}
	c.onceWhereSound(scanner+".library", l.Scanner.Library)
	for i, p := range l.Scanner.Patterns {
		path := itemPath(scanner+".patterns", p.Name, i) + ".pattern"
		if _, err := regexp.Compile(p.Pattern); err != nil && !c.bad(path) && !c.badAbove(path) {
			c.problem(path, fmt.Sprintf("not a regular expression: %v", err), "")
		}
	}
}

// ruleProblem says what is wrong with a recurrence rule. Parts and frequencies that
// Datadog takes: docs.datadoghq.com/api/latest/downtimes, "rrule".
func ruleProblem(rule string) string {
	parts, frequencies := []string{"BYDAY", "BYHOUR", "BYMINUTE", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "COUNT", "FREQ", "INTERVAL"}, []string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
	seen := map[string]bool{}
	for _, part := range strings.Split(rule, ";") {
		name, value, _ := strings.Cut(part, "=")
		switch {
		case !slices.Contains(parts, name):
			return fmt.Sprintf("%s is no part of a rule here, want one of %s", show(name), strings.Join(parts, ", "))
		case seen[name]:
			return name + " is there twice"
		case name == "FREQ" && !slices.Contains(frequencies, value):
			return fmt.Sprintf("FREQ is %s, want one of %s", show(value), strings.Join(frequencies, ", "))
		}
		seen[name] = true
	}
	if !seen["FREQ"] {
		return "FREQ is missing: it says how often"
	}
	return ""
}
