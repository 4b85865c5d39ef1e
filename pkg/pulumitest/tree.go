package pulumitest

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/provider"
)

// AccountID is the account that AWS's provider builds in.
const AccountID = "111122223333"

// AWS returns the options of a component under test: an explicit, tagged AWS
// provider, and Marked.
func AWS(t testing.TB, ctx *pulumi.Context) pulumi.ResourceOption {
	t.Helper()
	aws, err := provider.AWS(ctx, "aws", provider.Args{
		Account: config.Account{Name: "nonprod", ID: AccountID},
		Role:    "OrganizationAccountAccessRole",
		Region:  "us-east-1",
		Tags:    naming.TagSet{Project: naming.ProjectCell, Stack: "test", Account: "nonprod"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return pulumi.Composite(pulumi.Providers(aws), Marked())
}
