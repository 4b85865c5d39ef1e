package config_test

import (
	"testing"

	"cellworks/pkg/config"
)

// A name is somebody's text: whoever adds a folder must not write lines, colours or a
// reversed order into the log of the check that refuses it.
func TestAProblemIsOneLineOfPrintableCharacters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		problem config.Problem
		want    string
	}{
		{config.Problem{File: "configs/clients/wîllow 'x'", Message: `"y"`}, `configs/clients/wîllow 'x': "y"`},
		{config.Problem{File: "a\n\rb", Line: 1, Column: 2, Path: "k\x1b[2J", Message: "m\t\u202e", Suggestion: "s\x00'\n"}, `a\n\rb:1:2: k\x1b[2J: m\t\u202e (s\x00'\n)`},
		{config.Problem{File: "a\xff", Message: "m"}, "a\ufffd: m"},
	} {
		if got := c.problem.String(); got != c.want {
			t.Errorf("%#v is %q, want %q", c.problem, got, c.want)
		}
	}
}
