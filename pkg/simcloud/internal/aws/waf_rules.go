package aws

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
)

// dearCapacity is what the basic price of a web ACL includes, in web ACL capacity units. Source:
// docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html.
const dearCapacity = 1500

// managedCapacity are the rule groups that AWS manages and their capacity units. Source:
// docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html and the pages below it.
func managedCapacity() map[string]int {
	return map[string]int{
		"AWSManagedRulesCommonRuleSet": 700, "AWSManagedRulesAdminProtectionRuleSet": 100, "AWSManagedRulesKnownBadInputsRuleSet": 200,
		"AWSManagedRulesSQLiRuleSet": 200, "AWSManagedRulesLinuxRuleSet": 200, "AWSManagedRulesUnixRuleSet": 100, "AWSManagedRulesWindowsRuleSet": 200,
		"AWSManagedRulesPHPRuleSet": 100, "AWSManagedRulesWordPressRuleSet": 100, "AWSManagedRulesAmazonIpReputationList": 25,
		"AWSManagedRulesAnonymousIpList": 50, "AWSManagedRulesBotControlRuleSet": 50, "AWSManagedRulesATPRuleSet": 50, "AWSManagedRulesACFPRuleSet": 50,
		"AWSManagedRulesAntiDDoSRuleSet": 50,
	}
}

// managedRules are the rules of the groups in which programs override some, separated by blanks. Source: as above.
func managedRules() map[string]string {
	return map[string]string{
		"AWSManagedRulesCommonRuleSet": "NoUserAgent_HEADER UserAgent_BadBots_HEADER SizeRestrictions_QUERYSTRING SizeRestrictions_Cookie_HEADER SizeRestrictions_BODY " +
			"SizeRestrictions_URIPATH EC2MetaDataSSRF_BODY EC2MetaDataSSRF_COOKIE EC2MetaDataSSRF_URIPATH EC2MetaDataSSRF_QUERYARGUMENTS GenericLFI_QUERYARGUMENTS " +
			"GenericLFI_URIPATH GenericLFI_BODY RestrictedExtensions_URIPATH RestrictedExtensions_QUERYARGUMENTS GenericRFI_QUERYARGUMENTS GenericRFI_BODY " +
			"GenericRFI_URIPATH CrossSiteScripting_COOKIE CrossSiteScripting_QUERYARGUMENTS CrossSiteScripting_BODY CrossSiteScripting_URIPATH",
		"AWSManagedRulesKnownBadInputsRuleSet": "JavaDeserializationRCE_HEADER JavaDeserializationRCE_BODY JavaDeserializationRCE_URIPATH JavaDeserializationRCE_QUERYSTRING " +
			"Host_localhost_HEADER PROPFIND_METHOD ExploitablePaths_URIPATH Log4JRCE_HEADER Log4JRCE_QUERYSTRING Log4JRCE_BODY Log4JRCE_URIPATH " +
			"ReactJSRCE_BODY",
		"AWSManagedRulesSQLiRuleSet":            "SQLi_QUERYARGUMENTS SQLiExtendedPatterns_QUERYARGUMENTS SQLi_BODY SQLiExtendedPatterns_BODY SQLi_COOKIE SQLi_URIPATH",
		"AWSManagedRulesAmazonIpReputationList": "AWSManagedIPReputationList AWSManagedReconnaissanceList AWSManagedIPDDoSList",
		"AWSManagedRulesAnonymousIpList":        "AnonymousIPList HostingProviderIPList",
	}
}

// statementKinds are the statements of a rule, of which it has one.
func statementKinds() []string {
	return []string{
		"andStatement", "asnMatchStatement", "byteMatchStatement", "geoMatchStatement", "ipSetReferenceStatement", "labelMatchStatement", "managedRuleGroupStatement",
		"notStatement", "orStatement", "rateBasedStatement", "regexMatchStatement", "regexPatternSetReferenceStatement", "ruleGroupReferenceStatement",
		"sizeConstraintStatement", "sqliMatchStatement", "xssMatchStatement",
	}
}

const oneValue = "WAFInvalidParameterException: Error reason: Your statement has multiple values set for a field that requires exactly one value., field: %s, parameter: %s"

