package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestTheCommittedSchemasAreFresh generates the schemas again in memory.
func TestTheCommittedSchemasAreFresh(t *testing.T) {
	t.Parallel()
	for _, s := range sdks() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			dir, version, err := moduleSource(s.Module)
			if err != nil {
				t.Fatal(err)
			}
			if dir == "" {
				t.Skipf("the source of %s is not in the module cache (go mod download fetches it)", s.Module)
			}
			want, err := s.generate(dir, version)
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join("..", "internal", "schema", s.Name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("internal/schema/%s.json is stale; run go generate ./pkg/simcloud", s.Name)
			}
		})
	}
}

func TestReplacementIsReadFromTheDocumentation(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]bool{
		"The name. Forces new resource.":                                   true,
		"Changing this creates a new\nresource.":                           true,
		"Changing this forces replacement":                                 true,
		"Instruct the provider to force a new deployment of the service.":  false,
		"Enable to force a new task deployment. Changing this is harmless": false,
	} {
		if got := replacesByDoc(doc); got != want {
			t.Errorf("replacesByDoc(%q) = %v, want %v", doc, got, want)
		}
	}
}
