package aws

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// What a budget may have. Sources: docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html and
// docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html.
const (
	mostNotifications = 10
	mostBudgetEmails  = 10
	mostBudgetTopics  = 1
	largestPercent    = 1e9
	endOfBudgets      = "2087-06-15_00:00"
	budgetTime        = "2006-01-02_15:04"
)

func budget() *resource.Kind {
	return &resource.Kind{
		Token: tokBudget, Service: "Budgets", Noun: "Budget", CreateOp: "CreateBudget", UpdateOp: "UpdateBudget", DeleteOp: "DeleteBudget",
		Global: true,
		Naming: &resource.Naming{Property: "name", Max: 100, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "namePrefix", "accountId"}, Why: "the account and the name are the budget"}},
			Sets:     []string{"notifications", "costFilters", "plannedLimits", "notifications.subscriberEmailAddresses", "notifications.subscriberSnsTopicArns"},
			Computed: []string{"accountId", "costFilters", "costTypes", "limitAmount", "limitUnit", "timePeriodStart"},
			Defaults: map[string]any{"timePeriodEnd": endOfBudgets},
			Enums: map[string][]string{
				"budgetType":                       {"USAGE", "COST", "RI_UTILIZATION", "RI_COVERAGE", "SAVINGS_PLANS_UTILIZATION", "SAVINGS_PLANS_COVERAGE"},
				"notifications.comparisonOperator": {"GREATER_THAN", "LESS_THAN", "EQUAL_TO"},
				"notifications.notificationType":   {"ACTUAL", "FORECASTED"},
				"notifications.thresholdType":      {"PERCENTAGE", "ABSOLUTE_VALUE"},
			},
			Ranges:      map[string]schema.Range{"autoAdjustData.historicalOptions.budgetAdjustmentPeriod": {Min: 1, Max: 60}},
			Formats:     map[string]schema.Format{"notifications.subscriberSnsTopicArns": schema.ARN},
			Lengths:     map[string]schema.Range{"name": {Min: 1, Max: 100}},
			Conflicts:   [][]string{{"limitAmount", "plannedLimits"}, {"limitUnit", "plannedLimits"}},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: func(v *resource.Validation) {
			checkBudget(v)
			checkNotifications(v)
		},
		Identify: func(c *resource.Call) error {
			name := c.In.Str("name")
			if account := c.In.Str("accountId"); account != "" && account != c.Account {
				return &resource.Fault{Code: "AccessDeniedException", Message: fmt.Sprintf("Account %s is unauthorized to interact with budgets of account %s", c.Account, account)}
			}
			c.Obj.ID = c.Account + ":" + name
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("DuplicateRecordException", "Error creating budget: %s - the budget already exists.", name)
			}
			if inRegion(c) >= c.Limits["budgets per account"] {
				return resource.Faultf("CreationLimitExceededException", "Unable to create budget: %s - the account has %d budgets already.", name, c.Limits["budgets per account"])
			}
			c.Obj.ARN = fmt.Sprintf("arn:aws:budgets::%s:budget/%s", c.Account, name)
			return nil
		},
		Apply: applyBudget,
	}
}

