package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// checkSSMTargets refuses targets that Systems Manager does not know. Source:
// docs.aws.amazon.com/systems-manager/latest/APIReference/API_Target.html.
func checkSSMTargets(v *resource.Validation, more ...string) {
	targets := v.In.Objs("targets")
	if len(targets) > 5 {
		v.Fail("targets", "Too many list items: Attribute targets supports 5 item maximum, but config has %d declared.", len(targets))
	}
	for i, t := range targets {
		key := t.Str("key")
		known := strings.HasPrefix(key, "tag:") || strings.HasPrefix(key, "resource-groups:") || slices.Contains(append(more, "InstanceIds", "tag-key"), key)
		if _, isText := t["key"].(string); isText && !known {
			v.Fail(fmt.Sprintf("targets[%d].key", i), "ValidationException: Invalid target key: %s", key)
		}
	}
}

func needWindow(c *resource.Call) (*store.Object, error) {
	id := c.In.Str("windowId")
	if w := c.Regional(tokWindow, id); w != nil {
		return w, nil
	}
	return nil, resource.Faultf("DoesNotExistException", "Maintenance window %s does not exist", id)
}

func windowTarget() *resource.Kind {
	return &resource.Kind{
		Token: tokWindowTarget, Service: "SSM", Noun: "SSM Maintenance Window Target", CreateOp: "RegisterTargetWithMaintenanceWindow", UpdateOp: "UpdateMaintenanceWindowTarget", DeleteOp: "DeregisterTargetFromMaintenanceWindow",
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"windowId", "resourceType"}, Why: "UpdateMaintenanceWindowTarget does not take them"}},
			Enums:    map[string][]string{"resourceType": {"INSTANCE", "RESOURCE_GROUP"}},
			Lengths:  map[string]schema.Range{"description": {Min: 0, Max: 128}, "ownerInformation": {Min: 0, Max: 128}},
		},
		Validate: func(v *resource.Validation) {
			checkSSMName(v)
			checkSSMTargets(v)
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.UUID("target"); return nil },
		Apply: func(c *resource.Call) error {
			_, err := needWindow(c)
			return err
		},
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokWindowTask)) > 0 {
				return resource.Faultf("TargetInUseException", "The target %s is referenced by a task and cannot be deregistered.", c.Obj.ID)
			}
			return nil
		},
	}
}

func windowTask() *resource.Kind {
	const command = "taskInvocationParameters.runCommandParameters."
	return &resource.Kind{
		Token: tokWindowTask, Service: "SSM", Noun: "SSM Maintenance Window Task", CreateOp: "RegisterTaskWithMaintenanceWindow", UpdateOp: "UpdateMaintenanceWindowTask", DeleteOp: "DeregisterTaskFromMaintenanceWindow",
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"windowId", "taskType"}, Why: "UpdateMaintenanceWindowTask does not take them"}},
			Computed: []string{"maxConcurrency", "maxErrors", "serviceRoleArn"},
			Ranges:   map[string]schema.Range{command + "timeoutSeconds": {Min: 30, Max: 2592000}},
			Lengths:  map[string]schema.Range{command + "comment": {Min: 0, Max: 100}, "description": {Min: 0, Max: 128}},
			Formats:  map[string]schema.Format{"serviceRoleArn": schema.ARN},
		},
		Validate: checkWindowTask,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("task")
			c.Obj.ARN = fmt.Sprintf("arn:aws:ssm:%s:%s:windowtask/%s", c.Region, c.Account, c.Obj.ID)
			c.Out("windowTaskId", c.Obj.ID)
			return nil
		},
		Apply: func(c *resource.Call) error {
			w, err := needWindow(c)
			if err != nil {
				return err
			}
			for _, t := range c.In.Objs("targets") {
				if t.Str("key") != "WindowTargetIds" {
					continue
				}
				for _, id := range t.Strs("values") {
					if o := c.Regional(tokWindowTarget, id); o == nil || prop(o, "windowId") != w.ID {
						return resource.Faultf("DoesNotExistException", "Target %s does not exist in maintenance window %s", id, w.ID)
					}
				}
			}
			c.Default("maxConcurrency", "1")
			c.Default("maxErrors", "1")
			c.Default("serviceRoleArn", fmt.Sprintf("arn:aws:iam::%s:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM", c.Account))
			if arn := c.In.Str("serviceRoleArn"); arn != "" && roleByARN(c, arn) == nil {
				return resource.Faultf("ValidationException", "The role %s does not exist", arn)
			}
			return nil
		},
	}
}

