package aws

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// Bounds of a rule. Source: docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html and
// point-in-time-recovery.html.
const (
	shortestWindow      = 60 // minutes
	coldStorageDays     = 90 // the least that a backup stays in cold storage
	longestContinuous   = 35 // days
	defaultStartMinutes = 60
	defaultDoneMinutes  = 180
	defaultBackupZone   = "Etc/UTC"
)

func backupPlan() *resource.Kind {
	return &resource.Kind{
		Token: tokBackupPlan, Service: "Backup", Noun: "Backup Plan", CreateOp: "CreateBackupPlan", UpdateOp: "UpdateBackupPlan", DeleteOp: "DeleteBackupPlan",
		Naming: &resource.Naming{Property: "name", Max: 50},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "the provider has no update of it"}},
			Sets:     []string{"rules", "rules.copyActions", "advancedBackupSettings"},
			Enums:    map[string][]string{"advancedBackupSettings.resourceType": {"EC2"}},
			Lengths:  map[string]schema.Range{"rules.ruleName": {Min: 1, Max: 50}},
			Formats:  map[string]schema.Format{"rules.copyActions.destinationVaultArn": schema.ARN},
			Ranges: map[string]schema.Range{
				"rules.lifecycle.coldStorageAfter": {Min: 0, Max: longestRetention}, "rules.lifecycle.deleteAfter": {Min: 0, Max: longestRetention},
				"rules.copyActions.lifecycle.coldStorageAfter": {Min: 0, Max: longestRetention}, "rules.copyActions.lifecycle.deleteAfter": {Min: 0, Max: longestRetention},
			},
		},
		Derived:  map[string][]string{"rules": {"version"}, "advancedBackupSettings": {"version"}},
		Validate: checkBackupPlan,
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["backup plans per region"] {
				return resource.Faultf("LimitExceededException", "You have reached the maximum number of backup plans: %d", c.Limits["backup plans per region"])
			}
			c.Obj.ID = c.UUID("plan")
			c.Obj.ARN = fmt.Sprintf("arn:aws:backup:%s:%s:backup-plan:%s", c.Region, c.Account, c.Obj.ID)
			return nil
		},
		Apply:  applyBackupPlan,
		Report: reportBackupPlan,
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokBackupSelection)) > 0 {
				return resource.Faultf("InvalidRequestException", "Related backup plan selections must be deleted prior to backup plan deletion")
			}
			return nil
		},
	}
}

func checkBackupPlan(v *resource.Validation) {
	for i, s := range v.In.Objs("advancedBackupSettings") {
		for name, value := range s.Obj("backupOptions") {
			if name != "WindowsVSS" || value != "enabled" && value != "disabled" {
				v.Fail(fmt.Sprintf("advancedBackupSettings[%d].backupOptions", i), "InvalidParameterValueException: Invalid backup option %s=%v for resource type EC2, expected WindowsVSS=enabled or WindowsVSS=disabled", name, value)
			}
		}
	}
	for i, r := range v.In.Objs("rules") {
		checkBackupRule(v, fmt.Sprintf("rules[%d]", i), r)
	}
}

