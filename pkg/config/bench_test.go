package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"cellworks/pkg/config"
)

// capacity is how many cells the address plan has room for: 15 accounts, 4 regions
// and 64 slots.
const capacity = 15 * 4 * 64

// BenchmarkResolveFleet loads, merges and validates whole trees: a default cell of
// 60 keys, layers of accounts and regions, and clients that override 5 values. One
// tree of 10,000 is beyond the capacity of the address plan; every client over it is
// a problem, which shows that the time stays in proportion even then. Three trees of
// a third each are not.
func BenchmarkResolveFleet(b *testing.B) {
	for _, of := range []struct{ clients, trees int }{{100, 1}, {1_000, 1}, {capacity, 1}, {10_000, 3}, {10_000, 1}} {
		b.Run(fmt.Sprintf("clients=%d/trees=%d", of.clients, of.trees), func(b *testing.B) {
			sizes, dirs := make([]int, of.trees), make([]string, of.trees)
			for i := range dirs {
				sizes[i] = of.clients*(i+1)/of.trees - of.clients*i/of.trees
				dirs[i] = fleet(b, sizes[i])
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			used := processorTime(b)
			b.ReportAllocs()
			for b.Loop() {
				for i, dir := range dirs {
					loadFleet(b, dir, sizes[i])
				}
			}
			runtime.ReadMemStats(&after)
			per := float64(b.N) * float64(of.clients)
			b.ReportMetric(float64(processorTime(b)-used)/per, "cpu-ns/client")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/per, "ns/client")
			b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/per, "B/client")
		})
	}
}

// processorTime is what all threads of this process have used in nanoseconds. Unlike
// the time on the wall it says the same on a busy machine.
func processorTime(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

func loadFleet(tb testing.TB, dir string, clients int) {
	tb.Helper()
	tree, err := config.Load(dir)
	var problems config.Problems
	switch over := max(clients-capacity, 0); {
	case errors.As(err, &problems) && len(problems) == over:
	case err != nil:
		tb.Fatal(err)
	case len(tree.Clients()) != clients:
		tb.Fatalf("%d clients, want %d", len(tree.Clients()), clients)
	}
}

func TestFleetOfTheBenchmarkIsWhatItSays(t *testing.T) {
	t.Parallel()
	loadFleet(t, fleet(t, 200), 200)
}

// BenchmarkCell resolves one client of a loaded tree.
func BenchmarkCell(b *testing.B) {
	tree, err := config.Load(fleet(b, 10))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tree.Cell("c00007"); err != nil {
			b.Fatal(err)
		}
	}
}

// fleet writes a tree of that many clients over as many accounts, at least 3 and at
// most 15 with 4 regions each, as their slots need.
func fleet(tb testing.TB, clients int) string {
	tb.Helper()
	dir := filepath.Join(tb.TempDir(), "configs")
	regions := []string{"us-east-1", "us-east-2", "us-west-1", "us-west-2"}
	prefixes := []string{"use1", "use2", "usw1", "usw2"}
	accounts := min(max(3, (clients+255)/256), 15)
	var org strings.Builder
	org.WriteString("name: meridian\ndomain: example.com\ncloud: simulated\nrings: [{name: canary}, {name: broad}]\naccounts:\n")
	for a := range accounts {
		fmt.Fprintf(&org, "  - name: account%d\n    id: \"%012d\"\n    slot: %d\n    homeRegion: us-east-1\n    regions:\n", a, a, a+1)
		for r, region := range regions {
			fmt.Fprintf(&org, "      - {name: %s, slot: %d, zones: [%s-az1, %s-az2]}\n", region, r, prefixes[r], prefixes[r])
			writeFile(tb, filepath.Join(dir, "accounts", fmt.Sprintf("account%d", a), region, "cell.yaml"), "kms: {rotationDays: 300}\n")
		}
		writeFile(tb, filepath.Join(dir, "accounts", fmt.Sprintf("account%d", a), "cell.yaml"), "services: {items: [{name: api, maxTasks: 8}]}\n")
	}
	writeFile(tb, filepath.Join(dir, "organization.yaml"), org.String())
	for _, name := range []string{"defaults/base.yaml", "defaults/utility.yaml"} {
		writeFile(tb, filepath.Join(dir, name), strings.Replace(sound()[name], "peopleAccount: nonprod", "peopleAccount: account0", 1))
	}
	text, err := os.ReadFile("testdata/fleet/cell.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	writeFile(tb, filepath.Join(dir, "defaults", "cell.yaml"), string(text))
	for c := range clients {
		a := c / 256 % accounts
		writeFile(tb, filepath.Join(dir, "clients", fmt.Sprintf("c%05d", c), "cell.yaml"), fmt.Sprintf(`# client %d
account: account%d
region: %s
slot: %d
ring: broad

kms:
  rotationDays: 180
logging:
  retentionDays: 365
services:
  items:
    - name: api
      cpu: 1024
      memory: 4096
      environment:
        MODE: "%d"
`, c, a, regions[c/64%4], c%64, c))
	}
	return dir
}
