package bootstrap_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/bootstrap"
	"cellworks/pkg/fleet"
)

var (
	base  = fleet.Stack{Project: "base", Name: "ops-us-east-1"}
	app   = fleet.Stack{Project: "utility", Name: "ops-us-east-1-ecs"}
	three = []bootstrap.Step{
		{ID: "word", Title: "A person's word"},
		{ID: "checked", Title: "Checked", Checks: []bootstrap.Check{{What: "answer", Command: []string{"ask"}, Want: "^yes$"}}},
		{ID: "base", Title: "Base", Stacks: []fleet.Stack{base}},
	}
)

// host is a world in which everything is counted.
type host struct {
	states  fleet.States
	ups     []string
	upErr   error
	lie     bool // up ends without an error and without a stack
	answer  string
	runErr  error
	person  func(step bootstrap.Step) bool
	told    []string
	saved   bootstrap.Progress
	saveErr error
}

func (h *host) States(context.Context) (fleet.States, error) { return h.states, nil }

func (h *host) Up(_ context.Context, stacks []fleet.Stack) error {
	for _, stack := range stacks {
		h.ups = append(h.ups, stack.String())
		if h.upErr == nil && !h.lie {
			h.states[stack] = fleet.State{Resources: 1, Ready: true}
		}
	}
	return h.upErr
}

func (h *host) Run(context.Context, []string) (string, error) { return h.answer + "\n", h.runErr }

func (h *host) Ask(_ context.Context, step bootstrap.Step, _ []error) (bool, error) {
	return h.person != nil && h.person(step), nil
}

func (h *host) Tell(step bootstrap.Step, status bootstrap.Status, how string) {
	h.told = append(h.told, strings.TrimSpace(step.ID+" "+string(status)+" "+how))
}

func (h *host) Save(p bootstrap.Progress) error { h.saved = p; return h.saveErr }
func (*host) Now() time.Time                    { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

func engine(h *host, steps ...bootstrap.Step) bootstrap.Engine {
	if h.states == nil {
		h.states = fleet.States{}
	}
	return bootstrap.Engine{Steps: steps, Progress: bootstrap.Progress{Steps: map[string]bootstrap.Record{}}, Host: h}
}

func TestTheEngineGoesThroughAllSteps(t *testing.T) {
	t.Parallel()
	h := &host{answer: "yes", person: func(bootstrap.Step) bool { return true }}
	e := engine(h, three...)
	if err := e.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(h.told, "; "), "word done a person; checked done checks; base done up"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
	// Again, nothing is left to do and nobody is asked.
	again := &host{states: h.states, runErr: errors.New("asked again")}
	e.Host = again
	if err := e.Run(t.Context()); err != nil || len(again.ups) != 0 {
		t.Errorf("the second time: %v, brought up %v", err, again.ups)
	}
}

func TestTheEngineStopsWhereAPersonMustAct(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		host  host
		steps []bootstrap.Step
		want  string
	}{
		"nobody there":  {host{}, three, "step word waits for a person"},
		"check fails":   {host{answer: "no"}, three[1:], `step checked waits for a person: answer: ask says "no", want what matches ^yes$`},
		"check cannot":  {host{runErr: errors.New("ask is not installed")}, three[1:], "step checked waits for a person: answer: ask is not installed"},
		"blocked":       {host{}, []bootstrap.Step{{ID: "late", Blocked: "too early", Stacks: []fleet.Stack{app}}}, "step late waits for a person: too early"},
		"wrong pattern": {host{}, []bootstrap.Step{{ID: "x", Checks: []bootstrap.Check{{What: "y", Command: []string{"z"}, Want: "("}}}}, "step x waits for a person: y: error parsing regexp"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := engine(&tc.host, tc.steps...).Run(t.Context())
			var waits *bootstrap.WaitingError
			if !errors.As(err, &waits) || !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("error = %v, want %s", err, tc.want)
			}
			if len(tc.host.ups) != 0 {
				t.Errorf("%v came up behind a step that is not done", tc.host.ups)
			}
		})
	}
}

func TestAPersonIsAskedUntilTheCheckPasses(t *testing.T) {
	t.Parallel()
	h := &host{answer: "no"}
	asked := 0
	h.person = func(bootstrap.Step) bool {
		if asked++; asked == 2 {
			h.answer = "yes"
		}
		return true
	}
	if err := engine(h, three[1]).Run(t.Context()); err != nil || asked != 2 || h.saved.Steps["checked"].By != "checks" {
		t.Errorf("error %v after %d questions, recorded %+v", err, asked, h.saved)
	}
}

