package vault

import (
	"strings"
	"testing"
	"time"
)

func TestPoliciesAreRead(t *testing.T) {
	t.Parallel()
	blocks, err := parseHCL(`
		// comments of every kind
		path "a/*" { capabilities = ["read", "list",] } # the last comma may stand
		/* also this
		   one */
		path "b" {
			policy             = "write"
			min_wrapping_ttl   = "1s"
			max_wrapping_ttl   = 90
			allowed_parameters = {
				"*"   = []
				"bar" = ["zip", "zap"]
			}
		}
		path "c" { comment = <<EOT
two
lines
EOT
		}`)
	if err != nil {
		t.Fatal(err)
	}
	if len(blocks) != 3 || blocks[0].label != "a/*" || len(blocks[0].attributes["capabilities"].([]any)) != 2 || blocks[1].line != 6 || blocks[2].attributes["comment"] != "two\nlines\n" {
		t.Errorf("read %+v", blocks)
	}
	for _, b := range blocks {
		if err := checkPathRule(b); err != nil {
			t.Errorf("%s: %v", b.label, err)
		}
	}
}

func TestPoliciesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`path "a`:                             "literal not terminated",
		"path \"a\n\" {}":                     "literal not terminated",
		`path "a" {`:                          "object expected closing RBRACE got: EOF",
		`}`:                                   "illegal character",
		`path "a" = {}`:                       "expected start of object",
		`path`:                                "expected start of object",
		`capabilities = ["read"]`:             `invalid key "capabilities"`,
		`path "a" { capabilities = read }`:    "Unknown token: read",
		`path "a" { capabilities = }`:         "Unknown token",
		`path "a" { capabilities = ["a" "b"]`: "expected comma or list end",
		"path \"a\" { comment = <<EOT\nx":     "heredoc not terminated",
		"path \"a\" {}\n\n%":                  "At 3:1: illegal character",
		`path "a" { capabilities = ["\q"] }`:  "invalid string literal",
		"\x00":                                "illegal character",
		"path \"a\" { x = [":                  "got: EOF",
		"path \"a\" { x =":                    "unexpected end of file",
		"path \"a\" { x = \"\\":               "literal not terminated",
		"/* never ends":                       "",
		"":                                    "",
		"path \"a\" { b { c = 1 } }":          "",
		"path \"a\" { x = -1.5 y = true }":    "",
		"path \"a\" { x = {} }":               "",
	} {
		_, err := parseHCL(text)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// FuzzPolicies looks for texts that make the parser panic or never end.
func FuzzPolicies(f *testing.F) {
	for _, seed := range []string{`path "a" { capabilities = ["read"] }`, "<<EOT\n", "{", `"\`, "/*", "a = <<-X\nX", "[[[["} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		_ = checkACL(text)
		_ = checkPasswordPolicy(text)
	})
}

func TestTimesAreReadAsVaultReadsThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{"90": 90 * time.Second, "1h30m": 90 * time.Minute, "2d": 48 * time.Hour, "0": 0} {
		if got, err := duration(text); err != nil || got != want {
			t.Errorf("%q is %v (%v), want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"soon", "", "d", "1w"} {
		if got, err := duration(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}
