package config

import (
	"strings"
	"testing"
)

func TestTimesOfCron(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"0 3 * * ? *", "0/15 8-17 ? JAN-MAR MON#2 2026-2030", "0 3 L * ? *", "0 3 15W * ? *", "0 3 LW * ? *", "0 3 ? * 6L *", "0 3 ? * L *",
		"*/5 0,12 1,15 */3 ? *", "0 22-4 ? * FRI-MON *", "59 23 31 12 ? 2199", "00 03 01 01 ? 1970",
		"0 3 29 2 ? *", "0 3 31 FEB,MAR ? *", "0 3 31 4-5 ? *", "0 3 31 11-2 ? *", "0 3 30/1 */2 ? *", "0 3 31 4/2 ? *", "0 3 L 2 ? *", "0 3 ? 2 MON *", "0 3 28-31 2 ? *", "0 3 1,31 2 ? *", "0 3 31W 1 ? *",
	} {
		if fault := cronFault(strings.Fields(text)); fault != "" {
			t.Errorf("%s: %s", text, fault)
		}
	}
	for text, want := range map[string]string{
		"60 3 * * ? *":        `"60" is no minutes, want 0 to 59`,
		"A 3 * * ? *":         `"A" is no minutes, want 0 to 59`,
		"? 3 * * ? *":         `"?" is no minutes, want 0 to 59`,
		"0/0 3 * * ? *":       `"0/0" is no minutes, want 0 to 59`,
		"0, 3 * * ? *":        `"" is no minutes, want 0 to 59`,
		"-5 3 * * ? *":        `"-5" is no minutes, want 0 to 59`,
		"0 24 * * ? *":        `"24" is no hours, want 0 to 23`,
		"0 3 32 * ? *":        `"32" is no day of month, want 1 to 31`,
		"0 3 0 * ? *":         `"0" is no day of month, want 1 to 31`,
		"0 3 32W * ? *":       `"32W" is no day of month, want 1 to 31`,
		"0 3 1 13 ? *":        `"13" is no month, want 1 to 12 or JAN to DEC`,
		"0 3 1 MON ? *":       `"MON" is no month, want 1 to 12 or JAN to DEC`,
		"0 3 ? * 0 *":         `"0" is no day of week, want 1 to 7 or SUN to SAT`,
		"0 3 ? * mon-fri *":   `"mon-fri" is no day of week, want 1 to 7 or SUN to SAT`,
		"0 3 ? * MON#6 *":     `"MON#6" is no day of week, want 1 to 7 or SUN to SAT`,
		"0 3 ? * MON-FRI/2 *": `"MON-FRI/2" is no day of week, want 1 to 7 or SUN to SAT`,
		"0 3 31 2 ? *":        "day 31 is in none of the months 2, so that it would never run",
		"0 3 30 FEB ? *":      "day 30 is in none of the months FEB, so that it would never run",
		"0 3 31 4,6,SEP ? *":  "day 31 is in none of the months 4,6,SEP, so that it would never run",
		"0 3 31W 4 ? *":       "day 31W is in none of the months 4, so that it would never run",
		"0 3 30-31 2 ? 2028":  "day 30-31 is in none of the months 2, so that it would never run",
		"0 3 * * ? 1969":      `"1969" is no year, want 1970 to 2199`,
	} {
		if fault := cronFault(strings.Fields(text)); fault != want {
			t.Errorf("%s: %q, want %q", text, fault, want)
		}
	}
}
