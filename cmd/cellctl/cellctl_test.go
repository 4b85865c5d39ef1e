package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/toolchain"
)

// TestMain lets the test binary stand in for cellctl when it starts itself in the
// background.
func TestMain(m *testing.M) {
	if os.Getenv(background) != "" {
		main()
	}
	os.Exit(m.Run())
}

// fakeTools has everything built already.
type fakeTools struct{}

func (fakeTools) Pulumi(context.Context) (toolchain.Pulumi, error) {
	return toolchain.Pulumi{Path: "/bin/pulumi", Version: "3.259.0", OnPath: true}, nil
}

func (fakeTools) FindPulumi(context.Context) (toolchain.Pulumi, string, error) {
	return toolchain.Pulumi{Path: "/bin/pulumi", Version: "3.259.0"}, "3.259.0", nil
}
func (fakeTools) Cellworks(context.Context) (string, error) { return "/bin/cellworks", nil }
func (fakeTools) LanguageHost(context.Context) (string, error) {
	return "/bin/pulumi-language-go", nil
}
func (fakeTools) FreshCellworks() bool { return true }
func (fakeTools) Go() (string, error)  { return "/bin/true", nil }

// session is a command line in a repository of its own.
type session struct {
	app
	root     string
	out, err strings.Builder
	// handed is the request that was handed over, nil when none was.
	handed *fleet.Request
	// exit is what the program that takes over exits with.
	exit int
}

func newSession(t *testing.T) *session {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module cellworks\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	configs, err := filepath.Abs("../../configs")
	if err != nil {
		t.Fatal(err)
	}
	s := &session{root: root}
	s.app = app{
		stdin:   strings.NewReader(""),
		stdout:  &s.out,
		stderr:  &s.err,
		dir:     root,
		environ: []string{"CELLWORKS_CONFIGS=" + configs, "PATH=" + os.Getenv("PATH")},
		self:    os.Executable,
		tools:   fakeTools{},
		handOver: func(path string, args, _ []string) (int, error) {
			file, err := os.Open(args[len(args)-1])
			if err != nil {
				return 0, err
			}
			defer func() { _ = file.Close() }() // only read
			request, err := fleet.DecodeRequest(file)
			s.handed = &request
			return s.exit, err
		},
	}
	return s
}

// run runs a command line with fresh flags and output.
func (s *session) do(t *testing.T, args ...string) int {
	t.Helper()
	s.out.Reset()
	s.err.Reset()
	s.flags, s.code, s.handed = flags{}, 0, nil
	return s.app.run(t.Context(), args)
}

// up puts the state of a stack that is up.
func (s *session) up(t *testing.T, stack fleet.Stack, needs ...fleet.Stack) {
	t.Helper()
	resources := []string{`{"urn":"r","type":"pulumi:pulumi:Stack","outputs":{"name":"` + stack.Name + `","hidden":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270"}}}`, `{"urn":"x","type":"t"}`}
	for _, n := range needs {
		resources = append(resources, fmt.Sprintf(`{"urn":"ref","type":"pulumi:pulumi:StackReference","inputs":{"name":"organization/%s"}}`, n))
	}
	s.put(t, stack, `{"version":3,"checkpoint":{"latest":{"resources":[`+strings.Join(resources, ",")+`]}}}`)
}

