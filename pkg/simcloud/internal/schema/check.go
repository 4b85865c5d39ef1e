package schema

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"cellworks/pkg/simcloud/internal/wire"
	"cellworks/pkg/spelling"
)

// Failure is one refused property.
type Failure struct{ Path, Reason string }

// Check refuses inputs that the schema or the rules do not allow and returns them with defaults filled in and values
// of the schema's types (a number given as a string becomes a number, as in the real provider). Unknown values pass.
// Warnings are the deprecated properties that are used.
func (f *File) Check(token string, rules *Rules, in map[string]any) (checked map[string]any, failures, warnings []Failure) {
	return f.check(f.Resources[token], rules, in)
}

// CheckCall is Check for the arguments of a function.
func (f *File) CheckCall(token string, args map[string]any) (checked map[string]any, failures []Failure) {
	checked, failures, _ = f.check(f.Functions[token], &Rules{}, args)
	return checked, failures
}

func (f *File) check(r *Resource, rules *Rules, in map[string]any) (checked map[string]any, failures, warnings []Failure) {
	c := &checker{file: f, rules: rules}
	out := map[string]any{}
	for _, name := range sortedKeys(in) {
		if strings.HasPrefix(name, "__") {
			out[name] = in[name]
			continue
		}
		p, known := r.Inputs[name]
		if !known {
			c.unknownProperty(name, r.Inputs, r.Outputs)
			continue
		}
		if instead, refused := rules.Unsimulated[name]; refused {
			c.fail(name, "the simulated cloud does not simulate %q%s", name, instead)
			continue
		}
		if contains(rules.Strings, name) {
			p.Type = "string"
		}
		c.deprecated(name, p)
		out[name] = c.property(p, in[name], name, name)
	}
	for name, v := range rules.Defaults {
		if _, set := out[name]; !set {
			out[name] = v
		}
	}
	c.required(r.Inputs, out, "")
	c.groups(out)
	return out, c.failures, c.warnings
}

type checker struct {
	file               *File
	rules              *Rules
	enum               []string // of the property that is being checked
	secret             bool     // whether that property is a secret
	failures, warnings []Failure
}

func (c *checker) deprecated(path string, p Property) {
	if p.Deprecated != "" {
		c.warnings = append(c.warnings, Failure{path, p.Deprecated})
	}
}

// property checks v against all that the schema says of a property.
func (c *checker) property(p Property, v any, path, pattern string) any {
	defer func(enum []string, secret bool) { c.enum, c.secret = enum, secret }(c.enum, c.secret)
	c.enum = p.Enum
	c.secret = c.secret || p.Secret || contains(c.rules.Secrets, pattern)
	return c.value(p.Type, v, path, pattern)
}

func (c *checker) fail(path, format string, a ...any) {
	c.failures = append(c.failures, Failure{path, fmt.Sprintf(format, a...)})
}

func (c *checker) unknownProperty(path string, in, out Properties) {
	name := path[strings.LastIndexByte(path, '.')+1:]
	if _, output := out[name]; output {
		c.fail(path, "Invalid or unknown key: %q is computed by the provider and cannot be set.", name)
		return
	}
	reason := fmt.Sprintf("Invalid or unknown key: an argument named %q is not expected here.", name)
	if near := spelling.Nearest(name, slices.Sorted(maps.Keys(in))); near != "" {
		reason += fmt.Sprintf(" Did you mean %q?", near)
	}
	c.fail(path, "%s", reason)
}

func (c *checker) required(props Properties, in map[string]any, prefix string) {
	for _, name := range sortedKeys(props) {
		if _, set := in[name]; props[name].Required && !set {
			c.fail(prefix+name, "Missing required argument: The argument %q is required, but no definition was found.", name)
		}
	}
}

// value checks v against a type and returns it in that type.
func (c *checker) value(typ string, v any, path, pattern string) any {
	if _, unknown := v.(wire.Unknown); unknown || v == nil {
		return v
	}
	switch {
	case typ == "any":
		return v
	case strings.HasPrefix(typ, "[]"):
		list, ok := v.([]any)
		if !ok {
			return c.mistyped("list", v, path)
		}
		out := make([]any, len(list))
		for i, e := range list {
			out[i] = c.value(typ[2:], e, fmt.Sprintf("%s[%d]", path, i), pattern)
		}
		return out
	case strings.HasPrefix(typ, "{}"):
		m, ok := v.(map[string]any)
		if !ok {
			return c.mistyped("map", v, path)
		}
		out := make(map[string]any, len(m))
		for _, k := range sortedKeys(m) {
			out[k] = c.value(typ[2:], m[k], path+"."+k, pattern)
		}
		return out
	case strings.HasPrefix(typ, "@"):
		return c.object(typ[1:], v, path, pattern)
	}
	return c.scalar(typ, v, path, pattern)
}

