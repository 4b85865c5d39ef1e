package simcloud_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestRefusesWrongTopics(t *testing.T) {
	t.Parallel()
	const policyOf, subscription = "aws:sns/topicPolicy:TopicPolicy", "aws:sns/topicSubscription:TopicSubscription"
	policy := func(statement string) func(*world) props {
		return func(w *world) props {
			return props{"arn": w.res["alerts"].ID, "policy": document(strings.ReplaceAll(statement, "TOPIC", w.res["alerts"].ID))}
		}
	}
	subscribe := func(protocol, endpoint string) func(*world) props {
		return changed("mail", props{"protocol": protocol, "endpoint": endpoint})
	}
	refuses(t, []wrong{
		{"topic with a dot", topicType, fixed(props{"name": "my.topic"}), `name: invalid topic name: my.topic`},
		{"FIFO topic without its ending", topicType, fixed(props{"name": "orders", "fifoTopic": true}), `name: invalid topic name: orders`},
		{"plain topic with the ending", topicType, fixed(props{"name": "orders.fifo"}), `name: invalid topic name: orders.fifo`},
		{"plain topic without duplicates", topicType, fixed(props{"name": "orders", "contentBasedDeduplication": true}), `contentBasedDeduplication: content-based deduplication can only be set for FIFO topics`},
		{"topic of the name of another kind", topicType, fixed(props{"name": "alerts", "displayName": "Alerts"}), `api error InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists with different attributes`},
		{"topic with no such key", topicType, fixed(props{"name": "sealed", "kmsMasterKeyId": "alias/none"}), `the KMS key alias/none does not exist or cannot be used`},
		{"topic with a signature of version 3", topicType, fixed(props{"name": "signed", "signatureVersion": 3}), `signatureVersion: expected signatureVersion to be in the range (1 - 2), got 3`},
		{"policy of no topic", policyOf, fixed(props{"arn": "arn:aws:sns:us-east-1:111122223333:none", "policy": document(`{"Effect":"Allow","Principal":"*","Action":"sns:Publish","Resource":"*"}`)}), `api error NotFound: Topic does not exist`},
		{"policy for every action", policyOf, policy(`{"Effect":"Deny","Principal":"*","Action":"sns:*","Resource":"TOPIC"}`), `Policy statement action out of service scope! "sns:*" (statement 0)`},
		{"policy to make topics", policyOf, policy(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["sns:Publish","sns:CreateTopic"],"Resource":"TOPIC"}`), `Policy statement action out of service scope! "sns:CreateTopic"`},
		{"policy for a queue", policyOf, policy(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sqs:SendMessage","Resource":"TOPIC"}`), `Policy statement action out of service scope!: "sqs:SendMessage"`},
		{"policy of another topic", policyOf, policy(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sns:Publish","Resource":"TOPIC2"}`), `Policy statement resource out of service scope!`},
		{"policy for a role that is none", policyOf, policy(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/none"},"Action":"sns:Publish","Resource":"TOPIC"}`), `Invalid parameter: Policy Error: PrincipalNotFound: "AWS":"arn:aws:iam::111122223333:role/none"`},
		{"policy without a principal", policyOf, policy(`{"Effect":"Allow","Action":"sns:Publish","Resource":"TOPIC"}`), `policy: InvalidParameter: Invalid parameter: Policy: Missing required field Principal`},
		{"subscription to no topic", subscription, changed("mail", props{"topic": "arn:aws:sns:us-east-1:111122223333:none"}), `api error NotFound: Topic does not exist`},
		{"mail to nobody", subscription, subscribe("email", "nobody"), `endpoint: InvalidParameter: Invalid parameter: Email address: "nobody"`},
		{"web without an address", subscription, subscribe("https", "http://example.com"), `endpoint: InvalidParameter: Invalid parameter: Endpoint must match the specified protocol`},
		{"queue by its URL", subscription, subscribe("sqs", "https://sqs.us-east-1.amazonaws.com/111122223333/q"), `SQS endpoint ARN`},
		{"function by its name", subscription, subscribe("lambda", "notify"), `Lambda endpoint ARN`},
		{"chat", subscription, subscribe("slack", "#alerts"), `protocol: expected protocol to be one of ["application" "email"`},
		{"raw mail", subscription, changed("mail", props{"rawMessageDelivery": true}), `Delivery protocol [email] does not support raw message delivery.`},
		{"filter that is a list", subscription, changed("mail", props{"filterPolicy": `["a"]`}), `FilterPolicy: Filter policy must be an object`},
		{"scope without a filter", subscription, changed("mail", props{"filterPolicyScope": "MessageBody"}), "filterPolicyScope: \"filterPolicyScope\": all of `filterPolicy,filterPolicyScope` must be specified"},
	})
}

func TestRefusesWrongEventRules(t *testing.T) {
	t.Parallel()
	pattern := func(text string) func(*world) props { return fixed(props{"name": "wrong", "eventPattern": text}) }
	target := func(changes props) func(*world) props {
		return changed("findings-target", and(props{"targetId": "second", "inputTransformer": nil}, changes))
	}
	transform := func(template string) func(*world) props {
		return target(props{"inputTransformer": props{"inputPaths": props{"title": "$.detail.title"}, "inputTemplate": template}})
	}
	const invalid = `eventPattern: InvalidEventPatternException: Event pattern is not valid. Reason: `
	refuses(t, []wrong{
		{"rule of nothing", ruleType, fixed(props{"name": "wrong"}), "eventPattern: \"eventPattern\": one of `eventPattern,scheduleExpression` must be specified"},
		{"rule name with a space", ruleType, fixed(props{"name": "my rule", "scheduleExpression": "rate(1 day)"}), `name: "name" doesn't comply with restrictions`},
		{"rule name too long", ruleType, fixed(props{"name": strings.Repeat("r", 65), "scheduleExpression": "rate(1 day)"}), `name: "name" doesn't comply with restrictions`},
		{"pattern that is no JSON", ruleType, pattern(`{source: x}`), invalid + `it is no JSON`},
		{"pattern that is a list", ruleType, pattern(`["aws.ec2"]`), invalid + `Filter is not an object`},
		{"pattern of nothing", ruleType, pattern(`{}`), invalid + `Empty objects are not allowed`},
		{"field that is text", ruleType, pattern(`{"source":"aws.ec2"}`), invalid + `"source" must be an object or an array`},
		{"field of no values", ruleType, pattern(`{"source":[]}`), invalid + `Empty arrays are not allowed`},
		{"list in a list", ruleType, pattern(`{"source":[["aws.ec2"]]}`), invalid + `Match value must be String, number, true, false, or null`},
		{"unknown comparison", ruleType, pattern(`{"source":[{"like":"aws.*"}]}`), invalid + `Unrecognized match type like`},
		{"two comparisons in one", ruleType, pattern(`{"source":[{"prefix":"a","suffix":"b"}]}`), invalid + `Only one key allowed in match expression`},
		{"exists as text", ruleType, pattern(`{"detail":{"id":[{"exists":"true"}]}}`), invalid + `exists match pattern must be either true or false.`},
		{"numeric without a sign", ruleType, pattern(`{"detail":{"severity":[{"numeric":[7]}]}}`), invalid + `Value of numeric must be an array.`},
		{"numeric with an unknown sign", ruleType, pattern(`{"detail":{"severity":[{"numeric":["=>",7]}]}}`), invalid + `Unrecognized numeric range operator: =>`},
		{"numeric with text", ruleType, pattern(`{"detail":{"severity":[{"numeric":[">","7"]}]}}`), invalid + `Value of > must be numeric`},
		{"or of one", ruleType, pattern(`{"$or":[{"source":["a"]}]}`), invalid + `There must have at least 2 Objects in $or relationship`},
		{"pattern too long", ruleType, pattern(`{"source":["` + strings.Repeat("x", 4096) + `"]}`), `eventPattern: cannot be longer than 4096 characters`},
		{"rate of 1 hours", ruleType, fixed(props{"name": "wrong", "scheduleExpression": "rate(1 hours)"}), `scheduleExpression: ValidationException: Parameter ScheduleExpression is not valid.`},
		{"cron of five fields", ruleType, fixed(props{"name": "wrong", "scheduleExpression": "cron(0 12 * * *)"}), `Parameter ScheduleExpression is not valid.`},
		{"cron of two days", ruleType, fixed(props{"name": "wrong", "scheduleExpression": "cron(0 12 1 * MON *)"}), `Parameter ScheduleExpression is not valid.`},
		{"rule on no bus", ruleType, fixed(props{"name": "wrong", "scheduleExpression": "rate(1 day)", "eventBusName": "audit"}), `api error ResourceNotFoundException: Event bus audit does not exist.`},
		{"rule with two states", ruleType, fixed(props{"name": "wrong", "scheduleExpression": "rate(1 day)", "isEnabled": true, "state": "ENABLED"}), `isEnabled: "isEnabled": conflicts with state`},
		{"target of no rule", targetType, target(props{"rule": "none"}), `api error ResourceNotFoundException: Rule none does not exist on EventBus default.`},
		{"target that is none", targetType, target(props{"arn": "arn:aws:sns:us-east-1:111122223333:none"}), `api error ResourceNotFoundException: The target arn:aws:sns:us-east-1:111122223333:none of rule findings does not exist`},
		{"target that hears nothing", targetType, func(w *world) props {
			return target(props{"arn": w.add(topicType, "plain", props{"name": "plain"}).ID})(w)
		}, `api error ValidationException: The target arn:aws:sns:us-east-1:111122223333:plain of rule findings would get nothing: the policy of topic arn:aws:sns:us-east-1:111122223333:plain does not let events.amazonaws.com do sns:Publish, whatever for: the service names no source`},
		{"target of another kind", targetType, target(props{"arn": "arn:aws:lambda:us-east-1:111122223333:function:f"}), `the simulated cloud does not simulate targets of lambda, only of sns, sqs and logs`},
		{"input twice", targetType, target(props{"input": `{}`, "inputPath": "$.detail"}), `input: "input": conflicts with inputPath`},
		{"input that is no JSON", targetType, target(props{"input": `hello`}), `input: contains an invalid JSON`},
		{"placeholder that is no path", targetType, transform(`"<title> in <region>"`), `InputTemplate contains placeholders that InputPathsMap does not define: region`},
		{"template without quotes", targetType, transform(`Finding: <title>`), `Invalid InputTemplate: "Finding: 0" is neither JSON nor text in quotes`},
		{"path that is none", targetType, target(props{"inputTransformer": props{"inputPaths": props{"t": "detail.title"}, "inputTemplate": `"<t>"`}}), `InputPath detail.title is not a valid JSON path`},
		{"role that is none", targetType, target(props{"roleArn": "arn:aws:iam::111122223333:role/none"}), `RoleArn arn:aws:iam::111122223333:role/none is not a role of account 111122223333`},
	})
}

func TestRefusesWrongAlarms(t *testing.T) {
	t.Parallel()
	alarm := func(changes props) func(*world) props {
		return changed("root-alarm", and(props{"name": "wrong"}, changes))
	}
	filter := func(changes props) func(*world) props {
		return changed("root-filter", and(props{"name": "wrong"}, changes))
	}
	metric := func(changes props) func(*world) props {
		return filter(props{"metricTransformation": with(props{"name": "M", "namespace": "Audit", "value": "1"}, changes)})
	}
	six := []any{}
	for i := range 6 {
		six = append(six, fmt.Sprintf("arn:aws:sns:us-east-1:111122223333:t%d", i))
	}
	const query = `metricQueries`
	queries := func(list ...any) func(*world) props {
		return alarm(props{"metricName": nil, "namespace": nil, "period": nil, "statistic": nil, query: list})
	}
	refuses(t, []wrong{
		{"alarm for no topic", alarmType, alarm(props{"alarmActions": []any{"arn:aws:sns:us-east-1:111122223333:none"}}), `api error ValidationError: The action arn:aws:sns:us-east-1:111122223333:none does not exist in us-east-1`},
		{"alarm for another region", alarmType, alarm(props{"okActions": []any{"arn:aws:sns:us-west-2:111122223333:alerts"}}), `api error ValidationError: Invalid region us-west-2 specified. Only us-east-1 is supported.`},
		{"alarm for a mailbox", alarmType, alarm(props{"alarmActions": []any{"ops@example.com"}}), `api error ValidationError: Invalid arn syntax: ops@example.com`},
		{"alarm for a role", alarmType, alarm(props{"alarmActions": []any{"arn:aws:iam:us-east-1:111122223333:role/x"}}), `Invalid arn syntax: arn:aws:iam:us-east-1:111122223333:role/x`},
		{"six actions", alarmType, alarm(props{"alarmActions": six}), `alarmActions: Too many list items: Attribute alarmActions supports 5 item maximum, but config has 6 declared`},
		{"alarm on nothing", alarmType, alarm(props{"metricName": nil, "statistic": nil}), `metricName: ValidationError: Alarms need a metric`},
		{"alarm on both kinds of metric", alarmType, alarm(props{query: []any{props{"id": "e", "expression": "1"}}}), `metricName: "metricName": conflicts with metricQueries`},
		{"alarm without a statistic", alarmType, alarm(props{"statistic": nil}), "One of `statistic` or `extended_statistic` must be set"},
		{"alarm without a threshold", alarmType, alarm(props{"threshold": nil}), `threshold: ValidationError: threshold or thresholdMetricId must be specified`},
		{"alarm every 45 seconds", alarmType, alarm(props{"period": 45}), `period: expected period to be one of [10 20 30], or divisible by 60, got: 45`},
		{"alarm after two days", alarmType, alarm(props{"evaluationPeriods": 600}), `Metrics cannot be checked across more than 86400 seconds (EvaluationPeriods * Period is 180000)`},
		{"alarm after no time", alarmType, alarm(props{"evaluationPeriods": 0}), `expected evaluationPeriods to be at least (1), got 0`},
		{"two of one", alarmType, alarm(props{"datapointsToAlarm": 2}), `datapointsToAlarm: ValidationError: DatapointsToAlarm must be between 1 and EvaluationPeriods (1), got 2`},
		{"unknown comparison", alarmType, alarm(props{"comparisonOperator": "Equals"}), `comparisonOperator: expected comparisonOperator to be one of`},
		{"unknown percentile", alarmType, alarm(props{"statistic": nil, "extendedStatistic": "p101"}), `extendedStatistic: invalid value for extendedStatistic`},
		{"unknown treatment", alarmType, alarm(props{"treatMissingData": "zero"}), `treatMissingData: expected treatMissingData to be one of`},
		{"query of nothing", alarmType, queries(props{"id": "e", "returnData": true}), `metricQueries[0]: ValidationError: Exactly one of expression and metric must be specified`},
		{"queries that return nothing", alarmType, queries(props{"id": "e", "expression": "1"}), `Exactly one element of the metrics list should return data. (0 do)`},
		{"query with a capital", alarmType, queries(props{"id": "E1", "expression": "1", "returnData": true}), `metricQueries[0].id: ValidationError: Invalid metrics list`},
		{"filter of no group", filterType, filter(props{"logGroupName": "/none"}), `api error ResourceNotFoundException: The specified log group does not exist.`},
		{"filter name with a star", filterType, filter(props{"name": "a*"}), `name: "name" must not contain colons nor stars: "a*"`},
		{"pattern without an end", filterType, filter(props{"pattern": `{ $.eventName = "x"`}), `pattern: InvalidParameterException: Invalid metric filter pattern: missing }`},
		{"pattern with a quote", filterType, filter(props{"pattern": `{ $.eventName = "x }`}), `Invalid metric filter pattern: unmatched quote`},
		{"pattern with an end too many", filterType, filter(props{"pattern": `{ ($.a = 1)) }`}), `Invalid metric filter pattern: unmatched )`},
		{"metric of AWS", filterType, metric(props{"namespace": "AWS/Audit"}), `metricTransformation.namespace: InvalidParameterException`},
		{"default with dimensions", filterType, metric(props{"defaultValue": "0", "dimensions": props{"A": "$.a"}}), `dimensions and default value are mutually exclusive properties.`},
		{"four dimensions", filterType, metric(props{"dimensions": props{"A": "$.a", "B": "$.b", "C": "$.c", "D": "$.d"}}), `at most 3 dimensions, got 4`},
		{"value in words", filterType, metric(props{"value": "one"}), `metricTransformation.value: InvalidParameterException: Invalid metric transformation: the value "one"`},
		{"unknown unit", filterType, metric(props{"unit": "Events"}), `metricTransformation.unit to be one of`},
	})
}

func TestRefusesWrongSettings(t *testing.T) {
	t.Parallel()
	const (
		ssm, ecs, ecr   = "aws:ssm/serviceSetting:ServiceSetting", "aws:ecs/accountSettingDefault:AccountSettingDefault", "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
		contact, backup = "aws:account/alternativeContact:AlternativeContact", "aws:backup/regionSettings:RegionSettings"
	)
	budget := func(changes props) func(*world) props {
		return changed("budget", and(props{"name": "wrong"}, changes))
	}
	note := func(changes props) func(*world) props {
		base := props{"comparisonOperator": "GREATER_THAN", "notificationType": "ACTUAL", "threshold": 80, "thresholdType": "PERCENTAGE", "subscriberEmailAddresses": []any{"cost@example.com"}}
		return budget(props{"notifications": []any{with(base, changes)}})
	}
	scan := func(scanType, frequency, filter string) func(*world) props {
		return fixed(props{"scanType": scanType, "rules": []any{props{"scanFrequency": frequency, "repositoryFilters": []any{props{"filter": filter, "filterType": "WILDCARD"}}}}})
	}
	refuses(t, []wrong{
		{"setting that is none", ssm, fixed(props{"settingId": "/ssm/documents/sharing", "settingValue": "Disable"}), `settingId: ServiceSettingNotFound: The specified service setting was not found: /ssm/documents/sharing`},
		{"setting of another value", ssm, changed("sharing", props{"settingValue": "false"}), `settingValue: ValidationException: The setting value "false" is not valid for /ssm/documents/console/public-sharing-permission, want one of Enable, Disable`},
		{"setting of another account", ssm, changed("sharing", props{"settingId": "arn:aws:ssm:us-east-1:444455556666:servicesetting/ssm/documents/console/public-sharing-permission"}), `api error ServiceSettingNotFound`},
		{"ECS setting that is none", ecs, fixed(props{"name": "trunking", "value": "enabled"}), `name: expected name to be one of ["awsvpcTrunking"`},
		{"ECS setting of another value", ecs, fixed(props{"name": "awsvpcTrunking", "value": "enhanced"}), `value: InvalidParameterException: The value "enhanced" is not valid for the setting awsvpcTrunking, want one of enabled, disabled`},
		{"ECS setting of GuardDuty", ecs, fixed(props{"name": "guardDutyActivate", "value": "on"}), `The account setting guardDutyActivate is read-only`},
		{"basic scans all the time", ecr, scan("BASIC", "CONTINUOUS_SCAN", "*"), `rules[0].scanFrequency: InvalidParameterException: The scan frequency CONTINUOUS_SCAN is not supported for scan type BASIC`},
		{"enhanced scans by hand", ecr, scan("ENHANCED", "MANUAL", "*"), `The scan frequency MANUAL is not supported for scan type ENHANCED`},
		{"scans of capitals", ecr, scan("BASIC", "SCAN_ON_PUSH", "Web*"), `rules[0].repositoryFilters[0].filter: invalid value for filter`},
		{"contact of another kind", contact, changed("security-contact", props{"alternateContactType": "LEGAL"}), `alternateContactType: expected alternateContactType to be one of ["BILLING" "OPERATIONS" "SECURITY"], got LEGAL`},
		{"contact without an address", contact, changed("security-contact", props{"emailAddress": "security"}), `emailAddress: invalid value for emailAddress (must be a valid email address)`},
		{"contact by a word", contact, changed("security-contact", props{"phoneNumber": "call me"}), `phoneNumber: invalid value for phoneNumber (must be a valid phone number)`},
		{"contact of another account", contact, changed("security-contact", props{"accountId": accountB}), `api error AccessDeniedException`},
		{"backup of an unknown type", backup, fixed(props{"resourceTypeOptInPreference": with(allBackups(), props{"SQS": true})}), `resourceTypeOptInPreference.SQS: InvalidParameterValueException: Unsupported resource type: SQS`},
		{"full management of volumes", backup, fixed(props{"resourceTypeOptInPreference": allBackups(), "resourceTypeManagementPreference": props{"EBS": true}}), `AWS Backup does not manage EBS fully`},
		{"budget of a taken name", budgetType, changed("budget", nil), `api error DuplicateRecordException: Error creating budget: account - the budget already exists.`},
		{"budget name with a colon", budgetType, budget(props{"name": "a:b"}), `must not contain colons nor backslashes`},
		{"budget without a limit", budgetType, budget(props{"limitAmount": nil, "limitUnit": nil}), `One of BudgetLimit, PlannedBudgetLimits and AutoAdjustData must be specified`},
		{"budget of words", budgetType, budget(props{"limitAmount": "5,000"}), `limitAmount: InvalidParameterException: Value "5,000" at 'budget.budgetLimit.amount'`},
		{"budget in dollars", budgetType, budget(props{"limitUnit": "$"}), `The unit of a cost budget is a currency such as USD, got "$"`},
		{"budget per week", budgetType, budget(props{"timeUnit": "WEEKLY"}), `timeUnit: expected timeUnit to be one of ["ANNUALLY" "DAILY" "MONTHLY" "QUARTERLY"], got WEEKLY`},
		{"budget from a day", budgetType, budget(props{"timePeriodStart": "2026-01-01"}), `timePeriodStart: "timePeriodStart" cannot be parsed as date "2006-01-02_15:04"`},
		{"budget that ends before it starts", budgetType, budget(props{"timePeriodStart": "2026-01-01_00:00", "timePeriodEnd": "2025-01-01_00:00"}), `Invalid time period`},
		{"notification for nobody", budgetType, note(props{"subscriberEmailAddresses": []any{}}), `notifications[0]: Notification must have at least one subscriber!`},
		{"notification to a word", budgetType, note(props{"subscriberEmailAddresses": []any{"cost"}}), `notifications[0].subscriberEmailAddresses[0]: InvalidParameterException: "cost" is no e-mail address`},
		{"notification at nothing", budgetType, note(props{"threshold": 0}), `notifications[0].threshold: InvalidParameterException`},
		{"notification to no topic", budgetType, note(props{"subscriberSnsTopicArns": []any{"arn:aws:sns:us-east-1:111122223333:none"}}), `api error InvalidParameterException: The topic arn:aws:sns:us-east-1:111122223333:none does not exist`},
		{"notification twice", budgetType, func(w *world) props {
			n := w.res["budget"].In["notifications"].([]any)[0]
			return budget(props{"notifications": []any{n, n}})(w)
		}, `DuplicateRecordException: The notification already exists.`},
		{"forecast of a day", budgetType, func(w *world) props {
			return with(note(props{"notificationType": "FORECASTED"})(w), props{"timeUnit": "DAILY"})
		}, `Daily budgets have no forecasts`},
	})
}
