// Package vault builds what a client has in the organization's Vault.
package vault
