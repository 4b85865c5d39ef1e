package config

import (
	_ "embed"
	"fmt"
	"strings"
)

// referenceIntro is what stands above the generated tables.
//
//go:embed reference.md
var referenceIntro string

// Reference returns the reference page of all files as Markdown: what every key
// means, which values it may have and its default. It fails for a mistake in a tag
// of the structs only.
func Reference() (string, error) {
	s, err := newSchemas()
	if err != nil {
		return "", err
	}
	b := &strings.Builder{}
	b.WriteString(referenceIntro)
	for _, k := range []struct {
		title, text string
		schema      *schema
	}{
		{"organization.yaml", "Once per tree. Has no layers.", s.organization},
		{"base.yaml", "`defaults/`, `accounts/<account>/` and `accounts/<account>/<region>/`: what an account has in a region.", s.base},
		{"utility.yaml", "The same layers: the applications that operations run beside the cells.", s.utility},
		{"cell.yaml", "The same layers, then `profiles/<name>.yaml` and `clients/<client>/cell.yaml`: one client's cell.", s.cell},
		{pathRetired, "Once per tree, optional: the slots that were given back. Append-only.", s.ledger},
	} {
		fmt.Fprintf(b, "\n## %s\n\n%s\n", k.title, k.text)
		referenceTable(b, "", k.schema)
	}
	b.WriteString("\n## final\n\nIn any layer of `base.yaml`, `utility.yaml` and `cell.yaml` but the client's file: a list of locks.\n")
	referenceTable(b, "final[]", s.finals.elem)
	return b.String(), nil
}

// referenceTable writes the table of a struct and those of the structs in it.
func referenceTable(b *strings.Builder, path string, s *schema) {
	if path != "" {
		fmt.Fprintf(b, "\n### `%s`\n", path)
	}
	b.WriteString("\n| key | value | default | what it is |\n|---|---|---|---|\n")
	for i := range s.fields {
		f := &s.fields[i]
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", f.key, cell(f.valueText()), cell(f.defaultText()), cell(describe(f)))
	}
	for i := range s.fields {
		f := &s.fields[i]
		at := strings.TrimPrefix(path+"."+f.key, ".")
		switch {
		case f.schema.shape == shapeStruct:
			referenceTable(b, at, f.schema)
		case f.schema.elem != nil && f.schema.elem.shape == shapeStruct:
			referenceTable(b, at+"[]", f.schema.elem)
		}
	}
}

// cell escapes what would end a cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "<", "&lt;", "\n", " ").Replace(text)
}

// valueText says in words what a field may hold.
func (f *field) valueText() string {
	var text string
	switch f.schema.shape {
	case shapeStruct:
		text = "a map, below"
	case shapeNamed:
		text = "a list that merges by `name`, below"
	case shapeList:
		text = f.schema.want()
		if f.ranged || f.hint != "" {
			text = "a list, each " + f.wantScalar()
		}
		if f.most > 0 {
			text += fmt.Sprintf("; %d to %d items", f.least, f.most)
		}
	default:
		text = f.want()
	}
	return text
}

func (f *field) defaultText() string {
	switch {
	case f.layer != "" && f.optional:
		return fmt.Sprintf("none; file of a %s only", f.layer)
	case f.layer != "":
		return fmt.Sprintf("required in the file of a %s, and only there", f.layer)
	case f.fallback != nil:
		return "`" + quoteYAML(f.fallback.text) + "`"
	case f.optional:
		return "none"
	case f.schema.shape == shapeStruct:
		return ""
	}
	return "required"
}
