package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"

	"cellworks/pkg/simcloud/internal/schema"
)

// function reads one token: aws:index/getRegion:getRegion is GetRegionArgs and GetRegionResult in getRegion.go.
func (g *generator) function(tok string) error {
	pkg, file, name := place(tok)
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(g.root, pkg, file+".go"), nil, parser.ParseComments)
	if err != nil {
		return err
	}
	structs := structsOf(f)
	upper := strings.ToUpper(name[:1]) + name[1:]
	if _, renamed := structs["Lookup"+upper[len("Get"):]+"Args"]; renamed { // where the SDK has a resource of that name
		upper = "Lookup" + upper[len("Get"):]
	}
	in, out := structs[upper+"Args"], structs[upper+"Result"]
	if in == nil || out == nil {
		return fmt.Errorf("no args or result of %s in %s.go", name, file)
	}
	r := &schema.Resource{}
	if r.Inputs, err = g.fields(pkg, name, in); err != nil {
		return err
	}
	markPlain(r.Inputs, in)
	if r.Outputs, err = g.fields(pkg, name, out); err != nil {
		return err
	}
	g.file.Functions[tok] = r
	return nil
}
