package datadog

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// slug is an id of three groups of letters and digits: "abc-d2f-9xy".
func slug(c *resource.Call) string {
	const alphabet = "23456789abcdefghijkmnpqrstuvwxyz"
	return c.Pick("a", alphabet, 3) + "-" + c.Pick("b", alphabet, 3) + "-" + c.Pick("c", alphabet, 3)
}

func dashboard() *resource.Kind {
	return &resource.Kind{
		Token: tokDashboard, Noun: "dashboard", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v1/dashboard" },
		Rules: schema.Rules{
			JSON:        []string{"dashboard"},
			Computed:    []string{"url"},
			Formats:     map[string]schema.Format{"dashboard": schema.JSONDocument},
			Unsimulated: map[string]string{"dashboardLists": ""},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("dashboard") {
				if _, reason := readDashboard(v.In.Str("dashboard")); reason != "" {
					v.Fail("dashboard", "error creating resource from https://%s/api/v1/dashboard: 400 Bad Request: {\"errors\":[%q]}", v.Account, reason)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = slug(c)
			c.Out("dashboardListsRemoveds", resource.List[any]())
			return nil
		},
		Apply: func(c *resource.Call) error {
			board, _ := readDashboard(c.In.Str("dashboard"))
			title := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(board.Title), "-")
			c.Default("url", "/dashboard/"+c.Obj.ID+"/"+strings.Trim(title, "-"))
			return nil
		},
	}
}

// board is what every dashboard has.
type board struct {
	Title      string            `json:"title"`
	LayoutType string            `json:"layout_type"`
	ReflowType string            `json:"reflow_type"`
	Widgets    []json.RawMessage `json:"widgets"`
}

// readDashboard reads a dashboard as far as the simulated Datadog checks it.
func readDashboard(text string) (b board, reason string) {
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return b, "Invalid JSON: " + err.Error()
	}
	switch {
	case b.Title == "":
		return b, "'title' is a required property"
	case b.LayoutType != "ordered" && b.LayoutType != "free":
		return b, "'layout_type' must be one of 'ordered' and 'free'"
	case b.LayoutType == "free" && b.ReflowType != "":
		return b, "'reflow_type' is only allowed with layout_type 'ordered'"
	case b.Widgets == nil:
		return b, "'widgets' is a required property"
	}
	for i, raw := range b.Widgets {
		var w struct {
			Definition *struct {
				Type string `json:"type"`
			} `json:"definition"`
			Layout json.RawMessage `json:"layout"`
		}
		if err := json.Unmarshal(raw, &w); err != nil || w.Definition == nil || w.Definition.Type == "" {
			return b, fmt.Sprintf("Invalid widget at position %d: 'definition' with a 'type' is a required property", i)
		}
		if w.Layout == nil && (b.LayoutType == "free" || b.ReflowType == "fixed") {
			return b, fmt.Sprintf("Invalid widget at position %d: 'layout' is a required property", i)
		}
	}
	return b, ""
}

func downtime() *resource.Kind {
	return &resource.Kind{
		Token: tokDowntime, Noun: "downtime", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v2/downtime" },
		Rules: schema.Rules{
			Defaults:  map[string]any{"displayTimezone": "UTC", "muteFirstRecoveryNotification": false},
			Computed:  []string{"notifyEndStates", "notifyEndTypes", "oneTimeSchedule", "message"},
			Sets:      []string{"monitorIdentifier.monitorTags", "notifyEndStates", "notifyEndTypes"},
			Conflicts: [][]string{{"oneTimeSchedule", "recurringSchedule"}},
			Enums:     map[string][]string{"notifyEndStates": {"alert", "no data", "warn"}, "notifyEndTypes": {"canceled", "expired"}},
		},
		Validate: checkDowntime,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("downtime")
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("notifyEndStates", resource.List("alert", "no data", "warn"))
			c.Default("notifyEndTypes", resource.List("expired"))
			if !c.In.Has("recurringSchedule") {
				c.Default("oneTimeSchedule", map[string]any{"start": c.Now.Format(time.RFC3339)})
			}
			if id := c.In.Obj("monitorIdentifier").Int("monitorId"); id != 0 && needMonitor(c, fmt.Sprint(id)) == nil {
				return missing("Monitor %d not found", id)
			}
			return nil
		},
	}
}

func checkDowntime(v *resource.Validation) {
	which := v.In.Obj("monitorIdentifier")
	if v.In.Known("monitorIdentifier") && which.Has("monitorId") == (which.Len("monitorTags") > 0) {
		v.Fail("monitorIdentifier", "Exactly one of these attributes must be configured: [monitor_identifier.monitor_id,monitor_identifier.monitor_tags]")
	}
	once := v.In.Obj("oneTimeSchedule")
	times := map[string]time.Time{}
	for _, name := range []string{"start", "end"} {
		if text := once.Str(name); text != "" {
			t, err := time.Parse(time.RFC3339, text)
			if err != nil {
				v.Fail("oneTimeSchedule."+name, "Invalid RFC3339 String Value: %q: %v", text, err)
				continue
			}
			times[name] = t
		}
	}
	start, hasStart := times["start"]
	if end, ok := times["end"]; ok && hasStart && !end.After(start) {
		v.Fail("oneTimeSchedule.end", "End time must be after start time")
	}
	recurring := v.In.Obj("recurringSchedule")
	if v.In.Known("recurringSchedule") && (recurring.Len("recurrences") == 0 || recurring.Len("recurrences") > 5) {
		v.Fail("recurringSchedule.recurrences", "a recurring schedule has 1 to 5 recurrences, got %d", recurring.Len("recurrences"))
	}
	for i, r := range recurring.Objs("recurrences") {
		at := fmt.Sprintf("recurringSchedule.recurrences[%d]", i)
		if d := r.Str("duration"); d != "" && !regexp.MustCompile(`^[0-9]+[mhdw]$`).MatchString(d) {
			v.Fail(at+".duration", "Invalid duration %q, want for example 1h or 2d", d)
		}
		if rule := r.Str("rrule"); rule != "" && !strings.Contains(rule, "FREQ=") {
			v.Fail(at+".rrule", "Invalid rrule %q: FREQ is missing", rule)
		}
	}
	for _, name := range []string{"displayTimezone"} {
		if zone := v.In.Str(name); zone != "" && !regexp.MustCompile(`^[A-Za-z]+(/[A-Za-z_+-]+)*$`).MatchString(zone) {
			v.Fail(name, "Invalid timezone: %s", zone)
		}
	}
}