func checkWebACL(v *resource.Validation) {
	checkWAFName(v, "name")
	checkMetric(v, v.In.Obj("visibilityConfig"), "visibilityConfig")
	if a := v.In.Obj("defaultAction"); v.In.Known("defaultAction") && a.Has("allow") == a.Has("block") {
		v.Fail("defaultAction", oneValue, "DEFAULT_ACTION", "DefaultAction")
	}
	names, priorities, capacity := map[string]bool{}, map[int]bool{}, 0
	for i, r := range v.In.Objs("rules") {
		path := fmt.Sprintf("rules[%d]", i)
		if name := r.Str("name"); name != "" && names[name] {
			v.Fail(path+".name", "WAFDuplicateItemException: %s (two rules are called %s)", wafDuplicate, name)
		}
		names[r.Str("name")] = true
		if r.Known("priority") {
			if priorities[r.Int("priority")] {
				v.Fail(path+".priority", "WAFInvalidParameterException: Error reason: You have used the same rule priority more than once., field: RULE, parameter: %d", r.Int("priority"))
			}
			priorities[r.Int("priority")] = true
		}
		checkRule(v, r, path)
		capacity += capacityOf(r.Obj("statement"))
	}
	if capacity > dearCapacity {
		v.Warn("rules", "the rules need %d web ACL capacity units; more than %d cost extra", capacity, dearCapacity)
	}
}

// checkRule refuses a rule that does not have one statement and, as that asks, one action.
func checkRule(v *resource.Validation, r resource.Props, path string) {
	checkMetric(v, r.Obj("visibilityConfig"), path+".visibilityConfig")
	if unknown(r, "statement") {
		return
	}
	statement := r.Obj("statement")
	checkOneStatement(v, statement, path+".statement", 1)
	group := statement.Has("managedRuleGroupStatement") || statement.Has("ruleGroupReferenceStatement")
	action, override := len(setOf(r.Obj("action"), "allow", "block", "captcha", "challenge", "count")), len(setOf(r.Obj("overrideAction"), "count", "none"))
	if group && (override != 1 || action > 0) {
		v.Fail(path+".overrideAction", oneValue+" (a rule group takes one overrideAction and no action)", "RULE", "Rule")
	}
	if !group && (action != 1 || override > 0) {
		v.Fail(path+".action", oneValue+" (a rule takes one action and no overrideAction)", "RULE", "Rule")
	}
}

func setOf(p resource.Props, names ...string) []string {
	return slices.DeleteFunc(names, func(n string) bool { return !p.Has(n) })
}

// mostNested is how deep the provider's schema lets statements lie in one another.
const mostNested = 3

// checkOneStatement refuses a statement that is none or several, and those in it.
func checkOneStatement(v *resource.Validation, s resource.Props, path string, depth int) {
	set := setOf(s, statementKinds()...)
	if len(set) != 1 {
		v.Fail(path, oneValue+" (a statement is one of %s)", "STATEMENT", "Statement", strings.Join(statementKinds(), ", "))
		return
	}
	if depth > 1 && (set[0] == "managedRuleGroupStatement" || set[0] == "ruleGroupReferenceStatement" || set[0] == "rateBasedStatement") {
		v.Fail(path, "WAFInvalidParameterException: Error reason: A reference in your rule statement is not valid., field: STATEMENT, parameter: %s cannot be nested", set[0])
		return
	}
	if depth > mostNested {
		v.Fail(path, "statements lie more than %d deep in one another", mostNested)
		return
	}
	rate := s.Obj("rateBasedStatement")
	if window := rate.Int("evaluationWindowSec"); rate.Known("evaluationWindowSec") && !slices.Contains([]int{60, 120, 300, 600}, window) {
		v.Fail(path+".rateBasedStatement.evaluationWindowSec", "expected rules.statement.rateBasedStatement.evaluationWindowSec to be one of [60 120 300 600], got %d", window)
	}
	for _, kind := range []string{"rateBasedStatement", "managedRuleGroupStatement"} {
		if scope := s.Obj(kind); scope.Has("scopeDownStatement") {
			checkOneStatement(v, scope.Obj("scopeDownStatement"), path+"."+kind+".scopeDownStatement", depth+1)
		}
	}
	for _, kind := range []string{"andStatement", "orStatement", "notStatement"} {
		inner := s.Obj(kind)
		for i, n := range inner.Objs("statements") {
			checkOneStatement(v, n, fmt.Sprintf("%s.%s.statements[%d]", path, kind, i), depth+1)
		}
		least, most := 2, 100
		if kind == "notStatement" {
			least, most = 1, 1
		}
		if n := inner.Len("statements"); s.Has(kind) && (n < least || n > most) {
			v.Fail(path+"."+kind+".statements", "WAFInvalidParameterException: Error reason: A reference in your rule statement is not valid., field: %s, parameter: %d statements", strings.ToUpper(strings.TrimSuffix(kind, "Statement"))+"_STATEMENT", n)
		}
	}
}

