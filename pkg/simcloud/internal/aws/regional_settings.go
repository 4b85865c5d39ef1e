package aws

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// ssmSettings are the settings of Systems Manager with the values that each takes; an empty list takes any text.
// Source: docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html.
func ssmSettings() map[string][]string {
	onOff := []string{"Enabled", "Disabled"}
	return map[string][]string{
		"/ssm/appmanager/appmanager-enabled":                         {"True", "False", "true", "false"},
		"/ssm/automation/customer-script-log-destination":            {"CloudWatch"},
		"/ssm/automation/customer-script-log-group-name":             nil,
		"/ssm/automation/enable-adaptive-concurrency":                {"True", "False"},
		"/ssm/documents/console/public-sharing-permission":           {"Enable", "Disable"},
		"/ssm/managed-instance/activation-tier":                      {"standard", "advanced"},
		"/ssm/managed-instance/default-ec2-instance-management-role": nil,
		"/ssm/opsinsights/opscenter":                                 onOff,
		"/ssm/opsitem/EC2":                                           onOff,
		"/ssm/opsitem/ssm-patchmanager":                              onOff,
		"/ssm/parameter-store/default-parameter-tier":                {"Standard", "Advanced", "Intelligent-Tiering"},
		"/ssm/parameter-store/high-throughput-enabled":               {"true", "false"},
	}
}

func serviceSetting() *resource.Kind {
	return &resource.Kind{
		Token: tokServiceSetting, Service: "SSM", Noun: "SSM Service Setting", CreateOp: "UpdateServiceSetting", UpdateOp: "UpdateServiceSetting", DeleteOp: "ResetServiceSetting",
		Upsert: true, // every setting has a value; a delete sets the default again
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"settingId"}, Why: "a setting is its id"}},
		},
		Validate: func(v *resource.Validation) {
			id := v.In.Str("settingId")
			if !v.In.Known("settingId") {
				return
			}
			if strings.HasPrefix(id, "/ssm/") {
				v.Warn("settingId", "the real provider reads back the ARN and then finds a difference in every deployment: write %s", settingARN(v.Region, v.Account, id))
			}
			values, known := ssmSettings()[settingPath(id)]
			if !known {
				v.Fail("settingId", "ServiceSettingNotFound: The specified service setting was not found: %s", id)
				return
			}
			if value := v.In.Str("settingValue"); v.In.Known("settingValue") && len(values) > 0 && !slices.Contains(values, value) {
				v.Fail("settingValue", "ValidationException: The setting value %q is not valid for %s, want one of %s", value, settingPath(id), strings.Join(values, ", "))
			}
		},
		Identify: func(c *resource.Call) error {
			id := c.In.Str("settingId")
			arn := settingARN(c.Region, c.Account, settingPath(id))
			if strings.HasPrefix(id, "arn:") && id != arn {
				return resource.Faultf("ServiceSettingNotFound", "The specified service setting was not found: %s (the provider is in %s of account %s)", id, c.Region, c.Account)
			}
			c.Obj.ID, c.Obj.ARN = id, arn
			return nil
		},
		Apply: func(c *resource.Call) error { c.Out("status", "Customized"); return nil },
	}
}

func settingPath(id string) string {
	if _, path, ok := strings.Cut(id, ":servicesetting/"); ok {
		return "/" + path
	}
	return id
}

func settingARN(region, account, path string) string {
	return fmt.Sprintf("arn:aws:ssm:%s:%s:servicesetting%s", region, account, path)
}

// ecsSettings are the account settings of ECS with the values that each takes. Source:
// docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSettingDefault.html.
func ecsSettings() map[string][]string {
	onOff := []string{"enabled", "disabled"}
	return map[string][]string{
		"awsvpcTrunking": onOff, "containerInsights": {"enabled", "disabled", "enhanced"}, "containerInstanceLongArnFormat": onOff,
		"defaultLogDriverMode": {"blocking", "non-blocking"}, "dualStackIPv6": onOff, "fargateFIPSMode": onOff, "fargateTaskRetirementWaitPeriod": {"0", "7", "14"},
		"guardDutyActivate": nil, "serviceLongArnFormat": onOff, "tagResourceAuthorization": {"on", "off"}, "taskLongArnFormat": onOff,
	}
}

