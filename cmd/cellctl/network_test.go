package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
)

// planned is the shipped configuration in a repository of its own, on 2026-02-14.
func planned(t *testing.T) (s *session, dir string) {
	t.Helper()
	s = newSession(t)
	dir, _ = configured(t)
	s.environ = []string{"CELLWORKS_CONFIGS=" + dir, "PATH=" + os.Getenv("PATH")}
	s.now = func() time.Time { return time.Date(2026, 2, 14, 12, 0, 0, 0, time.UTC) }
	return s, dir
}

// edit replaces the first old text in a file, or writes the file when old is "".
func edit(t *testing.T, dir, name, old, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if old != "" {
		before, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(before), old) {
			t.Fatalf("%s has no %q (%v)", name, old, err)
		}
		text = strings.Replace(string(before), old, text, 1)
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

const oakRetired = "retired:\n  - {kind: cell, account: nonprod, region: us-east-1, client: oak, slot: 7, released: 2026-01-31}"

func TestNetworkShowJSON(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	edit(t, dir, "network/retired.yaml", "", oakRetired)
	if code := s.do(t, "network", "show", "--json", "--account", "nonprod", "--region", "us-east-1"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	report := decode[networkReport](t, s)
	find := func(cidr, kind string) networkBlock {
		i := slices.IndexFunc(report.Blocks, func(b networkBlock) bool { return b.CIDR == cidr && b.Kind == kind })
		if i < 0 {
			t.Fatalf("no %s %s", kind, cidr)
		}
		return report.Blocks[i]
	}
	for _, want := range []networkBlock{
		{"10.16.0.0/12", "account", "nonprod", "", "", "", "", "nonprod", 2, 4, "regions"},
		{"10.16.0.0/16", "vpc", "nonprod", "us-east-1", "10.16.0.0/16", "", "", "base/nonprod-us-east-1", 60, 64, "cells"},
		{"10.16.32.0/20", "subnet", "nonprod", "us-east-1", "10.16.0.0/16", "app", "use1-az4", "base/nonprod-us-east-1", 4091, 4091, "addresses"},
		{"10.16.64.0/24", "cell", "nonprod", "us-east-1", "10.16.0.0/16", "app", "", "cell/acme", 177, 177, "addresses"},
		{"10.16.160.32/27", "subnet", "nonprod", "us-east-1", "10.16.0.0/16", "data", "use1-az2", "cell/acme", 27, 27, "addresses"},
	} {
		if got := find(want.CIDR, want.Kind); got != want {
			t.Errorf("block %+v, want %+v", got, want)
		}
	}
	for _, b := range report.Blocks {
		if b.Account != "nonprod" || b.Region != "us-east-1" && b.Kind != "account" {
			t.Errorf("the filter lets %+v through", b)
		}
	}
	want := networkRetired{"10.16.71.0/24", "cell", "nonprod", "us-east-1", "10.16.0.0/16", "app", "oak", "2026-01-31", "2026-03-02"}
	if len(report.Retired) != 2 || report.Retired[0] != want {
		t.Errorf("retired %+v, want %+v first of two", report.Retired, want)
	}
}

func TestNetworkShowFormats(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	edit(t, dir, "network/retired.yaml", "", oakRetired)
	for format, want := range map[string]string{
		"tree":     "10.16.71.0/24 cell oak from 2026-03-02 quarantine of oak",
		"table":    "nonprod us-east-1 10.16.0.0/16 app use1-az1 10.16.0.0/20 subnet 4091 addresses base/nonprod-us-east-1",
		"markdown": "| app | use1-az1 | 10.16.0.0/20 | subnet | 4091 addresses | base/nonprod-us-east-1 |",
		"json":     `"owner": "cell/acme"`,
		"svg":      "<title>10.16.71.0/24&#xA;was that of oak",
	} {
		code := s.do(t, "network", "show", "--format", format)
		if text := strings.Join(strings.Fields(s.out.String()), " "); code != 0 || !strings.Contains(text, want) {
			t.Errorf("%s: exit code %d %s, want it to contain %q", format, code, s.err.String(), want)
		}
	}
	if code := s.do(t, "network", "show", "--format", "svg", "--output", "map.svg", "--client", "acme"); code != 0 || s.out.Len() > 0 {
		t.Fatalf("exit code %d: %s%s", code, s.out.String(), s.err.String())
	}
	text, err := os.ReadFile(filepath.Join(s.root, "map.svg"))
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(strings.NewReader(string(text))); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(string(text), "cell slots free"); n != 1 {
		t.Errorf("the picture of one client has %d VPCs, want 1", n)
	}
}

func TestNetworkShowRefusesUnknownNames(t *testing.T) {
	t.Parallel()
	s, _ := planned(t)
	for args, want := range map[string]string{
		"--account prd":                    `unknown account "prd" (did you mean "prod"? known accounts: nonprod, prod, ops)`,
		"--region us-east-2":               `unknown region "us-east-2" (did you mean "us-east-1"? known regions: us-east-1, us-west-2)`,
		"--account ops --region us-west-2": `unknown region "us-west-2" (did you mean "us-east-1"? known regions: us-east-1)`,
		"--client acne":                    `unknown client "acne" (did you mean "acme"? known clients: acme, birch`,
		"--format png":                     `--format is "png" (formats: tree, table, markdown, svg, json)`,
		"--format svg --json":              `--json and --format svg exclude each other`,
		"--output no/where":                "no/where",
	} {
		if code := s.do(t, append([]string{"network", "show"}, strings.Fields(args)...)...); code != fleet.ExitUsage || !strings.Contains(s.err.String(), want) {
			t.Errorf("%s: exit code %d, %swant %s", args, code, s.err.String(), want)
		}
	}
	s.untouched(t)
}

func TestNetworkCheckKnowsTheDay(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	if code := s.do(t, "network", "check"); code != 0 || s.out.String() != "the address plan is sound: 3 accounts, 11 clients, 0 slots in quarantine\n" || s.err.Len() > 0 {
		t.Fatalf("exit code %d: %s%s", code, s.out.String(), s.err.String())
	}
	edit(t, dir, "network/retired.yaml", "", strings.Replace(oakRetired, "slot: 7", "slot: 0", 1)+
		"\n  - {kind: account, account: lab, slot: 9, released: 2026-03-01}\n")
	if code := s.do(t, "config", "validate"); code != 0 {
		t.Errorf("validate depends on the day: %s", s.err.String())
	}
	code := s.do(t, "network", "check")
	want := "configs/clients/acme/cell.yaml:5:7: slot: slot 0 was that of client oak and stays in quarantine until 2026-03-02 (configs/network/retired.yaml:2:5) (slot 3 is free)\n" +
		"configs/network/retired.yaml:3:54: retired[1].released: 2026-03-01 is after today, 2026-02-14 (write the day on which the last resource was deleted)\n" +
		"error: the address plan has 2 problems\n"
	if code != fleet.ExitUsage || s.err.String() != want || s.out.Len() > 0 {
		t.Errorf("exit code %d:\n%s\nwant\n%s", code, s.err.String(), want)
	}
	var found networkFindings
	if code := s.do(t, "network", "check", "--json"); code != fleet.ExitUsage || json.Unmarshal([]byte(s.out.String()), &found) != nil || len(found.Problems) != 2 || found.Problems[0].Line != 5 {
		t.Errorf("exit code %d: %s", code, s.out.String())
	}
	s.now = func() time.Time { return time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) }
	if code := s.do(t, "network", "check"); code != 0 || !strings.HasSuffix(s.out.String(), " 1 slot in quarantine\n") {
		t.Errorf("after the quarantine: exit code %d: %s%s", code, s.out.String(), s.err.String())
	}
}

func TestNetworkCheckWarnsBeforeLimits(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	for i := 3; i < 52; i++ {
		name := "client" + string(rune('a'+i/10)) + string(rune('a'+i%10))
		edit(t, dir, "clients/"+name+"/cell.yaml", "", strings.Replace("account: nonprod\nregion: us-east-1\nslot: N\nring: broad\n", "N", strings.TrimLeft(string(rune('0'+i/10))+string(rune('0'+i%10)), "0"), 1))
	}
	if code := s.do(t, "network", "check"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	for _, want := range []string{
		"accounts[nonprod].regions[us-east-1]: nonprod/us-east-1 uses 52 of 64 cell slots: room for 12 cells more with the defaults (limit: the address plan) (it cannot be raised: move cells to ",
		"nonprod/us-east-1 would use 52 of 40 RDS instances, 52 of them for 52 cells: AWS would refuse the rest (limit: docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html) (ask AWS for more (Service Quotas: rds, L-7B6409FD) and write what it grants as quotas.dbInstances of account nonprod, or move cells to ",
	} {
		if !strings.Contains(s.err.String(), want) {
			t.Errorf("warnings:\n%s\nwant %s", s.err.String(), want)
		}
	}
	if !strings.HasPrefix(s.err.String(), "warning: configs/organization.yaml:") || !strings.HasPrefix(s.out.String(), "the address plan is sound: ") {
		t.Errorf("%s%s", s.out.String(), s.err.String())
	}
}

func TestNetworkCheckSince(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"}, args...)...)
		cmd.Dir = filepath.Dir(dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git("init", "-q", "-b", "main")
	git("add", ".")
	git("commit", "-q", "-m", "one")
	if code := s.do(t, "network", "check", "--since", "main"); code != 0 || !strings.HasSuffix(s.out.String(), "; nothing has moved since main\n") {
		t.Fatalf("exit code %d: %s%s", code, s.out.String(), s.err.String())
	}
	edit(t, dir, "clients/fir/cell.yaml", "slot: 1", "slot: 9")
	if err := os.RemoveAll(filepath.Join(dir, "clients", "elm")); err != nil {
		t.Fatal(err)
	}
	edit(t, dir, "organization.yaml", "[use1-az1, use1-az2, use1-az4]", "[use1-az1, use1-az2]")
	code := s.do(t, "network", "check", "--since", "main")
	for _, want := range []string{
		"the slot of client fir was 1 at main (configs/clients/fir/cell.yaml:",
		"slot 1 of client elm was in use at main and is gone, and configs/network/retired.yaml does not say so (restore it, or append the day of its release there: - {kind: cell, account: nonprod, region: us-east-1, client: elm, slot: 1, released: 2026-02-14})",
		"zone use1-az4 of nonprod us-east-1 was listed at main (configs/organization.yaml:",
		"error: the address plan has 3 problems\n",
	} {
		if !strings.Contains(s.err.String(), want) {
			t.Errorf("%s\nwant %s", s.err.String(), want)
		}
	}
	if code != fleet.ExitUsage || strings.Count(s.err.String(), "\n") != 4 {
		t.Errorf("exit code %d:\n%s", code, s.err.String())
	}
	if code := s.do(t, "network", "check", "--since", "nowhere"); code != fleet.ExitUsage || !strings.Contains(s.err.String(), `"nowhere" is not a git revision`) {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
}

// published puts the state of the base stack of nonprod us-east-1 with its addresses,
// and that of the cell acme on it.
func published(t *testing.T, s *session) {
	t.Helper()
	s.put(t, baseEast, `{"version":3,"checkpoint":{"latest":{"resources":[{"urn":"r","type":"pulumi:pulumi:Stack","outputs":{"vpcCidr":"10.16.0.0/16",
		"subnetCidrs":{"app":{"use1-az1":"10.16.0.0/20","use1-az2":"10.16.16.0/20","use1-az4":"10.16.32.0/20"}}}},{"urn":"x","type":"t"}]}}}`)
	s.up(t, acme, baseEast)
}

func TestUpRefusesToMoveAddresses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ old, text, want string }{
		"zone gone":    {"[use1-az1, use1-az2, use1-az4]", "[use1-az1, use1-az2]", "zone use1-az4 of base/nonprod-us-east-1 would go, but 1 cell has subnets there: cell/acme (restore use1-az4 as zones[2], or destroy these cells first)"},
		"account slot": {"slot: 1", "slot: 8", "slot 8 of account nonprod would move the VPC of base/nonprod-us-east-1, which is up, from 10.16.0.0/16 to 10.128.0.0/16: everything in it would be replaced (restore slot 1)"},
	} {
		for _, op := range []string{"up", "preview"} {
			s, dir := planned(t)
			published(t, s)
			if code := s.do(t, op, "base/nonprod-us-east-1"); code != 0 || s.handed == nil {
				t.Fatalf("before the change: exit code %d: %s", code, s.err.String())
			}
			edit(t, dir, "organization.yaml", tc.old, tc.text)
			code := s.do(t, op, "base/nonprod-us-east-1")
			if code != fleet.ExitUsage || s.handed != nil || !strings.HasPrefix(s.err.String(), "configs/organization.yaml:") || !strings.Contains(s.err.String(), tc.want) {
				t.Errorf("%s, %s: exit code %d, handed over %t:\n%s\nwant %s", name, op, code, s.handed != nil, s.err.String(), tc.want)
			}
			var report struct{ Problems config.Problems }
			if code := s.do(t, op, "acme", "--json"); code != fleet.ExitUsage || json.Unmarshal([]byte(s.out.String()), &report) != nil || len(report.Problems) != 1 || report.Problems[0].Line == 0 {
				t.Errorf("%s, %s: exit code %d: %s%s", name, op, code, s.out.String(), s.err.String())
			}
		}
	}
}

func TestUpRefusesASlotInQuarantine(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	edit(t, dir, "network/retired.yaml", "", strings.Replace(oakRetired, "slot: 7", "slot: 0", 1))
	if code := s.do(t, "up", "acme"); code != fleet.ExitUsage || s.handed != nil || !strings.Contains(s.err.String(), "stays in quarantine until 2026-03-02") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
	published(t, s)
	if code := s.do(t, "up", "acme"); code != 0 || s.handed == nil {
		t.Errorf("a cell that is up cannot be changed: exit code %d: %s", code, s.err.String())
	}
}
