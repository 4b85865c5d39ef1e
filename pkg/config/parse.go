package config

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// parse reads one file into a tree of nodes and reports everything that is wrong
// with it as YAML. It returns nil when there is no usable tree. An empty file is
// an empty map.
func parse(data []byte, src *source, out *collector) *node {
	return (&reader{}).parse(data, src, out)
}

// reader parses one file after the other, each by the cheapest parser that can. It
// is for one goroutine.
type reader struct {
	plain plainParser
	buf   []byte   // of the file that is read
	names []string // of the files beside it
}

func (r *reader) parse(data []byte, src *source, out *collector) *node {
	if n := r.plain.parse(string(data), src); n != nil {
		return n
	}
	return parseFull(data, src, out)
}

// parseFull is parse for any text.
func parseFull(data []byte, src *source, out *collector) *node {
	if len(data) > maxFileBytes {
		out.add(src, 0, 0, "", fmt.Sprintf("the file is too large, want at most %d bytes", maxFileBytes), "")
		return nil
	}
	if f := scan(data); f != nil {
		out.add(src, f.line, f.column, "", f.message, f.suggestion)
		return nil
	}
	body, fault := parseYAML(data)
	if fault != nil {
		out.add(src, fault.line, fault.column, "", fault.message, fault.suggestion)
		return nil
	}
	c := &converter{src: src, out: out}
	root := &node{src: src, line: 1, column: 1, kind: kindMap}
	if body == nil {
		return root
	}
	n := c.value(body, nil, "", 0)
	if c.broken || n.kind == kindBad {
		return nil
	}
	if n.kind != kindMap {
		out.add(src, int(n.line), int(n.column), "", fmt.Sprintf("the file holds %s, want a map of keys", n.kind), "")
		return nil
	}
	root.entries = n.entries
	return root
}

// parseYAML returns the file's one document, or nil for an empty one. The parser
// is not ours, so a panic in it is reported like any other fault of the file.
func parseYAML(data []byte) (body ast.Node, f *fault) {
	defer func() {
		if r := recover(); r != nil {
			body, f = nil, &fault{1, 1, "the file cannot be read as YAML", "check brackets, quotes and indentation"}
		}
	}()
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxFault(err)
	}
	var doc *ast.DocumentNode
	for _, d := range file.Docs {
		switch {
		case d.Body == nil:
		case doc == nil:
			doc = d
		default:
			line, column := position(d.Body)
			return nil, &fault{line, column, "a second document begins here, want one document in a file", "remove the line ---"}
		}
	}
	if doc == nil {
		return nil, nil
	}
	if _, ok := doc.Body.(*ast.CommentGroupNode); ok {
		return nil, nil
	}
	return doc.Body, nil
}

func syntaxFault(err error) *fault {
	f := &fault{1, 1, "not valid YAML", ""}
	var y yaml.Error
	if !errors.As(err, &y) {
		return f
	}
	f.message = "not valid YAML: " + y.GetMessage()
	if tk := y.GetToken(); tk != nil && tk.Position != nil {
		f.line, f.column = max(tk.Position.Line, 1), max(tk.Position.Column, 1)
	}
	return f
}

// position returns where a value begins. The parser gives a block map the
// position of its first colon, which is not where a reader looks.
func position(n ast.Node) (line, column int) {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return position(m.Values[0].Key)
	}
	if m, ok := n.(*ast.MappingValueNode); ok {
		return position(m.Key)
	}
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		return max(tk.Position.Line, 1), max(tk.Position.Column, 1)
	}
	return 1, 1
}
