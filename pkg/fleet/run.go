package fleet

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrInterrupted is the error of a stack that did not finish because the command
// was cancelled.
var ErrInterrupted = errors.New("interrupted")

// SkipError is returned by an Engine that leaves a stack untouched for a good
// reason; the stack is reported as skipped, and so are those that wait for it.
type SkipError struct{ Reason string }

// Error returns the reason.
func (e *SkipError) Error() string { return e.Reason }

// Runner performs plans.
type Runner struct {
	// Engine does the work.
	Engine Engine
	// Parallel bounds the stacks that are worked on at once; at least 1.
	Parallel int
	// Observe is called with every event, one call at a time. Nil ignores them.
	Observe func(Event)
	// Now tells the time; nil is time.Now.
	Now func() time.Time
}

// Run performs the plan. A step starts when all steps that it waits for have
// succeeded and fewer than Parallel are running, earlier steps of the plan
// first. When a step fails, those that wait for it are skipped and all others go
// on. When ctx ends nothing new starts and the engine is asked to stop what
// runs. The report holds every step in the order of the plan.
func (r Runner) Run(ctx context.Context, plan Plan) Report {
	if r.Now == nil {
		r.Now = time.Now
	}
	if r.Observe == nil {
		r.Observe = func(Event) {}
	}
	started := r.Now()
	run := &run{Runner: r, plan: plan, reports: make([]*StackReport, len(plan.Steps)), index: map[Stack]int{}}
	for i, s := range plan.Steps {
		run.index[s.Stack] = i
	}
	run.loop(ctx)
	report := Report{Operation: plan.Operation, Seconds: r.Now().Sub(started).Seconds()}
	for _, s := range run.reports {
		report.Stacks = append(report.Stacks, *s)
	}
	return report
}

// run is one performance of a plan. Only loop touches reports and running.
type run struct {
	Runner
	plan    Plan
	index   map[Stack]int
	reports []*StackReport
	started []bool
	running int

	observing sync.Mutex
}

type finished struct {
	index  int
	report StackReport
}

func (r *run) loop(ctx context.Context) {
	r.started = make([]bool, len(r.plan.Steps))
	results := make(chan finished)
	for {
		r.settle(ctx)
		for i := range r.plan.Steps {
			if r.running >= max(r.Parallel, 1) || ctx.Err() != nil {
				break
			}
			if !r.started[i] && r.ready(i) {
				r.started[i] = true
				r.running++
				go func() { results <- finished{i, r.perform(ctx, r.plan.Steps[i])} }()
			}
		}
		if r.running == 0 {
			r.strand()
			return
		}
		select {
		case f := <-results:
			r.running--
			r.finish(f.index, f.report)
		case <-r.cancelled(ctx): // settle looks
		}
	}
}

// cancelled returns ctx.Done as long as there are steps that could still start.
func (r *run) cancelled(ctx context.Context) <-chan struct{} {
	for i := range r.plan.Steps {
		if !r.started[i] && r.reports[i] == nil {
			return ctx.Done()
		}
	}
	return nil
}

// ready reports whether everything that step i waits for has succeeded.
func (r *run) ready(i int) bool {
	if r.reports[i] != nil {
		return false
	}
	for _, need := range r.plan.Steps[i].After {
		if j, ok := r.index[need]; ok && (r.reports[j] == nil || r.reports[j].Result != Succeeded) {
			return false
		}
	}
	return true
}

// settle skips the steps that can no longer run, until there are no more.
func (r *run) settle(ctx context.Context) {
	for again := true; again; {
		again = false
		for i, step := range r.plan.Steps {
			if r.started[i] || r.reports[i] != nil {
				continue
			}
			if reason := r.hopeless(ctx, step); reason != "" {
				r.finish(i, StackReport{Stack: step.Stack, Result: Skipped, Error: reason, Prerequisite: step.Prerequisite})
				again = true
			}
		}
	}
}

// hopeless returns why a step cannot run any more, or nothing.
func (r *run) hopeless(ctx context.Context, step Step) string {
	if len(step.Blind) > 0 {
		return fmt.Sprintf("its preview needs the outputs of %s, not up yet (cellctl up %s)", join(step.Blind), step.Stack)
	}
	for _, need := range step.After {
		j, ok := r.index[need]
		if !ok || r.reports[j] == nil {
			continue
		}
		switch r.reports[j].Result {
		case Failed:
			return fmt.Sprintf("waits for %s, which failed", need)
		case Skipped:
			return fmt.Sprintf("waits for %s, which was skipped", need)
		case Refused:
			return fmt.Sprintf("waits for %s, which was refused", need)
		case Succeeded:
		}
	}
	if ctx.Err() != nil {
		return "interrupted before it started"
	}
	return ""
}

// strand reports steps that wait for each other; a plan made by Graph has none.
func (r *run) strand() {
	for i, step := range r.plan.Steps {
		if r.reports[i] == nil {
			r.finish(i, StackReport{Stack: step.Stack, Result: Skipped, Error: "waits for a stack that waits for it", Prerequisite: step.Prerequisite})
		}
	}
}

func (r *run) finish(i int, report StackReport) {
	r.reports[i] = &report
	r.observe(Event{Kind: EventFinished, Stack: report.Stack, Changes: report.Changes, Report: report})
}

func (r *run) observe(e Event) {
	r.observing.Lock()
	defer r.observing.Unlock()
	r.Observe(e)
}

func (r *run) perform(ctx context.Context, step Step) StackReport {
	started := r.Now()
	r.observe(Event{Kind: EventStarted, Stack: step.Stack})
	result, err := r.guarded(ctx, step)
	report := StackReport{
		Stack:        step.Stack,
		Result:       Succeeded,
		Changes:      result.Changes,
		Outputs:      result.Outputs,
		Seconds:      r.Now().Sub(started).Seconds(),
		Prerequisite: step.Prerequisite,
		Processes:    result.Processes,
		Notes:        result.Notes,
	}
	var skip *SkipError
	var loss *LossError
	switch {
	case errors.As(err, &skip):
		report.Result, report.Error = Skipped, err.Error()
	case errors.As(err, &loss):
		report.Result, report.Error, report.Losses = Refused, err.Error(), loss.Losses
	case err != nil:
		report.Result, report.Error = Failed, err.Error()
	}
	return report
}

// guarded runs the engine and turns a panic into an error, so that one stack
// cannot take the results of all others with it.
func (r *run) guarded(ctx context.Context, step Step) (result Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal error: %v", p)
		}
	}()
	return r.Engine.Run(ctx, r.plan.Operation, step.Stack, func(e Event) {
		e.Stack = step.Stack
		r.observe(e)
	})
}
