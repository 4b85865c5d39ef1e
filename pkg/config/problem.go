package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// Problem is one thing that is wrong with the configuration.
type Problem struct {
	// File is relative to the current directory when it lies below it, otherwise to
	// the parent of the configs directory; with forward slashes.
	File string `json:"file"`
	// Line counts from 1. It is 0 when the problem is the file or directory itself.
	Line int `json:"line"`
	// Column counts characters from 1. It is 0 when Line is.
	Column int `json:"column"`
	// Path is the key path in the file, such as services.items[api].cpu. It may be empty.
	Path string `json:"path"`
	// Message says what is wrong and what would be right.
	Message string `json:"message"`
	// Suggestion is the most likely remedy. It may be empty.
	Suggestion string `json:"suggestion"`
}

// String returns the problem on one line: file:line:column: path: message (suggestion).
// Parts that are empty are left out. Names of files and keys are as hostile as anything
// else: what a terminal would not print is escaped.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Path != "" {
		b.WriteString(p.Path)
		b.WriteString(": ")
	}
	b.WriteString(p.Message)
	if p.Suggestion != "" {
		fmt.Fprintf(&b, " (%s)", p.Suggestion)
	}
	return printable(b.String())
}

// printable escapes what is no printable character, such as the ends of lines and the
// sequences that move a terminal's cursor.
func printable(text string) string {
	text = strings.ToValidUTF8(text, string(unicode.ReplacementChar))
	foreign := func(r rune) bool { return !unicode.IsPrint(r) }
	if strings.IndexFunc(text, foreign) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if foreign(r) {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Problems is everything that is wrong with a tree, sorted by file, line and
// column. It is the error that Load returns for bad input.
type Problems []Problem

// Error returns one line per problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// collector gathers the problems that several workers find, each once.
type collector struct {
	mu   sync.Mutex
	seen map[Problem]struct{}
	// of are problems of clients' cells with what lower layers set, each with the clients.
	of map[Problem][]string
}

// add records a problem at a place of a file; line 0 means the file itself.
func (c *collector) add(src *source, line, column int, path, message, suggestion string) {
	c.addProblem(Problem{File: src.file, Line: line, Column: column, Path: path, Message: message, Suggestion: suggestion})
}

func (c *collector) addProblem(p Problem) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil {
		c.seen = map[Problem]struct{}{}
	}
	c.seen[p] = struct{}{}
}

// addOf records a problem that a client's cell has.
func (c *collector) addOf(client string, p Problem) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[Problem][]string{}
	}
	c.of[p] = append(c.of[p], client)
}

// namedClients is how many clients a problem names that more of them have.
const namedClients = 3

// inCells says which clients' cells have a problem.
func inCells(clients []string) string {
	slices.Sort(clients)
	clients = slices.Compact(clients)
	switch more := len(clients) - namedClients; {
	case len(clients) == 1:
		return ", in the cell of client " + clients[0]
	case more > 0:
		return fmt.Sprintf(", in the cells of clients %s and %d more", strings.Join(clients[:namedClients], ", "), more)
	default:
		return ", in the cells of clients " + strings.Join(clients, ", ")
	}
}

// problems returns what was recorded, sorted. What is wrong in lower layers alone is no
// problem of each client.
func (c *collector) problems() Problems {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make(Problems, 0, len(c.seen)+len(c.of))
	for p := range c.seen {
		out = append(out, p)
	}
	for p, clients := range c.of {
		if _, lower := c.seen[p]; !lower {
			p.Message += inCells(clients)
			out = append(out, p)
		}
	}
	slices.SortFunc(out, compareProblems)
	return out
}

func compareProblems(a, b Problem) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.Suggestion, b.Suggestion),
	)
}
