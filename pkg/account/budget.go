package account

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/budgets"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// maxAlerts is how many notifications a budget can have
// (docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html).
const maxAlerts = 5

// validateBudget returns everything that is wrong with a budget.
func validateBudget(b config.BaseBudget) []error {
	var errs []error
	if b.MonthlyUSD < 1 {
		errs = append(errs, fmt.Errorf("budget: %d US dollars a month are out of range, want 1 or more", b.MonthlyUSD))
	}
	if n := len(b.AlertPercents); n < 1 || n > maxAlerts {
		errs = append(errs, fmt.Errorf("budget: %d alert percents, want 1 to %d", n, maxAlerts))
	}
	sorted := slices.Sorted(slices.Values(b.AlertPercents))
	if len(slices.Compact(slices.Clone(sorted))) != len(sorted) {
		errs = append(errs, fmt.Errorf("budget: alert percents %v have one twice, want each once", b.AlertPercents))
	}
	if len(b.Emails) == 0 {
		errs = append(errs, errors.New("budget: no addresses, want at least one"))
	}
	return errs
}

// addBudgets builds a budget for what was spent and one for what is forecast:
// the most notifications that a budget takes are the shares of one of them.
func (a *Account) addBudgets(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	for _, kind := range []string{"actual", "forecasted"} {
		if _, err := budgets.NewBudget(ctx, a.name+"-"+kind, &budgets.BudgetArgs{
			Name:          pulumi.String(naming.AccountBudget(a.args.AccountName, kind)),
			AccountId:     pulumi.String(a.args.AccountID),
			BudgetType:    pulumi.String("COST"),
			TimeUnit:      pulumi.String("MONTHLY"),
			LimitAmount:   pulumi.String(strconv.Itoa(a.args.Budget.MonthlyUSD)),
			LimitUnit:     pulumi.String("USD"),
			Notifications: a.notifications(strings.ToUpper(kind)),
		}, child); err != nil {
			return err
		}
	}
	return nil
}

// notifications are in the order of the shares, whatever theirs in the
// configuration.
func (a *Account) notifications(kind string) budgets.BudgetNotificationArray {
	emails := pulumi.ToStringArray(slices.Sorted(slices.Values(a.args.Budget.Emails)))
	var notifications budgets.BudgetNotificationArray
	for _, percent := range slices.Sorted(slices.Values(a.args.Budget.AlertPercents)) {
		notifications = append(notifications, budgets.BudgetNotificationArgs{
			NotificationType:         pulumi.String(kind),
			ComparisonOperator:       pulumi.String("GREATER_THAN"),
			Threshold:                pulumi.Float64(percent),
			ThresholdType:            pulumi.String("PERCENTAGE"),
			SubscriberEmailAddresses: emails,
		})
	}
	return notifications
}
