// Package vaultprovider makes the explicit vault provider of a program. It is apart
// from package provider, because few need the SDK of vault.
package vaultprovider

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// minLeaseSeconds is the provider's own default, which ends longer deployments in their
// middle.
const minLeaseSeconds = 1200

// Args says which Vault a provider configures, and as whom.
type Args struct {
	// Address is the Vault's URL.
	Address string
	// Host is what logins must name as the server that they are meant for.
	Host string
	// Mount and Role are the auth method of type aws, and its role.
	Mount, Role string
	// AWSRoleARN is the role of AWS that the deployment assumes to log in, and Region the
	// region whose STS says so.
	AWSRoleARN, Region string
	// LeaseSeconds is how long the token of a deployment lives, 1200 or more.
	LeaseSeconds int
}

func (a Args) validate() error {
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"address", a.Address}, {"host", a.Host}, {"mount", a.Mount}, {"role", a.Role}, {"aws role", a.AWSRoleARN}, {"region", a.Region},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if a.LeaseSeconds < minLeaseSeconds {
		errs = append(errs, fmt.Errorf("lease: %d seconds is out of range, want %d or more", a.LeaseSeconds, minLeaseSeconds))
	}
	return errors.Join(errs...)
}

// New registers the vault provider of args under name. It logs in as a role of AWS,
// with the credentials of the deployment's environment, and makes itself a token that
// ends with the deployment. It fails, naming all that is wrong before it registers
// anything, when a field is empty or the lease too short.
func New(ctx *pulumi.Context, name string, args Args) (*vault.Provider, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("vault provider %q: %w", name, err)
	}
	return vault.NewProvider(ctx, name, &vault.ProviderArgs{
		Address: pulumi.String(args.Address),
		// The constructor wants a token even where the provider logs in and ignores it.
		Token: pulumi.String(""),
		AuthLoginAws: vault.ProviderAuthLoginAwsArgs{
			Mount:              pulumi.String(args.Mount),
			Role:               pulumi.String(args.Role),
			HeaderValue:        pulumi.String(args.Host),
			AwsRegion:          pulumi.String(args.Region),
			AwsRoleArn:         pulumi.String(args.AWSRoleARN),
			AwsRoleSessionName: pulumi.String("cellworks"),
		},
		MaxLeaseTtlSeconds: pulumi.Int(args.LeaseSeconds),
		TokenName:          pulumi.String("cellworks"),
		// Not even where the environment says so.
		SkipTlsVerify: pulumi.Bool(false),
	})
}
