package access

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// utilitySecurity is what looks after accounts and knows tags.
func utilitySecurity() map[string]service {
	const organization = "DescribeOrganizationConfiguration"
	return map[string]service{
		"config": {
			create: []string{"PutAggregationAuthorization", "PutConfigurationAggregator"},
			manage: []string{"DeleteAggregationAuthorization", "DeleteConfigurationAggregator", "PutConfigurationAggregator"},
			tag:    []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"DescribeAggregationAuthorizations", "DescribeConfigurationAggregators", "ListTagsForResource"},
		},
		"guardduty":  {read: []string{organization}},
		"inspector2": {read: []string{organization}},
		"macie2": {
			create: []string{"CreateClassificationJob"}, manage: []string{"UpdateClassificationJob"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"DescribeClassificationJob", organization, "GetClassificationExportConfiguration", "ListTagsForResource"},
		},
		"scheduler": {
			create: []string{"CreateScheduleGroup"}, manage: []string{"DeleteScheduleGroup"},
			tag: []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"GetSchedule*", "ListTagsForResource"},
		},
		"securityhub": {read: []string{organization}},
	}
}

// utilitySecurityByName is what tags do not decide: settings of the account, and
// schedules, which have the tags of their group only.
func (a Args) utilitySecurityByName() []iampolicy.Statement {
	const organization = ":UpdateOrganizationConfiguration"
	return []iampolicy.Statement{
		iampolicy.Allow("Schedules", "scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule").
			On(a.arn("scheduler", "schedule/"+naming.ProjectUtility+"-*/*")),
		iampolicy.Allow("Organization", "guardduty"+organization, "inspector2"+organization, "macie2"+organization, "macie2:PutClassificationExportConfiguration", "securityhub"+organization).
			On("*"),
	}
}
