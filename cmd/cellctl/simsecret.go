package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// longestInput is more than a secret may be long: what is longer is refused, not cut off.
const longestInput = 1 << 17

// simSecretCommand writes what a person leaves in Secrets Manager for stacks to read.
func (a *app) simSecretCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "secret ACCOUNT-ID REGION NAME",
		Short: "Put a secret of Secrets Manager into the simulated cloud",
		Long: `secret writes a secret that no stack makes, such as the one by which a client's own
identity provider knows us, as a person would. The value is read from standard
input, without the line's end, so that no shell remembers it.

  cellctl sim secret 111111111111 us-east-1 cell/acme/sso/idp < secret.txt`,
		Args: cobra.ExactArgs(3),
		RunE: func(c *cobra.Command, args []string) error {
			value, err := io.ReadAll(io.LimitReader(a.stdin, longestInput))
			if err != nil {
				return fmt.Errorf("reading the secret from standard input: %w", err)
			}
			cloud, err := a.openCloud()
			if err != nil {
				return err
			}
			if err := cloud.PutSecret(c.Context(), args[0], args[1], args[2], strings.TrimRight(string(value), "\r\n")); err != nil {
				return errors.Join(usage(err), cloud.Close())
			}
			fmt.Fprintf(a.stderr, "account %s has secret %s in %s\n", args[0], args[2], args[1])
			return cloud.Close()
		},
	}
}
