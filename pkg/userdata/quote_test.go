package userdata

import (
	"io/fs"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"text/template/parse"

	"text/template"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// hostile are values that try to leave their quotes.
func hostile() []string {
	return []string{
		"", "plain", `"`, `\`, `\"`, `\\"`, `'`, `'\''`, "a'b\"c", `"; rm -rf / #`, `' ; touch /tmp/x ; '`, "`id`", "$(id)", "$HOME", "${HOME}", "$${a}", "%{if}", "%%{if}",
		"a\nb", "a\r\nb", "a\x00b", "\x7f", "é", "\u2028", "{{ GetPrivateIP }}", "EOF", "%i", "a b", "a;b", "-flag", "#", "\t", strings.Repeat("x", 5000),
	}
}

// parsed returns what HCL makes of a quoted string, alone in its attribute.
func parsed(t *testing.T, quoted string) string {
	t.Helper()
	file, diagnostics := hclsyntax.ParseConfig([]byte("a = "+quoted+"\nb = 1\n"), "test.hcl", hcl.InitialPos)
	if diagnostics.HasErrors() {
		t.Fatalf("%s is no HCL: %v", quoted, diagnostics)
	}
	attributes, diagnostics := file.Body.JustAttributes()
	if diagnostics.HasErrors() || len(attributes) != 2 {
		t.Fatalf("%s became %d attributes: %v", quoted, len(attributes), diagnostics)
	}
	value, diagnostics := attributes["a"].Expr.Value(nil)
	if diagnostics.HasErrors() || value.Type() != cty.String {
		t.Fatalf("%s has no string value: %v", quoted, diagnostics)
	}
	return value.AsString()
}

func FuzzQuotedHCLIsTheValueOrAnError(f *testing.F) {
	for _, value := range hostile() {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		quoted, err := quoteHCL(value)
		if err != nil {
			return
		}
		if got := parsed(t, quoted); got != value {
			t.Errorf("quoteHCL(%q) = %s, which HCL reads as %q", value, quoted, got)
		}
		// The first version of the language has no other way out of a string.
		if strings.Contains(quoted, "${") || strings.ContainsAny(quoted, "\r\n") {
			t.Errorf("quoteHCL(%q) = %s, which the first version of HCL reads differently", value, quoted)
		}
	})
}

func FuzzQuotedWordsOfAShellAreOneWord(f *testing.F) {
	for _, value := range hostile() {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		quoted, err := quoteShell(value)
		if err != nil {
			return
		}
		// Between quotes nothing has a meaning but the quote, of which each must be the
		// closing, escaped and opening one.
		inner, ok := strings.CutPrefix(quoted, "'")
		inner, closed := strings.CutSuffix(inner, "'")
		if !ok || !closed || strings.Contains(strings.ReplaceAll(inner, `'\''`, ""), "'") {
			t.Errorf("quoteShell(%q) = %s, which is not one word", value, quoted)
		}
		if strings.ReplaceAll(inner, `'\''`, "'") != value {
			t.Errorf("quoteShell(%q) = %s, which is another value", value, quoted)
		}
	})
}

func FuzzQuotedUnitSettingsAreOneWord(f *testing.F) {
	for _, value := range hostile() {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		quoted, err := quoteUnit(value)
		if err != nil {
			return
		}
		if fields := strings.Fields(quoted); len(fields) != 1 || strings.ReplaceAll(quoted, "%%", "%") != value || strings.ContainsAny(quoted, "\"'\\$;") {
			t.Errorf("quoteUnit(%q) = %s, which systemd may read as something else", value, quoted)
		}
	})
}

func TestBashReadsQuotedWordsAsTheyWere(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash on PATH")
	}
	var script strings.Builder
	script.WriteString("printf '%s\\0'")
	var want []string
	for _, value := range hostile() {
		if quoted, err := quoteShell(value); err == nil {
			script.WriteString(" " + quoted)
			want = append(want, value)
		}
	}
	out, err := exec.CommandContext(t.Context(), bash, "-c", script.String()).Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if !slices.Equal(got, want) {
		t.Errorf("bash reads %q, want %q", got, want)
	}
}

func TestEveryActionThatPrintsQuotes(t *testing.T) {
	t.Parallel()
	parsed, err := template.New("").Funcs(functions()).ParseFS(sources, "templates/*.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(sources, "templates/*.tmpl")
	if err != nil || len(names) == 0 {
		t.Fatalf("templates: %v, %v", names, err)
	}
	quoting := functions()
	for _, made := range parsed.Templates() {
		if made.Tree == nil || made.Root == nil {
			continue
		}
		actions(made.Root, func(action *parse.ActionNode) {
			commands := action.Pipe.Cmds
			if len(action.Pipe.Decl) > 0 {
				return
			}
			last, ok := commands[len(commands)-1].Args[0].(*parse.IdentifierNode)
			if !ok || quoting[last.Ident] == nil {
				t.Errorf("template %s: %s prints a value as it is: end it with one of hcl, hcls, sh, unit, num, flag", made.Name(), action)
			}
		})
	}
}

// actions calls visit for every action below a node.
func actions(node parse.Node, visit func(*parse.ActionNode)) {
	branch := func(b *parse.BranchNode) {
		actions(b.List, visit)
		if b.ElseList != nil {
			actions(b.ElseList, visit)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		for _, child := range n.Nodes {
			actions(child, visit)
		}
	case *parse.ActionNode:
		visit(n)
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	}
}

func TestTemplatesFailOnWhatTheyLack(t *testing.T) {
	t.Parallel()
	if _, err := render("consul.hcl", map[string]any{"Servers": 3}); err == nil || !strings.Contains(err.Error(), "map has no entry for key") {
		t.Errorf("error = %v, want the missing key", err)
	}
	const want = `template consul-acl.sh: template: consul-acl.sh.tmpl:6:10: executing "consul-acl.sh.tmpl" at <sh .Binary>: error calling sh: "a\nb" holds '\n', want printable ASCII only`
	if _, err := (ConsulAccess{Binary: "a\nb"}).Script(); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
