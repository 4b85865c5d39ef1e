package datadog

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/datadogresource"
)

// redacted is what is left of what a rule finds.
const redacted = "[redacted]"

// addScanner takes out of the lines of the account and region what does not belong
// there, before Datadog keeps them. Every rule is as important as any other.
func (d *Datadog) addScanner() error {
	logs := d.args.Config.Logs
	if !logs.Enabled {
		return nil
	}
	group, err := datadogresource.NewScannerGroup(d.ctx, d.name, datadogresource.ScannerGroupArgs{
		Name:         pulumi.String("aws " + d.args.place()),
		Description:  pulumi.String("Takes data of people, and secrets, out of lines"),
		IsEnabled:    pulumi.Bool(true),
		ProductLists: pulumi.ToStringArray([]string{"logs"}),
		Filter:       &datadogresource.ScannerFilter{Query: pulumi.String(fmt.Sprintf("account:%s region:%s", d.args.AccountName, d.args.Region))},
	}, d.child)
	if err != nil {
		return err
	}
	for i, pattern := range logs.Scanner.Library {
		id, err := datadogresource.LookupScannerPattern(d.ctx, pattern, pulumi.Parent(group))
		if err != nil {
			return err
		}
		if err := d.addScannerRule(fmt.Sprintf("library-%d", i), pattern, datadogresource.ScannerRuleArgs{
			GroupID: group.ID(), StandardPatternID: pulumi.String(id),
		}); err != nil {
			return err
		}
	}
	for _, p := range logs.Scanner.Patterns {
		if err := d.addScannerRule(p.Name, p.Name, datadogresource.ScannerRuleArgs{
			GroupID: group.ID(), Pattern: pulumi.String(p.Pattern),
		}); err != nil {
			return err
		}
	}
	return nil
}

func (d *Datadog) addScannerRule(short, title string, args datadogresource.ScannerRuleArgs) error {
	args.Name = pulumi.String(title)
	args.IsEnabled = pulumi.Bool(true)
	args.Priority = pulumi.Int(1)
	args.TextReplacement = &datadogresource.ScannerReplacement{
		Type: pulumi.String("replacement_string"), ReplacementString: pulumi.String(redacted),
	}
	_, err := datadogresource.NewScannerRule(d.ctx, d.name+"-"+short, args, d.child)
	return err
}
