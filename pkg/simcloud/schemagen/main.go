// Command schemagen writes the schema of the simulated resource types, read from the Go source of the pinned provider
// SDK: the plain args structs give the inputs, the constructors' nil checks the required ones, the resource structs
// the outputs, the documentation what a change replaces. It is run by go generate in pkg/simcloud.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

const awsModule = "github.com/pulumi/pulumi-aws/sdk/v6"

func main() {
	out := flag.String("out", "internal/schema/aws.json", "file to write")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "schemagen:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	dir, version, err := moduleSource(awsModule)
	if err != nil {
		return err
	}
	data, err := generate(dir, awsModule+"@"+version)
	if err != nil {
		return err
	}
	return os.WriteFile(out, data, 0o644)
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
