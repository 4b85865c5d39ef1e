package aws

import (
	"fmt"
	"slices"

	"cellworks/pkg/simcloud/internal/resource"
)

// How many selectors a trail may have. Source:
// docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html.
const (
	mostEventSelectors = 5
	mostDataResources  = 250
	mostConditions     = 500
)

// selectorFields are the fields of an advanced event selector that the provider takes.
func selectorFields() []string {
	return []string{"eventCategory", "eventName", "eventSource", "eventType", "readOnly", "resources.ARN", "resources.type", "sessionCredentialFromConsole", "userIdentity.arn"}
}

const badSelectors = "InvalidEventSelectorsException: "

func checkEventSelectors(v *resource.Validation) {
	selectors := v.In.Objs("eventSelectors")
	if len(selectors) > mostEventSelectors {
		v.Fail("eventSelectors", "Too many list items: Attribute eventSelectors supports %d item maximum, but config has %d declared", mostEventSelectors, len(selectors))
	}
	for i, s := range selectors {
		for j, d := range s.Objs("dataResources") {
			path := fmt.Sprintf("eventSelectors[%d].dataResources[%d].values", i, j)
			if d.Len("values") > mostDataResources {
				v.Fail(path, "Too many list items: at most %d, got %d", mostDataResources, d.Len("values"))
			}
			if d.Known("values") && d.Len("values") == 0 {
				v.Fail(path, badSelectors+"Value for data resource type %s must not be empty.", d.Str("type"))
			}
		}
		if s.Known("includeManagementEvents") && !s.Bool("includeManagementEvents") && s.Len("dataResources") == 0 && !unknown(s, "dataResources") {
			v.Fail(fmt.Sprintf("eventSelectors[%d]", i), badSelectors+"An event selector must include management events or data resources.")
		}
	}
}

func checkAdvancedSelectors(v *resource.Validation) {
	conditions, management := 0, false
	for i, s := range v.In.Objs("advancedEventSelectors") {
		path := fmt.Sprintf("advancedEventSelectors[%d].fieldSelectors", i)
		if unknown(s, "fieldSelectors") {
			management = true
			continue
		}
		fields := map[string]resource.Props{}
		for j, f := range s.Objs("fieldSelectors") {
			fields[f.Str("field")] = f
			n := f.Len("equals") + f.Len("notEquals") + f.Len("startsWiths") + f.Len("notStartsWiths") + f.Len("endsWiths") + f.Len("notEndsWiths")
			conditions += n
			if n == 0 && f.Known("field") && !f.Has("equals") {
				v.Fail(fmt.Sprintf("%s[%d]", path, j), badSelectors+"Field selector for %s has no operator.", f.Str("field"))
			}
		}
		category := fields["eventCategory"].Strs("equals")
		management = management || slices.Contains(category, "Management")
		if problem := selectorProblem(fields, category); problem != "" {
			v.Fail(path, "%s%s", badSelectors, problem)
		}
	}
	if conditions > mostConditions {
		v.Fail("advancedEventSelectors", badSelectors+"The total number of values for all conditions in the advanced event selectors must not exceed %d, got %d.", mostConditions, conditions)
	}
	if v.In.Len("insightSelectors") > 0 && v.In.Len("advancedEventSelectors") > 0 && !management {
		v.Fail("insightSelectors", "InvalidInsightSelectorsException: Insights events need a trail that logs management events.")
	}
}

// selectorProblem follows docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html.
func selectorProblem(fields map[string]resource.Props, category []string) string {
	readOnly := fields["readOnly"]
	_, byType := fields["resources.type"]
	_, byARN := fields["resources.ARN"]
	switch {
	case len(category) != 1 || len(fields["eventCategory"]) > 2:
		return "Field eventCategory must be set, with one value of equals and no other operator."
	case !slices.Contains([]string{"Management", "Data", "NetworkActivity"}, category[0]):
		return fmt.Sprintf("Invalid value for eventCategory: %s.", category[0])
	case len(readOnly) > 0 && !slices.Contains([]string{"true", "false"}, fmt.Sprint(slices.Concat(readOnly.Strs("equals"), []string{""})[0])):
		return "Field readOnly takes equals with true or false."
	case category[0] == "Data" && len(fields["resources.type"].Strs("equals")) != 1:
		return "Field resources.type must be set, with one value of equals, when eventCategory is Data."
	case category[0] == "Management" && (byType || byARN):
		return "Fields resources.type and resources.ARN are not allowed when eventCategory is Management."
	case category[0] == "NetworkActivity" && len(fields["eventSource"].Strs("equals")) != 1:
		return "Field eventSource must be set, with one value of equals, when eventCategory is NetworkActivity."
	}
	return ""
}