// ssmShare is the form of how many at once, and how many errors: a number or a percentage.
const ssmShare = `^([0-9]+|[0-9]{1,2}%|100%)$`

func checkSSMShares(v *resource.Validation) {
	for _, name := range []string{"maxConcurrency", "maxErrors"} {
		if text := v.In.Str(name); v.In.Known(name) && !regexp.MustCompile(ssmShare).MatchString(text) {
			v.Fail(name, "must be a valid number (e.g. 10) or percentage including the percent sign (e.g. 10%%): %q", text)
		}
	}
}

func checkWindowTask(v *resource.Validation) {
	checkSSMName(v)
	checkSSMShares(v)
	checkSSMTargets(v, "WindowTargetIds")
	kinds := map[string]string{"AUTOMATION": "automationParameters", "LAMBDA": "lambdaParameters", "RUN_COMMAND": "runCommandParameters", "STEP_FUNCTIONS": "stepFunctionsParameters"}
	own := kinds[v.In.Str("taskType")]
	for name := range v.In.Obj("taskInvocationParameters") {
		if name != own && !strings.HasPrefix(name, "__") && v.In.Known("taskType") {
			v.Fail("taskInvocationParameters."+name, "ValidationException: the parameters of a task of type %s are %s", v.In.Str("taskType"), own)
		}
	}
	if v.In.Str("taskType") == "RUN_COMMAND" && v.In.Len("targets") == 0 && !unknown(v.In, "targets") {
		v.Fail("targets", "ValidationException: Targets are required for tasks of type RUN_COMMAND")
	}
}

func ssmAssociation() *resource.Kind {
	return &resource.Kind{
		Token: tokAssociation, Service: "SSM", Noun: "SSM Association", CreateOp: "CreateAssociation", UpdateOp: "UpdateAssociation", DeleteOp: "DeleteAssociation",
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name", "instanceId", "automationTargetParameterName"}, Why: "an association is of one document"}},
			Computed:    []string{"documentVersion", "parameters", "targets"},
			Defaults:    map[string]any{"applyOnlyAtCronInterval": false},
			Enums:       map[string][]string{"syncCompliance": {"AUTO", "MANUAL"}},
			Lengths:     map[string]schema.Range{"associationName": {Min: 3, Max: 128}, "scheduleExpression": {Min: 1, Max: 256}},
			Unsimulated: map[string]string{"instanceId": "; use targets"},
		},
		Validate: func(v *resource.Validation) {
			checkSSMShares(v)
			checkSSMTargets(v, "ParameterValues")
			if text := v.In.Str("scheduleExpression"); text != "" && !timesOf(text, "at", "rate", "cron") {
				v.Fail("scheduleExpression", "InvalidSchedule: Invalid schedule expression: %s", text)
			}
			if v.In.Bool("applyOnlyAtCronInterval") && !v.In.Has("scheduleExpression") {
				v.Fail("applyOnlyAtCronInterval", "InvalidSchedule: ApplyOnlyAtCronInterval needs a schedule expression")
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("association")
			c.Obj.ARN = fmt.Sprintf("arn:aws:ssm:%s:%s:association/%s", c.Region, c.Account, c.Obj.ID)
			c.Out("associationId", c.Obj.ID)
			return nil
		},
		Apply: func(c *resource.Call) error {
			// Documents of AWS begin with AWS- or another of its names; those of customers are not simulated.
			if !regexp.MustCompile(`^(AWS|Amazon)[A-Za-z]*-`).MatchString(c.In.Str("name")) {
				return resource.Faultf("InvalidDocument", "Document with name %s does not exist.", c.In.Str("name"))
			}
			if b := c.In.Obj("outputLocation").Str("s3BucketName"); b != "" && findBucket(c, b) == nil {
				return resource.Faultf("InvalidOutputLocation", "The output location is not valid or does not exist: %s", b)
			}
			c.Default("documentVersion", "$DEFAULT")
			c.Default("parameters", map[string]any{})
			c.Default("targets", []any{})
			return nil
		},
	}
}
