package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Bounds of the house: what is longer has more than one concern.
const (
	maxFileLines     = 400
	maxFunctionLines = 60
)

// vagueNames are package names that say nothing of what is in them.
var vagueNames = []string{"common", "helper", "helpers", "misc", "types", "util", "utils"}

// source is one parsed Go file of the module.
type source struct {
	path string
	file *ast.File
	fset *token.FileSet
}

// generated reports whether a generator wrote the file.
func (s source) generated() bool { return ast.IsGenerated(s.file) }

// sources parses every Go file of this module, tests included.
func sources(t *testing.T) []source {
	t.Helper()
	var found []source
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != "../.." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "tools") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		found = append(found, source{path: strings.TrimPrefix(filepath.ToSlash(path), "../../"), file: file, fset: fset})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatal("no Go files found")
	}
	return found
}

func TestFilesAndFunctionsAreShort(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.generated() {
			continue
		}
		if lines := s.fset.Position(s.file.End()).Line; lines > maxFileLines {
			t.Errorf("%s has %d lines, want at most %d: split it by concern", s.path, lines, maxFileLines)
		}
		for _, decl := range s.file.Decls {
			function, ok := decl.(*ast.FuncDecl)
			if !ok || strings.HasSuffix(s.path, "_test.go") {
				continue
			}
			if lines := s.fset.Position(function.End()).Line - s.fset.Position(function.Pos()).Line + 1; lines > maxFunctionLines {
				t.Errorf("%s: function %s has %d lines, want at most %d: split it by step", s.path, function.Name.Name, lines, maxFunctionLines)
			}
		}
	}
}

func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	docs := map[string][]string{}
	for _, s := range sources(t) {
		dir := filepath.Dir(s.path)
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		if _, ok := docs[dir]; !ok {
			docs[dir] = nil
		}
		if s.file.Doc != nil && !strings.HasPrefix(s.file.Doc.Text(), "Code generated") {
			docs[dir] = append(docs[dir], s.path)
		}
		if slices.Contains(vagueNames, s.file.Name.Name) {
			t.Errorf("%s: package %s says nothing of what is in it: name it by what it owns", s.path, s.file.Name.Name)
		}
	}
	for dir, files := range docs {
		if len(files) != 1 {
			t.Errorf("package %s has %d package comments %v, want exactly one", dir, len(files), files)
		}
	}
}

func TestNothingRunsAtImport(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, decl := range s.file.Decls {
			if function, ok := decl.(*ast.FuncDecl); ok && function.Recv == nil && function.Name.Name == "init" {
				t.Errorf("%s: func init registers by being imported: register in a table that a caller names", s.path)
			}
		}
	}
}

// forTests are the packages that tests share.
var forTests = []string{"pkg/pulumitest", "pkg/randomcell", "pkg/realserver"}

func TestWhatIsForTestsIsInTestsOnly(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") || slices.Contains(forTests, filepath.Dir(s.path)) {
			continue
		}
		for _, spec := range s.file.Imports {
			if path := strings.TrimPrefix(strings.Trim(spec.Path.Value, `"`), "cellworks/"); slices.Contains(forTests, path) {
				t.Errorf("%s imports %s, which is for tests", s.path, path)
			}
		}
	}
}

func TestEnvironmentIsReadByCommandsOnly(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if strings.HasPrefix(s.path, "cmd/") || strings.Contains(s.path, "/run/") || strings.HasSuffix(s.path, "_test.go") || slices.Contains(forTests, filepath.Dir(s.path)) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := call.X.(*ast.Ident); ok && x.Name == "os" && slices.Contains([]string{"Getenv", "LookupEnv", "Environ"}, call.Sel.Name) {
				t.Errorf("%s reads the environment: take the value as an argument from a command", s.fset.Position(call.Pos()))
			}
			return true
		})
	}
}

func TestTestsRunInParallelAndNeverSleep(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if !strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		for _, decl := range s.file.Decls {
			function, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if isTest(function) && !calls(function, "t", "Parallel") && !calls(function, "t", "Setenv") && !calls(function, "t", "Chdir") {
				t.Errorf("%s: %s does not call t.Parallel", s.path, function.Name.Name)
			}
			if calls(function, "time", "Sleep") {
				t.Errorf("%s: %s sleeps: wait for the condition instead", s.path, function.Name.Name)
			}
		}
	}
}

func isTest(f *ast.FuncDecl) bool {
	return f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") && f.Name.Name != "TestMain" && len(f.Type.Params.List) == 1
}

// calls reports whether f calls x.name.
func calls(f *ast.FuncDecl, x, name string) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == name {
			if ident, ok := sel.X.(*ast.Ident); ok && ident.Name == x {
				found = true
			}
		}
		return !found
	})
	return found
}