func (s *session) put(t *testing.T, stack fleet.Stack, text string) {
	t.Helper()
	path := checkpoint.Open(layout.New(s.root).State()).Path(stack)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// untouched fails the test when the command has left anything in the repository.
func (s *session) untouched(t *testing.T) {
	t.Helper()
	if s.handed != nil {
		t.Error("the command was handed over")
	}
	entries, err := os.ReadDir(s.root)
	if err != nil || len(entries) != 1 {
		t.Errorf("the repository holds %v (%v), want go.mod alone", entries, err)
	}
}

var (
	baseEast = fleet.Stack{Project: "base", Name: "nonprod-us-east-1"}
	ecsEast  = fleet.Stack{Project: "utility", Name: "nonprod-us-east-1-ecs"}
	acme     = fleet.Stack{Project: "cell", Name: "acme"}
	gone     = fleet.Stack{Project: "cell", Name: "gone"}
)

func stacks(p fleet.Plan) []fleet.Stack {
	var list []fleet.Stack
	for _, s := range p.Steps {
		list = append(list, s.Stack)
	}
	return list
}

func TestUpHandsOverAPlan(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.up(t, baseEast)
	// What cells read of the operations account is there, too.
	s.up(t, fleet.Stack{Project: "base", Name: "ops-us-east-1"})
	for _, application := range []string{"elk", "okta", "vault", "vault-config"} {
		s.up(t, fleet.Stack{Project: "utility", Name: "ops-us-east-1-" + application})
	}
	// And what Vault reaches the databases by, and what Datadog reads.
	s.up(t, fleet.Stack{Project: "base", Name: "nonprod-us-west-2"})
	s.up(t, fleet.Stack{Project: "base", Name: "nonprod-peering"})
	s.up(t, fleet.Stack{Project: "utility", Name: "nonprod-us-east-1-datadog"})
	s.exit = 1
	if code := s.do(t, "up", "acme", "--parallel", "2", "--json"); code != 1 {
		t.Fatalf("exit code %d, want that of the program: %s", code, s.err.String())
	}
	if got := stacks(s.handed.Plan); !slices.Equal(got, []fleet.Stack{ecsEast, acme}) {
		t.Errorf("plan = %v", got)
	}
	r := s.handed
	if r.Root != s.root || r.Cloud != "simulated" || r.Parallel != 2 || !r.JSON || r.Pulumi != "/bin/pulumi" || r.Command != "cellctl up acme" || r.Backend != "" {
		t.Errorf("request = %+v", r)
	}
	if want := "also bringing up, which the targets need and which are not up yet: utility/nonprod-us-east-1-ecs\n"; s.err.String() != want {
		t.Errorf("standard error = %q, want %q", s.err.String(), want)
	}
}

func TestWhatMayBeLostIsNamedByURN(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.up(t, baseEast)
	s.up(t, ecsEast, baseEast)
	s.up(t, acme, ecsEast, baseEast)
	const key, bucket = "urn:pulumi:acme::cell::aws:kms/key:Key::acme", "urn:pulumi:acme::cell::a:b:C$aws:s3/bucketV2:BucketV2::acme-inbound"
	for _, op := range []string{"up", "preview"} {
		if code := s.do(t, op, "acme", "--allow-data-loss", key, "--allow-data-loss", bucket); code != 0 || !slices.Equal(s.handed.AllowDataLoss, []string{key, bucket}) {
			t.Errorf("%s: exit code %d: %s", op, code, s.err.String())
		}
		if code := s.do(t, op, "acme", "--allow-data-loss", "acme-inbound"); code != 2 || s.handed != nil || !strings.Contains(s.err.String(), `--allow-data-loss: "acme-inbound" is no URN`) {
			t.Errorf("%s with a name: exit code %d: %s", op, code, s.err.String())
		}
		if code := s.do(t, op, baseEast.String(), "--allow-data-loss", key); code != 2 || s.handed != nil || !strings.Contains(s.err.String(), "belongs to cell/acme, which this command does not work on") {
			t.Errorf("%s of another stack: exit code %d: %s", op, code, s.err.String())
		}
	}
}

func TestUnknownTargetsTouchNothing(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	if code := s.do(t, "up", "acmee", "nobody"); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	for _, want := range []string{`unknown client "acmee" (did you mean "acme"? known: acme, birch, cedar, dogwood, elm, fir, hazel, ivy, juniper, larch, maple)`, `unknown client "nobody"`} {
		if !strings.Contains(s.err.String(), want) {
			t.Errorf("standard error = %q, want %q", s.err.String(), want)
		}
	}
	s.untouched(t)
}

func TestWrongUsageIsExitCode2(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"up":                         "name at least one TARGET",
		"up acme --all":              "--all and targets exclude each other",
		"up acme --parallel 0":       "--parallel is 0, want at least 1",
		"up acme --nope":             "unknown flag: --nope",
		"frob":                       `unknown command "frob"`,
		"doktor":                     `unknown command "doktor" (did you mean "doctor"?`,
		"sim frob":                   `unknown command "frob"`,
		"list extra":                 "unknown command \"extra\"",
		"list --cloud azure":         `unknown cloud "azure", want simulated or aws`,
		"list --cloud aws":           "set backend.url in organization.yaml",
		"up acme --configs /nowhere": "/nowhere",
		"destroy acme":               "here is nobody to ask: add --yes",
		"sim reset":                  "here is nobody to ask: add --yes",
		"sim rm nothing":             `nothing with id "nothing"`,
		"sim serve --idle 0s":        "--idle is 0s",
		"up cell/[":                  "syntax error in pattern",
	} {
		s := newSession(t)
		if code := s.do(t, strings.Fields(line)...); code != 2 || !strings.Contains(s.err.String(), want) {
			t.Errorf("%s: exit code %d, %q, want 2 and %q", line, code, s.err.String(), want)
		}
		if s.handed != nil {
			t.Errorf("%s was handed over", line)
		}
	}
}