// checkMetric holds what CloudWatch asks of a metric's name. Source:
// docs.aws.amazon.com/waf/latest/APIReference/API_VisibilityConfig.html.
func checkMetric(v *resource.Validation, p resource.Props, path string) {
	name := p.Str("metricName")
	if !p.Known("metricName") {
		return
	}
	valid := name != "" && len(name) <= 128 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
	if !valid || name == "All" || name == "Default_Action" {
		v.Fail(path+".metricName", "WAFInvalidParameterException: Error reason: The metric name is not valid: 1 to 128 letters, digits, - and _, neither All nor Default_Action., field: METRIC_NAME, parameter: %s", name)
	}
}

// checkStatement checks what a statement refers to.
func checkStatement(c *resource.Call, s resource.Props) error {
	if group := s.Obj("managedRuleGroupStatement"); len(group) > 0 {
		if vendor := group.Str("vendorName"); vendor != "AWS" {
			return fmt.Errorf("the simulated cloud does not simulate rule groups of the vendor %s, only of AWS", vendor)
		}
		if _, known := managedCapacity()[group.Str("name")]; !known {
			return resource.Faultf("WAFNonexistentItemException", "%s (managed rule group %s)", wafMissing, group.Str("name"))
		}
	}
	if set := s.Obj("ipSetReferenceStatement"); len(set) > 0 && wafByARN(c, tokIPSet, set.Str("arn")) == nil {
		return resource.Faultf("WAFNonexistentItemException", "%s (IP set %s)", wafMissing, set.Str("arn"))
	}
	for _, kind := range []string{"regexPatternSetReferenceStatement", "ruleGroupReferenceStatement"} {
		if s.Has(kind) {
			return fmt.Errorf("the simulated cloud does not simulate what a %s refers to", kind)
		}
	}
	for _, inner := range innerStatements(s) {
		if err := checkStatement(c, inner); err != nil {
			return err
		}
	}
	return nil
}

func innerStatements(s resource.Props) (inner []resource.Props) {
	for _, kind := range []string{"andStatement", "orStatement", "notStatement"} {
		inner = append(inner, s.Obj(kind).Objs("statements")...)
	}
	for _, kind := range []string{"rateBasedStatement", "managedRuleGroupStatement"} {
		if scope := s.Obj(kind).Obj("scopeDownStatement"); len(scope) > 0 {
			inner = append(inner, scope)
		}
	}
	return inner
}

// capacityOf is about what a statement costs in web ACL capacity units. Source:
// docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html and the pages below it.
func capacityOf(s resource.Props) int {
	base := map[string]int{
		"asnMatchStatement": 1, "byteMatchStatement": 10, "geoMatchStatement": 1, "ipSetReferenceStatement": 1, "labelMatchStatement": 1, "rateBasedStatement": 2,
		"regexMatchStatement": 3, "sizeConstraintStatement": 1, "sqliMatchStatement": 20, "xssMatchStatement": 40,
	}
	units := 0
	for _, kind := range setOf(s, statementKinds()...) {
		p := s.Obj(kind)
		units += base[kind]
		switch {
		case kind == "managedRuleGroupStatement":
			units += managedCapacity()[p.Str("name")]
		case kind == "byteMatchStatement" && slices.Contains([]string{"EXACTLY", "STARTS_WITH", "ENDS_WITH"}, p.Str("positionalConstraint")):
			units -= 8
		case kind == "sqliMatchStatement" && p.Str("sensitivityLevel") == "HIGH":
			units += 10
		case kind == "rateBasedStatement":
			units += 30 * p.Len("customKeys")
		}
		for _, t := range p.Objs("textTransformations") {
			if t.Str("type") != "NONE" {
				units += 10
			}
		}
	}
	for _, inner := range innerStatements(s) {
		units += capacityOf(inner)
	}
	return units
}

// wafRange says whether a string is a range of addresses that an IP set takes: all but 0.0.0.0/0 and ::/0, of its version.
func wafRange(s, version string) bool {
	p, err := netip.ParsePrefix(s)
	return err == nil && p.Bits() > 0 && p.Masked() == p && p.Addr().Is4() == (version != "IPV6")
}
