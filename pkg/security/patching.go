package security

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

const (
	// system is what instances run, as Systems Manager calls it.
	system = "AMAZON_LINUX_2023"
	// patchDocument and inventoryDocument are AWS's own
	// (docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-ssm-documents.html,
	// docs.aws.amazon.com/systems-manager/latest/userguide/inventory-collection.html).
	patchDocument     = "AWS-RunPatchBaseline"
	inventoryDocument = "AWS-GatherSoftwareInventory"
	// cutoffHours is how long before its end a window begins nothing new.
	cutoffHours = 1
	// patchTimeoutSeconds is how long an instance may take.
	patchTimeoutSeconds = 3600
	// patchLogDays is how long the log of patching is kept: HIPAA's six years.
	patchLogDays = 2192
	// patchLog ends the name of its log group.
	patchLog = "/patching"
)

// addPatching adds the baseline of patches and the window in which instances are
// scanned or patched: all that this project made, by their tag, and one at a time, so
// that a cluster of three loses one at most. A server that was not ready again when the
// next one restarts is the reason why installing is a choice.
func (s *Security) addPatching(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if !s.args.Config.Patching.Enabled {
		return nil
	}
	if err := s.addBaseline(ctx, child); err != nil {
		return err
	}
	c, name := s.args.Config.Patching, s.name+"-patching"
	window, err := ssm.NewMaintenanceWindow(ctx, name, &ssm.MaintenanceWindowArgs{
		Description:              pulumi.String("Patches of instances"),
		Schedule:                 pulumi.String(fmt.Sprintf("cron(0 %d ? * %s *)", c.Hour, c.Weekday)),
		ScheduleTimezone:         pulumi.String("UTC"),
		Duration:                 pulumi.Int(c.DurationHours),
		Cutoff:                   pulumi.Int(cutoffHours),
		AllowUnassociatedTargets: pulumi.Bool(false),
	}, child)
	if err != nil {
		return err
	}
	target, err := ssm.NewMaintenanceWindowTarget(ctx, name, &ssm.MaintenanceWindowTargetArgs{
		WindowId:     window.ID(),
		Description:  pulumi.String("Instances that are made by code"),
		ResourceType: pulumi.String("INSTANCE"),
		Targets: ssm.MaintenanceWindowTargetTargetArray{ssm.MaintenanceWindowTargetTargetArgs{
			Key:    pulumi.String("tag:" + naming.TagManagedBy),
			Values: pulumi.ToStringArray([]string{naming.TagSet{}.Tags()[naming.TagManagedBy]}),
		}},
	}, child)
	if err != nil {
		return err
	}
	return s.addPatchTask(ctx, name, window, target, child)
}

// addBaseline makes the baseline the region's default for its system. Other systems have
// that of AWS.
func (s *Security) addBaseline(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	rule := func(days int, severities ...string) ssm.PatchBaselineApprovalRuleArgs {
		filter := func(key string, values ...string) ssm.PatchBaselineApprovalRulePatchFilterArgs {
			return ssm.PatchBaselineApprovalRulePatchFilterArgs{Key: pulumi.String(key), Values: pulumi.ToStringArray(values)}
		}
		return ssm.PatchBaselineApprovalRuleArgs{
			ApproveAfterDays: pulumi.Int(days),
			ComplianceLevel:  pulumi.String("CRITICAL"),
			PatchFilters: ssm.PatchBaselineApprovalRulePatchFilterArray{
				filter("CLASSIFICATION", "Security"), filter("SEVERITY", severities...),
			},
		}
	}
	baseline, err := ssm.NewPatchBaseline(ctx, s.name, &ssm.PatchBaselineArgs{
		Description:     pulumi.String("Security patches: critical ones at once, others when they have proven themselves"),
		OperatingSystem: pulumi.String(system),
		ApprovalRules: ssm.PatchBaselineApprovalRuleArray{
			rule(0, "Critical"), rule(s.args.Config.Patching.ApproveAfterDays, "Important", "Medium", "Low"),
		},
	}, child)
	if err != nil {
		return err
	}
	_, err = ssm.NewDefaultPatchBaseline(ctx, s.name, &ssm.DefaultPatchBaselineArgs{
		BaselineId:      baseline.ID(),
		OperatingSystem: pulumi.String(system),
	}, child)
	return err
}

