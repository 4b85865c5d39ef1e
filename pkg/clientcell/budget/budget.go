// Package budget builds a cell's budget: the account's alert topic is told when the
// client costs more than agreed. Costs are found by the tag that every resource of a cell
// carries, which must be active as a cost allocation tag of the organization.
package budget

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/budgets"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":clientcell:Budget"

	// maxNotifications is how many a budget takes
	// (docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html).
	maxNotifications = 5
)

// Args says what budget to build.
type Args struct {
	// Client is the client's name.
	Client string
	// AccountID is the account that the cell is in.
	AccountID string
	// TopicARN is the topic that is told.
	TopicARN string
	// Config holds the amount and the shares of it.
	Config config.CellBudget
}

func (a Args) validate() error {
	var errs []error
	if a.Client == "" || a.AccountID == "" || a.TopicARN == "" {
		errs = append(errs, errors.New("client, account id and topic must be set"))
	}
	if a.Config.MonthlyUSD < 1 {
		errs = append(errs, fmt.Errorf("%d US dollars a month are out of range, want 1 or more", a.Config.MonthlyUSD))
	}
	shares := a.shares()
	if n := len(shares); n == 0 || n >= maxNotifications {
		errs = append(errs, fmt.Errorf("%d alert percents, want 1 to %d", n, maxNotifications-1))
	}
	if len(slices.Compact(slices.Clone(shares))) != len(shares) {
		errs = append(errs, fmt.Errorf("alert percents %v have one twice, want each once", shares))
	}
	return errors.Join(errs...)
}

// shares are the percents in order, whatever theirs in the configuration.
func (a Args) shares() []int { return slices.Sorted(slices.Values(a.Config.AlertPercents)) }

// Budget is a cell's budget.
type Budget struct {
	pulumi.ResourceState

	// Name is the budget's name.
	Name pulumi.StringOutput
}

// Outputs returns the budget's name.
func (b *Budget) Outputs() pulumi.Map { return pulumi.Map{"budgetName": b.Name} }

// New builds the budget that args describes. It fails, naming all that is wrong before
// any resource is registered, when args are incomplete, the amount is not positive, or
// the shares are none, too many or not distinct.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Budget, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("budget %q: %w", name, err)
	}
	b := &Budget{}
	return component.Register(ctx, token, name, b, opts, func(child pulumi.ResourceOption) error {
		made, err := budgets.NewBudget(ctx, name, &budgets.BudgetArgs{
			Name:        pulumi.String(naming.CellBudget(args.Client)),
			AccountId:   pulumi.String(args.AccountID),
			BudgetType:  pulumi.String("COST"),
			TimeUnit:    pulumi.String("MONTHLY"),
			LimitAmount: pulumi.String(strconv.Itoa(args.Config.MonthlyUSD)),
			LimitUnit:   pulumi.String("USD"),
			CostFilters: budgets.BudgetCostFilterArray{budgets.BudgetCostFilterArgs{
				Name:   pulumi.String("TagKeyValue"),
				Values: pulumi.ToStringArray([]string{"user:" + naming.TagCell + "$" + args.Client}),
			}},
			Notifications: args.notifications(),
		}, child)
		if err == nil {
			b.Name = made.Name
		}
		return err
	})
}

func (a Args) notifications() budgets.BudgetNotificationArray {
	tell := func(kind string, percent int) budgets.BudgetNotificationArgs {
		return budgets.BudgetNotificationArgs{
			NotificationType:       pulumi.String(kind),
			ComparisonOperator:     pulumi.String("GREATER_THAN"),
			Threshold:              pulumi.Float64(percent),
			ThresholdType:          pulumi.String("PERCENTAGE"),
			SubscriberSnsTopicArns: pulumi.ToStringArray([]string{a.TopicARN}),
		}
	}
	var all budgets.BudgetNotificationArray
	shares := a.shares()
	for _, percent := range shares {
		all = append(all, tell("ACTUAL", percent))
	}
	return append(all, tell("FORECASTED", shares[len(shares)-1]))
}
