// Package datadog builds what Datadog sees of an account and region, and whom it wakes:
// the integration of the account, a key for what sends data, standard monitors of the
// applications that are on and of the baseline, a dashboard, objectives, downtimes, and
// the way of chosen log groups to Datadog.
package datadog

import (
	"fmt"

	ddaws "github.com/pulumi/pulumi-datadog/sdk/v4/go/datadog/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/datadogresource"
	"cellworks/pkg/key"
)

const token = component.TokenPrefix + ":datadog:Datadog"

// Datadog is what watches an account and region.
type Datadog struct {
	pulumi.ResourceState

	// KeySecretARN is the secret with the key that data is sent with: a JSON object whose
	// api_key is the key.
	KeySecretARN pulumi.StringOutput
	// KeyARN is the key of that secret.
	KeyARN pulumi.StringOutput
	// RoleARN is the role that Datadog assumes; nil outside of the home region.
	RoleARN pulumi.StringInput

	ctx   *pulumi.Context
	name  string
	args  Args
	plan  plan
	child pulumi.ResourceOption

	key         *key.Key
	integration *ddaws.IntegrationAccount
	monitors    map[string]*datadogresource.Monitor
}

// Outputs returns the secret with the key, its own key, and Datadog's role.
func (d *Datadog) Outputs() pulumi.Map {
	return pulumi.Map{"keySecretArn": d.KeySecretARN, "keyArn": d.KeyARN, "roleArn": d.RoleARN}
}

// New builds what args describes. Its provider must be one of aws and one of datadog.
// It fails, naming all that is wrong before any resource is registered, when a field
// that must be set is not, the site or an application is none, a limit is no number, or
// a name or policy is one that AWS does not take.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Datadog, error) {
	p, err := args.resolve()
	if err != nil {
		return nil, fmt.Errorf("datadog %q: %w", name, err)
	}
	d := &Datadog{ctx: ctx, name: name, args: args, plan: p, RoleARN: pulumi.String(""), monitors: map[string]*datadogresource.Monitor{}}
	return component.Register(ctx, token, name, d, opts, func(child pulumi.ResourceOption) error {
		d.child = child
		for _, add := range []func() error{
			d.addIntegration, d.addKey, d.addLogs, d.addScanner, d.addMonitors, d.addRules, d.addObjectives, d.addDowntimes, d.addDashboard,
		} {
			if err := add(); err != nil {
				return err
			}
		}
		return nil
	})
}
