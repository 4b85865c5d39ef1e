package contract

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// Okta is what the okta application's stack publishes. Applications are by key:
// config.OktaAppJenkins and so on.
type Okta struct {
	// Issuer is the URL that the organization signs identities as.
	Issuer string `json:"issuer"`
	// GroupIDs are the groups of people, by name.
	GroupIDs map[string]string `json:"groupIds"`
	// AppIDs are the applications.
	AppIDs map[string]string `json:"appIds"`
	// ClientIDs are those of the applications with OpenID Connect.
	ClientIDs map[string]string `json:"clientIds"`
	// SAMLMetadata are the documents by which the applications with SAML know Okta.
	SAMLMetadata map[string]string `json:"samlMetadata"`
}

// OktaOutputs is Okta as the okta application's stack makes it.
type OktaOutputs struct {
	Issuer       pulumi.StringInput    `json:"issuer"`
	GroupIDs     pulumi.StringMapInput `json:"groupIds"`
	AppIDs       pulumi.StringMapInput `json:"appIds"`
	ClientIDs    pulumi.StringMapInput `json:"clientIds"`
	SAMLMetadata pulumi.StringMapInput `json:"samlMetadata"`
}

// oktaSecrets is the output with the secrets of applications, beside the contract: it is
// secret, and what reads the contract has no use for it.
const oktaSecrets = "clientSecrets"

// Export publishes o as the outputs of the running stack, and beside it the secrets of
// applications, by key, as a secret output.
func (o OktaOutputs) Export(ctx *pulumi.Context, clientSecrets pulumi.StringMap) {
	export(ctx, o)
	ctx.Export(oktaSecrets, pulumi.ToSecret(clientSecrets))
}

// ReadOkta reads the okta application's stack of account and region. It fails like
// ReadBase.
func ReadOkta(ctx *pulumi.Context, account, region string) (Okta, error) {
	stack := naming.StackUtility(account, region, config.ApplicationOkta)
	ref, err := reference(ctx, naming.ProjectUtility, stack)
	if err != nil {
		return Okta{}, err
	}
	return read[Okta](ref, naming.ProjectUtility, stack)
}

// OktaClient is an application of Okta with OpenID Connect, as what people sign in to
// has to know it.
type OktaClient struct {
	// Issuer is the URL that the organization signs identities as.
	Issuer string
	// ID is the application's client id, Secret its secret: a secret output.
	ID     string
	Secret pulumi.StringOutput
}

// ReadOktaClient reads an application, by key, from the okta application's stack of
// account and region. It fails like ReadBase, and with a MissingError when the stack
// does not publish the application's id or secret.
func ReadOktaClient(ctx *pulumi.Context, account, region, app string) (OktaClient, error) {
	stack := naming.StackUtility(account, region, config.ApplicationOkta)
	ref, err := reference(ctx, naming.ProjectUtility, stack)
	if err != nil {
		return OktaClient{}, err
	}
	okta, err := read[Okta](ref, naming.ProjectUtility, stack)
	if err != nil {
		return OktaClient{}, err
	}
	id := okta.ClientIDs[app]
	if id == "" {
		return OktaClient{}, &MissingError{Project: naming.ProjectUtility, Stack: stack, Keys: []string{"clientIds." + app}}
	}
	secret, err := readSecret(ref, naming.ProjectUtility, stack, oktaSecrets, app)
	if err != nil {
		return OktaClient{}, err
	}
	return OktaClient{Issuer: okta.Issuer, ID: id, Secret: pulumi.ToSecret(pulumi.String(secret)).(pulumi.StringOutput)}, nil
}

// readSecret returns one item of an output that is a map of strings, secret or not. The
// error never repeats what is in it.
func readSecret(ref outputs, project, stack, key, item string) (string, error) {
	details, err := ref.GetOutputDetails(key)
	if err != nil {
		return "", fmt.Errorf("stack %s/%s: reading output %q: %w", project, stack, key, err)
	}
	value := details.SecretValue
	if value == nil {
		value = details.Value
	}
	items, _ := value.(map[string]any)
	secret, _ := items[item].(string)
	if secret == "" {
		return "", &MissingError{Project: project, Stack: stack, Keys: []string{key + "." + item}}
	}
	return secret, nil
}
