package resource

import "cellworks/pkg/simcloud/internal/wire"

// Props reads property values. A value that is absent, unknown or of another type reads as its zero value; the schema
// check has refused wrong types before any kind's code runs.
type Props map[string]any

// Str is a string property.
func (p Props) Str(name string) string { s, _ := p[name].(string); return s }

// Bool is a boolean property.
func (p Props) Bool(name string) bool { b, _ := p[name].(bool); return b }

// Int is an integer property.
func (p Props) Int(name string) int {
	switch n := p[name].(type) {
	case float64:
		return int(n)
	case int:
		return n
	}
	return 0
}

// Has says whether a property is set, be it to an unknown value.
func (p Props) Has(name string) bool { _, ok := p[name]; return ok }

// Known says whether a property is set to a value that is known throughout.
func (p Props) Known(name string) bool {
	v, ok := p[name]
	return ok && !wire.HasUnknown(v)
}

// Strs is a list of strings without its unknown elements.
func (p Props) Strs(name string) []string {
	list, _ := p[name].([]any)
	var out []string
	for _, e := range list {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// Obj is an object property; reading an absent one is allowed.
func (p Props) Obj(name string) Props { m, _ := p[name].(map[string]any); return m }

// Objs is a list of objects.
func (p Props) Objs(name string) []Props {
	list, _ := p[name].([]any)
	var out []Props
	for _, e := range list {
		m, _ := e.(map[string]any)
		out = append(out, m)
	}
	return out
}

// Len is the number of elements of a list, unknown ones included.
func (p Props) Len(name string) int { list, _ := p[name].([]any); return len(list) }

// List makes a list property.
func List[T any](elements ...T) []any {
	out := make([]any, len(elements))
	for i, e := range elements {
		out[i] = e
	}
	return out
}
