package config

import (
	"bytes"
	"fmt"
	"os"
	"strings"
)

const keyState = "state"

// SetState returns a client's file with its state set, and nothing else changed:
// comments and layout stay. Active is the state of a client whose file says none, so
// the key is removed. The text is that of the file when the state is already so. It
// fails when the file is no regular file or cannot be edited, and says what to write.
func (t *Tree) SetState(client string, state CellState) (Fixed, error) {
	r, ok := t.cells[client]
	if !ok {
		_, err := t.Cell(client)
		return Fixed{}, err
	}
	var fixed Fixed
	fixed.Path, fixed.File = t.ClientFile(client)
	info, err := os.Lstat(fixed.Path)
	if err != nil {
		return Fixed{}, fmt.Errorf("changing %s: %w", fixed.File, err)
	}
	if !info.Mode().IsRegular() {
		return Fixed{}, fmt.Errorf("%s is a link, and its text may be that of others: write %s: %s by hand", fixed.File, keyState, state)
	}
	text, err := os.ReadFile(fixed.Path)
	if err != nil {
		return Fixed{}, fmt.Errorf("changing %s: %w", fixed.File, err)
	}
	after, ok := r.own.withState(string(text), state)
	fixed.Text = []byte(after)
	if !ok || !bytes.Equal(fixed.Text, text) && !r.says(after, state) {
		return Fixed{}, fmt.Errorf("%s is not written in a way that can be changed safely: write %s: %s by hand", fixed.File, keyState, state)
	}
	return fixed, nil
}

// says reports whether a text of the client's file sets the state and otherwise what
// the file sets.
func (r *resolved) says(text string, state CellState) bool {
	out := &collector{}
	root := parse([]byte(text), r.src, out)
	if root == nil || len(out.problems()) > 0 {
		return false
	}
	if got := root.get(keyState).string(); got != string(state) && (got != "" || state != Active) {
		return false
	}
	return root.without(keyState).equal(r.own.without(keyState))
}

// equal reports whether two trees of nodes say the same, wherever they say it.
func (n *node) equal(other *node) bool {
	if n.kind != other.kind || n.text != other.text || len(n.entries) != len(other.entries) || len(n.items) != len(other.items) {
		return false
	}
	for i, e := range n.entries {
		if e.key != other.entries[i].key || !e.value.equal(other.entries[i].value) {
			return false
		}
	}
	for i, item := range n.items {
		if !item.equal(other.items[i]) {
			return false
		}
	}
	return true
}

// withState returns the text of the file that n was read from with another state, and
// reports whether that was possible.
func (n *node) withState(text string, state CellState) (string, bool) {
	lines := strings.SplitAfter(text, "\n")
	if charAt(lines, n.line, n.column) == '{' {
		return "", false
	}
	e := n.entry(keyState)
	switch {
	case e == nil && state == Active:
		return text, true
	case e == nil:
		return insertBelow(lines, n.entry("ring"), keyState+": "+string(state)), true
	case e.value.string() == string(state):
		return text, true
	case state == Active:
		for i := range n.entries {
			if &n.entries[i] == e {
				return cut{line: e.line, column: e.column, in: n, value: e.value, entry: i}.apply(text)
			}
		}
		return "", false
	}
	line := int(e.value.line) - 1
	start := offset(lines[line], e.value.column)
	if start < 0 {
		return "", false
	}
	old := lines[line][start:]
	end := strings.IndexAny(old, " \n")
	if end < 0 {
		end = len(old)
	}
	lines[line] = lines[line][:start] + string(state) + old[end:]
	return strings.Join(lines, ""), true
}

// insertBelow returns the lines with one more below the line of an entry.
func insertBelow(lines []string, e *entry, text string) string {
	at := int(e.value.line) - 1
	if !strings.HasSuffix(lines[at], "\n") {
		lines[at] += "\n"
	}
	lines[at] += text + "\n"
	return strings.Join(lines, "")
}