func ecsAccountSetting() *resource.Kind {
	return &resource.Kind{
		Token: tokECSSetting, Service: "ECS", Noun: "ECS Account Setting Default", CreateOp: "PutAccountSettingDefault", UpdateOp: "PutAccountSettingDefault", DeleteOp: "PutAccountSettingDefault",
		Upsert: true, // every setting has a value; a delete disables it
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "a setting is its name"}},
		},
		Validate: func(v *resource.Validation) {
			name, all := v.In.Str("name"), ecsSettings()
			if !v.In.Known("name") {
				return
			}
			if _, known := all[name]; !known {
				v.Fail("name", "expected name to be one of %q, got %s", slices.Sorted(maps.Keys(all)), name)
				return
			}
			if name == "guardDutyActivate" {
				v.Fail("name", "InvalidParameterException: The account setting guardDutyActivate is read-only")
			} else if value := v.In.Str("value"); v.In.Known("value") && !slices.Contains(all[name], value) {
				v.Fail("value", "InvalidParameterException: The value %q is not valid for the setting %s, want one of %s", value, name, strings.Join(all[name], ", "))
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = fmt.Sprintf("arn:aws:iam::%s:root/%s", c.Account, c.In.Str("name"))
			c.Out("principalArn", fmt.Sprintf("arn:aws:iam::%s:root", c.Account))
			c.ImportAs(c.In.Str("name"))
			return nil
		},
	}
}

func registryScanning() *resource.Kind {
	return &resource.Kind{
		Token: tokRegistryScanning, Service: "ECR", Noun: "ECR Registry Scanning Configuration",
		CreateOp: "PutRegistryScanningConfiguration", UpdateOp: "PutRegistryScanningConfiguration", DeleteOp: "PutRegistryScanningConfiguration",
		Upsert: true, // every registry has one; a delete sets the default again
		Rules: schema.Rules{
			Sets: []string{"rules", "rules.repositoryFilters"},
			Enums: map[string][]string{
				"rules.scanFrequency": {"SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"}, "rules.repositoryFilters.filterType": {"WILDCARD"},
			},
			Lengths: map[string]schema.Range{"rules.repositoryFilters.filter": {Min: 1, Max: 256}},
		},
		Validate: checkRegistryScanning,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.Account
			c.Out("registryId", c.Account)
			return nil
		},
	}
}

// checkRegistryScanning follows docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegistryScanningConfiguration.html.
func checkRegistryScanning(v *resource.Validation) {
	allowed := map[string][]string{"BASIC": {"SCAN_ON_PUSH", "MANUAL"}, "ENHANCED": {"SCAN_ON_PUSH", "CONTINUOUS_SCAN"}}[v.In.Str("scanType")]
	var seen []string
	for i, r := range v.In.Objs("rules") {
		path := fmt.Sprintf("rules[%d]", i)
		frequency := r.Str("scanFrequency")
		if r.Known("scanFrequency") && v.In.Known("scanType") && !slices.Contains(allowed, frequency) {
			v.Fail(path+".scanFrequency", "InvalidParameterException: The scan frequency %s is not supported for scan type %s", frequency, v.In.Str("scanType"))
		}
		if slices.Contains(seen, frequency) {
			v.Fail(path+".scanFrequency", "InvalidParameterException: There may be one rule for each scan frequency, %s has two", frequency)
		}
		seen = append(seen, frequency)
		if r.Len("repositoryFilters") == 0 && !unknown(r, "repositoryFilters") {
			v.Fail(path+".repositoryFilters", "repositoryFilters: attribute requires 1 item minimum, but config has only 0 declared")
		}
		for j, f := range r.Objs("repositoryFilters") {
			if text := f.Str("filter"); f.Known("filter") && !regexp.MustCompile(`^[0-9a-z*](?:[0-9a-z_./*-]?[0-9a-z*]+)*$`).MatchString(text) {
				v.Fail(fmt.Sprintf("%s.repositoryFilters[%d].filter", path, j), "invalid value for filter (must contain only lowercase alphanumeric, dot, underscore, hyphen, wildcard, and colon characters): %q", text)
			}
		}
	}
}

