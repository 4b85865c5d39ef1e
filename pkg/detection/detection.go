// Package detection builds what looks for threats, vulnerabilities and mistakes in
// one region of an account, and the topic on which people hear of them.
package detection

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
)

const token = component.TokenPrefix + ":detection:Detection"

// Args says what to detect, and whom to tell.
type Args struct {
	// OrganizationName and AccountName are part of the analyzers' names.
	OrganizationName, AccountName string
	// AccountID and Region are what is watched.
	AccountID, Region string
	// HomeRegion makes this the region that gathers the findings of all others, and
	// that looks for access nobody uses: roles are the account's, not the region's.
	HomeRegion bool
	// Config is what is switched on.
	Config config.BaseDetection
	// KeyARN is the key of the account's logs; its policy holds KeyStatements.
	KeyARN pulumi.StringInput
	// BreakGlassRoleARN is the role whose every use is an alert. It need not exist.
	BreakGlassRoleARN string
	// TrustedAccountIDs are accounts that roles may let in, such as the one that
	// deploys; that alone is no finding of external access. Optional.
	TrustedAccountIDs []string
	// DeletionProtection makes Pulumi refuse to delete the GuardDuty detector, with
	// which all its findings go.
	DeletionProtection bool
}

// Detection is what watches one region of an account.
type Detection struct {
	pulumi.ResourceState

	// TopicARN is the topic that people hear alerts on, known only once services may
	// publish to it.
	TopicARN pulumi.StringOutput
	// DetectorID is GuardDuty's detector; empty when GuardDuty is off.
	DetectorID pulumi.StringOutput

	name string
	args Args
	plan plan
}

// plan is what Args comes to, made before anything is registered.
type plan struct {
	// disabled are the standards that each disabled control is in and that are
	// checked, by control.
	disabled map[string][]string
	// external and unused are the analyzers' names.
	external, unused string
	alerts           []alert
}

// Outputs returns the topic's ARN and the detector's id.
func (d *Detection) Outputs() pulumi.Map {
	return pulumi.Map{"alertTopicArn": d.TopicARN, "detectorId": d.DetectorID}
}

// New builds what args describes. Alerts of GuardDuty and Security Hub are
// forwarded even where Config switches them off, because another account may
// have switched them on here. It fails, naming all that is wrong before any
// resource is registered, when a field that must be set is not, when Config names
// what AWS or this package does not know, or when an alert breaks a limit of
// EventBridge.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Detection, error) {
	p, err := args.resolve()
	if err != nil {
		return nil, fmt.Errorf("detection %q: %w", name, err)
	}
	d := &Detection{name: name, args: args, plan: p, DetectorID: pulumi.String("").ToStringOutput()}
	return component.Register(ctx, token, name, d, opts, func(child pulumi.ResourceOption) error {
		for _, add := range []func(*pulumi.Context, pulumi.ResourceOption) error{
			d.addTopic, d.addGuardDuty, d.addSecurityHub, d.addInspector, d.addMacie, d.addAnalyzers, d.addAlerts, d.addDatabases,
		} {
			if err := add(ctx, child); err != nil {
				return err
			}
		}
		return nil
	})
}

// resolve checks args and works out what follows from its plain values.
func (a Args) resolve() (plan, error) {
	var p plan
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"organization", a.OrganizationName}, {"account", a.AccountName}, {"account id", a.AccountID},
		{"region", a.Region}, {"break-glass role", a.BreakGlassRoleARN},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if a.KeyARN == nil {
		errs = append(errs, errors.New("key is not set"))
	}
	errs = append(errs, a.checkServices()...)
	errs = append(errs, a.resolveControls(&p)...)
	errs = append(errs, a.resolveAnalyzers(&p)...)
	alerts, err := a.alerts()
	p.alerts = alerts
	return p, errors.Join(append(errs, err)...)
}

func after(resources ...pulumi.Resource) pulumi.ResourceOption { return pulumi.DependsOn(resources) }
