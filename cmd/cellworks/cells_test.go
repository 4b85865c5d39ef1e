package main

import (
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/fleet"
)

const (
	// cellsVariable names the numbers of cells that are measured: "1,10,50".
	cellsVariable = "CELLWORKS_BENCH_CELLS"
	// fewCells are measured unless the variable names others: enough to see that the
	// benchmark runs, cheap enough for every change.
	fewCells = "1,4"
	// aloneRounds is how often the one cell is measured to which the others are
	// compared: a single second of one process is mostly noise.
	aloneRounds = 3
	// slots is how many cells the address plan has room for in an account and region.
	slots = 64
)

// cellCounts parses the numbers of cells: each once, ascending, with 1 always
// among them, for it is what the others are compared to.
func cellCounts(text string) ([]int, error) {
	set := map[int]bool{1: true}
	for _, word := range strings.Split(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 1 || n > slots {
			return nil, fmt.Errorf("%s=%q: %q is no number of cells, want numbers from 1 to %d with commas between them, such as 1,10,50",
				cellsVariable, text, word, slots)
		}
		set[n] = true
	}
	return slices.Sorted(maps.Keys(set)), nil
}

func TestCellCounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]int{
		"1,10,50": {1, 10, 50}, "50, 10,10": {1, 10, 50}, "64": {1, 64}, "1": {1},
		"": nil, "0": nil, "-1": nil, "65": nil, "1;10": nil, "1,": nil,
	} {
		got, err := cellCounts(text)
		if !slices.Equal(got, want) || (err == nil) != (want != nil) {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
}

// cost is what an operation took of each cell.
type cost struct {
	wall, computing time.Duration
	// allocated by this process in bytes: programs and simulated cloud. It hardly
	// depends on what else the machine does.
	allocated uint64
}

// raised are the service quotas that a full account and region has to ask for: a new
// account has room for 25 default cells.
func raised() map[string]int {
	quotas := map[string]int{}
	for _, name := range []string{
		"DB instances per region", "DB parameter groups per region",
		"DB proxies per region", "DB subnet groups per region", "delivery streams per region", "load balancers per region",
		"malware plans per region", "namespaces per region", "rules per balancer", "target groups per balancer",
	} {
		quotas[name] = 4 * slots
	}
	return quotas
}

// BenchmarkCells measures up, unchanged preview and destroy of default cells in one
// account and region, everything that they need being up, and compares what one of
// many costs with what one alone cost in the same run.
func BenchmarkCells(b *testing.B) {
	text := fewCells
	if set := os.Getenv(cellsVariable); set != "" {
		text = set
	}
	counts, err := cellCounts(text)
	if err != nil {
		b.Fatal(err)
	}
	alone := map[fleet.Operation]cost{}
	for _, cells := range counts {
		b.Run(fmt.Sprint("cells=", cells), func(b *testing.B) {
			w := newWorld(b, cells)
			w.serve(raised())
			w.prerequisites()
			up := false
			for _, op := range []fleet.Operation{fleet.Up, fleet.Preview, fleet.Destroy} {
				if !b.Run(string(op), func(b *testing.B) {
					w.tb = b
					measure(b, w, op, &up, alone)
				}) {
					return // the cells are neither up nor down
				}
			}
		})
	}
}

// measure runs op on all cells of w, brought up or taken down untimed as it needs
// them, and reports what it costs a cell. Up says whether they are up, alone holds
// what one cell cost that has no other beside it.
func measure(b *testing.B, w *world, op fleet.Operation, up *bool, alone map[fleet.Operation]cost) {
	b.Helper()
	rounds := b.N
	if len(w.clients) == 1 {
		rounds *= aloneRounds
	}
	var sum cost
	var changes fleet.Changes
	processes, state := 0, int64(0)
	var highest uint64
	for range rounds {
		w.ready(op, *up)
		if op == fleet.Destroy {
			state = w.stateBytes()
		}
		peak, before := watchMemory(b), spent()
		report := w.run(op, w.clients...)
		sum = sum.add(spent().sub(before))
		highest = max(highest, peak())
		*up = op != fleet.Destroy
		changes = changes.Add(report.Changes())
		for _, s := range report.Stacks {
			processes += s.Processes
		}
	}
	if op != fleet.Destroy {
		state = w.stateBytes()
	}
	if op == fleet.Preview && changes.Any() {
		b.Fatalf("the preview of unchanged cells shows changes: %+v", changes)
	}
	each := sum.over(rounds * len(w.clients))
	if len(w.clients) == 1 {
		alone[op] = each
	}
	each.report(b, alone[op])
	total := changes.Create + changes.Update + changes.Replace + changes.Delete + changes.Same
	b.ReportMetric(float64(total)/float64(rounds*len(w.clients)), "resources/cell")
	b.ReportMetric(float64(processes)/float64(rounds*len(w.clients)), "processes/cell")
	b.ReportMetric(float64(state)/float64(len(w.clients))/(1<<10), "state-KiB/cell")
	b.ReportMetric(float64(highest)/(1<<20), "peak-MiB")
	b.ReportMetric(0, "ns/op")
}

// ready brings the cells to where op can be measured.
func (w *world) ready(op fleet.Operation, up bool) {
	w.tb.Helper()
	switch {
	case op == fleet.Up && up:
		w.run(fleet.Destroy, w.clients...)
	case op != fleet.Up && !up:
		w.run(fleet.Up, w.clients...)
	}
}

// spent is what this process and the processes that it has waited for took so far.
func spent() cost {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return cost{wall: time.Since(started), computing: computingTime(), allocated: memory.TotalAlloc}
}

// started is where the clock of spent begins.
var started = time.Now()

func (c cost) add(o cost) cost {
	return cost{c.wall + o.wall, c.computing + o.computing, c.allocated + o.allocated}
}

func (c cost) sub(o cost) cost {
	return cost{c.wall - o.wall, c.computing - o.computing, c.allocated - o.allocated}
}

func (c cost) over(n int) cost {
	return cost{c.wall / time.Duration(n), c.computing / time.Duration(n), c.allocated / uint64(n)}
}

// report reports c, and how often it is the cost of one cell alone where that was
// measured too.
func (c cost) report(b *testing.B, alone cost) {
	b.Helper()
	b.ReportMetric(c.wall.Seconds(), "s/cell")
	b.ReportMetric(c.computing.Seconds(), "computing-s/cell")
	b.ReportMetric(float64(c.allocated)/(1<<20), "allocated-MiB/cell")
	for unit, ratio := range map[string][2]float64{
		"x-s":         {c.wall.Seconds(), alone.wall.Seconds()},
		"x-computing": {c.computing.Seconds(), alone.computing.Seconds()},
		"x-allocated": {float64(c.allocated), float64(alone.allocated)},
	} {
		if ratio[1] > 0 {
			b.ReportMetric(ratio[0]/ratio[1], unit)
		}
	}
}
