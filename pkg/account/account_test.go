package account_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/account"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
)

func contact(name string) config.BaseContact {
	return config.BaseContact{FullName: name, Title: "Lead", Email: name + "@example.com", Phone: "+1 555 0100"}
}

func args() account.Args {
	return account.Args{
		OrganizationName: "meridian",
		AccountName:      "nonprod",
		AccountID:        pulumitest.AccountID,
		Config: config.BaseGuardrails{
			Contacts:       config.BaseContacts{Security: contact("security"), Billing: contact("billing")},
			PasswordPolicy: config.BasePasswordPolicy{MinimumLength: 14, MaximumAgeDays: 90},
		},
		Budget:             config.BaseBudget{MonthlyUSD: 2000, AlertPercents: []int{100, 80}, Emails: []string{"b@example.com", "a@example.com"}},
		ServiceLinkedRoles: naming.ServiceLinkedRoles(),
	}
}

func record(t *testing.T, args account.Args) (*pulumitest.Recording, *account.Account) {
	t.Helper()
	var built *account.Account
	recording := pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		var err error
		built, err = account.New(ctx, "account", args, pulumitest.AWS(t, ctx))
		return err
	})
	return recording, built
}

func TestNewBuildsTheSettings(t *testing.T) {
	t.Parallel()
	recording, built := record(t, args())
	recording.Golden(t, "account")
	want := []string{naming.LinkedAutoScaling, naming.LinkedRecorder, naming.LinkedECS, naming.LinkedLoadBalancing}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(built.ServiceLinkedRoles))); diff != "" {
		t.Errorf("service-linked roles differ (-want +got):\n%s", diff)
	}
}

func TestOrderInTheConfigurationDoesNotShow(t *testing.T) {
	t.Parallel()
	other := args()
	slices.Reverse(other.Budget.AlertPercents)
	slices.Reverse(other.Budget.Emails)
	a, _ := record(t, args())
	b, _ := record(t, other)
	for i, budget := range a.OfType("aws:budgets/budget:Budget") {
		if got := b.OfType("aws:budgets/budget:Budget")[i]; !budget.Inputs.DeepEquals(got.Inputs) {
			t.Errorf("%s differs with the order of the configuration", budget.URN)
		}
	}
}

func TestOptionalSettings(t *testing.T) {
	t.Parallel()
	given := args()
	given.Config.AccountAlias = "meridian-dev"
	given.Config.Contacts.Operations, given.Config.Contacts.Billing = contact("operations"), config.BaseContact{}
	given.ServiceLinkedRoles = nil
	recording, _ := record(t, given)
	for token, want := range map[string][]string{
		"accountAlias":         {"meridian-dev"},
		"alternateContactType": {"OPERATIONS", "SECURITY"},
		"awsServiceName":       nil,
	} {
		types := map[string]string{
			"accountAlias":         "aws:iam/accountAlias:AccountAlias",
			"alternateContactType": "aws:account/alternativeContact:AlternativeContact",
			"awsServiceName":       "aws:iam/serviceLinkedRole:ServiceLinkedRole",
		}
		if diff := cmp.Diff(want, recording.Strings(types[token], token)); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", token, diff)
		}
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	odd := args()
	odd.Config.AccountAlias = "Meridian--Dev"
	odd.Budget.AlertPercents = []int{80, 100, 80}
	odd.ServiceLinkedRoles = map[string]string{"ecs": "ecs"}
	for _, tc := range []struct {
		name string
		args account.Args
		want string
	}{
		{"nothing", account.Args{}, `account "account": account id is empty
account name is empty
alias "-" is not valid, want 3 to 63 lower-case letters, digits and single dashes
budget: 0 US dollars a month are out of range, want 1 or more
budget: 0 alert percents, want 1 to 5
budget: no addresses, want at least one
organization name is empty
security contact is not set`},
		{"odd values", odd, `account "account": alias "Meridian--Dev" is not valid, want 3 to 63 lower-case letters, digits and single dashes
budget: alert percents [80 100 80] have one twice, want each once
service-linked role ecs: "ecs" is not a service principal, want for example ecs.amazonaws.com`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := account.New(nil, "account", tc.args)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("error differs (-want +got):\n%s", diff)
			}
		})
	}
}
