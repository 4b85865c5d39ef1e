package userdata

import (
	"fmt"
	"strconv"
	"strings"
)

// quoteHCL returns s as a quoted string of HCL, for the first and the second
// version of the language. It fails for what is not printable ASCII, and for ${
// and %{: they begin an expression in the second version, the first one has no
// escape for ${, and inside of it a quote does not end the string.
func quoteHCL(s string) (string, error) {
	if err := printable(s); err != nil {
		return "", err
	}
	for _, opening := range []string{"${", "%{"} {
		if strings.Contains(s, opening) {
			return "", fmt.Errorf("%q holds %s, which begins an expression in HCL", s, opening)
		}
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`, nil
}

// quoteHCLs returns a list of quoted strings of HCL. It fails as quoteHCL does.
func quoteHCLs(values []string) (string, error) {
	quoted := make([]string, len(values))
	for i, value := range values {
		var err error
		if quoted[i], err = quoteHCL(value); err != nil {
			return "", err
		}
	}
	return "[" + strings.Join(quoted, ", ") + "]", nil
}

// quoteShell returns s as one word of a POSIX shell, in which nothing is expanded.
// It fails for what is not printable ASCII.
func quoteShell(s string) (string, error) {
	if err := printable(s); err != nil {
		return "", err
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'", nil
}

// quoteUnit returns s as it stands in a setting of a systemd unit: one word, in
// which specifiers are not expanded. It fails for what is not printable ASCII, and
// for blanks, quotes, backslashes, dollars and semicolons, which systemd reads in
// more than one way, depending on the setting.
func quoteUnit(s string) (string, error) {
	if err := printable(s); err != nil {
		return "", err
	}
	if s == "" || strings.ContainsAny(s, " \"'\\$;") {
		return "", fmt.Errorf("%q is not one plain word of a systemd unit, want neither blank, quote, backslash, dollar nor semicolon", s)
	}
	return strings.ReplaceAll(s, "%", "%%"), nil
}

// number returns n in decimal digits. It exists so that no action of a template
// prints a value as it is.
func number(n int) string { return strconv.Itoa(n) }

// flag returns the boolean as HCL and JSON spell it.
func flag(b bool) string { return strconv.FormatBool(b) }

// printable fails for anything but printable ASCII: a line break or a NUL byte
// ends what it stands in, and none of the values has use for other scripts.
func printable(s string) error {
	for _, r := range s {
		if r < ' ' || r > '~' {
			return fmt.Errorf("%q holds %q, want printable ASCII only", s, r)
		}
	}
	return nil
}
