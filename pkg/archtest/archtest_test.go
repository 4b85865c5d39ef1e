package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// module is the path of this module, which every import of its own begins with.
const module = "cellworks"

// pkg is what go list says of a package.
type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
	Dir        string
	GoFiles    []string
}

// list returns the packages of this module, by path relative to it.
func list(t *testing.T) map[string]pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps,Dir,GoFiles", "./...")
	cmd.Dir = "../.."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	packages := map[string]pkg{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages[strings.TrimPrefix(p.ImportPath, module+"/")] = p
	}
}

// own returns the imports of p that are packages of this module.
func own(p pkg) []string {
	var imports []string
	for _, path := range p.Imports {
		if rest, ok := strings.CutPrefix(path, module+"/"); ok {
			imports = append(imports, rest)
		}
	}
	return imports
}

func TestImportsRunDownward(t *testing.T) {
	t.Parallel()
	packages := list(t)
	for name, p := range packages {
		allowed, ok := rules[name]
		if !ok {
			t.Errorf("package %s is not in the table of package archtest: say there what it may import", name)
			continue
		}
		for _, imported := range own(p) {
			if !slices.Contains(allowed, imported) {
				t.Errorf("package %s imports %s, which its layer may not: allowed are %v; exchange values through the package that composes both", name, imported, allowed)
			}
		}
	}
	for name, allowed := range rules {
		if _, ok := packages[name]; !ok {
			t.Errorf("the table of package archtest names %s, which does not exist: remove it", name)
		}
		for _, imported := range allowed {
			if _, ok := packages[imported]; !ok {
				t.Errorf("the table of package archtest lets %s import %s, which does not exist: remove it", name, imported)
			}
		}
	}
}

func TestHeavyDependenciesStayOut(t *testing.T) {
	t.Parallel()
	packages := list(t)
	for _, rule := range banned {
		for _, name := range rule.packages {
			p, ok := packages[name]
			if !ok {
				t.Errorf("the ban on %s names %s, which does not exist: remove it", rule.prefix, name)
				continue
			}
			for _, dep := range p.Deps {
				if strings.HasPrefix(dep, rule.prefix) {
					t.Errorf("package %s depends on %s: %s", name, dep, rule.reason)
					break
				}
			}
		}
	}
}

// TestTheRootOfDatadogsSDKStaysOut holds docs/decisions/0011-datadog-resources.md.
func TestTheRootOfDatadogsSDKStaysOut(t *testing.T) {
	t.Parallel()
	const root = "github.com/pulumi/pulumi-datadog/sdk/v4/go/datadog"
	for name, p := range list(t) {
		if slices.Contains(p.Deps, root) {
			t.Errorf("package %s depends on %s, which takes 10 GB to build: use pkg/datadogresource, and declare there what it lacks", name, root)
		}
	}
}
