package quota_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/config"
	"cellworks/pkg/quota"
)

// TestRaisedQuotasAreThoseOfTheirAccount holds that quotas that the simulated cloud does not
// enforce are left out.
func TestRaisedQuotasAreThoseOfTheirAccount(t *testing.T) {
	t.Parallel()
	got := quota.Simulated(config.Organization{Accounts: []config.Account{
		{Name: "nonprod", ID: "111111111111", Quotas: map[string]int{"elasticIPs": 20, "fargateVCPUs": 64}},
		{Name: "prod", ID: "222222222222"},
	}})
	want := map[string]map[string]int{"111111111111": {"addresses per region": 20}, "222222222222": {}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("quotas differ (-want +got):\n%s", diff)
	}
}
