package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/schema"
)

// generator reads SDK packages on demand; every package is parsed once.
type generator struct {
	sdk      sdk
	root     string // <module>/go/<name of the provider>
	file     *schema.File
	packages map[string]map[string]ast.Expr // package -> type name -> its plain type
	enums    map[string]map[string][]string // package -> type name -> its constants
	misread  map[string]string              // exceptions of enums that no property has used yet
	pending  []string                       // objects whose fields are still to be read
}

// generate returns the schema file for an SDK of a version whose source lies in dir.
func (s sdk) generate(dir, version string) ([]byte, error) {
	g := &generator{
		sdk:      s,
		root:     filepath.Join(dir, "go", s.Name),
		file:     &schema.File{Module: s.Module + "@" + version, Resources: map[string]*schema.Resource{}, Functions: map[string]*schema.Resource{}, Objects: map[string]schema.Properties{}},
		packages: map[string]map[string]ast.Expr{},
		enums:    map[string]map[string][]string{},
		misread:  maps.Clone(s.Misread),
	}
	tokens, err := s.types()
	if err != nil {
		return nil, err
	}
	for _, tok := range tokens {
		if err := g.resource(tok); err != nil {
			return nil, fmt.Errorf("%s: %w", tok, err)
		}
	}
	for _, tok := range s.Functions {
		if err := g.function(tok); err != nil {
			return nil, fmt.Errorf("%s: %w", tok, err)
		}
	}
	if err := g.provider(); err != nil {
		return nil, err
	}
	for len(g.pending) > 0 {
		name := g.pending[0]
		g.pending = g.pending[1:]
		if err := g.object(name); err != nil {
			return nil, fmt.Errorf("object %s: %w", name, err)
		}
	}
	if len(g.misread) > 0 {
		return nil, fmt.Errorf("the documentation of these properties lists no values any more: %q; take them out of misread", slices.Sorted(maps.Keys(g.misread)))
	}
	return g.file.Encode()
}

// resource reads one token: aws:ec2/vpc:Vpc is type Vpc in ec2/vpc.go, okta:app/oAuth:OAuth is in app/oauth.go.
func (g *generator) resource(tok string) error {
	pkg, file, name := place(tok)
	path := filepath.Join(g.root, pkg, file+".go")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		path = filepath.Join(g.root, pkg, strings.ToLower(file)+".go")
	}
	return g.read(tok, pkg, path, name)
}

// place is where an SDK keeps a token: its package (lower-case, empty for "index"), its file and its name.
func place(tok string) (pkg, file, name string) {
	_, rest, _ := strings.Cut(tok, ":")
	module, name, _ := strings.Cut(rest, ":")
	pkg, file, _ = strings.Cut(module, "/")
	pkg = strings.ToLower(pkg)
	if pkg == "index" {
		pkg = ""
	}
	return pkg, file, name
}

func (g *generator) provider() error {
	return g.read("pulumi:providers:"+g.sdk.Name, "", filepath.Join(g.root, "provider.go"), "Provider")
}

func (g *generator) read(tok, pkg, path, name string) error {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
	if err != nil {
		return err
	}
	structs := structsOf(f)
	in, out := argsOf(structs, name), structs[name]
	if in == nil || out == nil {
		return fmt.Errorf("no args or resource struct of %s in %s", name, filepath.Base(path))
	}
	r := &schema.Resource{}
	if r.Inputs, err = g.fields(pkg, tok, in); err != nil {
		return err
	}
	if r.Outputs, err = g.outputs(pkg, out, r.Inputs); err != nil {
		return err
	}
	constructor := constructorOf(f, name)
	for prop := range requiredFields(constructor, in) {
		p := r.Inputs[prop]
		p.Required = true
		r.Inputs[prop] = p
	}
	markSecrets(r.Inputs, secretInputs(constructor, in))
	markSecrets(r.Outputs, secretOutputs(constructor))
	g.file.Resources[tok] = r
	return nil
}

