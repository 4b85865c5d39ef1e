package fault_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/simcloud/internal/fault"
)

// counts are counters in memory.
type counts map[string]int

func (c counts) Next(name string) int  { c[name]++; return c[name] }
func (c counts) Count(name string) int { return c[name] }

func complete(t *testing.T, f fault.Fault) fault.Fault {
	t.Helper()
	f, err := f.Complete()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func delay(t *testing.T, text string) fault.Delay {
	t.Helper()
	d, err := fault.ParseDelay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func create(name string) fault.Call {
	const typ = "aws:ec2/vpc:Vpc"
	return fault.Call{Operation: "create", Type: typ, URN: "urn:pulumi:dev::cell::" + typ + "::" + name, Project: "cell", Stack: "dev"}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	vpc := create("main")
	check, configure := vpc, fault.Call{Operation: "configure", Type: "pulumi:providers:aws", URN: "pulumi:providers:aws"}
	check.Operation = "check"
	for name, tc := range map[string]struct {
		fault fault.Fault
		call  fault.Call
		want  bool
	}{
		"everything":                    {fault.Fault{}, vpc, true},
		"its operation":                 {fault.Fault{Operation: "create"}, vpc, true},
		"another operation":             {fault.Fault{Operation: "delete"}, vpc, false},
		"its type":                      {fault.Fault{Type: "aws:ec2/vpc:Vpc"}, vpc, true},
		"the last part of its type":     {fault.Fault{Type: "Vpc"}, vpc, true},
		"a glob of its type":            {fault.Fault{Type: "aws:ec2/*"}, vpc, true},
		"a glob of one character":       {fault.Fault{Type: "Vp?"}, vpc, true},
		"a part of its type only":       {fault.Fault{Type: "Vp"}, vpc, false},
		"its URN":                       {fault.Fault{URN: "*::main"}, vpc, true},
		"another URN":                   {fault.Fault{URN: "*::other"}, vpc, false},
		"dots are dots":                 {fault.Fault{URN: "*..main*"}, vpc, false},
		"its stack":                     {fault.Fault{Stack: "dev"}, vpc, true},
		"its project and stack":         {fault.Fault{Stack: "cell/d*"}, vpc, true},
		"another project":               {fault.Fault{Stack: "base/dev"}, vpc, false},
		"check is not everything":       {fault.Fault{}, check, false},
		"check by name":                 {fault.Fault{Operation: "check", Type: "Vpc"}, check, true},
		"configure is not everything":   {fault.Fault{}, configure, false},
		"configure by name":             {fault.Fault{Operation: "configure"}, configure, true},
		"configure of another provider": {fault.Fault{Operation: "configure", Type: "pulumi:providers:vault"}, configure, false},
	} {
		if got := tc.fault.Matches(tc.call); got != tc.want {
			t.Errorf("%s: matches = %v", name, got)
		}
	}
}

func TestCompleteFillsInDefaults(t *testing.T) {
	t.Parallel()
	throttle := complete(t, fault.Fault{Kind: fault.Throttle})
	if throttle.Attempts != 3 || throttle.Delay.String() != "50ms" {
		t.Errorf("a throttle is %d tries, %s", throttle.Attempts, throttle.Delay)
	}
	hidden := complete(t, fault.Fault{Kind: fault.NotFound})
	if hidden.Reads != 3 || hidden.Operation != "create" {
		t.Errorf("not found is %d looks after %s", hidden.Reads, hidden.Operation)
	}
	for _, operation := range fault.Operations() {
		complete(t, fault.Fault{Kind: fault.Latency, Operation: operation, Delay: delay(t, "1s")})
	}
}

func TestCompleteTellsAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := fault.Fault{Kind: fault.Latency, Operation: "look", Probability: -1, Nth: 2, Every: 3, Status: 500, Reads: 1, Attempts: -1}.Complete()
	for _, want := range []string{
		`unknown operation "look"`, "probability -1 is not between 0 and 1", "attempts is -1, want 0 or more", "nth and every exclude each other",
		`code, message and status is for ["error" "throttle"] only`, `reads is for ["not-found"] only`, "latency needs a duration",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
	for _, operation := range []string{"check", "configure", "read"} {
		if _, err := (fault.Fault{Kind: fault.Crash, Operation: operation}).Complete(); err == nil || !strings.Contains(err.Error(), "is about creates, not "+operation) {
			t.Errorf("a crash of %s: %v", operation, err)
		}
	}
}

// struck are the numbers of six creates that a fault strikes.
func struck(t *testing.T, f fault.Fault, order []int) []int {
	t.Helper()
	f.ID, f.Kind, f.Code = "f1", fault.Error, "X"
	f = complete(t, f)
	counters, hit := counts{}, []int{}
	for _, n := range order {
		if s := fault.Decide([]fault.Fault{f}, create(fmt.Sprint("vpc", n)), counters); s.Error != nil {
			hit = append(hit, n)
		}
	}
	slices.Sort(hit)
	counted := fault.WithCounts([]fault.Fault{f}, counters)[0]
	if counted.Matched != len(order) || counted.Struck != len(hit) {
		t.Errorf("%d matched and %d struck, want %d and %d", counted.Matched, counted.Struck, len(order), len(hit))
	}
	return hit
}

func TestDecideWhenAFaultStrikes(t *testing.T) {
	t.Parallel()
	order := []int{1, 2, 3, 4, 5, 6}
	for name, tc := range map[string]struct {
		fault fault.Fault
		want  []int
	}{
		"always":             {fault.Fault{}, order},
		"the fourth":         {fault.Fault{Nth: 4}, []int{4}},
		"every third":        {fault.Fault{Every: 3}, []int{3, 6}},
		"every first":        {fault.Fault{Every: 1}, order},
		"twice":              {fault.Fault{Count: 2}, []int{1, 2}},
		"every second, once": {fault.Fault{Every: 2, Count: 1}, []int{2}},
		"certainly":          {fault.Fault{Probability: 1}, order},
	} {
		if got := struck(t, tc.fault, order); !slices.Equal(got, tc.want) {
			t.Errorf("%s strikes %v, want %v", name, got, tc.want)
		}
	}
}

// TestChanceDoesNotDependOnTheOrder lets the same calls come in another order.
func TestChanceDoesNotDependOnTheOrder(t *testing.T) {
	t.Parallel()
	forth, back := []int{}, []int{}
	for n := range 200 {
		forth, back = append(forth, n), append(back, 199-n)
	}
	f := fault.Fault{Probability: 0.3, Seed: "monday"}
	first := struck(t, f, forth)
	if second := struck(t, f, back); !slices.Equal(first, second) {
		t.Errorf("the order decides: %v and %v", first, second)
	}
	if len(first) < 40 || len(first) > 80 {
		t.Errorf("3 in 10 is %d of 200", len(first))
	}
	f.Seed = "tuesday"
	if slices.Equal(first, struck(t, f, forth)) {
		t.Error("two seeds strike the same calls")
	}
}

func TestStrikesAddUp(t *testing.T) {
	t.Parallel()
	faults := []fault.Fault{
		{ID: "f1", Kind: fault.Latency, Delay: delay(t, "1s")},
		{ID: "f2", Kind: fault.Latency, Delay: delay(t, "2s")},
		{ID: "f3", Kind: fault.Throttle, Attempts: 2, Delay: delay(t, "10ms")},
		{ID: "f4", Kind: fault.Throttle, Attempts: 5, Delay: delay(t, "20ms")},
		{ID: "f5", Kind: fault.Error, Code: "First"},
		{ID: "f6", Kind: fault.Error, Code: "Second"},
		{ID: "f7", Kind: fault.NotFound, Reads: 2},
		{ID: "f8", Kind: fault.NotFound, Reads: 7},
		{ID: "f9", Kind: fault.Crash},
		{ID: "f10", Kind: fault.Error, Code: "Elsewhere", Type: "Subnet"},
	}
	for i := range faults {
		faults[i] = complete(t, faults[i])
	}
	s := fault.Decide(faults, create("main"), counts{})
	if s.Wait != 3*time.Second || s.Throttle.ID != "f4" || s.Backoff != 20*time.Millisecond || s.Error.Code != "First" || s.HiddenFor != 7 || !s.Crash {
		t.Errorf("strike %+v", s)
	}
	if want := []string{"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9"}; !slices.Equal(s.By, want) {
		t.Errorf("struck by %v, want %v", s.By, want)
	}
	if none := fault.Decide(nil, create("main"), counts{}); len(none.By) != 0 || none.Wait != 0 {
		t.Errorf("no faults strike %+v", none)
	}
}

func TestDelays(t *testing.T) {
	t.Parallel()
	for text, tc := range map[string]struct{ low, middle, high time.Duration }{ // for chances near 0, a half, near 1
		"200ms":     {200 * time.Millisecond, 200 * time.Millisecond, 200 * time.Millisecond},
		"1s..3s":    {time.Second, 2 * time.Second, 3 * time.Second},
		"exp:100ms": {0, 69 * time.Millisecond, 690 * time.Millisecond},
	} {
		d := delay(t, text)
		if d.String() != text {
			t.Errorf("%q is written %q", text, d)
		}
		for _, draw := range []struct {
			chance float64
			want   time.Duration
		}{{0, tc.low}, {0.5, tc.middle}, {0.999, tc.high}} {
			if got := d.Draw(draw.chance, 0); (got - draw.want).Abs() > 10*time.Millisecond {
				t.Errorf("%s at %v is %s, want %s", text, draw.chance, got, draw.want)
			}
		}
	}
	far := delay(t, "1s~1h")
	if low, high := far.Draw(0.999999, 0.5), far.Draw(0.999999, 0); low != 0 || high != time.Hour {
		t.Errorf("a wide normal delay is between %s and %s, want none and an hour", low, high)
	}
	if (fault.Delay{}).String() != "" || !(fault.Delay{}).IsZero() {
		t.Error("no delay is one")
	}
}

func TestDelaysThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":       "want 200ms, 50ms..2s, 200ms~50ms or exp:200ms",
		"fast":   "want 200ms, 50ms..2s, 200ms~50ms or exp:200ms",
		"1s..":   "want 200ms, 50ms..2s, 200ms~50ms or exp:200ms",
		"2s..1s": "2s is more than 1s",
		"-1s":    "want durations between 0 and 1h0m0s",
		"1s~2h":  "want durations between 0 and 1h0m0s",
	} {
		if _, err := fault.ParseDelay(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestFaultsOutliveAProcess writes a fault as the store does and reads it again.
func TestFaultsOutliveAProcess(t *testing.T) {
	t.Parallel()
	f := complete(t, fault.Fault{ID: "f1", Kind: fault.Throttle, Type: "Vpc", Probability: 0.5, Delay: delay(t, "1s..2s")})
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var read fault.Fault
	if err := json.Unmarshal(data, &read); err != nil || read != f {
		t.Errorf("%s is read as %+v (%v)", data, read, err)
	}
	if err := json.Unmarshal([]byte(`{"delay":"soon"}`), &read); err == nil {
		t.Error("a damaged delay was read")
	}
	if err := json.Unmarshal([]byte(`{"delay":5}`), &read); err == nil {
		t.Error("a delay that is a number was read")
	}
	if err := json.Unmarshal([]byte(`{"delay":""}`), &read); err != nil || !read.Delay.IsZero() {
		t.Errorf("no delay is read as %q (%v)", read.Delay, err)
	}
}