func checkBackupRule(v *resource.Validation, path string, r resource.Props) {
	name := r.Str("ruleName")
	wrong := func(property, format string, a ...any) {
		v.Fail(path+"."+property, "InvalidParameterValueException: Error in rule %s : %s", name, fmt.Sprintf(format, a...))
	}
	if r.Known("ruleName") && !regexp.MustCompile(`^[0-9A-Za-z_.-]+$`).MatchString(name) {
		v.Fail(path+".ruleName", "invalid value for ruleName (must contain only alphanumeric characters, hyphens, underscores, and periods): %q", name)
	}
	if schedule := r.Str("schedule"); r.Known("schedule") && !timesOf(schedule, "cron") {
		wrong("schedule", "Invalid schedule expression %s", schedule)
	}
	if zone := r.Str("scheduleExpressionTimezone"); zone != "" {
		if _, err := time.LoadLocation(zone); err != nil {
			wrong("scheduleExpressionTimezone", "Invalid timezone %s", zone)
		}
	}
	start, done := defaultStartMinutes, defaultDoneMinutes
	if r.Known("startWindow") {
		start = r.Int("startWindow")
	}
	if r.Known("completionWindow") {
		done = r.Int("completionWindow")
	}
	if start < shortestWindow {
		wrong("startWindow", "Invalid start window. StartWindowMinutes (%d) cannot be less than %d", start, shortestWindow)
	}
	if done < start+shortestWindow {
		wrong("completionWindow", "Invalid completion window. CompletionWindowMinutes (%d) must be at least %d minutes greater than StartWindowMinutes (%d)", done, shortestWindow, start)
	}
	if problem := lifecycleProblem(r.Obj("lifecycle")); problem != "" {
		wrong("lifecycle", "Invalid lifecycle. %s", problem)
	}
	if r.Bool("enableContinuousBackup") {
		life := r.Obj("lifecycle")
		if days := life.Int("deleteAfter"); r.Known("lifecycle") && days > longestContinuous || !r.Has("lifecycle") || r.Known("lifecycle") && days == 0 {
			wrong("lifecycle", "Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than %d days", longestContinuous)
		}
		if life.Int("coldStorageAfter") > 0 {
			wrong("lifecycle", "Invalid lifecycle. MoveToColdStorageAfterDays is unavailable")
		}
	}
	for j, copying := range r.Objs("copyActions") {
		if problem := lifecycleProblem(copying.Obj("lifecycle")); problem != "" {
			wrong(fmt.Sprintf("copyActions[%d].lifecycle", j), "Invalid lifecycle. %s", problem)
		}
	}
}

// lifecycleProblem says what is wrong with a lifecycle; what is not known yet is right.
func lifecycleProblem(life resource.Props) string {
	cold, gone := life.Int("coldStorageAfter"), life.Int("deleteAfter")
	switch {
	case cold > 0 && gone > 0 && gone < cold+coldStorageDays:
		return fmt.Sprintf("DeleteAfterDays cannot be less than %d days apart from MoveToColdStorageAfterDays", coldStorageDays)
	case life.Bool("optInToArchiveForSupportedResources") && life.Known("coldStorageAfter") && cold == 0:
		return "OptInToArchiveForSupportedResources needs MoveToColdStorageAfterDays"
	}
	return ""
}

func applyBackupPlan(c *resource.Call) error {
	rules := c.In.Objs("rules")
	if len(rules) > c.Limits["rules per backup plan"] {
		return resource.Faultf("LimitExceededException", "A backup plan can have at most %d rules, got %d", c.Limits["rules per backup plan"], len(rules))
	}
	for _, r := range rules {
		if name := r.Str("targetVaultName"); c.Regional(tokBackupVault, name) == nil {
			return resource.Faultf("InvalidParameterValueException", "Error in rule %s : Backup vault %s does not exist or is not accessible", r.Str("ruleName"), name)
		}
		copies := r.Objs("copyActions")
		if len(copies) > c.Limits["copy actions per backup rule"] {
			return resource.Faultf("LimitExceededException", "Error in rule %s : a rule can have at most %d copy actions, got %d", r.Str("ruleName"), c.Limits["copy actions per backup rule"], len(copies))
		}
		for _, copying := range copies {
			if arn := copying.Str("destinationVaultArn"); vaultByARN(c, arn) == nil {
				return resource.Faultf("InvalidParameterValueException", "Error in rule %s : Destination backup vault %s does not exist or is not accessible", r.Str("ruleName"), arn)
			}
		}
	}
	document, err := json.Marshal([]any{c.In["name"], c.In["rules"], c.In["advancedBackupSettings"]})
	if err != nil {
		return err
	}
	c.Release()
	if !c.Claim(fmt.Sprintf("backup-plan/%s/%s/%s", c.Account, c.Region, shortHash(string(document), 32))) {
		return resource.Faultf("AlreadyExistsException", "Backup plan with the same plan document already exists")
	}
	c.Out("version", base64.StdEncoding.EncodeToString([]byte(c.UUID("version"+string(document)))))
	return nil
}

// reportBackupPlan fills in what the service has filled in.
func reportBackupPlan(c *resource.Call) {
	var rules []any
	for _, r := range c.In.Objs("rules") {
		full := map[string]any{"completionWindow": defaultDoneMinutes, "startWindow": defaultStartMinutes, "scheduleExpressionTimezone": defaultBackupZone, "enableContinuousBackup": false}
		maps.Copy(full, r)
		rules = append(rules, full)
	}
	c.Out("rules", rules)
}
