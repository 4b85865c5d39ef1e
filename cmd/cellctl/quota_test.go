package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/ipam"
	"cellworks/pkg/quota"
	"cellworks/pkg/servicequota"
	"cellworks/pkg/simcloud"
)

var update = flag.Bool("update", false, "rewrite the golden files of the tests that are run")

// TestQuotaShow compares with a golden file.
func TestQuotaShow(t *testing.T) {
	t.Parallel()
	s, _ := planned(t)
	if code := s.do(t, "quota", "show", "prod/us-east-1"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	golden := filepath.Join("testdata", "quota-show.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(s.out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s is rewritten: look at the changes", golden)
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if s.out.String() != string(want) {
		t.Errorf("the table is\n%s\nwant\n%s\n(go test ./cmd/cellctl -run TestQuotaShow -update)", s.out.String(), want)
	}
}

// TestTheSimulatedCloudKnowsRaisedQuotas holds the names that both have for the same thing.
func TestTheSimulatedCloudKnowsRaisedQuotas(t *testing.T) {
	t.Parallel()
	account := config.Account{ID: "111111111111", Quotas: map[string]int{}}
	for _, name := range servicequota.Raisable() {
		account.Quotas[name] = 10000
	}
	raised := quota.Simulated(config.Organization{Accounts: []config.Account{account}})
	cloud, err := simcloud.Open(simcloud.Options{Dir: t.TempDir(), AccountQuotas: raised})
	if err != nil {
		t.Fatal(err)
	}
	if err := cloud.Close(); err != nil {
		t.Error(err)
	}
}

// used is what cells and what is below them use of Fargate's vCPUs in prod/us-east-1.
func used(t *testing.T, dir string) quota.Usage {
	t.Helper()
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := planned(t)
	census, err := quota.Take(tree, s.now())
	if err != nil {
		t.Fatal(err)
	}
	usages := census.Usage(ipam.Place{Account: "prod", Region: "us-east-1"})
	return usages[slices.IndexFunc(usages, func(u quota.Usage) bool { return u.Quota.Name == servicequota.FargateVCPUs })]
}

func TestQuotaShowJSON(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	want := used(t, dir)
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
	left, _ := want.CellsLeft()
	if r := find("prod", "us-east-1", "fargateVCPUs"); r.Used != want.Used() || r.ByCells != want.Cells || r.Cells != 2 || r.Limit != 512 || !r.Raised || r.CellsLeft == nil || *r.CellsLeft != left || r.Code != "L-3032A538" {
		t.Errorf("vCPUs %+v, want %+v", r, want)
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
		u := used(t, dir)
		most := int(u.Used())
		edit(t, dir, "organization.yaml", "fargateVCPUs: 512", fmt.Sprintf("fargateVCPUs: %d", most-1))
		if code := s.do(t, op, "cell/*"); code != fleet.ExitUsage || s.handed != nil {
			t.Errorf("%s: exit code %d, handed over %v", op, code, s.handed)
		}
		for _, want := range []string{
			fmt.Sprintf("prod/us-east-1 would use %g of %d Fargate On-Demand vCPUs", u.Used(), most-1), "(Service Quotas: fargate, L-3032A538)", "accounts[prod].quotas.fargateVCPUs: ", "nothing has been touched",
		} {
			if !strings.Contains(s.err.String(), want) {
				t.Errorf("%s says\n%s\nwant %s", op, s.err.String(), want)
			}
		}
		if code := s.do(t, op, "acme"); code != 0 {
			t.Errorf("%s in another account: exit code %d: %s", op, code, s.err.String())
		}
		edit(t, dir, "organization.yaml", fmt.Sprintf("fargateVCPUs: %d", most-1), fmt.Sprintf("fargateVCPUs: %d", most+1))
		want := fmt.Sprintf("prod/us-east-1 uses %g of %d Fargate On-Demand vCPUs: room for 0 cells more with the defaults", u.Used(), most+1)
		if code := s.do(t, op, "cell/*"); code != 0 || !strings.Contains(s.err.String(), "warning: ") || !strings.Contains(s.err.String(), want) {
			t.Errorf("%s near the quota: exit code %d: %s", op, code, s.err.String())
		}
	}
}
