package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// The types of analyzer that an account has for itself.
const (
	externalAccess = "ACCOUNT"
	unusedAccess   = "ACCOUNT_UNUSED_ACCESS"
)

func analyzerFault(status int, code, format string, a ...any) error {
	return &resource.Fault{Code: code, Message: fmt.Sprintf(format, a...), Status: status}
}

func analyzer() *resource.Kind {
	return &resource.Kind{
		Token: tokAnalyzer, Service: "AccessAnalyzer", Noun: "IAM Access Analyzer Analyzer", CreateOp: "CreateAnalyzer", UpdateOp: "TagResource", DeleteOp: "DeleteAnalyzer",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"analyzerName", "type", "configuration"}, Why: "the provider has no update of an analyzer but for its tags"}},
			Defaults: map[string]any{"type": externalAccess},
			Enums:    map[string][]string{"type": {externalAccess, unusedAccess, "ORGANIZATION", "ORGANIZATION_UNUSED_ACCESS"}},
			Lengths:  map[string]schema.Range{"analyzerName": {Min: 1, Max: 255}},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("analyzerName") && !regexp.MustCompile(`^[A-Za-z][0-9A-Za-z_.-]*$`).MatchString(v.In.Str("analyzerName")) {
				v.Fail("analyzerName", "invalid value for analyzerName (must begin with a letter and contain only alphanumeric, underscore, period, or hyphen characters)")
			}
			if strings.HasPrefix(v.In.Str("type"), "ORGANIZATION") {
				v.Fail("type", "the simulated cloud has no organization, so it does not simulate analyzers of type %s", v.In.Str("type"))
			}
		},
		Identify: identifyAnalyzer,
		Apply:    checkAnalyzer,
		Remove:   func(c *resource.Call) error { deleteAll(c, c.Users(tokArchiveRule)); return nil },
	}
}

func identifyAnalyzer(c *resource.Call) error {
	c.Obj.ID = c.In.Str("analyzerName")
	c.Obj.ARN = fmt.Sprintf("arn:aws:access-analyzer:%s:%s:analyzer/%s", c.Region, c.Account, c.Obj.ID)
	if c.Tx.Get(c.Obj.Key) != nil {
		return analyzerFault(409, "ConflictException", "An analyzer named %s already exists.", c.Obj.ID)
	}
	ofType := fmt.Sprintf("analyzer/%s/%s/%s/", c.Account, c.Region, c.In.Str("type"))
	if most := c.Limits["analyzers of a type per region"]; c.Tx.CountNames(ofType) >= most {
		return analyzerFault(402, "ServiceQuotaExceededException", "The maximum number of analyzers of type %s has been reached: %d", c.In.Str("type"), most)
	}
	c.Claim(ofType + c.Obj.ID)
	return nil
}

// checkAnalyzer checks the configuration, which only analyzers of unused access have.
// Source: docs.aws.amazon.com/access-analyzer/latest/APIReference/API_UnusedAccessConfiguration.html.
func checkAnalyzer(c *resource.Call) error {
	unused := c.In.Obj("configuration").Obj("unusedAccess")
	if c.In.Obj("configuration").Has("unusedAccess") && c.In.Str("type") != unusedAccess {
		return resource.Faultf("ValidationException", "Unused access configuration is not valid for an analyzer of type %s", c.In.Str("type"))
	}
	if age := unused.Int("unusedAccessAge"); unused.Has("unusedAccessAge") && (age < 1 || age > 365) {
		return resource.Faultf("ValidationException", "unusedAccessAge must be between 1 and 365, got %d", age)
	}
	return nil
}

func archiveRule() *resource.Kind {
	return &resource.Kind{
		Token: tokArchiveRule, Service: "AccessAnalyzer", Noun: "IAM Access Analyzer Archive Rule",
		CreateOp: "CreateArchiveRule", UpdateOp: "UpdateArchiveRule", DeleteOp: "DeleteArchiveRule",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"analyzerName", "ruleName"}, Why: "they are the rule's id"}},
			Sets:     []string{"filters"},
			Lengths:  map[string]schema.Range{"ruleName": {Min: 1, Max: 255}},
			Enums:    map[string][]string{"filters.exists": {"true", "false", ""}},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("filters") && v.In.Len("filters") == 0 {
				v.Fail("filters", "filters: attribute requires 1 item minimum, but config has only 0 declared")
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("analyzerName") + "/" + c.In.Str("ruleName")
			if c.Tx.Get(c.Obj.Key) != nil {
				return analyzerFault(409, "ConflictException", "An archive rule named %s already exists.", c.In.Str("ruleName"))
			}
			return nil
		},
		Apply: applyArchiveRule,
	}
}

func applyArchiveRule(c *resource.Call) error {
	a := c.Regional(tokAnalyzer, c.In.Str("analyzerName"))
	if a == nil {
		return analyzerFault(404, "ResourceNotFoundException", "Analyzer %s does not exist.", c.In.Str("analyzerName"))
	}
	if most := c.Limits["archive rules per analyzer"]; c.Creating() && c.Tx.CountReferrers(a.Key, tokArchiveRule) >= most {
		return analyzerFault(402, "ServiceQuotaExceededException", "The maximum number of archive rules of an analyzer has been reached: %d", most)
	}
	if name := c.In.Str("ruleName"); !regexp.MustCompile(`^[A-Za-z][0-9A-Za-z_.-]*$`).MatchString(name) {
		return resource.Faultf("ValidationException", "ruleName %q must begin with a letter and contain only letters, digits, _, . and -", name)
	}
	for _, f := range c.In.Objs("filters") {
		if !knownCriterion(f.Str("criteria")) {
			return resource.Faultf("ValidationException", "Invalid filter key: %s", f.Str("criteria"))
		}
		if f.Len("contains")+f.Len("eqs")+f.Len("neqs") == 0 && f.Str("exists") == "" {
			return resource.Faultf("ValidationException", "Filter %s must have at least one of eq, neq, contains, exists", f.Str("criteria"))
		}
		for _, operator := range []string{"contains", "eqs", "neqs"} {
			if f.Len(operator) > 20 {
				return resource.Faultf("ValidationException", "Filter %s has %d values, the maximum is 20", f.Str("criteria"), f.Len(operator))
			}
		}
	}
	return nil
}

// knownCriterion takes the keys of docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-filter-keys.html.
func knownCriterion(key string) bool {
	return strings.HasPrefix(key, "condition.") || strings.HasPrefix(key, "principal.") || slices.Contains([]string{
		"resource", "resourceType", "resourceOwnerAccount", "isPublic", "status", "id", "error", "findingType", "resourceControlPolicyRestriction",
	}, key)
}
