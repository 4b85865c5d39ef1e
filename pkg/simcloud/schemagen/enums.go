package main

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cellworks/pkg/simcloud/internal/schema"
)

// The words with which the documentation begins a list of the values that a property takes.
const valuesBegin = `(?i)\b(?:(?:valid|allowed|possible|supported|acceptable|the only valid) (?:values?|options)(?: are| is| include|:)+(?: either| one of)?:?|(?:should|must|can) be (?:either|one of(?: the following(?: values)?)?)(?: of)?:?)\s`

// enumOf reads the allowed values of a string from its documentation. It takes a list only when it understands the
// whole sentence: values in backquotes, separated by commas, "and" and "or", with remarks in parentheses.
func enumOf(doc string) []string {
	text := strings.Join(strings.Fields(doc), " ") + " "
	at := regexp.MustCompile(valuesBegin).FindStringIndex(text)
	if at == nil {
		return nil
	}
	var values []string
	piece := regexp.MustCompile("^(?:`\"?([^`\"]+)\"?`|\\([^)]*\\)|,|and\\b|or\\b|either\\b|the default\\b)\\s*")
	rest := strings.TrimSpace(text[at[1]:]) + " "
	for {
		m := piece.FindStringSubmatch(rest)
		if m == nil {
			break
		}
		if m[1] != "" && !slices.Contains(values, m[1]) {
			values = append(values, m[1])
		}
		rest = rest[len(m[0]):]
	}
	if len(values) < 2 || rest != "" && !strings.HasPrefix(rest, ".") && !strings.HasPrefix(rest, ";") {
		return nil
	}
	slices.Sort(values)
	return values
}

// takesEnum says whether a property of a type can have an enum: a string, or a list of strings.
func takesEnum(typ string) bool { return strings.TrimPrefix(typ, "[]") == "string" }

// constantsOf collects the string constants of a file by their type: the SDK's own enums.
func constantsOf(decls []ast.Decl, into map[string][]string) {
	for _, d := range decls {
		gd, ok := d.(*ast.GenDecl)
		if !ok || gd.Tok != token.CONST {
			continue
		}
		for _, s := range gd.Specs {
			v, ok := s.(*ast.ValueSpec)
			if !ok || len(v.Values) != 1 {
				continue
			}
			call, ok := v.Values[0].(*ast.CallExpr) // Type("value")
			if !ok || len(call.Args) != 1 {
				continue
			}
			typ, isName := call.Fun.(*ast.Ident)
			lit, isLiteral := call.Args[0].(*ast.BasicLit)
			if isName && isLiteral && lit.Kind == token.STRING {
				if value, err := strconv.Unquote(lit.Value); err == nil {
					into[typ.Name] = append(into[typ.Name], value)
				}
			}
		}
	}
}

// document sets what the documentation of a property says.
func (g *generator) document(p *schema.Property, where, doc string) {
	p.Replaces, p.Deprecated = replacesByDoc(doc), deprecation(doc)
	if !takesEnum(p.Type) {
		return
	}
	p.Enum = enumOf(doc)
	if _, wrong := g.misread[where]; wrong && p.Enum != nil {
		p.Enum = nil
		delete(g.misread, where)
	}
}
