package schema

import (
	"maps"
	"slices"
	"strings"
)

// MapSecrets returns properties in which fn has replaced the secrets: those that the SDK marks and those of the rules.
// What holds no secret is shared with the argument, which is not changed.
func MapSecrets(props Properties, rules *Rules, values map[string]any, fn func(any) any) map[string]any {
	out, cloned := values, false
	for name, next := range values {
		if props[name].Secret || contains(rules.Secrets, name) {
			next = fn(next)
		} else if nested := below(rules.Secrets, name); len(nested) > 0 {
			next = mapNested(next, nested, fn)
		} else {
			continue
		}
		if !cloned {
			out, cloned = maps.Clone(values), true
		}
		out[name] = next
	}
	return out
}

// below are the patterns that begin with name, without it.
func below(patterns []string, name string) []string {
	var nested []string
	for _, p := range patterns {
		if rest, ok := strings.CutPrefix(p, name+"."); ok {
			nested = append(nested, rest)
		}
	}
	return nested
}

// mapNested applies fn to the patterns in an object or a list of objects.
func mapNested(v any, patterns []string, fn func(any) any) any {
	switch v := v.(type) {
	case []any:
		out := slices.Clone(v)
		for i := range out {
			out[i] = mapNested(out[i], patterns, fn)
		}
		return out
	case map[string]any:
		return MapSecrets(nil, &Rules{Secrets: patterns}, v, fn)
	}
	return v
}