func checkBudget(v *resource.Validation) {
	const invalid = "InvalidParameterException: "
	if v.In.Known("name") && strings.ContainsAny(v.In.Str("name"), `:\`) {
		v.Fail("name", invalid+"The name of a budget must not contain colons nor backslashes: %q", v.In.Str("name"))
	}
	limited := v.In.Has("limitAmount") || v.In.Has("plannedLimits") || v.In.Has("autoAdjustData")
	if !limited {
		v.Fail("limitAmount", invalid+"One of BudgetLimit, PlannedBudgetLimits and AutoAdjustData must be specified")
	}
	if v.In.Has("limitAmount") != v.In.Has("limitUnit") {
		v.Fail("limitUnit", invalid+"A limit has an amount and a unit")
	}
	amount := regexp.MustCompile(`^([0-9]*\.)?[0-9]+$`)
	if v.In.Known("limitAmount") && !amount.MatchString(v.In.Str("limitAmount")) {
		v.Fail("limitAmount", invalid+"Value %q at 'budget.budgetLimit.amount' failed to satisfy constraint: Member must satisfy regular expression pattern: ([0-9]*\\.)?[0-9]+", v.In.Str("limitAmount"))
	}
	if v.In.Str("budgetType") == "COST" && v.In.Known("limitUnit") && !regexp.MustCompile(`^[A-Z]{3}$`).MatchString(v.In.Str("limitUnit")) {
		v.Fail("limitUnit", invalid+"The unit of a cost budget is a currency such as USD, got %q", v.In.Str("limitUnit"))
	}
	for _, name := range []string{"timePeriodStart", "timePeriodEnd"} {
		if text := v.In.Str(name); text != "" {
			if _, err := time.Parse(budgetTime, text); err != nil {
				v.Fail(name, "%q cannot be parsed as date %q: %v", name, budgetTime, err)
			}
		}
	}
	if start, end := v.In.Str("timePeriodStart"), v.In.Str("timePeriodEnd"); start != "" && start >= end {
		v.Fail("timePeriodStart", invalid+"Invalid time period: the budget would start at %s and end at %s", start, end)
	}
	if v.In.Known("accountId") && !regexp.MustCompile(`^[0-9]{12}$`).MatchString(v.In.Str("accountId")) {
		v.Fail("accountId", "invalid value for accountId (must be a 12 digit account ID): %q", v.In.Str("accountId"))
	}
}

func checkNotifications(v *resource.Validation) {
	if v.In.Len("notifications") > mostNotifications {
		v.Fail("notifications", "CreationLimitExceededException: at most %d notifications, got %d", mostNotifications, v.In.Len("notifications"))
	}
	seen := map[string]bool{}
	for i, n := range v.In.Objs("notifications") {
		path := fmt.Sprintf("notifications[%d]", i)
		emails, topics := n.Len("subscriberEmailAddresses"), n.Len("subscriberSnsTopicArns")
		open := unknown(n, "subscriberEmailAddresses") || unknown(n, "subscriberSnsTopicArns")
		switch {
		case emails+topics == 0 && !open:
			v.Fail(path, "Notification must have at least one subscriber!")
		case emails > mostBudgetEmails:
			v.Fail(path+".subscriberEmailAddresses", "CreationLimitExceededException: at most %d e-mail addresses, got %d", mostBudgetEmails, emails)
		case topics > mostBudgetTopics:
			v.Fail(path+".subscriberSnsTopicArns", "CreationLimitExceededException: at most %d topic, got %d", mostBudgetTopics, topics)
		}
		for j, e := range n.Strs("subscriberEmailAddresses") {
			if !regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`).MatchString(e) {
				v.Fail(fmt.Sprintf("%s.subscriberEmailAddresses[%d]", path, j), "InvalidParameterException: %q is no e-mail address", e)
			}
		}
		threshold, _ := n["threshold"].(float64)
		if n.Known("threshold") && (threshold <= 0 || n.Str("thresholdType") == "PERCENTAGE" && threshold > largestPercent) {
			v.Fail(path+".threshold", "InvalidParameterException: Thresholds are greater than 0 and, as a percentage, at most %d, got %v", int(largestPercent), threshold)
		}
		if n.Str("notificationType") == "FORECASTED" && v.In.Str("timeUnit") == "DAILY" {
			v.Fail(path+".notificationType", "InvalidParameterException: Daily budgets have no forecasts")
		}
		same := fmt.Sprint(n["comparisonOperator"], n["notificationType"], n["threshold"], n["thresholdType"])
		if seen[same] {
			v.Fail(path, "DuplicateRecordException: The notification already exists.")
		}
		seen[same] = true
	}
}

func applyBudget(c *resource.Call) error {
	c.Default("accountId", c.Account)
	c.Default("timePeriodStart", c.Now.Format("2006-01")+"-01_00:00")
	c.Default("costTypes", map[string]any{
		"includeCredit": true, "includeDiscount": true, "includeOtherSubscription": true, "includeRecurring": true, "includeRefund": true, "includeSubscription": true,
		"includeSupport": true, "includeTax": true, "includeUpfront": true, "useAmortized": false, "useBlended": false,
	})
	for _, n := range c.In.Objs("notifications") {
		for _, arn := range n.Strs("subscriberSnsTopicArns") {
			if findTopic(c, arn) == nil && topicElsewhere(c, arn) == nil {
				return resource.Faultf("InvalidParameterException", "The topic %s does not exist", arn)
			}
		}
	}
	return nil
}
