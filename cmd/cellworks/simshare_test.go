package main

import (
	"context"
	"os"
	"testing"
	"time"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/fleet/simserver"
	"cellworks/pkg/simcloud"
)

// serve serves the world's cloud, with some service quotas raised, until the
// benchmark ends.
func (w *world) serve(quotas map[string]int) *simcloud.Server {
	w.tb.Helper()
	l := layout.New(w.root)
	cloud, err := simcloud.Open(simcloud.Options{Dir: l.Sim(), Quotas: quotas})
	if err != nil {
		w.tb.Fatal(err)
	}
	server, err := cloud.Serve(context.Background())
	if err != nil {
		w.tb.Fatal(err)
	}
	record, err := simserver.Claim(l, simserver.Info{PID: os.Getpid(), DebugProviders: server.DebugProviders(), Since: time.Now()})
	if err != nil {
		w.tb.Fatal(err)
	}
	tb := w.tb // later the world may be in the hands of a sub-benchmark
	tb.Cleanup(func() {
		for _, err := range []error{record.Release(), server.Close(), cloud.Close()} {
			if err != nil {
				tb.Error(err)
			}
		}
	})
	tb.Setenv("PULUMI_DEBUG_PROVIDERS", server.DebugProviders())
	return server
}

// BenchmarkSimulatorShare brings up one cell and reports how much of that time the
// simulated cloud was at work: busy is the time during which at least one provider
// call was inside it, the most that a cloud without any delay could save.
func BenchmarkSimulatorShare(b *testing.B) {
	w := newWorld(b, 1)
	server := w.serve(nil)
	w.prerequisites()

	var calls int
	var inside, busy time.Duration
	up := false
	b.ResetTimer()
	for range b.N {
		b.StopTimer()
		if up {
			w.run(fleet.Destroy, w.clients...)
		}
		up = true
		before := server.Usage()
		b.StartTimer()
		w.run(fleet.Up, w.clients...)
		after := server.Usage()
		calls += after.Calls - before.Calls
		inside += after.Inside - before.Inside
		busy += after.Busy - before.Busy
	}
	wall, n := b.Elapsed().Seconds(), float64(b.N)
	b.ReportMetric(wall/n, "s/op")
	b.ReportMetric(float64(calls)/n, "calls/op")
	b.ReportMetric(float64(inside.Microseconds())/float64(calls), "µs/call")
	b.ReportMetric(busy.Seconds()/n*1000, "busy-ms/op")
	b.ReportMetric(100*busy.Seconds()/wall, "%busy")
	b.ReportMetric(100*inside.Seconds()/wall, "%inside")
	b.ReportMetric(0, "ns/op")
}
