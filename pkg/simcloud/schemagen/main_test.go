package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestTheCommittedSchemaIsFresh generates the schema again in memory.
func TestTheCommittedSchemaIsFresh(t *testing.T) {
	t.Parallel()
	dir, version, err := moduleSource(awsModule)
	if err != nil {
		t.Fatal(err)
	}
	if dir == "" {
		t.Skipf("the source of %s is not in the module cache (go mod download fetches it)", awsModule)
	}
	want, err := generate(dir, awsModule+"@"+version)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join("..", "internal", "schema", "aws.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("internal/schema/aws.json is stale; run go generate ./pkg/simcloud")
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
