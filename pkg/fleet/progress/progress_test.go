package progress

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"cellworks/pkg/fleet"
)

var (
	base = fleet.Stack{Project: "base", Name: "nonprod-us-east-1"}
	acme = fleet.Stack{Project: "cell", Name: "acme"}
	elm  = fleet.Stack{Project: "cell", Name: "elm"}
)

func plan(op fleet.Operation, stacks ...fleet.Stack) fleet.Plan {
	p := fleet.Plan{Operation: op}
	for _, s := range stacks {
		p.Steps = append(p.Steps, fleet.Step{Stack: s})
	}
	return p
}

func finished(s fleet.Stack, result fleet.Outcome, err string) fleet.Event {
	return fleet.Event{Kind: fleet.EventFinished, Stack: s, Report: fleet.StackReport{
		Stack: s, Result: result, Changes: fleet.Changes{Create: 3}, Seconds: 2.04, Error: err,
	}}
}

func TestPlainLinesElsewhere(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	v := Start(plan(fleet.Up, base, acme, elm), Options{Out: &out})
	v.Observe(fleet.Event{Kind: fleet.EventStarted, Stack: base})
	v.Observe(fleet.Event{Kind: fleet.EventProgress, Stack: base, Changes: fleet.Changes{Create: 1}})
	v.Observe(fleet.Event{Kind: fleet.EventNote, Stack: base, Text: "adopted a VPC"})
	v.Observe(finished(base, fleet.Succeeded, ""))
	v.Observe(finished(acme, fleet.Failed, "first line\nsecond line"))
	v.Observe(finished(elm, fleet.Skipped, "waits"))
	v.Observe(finished(elm, fleet.Refused, "would lose 1 resource\ndelete it"))
	v.Say("stopping")
	v.Stop()
	want := `base/nonprod-us-east-1: started
base/nonprod-us-east-1: adopted a VPC
base/nonprod-us-east-1: succeeded in 2s: 3 created
cell/acme: failed after 2s: first line
cell/elm: skipped: waits
cell/elm: refused: would lose 1 resource
stopping
`
	if out.String() != want {
		t.Errorf("output =\n%s\nwant\n%s", out.String(), want)
	}
}

func TestFramesFitTheTerminal(t *testing.T) {
	t.Parallel()
	var stacks []fleet.Stack
	for i := range 50 {
		stacks = append(stacks, fleet.Stack{Project: "utility", Name: fmt.Sprintf("nonprod-us-east-1-application-%02d", i)})
	}
	v := Start(plan(fleet.Up, stacks...), Options{Out: &strings.Builder{}})
	defer v.Stop()
	v.Observe(fleet.Event{Kind: fleet.EventStarted, Stack: stacks[40]})
	v.Observe(fleet.Event{Kind: fleet.EventProgress, Stack: stacks[40], Active: strings.Repeat("é", 200)})
	v.Observe(finished(stacks[3], fleet.Failed, "x"))
	v.Observe(finished(stacks[4], fleet.Refused, "x"))
	for _, size := range [][2]int{{200, 60}, {80, 24}, {40, 10}, {20, 3}, {3, 2}, {1, 1}} {
		lines := v.frame(size[0], size[1], time.Now())
		if len(lines) > size[1] {
			t.Errorf("%v: %d lines", size, len(lines))
		}
		for _, line := range lines {
			if n := utf8.RuneCountInString(line); n > size[0] {
				t.Errorf("%v: line of %d characters: %q", size, n, line)
			}
		}
		if size[1] >= 3 && !strings.HasPrefix(lines[0], "▸") {
			t.Errorf("%v: first line %q, want the stack that is worked on", size, lines[0])
		}
	}
	if last := v.frame(80, 24, time.Now()); !strings.HasPrefix(last[len(last)-1], "2 of 50 stacks done, 1 working, 1 failed, 1 refused") {
		t.Errorf("last line = %q", last[len(last)-1])
	}
}

