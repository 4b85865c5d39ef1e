// Command docgen writes what is derived from the Go structs of package config and
// their comments: `docgen comments` the comments as Go code, so that programs can
// show them, and `docgen files` the JSON Schemas and the reference page. It runs in
// the directory of package config; the second needs the first to be up to date.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"cellworks/pkg/config"
)

// Where the generated files are, from the directory of package config.
const (
	commentsFile  = "fielddocs_generated.go"
	schemaDir     = "../../configs/schema"
	referenceFile = "../../docs/configuration.md"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	files, err := generate(".", args)
	if err != nil {
		return err
	}
	for name, data := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate returns the files to write by path, for a run in dir.
func generate(dir string, args []string) (map[string][]byte, error) {
	out := map[string][]byte{}
	switch {
	case len(args) == 1 && args[0] == "comments":
		docs, err := collect(dir)
		if err != nil {
			return nil, err
		}
		out[filepath.Join(dir, commentsFile)], err = source(docs)
		return out, err
	case len(args) == 1 && args[0] == "files":
		for _, f := range config.SchemaFiles() {
			text, err := config.JSONSchema(f.Kind, f.Layer)
			if err != nil {
				return nil, err
			}
			out[filepath.Join(dir, schemaDir, f.Name)] = text
		}
		text, err := config.Reference()
		out[filepath.Join(dir, referenceFile)] = []byte(text)
		return out, err
	}
	return nil, fmt.Errorf("want one argument: comments or files")
}
