package aws

import (
	"fmt"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// tagCondition is how the key of a condition on a resource's tag begins.
const tagCondition = "aws:ResourceTag/"

func backupSelection() *resource.Kind {
	return &resource.Kind{
		Token: tokBackupSelection, Service: "Backup", Noun: "Backup Selection", CreateOp: "CreateBackupSelection", UpdateOp: "CreateBackupSelection", DeleteOp: "DeleteBackupSelection",
		Naming: &resource.Naming{Property: "name", Max: 50},
		Rules: schema.Rules{
			Immutable: "the provider has no update",
			Sets: []string{"resources", "notResources", "selectionTags", "conditions", "conditions.stringEquals", "conditions.stringLikes", "conditions.stringNotEquals",
				"conditions.stringNotLikes"},
			Computed: []string{"conditions", "notResources"},
			Enums:    map[string][]string{"selectionTags.type": {"STRINGEQUALS"}},
			Formats:  map[string]schema.Format{"iamRoleArn": schema.ARN},
		},
		Validate: checkBackupSelection,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("selection")
			c.ImportAs(c.In.Str("planId") + "|" + c.Obj.ID)
			return nil
		},
		Apply: func(c *resource.Call) error {
			plan := c.Regional(tokBackupPlan, c.In.Str("planId"))
			if plan == nil {
				return resource.Faultf("ResourceNotFoundException", "Cannot find Backup plan with ID %s", c.In.Str("planId"))
			}
			if limit := c.Limits["selections per backup plan"]; len(resource.UsersOf(c.Tx, plan.Key, tokBackupSelection)) >= limit {
				return resource.Faultf("LimitExceededException", "You have reached the maximum number of resource assignments of backup plan %s: %d", plan.ID, limit)
			}
			if limit, tags := c.Limits["tags per backup selection"], c.In.Len("selectionTags"); tags > limit {
				return resource.Faultf("LimitExceededException", "A backup selection can have at most %d tags, got %d", limit, tags)
			}
			c.Default("conditions", resource.List[any]())
			c.Default("notResources", resource.List[any]())
			return needBackupRole(c)
		},
	}
}

func checkBackupSelection(v *resource.Validation) {
	if v.In.Known("name") && !regexp.MustCompile(`^[0-9A-Za-z_.-]{1,50}$`).MatchString(v.In.Str("name")) {
		v.Fail("name", "invalid value for name (must contain only alphanumeric, hyphen, underscore and period characters, 50 at most): %q", v.In.Str("name"))
	}
	selects := false
	for _, property := range []string{"resources", "selectionTags", "conditions", "notResources"} {
		selects = selects || v.In.Len(property) > 0 || v.In.Has(property) && !v.In.Known(property)
	}
	if !selects {
		v.Fail("resources", "InvalidParameterValueException: Invalid backup selection: it selects no resources (resources, selectionTags, conditions or notResources)")
	}
	if v.In.Len("conditions") > 0 && !v.In.Has("resources") {
		v.Warn("conditions", "conditions narrow down resources: without resources = [\"*\"] the selection finds nothing")
	}
	for _, property := range []string{"resources", "notResources"} {
		for _, arn := range v.In.Strs(property) {
			if arn != "*" && strings.Count(arn, ":") < 5 {
				v.Fail(property, "InvalidParameterValueException: Invalid ARN: %s", arn)
			}
		}
	}
	for i, condition := range v.In.Objs("conditions") {
		for _, operator := range []string{"stringEquals", "stringLikes", "stringNotEquals", "stringNotLikes"} {
			checkTagConditions(v, fmt.Sprintf("conditions[%d].%s", i, operator), condition.Objs(operator))
		}
	}
}

// checkTagConditions refuses a condition on anything but a tag.
func checkTagConditions(v *resource.Validation, path string, list []resource.Props) {
	for i, c := range list {
		if c.Known("key") && !strings.HasPrefix(c.Str("key"), tagCondition) {
			v.Fail(fmt.Sprintf("%s[%d].key", path, i), "InvalidParameterValueException: Invalid condition key %s: it must begin with %s", c.Str("key"), tagCondition)
		}
	}
}

// needBackupRole checks the role that Backup is to act as.
func needBackupRole(c *resource.Call) error {
	arn := c.In.Str("iamRoleArn")
	if r := roleByARN(c, arn); r == nil || !trusts(r, backupService) {
		return resource.Faultf("InvalidParameterValueException", "IAM Role %s cannot be assumed by AWS Backup", arn)
	}
	return nil
}
