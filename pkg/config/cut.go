package config

import "strings"

// cut is the removal of one entry of a map, or one item of a list, from the text
// of its file.
type cut struct {
	line, column int32
	in           *node // the map or list
	entry        int   // of the map; -1 for an item
	value        *node
	takes        map[*node]bool
}

// apply returns the text without what is cut, and reports whether that was possible.
func (c cut) apply(text string) (string, bool) {
	lines := strings.SplitAfter(text, "\n")
	if !c.within(lines) {
		return "", false
	}
	if open := charAt(lines, c.in.line, c.in.column); open == '{' || open == '[' {
		return c.flow(lines)
	}
	first := int(c.line) - 1
	column := offset(lines[first], c.column)
	indent := column
	dash := strings.LastIndexByte(lines[first][:column], '-')
	if c.entry < 0 {
		if dash < 0 {
			return "", false
		}
		indent = dash
	}
	last, ok := c.end(lines, first, indent)
	if !ok {
		return "", false
	}
	if c.entry >= 0 && dash >= 0 {
		return c.behindDash(lines, first, last, column)
	}
	if strings.TrimSpace(strings.Trim(lines[first][:indent], " ")) != "" {
		return "", false // another list's dash before this one
	}
	return join(lines, first, last+1), true
}

func (c cut) within(lines []string) bool {
	return int(c.line) <= len(lines) && int(c.in.line) <= len(lines) && offset(lines[c.line-1], c.column) >= 0
}

// end returns the last line of the block that begins at line first in a column. It
// reports false when the block holds a comment on a line of its own, or text that
// spans lines.
func (c cut) end(lines []string, first, indent int) (int, bool) {
	if strings.Contains(c.value.text, "\n") {
		return 0, false
	}
	last, comment := first, false
	for i := first + 1; i < len(lines); i++ {
		body := strings.TrimSpace(lines[i])
		if body == "" {
			continue
		}
		if body[0] == '#' {
			comment = true
			continue
		}
		at := strings.IndexByte(lines[i], body[0])
		// A list may stand in the column of its key.
		if at < indent || at == indent && (c.entry < 0 || c.value.kind != kindList || !strings.HasPrefix(body, "- ")) {
			break
		}
		if last = i; comment {
			return 0, false
		}
	}
	return last, true
}

// behindDash removes the first key of an item, whose dash is on the same line: the
// next key takes its place.
func (c cut) behindDash(lines []string, first, last, column int) (string, bool) {
	if c.entry != 0 || last+1 >= len(lines) || len(c.in.entries) < 2 {
		return "", false
	}
	next := c.in.entries[1]
	at := offset(lines[last+1], next.column)
	if int(next.line)-1 != last+1 || at < 0 {
		return "", false
	}
	lines[last+1] = lines[first][:column] + lines[last+1][at:]
	return join(lines, first, last+1), true
}

// join returns the lines without those from first to before end. Blank lines that
// would then meet, or end the file, become one or none.
func join(lines []string, first, end int) string {
	blank := func(i int) bool { return i >= 0 && i < len(lines) && strings.TrimSpace(lines[i]) == "" }
	rest := strings.TrimSpace(strings.Join(lines[end:], ""))
	for first > 0 && blank(first-1) && (blank(end) || rest == "") {
		first--
	}
	if rest == "" {
		end = len(lines)
	}
	return strings.Join(lines[:first], "") + strings.Join(lines[end:], "")
}

// flow removes what stands on one line between commas.
func (c cut) flow(lines []string) (string, bool) {
	i := int(c.line) - 1
	text := lines[i]
	start := offset(text, c.column)
	end := flowEnd(text, start)
	if end < 0 {
		return "", false
	}
	if text[end] == ',' {
		for end++; end < len(text) && text[end] == ' '; {
			end++
		}
		if strings.TrimSpace(text[end:]) == "" {
			return "", false
		}
	} else {
		before := strings.TrimRight(text[:start], " ")
		if !strings.HasSuffix(before, ",") {
			return "", false // all of the map: what holds it goes instead
		}
		start, end = len(before)-1, len(strings.TrimRight(text[:end], " "))
	}
	lines[i] = text[:start] + text[end:]
	return strings.Join(lines, ""), true
}

// flowEnd returns the offset of the comma or bracket that ends the value that
// begins at start, or -1 when that is on another line.
func flowEnd(text string, start int) int {
	depth, quote := 0, byte(0)
	for i := start; i < len(text); i++ {
		b := text[i]
		switch {
		case quote == '"' && b == '\\':
			i++
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case (b == '"' || b == '\'') && strings.IndexByte(" [{,:", text[i-1]) >= 0:
			quote = b
		case b == '#' && text[i-1] == ' ', b == '\n':
			return -1
		case b == '{' || b == '[':
			depth++
		case depth == 0 && (b == ',' || b == '}' || b == ']'):
			return i
		case b == '}' || b == ']':
			depth--
		}
	}
	return -1
}

// offset returns the byte of a line at which a column of characters, from 1, is, or
// -1 when the line is shorter.
func offset(line string, column int32) int {
	n := int32(1)
	for i := range line {
		if n == column {
			return i
		}
		n++
	}
	return -1
}

func charAt(lines []string, line, column int32) byte {
	if at := offset(lines[line-1], column); at >= 0 {
		return lines[line-1][at]
	}
	return 0
}
