package access_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/access"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
)

const (
	account = pulumitest.AccountID
	ops     = "333333333333"
)

func args() access.Args {
	return access.Args{
		OrganizationName: "meridian",
		AccountID:        account,
		Region:           "us-east-1",
		BootstrapRole:    "OrganizationAccountAccessRole",
		Config: config.BaseAccess{
			OrganizationID:  "o-a1b2c3d4e5",
			MaxSessionHours: 4,
			Deployers: []config.Deployer{
				{Name: "jenkins", Account: "ops", Role: "jenkins/*"},
				{Name: "cells", Account: "ops", Role: "agents/cells", Projects: []string{naming.ProjectCell}},
			},
			CI: []config.CIProvider{{
				Name: "github", URL: "https://token.actions.githubusercontent.com", Audience: "sts.amazonaws.com",
				Subjects: []string{"repo:meridian/infrastructure:environment:*"}, Projects: []string{naming.ProjectCell},
			}},
			SAMLMetadata:  "<EntityDescriptor/>",
			PeopleAccount: "ops",
		},
		AccountIDs:   map[string]string{"nonprod": account, "ops": ops},
		VaultAccount: "ops",
	}
}

// record returns what args build and the component.
func record(t *testing.T, args access.Args) (*pulumitest.Recording, *access.Access) {
	t.Helper()
	var built *access.Access
	recording := pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		var err error
		built, err = access.New(ctx, "access", args, pulumitest.AWS(t, ctx))
		return err
	})
	return recording, built
}

// byName returns a string input of the resources of a type, by their input name.
func byName(recording *pulumitest.Recording, token, property string) map[string]string {
	found := map[string]string{}
	for i, name := range recording.Strings(token, "name") {
		found[name] = recording.Strings(token, property)[i]
	}
	return found
}

func policies(recording *pulumitest.Recording) map[string]string {
	return byName(recording, "aws:iam/policy:Policy", "policy")
}

func trust(recording *pulumitest.Recording) map[string]string {
	return byName(recording, "aws:iam/role:Role", "assumeRolePolicy")
}

// ofRole returns the customer managed policies of a role.
func ofRole(recording *pulumitest.Recording, role string) []string {
	var texts []string
	all := policies(recording)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if strings.HasPrefix(name, role+"-") {
			texts = append(texts, all[name])
		}
	}
	return texts
}

func TestNewBuildsTheAccess(t *testing.T) {
	t.Parallel()
	recording, built := record(t, args())
	recording.Golden(t, "access")
	for what, want := range map[string][]string{
		"deploy":  {"base", "cell", "utility"},
		"service": {naming.ServiceBackup, naming.ServiceRDSMonitoring, naming.ServiceVaultAuth},
		"person":  {naming.PersonAdmin, naming.PersonAuditor, naming.PersonBreakGlass, naming.PersonOperator, naming.PersonSupport},
	} {
		got := map[string]pulumi.StringMap{"deploy": built.DeployRoleARNs, "service": built.ServiceRoleARNs, "person": built.PersonRoleARNs}[what]
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(got))); diff != "" {
			t.Errorf("%s roles differ (-want +got):\n%s", what, diff)
		}
	}
}

func TestFixedNamesAreThoseOfNaming(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	var arns []string
	for i, role := range recording.Strings("aws:iam/role:Role", "name") {
		arns = append(arns, "arn:aws:iam::"+account+":role"+recording.Strings("aws:iam/role:Role", "path")[i]+role)
	}
	for _, want := range []string{
		naming.DeployRoleARN(account, "us-east-1", naming.ProjectBase), naming.DeployRoleARN(account, "us-east-1", naming.ProjectCell),
		access.BreakGlassARN(account, "us-east-1"), naming.PersonRoleARN(account, "us-east-1", naming.PersonAuditor),
		naming.ServiceRoleARN(account, "us-east-1", naming.ServiceBackup),
	} {
		if !slices.Contains(arns, want) {
			t.Errorf("no role is %s: %v", want, arns)
		}
	}
	boundary := slices.Index(recording.Strings("aws:iam/policy:Policy", "name"), naming.BoundaryName)
	if boundary < 0 || recording.Strings("aws:iam/policy:Policy", "path")[boundary] != "/" {
		t.Errorf("the boundary is not %s", naming.BoundaryARN(account, "us-east-1"))
	}
}

