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

// hookRules are the rules of a lifecycle hook whose properties begin with prefix.
func hookRules(prefix string) schema.Rules {
	return schema.Rules{
		Enums: map[string][]string{
			prefix + "defaultResult":       {"CONTINUE", "ABANDON"},
			prefix + "lifecycleTransition": {"autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"},
		},
		Ranges:  map[string]schema.Range{prefix + "heartbeatTimeout": {Min: 30, Max: 7200}},
		Lengths: map[string]schema.Range{prefix + "name": {Min: 1, Max: 255}},
		Formats: map[string]schema.Format{prefix + "notificationTargetArn": schema.ARN, prefix + "roleArn": schema.ARN},
	}
}

func hookName(name string) bool { return regexp.MustCompile(`^[A-Za-z0-9\-_/]+$`).MatchString(name) }

// checkHookNames refuses hooks of a group that have the same name or one with other characters.
func checkHookNames(v *resource.Validation) {
	names := map[string]bool{}
	for i, h := range v.In.Objs("initialLifecycleHooks") {
		path, name := fmt.Sprintf("initialLifecycleHooks[%d].name", i), h.Str("name")
		switch {
		case name == "":
		case !hookName(name):
			v.Fail(path, `invalid value for %s (no spaces or special characters except "-", "_", and "/")`, path)
		case names[name]:
			v.Fail(path, "two lifecycle hooks are called %q: the second would change the first", name)
		}
		names[name] = true
	}
}

// checkHooks checks what the hooks that a group is made with refer to.
func checkHooks(c *resource.Call) error {
	hooks := c.In.Objs("initialLifecycleHooks")
	if most := c.Limits["lifecycle hooks per group"]; len(hooks) > most {
		return tooManyHooks(most)
	}
	for _, h := range hooks {
		if err := checkHookTarget(c, h); err != nil {
			return err
		}
	}
	return nil
}

func tooManyHooks(most int) error {
	return resource.Faultf("LimitExceeded", "You have reached the maximum number of lifecycle hooks of an Auto Scaling group: %d", most)
}

// checkHookTarget checks whom a hook notifies and as which role.
func checkHookTarget(c *resource.Call, h resource.Props) error {
	target, role := h.Str("notificationTargetArn"), h.Str("roleArn")
	switch {
	case target == "":
		return nil
	case !strings.HasPrefix(target, "arn:aws:sns:"):
		return fmt.Errorf("the simulated cloud does not simulate lifecycle hooks that notify %s, only topics", target)
	case findTopic(c, target) == nil:
		return resource.Faultf("ValidationError", "Unable to publish test message to notification target %s using IAM role %s. Please check your target and role configuration and try to put lifecycle hook again.", target, role)
	case role == "":
		return nil
	}
	if r := roleByARN(c, role); r == nil || !trusts(r, "autoscaling.amazonaws.com") {
		return resource.Faultf("ValidationError", "Unable to publish test message to notification target %s using IAM role %s. Please check your target and role configuration and try to put lifecycle hook again.", target, role)
	}
	return nil
}

func lifecycleHook() *resource.Kind {
	rules := hookRules("")
	rules.Replaces = []schema.Replace{{Properties: []string{"name", "autoscalingGroupName"}, Why: "together they are the hook"}}
	rules.Computed = []string{"defaultResult"}
	return &resource.Kind{
		Token: tokLifecycleHook, Service: "Auto Scaling", Noun: "Auto Scaling Lifecycle Hook", CreateOp: "PutLifecycleHook", UpdateOp: "PutLifecycleHook", DeleteOp: "DeleteLifecycleHook",
		Upsert: true, // PutLifecycleHook changes the hook that has the name
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules:  rules,
		Validate: func(v *resource.Validation) {
			if v.In.Known("name") && !hookName(v.In.Str("name")) {
				v.Fail("name", `invalid value for name (no spaces or special characters except "-", "_", and "/")`)
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("autoscalingGroupName") + "/" + c.In.Str("name")
			return nil
		},
		Apply: func(c *resource.Call) error {
			name := c.In.Str("autoscalingGroupName")
			g := c.Regional(tokScalingGroup, name)
			if g == nil {
				return resource.Faultf("ValidationError", "AutoScalingGroup name not found - no such group: %s", name)
			}
			inline := resource.Props(g.Outputs).Objs("initialLifecycleHooks")
			others := slices.DeleteFunc(resource.UsersOf(c.Tx, g.Key, tokLifecycleHook), func(k store.Key) bool { return k == c.Obj.Key })
			if most := c.Limits["lifecycle hooks per group"]; len(inline)+len(others) >= most {
				return tooManyHooks(most)
			}
			c.Default("defaultResult", "ABANDON")
			return checkHookTarget(c, c.In)
		},
	}
}
