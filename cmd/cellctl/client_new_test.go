package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/fleet"
)

const smallest = `# yaml-language-server: $schema=../../schema/cell.client.json
account: nonprod
region: us-east-1
slot: 3
ring: broad
`

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
			if !strings.Contains(s.err.String(), "Account (nonprod: room for 14 in us-east-1, 12 in us-west-2; prod: room for 23 in us-east-1, 22 in us-west-2; ops: room for 2 in us-east-1): ") {
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
		{"willow", []string{`account: an account is needed (known accounts: nonprod, prod, ops)`, "region: a region is needed (one of the account's)", "has 2 problems;"}},
		{"yes --account nonprod --region us-east-1", []string{`"yes" cannot be a new client's name: YAML reads it as a boolean`}},
		{"off --account nonprod --region us-east-1", []string{`"off" cannot be a new client's name: YAML reads it as a boolean`}},
		{"willow --account prod", []string{`region: a region is needed (its regions: us-east-1, us-west-2)`}},
		{"Willow --account nonprd --region us-east-1 --ring brod --profile gol --label tier --label Tier=gold --label size=x! --from acmee", []string{
			`clients/Willow/cell.yaml: "Willow" is not a valid client name, want 3 to 12 lower-case letters and digits, starting with a letter`,
			`account: unknown account "nonprd" (did you mean "nonprod"?`, `ring: unknown ring "brod" (did you mean "broad"?`,
			`profiles[0]: unknown profile "gol" (did you mean "gold"?`, `labels: --label "tier" is not KEY=VALUE`,
			`unknown client "acmee" to copy from (did you mean "acme"?`, `labels: key "Tier" is not valid, want 1 to 63 lower-case letters`, `labels.size: "x!" is not valid, want 1 to 63 letters`,
			"the configuration has 8 problems; nothing has been touched",
		}},
		{"willow --account nonprod --region us-east-2", []string{`region: account nonprod has no region "us-east-2" (did you mean "us-east-1"?`}},
		{"willow --account nonprod --region us-east-1 --slot 1", []string{"slot: slot 1 of nonprod us-east-1 is that of client elm at configs/clients/elm/cell.yaml:5:7 (slot 3 is free)", "has 1 problem;"}},
		{"willow --account nonprod --region us-east-1 --slot 7", []string{"slot: slot 7 of nonprod us-east-1 was that of client oak and stays in quarantine until 2026-03-02 (configs/network/retired.yaml:2:5) (slot 3 is free)"}},
		{"willow --account nonprod --region us-east-1 --slot 64", []string{"slot: is 64, want 0 to 63 (slot 3 is free)"}},
		{"acme --account nonprod --region us-east-1", []string{`there is a client "acme" already`}},
		{"utility --account nonprod --region us-east-1", []string{`"utility" cannot be a client's name: names and policies of the levels below use it`}},
		{"shared --account nonprod --region us-east-1", []string{`"shared" cannot be a new client's name: tags and dashboards read it as what belongs to every client`}},
		{"prod --account nonprod --region us-east-1", []string{`"prod" cannot be a new client's name: an account has it`}},
		{"gone --account nonprod --region us-east-1", []string{"a former client of this name still has 2 resources in cell/gone (put its configuration back: git checkout <revision> -- configs/clients/gone;"}},
		// What only the whole fleet shows.
		{"willow --account prod --region us-west-2 --from dogwood", []string{`host "dogwood-clinic" of prod us-west-2 is already that of client dogwood`}},
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
	want := "slot: nonprod us-east-1 is full: all 64 slots are taken or in quarantine (nonprod us-west-2 has room for 12, prod us-east-1 has room for 23, prod us-west-2 has room for 22, ops us-east-1 has room for 2)"
	if code != 2 || !strings.Contains(s.err.String(), want) {
		t.Errorf("exit code %d: %s\nwant %s", code, s.err.String(), want)
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

// TestTheHelpOfANewClientWorks runs every example of the help as it stands there.
func TestTheHelpOfANewClientWorks(t *testing.T) {
	t.Parallel()
	s, _ := planned(t)
	if code := s.do(t, "client", "new", "--help"); code != 0 {
		t.Fatal(s.err.String())
	}
	examples := 0
	for _, line := range strings.Split(s.out.String(), "\n") {
		line, ok := strings.CutPrefix(line, "  cellctl client new ")
		if !ok || strings.HasPrefix(line, "NAME") {
			continue
		}
		examples++
		s, _ := planned(t)
		s.previewed(0)
		s.terminal, s.stdin = true, strings.NewReader("yes\n")
		if code := s.do(t, append([]string{"client", "new"}, strings.Fields(line)...)...); code != 0 {
			t.Errorf("%s: exit code %d: %s", line, code, s.err.String())
		}
	}
	if examples < 4 {
		t.Errorf("%d examples found", examples)
	}
}

// TestNoRoomByQuotaIsSaidBeforeAFileIsLeft: a slot is free, and AWS would refuse the cell.
func TestNoRoomByQuotaIsSaidBeforeAFileIsLeft(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"--yes", "--dry-run", "--no-up"} {
		s, dir := planned(t)
		lines := s.previewed(0)
		for i, client := range []string{"aspen", "beech", "willow"} {
			code := s.do(t, "client", "new", client, "--account", "ops", "--region", "us-east-1", "--no-up")
			if i < 2 {
				if code != 0 {
					t.Fatalf("%s: exit code %d: %s", client, code, s.err.String())
				}
				continue
			}
			code = s.do(t, "client", "new", client, "--account", "ops", "--region", "us-east-1", mode)
			for _, want := range []string{"ops/us-east-1 would use ", "ask AWS for more ", "or move cells to prod/us-east-1, which has room for ", "configs/clients/willow/cell.yaml would be:\n   1  # yaml-language-server"} {
				if code != 2 || !strings.Contains(s.err.String(), want) {
					t.Errorf("%s: exit code %d: %s\nwant %s", mode, code, s.err.String(), want)
				}
			}
			if s.handed != nil || len(*lines) > 0 {
				t.Errorf("%s went on", mode)
			}
			absent(t, dir, "clients/willow")
		}
	}
}

func TestTheDraftOfARefusedClientIsPrinted(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"--yes", "--dry-run", "--no-up"} {
		s, dir := planned(t)
		code := s.do(t, "client", "new", "willow", "--account", "prod", "--region", "us-west-2", "--from", "dogwood", mode)
		for _, want := range []string{"configs/clients/willow/cell.yaml would be:\n   1  # yaml", "\n  13        host: dogwood-clinic\n", "configs/clients/willow/cell.yaml:13:13: services.items"} {
			if code != 2 || !strings.Contains(s.err.String(), want) {
				t.Errorf("%s: exit code %d: %s\nwant %s", mode, code, s.err.String(), want)
			}
		}
		absent(t, dir, "clients/willow")
	}
}

