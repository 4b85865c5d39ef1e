package webacl_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/pulumitest"
	"cellworks/pkg/webacl"
)

const acl = "aws:wafv2/webAcl:WebAcl"

func args() webacl.Args {
	return webacl.Args{
		Description:      "Public load balancer",
		AccountID:        pulumitest.AccountID,
		Region:           "us-east-1",
		LogName:          "cells-public",
		LogRetentionDays: 90,
		LogKeyARN:        "arn:aws:kms:us-east-1:111122223333:key/logs",
		RequestLimit:     2000,
		Resources: map[string]pulumi.StringInput{
			"public": pulumi.String("arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/cells-public/1"),
		},
	}
}

func record(t *testing.T, args webacl.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := webacl.New(ctx, "cells-public", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheWebACL(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "webacl")
}

func TestEveryRuleBlocksAndIsMeasured(t *testing.T) {
	t.Parallel()
	seen := map[float64]bool{}
	rules := record(t, args()).OfType(acl)[0].Inputs["rules"].ArrayValue()
	if len(rules) != 5 {
		t.Fatalf("%d rules, want 5", len(rules))
	}
	for _, value := range rules {
		rule := value.ObjectValue()
		name, priority := rule["name"].StringValue(), rule["priority"].NumberValue()
		if seen[priority] {
			t.Errorf("priority %v is used twice", priority)
		}
		seen[priority] = true
		metrics := rule["visibilityConfig"].ObjectValue()
		if !metrics["cloudwatchMetricsEnabled"].BoolValue() || metrics["sampledRequestsEnabled"].BoolValue() {
			t.Errorf("rule %s is not measured, or keeps samples of requests", name)
		}
		if _, group := rule["statement"].ObjectValue()["managedRuleGroupStatement"]; group {
			if _, counts := rule["overrideAction"].ObjectValue()["count"]; counts {
				t.Errorf("rule group %s only counts", name)
			}
		} else if _, blocks := rule["action"].ObjectValue()["block"]; !blocks {
			t.Errorf("rule %s does not block", name)
		}
	}
}

func TestBodiesOfUploadsAreNotBlocked(t *testing.T) {
	t.Parallel()
	var counted []string
	for _, value := range record(t, args()).OfType(acl)[0].Inputs["rules"].ArrayValue() {
		group, ok := value.ObjectValue()["statement"].ObjectValue()["managedRuleGroupStatement"]
		if !ok || !group.ObjectValue()["ruleActionOverrides"].IsArray() {
			continue
		}
		for _, override := range group.ObjectValue()["ruleActionOverrides"].ArrayValue() {
			if _, ok := override.ObjectValue()["actionToUse"].ObjectValue()["count"]; ok {
				counted = append(counted, override.ObjectValue()["name"].StringValue())
			}
		}
	}
	if !slices.Equal(counted, []string{"SizeRestrictions_BODY"}) {
		t.Errorf("rules %q are counted only, want the one on the size of bodies", counted)
	}
}

func TestLogLeavesOutWhoAsked(t *testing.T) {
	t.Parallel()
	logging := record(t, args()).OfType("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")[0]
	var headers []string
	query := false
	for _, value := range logging.Inputs["redactedFields"].ArrayValue() {
		field := value.ObjectValue()
		if header, ok := field["singleHeader"]; ok {
			headers = append(headers, header.ObjectValue()["name"].StringValue())
		}
		if _, ok := field["queryString"]; ok {
			query = true
		}
	}
	if !slices.Equal(headers, []string{"authorization", "cookie"}) || !query {
		t.Errorf("headers %q and query %v are left out, want authorization, cookie and the query", headers, query)
	}
}

func TestEveryResourceIsAssociated(t *testing.T) {
	t.Parallel()
	a := args()
	a.Resources = map[string]pulumi.StringInput{"one": pulumi.String("arn:1"), "two": pulumi.String("arn:2")}
	if got := record(t, a).Strings("aws:wafv2/webAclAssociation:WebAclAssociation", "resourceArn"); !slices.Equal(got, []string{"arn:1", "arn:2"}) {
		t.Errorf("associated with %q, want both", got)
	}
	a.Resources = nil
	if got := record(t, a).OfType("aws:wafv2/webAclAssociation:WebAclAssociation"); len(got) != 0 {
		t.Errorf("associated with %v without resources", got)
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	want := strings.Join([]string{
		`web acl "w": description, account id, region and log key must be set`,
		`log name "aws--x" is not valid, want lower-case letters, digits and single dashes`,
		`log retention: 0 days is out of range, want 1 or more`,
		`request limit: 9 is out of range, want 10 to 2000000000`,
		`resource alb has no arn`,
	}, "\n")
	_, err := webacl.New(nil, "w", webacl.Args{LogName: "aws--x", RequestLimit: 9, Resources: map[string]pulumi.StringInput{"alb": nil}})
	if err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
