package progress

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"cellworks/pkg/fleet"
)

// repaint is how often the view on a terminal is painted.
const repaint = 150 * time.Millisecond

// Options say what the view is shown on.
type Options struct {
	// Out is where the view goes.
	Out io.Writer
	// Terminal says that Out can move its cursor.
	Terminal bool
	// Color allows colours; people switch them off with NO_COLOR.
	Color bool
	// Size returns the terminal's columns and rows; nil or zero values mean 80 by 24.
	Size func() (columns, rows int)
}

// View shows the progress of one plan. Its methods may be called at once.
type View struct {
	Options
	operation fleet.Operation
	mutex     sync.Mutex
	rows      []row
	index     map[fleet.Stack]int
	started   time.Time
	painted   int
	stop      chan struct{}
	done      chan struct{}
}

// row is one stack of the view.
type row struct {
	stack   fleet.Stack
	phase   phase
	changes fleet.Changes
	active  string
	started time.Time
	seconds float64
	reason  string
}

type phase int

const (
	waiting phase = iota
	working
	succeeded
	failed
	skipped
	refused
)

// Start shows the plan. The caller must call Stop.
func Start(plan fleet.Plan, o Options) *View {
	v := &View{Options: o, operation: plan.Operation, index: map[fleet.Stack]int{}, started: time.Now(), stop: make(chan struct{}), done: make(chan struct{})}
	for i, s := range plan.Steps {
		v.index[s.Stack] = i
		v.rows = append(v.rows, row{stack: s.Stack})
	}
	if !o.Terminal {
		close(v.done)
		return v
	}
	go v.loop()
	return v
}

// Stop ends the view and leaves its last state on the terminal.
func (v *View) Stop() {
	close(v.stop)
	<-v.done
}

func (v *View) loop() {
	defer close(v.done)
	ticker := time.NewTicker(repaint)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			v.paint()
		case <-v.stop:
			v.paint()
			return
		}
	}
}

// Observe takes an event of the plan.
func (v *View) Observe(e fleet.Event) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	i, ok := v.index[e.Stack]
	if !ok {
		return
	}
	r := &v.rows[i]
	switch e.Kind {
	case fleet.EventStarted:
		r.phase, r.started = working, time.Now()
		v.log("%s: started", e.Stack)
	case fleet.EventProgress:
		r.changes, r.active = e.Changes, e.Active
	case fleet.EventNote:
		v.line("%s: %s", e.Stack, e.Text)
	case fleet.EventFinished:
		v.finish(r, e.Report)
	}
}

func (v *View) finish(r *row, report fleet.StackReport) {
	r.changes, r.active, r.seconds, r.reason = report.Changes, "", report.Seconds, report.Error
	switch report.Result {
	case fleet.Succeeded:
		r.phase = succeeded
		v.log("%s: succeeded in %s: %s", r.stack, duration(r.seconds), counts(v.operation, r.changes))
	case fleet.Failed:
		r.phase = failed
		first, _, _ := strings.Cut(r.reason, "\n") // the summary tells the rest
		v.log("%s: failed after %s: %s", r.stack, duration(r.seconds), first)
	case fleet.Refused:
		r.phase = refused
		first, _, _ := strings.Cut(r.reason, "\n") // the summary tells the rest
		v.log("%s: refused: %s", r.stack, first)
	default:
		r.phase = skipped
		v.log("%s: skipped: %s", r.stack, r.reason)
	}
}

// Say shows a line that belongs to no stack.
func (v *View) Say(format string, args ...any) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.line(format, args...)
}

// log writes a line about what the view on a terminal shows anyway.
func (v *View) log(format string, args ...any) {
	if !v.Terminal {
		v.line(format, args...)
	}
}

// line writes a line that stays; on a terminal above the view.
func (v *View) line(format string, args ...any) {
	if v.Terminal {
		v.erase()
	}
	fmt.Fprintf(v.Out, format+"\n", args...)
	if v.Terminal {
		v.draw()
	}
}

func (v *View) paint() {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.erase()
	v.draw()
}

// erase removes what draw has drawn.
func (v *View) erase() {
	if v.painted > 0 {
		fmt.Fprintf(v.Out, "\x1b[%dA\r\x1b[J", v.painted)
		v.painted = 0
	}
}

func (v *View) draw() {
	columns, rows := 80, 24
	if v.Size != nil {
		if c, r := v.Size(); c > 0 && r > 0 {
			columns, rows = c, r
		}
	}
	lines := v.frame(columns, rows-1, time.Now())
	fmt.Fprint(v.Out, strings.Join(lines, "\n")+"\n")
	v.painted = len(lines)
}
