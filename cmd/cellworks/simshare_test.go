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

// BenchmarkSimulatorShare brings up one cell and reports how much of that time the
// simulated cloud was at work: busy is the time during which at least one provider
// call was inside it, the most that a cloud without any delay could save.
func BenchmarkSimulatorShare(b *testing.B) {
	w := newWorld(b, 1)
	l := layout.New(w.root)
	cloud, err := simcloud.Open(simcloud.Options{Dir: l.Sim()})
	if err != nil {
		b.Fatal(err)
	}
	server, err := cloud.Serve(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	record, err := simserver.Claim(l, simserver.Info{PID: os.Getpid(), DebugProviders: server.DebugProviders(), Since: time.Now()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		for _, err := range []error{record.Release(), server.Close(), cloud.Close()} {
			if err != nil {
				b.Error(err)
			}
		}
	})
	b.Setenv("PULUMI_DEBUG_PROVIDERS", server.DebugProviders())
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
