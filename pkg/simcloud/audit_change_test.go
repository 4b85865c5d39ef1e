package simcloud_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"cellworks/pkg/simcloud"
)

// TestAuditChangesReplaceOrUpdate is TestChangesReplaceOrUpdate for what records, watches and reports.
func TestAuditChangesReplaceOrUpdate(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	for _, tc := range []struct {
		name, property string
		value          any
		replaces       bool
	}{
		{"trail", "name", "other", true},
		{"trail", "enableLogging", false, false},
		{"trail", "s3BucketName", "access-logs", false},
		{"lock", "rule", props{"defaultRetention": props{"mode": "GOVERNANCE", "days": 1}}, false},
		{"lock", "bucket", "other", true},
		{"logging", "targetPrefix", "other/", false},
		{"object", "content", "other", false},
		{"object", "key", "other", true},
		{"recorder", "name", "other", true},
		{"recorder", "roleArn", "arn:aws:iam::111122223333:role/other", false},
		{"channel", "s3KeyPrefix", "config", false},
		{"recording", "isEnabled", false, false},
		{"pack", "templateBody", packOf(2), false},
		{"retention", "retentionPeriodInDays", 30, false},
		{"detector", "enable", false, false},
		{"runtime", "status", "DISABLED", false},
		{"runtime", "name", "S3_DATA_EVENTS", true},
		{"hub", "autoEnableControls", false, false},
		{"hub", "enableDefaultStandards", true, true},
		{"standard", "standardsArn", "arn:aws:securityhub:us-east-1::standards/pci-dss/v/4.0.1", true},
		{"control", "associationStatus", "ENABLED", false},
		{"inspector", "resourceTypes", []any{"EC2"}, false},
		{"alerts", "displayName", "Alerts", false},
		{"mail", "endpoint", "other@example.com", true},
		{"findings-rule", "eventPattern", `{"source":["aws.macie"]}`, false},
		{"findings-target", "arn", "arn:aws:sns:us-east-1:111122223333:other", false},
		{"findings-target", "targetId", "other", true},
		{"root-filter", "pattern", "ERROR", false},
		{"root-alarm", "threshold", 2, false},
		{"sharing", "settingValue", "Enable", false},
		{"trunking", "name", "dualStackIPv6", true},
		{"security-contact", "title", "CTO", false},
		{"security-contact", "alternateContactType", "BILLING", true},
		{"budget", "limitAmount", "1", false},
	} {
		m := w.res[tc.name]
		d := w.diff(m, with(m.In, props{tc.property: tc.value}))
		if d.GetChanges() != pulumirpc.DiffResponse_DIFF_SOME || !slices.Contains(d.GetDiffs(), tc.property) {
			t.Errorf("%s %s: a change makes no diff: %v", tc.name, tc.property, d)
		}
		if got := slices.Contains(d.GetReplaces(), tc.property); got != tc.replaces {
			t.Errorf("%s: a change of %s replaces = %v, want %v", tc.name, tc.property, got, tc.replaces)
		}
	}
	for name, same := range map[string]props{
		"inspector":     {"resourceTypes": []any{"EC2", "ECR"}},
		"findings-rule": {"eventPattern": `{ "detail": {"severity": [{"numeric": [">=", 7]}]}, "source": "aws.guardduty" }`},
		"runtime": {"additionalConfigurations": []any{
			props{"name": "EKS_ADDON_MANAGEMENT", "status": "DISABLED"}, props{"name": "EC2_AGENT_MANAGEMENT", "status": "ENABLED"}, props{"name": "ECS_FARGATE_AGENT_MANAGEMENT", "status": "ENABLED"},
		}},
	} {
		if d := w.diff(w.res[name], with(w.res[name].In, same)); d.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE {
			t.Errorf("%s: what means the same makes a diff: %v", name, d.GetDetailedDiff())
		}
	}
}

// TestAuditUpdatesAreCheckedAsCreates changes things into what would have been refused.
func TestAuditUpdatesAreCheckedAsCreates(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	for name, tc := range map[string]struct {
		change props
		want   string
	}{
		"trail":           {props{"s3BucketName": "access-logs"}, "operation error CloudTrail: UpdateTrail"},
		"channel":         {props{"s3BucketName": "access-logs"}, "InsufficientDeliveryPolicyException"},
		"logging":         {props{"targetBucket": "config-logs"}, "InvalidTargetBucketForLogging"},
		"findings-target": {props{"arn": "arn:aws:sns:us-east-1:111122223333:none"}, "ResourceNotFoundException"},
		"root-alarm":      {props{"alarmActions": []any{"arn:aws:sns:us-east-1:111122223333:none"}}, "ValidationError"},
	} {
		m := w.res[name]
		if err := w.update(m, with(m.In, tc.change)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s changed to %v: %v, want %s", name, tc.change, err, tc.want)
		}
	}
	if err := w.delete(w.res["findings-rule"]); err == nil || !strings.Contains(err.Error(), "api error ValidationException: Rule can't be deleted since it has targets.") {
		t.Errorf("delete of a rule with a target: %v", err)
	}
	if mail := w.res["mail"]; mail.Out["pendingConfirmation"] != true || mail.Out["ownerId"] != accountA {
		t.Errorf("a subscription by e-mail is made as %v", mail.Out)
	}
}

// TestAuditDrift stops recording and logging behind the program's back and finds it.
func TestAuditDrift(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{Seed: "test"})
	w := buildWorld(connect(t, serve(t, cloud), "dev", accountA, "us-east-1"), nil)
	for name, change := range map[string]simcloud.Change{
		"trail": {Path: "enableLogging", Value: false}, "recording": {Path: "isEnabled", Value: false}, "detector": {Path: "enable", Value: false},
		"sharing": {Path: "settingValue", Value: "Enable"}, "insights": {Path: "value", Value: "disabled"}, "budget": {Path: "limitAmount", Value: "1000000"},
	} {
		m := w.res[name]
		if _, err := cloud.Drift(context.Background(), m.URN, change); err != nil {
			t.Errorf("drift of %s: %v", name, err)
			continue
		}
		if got := w.read(m.URN, m.ID); got.Out[change.Path] != change.Value {
			t.Errorf("%s reads %s %v after the drift to %v", name, change.Path, got.Out[change.Path], change.Value)
		}
	}
	if _, err := cloud.Drift(context.Background(), w.res["retention"].URN, simcloud.Change{Path: "retentionPeriodInDays", Value: float64(7)}); err == nil || !strings.Contains(err.Error(), "range (30 - 2557)") {
		t.Errorf("drift to what no program could set: %v", err)
	}
}
