package aws

import (
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// ssmName is the form of the names of baselines and windows.
const ssmName = `^[a-zA-Z0-9_.-]{3,128}$`

func checkSSMName(v *resource.Validation) {
	if v.In.Known("name") && !regexp.MustCompile(ssmName).MatchString(v.In.Str("name")) {
		v.Fail("name", "must contain only alphanumeric, underscore, hyphen, or period characters, 3 to 128 of them: %q", v.In.Str("name"))
	}
}

func patchBaseline() *resource.Kind {
	return &resource.Kind{
		Token: tokBaseline, Service: "SSM", Noun: "SSM Patch Baseline", CreateOp: "CreatePatchBaseline", UpdateOp: "UpdatePatchBaseline", DeleteOp: "DeletePatchBaseline",
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"operatingSystem"}, Why: "UpdatePatchBaseline does not take it"}},
			Computed: []string{"rejectedPatchesAction"},
			Sets:     []string{"approvedPatches", "rejectedPatches"},
			Defaults: map[string]any{"operatingSystem": "WINDOWS", "approvedPatchesComplianceLevel": "UNSPECIFIED"},
			Ranges:   map[string]schema.Range{"approvalRules.approveAfterDays": {Min: 0, Max: 360}},
			Lengths:  map[string]schema.Range{"description": {Min: 1, Max: 1024}},
		},
		Validate: func(v *resource.Validation) {
			checkSSMName(v)
			rules := v.In.Objs("approvalRules")
			if len(rules) > 10 {
				v.Fail("approvalRules", "Too many list items: Attribute approvalRules supports 10 item maximum, but config has %d declared.", len(rules))
			}
			for i, r := range rules {
				path := fmt.Sprintf("approvalRules[%d]", i)
				if r.Has("approveAfterDays") == r.Has("approveUntilDate") {
					v.Fail(path, "ValidationException: one of approveAfterDays and approveUntilDate must be given")
				}
				if r.Len("patchFilters") == 0 && !r.Has("patchFilters") {
					v.Fail(path+".patchFilters", "Missing required argument: The argument %q is required, but no definition was found.", "patchFilters")
				}
				if r.Bool("enableNonSecurity") && v.In.Str("operatingSystem") == "WINDOWS" {
					v.Fail(path+".enableNonSecurity", "ValidationException: EnableNonSecurity is for Linux only")
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "pb-0" + c.Hex("pb", 16)
			c.Obj.ARN = fmt.Sprintf("arn:aws:ssm:%s:%s:patchbaseline/%s", c.Region, c.Account, c.Obj.ID)
			if most := c.Limits["patch baselines per region"]; inRegion(c) >= most {
				return resource.Faultf("ResourceLimitExceededException", "You have reached the maximum number of patch baselines: %d", most)
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("rejectedPatchesAction", "ALLOW_AS_DEPENDENCY")
			text, err := json.Marshal(map[string]any{"BaselineId": c.Obj.ID, "Name": c.In.Str("name"), "OperatingSystem": c.In.Str("operatingSystem")})
			c.Out("json", string(text))
			return err
		},
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokDefaultBaseline)) > 0 {
				return resource.Faultf("ResourceInUseException", "The patch baseline %s is the default of its operating system and cannot be deleted.", c.Obj.ID)
			}
			return nil
		},
	}
}

func defaultPatchBaseline() *resource.Kind {
	return &resource.Kind{
		Token: tokDefaultBaseline, Service: "SSM", Noun: "SSM Default Patch Baseline", CreateOp: "RegisterDefaultPatchBaseline", UpdateOp: "RegisterDefaultPatchBaseline", DeleteOp: "RegisterDefaultPatchBaseline",
		Upsert: true, // every operating system has one; a delete puts AWS's back
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"operatingSystem"}, Why: "it is the operating system's"}},
			// The SDK's documentation leaves the last two out.
			Enums: map[string][]string{"operatingSystem": {
				"AMAZON_LINUX", "AMAZON_LINUX_2", "AMAZON_LINUX_2022", "CENTOS", "DEBIAN", "MACOS", "ORACLE_LINUX", "RASPBIAN", "REDHAT_ENTERPRISE_LINUX", "ROCKY_LINUX", "SUSE", "UBUNTU", "WINDOWS",
				"ALMA_LINUX", "AMAZON_LINUX_2023",
			}},
		},
		Validate: func(v *resource.Validation) {
			const form = `^(pb-[0-9a-f]{17}|arn:aws:ssm:[a-z0-9-]+:[0-9]{12}:patchbaseline/pb-[0-9a-f]{17})$`
			if v.In.Known("baselineId") && !regexp.MustCompile(form).MatchString(v.In.Str("baselineId")) {
				v.Warn("baselineId", "%q has not the form of a patch baseline's id or ARN", v.In.Str("baselineId"))
			}
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("operatingSystem"); return nil },
		Apply: func(c *resource.Call) error {
			id := c.In.Str("baselineId")
			b := c.Regional(tokBaseline, id)
			if b == nil {
				return resource.Faultf("DoesNotExistException", "Patch baseline %s does not exist", id)
			}
			if is := prop(b, "operatingSystem"); is != c.In.Str("operatingSystem") {
				return fmt.Errorf("Patch Baseline Operating System (%s) does not match %s", is, c.In.Str("operatingSystem"))
			}
			return nil
		},
	}
}

func maintenanceWindow() *resource.Kind {
	return &resource.Kind{
		Token: tokWindow, Service: "SSM", Noun: "SSM Maintenance Window", CreateOp: "CreateMaintenanceWindow", UpdateOp: "UpdateMaintenanceWindow", DeleteOp: "DeleteMaintenanceWindow",
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Defaults: map[string]any{"enabled": true, "allowUnassociatedTargets": false},
			Ranges:   map[string]schema.Range{"duration": {Min: 1, Max: 24}, "cutoff": {Min: 0, Max: 23}, "scheduleOffset": {Min: 1, Max: 6}},
			Lengths:  map[string]schema.Range{"schedule": {Min: 1, Max: 256}, "description": {Min: 0, Max: 128}},
		},
		Validate: func(v *resource.Validation) {
			checkSSMName(v)
			if v.In.Known("duration") && v.In.Known("cutoff") && v.In.Int("cutoff") >= v.In.Int("duration") {
				v.Fail("cutoff", "ValidationException: Cutoff (%d) must be less than duration (%d)", v.In.Int("cutoff"), v.In.Int("duration"))
			}
			if text := v.In.Str("schedule"); v.In.Known("schedule") && !timesOf(text, "at", "rate", "cron") {
				v.Fail("schedule", "ValidationException: Invalid schedule expression: %s", text)
			}
			if zone := v.In.Str("scheduleTimezone"); zone != "" {
				if _, err := time.LoadLocation(zone); err != nil {
					v.Fail("scheduleTimezone", "ValidationException: Invalid timezone: %s", zone)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "mw-0" + c.Hex("mw", 16)
			if most := c.Limits["maintenance windows per region"]; inRegion(c) >= most {
				return resource.Faultf("ResourceLimitExceededException", "You have reached the maximum number of maintenance windows: %d", most)
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokWindowTarget, tokWindowTask))
			return nil
		},
	}
}