func (c *checker) object(name string, v any, path, pattern string) any {
	m, ok := v.(map[string]any)
	if !ok {
		return c.mistyped("object", v, path)
	}
	props := c.file.Objects[name]
	out := make(map[string]any, len(m))
	for _, k := range sortedKeys(m) {
		if strings.HasPrefix(k, "__") {
			continue
		}
		p, known := props[k]
		if !known {
			c.unknownProperty(path+"."+k, props, nil)
			continue
		}
		c.deprecated(path+"."+k, p)
		out[k] = c.property(p, m[k], path+"."+k, pattern+"."+k)
	}
	c.required(props, out, path+".")
	return out
}

func (c *checker) scalar(typ string, v any, path, pattern string) any {
	conv, ok := convert(typ, v)
	if !ok {
		return c.mistyped(typ, v, path)
	}
	switch conv := conv.(type) {
	case string:
		c.text(conv, path, pattern)
	case float64:
		if r, ok := c.rules.Ranges[pattern]; ok && (conv < float64(r.Min) || conv > float64(r.Max)) {
			c.fail(path, "expected %s to be in the range (%d - %d), got %v", pattern, r.Min, r.Max, conv)
		}
	}
	return conv
}

func (c *checker) text(s, path, pattern string) {
	allowed, reviewed := c.rules.Enums[pattern]
	if !reviewed && s != "" { // what is documented does not say whether an empty string means none
		allowed = c.enum
	}
	if len(allowed) > 0 && !contains(allowed, s) {
		c.fail(path, "expected %s to be one of %q, got %s", pattern, allowed, c.shown(s))
	}
	if r, ok := c.rules.Lengths[pattern]; ok && (len(s) < r.Min || len(s) > r.Max) {
		c.fail(path, "expected length of %s to be in the range (%d - %d), got %s", pattern, r.Min, r.Max, c.shown(s))
	}
	if format, ok := c.rules.Formats[pattern]; ok && s != "" {
		if reason := format.problem(s); reason != "" {
			c.fail(path, "%s", strings.ReplaceAll(reason, s, c.shown(s)))
		}
	}
}

// shown is a value as a message may repeat it.
func (c *checker) shown(s string) string {
	if c.secret {
		return "(sensitive value)"
	}
	return s
}

func (c *checker) mistyped(want string, v any, path string) any {
	c.fail(path, "expected %s type, got %s type", want, typeName(v))
	return v
}

func typeName(v any) string {
	switch v.(type) {
	case bool:
		return "bool"
	case float64, int:
		return "number"
	case string:
		return "string"
	case []any:
		return "list"
	}
	return "object"
}

// convert returns v as a scalar of a schema type, if it can be read as one.
func convert(typ string, v any) (any, bool) {
	switch typ {
	case "string":
		switch v := v.(type) {
		case string:
			return v, true
		case bool:
			return strconv.FormatBool(v), true
		case float64:
			return strconv.FormatFloat(v, 'f', -1, 64), true
		}
	case "bool":
		switch v := v.(type) {
		case bool:
			return v, true
		case string:
			b, err := strconv.ParseBool(v)
			return b, err == nil
		}
	case "int", "number":
		n, ok := v.(float64)
		if s, isString := v.(string); isString {
			parsed, err := strconv.ParseFloat(s, 64)
			n, ok = parsed, err == nil
		}
		return n, ok && (typ == "number" || n == math.Trunc(n))
	}
	return v, false
}

// groups checks what may be set together.
func (c *checker) groups(in map[string]any) {
	for _, group := range c.rules.Conflicts {
		if set := setOf(group, in); len(set) > 1 {
			c.fail(set[0], "%q: conflicts with %s", set[0], strings.Join(set[1:], ", "))
		}
	}
	for _, group := range c.rules.ExactlyOne {
		set := setOf(group, in)
		if len(set) == 0 {
			c.fail(group[0], "%q: one of `%s` must be specified", group[0], strings.Join(group, ","))
		}
		if len(set) > 1 {
			c.fail(set[0], "%q: only one of `%s` can be specified, but `%s` were specified.", set[0], strings.Join(group, ","), strings.Join(set, ","))
		}
	}
}

func setOf(group []string, in map[string]any) []string {
	var set []string
	for _, name := range group {
		if v, ok := in[name]; ok && v != "" {
			set = append(set, name)
		}
	}
	return set
}
