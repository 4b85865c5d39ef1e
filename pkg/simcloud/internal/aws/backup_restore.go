package aws

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func restoreTest() *resource.Kind {
	return &resource.Kind{
		Token: tokRestoreTest, Service: "Backup", Noun: "Backup Restore Testing Plan", CreateOp: "CreateRestoreTestingPlan", UpdateOp: "UpdateRestoreTestingPlan", DeleteOp: "DeleteRestoreTestingPlan",
		Naming: &resource.Naming{Property: "name", Max: 50},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "the name is the plan's ARN"}},
			Sets:     []string{"recoveryPointSelection.excludeVaults", "recoveryPointSelection.includeVaults", "recoveryPointSelection.recoveryPointTypes"},
			Computed: []string{"scheduleExpressionTimezone", "startWindowHours"},
			Enums: map[string][]string{
				"recoveryPointSelection.algorithm":          {"LATEST_WITHIN_WINDOW", "RANDOM_WITHIN_WINDOW"},
				"recoveryPointSelection.recoveryPointTypes": {"CONTINUOUS", "SNAPSHOT"},
			},
			Ranges: map[string]schema.Range{"startWindowHours": {Min: 1, Max: 168}, "recoveryPointSelection.selectionWindowDays": {Min: 1, Max: 365}},
		},
		Validate: checkRestoreTest,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			c.Obj.ARN = fmt.Sprintf("arn:aws:backup:%s:%s:restore-testing-plan:%s-%s", c.Region, c.Account, c.Obj.ID, c.UUID("restore"))
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("AlreadyExistsException", "Restore testing plan with the name %s already exists", c.Obj.ID)
			}
			if limit := c.Limits["restore testing plans per region"]; inRegion(c) >= limit {
				return resource.Faultf("LimitExceededException", "You have reached the maximum number of restore testing plans: %d", limit)
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("scheduleExpressionTimezone", defaultBackupZone)
			c.Default("startWindowHours", 24)
			points := c.In.Obj("recoveryPointSelection")
			for _, arn := range slices.Concat(points.Strs("includeVaults"), points.Strs("excludeVaults")) {
				if !strings.Contains(arn, "*") && vaultByARN(c, arn) == nil {
					return resource.Faultf("InvalidParameterValueException", "Backup vault %s does not exist or is not accessible", arn)
				}
			}
			return nil
		},
		Report: func(c *resource.Call) {
			points := map[string]any{"excludeVaults": resource.List[any](), "selectionWindowDays": 30}
			maps.Copy(points, c.In.Obj("recoveryPointSelection"))
			c.Out("recoveryPointSelection", points)
		},
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokRestoreSelection)) > 0 {
				return resource.Faultf("InvalidRequestException", "Restore testing plan %s cannot be deleted while it has restore testing selections", c.Obj.ID)
			}
			return nil
		},
	}
}

func checkRestoreTest(v *resource.Validation) {
	checkRestoreName(v)
	if !v.In.Has("recoveryPointSelection") {
		v.Fail("recoveryPointSelection", "recovery_point_selection must have a configuration value as the provider has marked it as required")
	}
	if text := v.In.Str("scheduleExpression"); v.In.Known("scheduleExpression") && !timesOf(text, "cron") {
		v.Fail("scheduleExpression", "InvalidParameterValueException: Invalid schedule expression %s", text)
	}
	if zone := v.In.Str("scheduleExpressionTimezone"); zone != "" {
		if _, err := time.LoadLocation(zone); err != nil {
			v.Fail("scheduleExpressionTimezone", "InvalidParameterValueException: Invalid timezone %s", zone)
		}
	}
}

func checkRestoreName(v *resource.Validation) {
	if v.In.Known("name") && !regexp.MustCompile(`^[0-9A-Za-z_]{1,50}$`).MatchString(v.In.Str("name")) {
		v.Fail("name", "invalid value for name (must contain only alphanumeric characters, and underscores, 50 at most): %q", v.In.Str("name"))
	}
}

