package aws

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

const defaultBus = "default"

func eventRule() *resource.Kind {
	return &resource.Kind{
		Token: tokEventRule, Service: "EventBridge", Noun: "EventBridge Rule", CreateOp: "PutRule", UpdateOp: "PutRule", DeleteOp: "DeleteRule",
		Upsert: true, // putting a rule of the same name changes the one that is there
		Naming: &resource.Naming{Property: "name", Max: 64, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name", "namePrefix", "eventBusName"}, Why: "the name and the bus are the rule's ARN"}},
			JSON:        []string{"eventPattern"},
			Defaults:    map[string]any{"eventBusName": defaultBus, "forceDestroy": false},
			Computed:    []string{"state"},
			Lengths:     map[string]schema.Range{"description": {Min: 0, Max: 512}, "scheduleExpression": {Min: 0, Max: 256}},
			Formats:     map[string]schema.Format{"roleArn": schema.ARN},
			Conflicts:   [][]string{{"isEnabled", "state"}},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: checkEventRule,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			if c.Tx.Get(c.Obj.Key) == nil && inRegion(c) >= c.Limits["rules per event bus"] {
				return resource.Faultf("LimitExceededException", "The requested resource exceeds the maximum number allowed. (%d rules)", c.Limits["rules per event bus"])
			}
			c.Obj.ARN = fmt.Sprintf("arn:aws:events:%s:%s:rule/%s", c.Region, c.Account, c.Obj.ID)
			return nil
		},
		Apply: func(c *resource.Call) error {
			state := "ENABLED"
			if c.In.Has("isEnabled") && !c.In.Bool("isEnabled") {
				state = "DISABLED"
			}
			c.Default("state", state)
			if bus := c.In.Str("eventBusName"); bus != defaultBus {
				return resource.Faultf("ResourceNotFoundException", "Event bus %s does not exist. (the simulated cloud has the default bus only)", bus)
			}
			if arn := c.In.Str("roleArn"); arn != "" && roleByARN(c, arn) == nil {
				return resource.Faultf("ValidationException", "RoleArn %s is not a role of account %s", arn, c.Account)
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokEventTarget)) > 0 {
				return resource.Faultf("ValidationException", "Rule can't be deleted since it has targets.")
			}
			return nil
		},
	}
}

func checkEventRule(v *resource.Validation) {
	if v.In.Known("name") && !regexp.MustCompile(`^[0-9A-Za-z._-]{1,64}$`).MatchString(v.In.Str("name")) {
		v.Fail("name", "%q doesn't comply with restrictions (^[0-9A-Za-z_.-]{1,64}$): %q", "name", v.In.Str("name"))
	}
	if !v.In.Has("eventPattern") && !v.In.Has("scheduleExpression") {
		v.Fail("eventPattern", "%q: one of `eventPattern,scheduleExpression` must be specified", "eventPattern")
	}
	if text := v.In.Str("eventPattern"); v.In.Known("eventPattern") {
		if len(text) > longestPattern {
			v.Fail("eventPattern", "cannot be longer than %d characters: %q", longestPattern, text)
		} else if problem := patternProblem(text); problem != "" {
			v.Fail("eventPattern", "InvalidEventPatternException: Event pattern is not valid. Reason: %s", problem)
		}
	}
	schedule := v.In.Str("scheduleExpression")
	if v.In.Known("scheduleExpression") && scheduleProblem(schedule) {
		v.Fail("scheduleExpression", "ValidationException: Parameter ScheduleExpression is not valid. %q: want rate(5 minutes) or cron(0 12 * * ? *)", schedule)
	}
}

// scheduleProblem says whether an expression is none of EventBridge's. Source:
// docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html.
func scheduleProblem(s string) bool {
	if m := regexp.MustCompile(`^rate\(([1-9][0-9]*) (minute|minutes|hour|hours|day|days)\)$`).FindStringSubmatch(s); m != nil {
		return (m[1] == "1") == strings.HasSuffix(m[2], "s")
	}
	m := regexp.MustCompile(`^cron\(([^()]+)\)$`).FindStringSubmatch(s)
	if m == nil {
		return true
	}
	fields := strings.Fields(m[1])
	return len(fields) != 6 || (fields[2] == "?") == (fields[4] == "?") // a day of the month or of the week, the other is ?
}

