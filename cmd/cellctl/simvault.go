package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

// simVaultCommand lets Vaults exist that no stack has made.
func (a *app) simVaultCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "vault HOST...",
		Short: "Let a Vault exist in the simulated cloud that no stack has made",
		Long: `A simulated Vault exists as long as a DNS record of the simulated AWS leads from its
name to a load balancer that listens. vault lets one exist at each HOST without,
until the cloud is reset, so that programs of Vault alone can be tried.

  cellctl sim vault vault.example.com`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, hosts []string) error {
			cloud, err := a.openCloud()
			if err != nil {
				return err
			}
			for _, host := range hosts {
				if err := cloud.AllowVault(host); err != nil {
					return errors.Join(usage(err), cloud.Close())
				}
				fmt.Fprintf(a.stderr, "a Vault exists at https://%s\n", host)
			}
			return cloud.Close()
		},
	}
}
