// Package schema holds the property schemas of the simulated resource types and answers what a schema alone can
// answer: is this input known, is it of the right type, is a required one missing, what differs between two inputs.
//
// The data is generated from the pinned provider SDK by schemagen; what the SDK does not say (sets, replacement) is in
// the Rules of each resource kind. It knows no cloud behaviour.
package schema

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

//go:embed *.json
var files embed.FS

// File is the generated document.
type File struct {
	// Module is the SDK module and version that the schema was read from.
	Module string `json:"module"`
	// Resources are the resource types by Pulumi token.
	Resources map[string]*Resource `json:"resources"`
	// Functions are the functions by Pulumi token.
	Functions map[string]*Resource `json:"functions"`
	// Objects are the nested object types by "package/Name".
	Objects map[string]Properties `json:"objects"`
}

// Resource is one resource type.
type Resource struct {
	Inputs  Properties `json:"in"`
	Outputs Properties `json:"out"`
}

// Properties are properties by name.
type Properties map[string]Property

// Property is one property.
type Property struct {
	// Type is string, int, bool, number, any, "[]" plus a type (list), "{}" plus a type (map) or "@" plus the name of an
	// object in File.Objects.
	Type string `json:"t"`
	// Required is set when the SDK's constructor refuses its absence.
	Required bool `json:"r,omitempty"`
	// Replaces is set when the SDK's documentation says that a change makes a new resource.
	Replaces bool `json:"f,omitempty"`
	// Enum are the values that the SDK or its documentation lists; empty when neither does. The Rules of a type may list
	// others, which then hold.
	Enum []string `json:"e,omitempty"`
	// Secret is set when the SDK marks the value as a secret.
	Secret bool `json:"s,omitempty"`
	// Deprecated is the SDK's deprecation text.
	Deprecated string `json:"d,omitempty"`
}

// Load decodes the embedded schema of a provider. It fails when there is none, or when the embedded file is damaged.
func Load(provider string) (*File, error) {
	data, err := files.ReadFile(provider + ".json")
	if err != nil {
		return nil, fmt.Errorf("the schema of provider %q: %w", provider, err)
	}
	f := &File{}
	if err := json.Unmarshal(data, f); err != nil {
		return nil, fmt.Errorf("decode the embedded schema of provider %q: %w", provider, err)
	}
	return f, nil
}

// Encode writes the document with one resource or object a line, sorted, so that a regenerated file has a small diff.
func (f *File) Encode() ([]byte, error) {
	var b strings.Builder
	module, err := json.Marshal(f.Module)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(&b, "{\"module\":%s,\n\"resources\":{\n", module)
	if err := encodeLines(&b, f.Resources); err != nil {
		return nil, err
	}
	b.WriteString("},\n\"functions\":{\n")
	if err := encodeLines(&b, f.Functions); err != nil {
		return nil, err
	}
	b.WriteString("},\n\"objects\":{\n")
	if err := encodeLines(&b, f.Objects); err != nil {
		return nil, err
	}
	b.WriteString("}}\n")
	return []byte(b.String()), nil
}

func encodeLines[V any](b *strings.Builder, m map[string]V) error {
	for i, k := range sortedKeys(m) {
		v, err := json.Marshal(m[k])
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(b, "%q:%s", k, v)
	}
	b.WriteString("\n")
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