// needRule is the rule of a target.
func needRule(c *resource.Call, name string) (*store.Object, error) {
	o := c.Regional(tokEventRule, name)
	if o == nil {
		return nil, resource.Faultf("ResourceNotFoundException", "Rule %s does not exist on EventBus %s.", name, c.In.Str("eventBusName"))
	}
	return o, nil
}

func eventTarget() *resource.Kind {
	unsimulated := map[string]string{}
	for _, of := range []string{"appsync", "batch", "ecs", "http", "kinesis", "redshift", "sagemakerPipeline"} {
		unsimulated[of+"Target"] = ""
	}
	unsimulated["runCommandTargets"] = ""
	return &resource.Kind{
		Token: tokEventTarget, Service: "EventBridge", Noun: "EventBridge Target", CreateOp: "PutTargets", UpdateOp: "PutTargets", DeleteOp: "RemoveTargets",
		Upsert: true, // putting a target of the same id changes the one that is there
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"rule", "eventBusName", "targetId"}, Why: "together they identify a target"}},
			Computed: []string{"targetId"},
			Defaults: map[string]any{"eventBusName": defaultBus, "forceDestroy": false},
			Ranges: map[string]schema.Range{
				"retryPolicy.maximumEventAgeInSeconds": {Min: 60, Max: 86400}, "retryPolicy.maximumRetryAttempts": {Min: 0, Max: 185},
			},
			Lengths:     map[string]schema.Range{"input": {Min: 0, Max: 8192}, "inputPath": {Min: 0, Max: 256}, "inputTransformer.inputTemplate": {Min: 1, Max: 8192}, "targetId": {Min: 1, Max: 64}},
			Formats:     map[string]schema.Format{"arn": schema.ARN, "roleArn": schema.ARN, "deadLetterConfig.arn": schema.ARN, "input": schema.JSONDocument},
			Conflicts:   [][]string{{"input", "inputPath", "inputTransformer"}},
			Unsimulated: unsimulated,
		},
		Validate: checkEventTarget,
		Identify: func(c *resource.Call) error {
			id := c.In.Str("targetId")
			if id == "" {
				id = "terraform-" + c.Now.Format("20060102150405") + c.Hex("target", 12) // as the provider names them
			}
			c.Out("targetId", id)
			c.Obj.ID = c.In.Str("rule") + "-" + id
			c.ImportAs(c.In.Str("rule") + "/" + id)
			return nil
		},
		Apply: applyEventTarget,
	}
}

func applyEventTarget(c *resource.Call) error {
	rule, err := needRule(c, c.In.Str("rule"))
	if err != nil {
		return err
	}
	targets := c.Tx.Referrers(rule.Key, tokEventTarget)
	if most := c.Limits["targets per event rule"]; !slices.Contains(targets, c.Obj.Key) && len(targets) >= most {
		return resource.Faultf("LimitExceededException", "The requested resource exceeds the maximum number allowed. (%d targets of rule %s)", most, rule.ID)
	}
	if arn := c.In.Str("roleArn"); arn != "" && roleByARN(c, arn) == nil {
		return resource.Faultf("ValidationException", "RoleArn %s is not a role of account %s", arn, c.Account)
	}
	arn := c.In.Str("arn")
	part := strings.SplitN(arn, ":", 6)
	switch {
	case len(part) < 6:
		return resource.Faultf("ValidationException", "Parameter %s is not valid. Reason: Provided Arn is not in correct format.", arn)
	case part[2] == "sns":
		if err := checkTopicTarget(c, rule, arn); err != nil {
			return err
		}
	case part[2] == "logs":
		name := strings.TrimSuffix(strings.TrimPrefix(part[5], "log-group:"), ":*")
		if c.Regional(tokLogGroup, name) == nil {
			return resource.Faultf("ResourceNotFoundException", "The target %s of rule %s does not exist in %s of account %s", arn, rule.ID, c.Region, c.Account)
		}
	case part[2] == "sqs": // below
	default:
		return fmt.Errorf("the simulated cloud does not simulate targets of %s, only of sns, sqs and logs: %s", part[2], arn)
	}
	return checkTargetQueues(c, rule)
}

