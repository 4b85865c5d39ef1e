// Command simdoc writes the page that says what the simulated cloud simulates, checks and does not do. It is run by go
// generate in pkg/simcloud; what it writes comes from the schema, the rules, the quotas and the notes of the types.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("out", "../../docs/simulated-cloud.md", "file to write")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "simdoc:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	page, err := write()
	if err != nil {
		return err
	}
	return os.WriteFile(out, []byte(page), 0o644)
}
