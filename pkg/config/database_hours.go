package config

import (
	"slices"
	"strings"
	"time"
)

const (
	dayMinutes  = 24 * 60
	weekMinutes = 7 * dayMinutes
	// shortestWindow is the shortest window that RDS takes, in minutes
	// (docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html).
	shortestWindow = 30
	// longestMaintenance is the longest maintenance window, in minutes (the same page).
	longestMaintenance = dayMinutes
)

// window is a time that comes again every day or week: when it begins and how long it
// lasts, in minutes.
type window struct{ from, length int }

// dailyWindow reads hh:mm-hh:mm. It reports false for another form.
func dailyWindow(text string) (window, bool) {
	from, to, ok := strings.Cut(text, "-")
	begin, okBegin := minuteOfDay(from)
	end, okEnd := minuteOfDay(to)
	return window{begin, (end - begin + dayMinutes) % dayMinutes}, ok && okBegin && okEnd
}

// weeklyWindow reads ddd:hh:mm-ddd:hh:mm. It reports false for another form.
func weeklyWindow(text string) (window, bool) {
	from, to, ok := strings.Cut(text, "-")
	begin, okBegin := minuteOfWeek(from)
	end, okEnd := minuteOfWeek(to)
	return window{begin, (end - begin + weekMinutes) % weekMinutes}, ok && okBegin && okEnd
}

func minuteOfDay(clock string) (int, bool) {
	t, err := time.Parse("15:04", clock)
	return t.Hour()*60 + t.Minute(), err == nil
}

func minuteOfWeek(text string) (int, bool) {
	day, clock, _ := strings.Cut(text, ":")
	i := slices.Index([]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, day)
	minute, ok := minuteOfDay(clock)
	return i*dayMinutes + minute, ok && i >= 0
}

// meets reports whether a daily window meets a weekly one on some day.
func (w window) meets(weekly window) bool {
	for day := range 7 {
		from := day*dayMinutes + w.from
		if (from-weekly.from+weekMinutes)%weekMinutes < weekly.length || (weekly.from-from+weekMinutes)%weekMinutes < w.length {
			return true
		}
	}
	return false
}
