package security

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cfg"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/guardduty"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/inspector2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/macie2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/securityhub"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// everyone switches a service on in accounts that there are and in new ones, nobody
	// in none
	// (docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateOrganizationConfiguration.html).
	everyone, nobody = "ALL", "NONE"

	runtimeMonitoring = "RUNTIME_MONITORING"
)

// addAggregation gathers what AWS Config records: at the center, the aggregator, and
// elsewhere the leave for it. The center's own account needs none. The aggregator asks
// every account for every region; what is not there is shown as not authorized
// (docs.aws.amazon.com/config/latest/developerguide/aggregate-data.html).
func (s *Security) addAggregation(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if s.args.central() {
		_, err := cfg.NewConfigurationAggregator(ctx, s.name, &cfg.ConfigurationAggregatorArgs{
			AccountAggregationSource: cfg.ConfigurationAggregatorAccountAggregationSourceArgs{
				AccountIds: pulumi.ToStringArray(slices.Sorted(maps.Values(s.args.Members))),
				Regions:    pulumi.ToStringArray(slices.Compact(slices.Sorted(slices.Values(s.args.Regions)))),
			},
		}, child)
		return err
	}
	if s.args.Center.AccountID == s.args.AccountID {
		return nil
	}
	_, err := cfg.NewAggregateAuthorization(ctx, s.name, &cfg.AggregateAuthorizationArgs{
		AccountId: pulumi.String(s.args.Center.AccountID),
		Region:    pulumi.String(s.args.Center.Region),
	}, child)
	return err
}

// addAdministration switches on, in every account of the organization of AWS, what the
// baseline of this account and region detects. The management account must have named
// this one the administrator; until then each of these is refused. Accounts that have
// something on already keep it.
func (s *Security) addAdministration(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if !s.args.Config.OrganizationAdmin {
		return nil
	}
	if err := s.administerGuardDuty(ctx, child); err != nil {
		return err
	}
	// Which standards are checked is each account's baseline's to say.
	if _, err := securityhub.NewOrganizationConfiguration(ctx, s.name, &securityhub.OrganizationConfigurationArgs{
		AutoEnable:          pulumi.Bool(true),
		AutoEnableStandards: pulumi.String(nobody),
		OrganizationConfiguration: securityhub.OrganizationConfigurationOrganizationConfigurationArgs{
			ConfigurationType: pulumi.String("LOCAL"),
		},
	}, child); err != nil {
		return err
	}
	scans := func(kind string) pulumi.Bool { return pulumi.Bool(slices.Contains(s.args.Detection.Inspector, kind)) }
	if _, err := inspector2.NewOrganizationConfiguration(ctx, s.name, &inspector2.OrganizationConfigurationArgs{
		AutoEnable: inspector2.OrganizationConfigurationAutoEnableArgs{
			Ec2: scans("EC2"), Ecr: scans("ECR"), Lambda: scans("LAMBDA"), LambdaCode: scans("LAMBDA_CODE"),
		},
	}, child); err != nil {
		return err
	}
	_, err := macie2.NewOrganizationConfiguration(ctx, s.name, &macie2.OrganizationConfigurationArgs{
		AutoEnable: pulumi.Bool(s.args.Detection.Macie),
	}, child)
	return err
}

func (s *Security) administerGuardDuty(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	detector := pulumi.String(s.args.Config.DetectorID)
	organization, err := guardduty.NewOrganizationConfiguration(ctx, s.name, &guardduty.OrganizationConfigurationArgs{
		DetectorId:                    detector,
		AutoEnableOrganizationMembers: pulumi.String(everyone),
	}, child)
	if err != nil {
		return err
	}
	for _, feature := range []string{"EBS_MALWARE_PROTECTION", "LAMBDA_NETWORK_LOGS", "RDS_LOGIN_EVENTS", runtimeMonitoring, "S3_DATA_EVENTS"} {
		status := nobody
		if slices.Contains(s.args.Detection.GuardDuty.Features, feature) {
			status = everyone
		}
		args := &guardduty.OrganizationConfigurationFeatureArgs{
			DetectorId: detector,
			Name:       pulumi.String(feature),
			AutoEnable: pulumi.String(status),
		}
		if feature == runtimeMonitoring {
			args.AdditionalConfigurations = agents(status)
		}
		name := s.name + "-" + strings.ToLower(strings.ReplaceAll(feature, "_", "-"))
		if _, err := guardduty.NewOrganizationConfigurationFeature(ctx, name, args, child, after(organization)); err != nil {
			return err
		}
	}
	return nil
}

// agents returns who manages the agents of runtime monitoring. All are named, because
// GuardDuty answers with all of them; there are no clusters of Kubernetes.
func agents(status string) guardduty.OrganizationConfigurationFeatureAdditionalConfigurationArray {
	var out guardduty.OrganizationConfigurationFeatureAdditionalConfigurationArray
	for _, agent := range []struct{ name, status string }{
		{"ECS_FARGATE_AGENT_MANAGEMENT", status}, {"EC2_AGENT_MANAGEMENT", status}, {"EKS_ADDON_MANAGEMENT", nobody},
	} {
		out = append(out, guardduty.OrganizationConfigurationFeatureAdditionalConfigurationArgs{
			Name: pulumi.String(agent.name), AutoEnable: pulumi.String(agent.status),
		})
	}
	return out
}
