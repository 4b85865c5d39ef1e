package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

//go:generate go run ./docgen comments
//go:generate go run ./docgen files

// SchemaFile is one JSON Schema: of one kind of file in one layer.
type SchemaFile struct {
	// Name is the file in the directory schema, such as cell.client.json.
	Name string
	// Kind is organization, base, utility, cell or retired.
	Kind string
	// Layer is the layer of the files that the schema is for.
	Layer Layer
}

// SchemaFiles lists the schemas of all kinds and layers.
func SchemaFiles() []SchemaFile {
	out := []SchemaFile{{"organization.json", "organization", LayerOrganization}}
	for _, kind := range []string{"base", "utility", "cell"} {
		layers := []Layer{LayerDefaults, LayerAccount, LayerRegion}
		if kind == "cell" {
			layers = append(layers, LayerProfile, LayerClient)
		}
		for _, layer := range layers {
			out = append(out, SchemaFile{fmt.Sprintf("%s.%s.json", kind, layer), kind, layer})
		}
	}
	return append(out, SchemaFile{"retired.json", "retired", LayerNetwork})
}

// JSONSchema returns the JSON Schema, draft 2020-12, of a kind of file in a layer.
// A key is required only where it must be: in the defaults what has no built-in
// default, in a client's file what only a client can say. It fails for a kind or
// layer that does not exist.
func JSONSchema(kind string, layer Layer) ([]byte, error) {
	var kinds, of []string
	found := false
	for _, f := range SchemaFiles() {
		if !slices.Contains(kinds, f.Kind) {
			kinds = append(kinds, f.Kind)
		}
		if f.Kind == kind {
			of = append(of, string(f.Layer))
			found = found || f.Layer == layer
		}
	}
	switch {
	case len(of) == 0:
		return nil, fmt.Errorf("unknown kind of file %q (%s)", kind, didYouMean(kind, kinds, "kinds"))
	case !found:
		return nil, fmt.Errorf("a file of kind %s has no layer %q (%s)", kind, layer, didYouMean(string(layer), of, "its layers"))
	}
	s, err := newSchemas()
	if err != nil {
		return nil, err
	}
	root := map[string]*schema{"organization": s.organization, "base": s.base, "utility": s.utility, "cell": s.cell, "retired": s.ledger}[kind]
	out := schemaMaker{layer}.object(root)
	out.Dialect = "https://json-schema.org/draft/2020-12/schema"
	out.Title = fmt.Sprintf("%s.yaml of layer %s", kind, layer)
	switch layer {
	case LayerOrganization:
		out.Title = "organization.yaml"
	case LayerProfile:
		out.Title = "profiles/<name>.yaml"
	case LayerNetwork:
		out.Title = pathRetired
	default:
	}
	if layer != LayerOrganization && layer != LayerClient && layer != LayerNetwork {
		locks := schemaMaker{LayerDefaults}.value(s.finals)
		locks.Description = "Locks values: no higher layer may set or remove them."
		out.Properties = append(out.Properties, property{keyFinal, locks})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	err = e.Encode(out)
	return b.Bytes(), err
}

// jsonSchema is the part of JSON Schema in use, in the order of the text.
type jsonSchema struct {
	Dialect       string      `json:"$schema,omitempty"`
	Title         string      `json:"title,omitempty"`
	Description   string      `json:"description,omitempty"`
	Type          any         `json:"type,omitempty"`
	Const         any         `json:"const,omitempty"`
	Enum          []any       `json:"enum,omitempty"`
	Pattern       string      `json:"pattern,omitempty"`
	Minimum       *int        `json:"minimum,omitempty"`
	Maximum       *int        `json:"maximum,omitempty"`
	MinItems      int         `json:"minItems,omitempty"`
	MaxItems      int         `json:"maxItems,omitempty"`
	Items         *jsonSchema `json:"items,omitempty"`
	Properties    properties  `json:"properties,omitempty"`
	Required      []string    `json:"required,omitempty"`
	Additional    any         `json:"additionalProperties,omitempty"`
	MaxProperties int         `json:"maxProperties,omitempty"`
	If            *jsonSchema `json:"if,omitempty"`
	Then          *jsonSchema `json:"then,omitempty"`
	Default       any         `json:"default,omitempty"`
	Examples      []any       `json:"examples,omitempty"`
}

type property struct {
	key string
	jsonSchema
}

// properties keeps the order of the struct, which editors show.
type properties []property

func (ps properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range ps {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(p.key) + ":")
		var inner bytes.Buffer
		e := json.NewEncoder(&inner)
		e.SetEscapeHTML(false)
		if err := e.Encode(p.jsonSchema); err != nil {
			return nil, err
		}
		b.Write(inner.Bytes())
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// schemaMaker makes the schema of files of one layer.
type schemaMaker struct{ layer Layer }

// complete reports whether files of the layer say everything.
func (m schemaMaker) complete() bool {
	return m.layer == LayerDefaults || m.layer == LayerOrganization || m.layer == LayerNetwork
}

func (m schemaMaker) object(s *schema) jsonSchema {
	out := jsonSchema{Type: "object", Additional: false}
	for i := range s.fields {
		f := &s.fields[i]
		if f.layer != "" && f.layer != m.layer {
			continue
		}
		out.Properties = append(out.Properties, property{f.key, m.field(f)})
		if !f.optional && f.fallback == nil && (m.complete() || f.layer == m.layer) {
			out.Required = append(out.Required, f.key)
		}
	}
	return out
}

func (m schemaMaker) field(f *field) jsonSchema {
	out := m.value(f.schema)
	at := &out
	if f.schema.shape == shapeList {
		at = out.Items
		out.MinItems, out.MaxItems = f.least, f.most
	}
	if f.ranged {
		at.Minimum, at.Maximum = &f.lo, &f.hi
	}
	if f.match != nil {
		at.Pattern = f.match.String()
	}
	for _, v := range f.oneof {
		at.Enum = append(at.Enum, scalar(at.Type, v))
	}
	out.Description = describe(f)
	if f.fallback != nil {
		out.Default = scalar(out.Type, f.fallback.text)
	}
	if f.example != "" && f.schema.shape != shapeNamed {
		if n := parse([]byte("x: "+f.example), &source{}, &collector{}); n != nil {
			out.Examples = []any{n.get("x").plain()}
		}
	}
	// null removes what a lower layer says.
	if f.optional || f.fallback != nil {
		out.Type = []any{out.Type, "null"}
		if out.Enum != nil {
			out.Enum = append(out.Enum, nil)
		}
	}
	return out
}

// describe is what a field's comment says, with those of the values it may have.
func describe(f *field) string {
	text := fieldDoc(f.id)
	for _, v := range f.oneof {
		if doc := fieldDoc(f.schema.zero.Name() + "=" + v); doc != "" {
			text += fmt.Sprintf(" %s: %s", v, doc)
		}
	}
	return text
}

// scalar is the text of a tag as a value of a JSON type.
func scalar(typ any, text string) any {
	switch typ {
	case "integer":
		i, err := strconv.Atoi(text)
		if err == nil {
			return i
		}
	case "boolean":
		return text == "true"
	}
	return text
}

func (m schemaMaker) value(s *schema) jsonSchema {
	switch s.shape {
	case shapeStruct:
		return m.object(s)
	case shapeMap:
		elem := m.value(s.elem)
		elem.Type = []any{elem.Type, "null"}
		return jsonSchema{Type: "object", Additional: elem}
	case shapeNamed:
		item := m.object(s.elem)
		if !m.complete() {
			item.Required = []string{"name"}
			item.Properties = append(item.Properties, property{"remove", jsonSchema{Description: "Removes the inherited item of that name.", Const: true}})
			item.If, item.Then = &jsonSchema{Required: []string{"remove"}}, &jsonSchema{MaxProperties: 2}
		}
		return jsonSchema{Type: "array", Items: &item}
	case shapeList:
		item := m.value(s.elem)
		return jsonSchema{Type: "array", Items: &item}
	case shapeInt:
		return jsonSchema{Type: "integer"}
	case shapeBool:
		return jsonSchema{Type: "boolean"}
	case shapePrefix:
		return jsonSchema{Type: "string", Pattern: `^([0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}$`}
	case shapeSecret:
		return jsonSchema{Type: "string", Pattern: `^(secretsmanager:[a-z0-9/-]{1,128}(#[A-Za-z0-9_.-]{1,64})?|ssm:[a-z0-9/-]{1,128})$`}
	case shapeString, shapeRef:
	}
	return jsonSchema{Type: "string"}
}
