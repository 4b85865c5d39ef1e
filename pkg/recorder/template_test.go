package recorder_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"cellworks/pkg/recorder"
)

// pack is the template as AWS Config reads it.
type pack struct {
	Parameters map[string]struct{ Type string }
	Resources  map[string]struct {
		Type       string
		Properties struct {
			ConfigRuleName, Description string
			Source                      struct{ Owner, SourceIdentifier string }
			Scope                       struct{ ComplianceResourceTypes []string }
			InputParameters             map[string]any
		}
	}
}

func template(t *testing.T, home bool) (string, pack) {
	t.Helper()
	text, err := recorder.Template(home)
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatalf("the template is not YAML: %v", err)
	}
	var p pack
	dec := json.NewDecoder(bytes.NewReader(asJSON))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		t.Fatalf("the template is not one of rules: %v", err)
	}
	return text, p
}

func names(p pack) []string {
	var names []string
	for _, r := range p.Resources {
		names = append(names, r.Properties.ConfigRuleName)
	}
	slices.Sort(names)
	return names
}

func table(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("hipaa.csv")
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for _, record := range records[1:] {
		if rows[record[0]] != nil {
			t.Errorf("rule %s is in the table twice", record[0])
		}
		rows[record[0]] = record
	}
	return rows
}

// The numbers are those of AWS's pack: 130 rules.
func TestTableHoldsThePackOfAWS(t *testing.T) {
	t.Parallel()
	rows := table(t)
	if len(rows) != 130 {
		t.Errorf("the table has %d rules, want 130", len(rows))
	}
	identifiers := map[string]string{}
	for name, row := range rows {
		if first, ok := identifiers[row[1]]; ok {
			t.Errorf("%s and %s have one identifier, %s", first, name, row[1])
		}
		identifiers[row[1]] = name
		if row[2] != "home" && row[2] != "everywhere" {
			t.Errorf("%s is evaluated in %q, want home or everywhere", name, row[2])
		}
		for _, control := range strings.Split(row[5], ";") {
			if row[5] != "" && !regexp.MustCompile(`^164\.3(08|10|12|14)(\([0-9a-zA-Z]+\))+$`).MatchString(control) {
				t.Errorf("%s serves %q, which is no section of 45 CFR 164", name, control)
			}
		}
	}
}

func TestTemplateHasEveryRuleOnceButTheExceptions(t *testing.T) {
	t.Parallel()
	_, p := template(t, true)
	want := table(t)
	for _, e := range recorder.Exceptions() {
		if want[e.Rule] == nil {
			t.Errorf("exception %q is not a rule of the pack", e.Rule)
		}
		if e.Treatment == recorder.LeftOut {
			delete(want, e.Rule)
		}
	}
	if got := names(p); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
		t.Errorf("the template holds %v, want %v", got, slices.Sorted(maps.Keys(want)))
	}
	for logical, r := range p.Resources {
		q := r.Properties
		row := want[q.ConfigRuleName]
		if !regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`).MatchString(logical) || r.Type != "AWS::Config::ConfigRule" || q.Source.Owner != "AWS" {
			t.Errorf("resource %s is a %s of %s", logical, r.Type, q.Source.Owner)
		}
		if !regexp.MustCompile(`^[A-Z0-9_]+$`).MatchString(q.Source.SourceIdentifier) || q.Source.SourceIdentifier != row[1] {
			t.Errorf("%s has identifier %s, want %s", q.ConfigRuleName, q.Source.SourceIdentifier, row[1])
		}
		if got := strings.Join(q.Scope.ComplianceResourceTypes, ";"); got != row[3] {
			t.Errorf("%s is about %s, want %s", q.ConfigRuleName, got, row[3])
		}
		if row[5] != "" && q.Description != "45 CFR "+strings.ReplaceAll(row[5], ";", " ") {
			t.Errorf("%s serves %s, want %s", q.ConfigRuleName, q.Description, row[5])
		}
	}
}

func TestTemplateIsWithinTheLimitsOfTheService(t *testing.T) {
	t.Parallel()
	for _, home := range []bool{true, false} {
		text, p := template(t, home)
		if len(text) > 51200 || len(p.Resources) > 130 {
			t.Errorf("home %v: %d bytes and %d rules, want at most 51200 and 130", home, len(text), len(p.Resources))
		}
		t.Logf("home %v: %d bytes, %d rules", home, len(text), len(p.Resources))
		if again, _ := template(t, home); again != text {
			t.Errorf("home %v: a second template differs", home)
		}
	}
}

func TestTemplateOutsideTheHomeRegionLeavesOutWhatTheAccountHasOnce(t *testing.T) {
	t.Parallel()
	_, home := template(t, true)
	_, away := template(t, false)
	var gone []string
	for _, name := range names(home) {
		if !slices.Contains(names(away), name) {
			gone = append(gone, name)
		}
	}
	for _, want := range []string{"iam-password-policy", "root-account-mfa-enabled", "annual-risk-assessment-performed", "s3-account-level-public-access-blocks-periodic"} {
		if !slices.Contains(gone, want) {
			t.Errorf("%s is evaluated in every region, want only at home", want)
		}
	}
	for _, keep := range []string{"encrypted-volumes", "guardduty-enabled-centralized", "ec2-ebs-encryption-by-default", "vpc-flow-logs-enabled"} {
		if slices.Contains(gone, keep) {
			t.Errorf("%s is evaluated only at home, want in every region", keep)
		}
	}
}

// AWS Config refuses parameters that are not strings or that hold blanks.
func TestParametersAreStrings(t *testing.T) {
	t.Parallel()
	_, p := template(t, true)
	got := map[string]string{}
	for _, r := range p.Resources {
		for name, value := range r.Properties.InputParameters {
			if ref, ok := value.(map[string]any); ok {
				input, _ := ref["Ref"].(string)
				if p.Parameters[input].Type != "String" {
					t.Errorf("%s: parameter %s refers to %v, which the template does not declare", r.Properties.ConfigRuleName, name, ref)
				}
				got[r.Properties.ConfigRuleName+" "+name] = "!" + input
				continue
			}
			text, ok := value.(string)
			if !ok || text == "" || strings.ContainsAny(text, " \t\n") {
				t.Errorf("%s: parameter %s is %#v, want a string without blanks", r.Properties.ConfigRuleName, name, value)
			}
			got[r.Properties.ConfigRuleName+" "+name] = text
		}
	}
	for key, want := range map[string]string{
		"access-keys-rotated maxAccessKeyAge":                            "90",
		"iam-password-policy RequireSymbols":                             "true",
		"iam-customer-policy-blocked-kms-actions blockedActionsPatterns": "kms:*,kms:Decrypt,kms:ReEncrypt*",
		"internet-gateway-authorized-vpc-only AuthorizedVpcIds":          "!AuthorizedVpcIds",
		"no-unrestricted-route-to-igw routeTableIds":                     "!PublicRouteTableIds",
		"vpc-sg-open-only-to-authorized-ports authorizedTcpPorts":        "80,443",
	} {
		if got[key] != want {
			t.Errorf("%s = %q, want %q", key, got[key], want)
		}
	}
}

func TestExceptionsCanBeRead(t *testing.T) {
	t.Parallel()
	last := ""
	for _, e := range recorder.Exceptions() {
		if e.Rule <= last {
			t.Errorf("%s comes after %s, want rules in order and each once", e.Rule, last)
		}
		last = e.Rule
		if e.Treatment == "" || e.Resources == "" || len(e.Reason) < 20 {
			t.Errorf("%s: %+v does not say what is excepted and why", e.Rule, e)
		}
	}
}
