package backup

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/cellrole"
)

// The times of backups, in UTC and apart, so that no two work on one resource at once.
const (
	daily   = "cron(0 5 * * ? *)"
	monthly = "cron(0 7 1 * ? *)"
	yearly  = "cron(0 9 1 1 ? *)"
	weekly  = "cron(0 11 ? * SUN *)"

	// A job that has not begun after startMinutes is given up, and one that is not done
	// after completionMinutes.
	startMinutes      = 60
	completionMinutes = 720
	// testDays is how old a backup may be that is tested, and testHours how long what was
	// restored stays, for whoever looks at it.
	testDays  = 7
	testHours = 4
)

// plan is one backup plan: buckets can be restored to any second within the days of the
// daily backup. Databases can by themselves (database.backupDays), and AWS Backup would
// take their windows over.
type plan struct {
	name       string
	continuous bool
	resources  pulumi.StringArray
}

// plans returns those that have something to back up.
func (b *Backup) plans() []plan {
	objects, rest := plan{name: "objects", continuous: true}, plan{name: "snapshots"}
	for _, name := range slices.Sorted(maps.Keys(b.args.Resources)) {
		if r := b.args.Resources[name]; r.Kind == Bucket {
			objects.resources = append(objects.resources, r.ARN)
		} else {
			rest.resources = append(rest.resources, r.ARN)
		}
	}
	return slices.DeleteFunc([]plan{objects, rest}, func(p plan) bool { return len(p.resources) == 0 })
}

func (b *Backup) addPlans(ctx *pulumi.Context, role *cellrole.Role, child, waits pulumi.ResourceOption) error {
	for _, p := range b.plans() {
		name := b.name + "-" + p.name
		made, err := backup.NewPlan(ctx, name, &backup.PlanArgs{
			Name:  pulumi.String("cell-" + b.args.Client + "-" + p.name),
			Rules: b.rules(p.continuous),
		}, child, waits)
		if err != nil {
			return err
		}
		if _, err := backup.NewSelection(ctx, name, &backup.SelectionArgs{
			Name:       pulumi.String(p.name),
			PlanId:     made.ID(),
			IamRoleArn: role.ARN,
			Resources:  p.resources,
		}, child, waits); err != nil {
			return err
		}
	}
	return nil
}

func (b *Backup) rules(continuous bool) backup.PlanRuleArray {
	var rules backup.PlanRuleArray
	for _, r := range []struct {
		name, schedule string
		days           int
		continuous     bool
	}{
		{"daily", daily, b.args.Config.DailyDays, continuous},
		{"monthly", monthly, b.args.Config.MonthlyDays, false},
		{"yearly", yearly, b.args.Config.YearlyDays, false},
	} {
		if r.days == 0 {
			continue
		}
		rule := backup.PlanRuleArgs{
			RuleName:         pulumi.String(r.name),
			TargetVaultName:  b.VaultName,
			Schedule:         pulumi.String(r.schedule),
			StartWindow:      pulumi.Int(startMinutes),
			CompletionWindow: pulumi.Int(completionMinutes),
			Lifecycle:        backup.PlanRuleLifecycleArgs{DeleteAfter: pulumi.Int(r.days)},
		}
		if r.continuous {
			rule.EnableContinuousBackup = pulumi.Bool(true)
		}
		if b.args.Copy != nil {
			rule.CopyActions = backup.PlanRuleCopyActionArray{backup.PlanRuleCopyActionArgs{
				DestinationVaultArn: b.CopyVaultARN,
				Lifecycle:           backup.PlanRuleCopyActionLifecycleArgs{DeleteAfter: pulumi.Int(r.days)},
			}}
		}
		rules = append(rules, rule)
	}
	return rules
}

// addTests restores the newest backup of each resource once a week. AWS Backup deletes
// what it restored.
func (b *Backup) addTests(ctx *pulumi.Context, role *cellrole.Role, child, waits pulumi.ResourceOption) error {
	if !b.args.Config.RestoreTest {
		return nil
	}
	// Names of tests have no dashes.
	made, err := backup.NewRestoreTestingPlan(ctx, b.name, &backup.RestoreTestingPlanArgs{
		Name:               pulumi.String("cell_" + b.args.Client),
		ScheduleExpression: pulumi.String(weekly),
		StartWindowHours:   pulumi.Int(testHours),
		RecoveryPointSelection: backup.RestoreTestingPlanRecoveryPointSelectionArgs{
			Algorithm:           pulumi.String("LATEST_WITHIN_WINDOW"),
			IncludeVaults:       pulumi.StringArray{b.VaultARN},
			RecoveryPointTypes:  pulumi.ToStringArray([]string{"CONTINUOUS", "SNAPSHOT"}),
			SelectionWindowDays: pulumi.Int(testDays),
		},
	}, child, waits)
	if err != nil {
		return err
	}
	for _, kind := range []Kind{Cluster, FileSystem, Database, Bucket} {
		var arns pulumi.StringArray
		for _, name := range slices.Sorted(maps.Keys(b.args.Resources)) {
			if r := b.args.Resources[name]; r.Kind == kind {
				arns = append(arns, r.ARN)
			}
		}
		if len(arns) == 0 {
			continue
		}
		name := strings.ToLower(string(kind))
		if _, err := backup.NewRestoreTestingSelection(ctx, b.name+"-"+name, &backup.RestoreTestingSelectionArgs{
			Name:                   pulumi.String(name),
			RestoreTestingPlanName: made.Name,
			ProtectedResourceType:  pulumi.String(string(kind)),
			ProtectedResourceArns:  arns,
			IamRoleArn:             role.ARN,
			ValidationWindowHours:  pulumi.Int(testHours),
		}, child, waits); err != nil {
			return err
		}
	}
	return nil
}
