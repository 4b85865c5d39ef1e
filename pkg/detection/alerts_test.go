package detection

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/config"
)

func alertArgs() Args {
	return Args{
		OrganizationName: "meridian", AccountName: "prod", AccountID: "111111111111", Region: "us-east-1", HomeRegion: true,
		Config:            config.BaseDetection{Alerts: config.BaseAlerts{MinimumSeverity: "HIGH"}},
		BreakGlassRoleARN: "arn:aws:iam::111111111111:role/break-glass",
	}
}

// matches says whether EventBridge would match event with pattern, as far as the
// patterns of this package go. In the event, a list stands for any of its items.
func matches(t *testing.T, pattern, event any, present bool) bool {
	t.Helper()
	switch p := pattern.(type) {
	case map[string]any:
		if items, ok := event.([]any); ok {
			return slices.ContainsFunc(items, func(item any) bool { return matches(t, p, item, true) })
		}
		object, _ := event.(map[string]any)
		for key, want := range p {
			value, there := object[key]
			if !matches(t, want, value, there) {
				return false
			}
		}
		return true
	case []any:
		return slices.ContainsFunc(p, func(want any) bool { return matchesValue(t, want, event, present) })
	}
	t.Fatalf("pattern %v is no object and no list", pattern)
	return false
}

func matchesValue(t *testing.T, want, value any, present bool) bool {
	t.Helper()
	rule, ok := want.(map[string]any)
	if !ok {
		return present && value == want
	}
	for kind, operand := range rule {
		switch kind {
		case "exists":
			return present == operand.(bool)
		case "prefix":
			text, ok := value.(string)
			return ok && strings.HasPrefix(text, operand.(string))
		case "anything-but":
			return present && !slices.Contains(operand.([]any), value)
		case "numeric":
			comparison := operand.([]any)
			number, ok := value.(float64)
			if comparison[0] != ">=" {
				t.Fatalf("comparison %v is not known to this test", comparison)
			}
			return ok && number >= comparison[1].(float64)
		}
	}
	t.Fatalf("rule %v is not known to this test", want)
	return false
}

// events returns the example events of testdata by name.
func events(t *testing.T) map[string]map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "events.json"))
	if err != nil {
		t.Fatal(err)
	}
	var events map[string]map[string]any
	if err := json.Unmarshal(text, &events); err != nil {
		t.Fatal(err)
	}
	return events
}

// told returns the names of the alerts that match an event.
func told(t *testing.T, args Args, event map[string]any) []string {
	t.Helper()
	alerts, err := args.alerts()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, alert := range alerts {
		var pattern map[string]any
		if err := json.Unmarshal([]byte(alert.pattern), &pattern); err != nil {
			t.Fatalf("pattern of %s: %v", alert.name, err)
		}
		if matches(t, pattern, event, true) {
			names = append(names, alert.name)
		}
	}
	return names
}

func TestAlertsMatchTheEventsTheyAreFor(t *testing.T) {
	t.Parallel()
	all := events(t)
	want := map[string]string{
		"guardduty high":                       "guardduty",
		"guardduty medium":                     "",
		"security hub high":                    "security-hub",
		"security hub high, suppressed":        "",
		"security hub high, archived":          "",
		"security hub low":                     "",
		"security hub high, of guardduty":      "",
		"security hub high, of another region": "",
		"access analyzer bucket":               "external-access",
		"access analyzer bucket, resolved":     "",
		"access analyzer bucket, deleted":      "",
		"access analyzer role":                 "external-access",
		"unused access":                        "",
		"break-glass":                          "break-glass",
		"another role":                         "",
		"root sign-in":                         "root-user",
		"root call":                            "root-user",
		"root call by a service":               "",
		"role call":                            "",
	}
	if got := slices.Sorted(maps.Keys(all)); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
		t.Fatalf("testdata holds %v, want %v", got, slices.Sorted(maps.Keys(want)))
	}
	for name, alert := range want {
		if got := strings.Join(told(t, alertArgs(), all[name]), " "); got != alert {
			t.Errorf("event %q is told by %q, want %q", name, got, alert)
		}
	}
}

