package fleet_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"cellworks/pkg/fleet"
)

// engine is a fake that records what it is asked to do.
type engine struct {
	// gate, where set, is called in the middle of every run.
	gate func(ctx context.Context, s fleet.Stack) error

	mutex   sync.Mutex
	order   []fleet.Stack
	running int
	peak    int
}

func (e *engine) Run(ctx context.Context, op fleet.Operation, s fleet.Stack, observe func(fleet.Event)) (fleet.Result, error) {
	e.mutex.Lock()
	e.order = append(e.order, s)
	e.running++
	e.peak = max(e.peak, e.running)
	e.mutex.Unlock()
	defer func() {
		e.mutex.Lock()
		e.running--
		e.mutex.Unlock()
	}()
	observe(fleet.Event{Kind: fleet.EventProgress, Changes: fleet.Changes{Create: 1}})
	result := fleet.Result{Changes: fleet.Changes{Create: 2}, Outputs: map[string]any{"name": s.Name}, Processes: 1}
	if e.gate != nil {
		if err := e.gate(ctx, s); err != nil {
			return result, err
		}
	}
	return result, nil
}

func outcomes(r fleet.Report) map[fleet.Stack]fleet.Outcome {
	m := map[fleet.Stack]fleet.Outcome{}
	for _, s := range r.Stacks {
		m[s.Stack] = s.Result
	}
	return m
}

func TestStepsRunAfterWhatTheyWaitFor(t *testing.T) {
	t.Parallel()
	for range 20 {
		e := &engine{}
		p := plan(t, fleet.Up, nil, false, acme, birch, cedarWest)
		report := fleet.Runner{Engine: e, Parallel: 8}.Run(context.Background(), p)
		if report.Failed() || len(report.Stacks) != 6 {
			t.Fatalf("report = %+v", report)
		}
		for _, step := range p.Steps {
			for _, need := range step.After {
				if slices.Index(e.order, need) > slices.Index(e.order, step.Stack) {
					t.Fatalf("%s ran before %s: %v", step.Stack, need, e.order)
				}
			}
		}
		for i, s := range report.Stacks {
			if s.Stack != p.Steps[i].Stack {
				t.Fatalf("report is not in the order of the plan: %v", report.Stacks)
			}
		}
	}
}

func TestParallelismIsBoundedAndUsed(t *testing.T) {
	t.Parallel()
	const stacks, bound = 12, 3
	var steps []fleet.Step
	for i := range stacks {
		steps = append(steps, fleet.Step{Stack: fleet.Stack{Project: "cell", Name: fmt.Sprint("c", i)}})
	}
	// Each run waits until as many as may are running, so that the bound must be reached to get on.
	var mutex sync.Mutex
	arrived := 0
	full := make(chan struct{})
	e := &engine{gate: func(context.Context, fleet.Stack) error {
		mutex.Lock()
		arrived++
		if arrived == bound {
			close(full)
		}
		mutex.Unlock()
		<-full
		return nil
	}}
	report := fleet.Runner{Engine: e, Parallel: bound}.Run(context.Background(), fleet.Plan{Operation: fleet.Up, Steps: steps})
	if e.peak != bound || report.Failed() || len(e.order) != stacks {
		t.Errorf("peak = %d, runs = %d, want %d and %d", e.peak, len(e.order), bound, stacks)
	}
}

func TestAFailureSkipsWhatWaitsForIt(t *testing.T) {
	t.Parallel()
	e := &engine{gate: func(_ context.Context, s fleet.Stack) error {
		if s == baseEast {
			return errors.New("the VPC quota is used up")
		}
		return nil
	}}
	report := fleet.Runner{Engine: e, Parallel: 2}.Run(context.Background(), plan(t, fleet.Up, nil, false, acme, cedarWest))
	want := map[fleet.Stack]fleet.Outcome{
		baseEast: fleet.Failed, baseWest: fleet.Succeeded,
		ecsEast: fleet.Skipped, acme: fleet.Skipped, cedarWest: fleet.Succeeded,
	}
	for s, o := range outcomes(report) {
		if o != want[s] {
			t.Errorf("%s %s, want %s", s, o, want[s])
		}
	}
	for _, s := range report.Stacks {
		switch s.Stack {
		case baseEast:
			if s.Error != "the VPC quota is used up" || s.Changes.Create != 2 {
				t.Errorf("base = %+v, want its error and its changes", s)
			}
		case ecsEast:
			if s.Error != "waits for base/nonprod-us-east-1, which failed" {
				t.Errorf("ecs: %s", s.Error)
			}
		}
	}
	if slices.Contains(e.order, acme) {
		t.Error("acme ran")
	}
}

func TestCancellationStartsNothingNew(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	e := &engine{gate: func(ctx context.Context, s fleet.Stack) error {
		cancel()
		<-ctx.Done()
		return fmt.Errorf("%w: its state holds 3 resources", fleet.ErrInterrupted)
	}}
	report := fleet.Runner{Engine: e, Parallel: 1}.Run(ctx, plan(t, fleet.Up, nil, false, acme, cedarWest))
	if len(e.order) != 1 {
		t.Fatalf("ran %v, want one stack only", e.order)
	}
	for _, s := range report.Stacks {
		if s.Stack == e.order[0] {
			if s.Result != fleet.Failed || !strings.Contains(s.Error, "its state holds 3 resources") {
				t.Errorf("%s = %+v", s.Stack, s)
			}
		} else if s.Result != fleet.Skipped || s.Error == "" {
			t.Errorf("%s = %s (%s), want skipped with a reason", s.Stack, s.Result, s.Error)
		}
	}
}

