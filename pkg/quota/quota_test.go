package quota_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/quota"
	"cellworks/pkg/servicequota"
)

var (
	east = ipam.Place{Account: "prod", Region: "us-east-1"}
	west = ipam.Place{Account: "prod", Region: "us-west-2"}
	now  = time.Date(2026, 2, 14, 12, 0, 0, 0, time.UTC)
)

// fleet writes the shipped configuration with other clients, files by client, and
// counts it. changes are old and new texts of organization.yaml.
func fleet(t *testing.T, clients map[string]string, changes ...string) *quota.Census {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, os.DirFS("../../configs")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "clients")); err != nil {
		t.Fatal(err)
	}
	// What cells of these tests ask of the levels below.
	for file, text := range map[string]string{
		"base.yaml":    "network: {egressPorts: [443, 22], sftpCIDRs: [203.0.113.0/24]}\n",
		"utility.yaml": "ecs: {loadBalancers: {internal: {shards: 2}}}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, "accounts", "prod", "us-east-1", file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := maps.Clone(clients)
	organization, err := os.ReadFile(filepath.Join(dir, "organization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for client, text := range files {
		if err := os.MkdirAll(filepath.Join(dir, "clients", client), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "clients", client, "cell.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "organization.yaml"), []byte(strings.NewReplacer(changes...).Replace(string(organization))), 0o600); err != nil {
		t.Fatal(err)
	}
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	census, err := quota.Take(tree, now)
	if err != nil {
		t.Fatal(err)
	}
	return census
}

// client is a client's file; more is appended to it.
func client(at ipam.Place, slot int, more string) string {
	return fmt.Sprintf("account: %s\nregion: %s\nslot: %d\nring: broad\n%s", at.Account, at.Region, slot, more)
}

func name(i int) string { return fmt.Sprintf("client%d", i) }

// equal are n clients that set nothing.
func equal(n int) map[string]string {
	out := map[string]string{}
	for i := range n {
		out[name(i)] = client(east, i, "")
	}
	return out
}

// of returns the usage of one quota, of the internal load balancer where there are more.
func of(t *testing.T, census *quota.Census, at ipam.Place, name string) quota.Usage {
	t.Helper()
	usages := census.Usage(at)
	i := slices.IndexFunc(usages, func(u quota.Usage) bool {
		return u.Quota.Name == name && (u.Scheme == "" || u.Scheme == config.Internal)
	})
	if i < 0 {
		t.Fatalf("%s is not counted in %s", name, at)
	}
	return usages[i]
}

func TestUseOfEqualCellsIsLinear(t *testing.T) {
	t.Parallel()
	none := fleet(t, nil).Usage(east)
	for _, n := range []int{1, 5, 64} {
		for i, u := range fleet(t, equal(n)).Usage(east) {
			if u.Own != none[i].Own || u.Cells != float64(n)*u.DefaultCell || u.Used() != none[i].Own+float64(n)*u.DefaultCell {
				t.Errorf("%d cells: %s uses %g, %g of them for cells, want %d times %g beside %g", n, u.Quota.Name, u.Used(), u.Cells, n, u.DefaultCell, none[i].Own)
			}
			before, uses := none[i].CellsLeft()
			if left, _ := u.CellsLeft(); uses && left != before-n {
				t.Errorf("%d cells: %s has room for %d more, want %d", n, u.Quota.Name, left, before-n)
			}
		}
	}
}

// api is the services of a cell that runs the service api alone, with these values.
func api(values string) string {
	return "services: {enabled: true, items: [{name: worker, remove: true}, {name: ingest, remove: true}, {name: api, cpu: 512, memory: 1024, minTasks: 0, " + values + "}]}\n"
}

// quiet is a cell that has nothing which can be switched off.
const quiet = "services: {enabled: false}\nstorage: {enabled: false}\nmessaging: {enabled: false}\ndatabase: {enabled: false}\nbackup: {enabled: false}\n"

// TestMoreCellsNeverUseLess adds cells of all kinds, one by one, anywhere.
func TestMoreCellsNeverUseLess(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same cells in every run
	pick := func(texts ...string) string { return texts[random.IntN(len(texts))] }
	clients := map[string]string{}
	before := fleet(t, clients).Usage(east)
	for i := range 12 {
		kind := pick(quiet, "", api(fmt.Sprintf("maxTasks: %d, %s", 1+random.IntN(20), pick("expose: internal", "expose: none", "expose: none, capacity: FARGATE_SPOT"))))
		if kind != quiet {
			kind += fmt.Sprintf("database: {engine: aurora, class: db.r7g.large, readReplicas: %d, proxy: %s, masterUser: rds}\nvault: {databaseRoles: null}\nfiles: {enabled: %s, accessPoints: [{name: shared}]}\ncache: {enabled: %s}\nnetwork: {mode: %s}\n",
				random.IntN(4), pick("true", "false"), pick("true", "false"), pick("true", "false"), pick("shared", "ownSubnets"))
		}
		at := []ipam.Place{east, west, {Account: "nonprod", Region: "us-east-1"}}[random.IntN(3)]
		clients[name(i)] = client(at, i, kind)
		after := fleet(t, clients).Usage(east)
		for j, u := range after {
			if u.Used() < before[j].Used() || u.Own != before[j].Own {
				t.Errorf("client %d, %s: %s falls from %g to %g", i, at, u.Quota.Name, before[j].Used(), u.Used())
			}
			if elsewhere := at != east && (u.Quota.Scope != servicequota.PerAccount || at.Account != east.Account); elsewhere && u.Used() != before[j].Used() {
				t.Errorf("client %d in %s changes %s of %s", i, at, u.Quota.Name, east)
			}
		}
		before = after
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	usual := api("maxTasks: 6, expose: internal")
	only := func(more string) map[string]string { return map[string]string{"one": client(east, 0, more)} }
	both := func(at ipam.Place, one, two string) map[string]string {
		return map[string]string{"one": client(east, 0, one), "two": client(at, 1, two)}
	}
	sftp := "sftp: {enabled: true, mode: dedicated, allowedCIDRs: [203.0.113.0/24], users: [{name: lab, keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh lab']}]}\n"
	raised := []string{"fargateVCPUs: 512", "iamRoles: 2000"}
	const zones = 3
	for _, tc := range []struct {
		name, quota string
		clients     map[string]string
		changes     []string
		cells       float64
		limit       int
		raised      bool
	}{
		{"tasks, scaled out", servicequota.FargateVCPUs, only(usual), nil, 6 * 0.5, 512, true},
		{"a new account's vCPUs", servicequota.FargateVCPUs, only(usual), raised, 6 * 0.5, 6, false},
		{"a small task", servicequota.FargateVCPUs, only(strings.Replace(api("maxTasks: 3"), "cpu: 512, memory: 1024", "cpu: 256, memory: 512", 1)), nil, 0.75, 512, true},
		{"spare capacity is counted apart", servicequota.FargateVCPUs, both(east, usual, api("maxTasks: 4, capacity: FARGATE_SPOT, expose: none")), nil, 3, 512, true},
		{"spare capacity", servicequota.SpotVCPUs, both(east, usual, api("maxTasks: 4, capacity: FARGATE_SPOT, expose: none")), nil, 2, 6, false},
		{"a schedule runs one task more", servicequota.FargateVCPUs, only(usual + "schedules: {enabled: true, items: [{name: nightly, schedule: 'rate(1 day)', service: api, command: [x]}]}\n"), nil, 3.5, 512, true},
		{"roles that were raised", servicequota.Roles, both(east, usual, usual), raised, 2 * 4, 2000, true},
		{"roles of both regions", servicequota.Roles, both(west, usual, api("expose: none")), nil, 2 * 4, 1000, false},
		{"roles of another account", servicequota.Roles, both(ipam.Place{Account: "nonprod", Region: "us-east-1"}, usual, usual), nil, 4, 1000, false},
		{"a quiet cell has no roles", servicequota.Roles, only(quiet), nil, 0, 1000, false},
		{"nor buckets", servicequota.Buckets, only(quiet), nil, 0, 10000, false},
		{"nor a database", servicequota.DBInstances, only(quiet), nil, 0, 40, false},
		{"nor interfaces", servicequota.NetworkInterfaces, only(quiet), nil, 0, 5000, false},
		{"but a group", servicequota.SecurityGroups, only(quiet), nil, 1, 2500, false},
		{"a key", servicequota.Keys, only(quiet), nil, 1, 100000, false},
		{"and a slot", servicequota.CellSlots, only(quiet), nil, 1, 64, false},
		{"behind the load balancer", servicequota.TargetGroups, both(east, usual, usual), nil, 2, 100, false},
		{"inside only", servicequota.ListenerRules, only(api("expose: none")), nil, 0, 100, false},
		{"without ingress", servicequota.ListenerRules, only(usual + "ingress: {enabled: false}\n"), nil, 0, 100, false},
		{"interfaces of tasks", servicequota.NetworkInterfaces, only(api("maxTasks: 11") + "database: {enabled: false}\n"), nil, 11, 5000, false},
		{"of a database with a standby", servicequota.NetworkInterfaces, only(api("maxTasks: 1") + "database: {multiAZ: true}\n"), nil, 1 + 2, 5000, false},
		{"of a database with reader and proxy", servicequota.NetworkInterfaces, only(api("maxTasks: 1") + "database: {engine: aurora, class: db.r7g.large, masterUser: rds, readReplicas: 1, proxy: true}\nvault: {databaseRoles: null}\n"), nil, 1 + 2 + zones, 5000, false},
		{"of files and a cache", servicequota.NetworkInterfaces, only(api("maxTasks: 1") + "database: {enabled: false}\nfiles: {enabled: true, accessPoints: [{name: shared}]}\ncache: {enabled: true, replicas: 2}\n"), nil, 1 + zones + 3, 5000, false},
		{"of a server for SFTP", servicequota.NetworkInterfaces, only(api("maxTasks: 1") + "database: {enabled: false}\n" + sftp), nil, 1 + zones, 5000, false},
		{"servers for SFTP", servicequota.TransferServers, only(sftp), nil, 1, 50, false},
		{"a queue that hears of a bucket", servicequota.EventRules, only(usual), nil, 1, 300, false},
		{"what clients send is scanned", servicequota.ScannedBuckets, both(east, usual, quiet), nil, 1, 25, false},
		{"readers are instances, a standby is not", servicequota.DBInstances, only("database: {multiAZ: true, readReplicas: 2}\n"), nil, 3, 40, false},
		{"shared subnets", servicequota.Subnets, only(usual), nil, 0, 200, false},
		{"subnets of its own", servicequota.Subnets, only("network: {mode: ownSubnets}\n"), nil, 2 * zones, 200, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			u := of(t, fleet(t, tc.clients, tc.changes...), east, tc.quota)
			if u.Cells != tc.cells || u.Limit != tc.limit || u.Raised != tc.raised {
				t.Errorf("%s: cells use %g of %d (raised %v), want %g of %d (raised %v)", tc.quota, u.Cells, u.Limit, u.Raised, tc.cells, tc.limit, tc.raised)
			}
		})
	}
}

// TestEveryLoadBalancerIsCountedApart puts cells on two shards.
func TestEveryLoadBalancerIsCountedApart(t *testing.T) {
	t.Parallel()
	exposed := api("maxTasks: 1, expose: internal")
	census := fleet(t, map[string]string{"one": client(east, 0, exposed), "two": client(east, 1, exposed+"ingress: {shard: 1}\n"), "three": client(east, 2, exposed+"ingress: {shard: 1}\n")})
	var got []string
	for _, u := range census.Usage(east) {
		if u.Quota.Name == servicequota.TargetGroups {
			got = append(got, fmt.Sprintf("%s: %g of %d cells", u.Where(), u.Cells, u.Clients))
		}
	}
	want := []string{"prod/us-east-1 (internal load balancer): 1 of 1 cells", "prod/us-east-1 (internal-1 load balancer): 2 of 2 cells"}
	if !slices.Equal(got, want) {
		t.Errorf("target groups of %q, want %q", got, want)
	}
}

func TestOverAndTight(t *testing.T) {
	t.Parallel()
	q, _ := servicequota.Find(servicequota.CellSlots)
	for _, tc := range []struct {
		own, cells  float64
		over, tight bool
		left        int
	}{{0, 0, false, false, 10}, {0, 7, false, false, 3}, {1, 7, false, true, 2}, {0, 10, false, true, 0}, {0.5, 10, true, true, -1}, {3, 9, true, true, -2}} {
		u := quota.Usage{Quota: q, Limit: 10, Own: tc.own, Cells: tc.cells, DefaultCell: 1}
		if left, uses := u.CellsLeft(); u.Over() != tc.over || u.Tight() != tc.tight || left != tc.left || !uses {
			t.Errorf("%g and %g of 10: over %v, tight %v, room for %d", tc.own, tc.cells, u.Over(), u.Tight(), left)
		}
	}
	if left, uses := (quota.Usage{Limit: 10}).CellsLeft(); uses || left != 0 {
		t.Errorf("what cells do not use has room for %d", left)
	}
}

func TestSlotsInQuarantineAreUsed(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, os.DirFS("../../configs")); err != nil {
		t.Fatal(err)
	}
	retired := "retired:\n  - {kind: cell, account: prod, region: us-east-1, client: oak, slot: 50, released: 2026-02-01}\n"
	if err := os.WriteFile(filepath.Join(dir, "network", "retired.yaml"), []byte(retired), 0o600); err != nil {
		t.Fatal(err)
	}
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[time.Time]float64{now: 1, now.AddDate(1, 0, 0): 0} {
		census, err := quota.Take(tree, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := of(t, census, east, servicequota.CellSlots).Own; got != want {
			t.Errorf("on %s %g slots are in quarantine, want %g", day.Format(time.DateOnly), got, want)
		}
	}
}

func TestRoomIsThatOfTheTightestQuota(t *testing.T) {
	t.Parallel()
	roomy := fleet(t, equal(4))
	most, _ := roomy.Room(east)
	vcpus := of(t, roomy, east, servicequota.FargateVCPUs)
	tight := int(vcpus.Used() + 2.5*vcpus.DefaultCell) // room for two and a half
	census := fleet(t, equal(4), "fargateVCPUs: 512", fmt.Sprintf("fargateVCPUs: %d", tight))
	if cells, runs := census.Room(east); cells != 2 || !runs || most <= cells {
		t.Errorf("room for %d cells (runs %v), want the 2 that vCPUs leave; with more it is %d", cells, runs, most)
	}
	if cells, runs := census.Room(ipam.Place{Account: "prod", Region: "mars-1"}); cells != 0 || runs {
		t.Errorf("a region that does not exist has room for %d cells", cells)
	}
	if census.Usage(ipam.Place{Account: "prod", Region: "mars-1"}) != nil {
		t.Error("a region that does not exist uses quotas")
	}
}
