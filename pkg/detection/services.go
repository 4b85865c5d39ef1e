package detection

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/accessanalyzer"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/guardduty"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/inspector2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/macie2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
)

const (
	// publishing is how often GuardDuty and Macie repeat what they still see: the
	// shortest interval that both have. New findings are published at once.
	publishing = "FIFTEEN_MINUTES"

	runtimeMonitoring = "RUNTIME_MONITORING"

	// maxAnalyzer is the longest name of an analyzer
	// (docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAnalyzer.html).
	maxAnalyzer = 255
	// maxUnusedAccessDays is the oldest that access can get before it is a finding
	// (docs.aws.amazon.com/access-analyzer/latest/APIReference/API_UnusedAccessConfiguration.html).
	maxUnusedAccessDays = 365
)

// features are the protections of GuardDuty that Config decides on. A new detector
// switches some of them on by itself, so each is set, on or off.
func features() []string {
	return []string{"EBS_MALWARE_PROTECTION", "LAMBDA_NETWORK_LOGS", "RDS_LOGIN_EVENTS", runtimeMonitoring, "S3_DATA_EVENTS"}
}

// scanned are what Inspector can scan.
func scanned() []string { return []string{"EC2", "ECR", "LAMBDA", "LAMBDA_CODE"} }

// checkServices returns the faults in what is switched on.
func (a Args) checkServices() []error {
	errs := known("GuardDuty feature", a.Config.GuardDuty.Features, features())
	errs = append(errs, known("Inspector resource type", a.Config.Inspector, scanned())...)
	if slices.Contains(a.Config.Inspector, "LAMBDA_CODE") && !slices.Contains(a.Config.Inspector, "LAMBDA") {
		errs = append(errs, errors.New("inspector scans LAMBDA_CODE only together with LAMBDA, want both"))
	}
	if days := a.Config.UnusedAccessDays; a.HomeRegion && (days < 1 || days > maxUnusedAccessDays) {
		errs = append(errs, fmt.Errorf("unused access of %d days is out of range, want 1 to %d", days, maxUnusedAccessDays))
	}
	return errs
}

// known returns a fault for each value that is not one of want, or is there twice.
func known(what string, values, want []string) []error {
	var errs []error
	seen := map[string]bool{}
	for _, value := range values {
		if !slices.Contains(want, value) {
			errs = append(errs, fmt.Errorf("%s %q is unknown, want one of %s", what, value, strings.Join(want, ", ")))
		}
		if seen[value] {
			errs = append(errs, fmt.Errorf("%s %q is given twice, want it once", what, value))
		}
		seen[value] = true
	}
	return errs
}

// addGuardDuty adds the detector and sets its features. Runtime monitoring brings
// its own agents to tasks on Fargate and to instances; there are no clusters of
// Kubernetes.
func (d *Detection) addGuardDuty(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if !d.args.Config.GuardDuty.Enabled {
		return nil
	}
	detector, err := guardduty.NewDetector(ctx, d.name, &guardduty.DetectorArgs{
		Enable:                     pulumi.Bool(true),
		FindingPublishingFrequency: pulumi.String(publishing),
	}, child, pulumi.Protect(d.args.DeletionProtection))
	if err != nil {
		return err
	}
	d.DetectorID = detector.ID().ToStringOutput()
	for _, feature := range features() {
		status := "DISABLED"
		if slices.Contains(d.args.Config.GuardDuty.Features, feature) {
			status = "ENABLED"
		}
		args := &guardduty.DetectorFeatureArgs{
			DetectorId: detector.ID(),
			Name:       pulumi.String(feature),
			Status:     pulumi.String(status),
		}
		if feature == runtimeMonitoring {
			args.AdditionalConfigurations = agents(status)
		}
		if _, err := guardduty.NewDetectorFeature(ctx, d.name+"-"+strings.ToLower(strings.ReplaceAll(feature, "_", "-")), args, child); err != nil {
			return err
		}
	}
	return nil
}