func TestAPanicFailsOneStackOnly(t *testing.T) {
	t.Parallel()
	e := &engine{gate: func(_ context.Context, s fleet.Stack) error {
		if s == cedarWest {
			panic("boom")
		}
		return nil
	}}
	report := fleet.Runner{Engine: e, Parallel: 4}.Run(context.Background(), plan(t, fleet.Up, nil, false, acme, cedarWest))
	got := outcomes(report)
	if got[cedarWest] != fleet.Failed || got[acme] != fleet.Succeeded {
		t.Errorf("outcomes = %v", got)
	}
}

func TestABlindPreviewIsSkippedAndNoFailure(t *testing.T) {
	t.Parallel()
	p := plan(t, fleet.Preview, fleet.States{baseEast: up(1)}, false, acme)
	report := fleet.Runner{Engine: &engine{}, Parallel: 1}.Run(context.Background(), p)
	got := report.Stacks[1]
	if got.Result != fleet.Skipped || !strings.Contains(got.Error, "utility/nonprod-us-east-1-ecs, not up yet (cellctl up cell/acme)") {
		t.Errorf("acme = %+v", got)
	}
	if code := (fleet.Request{Plan: p}).ExitCode(report); code != fleet.ExitDone {
		t.Errorf("exit code = %d, want %d", code, fleet.ExitDone)
	}
}

func TestEventsTellTheWholeStory(t *testing.T) {
	t.Parallel()
	kinds := map[fleet.Stack][]fleet.EventKind{}
	observe := func(e fleet.Event) { kinds[e.Stack] = append(kinds[e.Stack], e.Kind) }
	fleet.Runner{Engine: &engine{}, Parallel: 3, Observe: observe}.Run(context.Background(), plan(t, fleet.Up, nil, false, acme))
	want := []fleet.EventKind{fleet.EventStarted, fleet.EventProgress, fleet.EventFinished}
	for _, s := range []fleet.Stack{baseEast, ecsEast, acme} {
		if !slices.Equal(kinds[s], want) {
			t.Errorf("events of %s = %v, want %v", s, kinds[s], want)
		}
	}
}

func TestReportIsThePublishedJSON(t *testing.T) {
	t.Parallel()
	report := fleet.Report{Operation: fleet.Up, Seconds: 3, Stacks: []fleet.StackReport{{
		Stack: acme, Result: fleet.Succeeded, Changes: fleet.Changes{Create: 2}, Outputs: map[string]any{"a": "b"}, Seconds: 1.5, Processes: 1,
	}, {
		Stack: birch, Result: fleet.Skipped, Error: "waits",
	}}}
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"operation":"up","stacks":[` +
		`{"project":"cell","stack":"acme","result":"succeeded","changes":{"create":2,"update":0,"replace":0,"delete":0,"same":0},"outputs":{"a":"b"},"seconds":1.5,"error":"","prerequisite":false,"processes":1},` +
		`{"project":"cell","stack":"birch","result":"skipped","changes":{"create":0,"update":0,"replace":0,"delete":0,"same":0},"outputs":{},"seconds":0,"error":"waits","prerequisite":false,"processes":0}],"seconds":3}`
	if string(text) != want {
		t.Errorf("JSON =\n%s\nwant\n%s", text, want)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	stack := func(o fleet.Outcome, changes fleet.Changes) fleet.Report {
		return fleet.Report{Stacks: []fleet.StackReport{{Result: o, Changes: changes}}}
	}
	changed, same := fleet.Changes{Update: 1}, fleet.Changes{Same: 9}
	for _, tc := range []struct {
		op     fleet.Operation
		expect bool
		report fleet.Report
		want   int
	}{
		{fleet.Up, false, stack(fleet.Succeeded, changed), 0},
		{fleet.Up, false, stack(fleet.Failed, same), 1},
		{fleet.Up, false, stack(fleet.Skipped, same), 1},
		{fleet.Preview, false, stack(fleet.Succeeded, changed), 0},
		{fleet.Preview, true, stack(fleet.Succeeded, same), 0},
		{fleet.Preview, true, stack(fleet.Succeeded, changed), 3},
		{fleet.Preview, true, stack(fleet.Skipped, same), 3},
		{fleet.Preview, true, stack(fleet.Failed, changed), 1},
	} {
		r := fleet.Request{Plan: fleet.Plan{Operation: tc.op}, ExpectNoChanges: tc.expect}
		if got := r.ExitCode(tc.report); got != tc.want {
			t.Errorf("%s, expect no changes %v, %v: exit code %d, want %d", tc.op, tc.expect, tc.report.Stacks, got, tc.want)
		}
	}
}

func TestRequestsSurviveTheHandOver(t *testing.T) {
	t.Parallel()
	want := fleet.Request{
		Plan: plan(t, fleet.Up, nil, false, acme), Root: "/r", Configs: "/c", Cloud: "simulated",
		Pulumi: "/p", PulumiVersion: "3.259.0", Parallel: 4, JSON: true, Command: "cellctl up acme",
	}
	var text strings.Builder
	if err := want.Encode(&text); err != nil {
		t.Fatal(err)
	}
	got, err := fleet.DecodeRequest(strings.NewReader(text.String()))
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("DecodeRequest = %+v, %v, want %+v", got, err, want)
	}
	for _, broken := range []string{"", "{}", `{"nonsense":1}`, strings.Replace(text.String(), `"up"`, `"explode"`, 1)} {
		if _, err := fleet.DecodeRequest(strings.NewReader(broken)); err == nil {
			t.Errorf("DecodeRequest(%q) succeeded", broken)
		}
	}
}