// backupTypes are the resource types that AWS Backup can be told to protect in a region. Source: the argument's
// documentation in the provider and docs.aws.amazon.com/aws-backup/latest/devguide/backup-feature-availability.html.
func backupTypes() []string {
	return []string{
		"Aurora", "CloudFormation", "DSQL", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "EKS", "FSx", "Neptune", "RDS", "Redshift", "Redshift Serverless",
		"S3", "SAP HANA on Amazon EC2", "Storage Gateway", "Timestream", "VirtualMachine",
	}
}

func backupRegionSettings() *resource.Kind {
	return &resource.Kind{
		Token: tokBackupSettings, Service: "Backup", Noun: "Backup Region Settings", CreateOp: "UpdateRegionSettings", UpdateOp: "UpdateRegionSettings", DeleteOp: "UpdateRegionSettings",
		Upsert: true, // every region has them; a delete leaves them as they are
		Rules:  schema.Rules{Computed: []string{"resourceTypeManagementPreference"}},
		Validate: func(v *resource.Validation) {
			optIn := v.In.Obj("resourceTypeOptInPreference")
			for _, property := range []string{"resourceTypeOptInPreference", "resourceTypeManagementPreference"} {
				for _, typ := range slices.Sorted(maps.Keys(v.In.Obj(property))) {
					if !slices.Contains(backupTypes(), typ) {
						v.Fail(property+"."+typ, "InvalidParameterValueException: Unsupported resource type: %s", typ)
					}
				}
			}
			for _, typ := range slices.Sorted(maps.Keys(v.In.Obj("resourceTypeManagementPreference"))) {
				if managed := []string{"CloudFormation", "DSQL", "DynamoDB", "EFS"}; !slices.Contains(managed, typ) {
					v.Fail("resourceTypeManagementPreference."+typ, "InvalidParameterValueException: AWS Backup does not manage %s fully", typ)
				}
			}
			// Types that not every region has are not missed.
			var missing []string
			for _, typ := range backupTypes() {
				if _, set := optIn[typ]; !set && !slices.Contains([]string{"DSQL", "EKS", "Redshift Serverless", "Timestream"}, typ) {
					missing = append(missing, typ)
				}
			}
			if v.In.Known("resourceTypeOptInPreference") && len(missing) > 0 {
				v.Warn("resourceTypeOptInPreference", "the real provider reads back every type and then finds a difference in every deployment: say %s too, true or false", strings.Join(missing, ", "))
			}
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.Region; return nil },
		Apply: func(c *resource.Call) error {
			c.Default("resourceTypeManagementPreference", map[string]any{"CloudFormation": true, "DynamoDB": true, "EFS": true})
			return nil
		},
	}
}

// alternateContact is a person whom AWS writes to beside the owner of the account.
func alternateContact() *resource.Kind {
	return &resource.Kind{
		Token: tokAlternateContact, Service: "Account", Noun: "Account Alternate Contact", CreateOp: "PutAlternateContact", UpdateOp: "PutAlternateContact", DeleteOp: "DeleteAlternateContact",
		Global: true,
		Upsert: true, // putting a contact takes the place of the one of its kind
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"accountId", "alternateContactType"}, Why: "together they are the contact"}},
			Lengths:  map[string]schema.Range{"name": {Min: 1, Max: 64}, "title": {Min: 1, Max: 50}, "emailAddress": {Min: 1, Max: 254}, "phoneNumber": {Min: 1, Max: 25}},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("emailAddress") && !regexp.MustCompile(`^[\w+=,.-]+@[\w.-]+\.[\w]+$`).MatchString(v.In.Str("emailAddress")) {
				v.Fail("emailAddress", "invalid value for emailAddress (must be a valid email address): %q", v.In.Str("emailAddress"))
			}
			if v.In.Known("phoneNumber") && !regexp.MustCompile(`^[\s0-9()+-]+$`).MatchString(v.In.Str("phoneNumber")) {
				v.Fail("phoneNumber", "invalid value for phoneNumber (must be a valid phone number): %q", v.In.Str("phoneNumber"))
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("alternateContactType")
			account := c.In.Str("accountId")
			if account == "" {
				return nil
			}
			if account != c.Account {
				return &resource.Fault{Code: "AccessDeniedException", Message: fmt.Sprintf("%s is not in an organization that account %s manages", account, c.Account), Status: 403}
			}
			c.Obj.ID = account + "/" + c.Obj.ID
			return nil
		},
	}
}
