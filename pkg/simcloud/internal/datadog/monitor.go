package datadog

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// monitorTypes are the types of the API. Source: docs.datadoghq.com/api/latest/monitors, MonitorType.
func monitorTypes() []string {
	return []string{
		"composite", "event alert", "log alert", "metric alert", "process alert", "query alert", "rum alert", "service check", "synthetics alert", "trace-analytics alert",
		"slo alert", "event-v2 alert", "audit alert", "ci-pipelines alert", "ci-tests alert", "error-tracking alert", "database-monitoring alert",
		"network-performance alert", "cost alert", "data-quality alert", "network-path alert",
	}
}

func monitor() *resource.Kind {
	return &resource.Kind{
		Token: tokMonitor, Noun: "monitor", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v1/monitor" },
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"type"}, Why: "a monitor's type cannot be changed"}},
			Defaults: map[string]any{"includeTags": true, "requireFullWindow": true},
			Computed: []string{"evaluationDelay", "newHostDelay", "newGroupDelay", "onMissingData", "noDataTimeframe", "draftStatus"},
			Sets:     []string{"tags", "restrictedRoles", "renotifyStatuses", "notifyBies"},
			Enums: map[string][]string{
				"type": monitorTypes(), "onMissingData": {"show_no_data", "show_and_notify_no_data", "resolve", "default"},
				"renotifyStatuses":       {"alert", "warn", "no data"},
				"notificationPresetName": {"show_all", "hide_query", "hide_handles", "hide_all", "hide_query_and_handles", "show_only_snapshot", "hide_handles_and_footer"},
				"draftStatus":            {"draft", "published"},
			},
			Conflicts: [][]string{{"locked", "restrictedRoles"}, {"notifyNoData", "onMissingData"}},
			Unsimulated: map[string]string{
				"variables": "", "schedulingOptions": "", "assets": "",
			},
		},
		Validate: checkMonitor,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "1" + c.Pick("monitor", "0123456789", 8)
			c.Claim(monitorName(c, c.Obj.ID))
			return nil
		},
		Apply:  applyMonitor,
		Remove: removeMonitor,
	}
}

// monitorName is claimed by what has a monitor's id: the monitor, or the synthetic test that comes with one.
func monitorName(c *resource.Call, id string) string { return orgName(c, "monitor", id) }

// needMonitor is what has a monitor's id, or nil.
func needMonitor(c *resource.Call, id string) *store.Object {
	owner, ok := c.Tx.Owner(monitorName(c, id))
	if !ok {
		return nil
	}
	return c.Use(owner)
}

const invalidQuery = "The value provided for parameter 'query' is invalid"

func checkMonitor(v *resource.Validation) {
	if p := v.In.Str("priority"); p != "" && !regexp.MustCompile(`^[1-5]$`).MatchString(p) {
		v.Fail("priority", "expected priority to be in the range (1 - 5), got %s", p)
	}
	for name, value := range v.In.Obj("monitorThresholds") {
		if text, ok := value.(string); ok && text != "" {
			if _, err := strconv.ParseFloat(text, 64); err != nil {
				v.Fail("monitorThresholds."+name, "%s should be a float: %q", name, text)
			}
		}
	}
	for _, name := range []string{"evaluationDelay", "newGroupDelay", "newHostDelay", "noDataTimeframe", "renotifyInterval", "timeoutH"} {
		if v.In.Int(name) < 0 {
			v.Fail(name, "expected %s to be at least (0), got %d", name, v.In.Int(name))
		}
	}
	if v.In.Int("timeoutH") > 24 {
		v.Fail("timeoutH", "timeout_h: the maximum is 24 hours, got %d", v.In.Int("timeoutH"))
	}
	if v.In.Has("validate") && !v.In.Bool("validate") || !v.In.Known("query") || !v.In.Known("type") {
		return
	}
	if reason := monitorProblem(v.In); reason != "" {
		v.Fail("query", "error validating monitor from https://%s/api/v1/monitor/validate: 400 Bad Request: {\"errors\":[%q]}", v.Account, reason)
	}
}

// comparison is the end of a query: what is compared with.
func comparison() *regexp.Regexp {
	return regexp.MustCompile(`(>=|<=|==|!=|>|<)\s*(-?[0-9]+(?:\.[0-9]+)?(?:[eE]-?[0-9]+)?)\s*$`)
}

