package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
)

// previewed makes the session's own previews end with code, and returns their command
// lines.
func (s *session) previewed(code int) *[]string {
	lines := &[]string{}
	s.child = func(_ context.Context, _ string, args []string) (int, error) {
		*lines = append(*lines, strings.Join(args, " "))
		return code, nil
	}
	return lines
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func absent(t *testing.T, dir, name string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, name)); !os.IsNotExist(err) {
		t.Errorf("%s is left behind (%v)", name, err)
	}
}

func TestANewClientNeedsSomebodyToAsk(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	for _, line := range []string{"new willow --account nonprod --region us-east-1", "suspend acme", "resume acme"} {
		if code := s.do(t, append([]string{"client"}, strings.Fields(line)...)...); code != 2 || !strings.Contains(s.err.String(), "here is nobody to ask: add --yes, or --no-up to write the file only") {
			t.Errorf("%s: exit code %d: %s", line, code, s.err.String())
		}
	}
	// Beside what else is wrong.
	if code := s.do(t, "client", "suspend", "acne"); code != 2 || !strings.Contains(s.err.String(), `unknown client "acne" (did you mean "acme"?`) {
		t.Errorf("suspend acne: exit %d\n%s", code, s.err.String())
	}
	if code := s.do(t, "client", "new", "willow"); code != 2 || !strings.Contains(s.err.String(), "here is nobody to ask") || !strings.Contains(s.err.String(), "account: an account is needed") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
	absent(t, dir, "clients/willow")
}

func TestAPreviewThatFailsTakesTheFileBack(t *testing.T) {
	t.Parallel()
	for _, code := range []int{fleet.ExitFailed, fleet.ExitUsage, fleet.ExitRefused} {
		s, dir := planned(t)
		s.previewed(code)
		before := read(t, dir, "clients/acme/cell.yaml")
		got := s.do(t, "client", "new", "willow", "--account", "nonprod", "--region", "us-east-1", "--yes")
		if want := fmt.Sprintf("the preview of cell/willow has ended with exit code %d", code); got != code || s.handed != nil || !strings.Contains(s.err.String(), want) || !strings.Contains(s.err.String(), "configs/clients/willow/cell.yaml is removed again\n") {
			t.Errorf("exit code %d: %s, want %s", got, s.err.String(), want)
		}
		absent(t, dir, "clients/willow")
		if got := s.do(t, "client", "suspend", "acme", "--yes"); got != code || s.handed != nil || !strings.Contains(s.err.String(), "configs/clients/acme/cell.yaml is again as it was\n") {
			t.Errorf("suspend: exit code %d: %s", got, s.err.String())
		}
		if read(t, dir, "clients/acme/cell.yaml") != before {
			t.Error("the file of acme is not as it was")
		}
	}
}