func TestAlertsFollowTheSeverity(t *testing.T) {
	t.Parallel()
	all := events(t)
	for severity, want := range map[string][]string{
		"LOW":      {"guardduty high", "guardduty medium", "security hub high", "security hub low"},
		"MEDIUM":   {"guardduty high", "guardduty medium", "security hub high"},
		"HIGH":     {"guardduty high", "security hub high"},
		"CRITICAL": nil,
	} {
		args := alertArgs()
		args.Config.Alerts.MinimumSeverity = severity
		var got []string
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if names := told(t, args, all[name]); slices.Contains(names, "guardduty") || slices.Contains(names, "security-hub") {
				got = append(got, name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("at %s: %v are told, want %v", severity, got, want)
		}
	}
}

// One event that several regions see is told once.
func TestAlertsAreToldByOneRegion(t *testing.T) {
	t.Parallel()
	all := events(t)
	away := alertArgs()
	away.HomeRegion, away.Region = false, "us-west-2"
	if got := told(t, away, all["access analyzer role"]); len(got) > 0 {
		t.Errorf("a role is told outside the home region by %v", got)
	}
	if got := told(t, away, all["access analyzer bucket"]); len(got) != 1 {
		t.Errorf("a bucket is told outside the home region by %v, want external-access", got)
	}
	if got := told(t, away, all["security hub high, of another region"]); len(got) != 1 {
		t.Errorf("a finding is told in its own region by %v, want security-hub", got)
	}
}

func TestMessagesUseThePathsTheyHave(t *testing.T) {
	t.Parallel()
	all := events(t)
	examples := map[string]string{
		"guardduty": "guardduty high", "security-hub": "security hub high", "external-access": "access analyzer bucket",
		"break-glass": "break-glass", "root-user": "root call",
	}
	alerts, err := alertArgs().alerts()
	if err != nil {
		t.Fatal(err)
	}
	for _, alert := range alerts {
		var message string
		if err := json.Unmarshal([]byte(alert.template), &message); err != nil {
			t.Errorf("%s: the template is no JSON string: %v", alert.name, err)
		}
		var used []string
		for _, found := range regexp.MustCompile(`<([a-z]+)>`).FindAllStringSubmatch(message, -1) {
			used = append(used, found[1])
		}
		slices.Sort(used)
		if given := slices.Sorted(maps.Keys(alert.paths)); !slices.Equal(slices.Compact(used), given) {
			t.Errorf("%s: the template uses %v, the paths are %v", alert.name, used, given)
		}
		for name, path := range alert.paths {
			if path == "$.detail.errorCode" {
				continue // only where the call failed
			}
			if value := lookup(all[examples[alert.name]], path); value == nil {
				t.Errorf("%s: path %s of %s finds nothing in the example %q", alert.name, path, name, examples[alert.name])
			}
		}
	}
}

// lookup follows a path of names and indexes.
func lookup(event any, path string) any {
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "$."), ".") {
		name, first := strings.CutSuffix(part, "[0]")
		object, _ := event.(map[string]any)
		event = object[name]
		if list, ok := event.([]any); first && ok && len(list) > 0 {
			event = list[0]
		}
	}
	return event
}

func TestControlsAreInTheStandardsOfSecurityHub(t *testing.T) {
	t.Parallel()
	membership, err := controls()
	if err != nil {
		t.Fatal(err)
	}
	for control, want := range map[string]string{
		"S3.11":        "nist-800-53",
		"IAM.9":        "cis-1.4 cis-3.0 nist-800-53 pci-dss",
		"CloudWatch.4": "cis-1.4",
		"EC2.54":       "cis-3.0",
		"S3.13":        "fsbp nist-800-53",
		"ELB.22":       "fsbp",
	} {
		if got := strings.Join(membership[control], " "); got != want {
			t.Errorf("%s is in %q, want %q", control, got, want)
		}
	}
	counts := map[string]int{}
	for control, in := range membership {
		if !regexp.MustCompile(`^[A-Z][A-Za-z0-9]*[.][1-9][0-9]*$`).MatchString(control) || !slices.IsSorted(in) || len(slices.Compact(slices.Clone(in))) != len(in) {
			t.Errorf("%s is in %v, want an id of a control and sorted standards", control, in)
		}
		for _, standard := range in {
			counts[standard]++
		}
	}
	// As many as the lists of the standards have.
	if want := map[string]int{"cis-1.4": 39, "cis-3.0": 37, "fsbp": 367, "nist-800-53": 297, "pci-dss": 44}; !maps.Equal(counts, want) {
		t.Errorf("the standards have %v controls, want %v", counts, want)
	}
}