func TestWithoutProvidersNobodySignsIn(t *testing.T) {
	t.Parallel()
	given := args()
	given.Config.SAMLMetadata, given.Config.CI, given.Config.OrganizationID, given.VaultAccount = "", nil, "", ""
	recording, built := record(t, given)
	for _, token := range []string{"aws:iam/samlProvider:SamlProvider", "aws:iam/openIdConnectProvider:OpenIdConnectProvider"} {
		if n := len(recording.OfType(token)); n != 0 {
			t.Errorf("%d of %s are built without one in the configuration", n, token)
		}
	}
	for name, text := range trust(recording) {
		for _, word := range []string{"Federated", "aws:PrincipalOrgID"} {
			if strings.Contains(text, word) {
				t.Errorf("role %s trusts by %s, which is not configured: %s", name, word, text)
			}
		}
	}
	want := []string{naming.PersonAuditor, naming.PersonBreakGlass, naming.PersonSupport}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(built.PersonRoleARNs))); diff != "" {
		t.Errorf("roles of people differ (-want +got):\n%s", diff)
	}
	if _, ok := built.ServiceRoleARNs[naming.ServiceVaultAuth]; ok {
		t.Error("a role for Vault is built without a VaultAccount")
	}
}

func TestSessionsAreAsLongAsConfigured(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	for _, role := range recording.OfType("aws:iam/role:Role") {
		want := 3600.0
		if role.Inputs["path"].StringValue() == naming.DeployPath {
			want = 4 * 3600
		}
		if got := role.Inputs["maxSessionDuration"].NumberValue(); got != want {
			t.Errorf("session of %s = %v s, want %v", role.Name, got, want)
		}
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	odd := args()
	odd.VaultAccount = "vault"
	odd.Config.PeopleAccount = "opps"
	odd.Config.MaxSessionHours = 13
	odd.Config.Deployers = []config.Deployer{{Name: "all", Account: "prod", Role: "*"}}
	odd.Config.CI = []config.CIProvider{{Name: "plain", URL: "http://ci.example.com", Audience: "a", Subjects: []string{"s"}}}
	long := args()
	long.Config.CI[0].Subjects = []string{strings.Repeat("s", 1000), strings.Repeat("t", 1000)}
	for _, tc := range []struct {
		name string
		args access.Args
		want string
	}{
		{"nothing", access.Args{}, `access "access": organization name is empty
account id is empty
region is empty
bootstrap role is empty
people: account "" has no id, want one of []
session of 0 hours is out of range, want 1 to 12`},
		{"odd values", odd, `access "access": people: account "opps" has no id, want one of [nonprod ops]
vault: account "vault" has no id, want one of [nonprod ops]
deployer all: account "prod" has no id, want one of [nonprod ops]
deployer all: role "*" is every role of the account, want a name or a path
ci plain: want an https URL, an audience and at least one subject
session of 13 hours is out of range, want 1 to 12`},
		{"too long", long, `access "access": pulumi-cell: trust policy: 3022 characters are too many, want at most 2048: merge statements or use wildcards`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := access.New(nil, "access", tc.args)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("error differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPoliciesFitWithTheLongestNames(t *testing.T) {
	t.Parallel()
	given := args()
	given.OrganizationName, given.Region = "abcdefghijkl", "us-gov-west-1"
	recording, _ := record(t, given)
	for name, text := range policies(recording) {
		t.Logf("%s: %d characters", name, len(text))
		if strings.Contains(text, "arn:aws:") {
			t.Errorf("policy %s names the partition aws in us-gov-west-1", name)
		}
	}
}
