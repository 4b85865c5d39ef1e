package budget_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/budget"
	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
)

func args(percents ...int) budget.Args {
	return budget.Args{
		Client: "acme", AccountID: pulumitest.AccountID, TopicARN: "arn:aws:sns:us-east-1:111122223333:detection",
		Config: config.CellBudget{Enabled: true, MonthlyUSD: 500, AlertPercents: percents},
	}
}

func record(t *testing.T, a budget.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: a.Client}, func(ctx *pulumi.Context) error {
		_, err := budget.New(ctx, a.Client, a, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheBudget(t *testing.T) {
	t.Parallel()
	record(t, args(80, 100)).Golden(t, "budget")
}

func TestTheOrderOfTheSharesDecidesNothing(t *testing.T) {
	t.Parallel()
	one, other := record(t, args(80, 100)), record(t, args(100, 80))
	const kind = "aws:budgets/budget:Budget"
	if got, want := other.OfType(kind)[0].Inputs, one.OfType(kind)[0].Inputs; !got.DeepEquals(want) {
		t.Errorf("inputs = %v, want %v", got, want)
	}
}

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]budget.Args{
		"budget \"acme\": client, account id and topic must be set\n0 US dollars a month are out of range, want 1 or more\n0 alert percents, want 1 to 4": {},
		`budget "acme": alert percents [80 80] have one twice, want each once`:                                                                            args(80, 80),
		`budget "acme": 5 alert percents, want 1 to 4`:                                                                                                    args(1, 2, 3, 4, 5),
	} {
		if _, err := budget.New(nil, "acme", a); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}