// checkTopicTarget holds a rule's target against the topic. EventBridge does not say for what rule or account it
// publishes, so that a statement with a condition on them lets it publish nothing. Source:
// docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html, "Amazon SNS permissions".
func checkTopicTarget(c *resource.Call, rule *store.Object, arn string) error {
	t := findTopic(c, arn)
	if t == nil {
		return resource.Faultf("ResourceNotFoundException", "The target %s of rule %s does not exist in %s of account %s", arn, rule.ID, c.Region, c.Account)
	}
	call := newServiceCall(c, "events.amazonaws.com", "", "", "").with("aws:SourceAccount", "").with("aws:SourceOwner", "").with("kms:EncryptionContext:aws:sns:topicArn", t.ARN)
	if why := closedTopic(c, t, call); why != "" {
		return resource.Faultf("ValidationException", "The target %s of rule %s would get nothing: %s", arn, rule.ID, why)
	}
	return nil
}

func checkEventTarget(v *resource.Validation) {
	if id := v.In.Str("targetId"); v.In.Known("targetId") && !regexp.MustCompile(`^[0-9A-Za-z._-]+$`).MatchString(id) {
		v.Fail("targetId", "%q doesn't comply with restrictions (^[0-9A-Za-z_.-]+$): %q", "targetId", id)
	}
	t := v.In.Obj("inputTransformer")
	paths := t.Obj("inputPaths")
	if len(paths) > mostInputPaths {
		v.Fail("inputTransformer.inputPaths", "expected number of items in inputPaths to be less than or equal to %d, got %d", mostInputPaths, len(paths))
	}
	for name := range paths {
		if strings.HasPrefix(name, "AWS") {
			v.Fail("inputTransformer.inputPaths."+name, `map keys must not start with "AWS"`)
		}
		if path := paths.Str(name); path != "" && !strings.HasPrefix(path, "$") {
			v.Fail("inputTransformer.inputPaths."+name, "ValidationException: InputPath %s is not a valid JSON path: it begins with $", path)
		}
	}
	if template := t.Str("inputTemplate"); template != "" && !unknown(t, "inputPaths") {
		if problem := templateProblem(template, paths); problem != "" {
			v.Fail("inputTransformer.inputTemplate", "ValidationException: %s", problem)
		}
	}
}

// mostInputPaths is how many values a transformer takes from an event. Source:
// docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html.
const mostInputPaths = 100

// templateProblem says what is wrong with a template: placeholders that are no input paths, or text that is neither
// JSON nor lines in quotes once they are filled in.
func templateProblem(template string, paths resource.Props) string {
	var strange []string
	filled := regexp.MustCompile(`<([0-9A-Za-z._-]+)>`).ReplaceAllStringFunc(template, func(p string) string {
		name := p[1 : len(p)-1]
		if !paths.Has(name) && !strings.HasPrefix(name, "aws.events.") {
			strange = append(strange, name)
		}
		return "0"
	})
	if len(strange) > 0 {
		return fmt.Sprintf("InputTemplate contains placeholders that InputPathsMap does not define: %s", strings.Join(strange, ", "))
	}
	if json.Valid([]byte(filled)) {
		return ""
	}
	for line := range strings.SplitSeq(filled, "\n") {
		if line = strings.TrimSpace(line); line != "" && !json.Valid([]byte(line)) {
			return fmt.Sprintf("Invalid InputTemplate: %q is neither JSON nor text in quotes", line)
		}
	}
	return ""
}
