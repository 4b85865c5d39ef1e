package aws

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// schedulerName is the form of the names of schedules and their groups.
const schedulerName = `^[0-9a-zA-Z_.-]{1,64}$`

func checkSchedulerName(v *resource.Validation, property string) {
	if v.In.Known(property) && !regexp.MustCompile(schedulerName).MatchString(v.In.Str(property)) {
		v.Fail(property, "invalid value for %s (The name must consist of alphanumerics, hyphens, and underscores, 64 at most): %q", property, v.In.Str(property))
	}
}

func scheduleGroup() *resource.Kind {
	return &resource.Kind{
		Token: tokScheduleGroup, Service: "Scheduler", Noun: "EventBridge Scheduler Schedule Group", CreateOp: "CreateScheduleGroup", UpdateOp: "TagResource", DeleteOp: "DeleteScheduleGroup",
		Naming: &resource.Naming{Property: "name", Max: 64, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name", "namePrefix"}, Why: "a group is its name"}},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: func(v *resource.Validation) { checkSchedulerName(v, "name") },
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			c.Obj.ARN = fmt.Sprintf("arn:aws:scheduler:%s:%s:schedule-group/%s", c.Region, c.Account, c.Obj.ID)
			if c.Tx.Get(c.Obj.Key) != nil || c.Obj.ID == "default" {
				return &resource.Fault{Code: "ConflictException", Message: "Schedule group " + c.Obj.ID + " already exists.", Status: 409}
			}
			if inRegion(c) >= c.Limits["schedule groups per region"] {
				return resource.Faultf("ServiceQuotaExceededException", "The number of schedule groups exceeds the quota of %d", c.Limits["schedule groups per region"])
			}
			c.Out("state", "ACTIVE")
			c.Out("creationDate", c.Now.Format(time.RFC3339))
			c.Out("lastModificationDate", c.Now.Format(time.RFC3339))
			return nil
		},
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokSchedule))
			return nil
		},
	}
}

func schedule() *resource.Kind {
	return &resource.Kind{
		Token: tokSchedule, Service: "Scheduler", Noun: "EventBridge Scheduler Schedule", CreateOp: "CreateSchedule", UpdateOp: "UpdateSchedule", DeleteOp: "DeleteSchedule",
		Naming: &resource.Naming{Property: "name", Max: 64, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "namePrefix", "groupName"}, Why: "a schedule is its name in its group"}},
			Computed: []string{"groupName"},
			JSON:     []string{"target.input"},
			Defaults: map[string]any{"scheduleExpressionTimezone": "UTC", "state": "ENABLED"},
			Enums:    map[string][]string{"flexibleTimeWindow.mode": {"OFF", "FLEXIBLE"}, "state": {"ENABLED", "DISABLED"}},
			Ranges: map[string]schema.Range{
				"flexibleTimeWindow.maximumWindowInMinutes": {Min: 1, Max: 1440}, "target.retryPolicy.maximumEventAgeInSeconds": {Min: 60, Max: 86400}, "target.retryPolicy.maximumRetryAttempts": {Min: 0, Max: 185},
			},
			Lengths:     map[string]schema.Range{"description": {Min: 0, Max: 512}, "scheduleExpression": {Min: 1, Max: 256}},
			Formats:     map[string]schema.Format{"kmsKeyArn": schema.ARN, "target.arn": schema.ARN, "target.roleArn": schema.ARN},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: func(v *resource.Validation) {
			checkSchedulerName(v, "name")
			window := v.In.Obj("flexibleTimeWindow")
			if (window.Str("mode") == "FLEXIBLE") != window.Has("maximumWindowInMinutes") && v.In.Known("flexibleTimeWindow") {
				v.Fail("flexibleTimeWindow.maximumWindowInMinutes", "ValidationException: maximumWindowInMinutes is for, and needed with, mode FLEXIBLE")
			}
			if text := v.In.Str("scheduleExpression"); v.In.Known("scheduleExpression") && !timesOf(text, "at", "rate", "cron") {
				v.Fail("scheduleExpression", "ValidationException: Invalid Schedule Expression %s.", text)
			}
			if _, err := time.LoadLocation(v.In.Str("scheduleExpressionTimezone")); err != nil {
				v.Fail("scheduleExpressionTimezone", "ValidationException: Invalid timezone: %s", v.In.Str("scheduleExpressionTimezone"))
			}
		},
		Identify: func(c *resource.Call) error {
			c.Default("groupName", "default")
			group, _ := c.Eff("groupName").(string)
			c.Obj.ID = group + "/" + c.In.Str("name")
			c.Obj.ARN = fmt.Sprintf("arn:aws:scheduler:%s:%s:schedule/%s", c.Region, c.Account, c.Obj.ID)
			if c.Tx.Get(c.Obj.Key) != nil {
				return &resource.Fault{Code: "ConflictException", Message: "Schedule " + c.In.Str("name") + " already exists.", Status: 409}
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			if group, _ := c.Eff("groupName").(string); group != "default" && c.Regional(tokScheduleGroup, group) == nil {
				return &resource.Fault{Code: "ResourceNotFoundException", Message: "Schedule group " + group + " does not exist.", Status: 404}
			}
			arn := c.In.Obj("target").Str("roleArn")
			if r := roleByARN(c, arn); r == nil || !trusts(r, "scheduler.amazonaws.com") {
				return resource.Faultf("ValidationException", "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.")
			}
			if key := c.In.Str("kmsKeyArn"); key != "" {
				if _, err := needKey(c, key); err != nil {
					return resource.Faultf("ValidationException", "The KMS key %s does not exist or cannot be used", key)
				}
			}
			return nil
		},
	}
}

// timesOf says whether a text is an expression of one of the kinds: at(2025-01-31T10:00:00), rate(2 days),
// cron(0 5 ? * MON *). Source: docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html.
func timesOf(text string, kinds ...string) bool {
	kind, rest, _ := strings.Cut(text, "(")
	inside, closed := strings.CutSuffix(rest, ")")
	for _, k := range kinds {
		if k != kind || !closed {
			continue
		}
		switch k {
		case "at":
			_, err := time.Parse("2006-01-02T15:04:05", inside)
			return err == nil
		case "rate":
			return regexp.MustCompile(`^(1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days)|1 (minutes|hours|days))$`).MatchString(inside)
		}
		return cronOf(strings.Fields(inside))
	}
	return false
}

// cronOf says whether fields are minutes, hours, day of the month, month, day of the week and year.
func cronOf(fields []string) bool {
	const (
		minute  = `[0-5]?[0-9]`
		hour    = `([01]?[0-9]|2[0-3])`
		date    = `(0?[1-9]|[12][0-9]|3[01])`
		month   = `(0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)`
		weekday = `([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)`
		year    = `(19[7-9][0-9]|2[01][0-9]{2})`
		step    = `(/0*[1-9][0-9]*)?`
	)
	list := func(value, step, more string) string {
		one := `((\*|` + value + `(-` + value + `)?)` + step + more + `)`
		return `^` + one + `(,` + one + `)*$`
	}
	forms := []string{
		list(minute, step, ""), list(hour, step, ""), list(date, step, `|\?|LW?|`+date+`W`),
		list(month, step, ""), list(weekday, "", `|\?|L|`+weekday+`(L|#[1-5])`), list(year, step, ""),
	}
	if len(fields) != len(forms) || (fields[2] == "?") == (fields[4] == "?") {
		return false
	}
	for i, form := range forms {
		if !regexp.MustCompile(form).MatchString(fields[i]) {
			return false
		}
	}
	return true
}