// addPatchTask adds what the window does, with a log. It names no role: Systems Manager
// uses its service-linked one, which can run commands on instances and nothing else, and
// makes it if need be
// (docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-window-permissions.html).
func (s *Security) addPatchTask(ctx *pulumi.Context, name string, window *ssm.MaintenanceWindow, target *ssm.MaintenanceWindowTarget, child pulumi.ResourceOption) error {
	log, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(naming.UtilityLogGroup(config.ApplicationSecurity) + patchLog),
		KmsKeyId:        pulumi.String(s.args.LogKeyARN),
		RetentionInDays: pulumi.Int(patchLogDays),
	}, child)
	if err != nil {
		return err
	}
	operation, reboot := "Scan", "NoReboot"
	if s.args.Config.Patching.Operation == config.PatchInstall {
		operation, reboot = "Install", "RebootIfNeeded"
	}
	parameter := func(name, value string) ssm.MaintenanceWindowTaskTaskInvocationParametersRunCommandParametersParameterArgs {
		return ssm.MaintenanceWindowTaskTaskInvocationParametersRunCommandParametersParameterArgs{
			Name: pulumi.String(name), Values: pulumi.ToStringArray([]string{value}),
		}
	}
	_, err = ssm.NewMaintenanceWindowTask(ctx, name, &ssm.MaintenanceWindowTaskArgs{
		WindowId:       window.ID(),
		Description:    pulumi.String("Patches of instances"),
		TaskType:       pulumi.String("RUN_COMMAND"),
		TaskArn:        pulumi.String(patchDocument),
		Priority:       pulumi.Int(1),
		MaxConcurrency: pulumi.String("1"),
		MaxErrors:      pulumi.String("0"),
		CutoffBehavior: pulumi.String("CONTINUE_TASK"),
		Targets: ssm.MaintenanceWindowTaskTargetArray{ssm.MaintenanceWindowTaskTargetArgs{
			Key: pulumi.String("WindowTargetIds"), Values: pulumi.StringArray{target.ID()},
		}},
		TaskInvocationParameters: ssm.MaintenanceWindowTaskTaskInvocationParametersArgs{
			RunCommandParameters: ssm.MaintenanceWindowTaskTaskInvocationParametersRunCommandParametersArgs{
				Comment:        pulumi.String("Patches of instances"),
				TimeoutSeconds: pulumi.Int(patchTimeoutSeconds),
				CloudwatchConfig: ssm.MaintenanceWindowTaskTaskInvocationParametersRunCommandParametersCloudwatchConfigArgs{
					CloudwatchLogGroupName: log.Name, CloudwatchOutputEnabled: pulumi.Bool(true),
				},
				Parameters: ssm.MaintenanceWindowTaskTaskInvocationParametersRunCommandParametersParameterArray{
					parameter("Operation", operation), parameter("RebootOption", reboot),
				},
			},
		},
	}, child)
	return err
}

// addInventory lists what is installed on every instance that Systems Manager knows.
func (s *Security) addInventory(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if !s.args.Config.Patching.Inventory {
		return nil
	}
	_, err := ssm.NewAssociation(ctx, s.name+"-inventory", &ssm.AssociationArgs{
		Name:               pulumi.String(inventoryDocument),
		AssociationName:    pulumi.String("inventory"),
		ScheduleExpression: pulumi.String("rate(1 day)"),
		Parameters: pulumi.StringMap{
			"applications": pulumi.String("Enabled"), "awsComponents": pulumi.String("Enabled"), "instanceDetailedInformation": pulumi.String("Enabled"),
			"networkConfig": pulumi.String("Enabled"), "services": pulumi.String("Enabled"),
		},
		Targets: ssm.AssociationTargetArray{ssm.AssociationTargetArgs{Key: pulumi.String("InstanceIds"), Values: pulumi.ToStringArray([]string{"*"})}},
	}, child)
	return err
}
