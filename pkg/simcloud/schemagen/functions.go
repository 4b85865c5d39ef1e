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
	_, rest, _ := strings.Cut(tok, ":")
	module, name, _ := strings.Cut(rest, ":")
	pkg, file, _ := strings.Cut(module, "/")
	pkg = strings.TrimPrefix(pkg, "index")
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(g.root, pkg, file+".go"), nil, parser.ParseComments)
	if err != nil {
		return err
	}
	structs := structsOf(f)
	upper := strings.ToUpper(name[:1]) + name[1:]
	in, out := structs[upper+"Args"], structs[upper+"Result"]
	if in == nil || out == nil {
		return fmt.Errorf("no args or result of %s in %s.go", name, file)
	}
	r := &schema.Resource{}
	if r.Inputs, err = g.fields(pkg, name, in); err != nil {
		return err
	}
	if r.Outputs, err = g.fields(pkg, name, out); err != nil {
		return err
	}
	g.file.Functions[tok] = r
	return nil
}
