package main

import (
	"go/ast"
	"go/token"
	"strconv"

	"cellworks/pkg/simcloud/internal/schema"
)

// constructorOf is the body of New<name>; empty when the file has none.
func constructorOf(f *ast.File, name string) *ast.BlockStmt {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "New"+name {
			return fn.Body
		}
	}
	return &ast.BlockStmt{}
}

// propertiesByField maps the fields of an args struct to the names of their properties.
func propertiesByField(args *ast.StructType) map[string]string {
	names := map[string]string{}
	for _, field := range args.Fields.List {
		if tag := tagOf(field); tag != "" {
			names[field.Names[0].Name] = tag
		}
	}
	return names
}

// requiredFields finds `if args.X == nil { return ... }` in the constructor and returns the property names of the X.
func requiredFields(constructor *ast.BlockStmt, args *ast.StructType) map[string]bool {
	names := propertiesByField(args)
	required := map[string]bool{}
	for _, s := range constructor.List {
		if field, ok := nilCheck(s); ok {
			required[names[field]] = true
		}
	}
	return required
}

// nilCheck recognises `if args.Field == nil` whose body returns.
func nilCheck(s ast.Stmt) (string, bool) {
	ifs, ok := s.(*ast.IfStmt)
	if !ok || len(ifs.Body.List) != 1 {
		return "", false
	}
	if _, returns := ifs.Body.List[0].(*ast.ReturnStmt); !returns {
		return "", false
	}
	cond, ok := ifs.Cond.(*ast.BinaryExpr)
	if !ok || cond.Op != token.EQL {
		return "", false
	}
	sel, ok := cond.X.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	return sel.Sel.Name, true
}

// secretInputs finds `pulumi.ToSecret(args.X)` in the constructor and returns the property names of the X.
func secretInputs(constructor *ast.BlockStmt, args *ast.StructType) []string {
	names := propertiesByField(args)
	var secret []string
	each(constructor, "ToSecret", func(call *ast.CallExpr) {
		if sel, ok := call.Args[0].(*ast.SelectorExpr); ok {
			secret = append(secret, names[sel.Sel.Name])
		}
	})
	return secret
}

// secretOutputs finds `pulumi.AdditionalSecretOutputs([]string{...})` in the constructor and returns the names.
func secretOutputs(constructor *ast.BlockStmt) []string {
	var secret []string
	each(constructor, "AdditionalSecretOutputs", func(call *ast.CallExpr) {
		list, ok := call.Args[0].(*ast.CompositeLit)
		if !ok {
			return
		}
		for _, e := range list.Elts {
			if lit, ok := e.(*ast.BasicLit); ok {
				if name, err := strconv.Unquote(lit.Value); err == nil {
					secret = append(secret, name)
				}
			}
		}
	})
	return secret
}

// each calls found for every call of pulumi.<function> with one argument.
func each(body *ast.BlockStmt, function string, found func(*ast.CallExpr)) {
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			return true
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == function {
			found(call)
		}
		return true
	})
}

func markSecrets(props schema.Properties, names []string) {
	for _, name := range names {
		if p, ok := props[name]; ok {
			p.Secret = true
			props[name] = p
		}
	}
}
