package config

import (
	"fmt"
	"net/netip"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// shape is what a value must be.
type shape uint8

const (
	shapeStruct shape = iota
	shapeMap          // map[string]string, map[string]int or map[string]SecretRef
	shapeNamed        // a list of structs with a name, merged by it
	shapeList         // any other list
	shapeString
	shapeInt
	shapeBool
	shapePrefix // netip.Prefix
	shapeRef    // the name of a struct that is filled in later
	shapeSecret // SecretRef
)

// schema is a Go type as a file may write it.
type schema struct {
	shape  shape
	fields []field // of a struct
	keys   []string
	elem   *schema // of a list or map
	zero   reflect.Type
}

// field is one key of a struct, with what its tags say.
type field struct {
	key      string
	id       string // in Go, such as Cell.Slot
	index    int    // in the Go struct
	schema   *schema
	optional bool
	fallback *node // from the tag default
	lo, hi   int
	ranged   bool
	least    int // items of a list
	most     int // 0: as many as there are
	oneof    []string
	match    *regexp.Regexp
	hint     string
	example  string
	layer    Layer // the only one that may set it; empty: any
}

// schemas are those of the four kinds of file.
type schemas struct {
	organization, base, utility, cell *schema
	finals                            *schema // of the key final
	ledger                            *schema
}

// newSchemas derives the schemas from the Go types. An error is a mistake in a
// tag, never in a file.
func newSchemas() (*schemas, error) {
	var s schemas
	for _, k := range []struct {
		to  **schema
		typ reflect.Type
	}{
		{&s.organization, reflect.TypeFor[Organization]()},
		{&s.base, reflect.TypeFor[Base]()},
		{&s.utility, reflect.TypeFor[Utility]()},
		{&s.cell, reflect.TypeFor[Cell]()},
		{&s.finals, reflect.TypeFor[[]Final]()},
		{&s.ledger, reflect.TypeFor[Ledger]()},
	} {
		made, err := newSchema(k.typ)
		if err != nil {
			return nil, fmt.Errorf("schema of %s: %w", k.typ, err)
		}
		*k.to = made
	}
	return &s, nil
}

func newSchema(t reflect.Type) (*schema, error) {
	if t == reflect.TypeFor[netip.Prefix]() {
		return &schema{shape: shapePrefix, zero: t}, nil
	}
	if t == reflect.TypeFor[SecretRef]() {
		return &schema{shape: shapeSecret, zero: t}, nil
	}
	switch t.Kind() {
	case reflect.String:
		return &schema{shape: shapeString, zero: t}, nil
	case reflect.Int:
		return &schema{shape: shapeInt, zero: t}, nil
	case reflect.Bool:
		return &schema{shape: shapeBool, zero: t}, nil
	case reflect.Map:
		switch t {
		case reflect.TypeFor[map[string]string](), reflect.TypeFor[map[string]int](), reflect.TypeFor[map[string]SecretRef]():
			elem, err := newSchema(t.Elem())
			return &schema{shape: shapeMap, zero: t, elem: elem}, err
		}
	case reflect.Slice:
		elem, err := newSchema(t.Elem())
		if err != nil {
			return nil, err
		}
		s := &schema{shape: shapeList, elem: elem, zero: t}
		if elem.shape == shapeStruct && elem.field("name") != nil {
			s.shape = shapeNamed
		}
		return s, nil
	case reflect.Struct:
		return newStruct(t)
	}
	return nil, fmt.Errorf("type %s has no form in YAML", t)
}

func newStruct(t reflect.Type) (*schema, error) {
	s := &schema{shape: shapeStruct, zero: t}
	for i := range t.NumField() {
		tag, ok := t.Field(i).Tag.Lookup("yaml")
		if !ok {
			return nil, fmt.Errorf("field %s has no yaml tag", t.Field(i).Name)
		}
		if tag == "-" {
			continue
		}
		f, err := newField(t.Field(i), tag)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", t.Field(i).Name, err)
		}
		f.index, f.id = i, t.Name()+"."+t.Field(i).Name
		s.fields = append(s.fields, f)
		s.keys = append(s.keys, f.key)
	}
	return s, nil
}

