package config

import (
	"fmt"
	"strings"

	"cellworks/pkg/spelling"
)

// didYouMean is the suggestion for a name that is not known: the nearest one and
// all that there are, called what.
func didYouMean(name string, known []string, what string) string {
	list := fmt.Sprintf("%s: %s", what, strings.Join(known, ", "))
	if len(known) == 0 {
		list = "there are no " + what
	}
	if n := spelling.Nearest(name, known); n != "" {
		return fmt.Sprintf("did you mean %q? %s", n, list)
	}
	return list
}

// show quotes a value of a file for a message, shortened when it is long.
func show(text string) string {
	const most = 60
	if len(text) > most {
		return fmt.Sprintf("%q...", strings.ToValidUTF8(text[:most], ""))
	}
	return fmt.Sprintf("%q", text)
}
