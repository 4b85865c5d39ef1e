package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

const smallest = `# yaml-language-server: $schema=../../schema/cell.client.json
account: nonprod
region: us-east-1
slot: 3
ring: broad
`

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

func TestOneCommandAddsAClient(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	lines := s.previewed(0)
	if code := s.do(t, "client", "new", "willow", "--account", "nonprod", "--region", "us-east-1", "--yes"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	if got := read(t, dir, "clients/willow/cell.yaml"); got != smallest {
		t.Errorf("the file is\n%s\nwant\n%s", got, smallest)
	}
	if want := "preview cell/willow --configs " + dir + " --cloud simulated"; !slices.Equal(*lines, []string{want}) {
		t.Errorf("ran %q, want %q", *lines, want)
	}
	last := fleet.Stack{Project: "cell", Name: "willow"}
	if got := stacks(s.handed.Plan); s.handed.Plan.Operation != fleet.Up || len(got) < 2 || got[len(got)-1] != last || s.handed.Command != "cellctl client new willow" {
		t.Errorf("request = %+v, want an up of the cell and what it needs", s.handed)
	}
	if !strings.Contains(s.err.String(), "wrote configs/clients/willow/cell.yaml") || !strings.Contains(s.err.String(), "  slot: 3\n") {
		t.Errorf("standard error = %s, want what was written", s.err.String())
	}
}

func TestANewClientIsAskedAbout(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		input string
		built bool
		want  string // of the file
	}{
		"all is asked": {"nonprod\nus-west-2\nyes\n", true, "account: nonprod\nregion: us-west-2\nslot: 3\n"},
		"home region":  {"prod\n\nyes\n", true, "account: prod\nregion: us-east-1\nslot: 2\n"},
		"one region":   {"ops\nyes\n", true, "account: ops\nregion: us-east-1\nslot: 0\n"},
		"no":           {"nonprod\nus-west-2\nno\n", false, ""},
		"nobody":       {"nonprod\nus-west-2\n", false, ""},
		"left early":   {"", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, dir := planned(t)
			s.previewed(0)
			s.terminal, s.stdin = true, strings.NewReader(c.input)
			code := s.do(t, "client", "new", "willow")
			if (code == 0) != c.built || (s.handed != nil) != c.built || code != 0 && code != 2 {
				t.Fatalf("exit code %d, handed over %v: %s", code, s.handed != nil, s.err.String())
			}
			if !strings.Contains(s.err.String(), "Account (nonprod: room for 122, prod: room for 123, ops: room for 64): ") {
				t.Errorf("standard error = %s, want the choices", s.err.String())
			}
			if !c.built {
				absent(t, dir, "clients/willow")
			} else if got := read(t, dir, "clients/willow/cell.yaml"); !strings.Contains(got, c.want) {
				t.Errorf("the file is\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestWhateverIsWrongWithANewClientIsToldAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line string
		want []string
	}{
		{"willow", []string{`account: an account is needed (known accounts: nonprod, prod, ops)`}},
		{"willow --account prod", []string{`region: a region is needed (its regions: us-east-1, us-west-2)`}},
		{"Willow --account nonprd --region us-east-1 --ring brod --profile gol --label tier --from acmee", []string{
			`clients/Willow/cell.yaml: "Willow" is not a valid client name, want 3 to 12 lower-case letters and digits, starting with a letter`,
			`account: unknown account "nonprd" (did you mean "nonprod"?`, `ring: unknown ring "brod" (did you mean "broad"?`,
			`profiles[0]: unknown profile "gol" (did you mean "gold"?`, `labels: --label "tier" is not KEY=VALUE`,
			`unknown client "acmee" to copy from (did you mean "acme"?`, "the configuration has 6 problems; nothing has been touched",
		}},
		{"willow --account nonprod --region us-east-2", []string{`region: account nonprod has no region "us-east-2" (did you mean "us-east-1"?`}},
		{"willow --account nonprod --region us-east-1 --slot 1", []string{"slot: slot 1 of nonprod us-east-1 is that of client elm at configs/clients/elm/cell.yaml:5:7 (slot 3 is free)", "has 1 problem;"}},
		{"willow --account nonprod --region us-east-1 --slot 7", []string{"slot: slot 7 of nonprod us-east-1 was that of client oak and stays in quarantine until 2026-03-02 (configs/network/retired.yaml:2:5) (slot 3 is free)"}},
		{"willow --account nonprod --region us-east-1 --slot 64", []string{"slot: is 64, want 0 to 63 (slot 3 is free)"}},
		{"willow --account nonprod --region us-east-1 --slot=-2", []string{"--slot is -2, want 0 or more"}},
		{"acme --account nonprod --region us-east-1", []string{`there is a client "acme" already`}},
		{"utility --account nonprod --region us-east-1", []string{`"utility" cannot be a client's name: names and policies of the levels below use it`}},
		{"shared --account nonprod --region us-east-1", []string{`"shared" cannot be a new client's name: tags and dashboards read it as what belongs to every client`}},
		{"prod --account nonprod --region us-east-1", []string{`"prod" cannot be a new client's name: an account has it`}},
		{"gone --account nonprod --region us-east-1", []string{"a former client of this name still has 2 resources in cell/gone (put its configuration back: git checkout <revision> -- configs/clients/gone;"}},
		// What only the whole fleet shows.
		{"willow --account prod --region us-west-2 --from dogwood", []string{`host "dogwood-clinic" of prod us-west-2 is already that of client dogwood`}},
		{"willow --account nonprod --region us-east-1 --label Tier=gold", []string{"clients/willow/cell.yaml:", "labels"}},
	} {
		for _, mode := range []string{"--yes", "--dry-run", "--no-up"} {
			s, dir := planned(t)
			edit(t, dir, "network/retired.yaml", "", oakRetired)
			s.up(t, gone)
			lines := s.previewed(0)
			code := s.do(t, append([]string{"client", "new", mode}, strings.Fields(c.line)...)...)
			for _, want := range c.want {
				if code != 2 || !strings.Contains(s.err.String(), want) {
					t.Errorf("%s %s: exit code %d:\n%s\nwant\n%s", c.line, mode, code, s.err.String(), want)
				}
			}
			if s.handed != nil || len(*lines) > 0 {
				t.Errorf("%s %s went on", c.line, mode)
			}
			entries, err := os.ReadDir(filepath.Join(dir, "clients"))
			if err != nil || len(entries) != 11 {
				t.Errorf("%s %s left %v behind (%v)", c.line, mode, entries, err)
			}
		}
	}
}

func TestAFullRegionSaysWhereThereIsRoom(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	for slot := 3; slot < 64; slot++ {
		edit(t, dir, fmt.Sprintf("clients/client%02d/cell.yaml", slot), "", strings.Replace(smallest, "slot: 3", fmt.Sprint("slot: ", slot), 1))
	}
	code := s.do(t, "client", "new", "willow", "--account", "nonprod", "--region", "us-east-1", "--yes")
	want := "slot: nonprod us-east-1 is full: all 64 slots are taken or in quarantine (nonprod us-west-2 has room for 61, prod us-east-1 has room for 62, prod us-west-2 has room for 61, ops us-east-1 has room for 64)"
	if code != 2 || !strings.Contains(s.err.String(), want) {
		t.Errorf("exit code %d: %s\nwant %s", code, s.err.String(), want)
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

func TestANewClientCopiesOverrides(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	lines := s.previewed(0)
	edit(t, dir, "clients/cedar/cell.yaml", "storage:\n", "# Kept as long as the contract says.\nstorage:\n")
	if code := s.do(t, "client", "new", "willow", "--account", "prod", "--region", "us-east-1", "--from", "cedar", "--ring", "early", "--label", "tier=silver", "--label", "beta=true", "--no-up"); code != 0 || s.handed != nil || len(*lines) > 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	own, ok := strings.CutPrefix(read(t, dir, "clients/cedar/cell.yaml"), strings.SplitAfter(read(t, dir, "clients/cedar/cell.yaml"), "  tier: gold\n")[0])
	if !ok {
		t.Fatal("cedar has no labels")
	}
	want := `# yaml-language-server: $schema=../../schema/cell.client.json
account: prod
region: us-east-1
slot: 2
ring: early
profiles: [gold, hipaa-strict]

labels:
  beta: "true"
  tier: silver
` + own
	if got := read(t, dir, "clients/willow/cell.yaml"); got != want || s.out.String() != want {
		t.Errorf("the file is\n%s\nwant\n%s", got, want)
	}
}

func TestADryRunPrintsTheFile(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	if code := s.do(t, "client", "new", "willow", "--account", "nonprod", "--region", "us-east-1", "--dry-run"); code != 0 || s.out.String() != smallest {
		t.Errorf("exit code %d: %s%s", code, s.out.String(), s.err.String())
	}
	if code := s.do(t, "client", "new", "willow", "--account", "nonprod", "--region", "us-east-1", "--dry-run", "--json"); code != 0 {
		t.Fatal(s.err.String())
	}
	if got := decode[clientFile](t, s); got.Text != smallest || got.File != "configs/clients/willow/cell.yaml" {
		t.Errorf("JSON = %+v", got)
	}
	absent(t, dir, "clients/willow")
	s.untouched(t)
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