func newField(sf reflect.StructField, tag string) (field, error) {
	key, option, _ := strings.Cut(tag, ",")
	f := field{key: key, optional: option == "optional", hint: sf.Tag.Get("hint"), example: sf.Tag.Get("example"), layer: Layer(sf.Tag.Get("layer"))}
	var err error
	if _, ok := sf.Tag.Lookup("ref"); ok {
		f.schema = &schema{shape: shapeRef, zero: sf.Type}
	} else if f.schema, err = newSchema(sf.Type); err != nil {
		return field{}, err
	}
	if oneof, ok := sf.Tag.Lookup("oneof"); ok {
		f.oneof = strings.Split(oneof, "|")
	}
	if match, ok := sf.Tag.Lookup("match"); ok {
		if f.match, err = regexp.Compile(match); err != nil {
			return field{}, err
		}
		if f.hint == "" {
			return field{}, fmt.Errorf("tag match needs a tag hint")
		}
	}
	if r, ok := sf.Tag.Lookup("range"); ok {
		if _, err := fmt.Sscanf(r, "%d..%d", &f.lo, &f.hi); err != nil {
			return field{}, fmt.Errorf("tag range %q: %w", r, err)
		}
		f.ranged = true
	}
	if c, ok := sf.Tag.Lookup("count"); ok {
		if _, err := fmt.Sscanf(c, "%d..%d", &f.least, &f.most); err != nil {
			return field{}, fmt.Errorf("tag count %q: %w", c, err)
		}
	}
	if def, ok := sf.Tag.Lookup("default"); ok {
		kinds := map[shape]kind{shapeString: kindString, shapeInt: kindInt, shapeBool: kindBool}
		k, ok := kinds[f.schema.shape]
		if !ok {
			return field{}, fmt.Errorf("tag default is for scalars only")
		}
		f.fallback = &node{src: &source{layer: LayerBuiltin}, kind: k, text: def}
	}
	return f, nil
}

// field returns the struct's field of that key, or nil.
func (s *schema) field(key string) *field {
	for i := range s.fields {
		if s.fields[i].key == key {
			return &s.fields[i]
		}
	}
	return nil
}

// want says in words what the field's value must be.
func (f *field) want() string {
	if f.schema.shape == shapeList {
		return f.schema.want()
	}
	return f.wantScalar()
}

// wantScalar says in words what the field's value, or each item of it, must be.
func (f *field) wantScalar() string {
	switch {
	case len(f.oneof) > 0:
		return "one of " + strings.Join(f.oneof, ", ")
	case f.ranged:
		return "an integer from " + strconv.Itoa(f.lo) + " to " + strconv.Itoa(f.hi)
	case f.hint != "":
		return f.hint
	}
	return f.schema.want()
}

// wants is what a value of schema s must be: that of the field f, an item of its
// list, or an item that no field describes when f is nil.
func wants(s *schema, f *field) string {
	switch {
	case f == nil:
		return s.want()
	case f.schema.shape == shapeList && s != f.schema && (f.ranged || len(f.oneof) > 0 || f.hint != ""):
		return f.wantScalar()
	case f.schema.shape == shapeList && s != f.schema:
		return s.want()
	}
	return f.want()
}

func (s *schema) want() string {
	switch s.shape {
	case shapeStruct:
		return "a map with keys out of " + strings.Join(s.keys, ", ")
	case shapeMap:
		if s.elem.shape == shapeSecret {
			return "a map of references to secrets"
		}
		return "a map of strings"
	case shapeSecret:
		return "a reference to a secret: " + wantSecret
	case shapeNamed:
		return "a list of items with a name"
	case shapeList:
		switch s.elem.shape {
		case shapePrefix:
			return "a list of CIDRs"
		case shapeInt:
			return "a list of integers"
		case shapeStruct:
			return "a list of maps with the keys " + strings.Join(s.elem.keys, ", ")
		default:
			return "a list of strings"
		}
	case shapeInt:
		return "an integer"
	case shapeBool:
		return "true or false"
	case shapePrefix:
		return "an IPv4 CIDR, such as 10.0.0.0/8"
	case shapeRef:
		return "a name"
	case shapeString:
		return "a string"
	}
	return "another value"
}
