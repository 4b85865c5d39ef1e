//go:build pins

package provider

// The versions of the SDKs that components of the utility level and of the
// cells build on are pinned together with those in use: they are known to
// resolve with one another, and go.mod must not float.
import (
	_ "github.com/pulumi/pulumi-datadog/sdk/v4/go/datadog/aws"
	_ "github.com/pulumi/pulumi-okta/sdk/v4/go/okta"
	_ "github.com/pulumi/pulumi-vault/sdk/v5/go/vault"
)
