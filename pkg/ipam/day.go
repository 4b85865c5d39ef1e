package ipam

import (
	"fmt"
	"time"
)

// Day is a calendar day, counted from 1970-01-01. Quarantines are counted in whole
// days, so that the answer does not depend on a time zone or the hour.
type Day int

const dayForm = "2006-01-02"

// DayOf returns the day that t falls on in UTC.
func DayOf(t time.Time) Day {
	t = t.UTC()
	return Day(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / int64(24*time.Hour/time.Second))
}

// ParseDay reads a day written as 2026-01-31. It fails for any other form and for a
// day that the calendar does not have.
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(dayForm, text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a day, want a date of the calendar written as 2026-01-31", text)
	}
	return DayOf(t), nil
}

// String returns the day as ParseDay reads it.
func (d Day) String() string { return time.Unix(0, 0).UTC().AddDate(0, 0, int(d)).Format(dayForm) }
