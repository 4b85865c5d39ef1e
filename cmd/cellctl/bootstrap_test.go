package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/fleet"
)

// upAll makes cellctl up bring up what it is asked for, and returns the command lines.
func (s *session) upAll(t *testing.T) *[][]string {
	t.Helper()
	var calls [][]string
	s.child = func(_ context.Context, _ string, args []string) (int, error) {
		calls = append(calls, args)
		for _, arg := range args[1:] {
			if stack, err := fleet.ParseStack(arg); err == nil && !strings.HasPrefix(arg, "/") && !strings.HasPrefix(arg, "-") {
				s.up(t, stack)
			}
		}
		return 0, nil
	}
	return &calls
}

func TestBootstrapOfTheSimulatedCloud(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	calls := s.upAll(t)
	if code := s.do(t, "bootstrap"); code != fleet.ExitDone {
		t.Fatalf("exit code %d\n%s%s", code, s.out.String(), s.err.String())
	}
	if !strings.Contains(s.out.String(), "everything is done") || !strings.HasPrefix(s.out.String(), "STEP") {
		t.Errorf("output = %s, want the plan first and that everything is done", s.out.String())
	}
	var stacks []string
	for _, args := range *calls {
		stacks = append(stacks, args...)
		if args[0] != "up" || !slices.Contains(args, "simulated") || slices.Contains(args, "--yes") {
			t.Errorf("cellctl %v, want up in the simulated cloud", args)
		}
	}
	for _, want := range []string{"base/ops-us-east-1", "utility/ops-us-east-1-jenkins", "cell/acme"} {
		if !slices.Contains(stacks, want) {
			t.Errorf("%s was not brought up: %v", want, stacks)
		}
	}
	// Begun, it wants to be told to go on; then there is nothing to do.
	if code := s.do(t, "bootstrap"); code != fleet.ExitUsage || !strings.Contains(s.err.String(), "go on with --resume") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
	before := len(*calls)
	if code := s.do(t, "bootstrap", "--resume", "--yes"); code != fleet.ExitDone || len(*calls) != before {
		t.Errorf("exit code %d, brought up %v, want nothing left to do", code, (*calls)[before:])
	}
}

func TestBootstrapGoesOnWhereAStackFailed(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.child = func(context.Context, string, []string) (int, error) { return 1, nil }
	if code := s.do(t, "bootstrap"); code != fleet.ExitFailed || !strings.Contains(s.err.String(), "step base-ops: cellctl up has ended with exit code 1") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
	calls := s.upAll(t)
	if code := s.do(t, "bootstrap", "--resume"); code != fleet.ExitDone || !slices.Contains((*calls)[0], "base/ops-us-east-1") {
		t.Errorf("exit code %d, calls %v", code, *calls)
	}
}

func TestBootstrapPlanTouchesNothing(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--plan", "--dry-run"} {
		s := newSession(t)
		if code := s.do(t, "bootstrap", flag, "--json"); code != fleet.ExitDone {
			t.Fatalf("exit code %d: %s", code, s.err.String())
		}
		var plan struct{ Steps []plannedStep }
		if err := json.Unmarshal([]byte(s.out.String()), &plan); err != nil || len(plan.Steps) < 10 || plan.Steps[0].ID != "organization" || plan.Steps[0].Status != "not needed" {
			t.Errorf("plan = %+v, %v", plan, err)
		}
		s.untouched(t)
	}
}

// organization puts a copy of the example configuration, changed for AWS, in the
// place of the example.
func (s *session) organization(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, os.DirFS("../../configs")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "organization.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "cloud: simulated", "cloud: aws", 1) +
		"backend: {url: \"file://" + filepath.Join(s.root, ".cellworks/state") + "\", secretsProvider: awskms://alias/pulumi}\n"
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	s.environ = append(s.environ, "CELLWORKS_CONFIGS="+dir)
	return dir
}