func TestAFailedStackIsNotRecorded(t *testing.T) {
	t.Parallel()
	for want, h := range map[string]*host{
		"step base: quota": {upErr: errors.New("quota")},
		"step base: base/ops-us-east-1 is not up although cellctl up has ended without an error": {lie: true},
	} {
		err := engine(h, three[2], bootstrap.Step{ID: "next", Stacks: []fleet.Stack{app}}).Run(t.Context())
		if err == nil || err.Error() != want || len(h.saved.Steps) != 0 || len(h.ups) != 1 {
			t.Errorf("error = %v, recorded %v, brought up %v, want %s", err, h.saved, h.ups, want)
		}
	}
}

func TestAStepThatHasChangedIsDoneAgain(t *testing.T) {
	t.Parallel()
	h := &host{person: func(bootstrap.Step) bool { return true }}
	e := engine(h, bootstrap.Step{ID: "word", Script: "one"})
	if err := e.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status := (bootstrap.Step{ID: "word", Script: "one", Title: "other words", Notes: []string{"more"}}).Status(nil, e.Progress); status != bootstrap.Done {
		t.Errorf("status = %s with other words, want it done", status)
	}
	if status := (bootstrap.Step{ID: "word", Script: "two"}).Status(nil, e.Progress); status != bootstrap.Pending {
		t.Errorf("status = %s with another script, want it pending", status)
	}
}

func TestStacksThatHaveGoneAreBroughtUpAgain(t *testing.T) {
	t.Parallel()
	h := &host{}
	e := engine(h, three[2])
	if err := e.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	delete(h.states, base)
	if status := three[2].Status(h.states, e.Progress); status != bootstrap.Pending {
		t.Errorf("status = %s of a stack that is gone, want it pending whatever was recorded", status)
	}
}

func TestAStepThatComesAgainNeedsItsRecord(t *testing.T) {
	t.Parallel()
	h := &host{states: fleet.States{app: {Resources: 1, Ready: true}}}
	e := engine(h, bootstrap.Step{ID: "again", Again: true, Revision: "2", Stacks: []fleet.Stack{app}})
	for range 2 {
		if err := e.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(h.ups) != 1 {
		t.Errorf("brought up %v, want once", h.ups)
	}
}

func TestWhatAPersonMayConfirm(t *testing.T) {
	t.Parallel()
	steps := append([]bootstrap.Step{{ID: "off", NotNeeded: "simulated"}, {ID: "late", Blocked: "too early"}}, three...)
	for id, want := range map[string]string{
		"word":    "",
		"checked": "step checked is checked: run its script, and go on",
		"base":    "step base is stacks: the state says whether they are up",
		"off":     "step off is not needed: simulated",
		"late":    "step late is blocked: too early",
		"other":   `no step is called "other"`,
	} {
		h := &host{}
		err := engine(h, steps...).Confirm(id)
		if got := ""; err != nil {
			got = err.Error()
			if got != want {
				t.Errorf("%s: error = %v, want %q", id, err, want)
			}
		} else if want != got || h.saved.Steps[id].By != "a person" {
			t.Errorf("%s: recorded %v, want %q", id, h.saved, want)
		}
	}
}

func TestProgressOutlivesTheProcess(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "deep", "aws.json")
	if p, err := bootstrap.Load(file); err != nil || len(p.Steps) != 0 {
		t.Fatalf("progress = %v, %v, want none", p, err)
	}
	want := bootstrap.Progress{Steps: map[string]bootstrap.Record{"state": {Fingerprint: "1", At: (*host)(nil).Now(), By: "checks"}}}
	for range 2 {
		if err := want.Save(file); err != nil {
			t.Fatal(err)
		}
	}
	got, err := bootstrap.Load(file)
	if err != nil || got.Steps["state"] != want.Steps["state"] {
		t.Errorf("progress = %v, %v, want %v", got, err, want)
	}
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := bootstrap.Load(file); err == nil || !strings.HasPrefix(err.Error(), "progress of the bootstrap in "+file) {
		t.Errorf("error = %v, want one that names the file", err)
	}
	if err := want.Save(filepath.Join(file, "x")); err == nil {
		t.Error("a file in the place of a folder is no error")
	}
}
