package config_test

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"cellworks/pkg/config"
)

var prefixes = cmpopts.EquateComparable(netip.Prefix{})

func TestShippedConfigurationResolves(t *testing.T) {
	t.Parallel()
	tree, err := config.Load("../../configs")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"acme", "birch", "cedar", "dogwood", "elm", "fir", "hazel", "ivy", "juniper", "larch", "maple"}
	if diff := cmp.Diff(want, tree.Clients()); diff != "" {
		t.Errorf("clients differ (-want +got):\n%s", diff)
	}
	for _, client := range tree.Clients() {
		c := mustCell(t, tree, client)
		if c.Client != client || c.Account.ID == "" || len(c.Region.Zones) < 2 || c.Ring == "" {
			t.Errorf("%s resolves to %+v, want its account, region and ring filled in", client, c)
		}
	}
	for _, a := range tree.Organization().Accounts {
		for _, r := range a.Regions {
			if b, err := tree.Base(a.Name, r.Name); err != nil || b.DeletionProtection != (a.Name != "nonprod") {
				t.Errorf("base %s %s: %+v, %v", a.Name, r.Name, b, err)
			}
			if u, err := tree.Utility(a.Name, r.Name); err != nil || !u.ECS.Enabled || u.Account.ID != a.ID {
				t.Errorf("utility %s %s: %+v, %v", a.Name, r.Name, u, err)
			}
		}
	}
}

func TestSmallestClientGetsEveryDefault(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, nil)
	account, ok := tree.Account("nonprod")
	if !ok {
		t.Fatal("no account nonprod")
	}
	want := config.Cell{
		Client: "acme", Account: account, Region: account.Regions[0], Slot: 0, Ring: "canary", State: config.Active,
		KMS:     config.CellKMS{DeletionWindowDays: 7, RotationDays: 365},
		IAM:     config.CellIAM{MaxSessionHours: 1},
		Network: config.CellNetwork{Mode: config.SharedSubnets, NAT: config.NATSingle, Egress: []config.Egress{{Name: "https", CIDR: netip.MustParsePrefix("0.0.0.0/0"), Port: 443}}},
		Storage: config.CellStorage{Enabled: true, Buckets: []config.Bucket{{Name: "inbound", Versioning: true, NoncurrentDays: 90, ExpireDays: 90, AccessLogs: true}}},
		Services: config.CellServices{Enabled: true, LogRouterImage: "registry.example.com/router@" + digest, Items: []config.Service{{
			Name: "api", Image: "registry.example.com/api@" + digest, CPU: 512, Memory: 1024, Arch: config.ARM64, Port: 8080, HealthPath: "/healthz",
			Capacity: config.Fargate, MinTasks: 2, MaxTasks: 6, TargetCPUPercent: 60, TargetMemoryPercent: 75, BacklogPerTask: 100,
			Discovery: config.DiscoveryCloudMap, LogRouter: config.LogToFirehose, MinHealthyPercent: 100, MaxHealthyPercent: 200, Rollback: true,
			Expose: config.ExposeInternal,
		}}},
		Files:   config.CellFiles{Throughput: "elastic", InfrequentAccessDays: 30},
		Logging: config.CellLogging{Enabled: true, RetentionDays: 90, MaskPHI: true},
		Database: config.CellDatabase{
			Engine: config.EngineRDS, Version: "16", Class: "db.m7g.large", StorageGiB: 100, MaxStorageGiB: 500, MinCapacity: 1, MaxCapacity: 8, MultiAZ: true,
			BackupDays: 35, BackupWindow: "04:00-05:00", MaintenanceWindow: "sun:06:00-sun:07:00", MasterUser: config.MasterByRDS, FinalSnapshotGeneration: 1,
		},
		Cache:   config.CellCache{Version: "8.0", NodeType: "cache.t4g.small", Replicas: 1, SnapshotDays: 7},
		Vault:   config.CellVault{KV: true, Transit: true},
		Ingress: config.CellIngress{Enabled: true, Auth: config.AuthNone},
		SFTP:    config.CellSFTP{Mode: config.SFTPShared},
		Backup:  config.CellBackup{DailyDays: 35, MonthlyDays: 365, YearlyDays: 2192, Lock: config.BackupLockGovernance, RestoreTest: true},
		Monitoring: config.CellMonitoring{
			Tier: config.TierSilver, Availability: "99.9", Synthetics: true,
			Thresholds: config.CellThresholds{
				ErrorPercent: 2, LatencyMilliseconds: 1000, CPUPercent: 90, MemoryPercent: 90, QueueAgeSeconds: 900,
				DatabaseCPUPercent: 85, DatabaseFreeGiB: 10, DatabaseConnections: 400, ReplicaLagSeconds: 60,
			},
		},
		SSO:    config.CellSSO{Groups: []string{"users", "admins"}, SessionHours: 8, Inbound: config.CellInbound{Type: config.InboundNone, State: config.InboundPending}},
		Budget: config.CellBudget{Enabled: true, MonthlyUSD: 500, AlertPercents: []int{80, 100}},
	}
	if diff := cmp.Diff(want, mustCell(t, tree, "acme"), prefixes); diff != "" {
		t.Errorf("cell differs (-want +got):\n%s", diff)
	}
	if account.Role != "OrganizationAccountAccessRole" {
		t.Errorf("role %q, want the default", account.Role)
	}
}

