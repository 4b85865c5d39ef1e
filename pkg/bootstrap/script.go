package bootstrap

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed scripts/*.sh.tmpl
var scripts embed.FS

// script renders a script of the folder scripts. What goes into it is quoted there,
// with q.
func (p *plan) script(name string, data any) string {
	file := name + ".sh.tmpl"
	parsed, err := template.New(file).Option("missingkey=error").Funcs(template.FuncMap{"q": quote}).ParseFS(scripts, "scripts/"+file)
	var text strings.Builder
	if err == nil {
		err = parsed.Execute(&text, data)
	}
	if err != nil {
		p.errs = append(p.errs, fmt.Errorf("script %s: %w", name, err))
	}
	return text.String()
}

// quote returns a word of the shell that is text, whatever is in it.
func quote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