func TestColoursAreOptional(t *testing.T) {
	t.Parallel()
	for _, color := range []bool{true, false} {
		v := Start(plan(fleet.Up, acme), Options{Out: &strings.Builder{}, Color: color})
		v.Observe(finished(acme, fleet.Succeeded, ""))
		if got := strings.Contains(strings.Join(v.frame(80, 24, time.Now()), ""), "\x1b["); got != color {
			t.Errorf("color %v: escapes %v", color, got)
		}
		v.Stop()
	}
}

func TestATerminalIsRepainted(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	v := Start(plan(fleet.Up, acme), Options{Out: &out, Terminal: true, Size: func() (int, int) { return 60, 10 }})
	v.Observe(fleet.Event{Kind: fleet.EventStarted, Stack: acme})
	v.Observe(fleet.Event{Kind: fleet.EventNote, Stack: acme, Text: "adopted a VPC"})
	v.Observe(finished(acme, fleet.Succeeded, ""))
	v.Stop()
	text := out.String()
	if !strings.Contains(text, "\x1b[") || strings.Count(text, "adopted a VPC") != 1 {
		t.Errorf("output = %q, want repainting and the note once", text)
	}
	last := text[strings.LastIndex(text, "\x1b[J")+3:]
	if !strings.HasPrefix(last, "✓ cell/acme    2s  3 created\n1 of 1 stack done") {
		t.Errorf("last frame = %q", last)
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	report := fleet.Report{Operation: fleet.Up, Seconds: 4, Stacks: []fleet.StackReport{
		{Stack: base, Result: fleet.Succeeded, Prerequisite: true, Outputs: map[string]any{"vpcId": "vpc-1"}, Changes: fleet.Changes{Create: 3}, Seconds: 2},
		{Stack: acme, Result: fleet.Succeeded, Outputs: map[string]any{"url": "https://acme", "names": map[string]any{"a": "b"}}, Changes: fleet.Changes{Update: 1, Same: 4}, Seconds: 1.5},
		{Stack: elm, Result: fleet.Failed, Error: "first\nsecond"},
	}}
	var out strings.Builder
	if err := Summary(&out, report); err != nil {
		t.Fatal(err)
	}
	want := `
STACK                   RESULT     CREATE  UPDATE  REPLACE  DELETE  SAME  TIME
base/nonprod-us-east-1  succeeded  3       0       0        0       0     2s
cell/acme               succeeded  0       1       0        0       4     1.5s
cell/elm                failed     0       0       0        0       0     0s

cell/elm failed: first
  second

cell/acme publishes
  names  {"a":"b"}
  url    https://acme

up of 3 stacks in 4s: 1 failed, 3 created, 1 updated, 4 unchanged
`
	if out.String() != want {
		t.Errorf("summary =\n%s\nwant\n%s", out.String(), want)
	}
}

func TestTheLastLineSaysWhatDidNotSucceed(t *testing.T) {
	t.Parallel()
	for want, ends := range map[string][]fleet.StackReport{
		"1 failed":                       {{Result: fleet.Failed}},
		"1 refused, 2 skipped":           {{Result: fleet.Skipped}, {Result: fleet.Refused}, {Result: fleet.Skipped}},
		"1 failed, 1 skipped, 2 created": {{Result: fleet.Skipped}, {Result: fleet.Failed, Changes: fleet.Changes{Create: 2}}},
		"nothing to do":                  {{Result: fleet.Succeeded}},
	} {
		if got := whole(fleet.Report{Operation: fleet.Up, Stacks: ends}); got != want {
			t.Errorf("the last line says %q, want %q", got, want)
		}
	}
}

func TestAPreviewSpeaksOfTheFuture(t *testing.T) {
	t.Parallel()
	if got := counts(fleet.Preview, fleet.Changes{Create: 1, Delete: 2}); got != "1 to create, 2 to delete" {
		t.Errorf("counts = %q", got)
	}
	if got := counts(fleet.Up, fleet.Changes{}); got != "nothing to do" {
		t.Errorf("counts = %q", got)
	}
}
