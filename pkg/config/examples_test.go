package config_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each example says in the first line of its file what it shows; the documentation has
// the same line.
func TestEveryExampleIsDocumented(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/cell.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../configs/clients/*/cell.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, path := range files {
		row := fmt.Sprintf("| `%s` | %s |", filepath.Base(filepath.Dir(path)), purpose(t, path))
		if n := strings.Count(string(doc), "\n"+row+"\n"); n != 1 {
			t.Errorf("docs/cell.md has %d times the row %s", n, row)
		}
	}
}

// purpose returns the first comment of a file that is for people.
func purpose(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "# "); ok && !strings.HasPrefix(text, "yaml-language-server") {
			return text
		}
	}
	t.Fatalf("%s does not say what it shows", path)
	return ""
}
