package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

// simParameterCommand writes what a person or a build of images leaves for stacks to find.
func (a *app) simParameterCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "parameter ACCOUNT-ID REGION NAME VALUE",
		Short: "Put a parameter of Systems Manager into the simulated cloud",
		Long: `parameter writes a parameter that no stack makes, such as the one that holds the id
of an image, as a person or a build of images would. Launch templates that look
their image up in a parameter need it.

  cellctl sim parameter 333333333333 us-east-1 /utility/images/consul ami-0123456789abcdef0`,
		Args: cobra.ExactArgs(4),
		RunE: func(c *cobra.Command, args []string) error {
			cloud, err := a.openCloud()
			if err != nil {
				return err
			}
			if err := cloud.PutParameter(c.Context(), args[0], args[1], args[2], args[3]); err != nil {
				return errors.Join(usage(err), cloud.Close())
			}
			fmt.Fprintf(a.stderr, "account %s has parameter %s in %s\n", args[0], args[2], args[1])
			return cloud.Close()
		},
	}
}
