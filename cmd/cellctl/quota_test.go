package main

import (
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/fleet"
)

func TestQuotaShow(t *testing.T) {
	t.Parallel()
	s, _ := planned(t)
	if code := s.do(t, "quota", "show", "prod/us-east-1"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	const want = `ACCOUNT  REGION     QUOTA                     USED  LIMIT   CELLS LEFT
prod     -          iamRoles                  30    1000    485
prod     -          iamPolicies               48    1500    726
prod     -          buckets                   19    10000   4990
prod     us-east-1  cellSlots                 2     64      62
prod     us-east-1  targetGroups (internal)   2     100     98
prod     us-east-1  listenerRules (internal)  2     100     98
prod     us-east-1  certificates (internal)   0     25      -
prod     us-east-1  securityGroups            8     2500    1246
prod     us-east-1  networkInterfaces         63    5000    822
prod     us-east-1  fargateVCPUs              51    512*    153
prod     us-east-1  subnets                   12    200     -
prod     us-east-1  kmsKeys                   7     100000  99993
`
	if s.out.String() != want {
		t.Errorf("the table is\n%s\nwant\n%s", s.out.String(), want)
	}
}

func TestQuotaShowJSON(t *testing.T) {
	t.Parallel()
	s, _ := planned(t)
	if code := s.do(t, "quota", "show", "--json"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	report := decode[quotaReport](t, s)
	find := func(account, region, name string) quotaRow {
		i := slices.IndexFunc(report.Quotas, func(r quotaRow) bool { return r.Account == account && r.Region == region && r.Quota == name })
		if i < 0 {
			t.Fatalf("no %s of %s %s", name, account, region)
		}
		return report.Quotas[i]
	}
	if r := find("prod", "us-east-1", "fargateVCPUs"); r.Used != 51 || r.ByCells != 51 || r.Cells != 2 || r.Limit != 512 || !r.Raised || r.CellsLeft == nil || *r.CellsLeft != 153 || r.Code != "L-3032A538" {
		t.Errorf("vCPUs %+v", r)
	}
	if r := find("ops", "us-east-1", "subnets"); r.CellsLeft != nil || r.Used != 12 {
		t.Errorf("subnets %+v", r)
	}
	regional := 0
	for _, r := range report.Quotas {
		if r.Quota == "iamRoles" {
			regional++
		}
	}
	if regional != 3 {
		t.Errorf("the roles of 3 accounts are told %d times", regional)
	}
	if code := s.do(t, "quota", "show", "prod/us-esat-1"); code != fleet.ExitUsage || !strings.Contains(s.err.String(), `unknown account and region "prod/us-esat-1" (did you mean "prod/us-east-1"? known ones: nonprod/us-east-1, `) {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
}

// TestUpStopsBeforeAQuotaDoes: nothing is handed over when AWS would refuse the rest.
func TestUpStopsBeforeAQuotaDoes(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"up", "preview"} {
		s, dir := planned(t)
		edit(t, dir, "organization.yaml", "fargateVCPUs: 512", "fargateVCPUs: 50")
		if code := s.do(t, op, "cell/*"); code != fleet.ExitUsage || s.handed != nil {
			t.Errorf("%s: exit code %d, handed over %v", op, code, s.handed)
		}
		for _, want := range []string{"prod/us-east-1 would use 51 of 50 Fargate On-Demand vCPUs", "(Service Quotas: fargate, L-3032A538)", "accounts[prod].quotas.fargateVCPUs: ", "nothing has been touched"} {
			if !strings.Contains(s.err.String(), want) {
				t.Errorf("%s says\n%s\nwant %s", op, s.err.String(), want)
			}
		}
		if code := s.do(t, op, "acme"); code != 0 {
			t.Errorf("%s in another account: exit code %d: %s", op, code, s.err.String())
		}
		edit(t, dir, "organization.yaml", "fargateVCPUs: 50", "fargateVCPUs: 60")
		if code := s.do(t, op, "cell/*"); code != 0 || !strings.Contains(s.err.String(), "warning: ") || !strings.Contains(s.err.String(), "prod/us-east-1 uses 51 of 60 Fargate On-Demand vCPUs: room for 3 cells more with the defaults") {
			t.Errorf("%s near the quota: exit code %d: %s", op, code, s.err.String())
		}
	}
}