// restorableTypes are those that can be tested. Source: docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html.
func restorableTypes() []string {
	return []string{"Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "S3"}
}

func restoreSelection() *resource.Kind {
	const arns, conditions = "protectedResourceArns", "protectedResourceConditions"
	return &resource.Kind{
		Token: tokRestoreSelection, Service: "Backup", Noun: "Backup Restore Testing Selection", CreateOp: "CreateRestoreTestingSelection", UpdateOp: "UpdateRestoreTestingSelection", DeleteOp: "DeleteRestoreTestingSelection",
		Naming: &resource.Naming{Property: "name", Max: 50},
		Rules: schema.Rules{
			Replaces:   []schema.Replace{{Properties: []string{"name", "restoreTestingPlanName", "protectedResourceType"}, Why: "a selection is of one type and has its name in its plan"}},
			Sets:       []string{arns},
			Computed:   []string{arns, "restoreMetadataOverrides", "validationWindowHours"},
			Enums:      map[string][]string{"protectedResourceType": restorableTypes()},
			Ranges:     map[string]schema.Range{"validationWindowHours": {Min: 1, Max: 168}},
			Formats:    map[string]schema.Format{"iamRoleArn": schema.ARN},
			ExactlyOne: [][]string{{arns, conditions}},
		},
		Validate: func(v *resource.Validation) {
			checkRestoreName(v)
			for _, arn := range v.In.Strs(arns) {
				if arn != "*" && strings.Count(arn, ":") < 5 {
					v.Fail(arns, "value must be an ARN or \"*\", got: %q", arn)
				}
			}
			checkTagConditions(v, conditions+".stringEquals", v.In.Obj(conditions).Objs("stringEquals"))
			checkTagConditions(v, conditions+".stringNotEquals", v.In.Obj(conditions).Objs("stringNotEquals"))
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name") + ":" + c.In.Str("restoreTestingPlanName")
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("AlreadyExistsException", "Restore testing selection with the name %s already exists", c.In.Str("name"))
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			plan := c.Regional(tokRestoreTest, c.In.Str("restoreTestingPlanName"))
			if plan == nil {
				return resource.Faultf("ResourceNotFoundException", "Cannot find restore testing plan with name %s", c.In.Str("restoreTestingPlanName"))
			}
			if limit := c.Limits["selections per restore test"]; c.Creating() && len(resource.UsersOf(c.Tx, plan.Key, tokRestoreSelection)) >= limit {
				return resource.Faultf("LimitExceededException", "You have reached the maximum number of selections of restore testing plan %s: %d", plan.ID, limit)
			}
			c.Default(arns, resource.List[any]())
			c.Default("restoreMetadataOverrides", map[string]any{})
			c.Default("validationWindowHours", 0)
			return needBackupRole(c)
		},
	}
}

func backupReport() *resource.Kind {
	return &resource.Kind{
		Token: tokBackupReport, Service: "Backup", Noun: "Backup Report Plan", CreateOp: "CreateReportPlan", UpdateOp: "UpdateReportPlan", DeleteOp: "DeleteReportPlan",
		Naming: &resource.Naming{Property: "name", Max: 256},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "the name is the report plan's ARN"}},
			Sets:     []string{"reportDeliveryChannel.formats", "reportSetting.accounts", "reportSetting.frameworkArns", "reportSetting.organizationUnits", "reportSetting.regions"},
			Enums: map[string][]string{
				"reportDeliveryChannel.formats": {"CSV", "JSON"},
				"reportSetting.reportTemplate":  {"RESOURCE_COMPLIANCE_REPORT", "CONTROL_COMPLIANCE_REPORT", "BACKUP_JOB_REPORT", "COPY_JOB_REPORT", "RESTORE_JOB_REPORT"},
			},
			Lengths: map[string]schema.Range{"description": {Min: 0, Max: 1024}},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("name") && !regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]{0,255}$`).MatchString(v.In.Str("name")) {
				v.Fail("name", "invalid value for name (must be between 1 and 256 characters, starting with a letter, and consisting of letters, numbers, and underscores): %q", v.In.Str("name"))
			}
			report := v.In.Obj("reportSetting")
			if template := report.Str("reportTemplate"); strings.HasSuffix(template, "_COMPLIANCE_REPORT") || report.Has("frameworkArns") {
				v.Fail("reportSetting", "the simulated cloud does not simulate frameworks, nor reports on them (%s)", template)
			}
			for _, region := range report.Strs("regions") {
				if region != "*" && !slices.Contains(Regions(), region) {
					v.Fail("reportSetting.regions", "InvalidParameterValueException: Invalid region: %s", region)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			c.Obj.ARN = fmt.Sprintf("arn:aws:backup:%s:%s:report-plan:%s-%s", c.Region, c.Account, c.Obj.ID, c.UUID("report"))
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("AlreadyExistsException", "Report plan with the name %s already exists", c.Obj.ID)
			}
			if limit := c.Limits["report plans per region"]; inRegion(c) >= limit {
				return resource.Faultf("LimitExceededException", "You have reached the maximum number of report plans: %d", limit)
			}
			c.Out("creationTime", c.Now.Format(time.RFC3339))
			c.Out("deploymentStatus", "COMPLETED")
			return nil
		},
		Apply: func(c *resource.Call) error {
			if name := c.In.Obj("reportDeliveryChannel").Str("s3BucketName"); findBucket(c, name) == nil {
				return resource.Faultf("InvalidParameterValueException", "The S3 bucket %s does not exist or is not accessible", name)
			}
			return nil
		},
	}
}