func TestBootstrapOfRealAccountsStopsForAPerson(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.organization(t)
	s.look = func(context.Context, []string) (string, error) { return "", errors.New("aws is not installed") }
	if code := s.do(t, "bootstrap", "--yes"); code != exitWaiting || !strings.Contains(s.out.String(), "cellctl bootstrap --resume --done organization") {
		t.Fatalf("exit code %d\n%s%s", code, s.out.String(), s.err.String())
	}
	if code := s.do(t, "bootstrap", "--resume", "--done", "profiles"); code != fleet.ExitUsage || !strings.Contains(s.err.String(), "step profiles is checked") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "bootstrap", "--resume", "--done", "organization", "--json"); code != exitWaiting {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	var report bootstrapReport
	if err := json.Unmarshal([]byte(s.out.String()), &report); err != nil || report.Done || report.Waiting == nil || report.Waiting.ID != "profiles" || len(report.Missing) != 3 {
		t.Errorf("report = %s, %v", s.out.String(), err)
	}
}

func TestBootstrapAsksThePersonAtTheTerminal(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.organization(t)
	s.terminal, s.stdin = true, strings.NewReader("done\nno\n")
	s.look = func(context.Context, []string) (string, error) { return "?", nil }
	if code := s.do(t, "bootstrap"); code != exitWaiting || !strings.Contains(s.err.String(), "organization: done (a person)") || !strings.Contains(s.out.String(), "profiles: Access to every account") {
		t.Errorf("exit code %d\n%s%s", code, s.out.String(), s.err.String())
	}
}

// workplace answers the checks as accounts do in which every script was run.
func workplace(_ context.Context, command []string) (string, error) {
	text := strings.Join(command, " ")
	if strings.Contains(text, "imageDigest=sha256:0000") {
		return "", errors.New("ImageNotFoundException")
	}
	for part, answer := range map[string]string{
		"OKTA_API_TOKEN": "set", "describe-vpcs": "0", "dig": "ns-1.awsdns-00.com.", "list-secret-version-ids": "1", "describe-images": "1",
		"--profile meridian-nonprod --query Account": "111111111111", "--profile meridian-prod --query Account": "222222222222",
		"--profile meridian-ops --query Account": "333333333333",
	} {
		if strings.Contains(text, part) {
			return answer, nil
		}
	}
	return "", fmt.Errorf("unexpected check %s", text)
}

func TestBootstrapGoesAllTheWayInRealAccounts(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	dir := s.organization(t)
	file := filepath.Join(dir, "accounts/ops/utility.yaml")
	pushed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(text []byte) {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(regexp.MustCompile(`(?m)^ +(controller|agent): sha256:.*\n`).ReplaceAll(bytes.Replace(pushed, []byte("  images:\n"), nil, 1), nil))
	calls := s.upAll(t)
	s.look = workplace
	code := s.do(t, "bootstrap", "--yes", "--done", "organization", "--done", "state", "--done", "vault-init")
	if code != exitWaiting || !strings.Contains(s.out.String(), "jenkins-images: Images of Jenkins") {
		t.Fatalf("exit code %d\n%s%s", code, s.out.String(), s.err.String())
	}
	write(pushed)
	if code := s.do(t, "bootstrap", "--yes", "--resume", "--done", "hand-over"); code != fleet.ExitDone {
		t.Fatalf("exit code %d\n%s%s", code, s.out.String(), s.err.String())
	}
	ups := 0
	for _, args := range *calls {
		if !slices.Contains(args, "--yes") || !slices.Contains(args, "aws") {
			t.Errorf("cellctl %v, want it not to ask, and AWS", args)
		}
		if slices.Contains(args, "utility/ops-us-east-1-jenkins") {
			ups++
		}
		if slices.Contains(args, "cell/acme") {
			t.Error("a cell was brought up from the workstation")
		}
	}
	if ups != 2 {
		t.Errorf("jenkins was brought up %d times, want once without images and once with", ups)
	}
}

func TestBootstrapShowsAStep(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.organization(t)
	if code := s.do(t, "bootstrap", "--show", "default-networks"); code != fleet.ExitDone || !strings.Contains(s.out.String(), "aws ec2 delete-vpc") {
		t.Errorf("exit code %d: %s", code, s.out.String())
	}
	if code := s.do(t, "bootstrap", "--show", "sate"); code != fleet.ExitUsage || !strings.Contains(s.err.String(), `did you mean "state"`) {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
	s.untouched(t)
}
