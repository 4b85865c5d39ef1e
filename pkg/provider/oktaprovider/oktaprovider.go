// Package oktaprovider makes the explicit okta provider of a program. It is apart from
// package provider, because the SDK of okta takes long to build and few need it.
package oktaprovider

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-okta/sdk/v4/go/okta"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
)

// maxCapacity is the percentage of Okta's rate limit that deployments use, so that
// people who sign in meanwhile are not refused.
const maxCapacity = 50

// Args says which Okta organization a provider manages.
type Args struct {
	// OrgName is the first part of the organization's URL, BaseURL the rest.
	OrgName, BaseURL string
	// Cloud says whether the organization is a simulated one.
	Cloud config.Cloud
}

// New registers the okta provider of args under name. The provider finds its
// credentials in the environment of the deployment: OKTA_API_TOKEN, or OKTA_API_CLIENT_ID,
// OKTA_API_PRIVATE_KEY_ID, OKTA_API_PRIVATE_KEY and OKTA_API_SCOPES. With the latter it
// ignores the groups claims of applications (the SDK's app.OAuthArgs.GroupsClaim), which
// then have to be set in Okta. The simulated organization takes any token and is given
// one that opens nothing. It fails, before it registers anything, when the organization
// is not named.
func New(ctx *pulumi.Context, name string, args Args) (*okta.Provider, error) {
	if args.OrgName == "" || args.BaseURL == "" {
		return nil, fmt.Errorf("okta provider %q: %w", name, errors.New("organization and base url must be set"))
	}
	provider := &okta.ProviderArgs{
		OrgName:        pulumi.String(args.OrgName),
		BaseUrl:        pulumi.String(args.BaseURL),
		MaxApiCapacity: pulumi.Int(maxCapacity),
	}
	if args.Cloud == config.Simulated {
		provider.ApiToken = pulumi.String("simulated")
	}
	return okta.NewProvider(ctx, name, provider)
}
