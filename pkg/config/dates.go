package config

import "time"

// isDate reports whether text, in the form YYYY-MM-DD, is a day of the calendar.
func isDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

// Due reports whether the day on which the data may be deleted has come, in UTC.
func (d Decommission) Due(now time.Time) bool {
	day, err := time.Parse(time.DateOnly, d.Date)
	return err == nil && !now.UTC().Before(day)
}