func TestSuspendAndResumeChangeOneLine(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	lines := s.previewed(0)
	before := read(t, dir, "clients/cedar/cell.yaml")
	suspended := strings.Replace(before, "ring: broad\n", "ring: broad\nstate: suspended\n", 1)
	if code := s.do(t, "client", "suspend", "cedar", "--dry-run"); code != 0 || s.out.String() != suspended || read(t, dir, "clients/cedar/cell.yaml") != before {
		t.Errorf("dry run: exit code %d: %s%s", code, s.out.String(), s.err.String())
	}
	for range 2 { // the second time there is nothing to write, and the cell follows
		if code := s.do(t, "client", "suspend", "cedar", "--yes"); code != 0 || s.handed == nil || s.handed.Plan.Operation != fleet.Up || s.handed.Command != "cellctl client suspend cedar" {
			t.Fatalf("suspend: exit code %d: %s", code, s.err.String())
		}
		if got := read(t, dir, "clients/cedar/cell.yaml"); got != suspended {
			t.Fatalf("suspended:\n%s\nwant\n%s", got, suspended)
		}
	}
	if !strings.Contains(s.err.String(), "configs/clients/cedar/cell.yaml says already that the client is suspended\n") {
		t.Errorf("standard error = %s", s.err.String())
	}
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if cell, err := tree.Cell("cedar"); err != nil || cell.State != config.Suspended {
		t.Errorf("the state is %q (%v)", cell.State, err)
	}
	if code := s.do(t, "client", "resume", "cedar", "--yes"); code != 0 || read(t, dir, "clients/cedar/cell.yaml") != before {
		t.Errorf("resume: exit code %d: %s", code, s.err.String())
	}
	if len(*lines) != 3 {
		t.Errorf("previews = %q, want one each", *lines)
	}
	if code := s.do(t, "client", "suspend", "cedr", "--yes"); code != 2 || !strings.Contains(s.err.String(), `unknown client "cedr" (did you mean "cedar"?`) {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
}

func TestOffboardingSaysWhatIsLeft(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	statuses := func() string {
		t.Helper()
		if code := s.do(t, "client", "offboard", "cedar", "--json"); code != 0 {
			t.Fatal(s.err.String())
		}
		var all []string
		for _, step := range decode[struct{ Steps []offboardStep }](t, s).Steps {
			all = append(all, step.Status)
			if done := step.Status == stepDone; done && len(step.Commands) > 0 || step.Status == stepOpen && len(step.Commands) == 0 {
				t.Errorf("step %+v", step)
			}
		}
		return strings.Join(all, " ")
	}
	cedar := fleet.Stack{Project: "cell", Name: "cedar"}
	s.put(t, cedar, `{"version":3,"checkpoint":{"latest":{"resources":[
		{"urn":"urn:pulumi:cedar::cell::pulumi:pulumi:Stack::cell-cedar","type":"pulumi:pulumi:Stack","outputs":{"a":"b"}},
		{"urn":"urn:pulumi:cedar::cell::aws:kms/key:Key::cedar","custom":true,"id":"1234","type":"aws:kms/key:Key","protect":true}]}}}`)
	check := func(want string) {
		t.Helper()
		if got := statuses(); got != want {
			t.Errorf("steps are %s, want %s", got, want)
		}
	}
	check("open unknown open open open open")
	if code := s.do(t, "client", "offboard", "cedar"); code != 0 {
		t.Fatal(s.err.String())
	}
	for _, want := range []string{
		"1. [open] suspend: ", "       cellctl client suspend cedar\n", "2. [unknown] final backup: ", "       aws:kms/key:Key 1234: the only key to what it has encrypted\n",
		"       deletionProtection: false\n", "{name: storage, reason: the contract ended and the data was handed over, date: \"2026-02-14\"}\n", "cellctl up cedar   # takes the protection off 1 resource\n",
		"       cellctl destroy cell/cedar\n", "       git rm -r configs/clients/cedar\n", "       - {kind: cell, account: prod, region: us-east-1, client: cedar, slot: 0, released: 2026-02-14}\n",
	} {
		if !strings.Contains(s.out.String(), want) {
			t.Errorf("no %q in\n%s", want, s.out.String())
		}
	}
	edit(t, dir, "clients/cedar/cell.yaml", "ring: broad\n", "ring: broad\nstate: suspended\n")
	check("done unknown open open open open")
	s.put(t, cedar, `{"version":3,"checkpoint":{"latest":{"resources":[]}}}`)
	check("done done done done open open")
	if err := os.RemoveAll(filepath.Join(dir, "clients", "cedar")); err != nil {
		t.Fatal(err)
	}
	edit(t, dir, "network/retired.yaml", "retired: []", "retired:\n  - {kind: cell, account: prod, region: us-east-1, client: cedar, slot: 0, released: 2026-02-14}")
	check("done done done done done done")
	if code := s.do(t, "client", "offboard", "nobody"); code != 2 || !strings.Contains(s.err.String(), `unknown client "nobody"`) {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
}
