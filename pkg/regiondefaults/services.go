package regiondefaults

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
)

// backupTypes are the kinds of resources that AWS Backup may back up, and whether
// it also manages the backups. AWS replaces the whole list, and backups of a kind
// that is not in it are skipped without a word, so all are listed. Source: the
// documentation of aws.backup.RegionSettings in the pinned SDK; the management
// preference exists for the four that it names.
func backupTypes() (optIn, managed []string) {
	return []string{
		"Aurora", "CloudFormation", "DSQL", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "Redshift",
		"Redshift Serverless", "S3", "SAP HANA on Amazon EC2", "Storage Gateway", "VirtualMachine",
	}, []string{"CloudFormation", "DSQL", "DynamoDB", "EFS"}
}

// systemsManagerSettings are the settings of Systems Manager by name: the end of
// the setting's id and its value. FSBP SSM.7 wants documents that cannot be
// shared with the public, SSM.6 the output of scripts in CloudWatch.
func systemsManagerSettings() map[string][2]string {
	return map[string][2]string{
		"document-sharing":  {"ssm/documents/console/public-sharing-permission", "Disable"},
		"automation-output": {"ssm/automation/customer-script-log-destination", "CloudWatch"},
	}
}

// containerSettings are the defaults of ECS by name. Trunking gives container
// instances room for tasks with interfaces of their own. Tasks cannot be tagged
// without permission in accounts that are younger than March 2024; that setting
// is left as it is, because the provider cannot turn it off again.
func containerSettings() map[string]string {
	return map[string]string{"awsvpcTrunking": "enabled", "containerInsights": "enhanced"}
}

// addSystemsManager names the settings by ARN: AWS answers with the ARN, and a
// short id would be a difference for ever.
func (d *Defaults) addSystemsManager(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	settings := systemsManagerSettings()
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		id, value := settings[name][0], settings[name][1]
		if _, err := ssm.NewServiceSetting(ctx, d.name+"-"+name, &ssm.ServiceSettingArgs{
			SettingId:    pulumi.String(naming.ARN(d.args.Region, "ssm", d.args.Region, d.args.AccountID, "servicesetting/"+id)),
			SettingValue: pulumi.String(value),
		}, child); err != nil {
			return err
		}
	}
	return nil
}

func (d *Defaults) addContainers(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	settings := containerSettings()
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if _, err := ecs.NewAccountSettingDefault(ctx, d.name+"-"+name, &ecs.AccountSettingDefaultArgs{
			Name:  pulumi.String(name),
			Value: pulumi.String(settings[name]),
		}, child); err != nil {
			return err
		}
	}
	scan, frequency := "BASIC", "SCAN_ON_PUSH"
	if d.args.Config.ImageScanning == "enhanced" {
		scan, frequency = "ENHANCED", "CONTINUOUS_SCAN"
	}
	_, err := ecr.NewRegistryScanningConfiguration(ctx, d.name, &ecr.RegistryScanningConfigurationArgs{
		ScanType: pulumi.String(scan),
		Rules: ecr.RegistryScanningConfigurationRuleArray{ecr.RegistryScanningConfigurationRuleArgs{
			ScanFrequency: pulumi.String(frequency),
			RepositoryFilters: ecr.RegistryScanningConfigurationRuleRepositoryFilterArray{
				ecr.RegistryScanningConfigurationRuleRepositoryFilterArgs{Filter: pulumi.String("*"), FilterType: pulumi.String("WILDCARD")},
			},
		}},
	}, child)
	return err
}

func (d *Defaults) addBackup(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	optIn, managed := backupTypes()
	_, err := backup.NewRegionSettings(ctx, d.name, &backup.RegionSettingsArgs{
		ResourceTypeOptInPreference:      allTrue(optIn),
		ResourceTypeManagementPreference: allTrue(managed),
	}, child)
	return err
}

func allTrue(names []string) pulumi.BoolMap {
	all := pulumi.BoolMap{}
	for _, name := range names {
		all[name] = pulumi.Bool(true)
	}
	return all
}
