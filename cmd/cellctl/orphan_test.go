package main

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/fleet"
)

// versioned makes the configuration of a session a git repository with one commit.
func versioned(t *testing.T, dir string) func(args ...string) {
	t.Helper()
	git := func(args ...string) {
		t.Helper()
		command := exec.Command("git", args...)
		command.Dir = filepath.Dir(dir)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
	}
	git("init", "-q")
	git("config", "user.name", "test")
	git("config", "user.email", "test@example.com")
	git("add", ".")
	git("commit", "-q", "-m", "all clients")
	return git
}

func TestAnOrphanIsToldAndLeftAlone(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	git := versioned(t, dir)
	s.up(t, fleet.Stack{Project: "cell", Name: "elm"}, baseEast)
	git("rm", "-q", "-r", "configs/clients/elm")
	destroy := func(revision string) string {
		return "when its deletionProtection is off, cellctl destroy cell/elm, then add the line to configs/network/retired.yaml that cellctl network check --since " + revision + " prints"
	}

	// Removed and not committed: the folder is still that of HEAD.
	if code := s.do(t, "list"); code != 0 || !strings.Contains(s.out.String(), "orphan: no configuration") {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	if want := "cell/elm is an orphan: put its configuration back: git checkout HEAD -- configs/clients/elm; or let it go: " + destroy("HEAD") + "\n"; s.err.String() != want {
		t.Errorf("standard error = %q, want %q", s.err.String(), want)
	}

	git("commit", "-q", "-m", "without elm")
	revision := func() string {
		command := exec.Command("git", "rev-parse", "--short", "HEAD")
		command.Dir = filepath.Dir(dir)
		out, err := command.Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}()
	remedy := "put its configuration back: git checkout " + revision + "^ -- configs/clients/elm; or let it go: " + destroy(revision+"^")
	for _, op := range []string{"up", "preview"} {
		if code := s.do(t, op, "--all"); code != 0 || slices.Contains(stacks(s.handed.Plan), fleet.Stack{Project: "cell", Name: "elm"}) {
			t.Fatalf("%s: exit code %d, or it works on the orphan: %s", op, code, s.err.String())
		}
		if want := "warning: cell/elm has state but no configuration and is left alone: " + remedy + "\n"; !strings.Contains(s.err.String(), want) {
			t.Errorf("%s: standard error = %q, want %q", op, s.err.String(), want)
		}
	}
	if code := s.do(t, "up", "elm"); code != 2 || s.handed != nil || !strings.Contains(s.err.String(), "cell/elm has state but no configuration: "+remedy) {
		t.Errorf("up of the orphan: exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "list", "--json"); code != 0 {
		t.Fatal(s.err.String())
	}
	for _, stack := range decode[struct{ Stacks []listedStack }](t, s).Stacks {
		if want := stack.Name == "elm"; stack.Orphan != want || (stack.Remedy == remedy) != want {
			t.Errorf("%+v", stack)
		}
	}
	if code := s.do(t, "destroy", "elm", "--yes"); code != 0 || s.handed == nil {
		t.Errorf("destroy of the orphan: exit code %d: %s", code, s.err.String())
	}
	// Destroyed and not retired yet: the steps of offboarding go on.
	s.put(t, fleet.Stack{Project: "cell", Name: "elm"}, `{"version":3,"checkpoint":{"latest":{"resources":[]}}}`)
	want := "6. [open] retire the slot: with the directory's removal, add a line to configs/network/retired.yaml, with the day on which the last resource was deleted\n       cellctl network check --since " + revision + "^   # prints the line\n"
	if code := s.do(t, "client", "offboard", "elm"); code != 0 || !strings.HasSuffix(s.out.String(), want) || strings.Count(s.out.String(), "[open]") != 1 {
		t.Errorf("offboarding after all is removed: exit code %d: %s%s", code, s.out.String(), s.err.String())
	}
	for _, name := range []string{"..", ".", "", "elm/..", "elms"} {
		if code := s.do(t, "client", "offboard", name); code != 2 || !strings.Contains(s.err.String(), "unknown client") {
			t.Errorf("offboarding of %q: exit code %d: %s%s", name, code, s.out.String(), s.err.String())
		}
	}
}

func TestAnOrphanWithoutGit(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.up(t, gone)
	s.up(t, fleet.Stack{Project: "utility", Name: "old-us-east-1-ecs"})
	if code := s.do(t, "list"); code != 0 {
		t.Fatal(s.err.String())
	}
	for _, want := range []string{"git checkout <revision> -- configs/clients/gone;", "restore its configuration, or, when its protection is off: cellctl destroy utility/old-us-east-1-ecs"} {
		if !strings.Contains(s.err.String(), want) {
			t.Errorf("standard error = %q, want %q", s.err.String(), want)
		}
	}
}