// agents returns whether runtime monitoring manages its agents. All of them are
// named, in the order in which GuardDuty answers with all of them: another order
// would be a difference for ever. There are no EKS clusters.
func agents(status string) guardduty.DetectorFeatureAdditionalConfigurationArray {
	var out guardduty.DetectorFeatureAdditionalConfigurationArray
	for _, agent := range []struct{ name, status string }{
		{"EKS_ADDON_MANAGEMENT", "DISABLED"}, {"ECS_FARGATE_AGENT_MANAGEMENT", status}, {"EC2_AGENT_MANAGEMENT", status},
	} {
		out = append(out, guardduty.DetectorFeatureAdditionalConfigurationArgs{Name: pulumi.String(agent.name), Status: pulumi.String(agent.status)})
	}
	return out
}

func (d *Detection) addInspector(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if len(d.args.Config.Inspector) == 0 {
		return nil
	}
	_, err := inspector2.NewEnabler(ctx, d.name, &inspector2.EnablerArgs{
		AccountIds:    pulumi.ToStringArray([]string{d.args.AccountID}),
		ResourceTypes: pulumi.ToStringArray(slices.Sorted(slices.Values(d.args.Config.Inspector))),
	}, child)
	return err
}

func (d *Detection) addMacie(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if !d.args.Config.Macie {
		return nil
	}
	_, err := macie2.NewAccount(ctx, d.name, &macie2.AccountArgs{
		Status:                     pulumi.String("ENABLED"),
		FindingPublishingFrequency: pulumi.String(publishing),
	}, child)
	return err
}

// resolveAnalyzers names the analyzers. AWS wants names that are given.
func (a Args) resolveAnalyzers(p *plan) []error {
	if a.OrganizationName == "" || a.AccountName == "" {
		return nil // already a fault
	}
	var errs [2]error
	p.external, errs[0] = naming.Physical(maxAnalyzer, a.OrganizationName, a.AccountName, "external-access")
	p.unused, errs[1] = naming.Physical(maxAnalyzer, a.OrganizationName, a.AccountName, "unused-access")
	return errs[:1] // both fail for the same reason
}

// addAnalyzers adds the analyzer of who outside the account can reach what is in
// the region, and at home the one of access that nobody uses.
func (d *Detection) addAnalyzers(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	external, err := accessanalyzer.NewAnalyzer(ctx, d.name+"-external-access", &accessanalyzer.AnalyzerArgs{
		AnalyzerName: pulumi.String(d.plan.external),
		Type:         pulumi.String("ACCOUNT"),
	}, child)
	if err != nil {
		return err
	}
	if len(d.args.TrustedAccountIDs) > 0 {
		if err := d.addArchiveRule(ctx, external, child); err != nil {
			return err
		}
	}
	if !d.args.HomeRegion {
		return nil
	}
	_, err = accessanalyzer.NewAnalyzer(ctx, d.name+"-unused-access", &accessanalyzer.AnalyzerArgs{
		AnalyzerName: pulumi.String(d.plan.unused),
		Type:         pulumi.String("ACCOUNT_UNUSED_ACCESS"),
		Configuration: accessanalyzer.AnalyzerConfigurationArgs{
			UnusedAccess: accessanalyzer.AnalyzerConfigurationUnusedAccessArgs{
				UnusedAccessAge: pulumi.Int(d.args.Config.UnusedAccessDays),
			},
		},
	}, child)
	return err
}

// addArchiveRule archives findings of roles that trusted accounts may assume. A
// role that anyone may assume is a finding still.
func (d *Detection) addArchiveRule(ctx *pulumi.Context, analyzer *accessanalyzer.Analyzer, child pulumi.ResourceOption) error {
	ids := slices.Compact(slices.Sorted(slices.Values(d.args.TrustedAccountIDs)))
	_, err := accessanalyzer.NewArchiveRule(ctx, d.name+"-trusted-accounts", &accessanalyzer.ArchiveRuleArgs{
		AnalyzerName: analyzer.AnalyzerName,
		RuleName:     pulumi.String("trusted-accounts"),
		Filters: accessanalyzer.ArchiveRuleFilterArray{
			accessanalyzer.ArchiveRuleFilterArgs{
				Criteria: pulumi.String("isPublic"), Eqs: pulumi.ToStringArray([]string{"false"}),
			},
			accessanalyzer.ArchiveRuleFilterArgs{
				Criteria: pulumi.String("principal.AWS"), Contains: pulumi.ToStringArray(ids),
			},
			accessanalyzer.ArchiveRuleFilterArgs{
				Criteria: pulumi.String("resourceType"), Eqs: pulumi.ToStringArray([]string{"AWS::IAM::Role"}),
			},
		},
	}, child)
	return err
}
