package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
)

// The length of a day and of a week in minutes.
const (
	dayMinutes  = 24 * 60
	weekMinutes = 7 * dayMinutes
)

// window is a time that comes again every day or week: where it begins and how long it is, in minutes.
type window struct{ from, length int }

func minutes(clock string) int {
	var h, m int
	_, _ = fmt.Sscanf(clock, "%d:%d", &h, &m) // the form was checked
	return h*60 + m
}

// dailyWindow reads hh24:mi-hh24:mi.
func dailyWindow(s string) (w window, ok bool) {
	if !regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$`).MatchString(s) {
		return w, false
	}
	from := minutes(s[:5])
	return window{from, (minutes(s[6:]) - from + dayMinutes) % dayMinutes}, true
}

// weeklyWindow reads ddd:hh24:mi-ddd:hh24:mi, in any case of letters.
func weeklyWindow(s string) (w window, ok bool) {
	const end = `(mon|tue|wed|thu|fri|sat|sun):(([01]\d|2[0-3]):[0-5]\d)`
	m := regexp.MustCompile(`^` + end + `-` + end + `$`).FindStringSubmatch(strings.ToLower(s))
	if m == nil {
		return w, false
	}
	days := []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	from := slices.Index(days, m[1])*dayMinutes + minutes(m[2])
	to := slices.Index(days, m[4])*dayMinutes + minutes(m[5])
	return window{from, (to - from + weekMinutes) % weekMinutes}, true
}

// overlaps says whether a daily window meets a weekly one on any day.
func (w window) overlaps(weekly window) bool {
	for day := range 7 {
		from := day*dayMinutes + w.from
		if (from-weekly.from+weekMinutes)%weekMinutes < weekly.length || (weekly.from-from+weekMinutes)%weekMinutes < w.length {
			return true
		}
	}
	return false
}

// checkWindows checks the daily window of backups and the weekly one of maintenance: their form, their length in minutes
// and that they are apart. Either may be absent.
func checkWindows(v *resource.Validation, daily, weekly, what string, shortest int) {
	day, dayOK := dailyWindow(v.In.Str(daily))
	week, weekOK := weeklyWindow(v.In.Str(weekly))
	switch {
	case !v.In.Known(daily):
	case !dayOK:
		v.Fail(daily, "(%s) must satisfy the format of \"hh24:mi-hh24:mi\".", v.In.Str(daily))
	case day.length < shortest:
		v.Fail(daily, "InvalidParameterValue: The %s window must be at least %d minutes.", what, shortest)
	}
	switch {
	case !v.In.Known(weekly):
	case !weekOK:
		v.Fail(weekly, "(%s) must satisfy the format of \"ddd:hh24:mi-ddd:hh24:mi\".", v.In.Str(weekly))
	case week.length < shortest:
		v.Fail(weekly, "InvalidParameterValue: The maintenance window must be at least %d minutes.", shortest)
	case week.length > dayMinutes:
		v.Fail(weekly, "InvalidParameterValue: The maintenance window must be less than 24 hours.")
	}
	if dayOK && weekOK && day.overlaps(week) {
		v.Fail(daily, "InvalidParameterValue: The %s window and maintenance window must not overlap.", what)
	}
}

// reportWindow gives a weekly window back in lower case, as the services keep it.
func reportWindow(c *resource.Call, property string) {
	if s := prop(c.Obj, property); s != "" {
		c.Out(property, strings.ToLower(s))
	}
}