func TestWrongFlagsOfANewClient(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, want string }{
		{"--dry-run --no-up", "cellctl client new: if any flags in the group [dry-run no-up] are set none of the others can be; [dry-run no-up] were all set (see cellctl client new --help)"},
		{"--slot abc", `--slot is "abc", want a whole number (see cellctl client new --help)`},
		{"--slot=-2", "--slot is -2, want 0 or more"},
		{"--sloot 2", "unknown flag: --sloot (see cellctl client new --help)"},
		{"oak", "cellctl client new: accepts 1 arg(s), received 2 (see cellctl client new --help)"},
	} {
		s, dir := planned(t)
		line := "client new willow --account nonprod --region us-east-1 " + c.line
		if code := s.do(t, strings.Fields(line)...); code != 2 || !strings.Contains(s.err.String(), c.want) {
			t.Errorf("%s: exit code %d: %s\nwant %s", c.line, code, s.err.String(), c.want)
		}
		absent(t, dir, "clients/willow")
	}
}

// TestTheQuestionSaysWhatElseComesUp: what a cell needs can be a whole account.
func TestTheQuestionSaysWhatElseComesUp(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	s.previewed(0)
	s.terminal, s.stdin = true, strings.NewReader("")
	line := []string{"client", "new", "willow", "--account", "nonprod", "--region", "us-east-1"}
	if code, want := s.do(t, line...), "Bring cell/willow and the 10 stacks that it needs up in the cloud simulated? Only yes is accepted: \nconfigs/clients/willow/cell.yaml is removed again\nerror: not confirmed (the input has ended); the cell has not been touched\n"; code != 2 || !strings.Contains(s.err.String(), want) {
		t.Errorf("exit code %d: %s\nwant %s", code, s.err.String(), want)
	}
	absent(t, dir, "clients/willow")
	s.stdin = strings.NewReader("yes\n")
	if code := s.do(t, line...); code != 0 || len(s.handed.Plan.Steps) != 11 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	for _, step := range s.handed.Plan.Steps[:10] {
		s.up(t, step.Stack)
	}
	s.stdin = strings.NewReader("no\n")
	if code := s.do(t, "client", "suspend", "willow"); code != 2 || !strings.Contains(s.err.String(), "Bring cell/willow up in the cloud simulated? ") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
}

// TestASlotThatAFormerClientHasIsNotFree: its cell is up, though nothing says so any more.
func TestASlotThatAFormerClientHasIsNotFree(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	s.previewed(0)
	s.put(t, fleet.Stack{Project: "cell", Name: "oak"}, `{"version":3,"checkpoint":{"latest":{"resources":[
		{"urn":"urn:pulumi:oak::cell::pulumi:pulumi:Stack::cell-oak","type":"pulumi:pulumi:Stack","outputs":{"account":"nonprod","region":"us-east-1","slot":3,"placement":"shared"}},
		{"urn":"x","type":"t"}]}}}`)
	line := []string{"client", "new", "willow", "--account", "nonprod", "--region", "us-east-1", "--no-up"}
	want := "slot: slot 3 of nonprod us-east-1 is that of cell/oak, which is up and has no configuration (slot 4 is free)"
	if code := s.do(t, append(line, "--slot", "3")...); code != 2 || !strings.Contains(s.err.String(), want) {
		t.Errorf("exit code %d: %s\nwant %s", code, s.err.String(), want)
	}
	absent(t, dir, "clients/willow")
	if code := s.do(t, line...); code != 0 || !strings.Contains(s.out.String(), "\nslot: 4\n") {
		t.Errorf("exit code %d: %s%s", code, s.out.String(), s.err.String())
	}
	// A file that says it all the same is refused before anything is touched.
	edit(t, dir, "clients/willow/cell.yaml", "slot: 4", "slot: 3")
	want = "configs/clients/willow/cell.yaml:4:7: slot: slot 3 of nonprod us-east-1 is still that of cell/oak, which is up and has no configuration"
	for _, op := range []string{"up", "preview"} {
		if code := s.do(t, op, "willow"); code != 2 || s.handed != nil || !strings.Contains(s.err.String(), want) {
			t.Errorf("%s: exit code %d: %s\nwant %s", op, code, s.err.String(), want)
		}
	}
}
