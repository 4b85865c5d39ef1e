package progress

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"cellworks/pkg/fleet"
)

// Colours of the phases, as SGR codes of ECMA-48.
const (
	green  = "32"
	red    = "31"
	yellow = "33"
	cyan   = "36"
)

// frame returns the lines of the view, none wider than columns, no more than rows:
// stacks that are worked on first, then those that ended badly, then the rest, and
// at last a summary of all.
func (v *View) frame(columns, rows int, now time.Time) []string {
	width := 0
	for _, r := range v.rows {
		width = max(width, len(r.stack.String()))
	}
	width = min(width, max(columns/2, 12))
	var lines []string
	for _, wanted := range [][]phase{{working}, {failed, refused, skipped}, {waiting}, {succeeded}} {
		for _, r := range v.rows {
			for _, p := range wanted {
				if r.phase == p && len(lines) < rows-1 {
					lines = append(lines, v.row(r, width, columns, now))
				}
			}
		}
	}
	return append(lines, cut(v.total(now), columns))
}

// row draws one stack.
func (v *View) row(r row, width, columns int, now time.Time) string {
	mark, color, text := "·", "", "waiting"
	switch r.phase {
	case waiting:
	case working:
		mark, color = "▸", cyan
		so := "starting"
		if r.changes != (fleet.Changes{}) {
			so = counts(v.operation, r.changes)
		}
		text = fmt.Sprintf("%4ds  %s", int(now.Sub(r.started).Seconds()), so)
		if r.active != "" {
			text += "  " + r.active
		}
	case succeeded:
		mark, color, text = "✓", green, fmt.Sprintf("%4ds  %s", int(r.seconds), counts(v.operation, r.changes))
	case failed:
		mark, color, text = "✗", red, "failed"
	case skipped:
		mark, color, text = "-", yellow, "skipped"
	case refused:
		mark, color, text = "✗", yellow, "refused"
	}
	line := cut(fmt.Sprintf("%s %-*s %s", mark, width, cut(r.stack.String(), width), text), columns)
	if v.Color && color != "" {
		if rest, ok := strings.CutPrefix(line, mark); ok {
			return "\x1b[" + color + "m" + mark + "\x1b[0m" + rest
		}
	}
	return line
}

func (v *View) total(now time.Time) string {
	var by [refused + 1]int
	for _, r := range v.rows {
		by[r.phase]++
	}
	text := fmt.Sprintf("%d of %s done", by[succeeded]+by[failed]+by[skipped]+by[refused], stacks(len(v.rows)))
	if by[working] > 0 {
		text += fmt.Sprintf(", %d working", by[working])
	}
	if by[failed] > 0 {
		text += fmt.Sprintf(", %d failed", by[failed])
	}
	if by[refused] > 0 {
		text += fmt.Sprintf(", %d refused", by[refused])
	}
	return text + ", " + duration(now.Sub(v.started).Seconds())
}

// cut shortens text to a number of characters.
func cut(text string, columns int) string {
	if utf8.RuneCountInString(text) <= columns {
		return text
	}
	if columns <= 1 {
		return strings.Repeat("…", max(columns, 0))
	}
	return string([]rune(text)[:columns-1]) + "…"
}

// counts tells changes in words, the interesting ones only; those of a preview
// have not happened.
func counts(op fleet.Operation, c fleet.Changes) string {
	words := []string{"created", "updated", "replaced", "deleted", "unchanged"}
	if op == fleet.Preview {
		words = []string{"to create", "to update", "to replace", "to delete", "unchanged"}
	}
	var parts []string
	for i, n := range []int{c.Create, c.Update, c.Replace, c.Delete, c.Same} {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, words[i]))
		}
	}
	if len(parts) == 0 {
		return "nothing to do"
	}
	return strings.Join(parts, ", ")
}

// stacks counts stacks in words.
func stacks(n int) string {
	if n == 1 {
		return "1 stack"
	}
	return fmt.Sprintf("%d stacks", n)
}

func duration(seconds float64) string {
	return (time.Duration(seconds*10) * (time.Second / 10)).String()
}
