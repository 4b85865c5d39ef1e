package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// cronField is what one field of a cron expression of EventBridge Scheduler holds
// (docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
type cronField struct {
	name        string
	least, most int
	// names stand for the numbers from least on.
	names []string
	// special is the form of what only this field takes; empty: nothing.
	special string
	// steps says that the field takes every n-th of its values.
	steps bool
}

func (f cronField) want() string {
	want := fmt.Sprintf("%d to %d", f.least, f.most)
	if len(f.names) > 0 {
		want += fmt.Sprintf(" or %s to %s", f.names[0], f.names[len(f.names)-1])
	}
	return want
}

// cronSchedule are the fields of an expression, in their order.
func cronSchedule() []cronField {
	return []cronField{
		{name: "minutes", most: 59, steps: true},
		{name: "hours", most: 23, steps: true},
		{name: "day of month", least: 1, most: 31, special: `^(\?|L|LW|([1-9]|[12][0-9]|3[01])W)$`, steps: true},
		{name: "month", least: 1, most: 12, names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}, steps: true},
		{name: "day of week", least: 1, most: 7, names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}, special: `^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$`},
		{name: "year", least: 1970, most: 2199, steps: true},
	}
}

// cronFault says which of the fields, six of them, is wrong, or nothing.
func cronFault(fields []string) string {
	for i, f := range cronSchedule() {
		for _, part := range strings.Split(fields[i], ",") {
			if !f.takes(part) {
				return fmt.Sprintf("%s is no %s, want %s", show(part), f.name, f.want())
			}
		}
	}
	return neverFault(fields[2], fields[3])
}

// neverFault says that no month has any of the days, or nothing: such a schedule would
// never run, and nobody would hear of it.
func neverFault(days, months string) string {
	fields := cronSchedule()
	longest := 0
	for _, month := range fields[3].values(months) {
		longest = max(longest, []int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1])
	}
	if day := fields[2].values(strings.ReplaceAll(days, "W", "")); len(day) > 0 && slices.Min(day) > longest {
		return fmt.Sprintf("day %s is in none of the months %s, so that it would never run", days, months)
	}
	return ""
}

// values returns the numbers that a valid text of the field stands for; none where it is
// something special.
func (f cronField) values(text string) []int {
	var all []int
	for _, part := range strings.Split(text, ",") {
		if values, step, stepped := strings.Cut(part, "/"); f.special == "" || !regexp.MustCompile(f.special).MatchString(values) || values[0] <= '9' && values[0] >= '0' {
			from, to, ranged := strings.Cut(values, "-")
			first, last := f.number(from), f.number(to)
			switch {
			case values == "*":
				first, last = f.least, f.most
			case !ranged && stepped:
				last = f.most
			case !ranged:
				last = first
			case last < first: // over the end, and on from the beginning
				last += f.most - f.least + 1
			}
			every := 1
			if n, err := strconv.Atoi(step); err == nil {
				every = n
			}
			for n := first; n <= last; n += every {
				all = append(all, (n-f.least)%(f.most-f.least+1)+f.least)
			}
		}
	}
	return all
}

// number returns what a valid value stands for.
func (f cronField) number(value string) int {
	if i := slices.Index(f.names, value); i >= 0 {
		return f.least + i
	}
	n, _ := strconv.Atoi(value)
	return n
}

// takes reports whether a part between commas is a value, a range, all of them, every
// n-th of these, or what only this field takes.
func (f cronField) takes(part string) bool {
	if f.special != "" && regexp.MustCompile(f.special).MatchString(part) {
		return true
	}
	values, step, stepped := strings.Cut(part, "/")
	if n, err := strconv.Atoi(step); stepped && (!f.steps || err != nil || n < 1 || n > f.most) {
		return false
	}
	if values == "*" {
		return true
	}
	from, to, ranged := strings.Cut(values, "-")
	return f.has(from) && (!ranged || f.has(to))
}

func (f cronField) has(value string) bool {
	if slices.Contains(f.names, value) {
		return true
	}
	n, err := strconv.Atoi(value)
	return err == nil && !strings.HasPrefix(value, "+") && n >= f.least && n <= f.most
}
