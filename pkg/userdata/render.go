package userdata

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
)

// sources are the templates. Their names end with .tmpl, before it with what they
// are: .hcl, .sh, .service, .timer or .conf.
//
//go:embed templates/*.tmpl
var sources embed.FS

// functions are those that the templates may call. An action that prints must end
// with one of them.
func functions() template.FuncMap {
	return template.FuncMap{
		"hcl": quoteHCL, "hcls": quoteHCLs, "sh": quoteShell, "unit": quoteUnit, "num": number, "flag": flag,
	}
}

// render runs the template called name on data. It fails when a value cannot be
// quoted and when data lacks a field.
func render(name string, data any) (string, error) {
	parsed, err := template.New(name).Funcs(functions()).Option("missingkey=error").ParseFS(sources, "templates/*.tmpl")
	if err != nil {
		return "", fmt.Errorf("template %s: %w", name, err)
	}
	var text strings.Builder
	if err := parsed.ExecuteTemplate(&text, name+".tmpl", data); err != nil {
		return "", fmt.Errorf("template %s: %w", name, err)
	}
	return text.String(), nil
}
