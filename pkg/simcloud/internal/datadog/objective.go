package datadog

import (
	"fmt"
	"slices"
	"strconv"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func objective() *resource.Kind {
	return &resource.Kind{
		Token: tokObjective, Noun: "service level objective", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v1/slo" },
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"type"}, Why: "an objective's type cannot be changed"}},
			Enums:    map[string][]string{"type": {"metric", "monitor", "time_slice"}},
			Sets:     []string{"tags", "monitorIds", "groups"},
			Computed: []string{"targetThreshold", "warningThreshold", "timeframe"},
		},
		Validate: checkObjective,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.Hex("slo", 32)
			return nil
		},
		Apply:  applyObjective,
		Remove: removeObjective,
	}
}

// checkObjective refuses what the API refuses. Source: docs.datadoghq.com/api/latest/service-level-objectives.
func checkObjective(v *resource.Validation) {
	needs := map[string]string{"metric": "query", "monitor": "monitorIds", "time_slice": "sliSpecification"}
	typ := v.In.Str("type")
	for other, property := range needs {
		if other == typ && !v.In.Has(property) && !(typ == "metric" && v.In.Has("sliSpecification")) {
			v.Fail(property, "Invalid payload: %s is required for SLOs of type %s", property, typ)
		}
		if other != typ && typ != "" && v.In.Has(property) && !(typ == "metric" && property == "sliSpecification") {
			v.Fail(property, "Invalid payload: %s does not belong to SLOs of type %s", property, typ)
		}
	}
	if v.In.Len("groups") > 0 && v.In.Len("monitorIds") != 1 {
		v.Fail("groups", "Invalid payload: groups can only be used with a single monitor")
	}
	if v.In.Known("thresholds") && v.In.Len("thresholds") == 0 {
		v.Fail("thresholds", "Invalid payload: at least one threshold is required")
	}
	var frames []string
	for i, t := range v.In.Objs("thresholds") {
		at := fmt.Sprintf("thresholds[%d]", i)
		target, known := t["target"].(float64)
		if known && (target <= 0 || target >= 100) {
			v.Fail(at+".target", "Invalid payload: target must be greater than 0 and less than 100, got %v", target)
		}
		if warning, ok := t["warning"].(float64); ok && known && warning != 0 && (warning <= target || warning >= 100) {
			v.Fail(at+".warning", "Invalid payload: warning (%v) must be greater than target (%v) and less than 100", warning, target)
		}
		if slices.Contains(frames, t.Str("timeframe")) {
			v.Fail(at+".timeframe", "Invalid payload: duplicate timeframe %s", t.Str("timeframe"))
		}
		frames = append(frames, t.Str("timeframe"))
	}
	if f := v.In.Str("timeframe"); f != "" && v.In.Known("thresholds") && !slices.Contains(frames, f) {
		v.Fail("timeframe", "Invalid payload: timeframe %s has no threshold", f)
	}
	for _, name := range []string{"numerator", "denominator"} {
		if text := v.In.Obj("query").Str(name); text != "" && !balanced(text) {
			v.Fail("query."+name, "Invalid payload: the query cannot be parsed: unbalanced parentheses, braces or quotes")
		}
	}
}

func applyObjective(c *resource.Call) error {
	if list := c.In.Objs("thresholds"); len(list) > 0 {
		c.Default("timeframe", list[0].Str("timeframe"))
		c.Default("targetThreshold", list[0]["target"])
	}
	ids, _ := c.In["monitorIds"].([]any)
	for _, id := range ids {
		n, _ := id.(float64)
		text := strconv.FormatFloat(n, 'f', -1, 64)
		m := needMonitor(c, text)
		if m == nil {
			return refuse("Invalid payload: monitor %s does not exist", text)
		}
		if typ, _ := m.Outputs["type"].(string); typ == "composite" || typ == "slo alert" {
			return refuse("Invalid payload: monitor %s is of type %q, which SLOs do not take", text, typ)
		}
	}
	return nil
}

func removeObjective(c *resource.Call) error {
	if users := c.Users(tokMonitor); len(users) > 0 && !c.In.Bool("forceDelete") {
		return conflict("SLO %s is referenced by monitor %s", c.Obj.ID, users[0].ID)
	}
	return nil
}
