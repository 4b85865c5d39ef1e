// Command schemagen writes the schema of the simulated resource types, read from the Go source of the pinned provider
// SDK: the plain args structs give the inputs, the constructors' nil checks the required ones, the resource structs
// the outputs, the documentation what a change replaces. It is run by go generate in pkg/simcloud.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	dir := flag.String("dir", "internal/schema", "folder to write into, one file for each provider")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "schemagen:", err)
		os.Exit(1)
	}
}

func run(into string) error {
	for _, s := range sdks() {
		dir, version, err := moduleSource(s.Module)
		if err != nil {
			return err
		}
		data, err := s.generate(dir, version)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Module, err)
		}
		if err := os.WriteFile(filepath.Join(into, s.Name+".json"), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// moduleSource is where the source of a required module lies and its version. Dir is empty when it was not downloaded.
func moduleSource(module string) (dir, version string, err error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}\t{{.Version}}", module).Output()
	if err != nil {
		return "", "", fmt.Errorf("go list -m %s: %w", module, err)
	}
	dir, version, _ = strings.Cut(strings.TrimSpace(string(out)), "\t")
	return dir, version, nil
}