func TestLayersMerge(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, map[string]string{
		"defaults/cell.yaml":                   strings.Replace(sound()["defaults/cell.yaml"], "deletionProtection", "labels: {a: \"1\", b: \"2\"}\ndeletionProtection", 1),
		"accounts/nonprod/us-east-1/cell.yaml": "network: {egress: [{name: lab, cidr: 10.9.0.0/16, port: 22}, {name: https, port: 8443}]}\n",
		"clients/acme/cell.yaml": smallest(0) + `labels: {b: null, c: "3"}
network: {egress: [{name: https, remove: true}, {name: fax, cidr: 10.8.0.0/16, port: 80}]}
storage: {buckets: null}
services: {items: [{name: api, cpu: 1024, memory: 4096, minTasks: null}]}
`,
		"clients/birch/cell.yaml": smallest(1),
	})
	acme, birch := mustCell(t, tree, "acme"), mustCell(t, tree, "birch")
	if diff := cmp.Diff(map[string]string{"a": "1", "c": "3"}, acme.Labels); diff != "" {
		t.Errorf("labels differ (-want +got):\n%s", diff)
	}
	wantEgress := []config.Egress{{Name: "lab", CIDR: netip.MustParsePrefix("10.9.0.0/16"), Port: 22}, {Name: "fax", CIDR: netip.MustParsePrefix("10.8.0.0/16"), Port: 80}}
	if diff := cmp.Diff(wantEgress, acme.Network.Egress, prefixes); diff != "" {
		t.Errorf("egress differs (-want +got):\n%s", diff)
	}
	if len(acme.Storage.Buckets) != 0 {
		t.Errorf("buckets %v, want none after null", acme.Storage.Buckets)
	}
	if s := acme.Services.Items[0]; s.CPU != 1024 || s.Memory != 4096 || s.Port != 8080 || s.MinTasks != 2 {
		t.Errorf("service %+v, want its size overridden and the rest inherited", s)
	}
	if e := birch.Network.Egress; len(e) != 2 || e[0].Port != 8443 || e[1].Name != "lab" || birch.Services.Items[0].CPU != 512 || len(birch.Labels) != 2 {
		t.Errorf("birch is %+v, want what its region says, untouched by acme", birch)
	}
}

func TestEveryCallReturnsFreshValues(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, map[string]string{"clients/acme/cell.yaml": smallest(0) + "labels: {a: \"1\"}\n"})
	first := mustCell(t, tree, "acme")
	first.Labels["a"], first.Account.Regions[0].Zones[0], first.Network.Egress[0].Port, first.Services.Items[0].Name = "x", "x", 1, "x"
	tree.Clients()[0] = "x"
	tree.Organization().Rings[0].Name = "x"
	second := mustCell(t, tree, "acme")
	if second.Labels["a"] != "1" || second.Account.Regions[0].Zones[0] != "use1-az1" || second.Network.Egress[0].Port != 443 || second.Services.Items[0].Name != "api" {
		t.Errorf("a change to one value shows in another: %+v", second)
	}
	if tree.Clients()[0] != "acme" || tree.Organization().Rings[0].Name != "canary" {
		t.Error("a change to a returned value changed the tree")
	}
}

func TestUnknownNames(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, map[string]string{"clients/birch/cell.yaml": smallest(1)})
	_, err := tree.Cell("acne")
	var unknown *config.UnknownClientError
	if !errors.As(err, &unknown) || unknown.Nearest != "acme" {
		t.Errorf("error %v, want an UnknownClientError with nearest acme", err)
	}
	_, errBase := tree.Base("prodd", "us-east-1")
	_, errUtility := tree.Utility("prod", "us-east-1")
	for _, tc := range []struct {
		err  error
		want string
	}{
		{err, `unknown client "acne" (did you mean "acme"? known clients: acme, birch)`},
		{errBase, `base configuration: unknown account "prodd" (did you mean "prod"? known accounts: nonprod, prod)`},
		{errUtility, `utility configuration: account prod has no region "us-east-1" (did you mean "us-west-2"? its regions: us-west-2)`},
	} {
		if tc.err == nil || tc.err.Error() != tc.want {
			t.Errorf("error %v, want %s", tc.err, tc.want)
		}
	}
	if _, ok := tree.Account("prodd"); ok {
		t.Error("there is an account prodd")
	}
}

func TestFindLooksUpward(t *testing.T) {
	t.Parallel()
	dir := write(t, nil)
	deep := filepath.Join(filepath.Dir(dir), "a", "b")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, start := range []string{filepath.Dir(dir), deep, dir, filepath.Join(dir, "clients", "acme")} {
		if got, err := config.Find(start); err != nil || got != dir {
			t.Errorf("Find(%q) = %q, %v; want %q", start, got, err, dir)
		}
	}
	if got, err := config.Find(t.TempDir()); err == nil || !strings.Contains(err.Error(), "configs/organization.yaml") {
		t.Errorf("Find outside of any = %q, %v; want an error that says what it looked for", got, err)
	}
}

func TestLoadOfNoDirectory(t *testing.T) {
	t.Parallel()
	_, err := config.Load(filepath.Join(t.TempDir(), "none"))
	var problems config.Problems
	if err == nil || errors.As(err, &problems) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want one that is not about the content", err)
	}
}

func TestFargateMemory(t *testing.T) {
	t.Parallel()
	for _, cpu := range config.FargateCPU() {
		if len(config.FargateMemory(cpu)) == 0 {
			t.Errorf("cpu %d has no memory sizes", cpu)
		}
	}
	if diff := cmp.Diff([]int{16384, 20480, 24576, 28672, 32768, 36864, 40960, 45056, 49152, 53248, 57344, 61440}, config.FargateMemory(8192)); diff != "" {
		t.Errorf("memory of cpu 8192 differs (-want +got):\n%s", diff)
	}
	if got := config.FargateMemory(300); got != nil {
		t.Errorf("cpu 300 has memory %v, want nil", got)
	}
}
