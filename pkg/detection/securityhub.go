package detection

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/securityhub"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
)

// standards returns the part of a standard's ARN behind its region, by the
// standard's name in the configuration
// (docs.aws.amazon.com/securityhub/latest/userguide/securityhub-standards-enable-disable.html).
func standards() map[string]string {
	return map[string]string{
		"fsbp":        "aws-foundational-security-best-practices/v/1.0.0",
		"cis-1.4":     "cis-aws-foundations-benchmark/v/1.4.0",
		"cis-3.0":     "cis-aws-foundations-benchmark/v/3.0.0",
		"nist-800-53": "nist-800-53/v/5.0.0",
		"pci-dss":     "pci-dss/v/3.2.1",
	}
}

// standardARN returns the ARN of a standard in the region; no account owns it.
func (a Args) standardARN(standard string) string {
	return naming.ARN(a.Region, "securityhub", a.Region, "", "standards/"+standards()[standard])
}

// resolveControls finds where each disabled control must be disabled. A control is
// disabled standard by standard, and only where it is part of one. One that is in
// no standard that is checked is not evaluated anyway.
func (a Args) resolveControls(p *plan) []error {
	hub := a.Config.SecurityHub
	errs := known("standard", hub.Standards, slices.Sorted(maps.Keys(standards())))
	membership, err := controls()
	if err != nil {
		return append(errs, err)
	}
	p.disabled = map[string][]string{}
	for _, control := range hub.Disabled {
		in, ok := membership[control.Name]
		switch {
		case !ok:
			errs = append(errs, fmt.Errorf("disabled control %q is in none of the standards that this project knows: check its spelling, or add it to controls.csv", control.Name))
		case p.disabled[control.Name] != nil:
			errs = append(errs, fmt.Errorf("disabled control %q is given twice, want it once", control.Name))
		}
		p.disabled[control.Name] = []string{}
		for _, standard := range in {
			if slices.Contains(hub.Standards, standard) {
				p.disabled[control.Name] = append(p.disabled[control.Name], standard)
			}
		}
	}
	return errs
}

// addSecurityHub adds the hub, the standards that it checks and the controls that
// do not apply. Only what is configured is checked, so the hub brings no standard
// of its own. Controls are evaluated by AWS Config, which need not be there yet.
func (d *Detection) addSecurityHub(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if !d.args.Config.SecurityHub.Enabled {
		return nil
	}
	hub, err := securityhub.NewAccount(ctx, d.name, &securityhub.AccountArgs{
		EnableDefaultStandards:  pulumi.Bool(false),
		AutoEnableControls:      pulumi.Bool(true),
		ControlFindingGenerator: pulumi.String("SECURITY_CONTROL"),
	}, child)
	if err != nil {
		return err
	}
	subscriptions := map[string]pulumi.Resource{}
	for _, standard := range slices.Sorted(slices.Values(d.args.Config.SecurityHub.Standards)) {
		subscriptions[standard], err = securityhub.NewStandardsSubscription(ctx, d.name+"-"+standard, &securityhub.StandardsSubscriptionArgs{
			StandardsArn: pulumi.String(d.args.standardARN(standard)),
		}, child, after(hub))
		if err != nil {
			return err
		}
	}
	if err := d.disable(ctx, subscriptions, child); err != nil {
		return err
	}
	if !d.args.HomeRegion {
		return nil
	}
	_, err = securityhub.NewFindingAggregator(ctx, d.name, &securityhub.FindingAggregatorArgs{
		LinkingMode: pulumi.String("ALL_REGIONS"),
	}, child, after(hub))
	return err
}

// disable disables controls in the standards that are checked, with the reason.
func (d *Detection) disable(ctx *pulumi.Context, subscriptions map[string]pulumi.Resource, child pulumi.ResourceOption) error {
	for _, control := range d.args.Config.SecurityHub.Disabled {
		for _, standard := range d.plan.disabled[control.Name] {
			_, err := securityhub.NewStandardsControlAssociation(ctx, d.name+"-"+standard+"-"+control.Name, &securityhub.StandardsControlAssociationArgs{
				StandardsArn:      pulumi.String(d.args.standardARN(standard)),
				SecurityControlId: pulumi.String(control.Name),
				AssociationStatus: pulumi.String("DISABLED"),
				UpdatedReason:     pulumi.String(control.Reason),
			}, child, after(subscriptions[standard]))
			if err != nil {
				return err
			}
		}
	}
	return nil
}