func TestABadConfigurationReportsAllProblemsAndTouchesNothing(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	configs := t.TempDir()
	if err := os.CopyFS(configs, os.DirFS("../../configs")); err != nil {
		t.Fatal(err)
	}
	bad := map[string]string{"acme": "storge: {}\n", "birch": "slot: many\n"}
	for client, text := range bad {
		file, err := os.OpenFile(filepath.Join(configs, "clients", client, "cell.yaml"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteString(text); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range []string{"up acme", "preview acme", "destroy --yes acme", "list", "config validate"} {
		if code := s.do(t, append(strings.Fields(line), "--configs", configs)...); code != 2 {
			t.Errorf("%s: exit code %d, want 2", line, code)
		}
		for _, want := range []string{"acme/cell.yaml:", "storge", "birch/cell.yaml:", "slot", "nothing has been touched"} {
			if !strings.Contains(s.err.String(), want) {
				t.Errorf("%s: %q, want it to contain %q", line, s.err.String(), want)
			}
		}
	}
	if code := s.do(t, "config", "validate", "--json", "--configs", configs); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	var report struct {
		Problems []struct {
			File string `json:"file"`
			Line int    `json:"line"`
		} `json:"problems"`
	}
	if err := json.Unmarshal([]byte(s.out.String()), &report); err != nil || len(report.Problems) < 2 || report.Problems[0].Line == 0 {
		t.Errorf("JSON = %s (%v), want the problems", s.out.String(), err)
	}
	s.untouched(t)
}

func TestDestroyAsks(t *testing.T) {
	t.Parallel()
	for answer, code := range map[string]int{"yes\n": 0, "y\n": 2, "\n": 2, "": 2} {
		s := newSession(t)
		s.up(t, acme, baseEast)
		s.terminal, s.stdin = true, strings.NewReader(answer)
		if got := s.do(t, "destroy", "acme"); got != code {
			t.Errorf("answer %q: exit code %d, want %d: %s", answer, got, code, s.err.String())
		}
		if handed := s.handed != nil; handed != (code == 0) {
			t.Errorf("answer %q: handed over %v", answer, handed)
		}
		if !strings.Contains(s.err.String(), "cell/acme (2 resources now)") {
			t.Errorf("question = %q, want what would be destroyed", s.err.String())
		}
	}
	s := newSession(t)
	if code := s.do(t, "destroy", "acme", "--yes"); code != 0 || s.handed == nil {
		t.Errorf("with --yes: exit code %d: %s", code, s.err.String())
	}
}

func TestDestroyOfWhatIsNeededIsRefused(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.up(t, baseEast)
	s.up(t, gone, baseEast)
	if code := s.do(t, "destroy", "--yes", baseEast.String()); code != 2 || !strings.Contains(s.err.String(), "base/nonprod-us-east-1 is still needed by cell/gone") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "destroy", "--yes", baseEast.String(), "gone"); code != 0 || !slices.Equal(stacks(s.handed.Plan), []fleet.Stack{gone, baseEast}) {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
}

func TestAnUnreadableStateStopsADestroy(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.up(t, baseEast)
	s.put(t, gone, "{")
	if code := s.do(t, "destroy", "--yes", baseEast.String()); code != 1 || !strings.Contains(s.err.String(), "state of cell/gone is corrupt") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "up", "acme"); code != 0 {
		t.Errorf("up of another stack: exit code %d: %s", code, s.err.String())
	}
}

func TestOrphansCannotComeUp(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.up(t, gone)
	if code := s.do(t, "up", "gone"); code != 2 || !strings.Contains(s.err.String(), "cell/gone has state but no configuration") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "up", "--all"); code != 0 || slices.Contains(stacks(s.handed.Plan), gone) {
		t.Errorf("up --all: exit code %d, or it includes the orphan", code)
	}
}

func TestADestroyedOrphanIsInNobodysWay(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.put(t, gone, `{"version":3,"checkpoint":{"latest":{"resources":[]}}}`)
	if code := s.do(t, "up", "cell/*"); code != 0 || slices.Contains(stacks(s.handed.Plan), gone) {
		t.Errorf("up of all cells: exit code %d, or it includes the orphan: %s", code, s.err.String())
	}
	if code := s.do(t, "up", "gone"); code != 2 || !strings.Contains(s.err.String(), "cell/gone has no configuration and holds nothing") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
}

func TestDeadProvidersInTheEnvironmentAreNoticed(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.environ = append(s.environ, "PULUMI_DEBUG_PROVIDERS=aws:1")
	if code := s.do(t, "up", "acme"); code != 2 || !strings.Contains(s.err.String(), "nothing answers at port 1") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
}