// monitorProblem is what the API's validation says against a monitor; empty when it is valid. It checks the outer form
// of a query, not whether metrics, tags or facets exist.
func monitorProblem(in resource.Props) string {
	query := strings.TrimSpace(in.Str("query"))
	typ := in.Str("type")
	if query == "" {
		return invalidQuery
	}
	if !balanced(query) {
		return invalidQuery + ": unbalanced parentheses, braces or quotes"
	}
	switch typ {
	case "composite":
		if !regexp.MustCompile(`^[0-9!&|()\s]+$`).MatchString(query) || !regexp.MustCompile(`[0-9]`).MatchString(query) {
			return invalidQuery
		}
		return ""
	case "service check":
		if !regexp.MustCompile(`^".+"\.over\(.*\)(\.exclude\(.*\))?(\.by\(.*\))?\.last\(\d+\)\.(count_by_status|pct_by_status)\(\)`).MatchString(query) {
			return invalidQuery
		}
		return ""
	}
	m := comparison().FindStringSubmatch(query)
	if m == nil {
		return invalidQuery + ": invalid operator specified: "
	}
	if !regexp.MustCompile(queryForm(typ)).MatchString(query) {
		return invalidQuery
	}
	return thresholdProblem(in.Obj("monitorThresholds"), m[1], m[2])
}

// queryForm is how a query of a type begins. Source: docs.datadoghq.com/api/latest/monitors, "Create a monitor".
func queryForm(typ string) string {
	const window = `(last|next)_\d+(m|h|d|w|mo)`
	search := func(source string) string { return `^\(*\s*(formula|` + source + `)\(.*\.last\(.+\)|^formula\(` }
	switch typ {
	case "metric alert", "query alert":
		return `^(avg|sum|min|max|count|change|pct_change|percentile|stddev|l2norm|area)\(((avg|sum|min|max|last)\()?` + window + `\)?(,\s*` + window + `)?.*\):.*\{[^{}]*\}`
	case "log alert":
		return `^\(*\s*(formula|logs|log)\(`
	case "event alert":
		return `^events\(`
	case "event-v2 alert":
		return search("events")
	case "rum alert":
		return search("rum")
	case "audit alert":
		return search("audits")
	case "trace-analytics alert":
		return search("trace-analytics")
	case "ci-pipelines alert":
		return search("ci-pipelines")
	case "ci-tests alert":
		return search("ci-tests")
	case "error-tracking alert":
		return search("error-tracking(-rum|-traces|-logs)?")
	case "process alert":
		return `^processes\(.*\)\.over\(.*\)\.rollup\(.*\)\.last\(`
	case "slo alert":
		return `^(error_budget\(.+\)\.over\(.+\)|burn_rate\(.+\)\.over\(.+\)\.long_window\(.+\)\.short_window\(.+\))`
	}
	return `.`
}

// thresholdProblem compares the thresholds with the query's number and with each other.
func thresholdProblem(thresholds resource.Props, operator, number string) string {
	if len(thresholds) == 0 {
		return ""
	}
	value := func(name string) (float64, bool) {
		n, err := strconv.ParseFloat(thresholds.Str(name), 64)
		return n, err == nil
	}
	inQuery, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return invalidQuery
	}
	critical, hasCritical := value("critical")
	if !hasCritical {
		return "Alert status is required."
	}
	if critical != inQuery {
		return fmt.Sprintf("Alert threshold (%s) does not match that used in the query (%s).", decimal(critical), decimal(inQuery))
	}
	above := strings.HasPrefix(operator, ">")
	ordered := func(name string, than float64, before bool) string {
		n, ok := value(name)
		if !ok || n == than && strings.HasSuffix(name, "ecovery") {
			return ""
		}
		if (n < than) == (above == before) && n != than {
			return ""
		}
		word := "less"
		if !above {
			word = "greater"
		}
		return fmt.Sprintf("%s threshold (%s) must be %s than alert threshold (%s).", strings.Title(name), decimal(n), word, decimal(than)) //nolint:staticcheck // ASCII names
	}
	for _, name := range []string{"warning", "criticalRecovery"} {
		if problem := ordered(name, critical, true); problem != "" {
			return problem
		}
	}
	if warning, ok := value("warning"); ok {
		return ordered("warningRecovery", warning, true)
	}
	return ""
}

