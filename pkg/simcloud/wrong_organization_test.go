package simcloud_test

import "testing"

func TestRefusesWrongOrganizationSettings(t *testing.T) {
	t.Parallel()
	refuses(t, []wrong{
		{"aggregator of nothing", gatherType, changed("gather", props{"accountAggregationSource": nil}), "one of `accountAggregationSource,organizationAggregationSource` must be specified"},
		{"aggregator of no region", gatherType, changed("gather", props{"accountAggregationSource": props{"accountIds": []any{accountA}}}), `either allRegions or regions must be given`},
		{"aggregator of a name", gatherType, changed("gather", props{"accountAggregationSource": props{"accountIds": []any{"prod"}, "allRegions": true}}), `must be a 12 digit account ID): "prod"`},
		{"aggregator without role", gatherType, changed("gather", props{"name": "x", "accountAggregationSource": nil, "organizationAggregationSource": props{"allRegions": true, "roleArn": "arn:aws:iam::111122223333:role/nobody"}}), `api error InvalidRoleException`},
		{"leave for a name", leaveType, changed("leave-to-gather", props{"accountId": "prod"}), `must be a 12 digit account ID`},
		{"leave in no region", leaveType, changed("leave-to-gather", props{"region": "east"}), `"east" is no region`},
		{"members of no detector", guardMembers, changed("guard-members", props{"detectorId": "x"}), `the input detectorId is not owned by the current account`},
		{"members neither way", guardMembers, changed("guard-members", props{"autoEnableOrganizationMembers": nil}), "must be specified"},
		{"members in another word", guardMembers, changed("guard-members", props{"autoEnableOrganizationMembers": "SOME"}), `got SOME`},
		{"feature of another", guardFeature, changed("guard-feature", props{"name": "S3_DATA_EVENTS"}), `the additional configuration EC2_AGENT_MANAGEMENT is not one of feature S3_DATA_EVENTS`},
		{"feature of no detector", guardFeature, changed("guard-feature", props{"detectorId": "x"}), `the input detectorId is not owned`},
		{"feature in another word", guardFeature, changed("guard-feature", props{"autoEnable": "ON"}), `got ON`},
		{"code without functions", inspectMembers, changed("inspect-members", props{"autoEnable": props{"ec2": true, "ecr": true, "lambdaCode": true}}), `LAMBDA_CODE scanning needs LAMBDA`},
		{"central and automatic", hubMembers, changed("hub-members", props{"organizationConfiguration": props{"configurationType": "CENTRAL"}}), `central configuration needs autoEnable false`},
		{"job without schedule", macieJobType, changed("job", props{"scheduleFrequency": nil}), `scheduleFrequency is for, and needed with, jobType SCHEDULED`},
		{"job of nothing", macieJobType, changed("job", props{"s3JobDefinition": props{}}), `either bucketCriteria or bucketDefinitions`},
		{"job of no bucket", macieJobType, changed("job", props{"s3JobDefinition": props{"bucketDefinitions": []any{props{"accountId": accountA, "buckets": []any{"nowhere"}}}}}), `the specified bucket doesn't exist: nowhere`},
		{"job on all days", macieJobType, changed("job", props{"scheduleFrequency": props{"weeklySchedule": "MONDAY", "dailySchedule": true}}), `one of dailySchedule, weeklySchedule and monthlySchedule`},
	})
}

