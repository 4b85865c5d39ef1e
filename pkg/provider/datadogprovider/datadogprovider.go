// Package datadogprovider makes the explicit datadog provider of a program.
package datadogprovider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/datadogresource"
)

// maxRetries is how often the provider tries a call again that was one too many: a
// fleet that is deployed at once shares one limit of calls.
const maxRetries = 5

// Args says which Datadog organization a provider manages.
type Args struct {
	// Site is the host of the organization's site: datadoghq.com, us5.datadoghq.com.
	Site string
	// Cloud says whether the organization is a simulated one.
	Cloud config.Cloud
}

// New registers the datadog provider of args under name. The provider finds its keys in
// the environment of the deployment: DD_API_KEY and DD_APP_KEY. The simulated
// organization takes any well-formed keys and is given two that open nothing. It fails,
// before it registers anything, when the site is empty.
func New(ctx *pulumi.Context, name string, args Args) (*datadogresource.Provider, error) {
	if args.Site == "" {
		return nil, fmt.Errorf("datadog provider %q: %w", name, errors.New("site is empty"))
	}
	provider := datadogresource.ProviderArgs{
		APIURL:                    pulumi.String("https://api." + args.Site + "/"),
		HTTPClientRetryMaxRetries: pulumi.Int(maxRetries),
	}
	if args.Cloud == config.Simulated {
		provider.APIKey = pulumi.String(strings.Repeat("0", 32))
		provider.AppKey = pulumi.String(strings.Repeat("0", 40))
	}
	return datadogresource.NewProvider(ctx, name, provider)
}
