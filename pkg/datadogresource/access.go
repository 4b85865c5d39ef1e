package datadogresource

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Provider is the connection to a site of Datadog. Package datadogprovider makes it.
type Provider struct{ pulumi.ProviderResourceState }

// ProviderArgs are the settings of a Provider. Keys that are left out come from
// DD_API_KEY and DD_APP_KEY.
type ProviderArgs struct {
	// APIURL is the site's API, without /api.
	APIURL pulumi.StringPtrInput `pulumi:"apiUrl"`
	// APIKey and AppKey are secrets, whatever is given.
	APIKey pulumi.StringPtrInput `pulumi:"apiKey"`
	AppKey pulumi.StringPtrInput `pulumi:"appKey"`
	// HTTPClientRetryMaxRetries is how often a call is tried again that was one too many.
	HTTPClientRetryMaxRetries pulumi.IntPtrInput `pulumi:"httpClientRetryMaxRetries"`
}

// NewProvider registers a Provider.
func NewProvider(ctx *pulumi.Context, name string, args ProviderArgs, opts ...pulumi.ResourceOption) (*Provider, error) {
	if args.APIKey != nil {
		args.APIKey = pulumi.ToSecret(args.APIKey).(pulumi.StringPtrInput)
	}
	if args.AppKey != nil {
		args.AppKey = pulumi.ToSecret(args.AppKey).(pulumi.StringPtrInput)
	}
	p := &Provider{}
	return p, register(ctx, TokenProvider, name, args, p, opts, "apiKey", "appKey")
}

// APIKey is a key with which data is sent to Datadog.
type APIKey struct {
	pulumi.CustomResourceState

	// Key is the key, a secret.
	Key pulumi.StringOutput `pulumi:"key"`
}

// APIKeyArgs are the properties of an APIKey.
type APIKeyArgs struct {
	Name pulumi.StringInput `pulumi:"name" required:"true"`
	// RemoteConfigReadEnabled lets agents with the key fetch what Datadog wants them to
	// do.
	RemoteConfigReadEnabled pulumi.BoolPtrInput `pulumi:"remoteConfigReadEnabled"`
}

// NewAPIKey registers an APIKey. It fails when a required property is missing.
func NewAPIKey(ctx *pulumi.Context, name string, args APIKeyArgs, opts ...pulumi.ResourceOption) (*APIKey, error) {
	k := &APIKey{}
	return k, register(ctx, TokenAPIKey, name, args, k, opts, "key")
}
