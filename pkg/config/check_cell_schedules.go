package config

import (
	"fmt"
	"slices"
	"strings"
)

// cronFields are minutes, hours, day of the month, month, day of the week and year.
const cronFields = 6

// schedules reports tasks of services that do not exist, and times that EventBridge
// Scheduler does not take.
func (c *cellChecker) schedules() {
	services := names(c.cell.Services.Items, func(s Service) string { return s.Name })
	for i, s := range c.cell.Schedules.Items {
		p := itemPath("schedules.items", s.Name, i)
		if c.bad(p) {
			continue
		}
		if path := p + ".service"; s.Service != "" && !slices.Contains(services, s.Service) && !c.bad(path, "services", "services.items") {
			c.problem(path, fmt.Sprintf("%s is not a service of services.items", show(s.Service)), didYouMean(s.Service, services, "services"))
		}
		if c.inherited("schedules.items", i) {
			continue
		}
		c.command(s.Command, p+".command")
		if path := p + ".schedule"; !c.bad(path) {
			c.cron(s.Schedule, path)
		}
	}
}

// cron reports an expression whose fields do not fit: exactly one of the two days says
// nothing (docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
func (c *cellChecker) cron(schedule, path string) {
	inside, ok := strings.CutPrefix(strings.TrimSuffix(schedule, ")"), "cron(")
	if !ok {
		return
	}
	fields := strings.Fields(inside)
	if len(fields) != cronFields {
		c.problem(path, fmt.Sprintf("%s has %d fields, want %d: minutes, hours, day of month, month, day of week, year", show(schedule), len(fields), cronFields), "for example: cron(0 3 * * ? *)")
		return
	}
	if (fields[2] == "?") == (fields[4] == "?") {
		c.problem(path, fmt.Sprintf("%s gives both days or neither, want ? for exactly one of day of month and day of week", show(schedule)), "for example: cron(0 3 * * ? *), or cron(0 3 ? * MON-FRI *)")
		return
	}
	if fault := cronFault(fields); fault != "" {
		c.problem(path, fmt.Sprintf("%s is no time: %s", show(schedule), fault), "")
	}
}
