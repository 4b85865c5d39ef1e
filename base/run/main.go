// Command run is the program of the Pulumi project base, for use with the
// Pulumi CLI. It reads the configuration directory that CELLWORKS_CONFIGS names,
// or the nearest one above the working directory.
package main

import (
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/base"
	"cellworks/pkg/config"
)

func main() { pulumi.Run(run) }

func run(ctx *pulumi.Context) error {
	tree, err := config.Open(os.Getenv("CELLWORKS_CONFIGS"))
	if err != nil {
		return err
	}
	return base.Program(tree)(ctx)
}
