package config

import (
	"strings"
	"testing"
)

func TestScanLetsOrdinaryTextPass(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "a: b", "a: b\n\n", "a:\tb # after a key a tab is allowed\n", "# " + strings.Repeat("[", 100),
		"a: \"" + strings.Repeat("[", 100) + "\"\n", "a: '" + strings.Repeat("{", 100) + "'\n", "a: \"\\\"" + strings.Repeat("[", 100) + "\"\n",
		strings.Repeat("a: [it's, b]\n", 100), strings.Repeat("a]\n", 100) + strings.Repeat("[", maxBrackets), "ä: ö\n", strings.Repeat(" ", 200),
	} {
		if f := scan([]byte(text)); f != nil {
			t.Errorf("%.40q is refused: %+v", text, f)
		}
	}
}

func TestScanFindsThePlace(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text         string
		line, column int
	}{
		{"\xef\xbb\xbfa: b", 1, 1},
		{"a: b\n \tc: d\n", 2, 2},
		{"a: b\n\nc: \x00\n", 3, 4},
		{"a: \x7f\n", 1, 4},
		{"a: b\r\n", 1, 5},
		{"a: b\rc: d\n", 1, 5},
		{"a: b\nc: \xc3\n", 2, 1},
		{"a: b\n" + strings.Repeat("[", maxBrackets+1), 2, 1},
		{strings.Repeat("a]\n", 100) + strings.Repeat("[", maxBrackets+1), 101, 1},
		{strings.Repeat(" ", maxIndent+1) + "a", 1, 1},
		{strings.Repeat("a", maxLineBytes+1), 1, 1},
		{strings.Repeat("\n", maxLines+1), 1, 1},
	} {
		f := scan([]byte(tc.text))
		if f == nil || f.line != tc.line || f.column != tc.column {
			t.Errorf("%.40q: %+v, want line %d, column %d", tc.text, f, tc.line, tc.column)
		}
	}
}
