package database

import (
	"crypto/rand"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ignoredPassword says that the first password is never set again: each run of the
// program makes another one, and the one in use is Vault's.
func ignoredPassword(property string) pulumi.ResourceOption {
	return pulumi.IgnoreChanges([]string{property})
}

// firstPassword makes the password that the master user begins with, where Vault is to
// hold it: a secret from here on. What another run makes is ignored, so that everything
// that needs it reads it of the database and not of here.
func (d *Database) firstPassword() error {
	if !d.args.byVault() {
		return nil
	}
	generate := d.args.Password
	if generate == nil {
		generate = randomPassword
	}
	password, err := generate()
	if err != nil {
		return fmt.Errorf("first password: %w", err)
	}
	d.password = pulumi.ToSecret(pulumi.String(password)).(pulumi.StringOutput).ToStringPtrOutput()
	return nil
}

// randomPassword returns 130 random bits in letters and digits, which RDS takes and a
// connection string does not quote.
func randomPassword() (string, error) { return rand.Text(), nil }
