package okta

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func group() *resource.Kind {
	return &resource.Kind{
		Token: tokGroup, Noun: "group", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			JSON:     []string{"customProfileAttributes"},
			Formats:  map[string]schema.Format{"customProfileAttributes": schema.JSONDocument},
			Lengths:  map[string]schema.Range{"name": {Min: 1, Max: 255}, "description": {Min: 0, Max: 1024}},
			Computed: []string{"customProfileAttributes"},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = newID(c, "00g")
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("customProfileAttributes", "{}")
			c.Release()
			if c.In.Str("name") == everyone || !c.Claim(orgName(c, "group", c.In.Str("name"))) {
				return nameTaken("profile")
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			if rules := c.Users(tokGroupRule); len(rules) > 0 {
				return inUse("group %s is assigned by group rule %s: delete the rule first", c.Obj.ID, rules[0].ID)
			}
			for _, k := range c.Users(tokGroupAssignment) { // assignments go with their group
				c.Tx.Delete(k)
			}
			return nil
		},
	}
}

// mostRules of an organization. Source: help.okta.com, "About group rules".
const mostRules = 2000

func groupRule() *resource.Kind {
	return &resource.Kind{
		Token: tokGroupRule, Noun: "group rule", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Naming: &resource.Naming{Property: "name", Max: 50},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"groupAssignments"}, Why: "Okta does not change the groups of a rule"}},
			Defaults: map[string]any{"expressionType": "urn:okta:expression:1.0", "status": "ACTIVE", "removeAssignedUsers": false},
			Enums:    map[string][]string{"status": {"ACTIVE", "INACTIVE"}, "expressionType": {"urn:okta:expression:1.0"}},
			Lengths:  map[string]schema.Range{"name": {Min: 1, Max: 50}},
			Sets:     []string{"groupAssignments", "usersExcludeds"},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("groupAssignments") && v.In.Len("groupAssignments") == 0 {
				v.Fail("groupAssignments", "groupIds: The field cannot be left blank")
			}
			if v.In.Known("expressionValue") {
				if problem := expressionProblem(v.In.Str("expressionValue")); problem != "" {
					v.Fail("expressionValue", "%s", problem)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			if c.Tx.Tally(tokGroupRule, c.Account, resource.Global) >= mostRules {
				return invalid("rule", "the organization has the most group rules that it may have: %d", mostRules)
			}
			c.Obj.ID = newID(c, "0pr")
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Release()
			if !c.Claim(orgName(c, "grouprule", c.In.Str("name"))) {
				return nameTaken("name")
			}
			for _, id := range c.In.Strs("groupAssignments") {
				if id == fixedID(c.Account, "00g", everyone) || c.OfAccount(tokGroup, id) == nil {
					return invalid("groupIds", "groupIds: '%s' is not a valid group id", id)
				}
			}
			return needNoUsers(c, "usersExcludeds")
		},
	}
}

// expressionProblem says what is wrong with the outer form of an expression in Okta's language; empty when nothing is.
func expressionProblem(text string) string {
	broken := func(why string) string {
		return fmt.Sprintf("Invalid value for property 'expression': %q: %s", text, why)
	}
	trimmed := strings.TrimSpace(text)
	if trimmed == "" {
		return "conditions.expression.value: The field cannot be left blank"
	}
	depth, quote := 0, rune(0)
	for _, r := range trimmed {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == '(' || r == '{':
			depth++
		case r == ')' || r == '}':
			depth--
		}
		if depth < 0 {
			return broken("a parenthesis closes that was not opened")
		}
	}
	if quote != 0 || depth != 0 {
		return broken("a quote or parenthesis is not closed")
	}
	if regexp.MustCompile(`(?i)(==|!=|&&|\|\||<|>|\band|\bor|\bnot|!|,)\s*$`).MatchString(trimmed) {
		return broken("it ends in an operator")
	}
	if regexp.MustCompile(`[^=!<>]=[^=]`).MatchString(regexp.MustCompile(`"[^"]*"|'[^']*'`).ReplaceAllString(trimmed, `""`)) {
		return broken("= compares nothing, want ==")
	}
	return ""
}

func groupAssignment() *resource.Kind {
	return &resource.Kind{
		Token: tokGroupAssignment, Noun: "application group assignment", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Upsert: true, // Okta puts an assignment
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"appId", "groupId"}, Why: "an assignment is an application and a group"}},
			Defaults: map[string]any{"retainAssignment": false, "profile": "{}"},
			JSON:     []string{"profile"},
			Formats:  map[string]schema.Format{"profile": schema.JSONDocument},
			Computed: []string{"priority", "profile"},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("appId") + "/" + c.In.Str("groupId")
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("priority", 0)
			if err := assignable(c, c.In.Str("appId")); err != nil {
				return err
			}
			if _, managed := c.Tx.Owner(orgName(c, "assignments", c.In.Str("appId"))); managed {
				return bothWays(c.In.Str("appId"))
			}
			if !groupExists(c, c.In.Str("groupId")) {
				return notFound(c.In.Str("groupId"), "UserGroup")
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			if c.In.Bool("retainAssignment") {
				return resource.ErrKept
			}
			return nil
		},
	}
}

// assignable refuses an application that does not exist or that everybody has.
func assignable(c *resource.Call, id string) error {
	a := app(c, id)
	if a == nil {
		return notFound(id, "AppInstance")
	}
	if implicit, _ := a.Outputs["implicitAssignment"].(bool); implicit {
		return invalid("app", "implicitAssignment is enabled for application %s: nobody can be assigned to it", id)
	}
	return nil
}

// bothWays refuses two resources that undo each other. The API lets them.
func bothWays(app string) error {
	return invalid("app", "application %s has both app.GroupAssignment and AppGroupAssignments resources, which undo each other; use one of them", app)
}

func groupAssignments() *resource.Kind {
	return &resource.Kind{
		Token: tokGroupAssignments, Noun: "application group assignments", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"appId"}, Why: "they are the assignments of one application"}},
			JSON:     []string{"groups.profile"},
			Formats:  map[string]schema.Format{"groups.profile": schema.JSONDocument},
		},
		Validate: func(v *resource.Validation) {
			var seen []string
			for i, g := range v.In.Objs("groups") {
				if id := g.Str("id"); id != "" && slices.Contains(seen, id) {
					v.Fail(fmt.Sprintf("groups[%d].id", i), "group %s is listed twice", id)
				}
				seen = append(seen, g.Str("id"))
			}
			if !v.In.Has("groups") {
				v.Fail("groups", "At least 1 \"group\" blocks are required.")
			}
		},
		Identify: func(c *resource.Call) error {
			id := c.In.Str("appId")
			if !c.Claim(orgName(c, "assignments", id)) {
				return invalid("app", "application %s has another AppGroupAssignments resource; one has all its groups", id)
			}
			c.Obj.ID = id
			return nil
		},
		Apply: func(c *resource.Call) error {
			id := c.In.Str("appId")
			if err := assignable(c, id); err != nil {
				return err
			}
			if a := app(c, id); a != nil && len(resource.UsersOf(c.Tx, a.Key, tokGroupAssignment)) > 0 {
				return bothWays(id)
			}
			for _, g := range c.In.Objs("groups") {
				if !groupExists(c, g.Str("id")) {
					return notFound(g.Str("id"), "UserGroup")
				}
			}
			return nil
		},
	}
}
