package datadog

import (
	"fmt"
	"regexp"
	"slices"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func logsArchive() *resource.Kind {
	return &resource.Kind{
		Token: tokLogsArchive, Noun: "logs archive", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v2/logs/config/archives" },
		Rules: schema.Rules{
			ExactlyOne: [][]string{{"s3Archive", "azureArchive", "gcsArchive"}},
			Defaults:   map[string]any{"includeTags": false},
			Unsimulated: map[string]string{
				"azureArchive": "; it has s3Archive", "gcsArchive": "; it has s3Archive",
			},
		},
		Validate: func(v *resource.Validation) {
			s3 := v.In.Obj("s3Archive")
			if id := s3.Str("accountId"); id != "" && !regexp.MustCompile(`^[0-9]{12}$`).MatchString(id) {
				v.Fail("s3Archive.accountId", "Invalid AWS account id %q, want 12 digits", id)
			}
			if b := s3.Str("bucket"); b != "" && !regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`).MatchString(b) {
				v.Fail("s3Archive.bucket", "Invalid bucket name %q", b)
			}
			if s3.Str("encryptionType") == "SSE_KMS" && s3.Str("encryptionKey") == "" && !s3.Has("encryptionKey") {
				v.Fail("s3Archive.encryptionKey", "encryption_key is required when encryption_type is SSE_KMS")
			}
			if n := v.In.Int("rehydrationMaxScanSizeInGb"); v.In.Known("rehydrationMaxScanSizeInGb") && n < 1 {
				v.Fail("rehydrationMaxScanSizeInGb", "expected rehydration_max_scan_size_in_gb to be at least (1), got %d", n)
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.Pick("archive", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", 22)
			return nil
		},
		Apply: func(c *resource.Call) error {
			s3 := c.In.Obj("s3Archive")
			owner, ok := c.Tx.Owner(integrationName(c, s3.Str("accountId")))
			if !ok || c.Use(owner) == nil {
				return refuse("Invalid integration: AWS account %s with role %s is not set up in the AWS integration", s3.Str("accountId"), s3.Str("roleName"))
			}
			return nil
		},
	}
}

// retentions of standard indexes in days. Source: docs.datadoghq.com/logs/log_configuration/indexes.
func retentions() []int { return []int{3, 7, 15, 30, 45, 60, 90, 180, 360} }

// mostIndexes of an organization. Source: docs.datadoghq.com/logs/log_configuration/indexes.
const mostIndexes = 100

func logsIndex() *resource.Kind {
	return &resource.Kind{
		Token: tokLogsIndex, Noun: "logs index", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v1/logs/config/indexes" },
		Rules: schema.Rules{
			Replaces:  []schema.Replace{{Properties: []string{"name"}, Why: "an index is its name"}},
			Computed:  []string{"retentionDays", "flexRetentionDays", "disableDailyLimit", "dailyLimitReset", "dailyLimit", "dailyLimitWarningThresholdPercentage"},
			Conflicts: [][]string{{"dailyLimit", "disableDailyLimit"}},
			Sets:      []string{"tags"},
		},
		Validate: checkLogsIndex,
		Identify: func(c *resource.Call) error {
			name := c.In.Str("name")
			if c.Tx.Tally(tokLogsIndex, c.Account, resource.Global) >= mostIndexes {
				return refuse("The organization has the most indexes that it may have: %d", mostIndexes)
			}
			if name == "main" || !c.Claim(orgName(c, "index", name)) {
				return conflict("An index named %q exists already, or existed: names of deleted indexes are not free again", name)
			}
			c.Obj.ID = name
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("retentionDays", 15)
			c.Default("disableDailyLimit", !c.In.Has("dailyLimit"))
			return nil
		},
		Remove: func(c *resource.Call) error { // the name of an index that was deleted cannot be used again
			c.Obj.State = "Deleted"
			return nil
		},
	}
}

func checkLogsIndex(v *resource.Validation) {
	if v.In.Known("name") && !regexp.MustCompile(`^[a-z][a-z0-9-]{0,49}$`).MatchString(v.In.Str("name")) {
		v.Fail("name", "Invalid index name %q: want a letter, then lower-case letters, digits and dashes, at most 50", v.In.Str("name"))
	}
	if v.In.Known("filters") && v.In.Len("filters") != 1 {
		v.Fail("filters", "an index has exactly one filter, got %d", v.In.Len("filters"))
	}
	if d := v.In.Int("retentionDays"); v.In.Known("retentionDays") && !slices.Contains(retentions(), d) {
		v.Fail("retentionDays", "Invalid retention: %d days; the contract of an organization names some of %v", d, retentions())
	}
	if n := v.In.Int("dailyLimit"); v.In.Known("dailyLimit") && n < 1 {
		v.Fail("dailyLimit", "expected daily_limit to be at least (1), got %d", n)
	}
	if p, ok := v.In["dailyLimitWarningThresholdPercentage"].(float64); ok && (p < 50 || p > 99.99) {
		v.Fail("dailyLimitWarningThresholdPercentage", "expected daily_limit_warning_threshold_percentage to be in the range (50.0 - 99.99), got %v", p)
	}
	for i, f := range v.In.Objs("exclusionFilters") {
		for j, rule := range f.Objs("filters") {
			if rate, ok := rule["sampleRate"].(float64); ok && (rate < 0 || rate > 1) {
				v.Fail(fmt.Sprintf("exclusionFilters[%d].filters[%d].sampleRate", i, j), "expected sample_rate to be in the range (0 - 1), got %v", rate)
			}
		}
	}
}