func TestRefusesWrongSchedulesAndPatches(t *testing.T) {
	t.Parallel()
	weekly := func(changes props) func(*world) props { return changed("weekly", and(props{"name": "wrong"}, changes)) }
	refuses(t, []wrong{
		{"group with a space", schedulesType, fixed(props{"name": "my timers"}), `alphanumerics, hyphens, and underscores`},
		{"group twice", schedulesType, fixed(props{"name": "timers"}), `Schedule group timers already exists.`},
		{"group of AWS", schedulesType, fixed(props{"name": "default"}), `Schedule group default already exists.`},
		{"schedule in no group", scheduleType, weekly(props{"groupName": "none"}), `api error ResourceNotFoundException: Schedule group none does not exist.`},
		{"schedule in cron of minute 60", scheduleType, weekly(props{"scheduleExpression": "cron(60 5 ? * MON *)"}), `Invalid Schedule Expression cron(60 5 ? * MON *).`},
		{"schedule in cron of day of the week 0", scheduleType, weekly(props{"scheduleExpression": "cron(0 5 ? * 0 *)"}), `Invalid Schedule Expression cron(0 5 ? * 0 *).`},
		{"schedule in cron of month 13", scheduleType, weekly(props{"scheduleExpression": "cron(0 5 1 13 ? *)"}), `Invalid Schedule Expression cron(0 5 1 13 ? *).`},
		{"schedule in cron of step of nothing", scheduleType, weekly(props{"scheduleExpression": "cron(0/0 5 ? * MON *)"}), `Invalid Schedule Expression cron(0/0 5 ? * MON *).`},
		{"schedule in cron of a year that is past all", scheduleType, weekly(props{"scheduleExpression": "cron(0 5 ? * MON 1969)"}), `Invalid Schedule Expression cron(0 5 ? * MON 1969).`},
		{"schedule in cron of five", scheduleType, weekly(props{"scheduleExpression": "cron(0 5 * * MON)"}), `Invalid Schedule Expression cron(0 5 * * MON).`},
		{"schedule without a question", scheduleType, weekly(props{"scheduleExpression": "cron(0 5 * * MON *)"}), `Invalid Schedule Expression`},
		{"schedule elsewhere", scheduleType, weekly(props{"scheduleExpressionTimezone": "Mars/Base"}), `Invalid timezone: Mars/Base`},
		{"flexible for ever", scheduleType, weekly(props{"flexibleTimeWindow": props{"mode": "FLEXIBLE"}}), `maximumWindowInMinutes is for, and needed with, mode FLEXIBLE`},
		{"role of another service", scheduleType, func(w *world) props {
			return weekly(props{"target": with(w.res["weekly"].In["target"].(props), props{"roleArn": w.res["delivery"].str("arn")})})(w)
		}, `The execution role you provide must allow AWS EventBridge Scheduler to assume the role.`},
		{"baseline without age", baselineType, changed("baseline", props{"approvalRules": []any{props{"patchFilters": []any{props{"key": "CLASSIFICATION", "values": []any{"*"}}}}}}), `one of approveAfterDays and approveUntilDate must be given`},
		{"baseline after years", baselineType, changed("baseline", props{"approvalRules": []any{props{"approveAfterDays": 500, "patchFilters": []any{}}}}), `to be in the range (0 - 360), got 500`},
		{"baseline with a space", baselineType, changed("baseline", props{"name": "our patches"}), `must contain only alphanumeric`},
		{"default that is none", baselineUseType, changed("baseline-use", props{"baselineId": "pb-00000000000000000"}), `api error DoesNotExistException: Patch baseline pb-00000000000000000 does not exist`},
		{"default of another system", baselineUseType, changed("baseline-use", props{"operatingSystem": "UBUNTU"}), `does not match UBUNTU`},
		{"window shorter than its cutoff", windowType, changed("window", props{"cutoff": 4}), `Cutoff (4) must be less than duration (4)`},
		{"window in words", windowType, changed("window", props{"schedule": "sundays"}), `Invalid schedule expression: sundays`},
		{"window for two days", windowType, changed("window", props{"duration": 48}), `to be in the range (1 - 24), got 48`},
		{"target of no window", windowGoalType, changed("window-target", props{"windowId": "mw-1"}), `Maintenance window mw-1 does not exist`},
		{"target by name", windowGoalType, changed("window-target", props{"targets": []any{props{"key": "Name", "values": []any{"x"}}}}), `Invalid target key: Name`},
		{"task of no window", windowTaskType, changed("window-task", props{"windowId": "mw-1"}), `Maintenance window mw-1 does not exist`},
		{"task of no target", windowTaskType, changed("window-task", props{"targets": []any{props{"key": "WindowTargetIds", "values": []any{"x"}}}}), `Target x does not exist in maintenance window mw-`},
		{"task without targets", windowTaskType, changed("window-task", props{"targets": nil}), `Targets are required for tasks of type RUN_COMMAND`},
		{"task with others' parameters", windowTaskType, changed("window-task", props{"taskInvocationParameters": props{"lambdaParameters": props{}}}), `the parameters of a task of type RUN_COMMAND are runCommandParameters`},
		{"task for all", windowTaskType, changed("window-task", props{"maxConcurrency": "all"}), `must be a valid number`},
		{"association of no document", associationType, changed("inventory", props{"name": "ours"}), `api error InvalidDocument: Document with name ours does not exist.`},
		{"association sometimes", associationType, changed("inventory", props{"scheduleExpression": "daily"}), `Invalid schedule expression: daily`},
		{"association into no bucket", associationType, changed("inventory", props{"outputLocation": props{"s3BucketName": "nowhere"}}), `api error InvalidOutputLocation`},
	})
}

// TestWhatPatchesUseStays deletes what is in use.
func TestWhatPatchesUseStays(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	refusesDelete(w, "baseline", "api error ResourceInUseException")
	refusesDelete(w, "window-target", "api error TargetInUseException")
}
