package config

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Limits on one file. They are far above what a sensible file needs and keep the
// time and memory that a hostile one can take within bounds.
const (
	// maxFileBytes is the size of a file.
	maxFileBytes = 128 << 10
	// maxLines is the number of lines. The parser's time grows with the square of the
	// number of keys in one block map: this many take it about 0.1 s.
	maxLines = 5_000
	// maxLineBytes bounds how deep one line can nest ("- - - -").
	maxLineBytes = 16 << 10
	// maxBrackets bounds the nesting of [ and { before the parser recurses into it.
	maxBrackets = 64
	// maxIndent bounds the nesting by indentation in the same way.
	maxIndent = 128
	// maxDepth is the nesting of maps and lists.
	maxDepth = 32
	// maxNodes is the number of values once aliases are expanded.
	maxNodes = 20_000
)

// fault is something wrong at a place of the text.
type fault struct {
	line, column int
	message      string
	suggestion   string
}

// scan finds what must not reach the parser: bytes that are not plain UTF-8 text
// with LF line ends, tabs as indentation, and nesting that would exhaust the stack.
// It returns nil when there is nothing.
func scan(data []byte) *fault {
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		return &fault{1, 1, "the file begins with a byte order mark", "save it as UTF-8 without BOM"}
	}
	if lines := bytes.Count(data, []byte("\n")); lines > maxLines {
		return &fault{1, 1, fmt.Sprintf("the file has %d lines, want at most %d", lines, maxLines), ""}
	}
	depth := 0
	for line, rest := 1, data; len(rest) > 0; line++ {
		text, after, _ := bytes.Cut(rest, []byte("\n"))
		rest = after
		if f := scanLine(text); f != nil {
			f.line = line
			return f
		}
		if depth += brackets(text); depth > maxBrackets {
			return &fault{line, 1, fmt.Sprintf("brackets nest deeper than %d levels", maxBrackets), ""}
		}
		depth = max(depth, 0)
	}
	return nil
}

func scanLine(text []byte) *fault {
	if len(text) > maxLineBytes {
		return &fault{0, 1, fmt.Sprintf("the line is %d bytes long, want at most %d", len(text), maxLineBytes), ""}
	}
	if !utf8.Valid(text) {
		return &fault{0, 1, "the line is not valid UTF-8", "save the file as UTF-8"}
	}
	indent := len(text) - len(bytes.TrimLeft(text, " \t"))
	if tab := bytes.IndexByte(text[:indent], '\t'); tab >= 0 {
		return &fault{0, tab + 1, "a tab is used as indentation", "use spaces"}
	}
	if indent > maxIndent && indent < len(text) {
		return &fault{0, 1, fmt.Sprintf("the line is indented by %d spaces, want at most %d", indent, maxIndent), ""}
	}
	for i, b := range text {
		if b == '\r' && i == len(text)-1 {
			return &fault{0, i + 1, "the line ends with CR LF", "save the file with LF line ends"}
		}
		if b < ' ' && b != '\t' || b == 0x7f {
			return &fault{0, i + 1, fmt.Sprintf("the file holds the control character %U", b), "remove it, or write it as an escape in double quotes"}
		}
	}
	return nil
}

// brackets returns how many more flow brackets the line opens than it closes,
// leaving out those in quotes and comments. Quotes that span lines make it
// inexact, which is harmless: the exact depth is checked on what the parser returns.
func brackets(text []byte) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case quote == '"' && b == '\\':
			i++
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			// A quote inside of a word, as in it's, opens nothing.
			if i == 0 || bytes.IndexByte([]byte(" [{,:"), text[i-1]) >= 0 {
				quote = b
			}
		case b == '#' && (i == 0 || text[i-1] == ' '):
			return depth
		case b == '[' || b == '{':
			depth++
		case b == ']' || b == '}':
			depth--
		}
	}
	return depth
}