// argsOf is the plain args struct of a resource: vpcArgs of Vpc, oauthArgs of OAuth.
func argsOf(structs map[string]*ast.StructType, name string) *ast.StructType {
	for _, first := range []string{strings.ToLower(name[:1]) + name[1:], strings.ToLower(name)} {
		if st, ok := structs[first+"Args"]; ok {
			return st
		}
	}
	return nil
}

// fields turns a plain struct into properties. In a nested struct a field that is no pointer, slice, map or interface
// is required; in an args struct only the constructor's checks say so, and the caller overwrites Required from those.
func (g *generator) fields(pkg, of string, st *ast.StructType) (schema.Properties, error) {
	props := schema.Properties{}
	for _, f := range st.Fields.List {
		name := tagOf(f)
		if name == "" {
			continue
		}
		t, err := g.typeOf(pkg, f.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		p := schema.Property{Type: t}
		g.document(&p, of+"."+name, f.Doc.Text())
		if constants := g.constants(pkg, f.Type); len(constants) > 0 {
			p.Enum = constants
		}
		props[name] = p
	}
	return props, nil
}

// outputs of a resource struct are pulumi.XOutput fields. Their element type is that of the input of the same name
// where there is one; for the rest the name of the output type tells.
func (g *generator) outputs(pkg string, st *ast.StructType, in schema.Properties) (schema.Properties, error) {
	props := schema.Properties{}
	for _, f := range st.Fields.List {
		name := tagOf(f)
		if name == "" {
			continue
		}
		if p, ok := in[name]; ok {
			props[name] = schema.Property{Type: p.Type}
			continue
		}
		t, err := g.outputType(pkg, f.Type)
		if err != nil {
			return nil, fmt.Errorf("output %s: %w", name, err)
		}
		props[name] = schema.Property{Type: t}
	}
	return props, nil
}

func (g *generator) outputType(pkg string, e ast.Expr) (string, error) {
	name := ""
	switch e := e.(type) {
	case *ast.SelectorExpr:
		name = strings.TrimSuffix(e.Sel.Name, "Output")
	case *ast.Ident:
		name = strings.TrimSuffix(e.Name, "Output")
	default:
		return "", fmt.Errorf("unexpected output type %T", e)
	}
	name = strings.TrimSuffix(name, "Ptr")
	if elem, ok := strings.CutSuffix(name, "Array"); ok {
		t, err := g.outputType(pkg, ast.NewIdent(elem+"Output"))
		return "[]" + t, err
	}
	if elem, ok := strings.CutSuffix(name, "Map"); ok && elem == "" { // pulumi.Map: of anything
		return "{}any", nil
	} else if ok {
		t, err := g.outputType(pkg, ast.NewIdent(elem+"Output"))
		return "{}" + t, err
	}
	switch name {
	case "String", "Bool", "Int":
		return strings.ToLower(name), nil
	case "Float64":
		return "number", nil
	case "Any", "AssetOrArchive":
		return "any", nil
	}
	return g.typeOf(pkg, ast.NewIdent(name))
}

// typeOf is the schema type of a plain Go type.
func (g *generator) typeOf(pkg string, e ast.Expr) (string, error) {
	switch e := e.(type) {
	case *ast.StarExpr:
		return g.typeOf(pkg, e.X)
	case *ast.ArrayType:
		t, err := g.typeOf(pkg, e.Elt)
		return "[]" + t, err
	case *ast.MapType:
		t, err := g.typeOf(pkg, e.Value)
		return "{}" + t, err
	case *ast.InterfaceType:
		return "any", nil
	case *ast.SelectorExpr:
		other := e.X.(*ast.Ident).Name
		if other == "pulumi" {
			return "any", nil
		}
		return g.typeOf(other, e.Sel)
	case *ast.Ident:
		return g.named(pkg, e.Name)
	}
	return "", fmt.Errorf("unexpected type %T", e)
}

func (g *generator) named(pkg, name string) (string, error) {
	switch name {
	case "string", "bool", "int":
		return name, nil
	case "float64":
		return "number", nil
	case "any":
		return "any", nil
	}
	types, err := g.types(pkg)
	if err != nil {
		return "", err
	}
	switch t := types[name].(type) {
	case *ast.StructType:
		object := strings.TrimPrefix(pkg+"/"+name, "/")
		if _, seen := g.file.Objects[object]; !seen {
			g.file.Objects[object] = nil
			g.pending = append(g.pending, object)
		}
		return "@" + object, nil
	case *ast.Ident:
		return g.named(pkg, t.Name)
	}
	return "", fmt.Errorf("type %s.%s is not in the SDK", pkg, name)
}

func (g *generator) object(object string) error {
	pkg, name := "", object
	if i := strings.LastIndex(object, "/"); i >= 0 {
		pkg, name = object[:i], object[i+1:]
	}
	types, err := g.types(pkg)
	if err != nil {
		return err
	}
	st := types[name].(*ast.StructType)
	props, err := g.fields(pkg, object, st)
	if err != nil {
		return err
	}
	markPlain(props, st)
	g.file.Objects[object] = props
	return nil
}

// markPlain makes those properties required whose fields cannot be left out.
func markPlain(props schema.Properties, st *ast.StructType) {
	for _, f := range st.Fields.List {
		if _, plain := f.Type.(*ast.Ident); plain && tagOf(f) != "" {
			p := props[tagOf(f)]
			p.Required = true
			props[tagOf(f)] = p
		}
	}
}

// types are the named plain types of a package: pulumiTypes*.go and pulumiEnums*.go.
func (g *generator) types(pkg string) (map[string]ast.Expr, error) {
	if t, ok := g.packages[pkg]; ok {
		return t, nil
	}
	types, enums := map[string]ast.Expr{}, map[string][]string{}
	paths, err := filepath.Glob(filepath.Join(g.root, pkg, "pulumi*.go"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		constantsOf(f.Decls, enums)
		for _, d := range f.Decls {
			if gd, ok := d.(*ast.GenDecl); ok {
				for _, s := range gd.Specs {
					if ts, ok := s.(*ast.TypeSpec); ok {
						types[ts.Name.Name] = ts.Type
					}
				}
			}
		}
	}
	g.packages[pkg], g.enums[pkg] = types, enums
	return types, nil
}

// constants are the values of a field whose type is one of the SDK's enums, or a pointer to or list of one.
func (g *generator) constants(pkg string, e ast.Expr) []string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return g.constants(pkg, e.X)
	case *ast.ArrayType:
		return g.constants(pkg, e.Elt)
	case *ast.SelectorExpr:
		return g.constants(e.X.(*ast.Ident).Name, e.Sel)
	case *ast.Ident:
		return g.enums[pkg][e.Name]
	}
	return nil
}

func structsOf(f *ast.File) map[string]*ast.StructType {
	structs := map[string]*ast.StructType{}
	for _, d := range f.Decls {
		gd, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range gd.Specs {
			if ts, ok := s.(*ast.TypeSpec); ok {
				if st, ok := ts.Type.(*ast.StructType); ok {
					structs[ts.Name.Name] = st
				}
			}
		}
	}
	return structs
}

func tagOf(f *ast.Field) string {
	if f.Tag == nil {
		return ""
	}
	name, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("pulumi"), ",")
	return name
}

// replacesByDoc reads the phrases with which the provider's documentation marks a property whose change makes a new
// resource.
func replacesByDoc(doc string) bool {
	text := strings.ToLower(strings.Join(strings.Fields(doc), " "))
	return regexp.MustCompile(`forces? (a )?new resource|forces? (the )?(creation|replacement)|changing (this|the)[^.]*(creates?|forces?|results? in)[^.]*(new|replace)`).MatchString(text)
}

func deprecation(doc string) string {
	if _, text, ok := strings.Cut(doc, "Deprecated: "); ok {
		return strings.Join(strings.Fields(text), " ")
	}
	return ""
}
