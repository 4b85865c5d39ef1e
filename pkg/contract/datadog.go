package contract

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// Datadog is what the datadog application's stack, one per account and region,
// publishes: whom to tell, and how to send data there.
type Datadog struct {
	// Site is the host of the organization's site.
	Site string `json:"site"`
	// Handles are those who are told, as they are written in messages, by severity:
	// SeverityCritical, SeverityWarning.
	Handles map[string][]string `json:"handles"`
	// KeySecretARN is the secret with the key that data is sent with: a JSON object whose
	// api_key is the key. KeyARN is the key of that secret.
	KeySecretARN string `json:"keySecretArn"`
	KeyARN       string `json:"keyArn"`
	// RoleARN is the role that Datadog assumes to read the account; empty outside of the
	// account's home region.
	RoleARN string `json:"roleArn"`
}

// The severities in Datadog.Handles, which are the values of the tag severity of
// monitors, too.
const (
	// SeverityCritical cannot wait.
	SeverityCritical = "critical"
	// SeverityWarning can wait for the morning.
	SeverityWarning = "warning"
)

// DatadogOutputs is Datadog as the datadog application's stack makes it.
type DatadogOutputs struct {
	Site         pulumi.StringInput         `json:"site"`
	Handles      pulumi.StringArrayMapInput `json:"handles"`
	KeySecretARN pulumi.StringInput         `json:"keySecretArn"`
	KeyARN       pulumi.StringInput         `json:"keyArn"`
	RoleARN      pulumi.StringInput         `json:"roleArn"`
}

// Export publishes o as the outputs of the running stack.
func (o DatadogOutputs) Export(ctx *pulumi.Context) { export(ctx, o) }

// ReadDatadog reads the datadog application's stack of account and region. It fails
// like ReadBase.
func ReadDatadog(ctx *pulumi.Context, account, region string) (Datadog, error) {
	stack := naming.StackUtility(account, region, config.ApplicationDatadog)
	ref, err := reference(ctx, naming.ProjectUtility, stack)
	if err != nil {
		return Datadog{}, err
	}
	return read[Datadog](ref, naming.ProjectUtility, stack)
}