// decimal is a number as the API writes it, in Python.
func decimal(n float64) string {
	s := strconv.FormatFloat(n, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// balanced says whether what opens in a query also closes, outside of quotes.
func balanced(query string) bool {
	closes := map[rune]rune{')': '(', '}': '{', ']': '['}
	var open []rune
	var quote rune
	for _, r := range query {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == '(' || r == '{' || r == '[':
			open = append(open, r)
		case closes[r] != 0:
			if len(open) == 0 || open[len(open)-1] != closes[r] {
				return false
			}
			open = open[:len(open)-1]
		}
	}
	return len(open) == 0 && quote == 0
}

func applyMonitor(c *resource.Call) error {
	c.Default("evaluationDelay", 0)
	c.Default("newHostDelay", 300)
	c.Default("newGroupDelay", 0)
	for _, id := range c.In.Strs("restrictedRoles") {
		if !roleExists(c, id) {
			return refuse("Invalid role(s): %s", id)
		}
	}
	query := c.In.Str("query")
	switch c.In.Str("type") {
	case "composite":
		for _, id := range regexp.MustCompile(`[0-9]+`).FindAllString(query, -1) {
			if needMonitor(c, id) == nil {
				return refuse("%s: monitor %s does not exist", invalidQuery, id)
			}
		}
	case "slo alert":
		for _, m := range regexp.MustCompile(`(?:error_budget|burn_rate)\(["']([^"']+)["']\)`).FindAllStringSubmatch(query, -1) {
			if c.OfAccount(tokObjective, m[1]) == nil {
				return refuse("%s: SLO %s does not exist", invalidQuery, m[1])
			}
		}
	}
	return nil
}

func removeMonitor(c *resource.Call) error {
	if c.In.Bool("forceDelete") {
		return nil
	}
	for what, typ := range map[string]string{"composite monitors": tokMonitor, "SLOs": tokObjective} {
		if users := c.Users(typ); len(users) > 0 {
			ids := make([]string, len(users))
			for i, u := range users {
				ids[i] = u.ID
			}
			slices.Sort(ids)
			return conflict("monitor [%s,%q] is referenced in %s: %s", c.Obj.ID, c.In.Str("name"), what, strings.Join(ids, ", "))
		}
	}
	return nil
}

func notificationRule() *resource.Kind {
	return &resource.Kind{
		Token: tokNotificationRule, Noun: "MonitorNotificationRule", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v2/monitor/notification_rule" },
		Rules: schema.Rules{Sets: []string{"recipients", "filter.tags", "conditionalRecipients.fallbackRecipients"}},
		Validate: func(v *resource.Validation) {
			f := v.In.Obj("filter")
			if f.Len("tags") == 0 && f.Str("scope") == "" && v.In.Known("filter") {
				v.Fail("filter", "a filter needs tags or a scope")
			}
			if f.Len("tags") > 0 && f.Str("scope") != "" {
				v.Fail("filter.scope", "\"filter.scope\": conflicts with filter.tags")
			}
			for i, tag := range f.Strs("tags") {
				if key, _, ok := strings.Cut(tag, ":"); !ok || key == "" {
					v.Fail(fmt.Sprintf("filter.tags[%d]", i), "%q is no tag, want key:value", tag)
				}
			}
			if v.In.Len("recipients") == 0 && !v.In.Has("recipients") && !v.In.Has("conditionalRecipients") {
				v.Fail("recipients", "one of recipients and conditional_recipients must be set")
			}
			for i, r := range v.In.Strs("recipients") {
				if strings.HasPrefix(r, "@") || r == "" {
					v.Fail(fmt.Sprintf("recipients[%d]", i), "%q: recipients are written without the @", r)
				}
			}
			for i, cond := range v.In.Obj("conditionalRecipients").Objs("conditions") {
				if !strings.Contains(cond.Str("scope"), ":") {
					v.Fail(fmt.Sprintf("conditionalRecipients.conditions[%d].scope", i), "%q is no condition, want for example transition_type:alert", cond.Str("scope"))
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("rule")
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Release()
			if !c.Claim(orgName(c, "notificationrule", c.In.Str("name"))) {
				return conflict("A notification rule named %q exists already", c.In.Str("name"))
			}
			return nil
		},
	}
}
