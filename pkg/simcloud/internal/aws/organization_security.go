package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// checkAccountID refuses what is no account id.
func checkAccountID(v *resource.Validation, property string) {
	if id := v.In.Str(property); v.In.Known(property) && !regexp.MustCompile(`^[0-9]{12}$`).MatchString(id) {
		v.Fail(property, "invalid value for %s (must be a 12 digit account ID): %q", property, id)
	}
}

func configAggregator() *resource.Kind {
	return &resource.Kind{
		Token: tokConfigGather, Service: "Config Service", Noun: "ConfigService Configuration Aggregator", CreateOp: "PutConfigurationAggregator", UpdateOp: "PutConfigurationAggregator", DeleteOp: "DeleteConfigurationAggregator",
		Upsert: true, // putting an aggregator of the same name changes the one that is there
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces:   []schema.Replace{{Properties: []string{"name"}, Why: "an aggregator is its name"}},
			ExactlyOne: [][]string{{"accountAggregationSource", "organizationAggregationSource"}},
			Lengths:    map[string]schema.Range{"name": {Min: 1, Max: 256}},
			Formats:    map[string]schema.Format{"organizationAggregationSource.roleArn": schema.ARN},
		},
		ForcesWhen: "The source is an organization in place of accounts, or the other way round.",
		Forces: func(old, next resource.Props) []string {
			if old.Has("accountAggregationSource") != next.Has("accountAggregationSource") {
				return []string{"accountAggregationSource", "organizationAggregationSource"}
			}
			return nil
		},
		Validate: func(v *resource.Validation) {
			for _, name := range []string{"accountAggregationSource", "organizationAggregationSource"} {
				source := v.In.Obj(name)
				if v.In.Known(name) && source.Bool("allRegions") == (source.Len("regions") > 0) {
					v.Fail(name, "InvalidParameterValueException: either allRegions or regions must be given, and not both")
				}
			}
			for i, id := range v.In.Obj("accountAggregationSource").Strs("accountIds") {
				if !regexp.MustCompile(`^[0-9]{12}$`).MatchString(id) {
					v.Fail(fmt.Sprintf("accountAggregationSource.accountIds[%d]", i), "invalid value for accountIds (must be a 12 digit account ID): %q", id)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			if c.Tx.Get(c.Obj.Key) == nil && inRegion(c) >= c.Limits["aggregators per region"] {
				return resource.Faultf("LimitExceededException", "Failed to put configuration aggregator '%s' because the maximum number of aggregators %d is reached.", c.Obj.ID, c.Limits["aggregators per region"])
			}
			c.Obj.ARN = fmt.Sprintf("arn:aws:config:%s:%s:config-aggregator/config-aggregator-%s", c.Region, c.Account, c.Pick("aggregator", "abcdefghijklmnopqrstuvwxyz0123456789", 8))
			return nil
		},
		Apply: func(c *resource.Call) error {
			arn := c.In.Obj("organizationAggregationSource").Str("roleArn")
			if arn == "" {
				return nil
			}
			if r := roleByARN(c, arn); r == nil || !trusts(r, configService) {
				return resource.Faultf("InvalidRoleException", "The IAM role used is invalid: %s must exist and trust %s", arn, configService)
			}
			return nil
		},
	}
}

func aggregateAuthorization() *resource.Kind {
	return &resource.Kind{
		Token: tokAggregateLeave, Service: "Config Service", Noun: "ConfigService Aggregate Authorization", CreateOp: "PutAggregationAuthorization", UpdateOp: "TagResource", DeleteOp: "DeleteAggregationAuthorization",
		Upsert: true, // giving leave twice is no error
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"accountId", "region"}, Why: "they are the authorization"}},
		},
		Validate: func(v *resource.Validation) {
			checkAccountID(v, "accountId")
			if v.In.Known("region") && !regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`).MatchString(v.In.Str("region")) {
				v.Fail("region", "InvalidParameterValueException: %q is no region", v.In.Str("region"))
			}
		},
		Identify: func(c *resource.Call) error {
			if c.In.Str("accountId") == c.Account && c.In.Str("region") == "" {
				return resource.Faultf("InvalidParameterValueException", "An account needs no authorization for itself")
			}
			c.Obj.ID = c.In.Str("accountId") + ":" + c.In.Str("region")
			c.Obj.ARN = fmt.Sprintf("arn:aws:config:%s:%s:aggregation-authorization/%s/%s", c.Region, c.Account, c.In.Str("accountId"), c.In.Str("region"))
			return nil
		},
	}
}

func guardDutyMembers() *resource.Kind {
	return &resource.Kind{
		Token: tokGuardDutyMembers, Service: "GuardDuty", Noun: "GuardDuty Organization Configuration", CreateOp: "UpdateOrganizationConfiguration", UpdateOp: "UpdateOrganizationConfiguration", DeleteOp: "UpdateOrganizationConfiguration",
		Upsert: true, // every detector has one; a delete leaves it
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"detectorId"}, Why: "it is the detector's"}},
			Unsimulated: map[string]string{"autoEnable": "; use autoEnableOrganizationMembers", "datasources": "; use guardduty.OrganizationConfigurationFeature"},
		},
		Validate: func(v *resource.Validation) {
			if !v.In.Has("autoEnableOrganizationMembers") {
				v.Fail("autoEnableOrganizationMembers", "one of `autoEnable,autoEnableOrganizationMembers` must be specified")
			}
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("detectorId"); return nil },
		Apply:    needDetector,
	}
}

func guardDutyMemberFeature() *resource.Kind {
	return &resource.Kind{
		Token: tokGuardDutyFeature, Service: "GuardDuty", Noun: "GuardDuty Organization Configuration Feature", CreateOp: "UpdateOrganizationConfiguration", UpdateOp: "UpdateOrganizationConfiguration", DeleteOp: "UpdateOrganizationConfiguration",
		Upsert: true, // every detector has every feature; a delete leaves it
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"detectorId", "name"}, Why: "together they are the feature"}},
			Sets:     []string{"additionalConfigurations"},
		},
		Validate: func(v *resource.Validation) {
			allowed := additionalFeatures(v.In.Str("name"))
			for i, a := range v.In.Objs("additionalConfigurations") {
				if name := a.Str("name"); v.In.Known("name") && !slices.Contains(allowed, name) {
					v.Fail(fmt.Sprintf("additionalConfigurations[%d].name", i), "BadRequestException: The request is rejected because the additional configuration %s is not one of feature %s (%s).", name, v.In.Str("name"), strings.Join(allowed, ", "))
				}
			}
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("detectorId") + "/" + c.In.Str("name"); return nil },
		Apply:    needDetector,
	}
}

func inspectorMembers() *resource.Kind {
	return &resource.Kind{
		Token: tokInspectorMembers, Service: "Inspector2", Noun: "Inspector2 Organization Configuration", CreateOp: "UpdateOrganizationConfiguration", UpdateOp: "UpdateOrganizationConfiguration", DeleteOp: "UpdateOrganizationConfiguration",
		Upsert: true, // an organization has one; a delete switches it off
		Rules:  schema.Rules{},
		Validate: func(v *resource.Validation) {
			if on := v.In.Obj("autoEnable"); on.Bool("lambdaCode") && !on.Bool("lambda") {
				v.Fail("autoEnable.lambdaCode", "ValidationException: LAMBDA_CODE scanning needs LAMBDA scanning to be enabled")
			}
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.Account; return nil },
		Apply: func(c *resource.Call) error {
			if c.Tx.Tally(tokInspector, c.Account, c.Region) == 0 {
				return &resource.Fault{Code: "AccessDeniedException", Message: "Invoking account does not have access to update the organization configuration: Inspector is not enabled in it", Status: 403}
			}
			c.Out("maxAccountLimitReached", false)
			return nil
		},
	}
}

func macieMembers() *resource.Kind {
	return &resource.Kind{
		Token: tokMacieMembers, Service: "Macie2", Noun: "Macie Organization Configuration", CreateOp: "UpdateOrganizationConfiguration", UpdateOp: "UpdateOrganizationConfiguration", DeleteOp: "UpdateOrganizationConfiguration",
		Upsert:   true, // an organization has one; a delete leaves it
		Identify: func(c *resource.Call) error { c.Obj.ID = c.Account; return nil },
		Apply:    needMacie,
	}
}

func needMacie(c *resource.Call) error {
	if c.Regional(tokMacie, c.Account) == nil {
		return &resource.Fault{Code: "AccessDeniedException", Message: "Macie is not enabled", Status: 403}
	}
	return nil
}

func macieJob() *resource.Kind {
	const often = "scheduleFrequency"
	return &resource.Kind{
		Token: tokMacieJob, Service: "Macie2", Noun: "Macie Classification Job", CreateOp: "CreateClassificationJob", UpdateOp: "UpdateClassificationJob", DeleteOp: "UpdateClassificationJob",
		Naming: &resource.Naming{Property: "name", Max: 500, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Immutable:   "a job can be paused and cancelled, and not changed",
			Mutable:     []string{"jobStatus", "tags"},
			Computed:    []string{"jobStatus", often},
			Enums:       map[string][]string{"jobType": {"ONE_TIME", "SCHEDULED"}, "jobStatus": {"CANCELLED", "RUNNING", "USER_PAUSED"}, often + ".weeklySchedule": {"SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"}},
			Ranges:      map[string]schema.Range{"samplingPercentage": {Min: 1, Max: 100}, often + ".monthlySchedule": {Min: 1, Max: 31}},
			Lengths:     map[string]schema.Range{"name": {Min: 1, Max: 500}, "description": {Min: 0, Max: 200}},
			Unsimulated: map[string]string{"namePrefix": "", "customDataIdentifierIds": ""},
		},
		Validate: func(v *resource.Validation) {
			if known := v.In.Known("jobType"); known && (v.In.Str("jobType") == "SCHEDULED") != v.In.Has(often) {
				v.Fail(often, "ValidationException: scheduleFrequency is for, and needed with, jobType SCHEDULED")
			}
			job := v.In.Obj("s3JobDefinition")
			if v.In.Known("s3JobDefinition") && job.Has("bucketCriteria") == (job.Len("bucketDefinitions") > 0) {
				v.Fail("s3JobDefinition", "ValidationException: a job has either bucketCriteria or bucketDefinitions")
			}
			if v.In.Known(often) && len(v.In.Obj(often)) != 1 {
				v.Fail(often, "ValidationException: one of dailySchedule, weeklySchedule and monthlySchedule must be given")
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.Hex("job", 32)
			c.Obj.ARN = fmt.Sprintf("arn:aws:macie2:%s:%s:classification-job/%s", c.Region, c.Account, c.Obj.ID)
			c.Out("jobArn", c.Obj.ARN)
			c.Out("jobId", c.Obj.ID)
			c.Out("createdAt", c.Now.UTC().Format("2006-01-02T15:04:05Z"))
			c.Out("userPausedDetails", []any{})
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("jobStatus", "RUNNING")
			for _, d := range c.In.Obj("s3JobDefinition").Objs("bucketDefinitions") {
				for _, name := range d.Strs("buckets") {
					if d.Str("accountId") == c.Account && findBucket(c, name) == nil {
						return resource.Faultf("ValidationException", "The request failed because the specified bucket doesn't exist: %s", name)
					}
				}
			}
			if old := resource.Props(c.Old).Str("jobStatus"); old == "CANCELLED" && c.In.Str("jobStatus") != old {
				return resource.Faultf("ValidationException", "The job %s is cancelled and cannot be resumed", c.Obj.ID)
			}
			return needMacie(c)
		},
	}
}

func hubMembers() *resource.Kind {
	return &resource.Kind{
		Token: tokHubMembers, Service: "SecurityHub", Noun: "Security Hub Organization Configuration", CreateOp: "UpdateOrganizationConfiguration", UpdateOp: "UpdateOrganizationConfiguration", DeleteOp: "UpdateOrganizationConfiguration",
		Upsert: true, // an organization has one; a delete leaves it
		Rules: schema.Rules{
			Computed: []string{"autoEnableStandards", "organizationConfiguration"},
			Enums:    map[string][]string{"autoEnableStandards": {"DEFAULT", "NONE"}},
		},
		Validate: func(v *resource.Validation) {
			central := v.In.Obj("organizationConfiguration").Str("configurationType") == "CENTRAL"
			if central && (v.In.Bool("autoEnable") || v.In.Str("autoEnableStandards") != "NONE") {
				v.Fail("organizationConfiguration", "InvalidInputException: central configuration needs autoEnable false and autoEnableStandards NONE")
			}
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.Account; return nil },
		Apply: func(c *resource.Call) error {
			if c.Tx.Tally(tokHub, c.Account, c.Region) == 0 {
				return &resource.Fault{Code: "InvalidAccessException", Message: "Account " + strconv.Quote(c.Account) + " is not subscribed to AWS Security Hub", Status: 401}
			}
			c.Default("autoEnableStandards", "DEFAULT")
			c.Default("organizationConfiguration", map[string]any{"configurationType": "LOCAL"})
			return nil
		},
	}
}
